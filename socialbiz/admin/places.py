"""The pages of 社会的ビジネス, one beside the other, and how what operators carry reads in lists."""

from django.contrib import admin
from django.urls import reverse

from socialbiz.models import CommissionedProject, Operator, Venture
from wards import clock
from wards.badges import badge
from wards.desk.pages.placed_list import PlacedList
from wards.desk.pages.showing import public_badge
from wards.desk.pages.steps import StepPages
from wards.fiscal_year import fiscal_year_label, fiscal_year_of
from wards.list_columns import day_column


class SocialBizList(PlacedList):
    """A list of the work of 社会的ビジネス."""

    of_what = "社会的ビジネス"
    page_base = "admin/socialbiz/base.html"
    export_permission = "socialbiz.export_operator"
    neighbours = (Venture, CommissionedProject, Operator)

    def further_places(self, request) -> list[tuple[str, str]]:
        """Lead to the counts."""
        return [("件数と成果指標", reverse("admin:socialbiz_venture_counts"))]


class UndertakingList(StepPages, SocialBizList):
    """A list of what operators carry: since when, whether it goes on, whether everybody sees it."""

    def page_context(self, request, undertaking, refused) -> dict:
        """Return how it stands, and the fiscal year in which it counts."""
        return {
            "standing": standing_badge(undertaking),
            "public": public_badge(undertaking),
            "fiscal_year": fiscal_year_label(fiscal_year_of(undertaking.started_on)),
        }

    @admin.display(description="開始した日", ordering="started_on")
    def started_column(self, undertaking):
        """Since when."""
        return day_column(undertaking.started_on)

    @admin.display(description="状態")
    def standing_column(self, undertaking):
        """Whether it goes on."""
        return standing_badge(undertaking)

    @admin.display(description="公表")
    def public_column(self, undertaking):
        """Whether everybody sees it."""
        return public_badge(undertaking)


def standing_badge(undertaking):
    """Say whether something goes on today."""
    if undertaking.goes_on(clock.today()):
        return badge("継続中", "good", "●")
    return badge("終了", "plain", "■")
