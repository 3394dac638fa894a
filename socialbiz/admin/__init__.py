"""The staff screens of 社会的ビジネス; each module registers its own."""

from socialbiz.admin import operators, projects, ventures  # noqa: F401  each registers its screens
from wards.sites import ward_site

ward_site.add_menu_entry(
    "社会的ビジネス",
    "admin:socialbiz_venture_changelist",
    "socialbiz.view_venture",
    app_label="socialbiz",
)
