"""The staff screens of 区政会議 in a ward; each module registers its own."""

from councils.forum.admin import (  # noqa: F401  each registers its screens
    editions,
    evaluations,
    gatherings,
    opinions,
    practice,
    recruitment,
    sessions,
    terms,
)
from councils.forum.admin.work import my_forum
from wards.sites import ward_site

ward_site.add_menu_entry(
    "区政会議",
    "admin:ward_forum_forumsession_changelist",
    "ward_forum.view_forumsession",
    app_label="ward_forum",
)
ward_site.add_panel(my_forum, order=25)
