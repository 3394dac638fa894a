"""CB/SB: the list, the page of one, and the counts for the 成果指標."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse

from councils.models import SchoolDistrictArea
from kpis.models import Result
from socialbiz.admin.places import UndertakingList
from socialbiz.admin.steps import shared_steps, still_goes_on
from socialbiz.choices import VentureField, VentureKind, WardPart
from socialbiz.models import Operator, Venture
from socialbiz.services import counts, ventures
from socialbiz.services.ventures import WRITTEN
from wards import clock
from wards.desk.pages.add_page import AddPage
from wards.desk.pages.step_fields import (
    choice_field,
    day_field,
    line_field,
    row_field,
    text_field,
)
from wards.desk.pages.steps import RowForm, Step
from wards.fiscal_year import fiscal_year_label, fiscal_year_of
from wards.list_filters import choice_filter
from wards.row_numbers import row_number
from wards.sites import ward_site


class VentureForm(RowForm):
    """What began, when, carried by whom."""

    title = line_field("名称")
    operator = row_field("担い手", Operator.objects.all())
    kind = choice_field("種類", VentureKind.choices)
    field = choice_field("分野", VentureField.choices)
    area = row_field("校区等地域", SchoolDistrictArea.objects.all(), empty="区全体", required=False)
    started_on = day_field("開始した日", help_text="この日の年度に、新しく生まれたものとして数えます。")  # fmt: skip
    ward_part = choice_field("区の関わり", WardPart.choices)
    summary = text_field("内容", rows=4, required=False, help_text="公表します。個人が分かることは書かないでください。")  # fmt: skip


def change(venture, data, user) -> str:
    """内容を直す."""
    ventures.change_venture(venture, actor=user, **data)
    return "内容を直しました。"


class VentureAdmin(AddPage, UndertakingList):
    """コミュニティ・ビジネス and ソーシャル・ビジネス of the ward."""

    list_title = "CB/SB"
    empty_sentence = "当てはまるCB/SBはありません。「{add}」から登録してください。"
    page_template = "admin/socialbiz/venture.html"
    add_form = VentureForm
    add_template = "admin/socialbiz/venture_new.html"
    steps = (
        *shared_steps(ventures.MAY_CHANGE),
        Step("change", "内容を直す", VentureForm, ventures.MAY_CHANGE, change, still_goes_on),
    )
    list_display = (
        "title",
        "kind",
        "field",
        "operator",
        "started_column",
        "ward_part",
        "standing_column",
        "public_column",
    )
    list_filter = (
        choice_filter("種類", "kind", VentureKind),
        choice_filter("分野", "field", VentureField),
        choice_filter("区の関わり", "ward_part", WardPart),
    )
    list_select_related = ("operator", "area")
    search_fields = ("title", "operator__name", "summary")
    search_help_text = "名称、担い手、内容を探します。"
    history_fields = (*WRITTEN, "ended_on", "ended_reason", "is_public")
    export_columns = (
        ("名称", "title"),
        ("種類", "get_kind_display"),
        ("分野", "get_field_display"),
        ("担い手", lambda one: one.operator.name),
        ("担い手の種類", lambda one: one.operator.get_kind_display()),
        ("校区等地域", lambda one: str(one.area or "区全体")),
        ("開始した日", "started_on"),
        ("開始した年度", lambda one: fiscal_year_of(one.started_on)),
        ("終了した日", "ended_on"),
        ("終了の理由", "ended_reason"),
        ("区の関わり", "get_ward_part_display"),
        ("内容", "summary"),
        ("公表する", lambda one: "はい" if one.is_public else "いいえ"),
    )

    def get_urls(self):
        """Put the counts before Django's own addresses."""
        view = self.admin_site.admin_view(self.counts_view)
        return [path("counts/", view, name="socialbiz_venture_counts"), *super().get_urls()]

    def add(self, data, actor):
        """Register one."""
        made = ventures.register_venture(actor=actor, **data)
        return made, f"「{made}」を登録しました。"

    def things(self):
        """Return ventures with who carries them."""
        return Venture.objects.select_related("operator", "area")

    def page_context(self, request, venture, refused) -> dict:
        """Return the venture, and the projects that came of it."""
        return {
            "venture": venture,
            **super().page_context(request, venture, refused),
            "projects": list(venture.projects.all()),
        }

    def counts_view(self, request):
        """Show what the register counts beside the 実績, and enter the one as the other."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            year = row_number(request.POST.get("fiscal_year", ""))
            if year is None or year not in _years():
                raise Http404
            try:
                changed = counts.enter_counts(year, actor=request.user)
            except ValidationError as refusal:
                for reason in refusal.messages:
                    messages.error(request, reason)
            else:
                told = f"{changed}件の実績を書き換えました。" if changed else "実績は、すでに件数のとおりです。"  # fmt: skip
                messages.success(request, f"{fiscal_year_label(year)}：{told}")
            return HttpResponseRedirect(reverse("admin:socialbiz_venture_counts"))
        now = counts.counted(fiscal_year_of(clock.today()))
        return self.page(
            request,
            "admin/socialbiz/counts.html",
            title="件数と成果指標",
            years=[_year_in_words(year) for year in _years()],
            this_year=fiscal_year_label(fiscal_year_of(clock.today())),
            ventures=now["1-3-b"],
            projects=now["1-3-c"],
            may_enter=request.user.has_perm(counts.MAY_ENTER),
        )


def _years() -> list[int]:
    """Return the fiscal years of which 成果指標 ask for these counts, the newest first."""
    asked = Result.objects.filter(indicator__code__in=counts.COUNTED_BY)
    return list(asked.order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct())


def _year_in_words(year: int) -> dict:
    rows = counts.counts_of(year)
    return {
        "year": year,
        "label": fiscal_year_label(year),
        "counts": rows,
        "differs": not all(one.is_entered for one in rows),
        "against": counts.reasons_not_to_enter(rows),
    }


ward_site.register(Venture, VentureAdmin)
