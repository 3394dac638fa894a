"""A list of an app's work that stands beside its neighbours."""

from wards.admin_base import WardModelAdmin
from wards.desk.exporting import ExportMixin


class PlacedList(ExportMixin, WardModelAdmin):
    """A list that stands beside its neighbours, filtered, with a file."""

    is_in_menu = False
    change_list_template = "admin/placed_list.html"
    # The template that its pages extend: it tells where they stand.
    page_base = "admin/desk_page.html"
    # What the pages beside it, and itself, are the work of.
    of_what = ""

    def places(self, request) -> list[dict]:
        """Return the pages beside this one, and this one."""
        raise NotImplementedError

    def page(self, request, template: str, /, **context):
        """Lead to the neighbours from the pages beside the list too."""
        beside = {"places": self.places(request), "of_what": self.of_what}
        return super().page(request, template, **{**beside, "page_base": self.page_base, **context})

    def changelist_view(self, request, extra_context=None):
        """Lead to the neighbours."""
        more = {
            "places": self.places(request),
            "of_what": self.of_what,
            "tools": self.tools(request),
            **(extra_context or {}),
        }
        return super().changelist_view(request, more)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Lead to the neighbours from Django's own forms too."""
        more = {"places": self.places(request), "of_what": self.of_what, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, more)

    def tools(self, request) -> list[dict]:
        """Return further pages of this list as label and address."""
        return []
