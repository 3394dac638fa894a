"""A list of an app's work that stands beside its neighbours."""

from django.db.models import Model
from django.urls import reverse

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

    # The lists that stand beside each other, this one among them.
    neighbours: tuple[type[Model], ...] = ()
    # Under which of them it stands, where it is none of them.
    stands_under: type[Model] | None = None

    def pressing(self, model: type[Model], user) -> int:
        """Return how many rows of a neighbour press."""
        return 0

    def further_places(self, request) -> list[tuple[str, str]]:
        """Return pages beside the lists as label and address."""
        return []

    def places(self, request) -> list[dict]:
        """Return the pages beside this one, and this one, that the person may see."""
        further = [
            {"label": label, "url": url, "is_here": request.path == url, "count": 0}
            for label, url in self.further_places(request)
        ]
        here = None if any(one["is_here"] for one in further) else self.stands_under or self.model
        lists = [
            {
                "label": str(model._meta.verbose_name_plural),
                "url": reverse(
                    f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
                ),
                "is_here": model is here,
                "count": self.pressing(model, request.user),
            }
            for model in self.neighbours
            if request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
        ]
        return [*lists, *further]

    def _beside(self, request) -> dict:
        return {"places": self.places(request), "of_what": self.of_what}

    def page(self, request, template: str, /, **context):
        """Lead to the neighbours from the pages beside the list too."""
        context = {**self._beside(request), "page_base": self.page_base, **context}
        return super().page(request, template, **context)

    def changelist_view(self, request, extra_context=None):
        """Lead to the neighbours."""
        tools = {"tools": self.tools(request)}
        more = {**self._beside(request), **tools, **(extra_context or {})}
        return super().changelist_view(request, more)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Lead to the neighbours from Django's own forms too."""
        more = {**self._beside(request), **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, more)

    def tools(self, request) -> list[dict]:
        """Return further pages of this list as label and address."""
        return []
