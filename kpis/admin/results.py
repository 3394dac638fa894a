"""The list of a ward's results: columns, filters, totals, bulk actions."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.postgres.aggregates import StringAgg
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, Value
from django.template.response import TemplateResponse
from django.urls import path

from kpis.admin import columns, waiting
from kpis.admin.entry import reason_given
from kpis.admin.filters import (
    FiscalYearFilter,
    MissingFilter,
    PillarFilter,
    ReferenceFilter,
    StateFilter,
    StatusFilter,
)
from kpis.admin.grid import GridPages
from kpis.admin.import_pages import ResultImportExport
from kpis.admin.one_result import ResultPage
from kpis.admin.recompute import recompute_view
from kpis.choices import EntryState, Status, short_implementation
from kpis.entry_states import MOVES
from kpis.models import Result
from kpis.presentation import Scale, value_text
from kpis.services import move_result
from wards.admin_base import WardModelAdmin
from wards.fiscal_year import fiscal_year_label

MOVE_OF_ACTION = {
    "submit_selected": "submit",
    "confirm_selected": "confirm_by_ward",
    "send_back_selected": "send_back",
}


class ResultAdmin(ResultImportExport, GridPages, ResultPage, WardModelAdmin):
    """実績: read by all, typed by officers, moved only by the buttons of `entry_states`."""

    list_title = "指標の実績一覧"
    empty_sentence = "該当する実績はありません。絞り込みの条件を変えてください。"
    list_display = (
        "year_column",
        "indicator_column",
        "target_column",
        "value_column",
        "respondents_column",
        "rate_column",
        "status_column",
        "reference_column",
        "implementation_column",
        "state_column",
        "next_step_column",
    )
    list_display_links = ("indicator_column",)
    list_filter = (
        FiscalYearFilter,
        PillarFilter,
        StateFilter,
        StatusFilter,
        MissingFilter,
        ReferenceFilter,
    )
    search_fields = (
        "indicator__printed_code",
        "indicator__code",
        "indicator__item_title",
        "indicator__short_title",
        "indicator__text",
        "note",
        "reference_note",
    )
    search_help_text = "指標の記号・項目・文章、備考、参考理由から探します。"
    actions = ("submit_selected", "confirm_selected", "send_back_selected")

    def has_add_permission(self, request) -> bool:
        """Results exist because a year was opened, one per indicator."""
        return False

    def has_submit_permission(self, request) -> bool:
        """Say whether the bulk action is offered."""
        return request.user.has_perm("kpis.submit_result")

    def has_confirm_permission(self, request) -> bool:
        """Say whether the bulk action is offered."""
        return request.user.has_perm("kpis.confirm_result")

    def has_send_back_permission(self, request) -> bool:
        """Say whether the bulk action is offered."""
        return request.user.has_perm("kpis.send_back_result")

    def get_urls(self):
        """Add the pages that are neither list nor form."""
        wrap = self.admin_site.admin_view
        return [
            path("grid/", wrap(self.grid_view), name="kpis_result_grid"),
            path("recompute/", wrap(recompute_view), name="kpis_result_recompute"),
            *super().get_urls(),
        ]

    # --- the list ---

    def get_queryset(self, request):
        """Fetch what a row prints, in one query."""
        results = Result.objects.with_indicator().select_related("entered_by", "confirmed_by")
        results = results.annotate(urgency=waiting.URGENCY)
        return results.order_by(*self.get_ordering(request))

    def get_ordering(self, request):
        """Put first what has to be done, then print order."""
        return ["-fiscal_year", "urgency", "indicator__number"]

    def get_list_display(self, request):
        """Show 年度 only where rows of several years stand together; its width is needed."""
        several_years = request.GET.get(FiscalYearFilter.parameter_name) == "all"
        return self.list_display if several_years else self.list_display[1:]

    @admin.display(description="年度", ordering="fiscal_year")
    def year_column(self, result):
        """年度 in the Japanese era."""
        return fiscal_year_label(result.fiscal_year)

    @admin.display(description="指標", ordering="indicator__number")
    def indicator_column(self, result):
        """Printed code and item."""
        return str(result.indicator)

    @admin.display(description="目標")
    def target_column(self, result):
        """Target without its deadline, which all share."""
        return result.indicator.short_target

    @admin.display(description="実績", ordering="actual")
    def value_column(self, result):
        """Tell 未入力, 該当なし and 実績0 apart; beside a year's cases stands the sum that is judged."""
        value = columns.written_value(result)
        if result.indicator.cumulative_from is None or result.judged_value is None:
            return value
        return f"{value}（累計{value_text(result.judged_value, result.indicator.unit)}）"

    @admin.display(description="回答者数", ordering="respondents")
    def respondents_column(self, result):
        """Number of respondents."""
        return "—" if result.respondents is None else f"{result.respondents:,}"

    @admin.display(description="進捗率", ordering="progress_rate")
    def rate_column(self, result):
        """進捗率 as printed."""
        if result.awaits_judgement:
            return "算定待ち"
        return "—" if result.progress_rate is None else f"{result.progress_rate:,}％"

    @admin.display(description="判定", ordering="status")
    def status_column(self, result):
        """判定 as mark and word."""
        return columns.status_badge(result)

    @admin.display(description="参考", ordering="reference_reason")
    def reference_column(self, result):
        """Whether the value is 参考数値."""
        return columns.badge("参考", "plain", "※") if result.is_reference_only else "—"

    @admin.display(description="取組状況", ordering="implementation")
    def implementation_column(self, result):
        """取組状況 of 表1."""
        return short_implementation(result.implementation) or "—"

    @admin.display(description="入力状態", ordering="state")
    def state_column(self, result):
        """入力状態 as mark and word."""
        return columns.state_badge(result.state)

    @admin.display(description="次の手順")
    def next_step_column(self, result):
        """Who has to do what next."""
        return columns.next_step(result)

    def changelist_view(self, request, extra_context=None):
        """Add the totals of exactly what is listed."""
        response = super().changelist_view(request, extra_context)
        changelist = getattr(response, "context_data", None) and response.context_data.get("cl")
        if changelist:
            response.context_data["totals"] = _totals(changelist.queryset)
        return response

    # --- bulk actions ---

    def get_actions(self, request):
        """Offer only the moves that lead away from the state which the list is filtered by."""
        actions = super().get_actions(request)
        state = request.GET.get("state", "")
        if state not in EntryState.values or request.method == "POST":
            return actions
        return {
            name: action
            for name, action in actions.items()
            if name not in MOVE_OF_ACTION or state in MOVES[MOVE_OF_ACTION[name]].from_states
        }

    @admin.action(description="提出する", permissions=["submit"])
    def submit_selected(self, request, queryset):
        """Hand in each chosen result."""
        self._move_each(request, queryset, "submit")

    @admin.action(description="区として確認する", permissions=["confirm"])
    def confirm_selected(self, request, queryset):
        """Confirm each chosen result for the ward."""
        self._move_each(request, queryset, "confirm_by_ward")

    @admin.action(description="差し戻す（理由を入力）", permissions=["send_back"])
    def send_back_selected(self, request, queryset):
        """Ask for one reason, then send back each chosen result."""
        error = ""
        if "apply" in request.POST:
            try:
                if reason := reason_given(request.POST):
                    return self._move_each(request, queryset, "send_back", reason)
                error = "理由を入力してください。"
            except ValidationError as refusal:
                error = refusal.messages[0]
        context = {
            **self.admin_site.each_context(request),
            "title": "差し戻す理由",
            "opts": self.opts,
            "results": queryset,
            "error": error,
            "checkbox_name": ACTION_CHECKBOX_NAME,
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "admin/kpis/result/send_back.html", context)

    def _move_each(self, request, queryset, code: str, reason: str = "") -> None:
        moved = 0
        for result in queryset.order_by("-fiscal_year", "indicator__number"):
            try:
                move_result(
                    result,
                    code,
                    actor=request.user,
                    permissions=request.user.get_all_permissions(),
                    reason=reason,
                )
                moved += 1
            except ValidationError as refusal:
                sentence = f"{result}：{' '.join(refusal.messages)}"
                self.message_user(request, sentence, messages.ERROR)
        if moved:
            done = f"{moved}件の実績について「{MOVES[code].label}」を行いました。"
            self.message_user(request, done, messages.SUCCESS)


def _totals(queryset) -> dict[str, int | str]:
    """Count what the list shows, in one query; 参考 is in no class.

    The classes are called as in the rules of what is listed; years may call them differently.
    """
    counted = Q(counted=True) & ~Q(status="")
    unjudged = Scale(None)
    return queryset.order_by().aggregate(
        total=Count("pk"),
        missing=Count("pk", filter=waiting.MISSING),
        in_count=Count("pk", filter=counted),
        going_well=Count("pk", filter=counted & Q(status=Status.ON_TRACK)),
        reached=Count("pk", filter=counted & Q(status=Status.ON_TRACK, achieved=True)),
        going_badly=Count("pk", filter=counted & Q(status=Status.NOT_ON_TRACK)),
        in_brackets=Count("pk", filter=Q(counted=True, status="")),
        for_reference=Count("pk", filter=~Q(reference_reason="")),
        on_track_label=_labels("rule__on_track_label", unjudged.on_track_label),
        not_on_track_label=_labels("rule__not_on_track_label", unjudged.not_on_track_label),
    )


def _labels(field: str, default: str) -> StringAgg:
    return StringAgg(field, "・", distinct=True, default=Value(default))
