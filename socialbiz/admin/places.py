"""The pages of 社会的ビジネス, one beside the other."""

from django.urls import reverse

from socialbiz.models import CommissionedProject, Operator, Venture
from wards import clock
from wards.badges import badge
from wards.desk.pages.placed_list import PlacedList
from wards.desk.pages.step_fields import day_field
from wards.desk.pages.steps import ReasonForm

PLACES = (Venture, CommissionedProject, Operator)


class SocialBizList(PlacedList):
    """A list of the work of 社会的ビジネス."""

    of_what = "社会的ビジネス"
    page_base = "admin/socialbiz/base.html"
    export_permission = "socialbiz.export_operator"

    def places(self, request) -> list[dict]:
        """Return the pages that this person may see."""
        pages = [
            {
                "label": str(model._meta.verbose_name_plural),
                "url": reverse(f"admin:socialbiz_{model._meta.model_name}_changelist"),
                "is_here": model is self.model and not request.path.endswith("/counts/"),
                "count": 0,
            }
            for model in PLACES
            if request.user.has_perm(f"socialbiz.view_{model._meta.model_name}")
        ]
        counts = reverse("admin:socialbiz_venture_counts")
        here = request.path == counts
        return [*pages, {"label": "件数と成果指標", "url": counts, "is_here": here, "count": 0}]


class EndForm(ReasonForm):
    """When something ended, and why."""

    ended_on = day_field("終了した日")
    field_order = ("ended_on", "reason")


def standing_badge(undertaking):
    """Say whether something goes on today."""
    if undertaking.goes_on(clock.today()):
        return badge("継続中", "good", "●")
    return badge("終了", "plain", "■")


def public_badge(undertaking):
    """Say whether everybody sees it."""
    if undertaking.is_public:
        return badge("公表", "good", "✓")
    return badge("未公表", "plain", "○")
