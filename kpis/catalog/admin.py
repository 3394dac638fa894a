"""Staff screens of the definitions that 24 wards share, and of the city's own results."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, connection, transaction
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse

from kpis import entry_states
from kpis.catalog.city_entry import (
    CHANGED_MEANWHILE,
    CITY_STEPS,
    CityResultForm,
    city_result,
    city_results,
    is_changed_since,
    locked_city_result,
    steps_from,
    take_step,
)
from kpis.catalog.models import CityResult, EvaluationRule, Indicator, Policy
from wards.admin_base import WardModelAdmin
from wards.fiscal_year import fiscal_year_label
from wards.history import last_change_number
from wards.row_numbers import row_number
from wards.sites import city_site, ward_site

BUSY = "ほかの人が同じ実績を保存しています。少し待ってから、もう一度保存してください。"


class ReadOnlyAdmin(WardModelAdmin):
    """Definitions come with the product and change by decision, not by a form."""

    def has_add_permission(self, request) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """Nobody changes."""
        return False

    def history_view(self, request, object_id, extra_context=None):
        """Tell the history at 本庁 only: a ward cannot read that of shared tables."""
        if not connection.tenant.is_headquarters:
            raise Http404
        return super().history_view(request, object_id, extra_context)


class PolicyAdmin(ReadOnlyAdmin):
    """The basic policy that the indicators belong to."""

    list_display = ("title", "adopted_in", "years")
    empty_sentence = "基本方針が登録されていません。"

    @admin.display(description="対象年度")
    def years(self, policy) -> str:
        """Write the first and the last year."""
        first, last = policy.first_fiscal_year, policy.last_fiscal_year
        return f"{fiscal_year_label(first)}～{fiscal_year_label(last)}"


class IndicatorAdmin(ReadOnlyAdmin):
    """The 成果指標 with their targets."""

    list_display = (
        "printed_code",
        "code",
        "short_title",
        "target_column",
        "minimum",
        "counting_column",
    )
    list_display_links = ("printed_code", "short_title")
    list_filter = ("pillar", "counting")
    ordering = ("policy", "number")
    search_fields = ("printed_code", "code", "item_title", "short_title", "text")
    search_help_text = "項目や指標の文で検索します。"
    empty_sentence = "条件に合う成果指標はありません。"

    @admin.display(description="目標")
    def target_column(self, indicator) -> str:
        """Write the target as printed."""
        return indicator.target_text

    @admin.display(description="必要な回答者数")
    def minimum(self, indicator) -> str:
        """Write how many answers are needed."""
        number = indicator.minimum_respondents
        return "下限なし" if number is None else f"{number:,}名"

    @admin.display(description="件数の数え方")
    def counting_column(self, indicator) -> str:
        """Say how it enters 表2."""
        return indicator.get_counting_display()


class EvaluationRuleAdmin(ReadOnlyAdmin):
    """How each year is judged, and where that is written."""

    list_display = ("year", "minimum", "source")
    empty_sentence = "判定の基準が登録されていません。"

    @admin.display(description="年度", ordering="fiscal_year")
    def year(self, rule) -> str:
        """Write the year."""
        return fiscal_year_label(rule.fiscal_year)

    @admin.display(description="概ね順調とする進捗率")
    def minimum(self, rule) -> str:
        """Write the threshold."""
        return f"{rule.on_track_minimum}％以上"


class CityResultAdmin(WardModelAdmin):
    """The city's own results: one per year and indicator that is counted once."""

    list_title = "全市の実績"

    def has_add_permission(self, request) -> bool:
        """Rows appear with the first entry; there is nothing to add by hand."""
        return False

    def get_urls(self):
        """Name a result by year and indicator, never by number."""
        return [
            path(
                "entry/<int:fiscal_year>/<slug:code>/",
                self.admin_site.admin_view(self.entry_view),
                name="kpi_catalog_cityresult_entry",
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        """Show every year's result, entered or not."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.page(
            request,
            "admin/kpi_catalog/cityresult/list.html",
            title=self.list_title,
            results=[
                {
                    "result": result,
                    "next_step": _next_step(result),
                    "history": result.pk is not None,
                }
                for result in city_results()
            ],
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Lead from Django's address to ours."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        result = self.get_object(request, object_id)
        if result is None:
            raise Http404
        return HttpResponseRedirect(_address(result))

    def entry_view(self, request, fiscal_year: int, code: str):
        """Show one result, store what is typed, or take a step."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        result = city_result(fiscal_year, code)
        if result is None:
            raise Http404
        may_change = self.has_change_permission(request)
        form = None
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            step = request.POST.get("step")
            if step and (step not in CITY_STEPS or result.pk is None):
                raise Http404
            try:
                form = self._change(request, result, step)
            except OperationalError:
                self.message_user(request, BUSY, messages.ERROR)
            if form is None:
                return HttpResponseRedirect(_address(result))
            result = city_result(fiscal_year, code)
        form = form or CityResultForm(result=result)
        return self.page(
            request,
            "admin/kpi_catalog/cityresult/entry.html",
            title=f"全市の実績：{result}",
            result=result,
            form=form,
            version=last_change_number(result) if result.pk else 0,
            may_change=may_change,
            is_open=result.state in entry_states.OPEN_FOR_ENTRY,
            next_step=_next_step(result),
            steps=steps_from(result.state) if may_change and result.pk else [],
        )

    def _change(self, request, result: CityResult, step: str | None) -> CityResultForm | None:
        """Do what was posted on the locked row; return the form where it must be shown again."""
        with transaction.atomic():
            locked = locked_city_result(result)
            if step:
                self._step(request, locked, step)
                return None
            form = CityResultForm(request.POST, result=locked)
            changed = form.is_valid() and form.store(request.user)
            if not changed:
                # An empty row that was made for the lock goes again.
                transaction.set_rollback(True)
        if form.errors:
            return form
        self.message_user(
            request,
            "保存しました。判定は次の算定（毎日02:00）で反映されます。"
            if changed
            else "変更はありません。",
        )
        return None

    def _step(self, request, result: CityResult, code: str) -> None:
        seen = row_number(request.POST.get("version", ""))
        if is_changed_since(result, seen):
            self.message_user(request, CHANGED_MEANWHILE, messages.ERROR)
            return
        try:
            take_step(
                result, code, actor=request.user, reason=request.POST.get("reason", "").strip()
            )
        except ValidationError as refusal:
            for message in refusal.messages:
                self.message_user(request, message, messages.ERROR)
        else:
            self.message_user(request, f"「{CITY_STEPS[code].label}」を行いました。")


def _address(result: CityResult) -> str:
    return reverse(
        "admin:kpi_catalog_cityresult_entry", args=[result.fiscal_year, result.indicator.code]
    )


def _next_step(result: CityResult) -> str:
    if not result.has_entry:
        return "実績値を入力してください。"
    steps = steps_from(result.state)
    if result.state in entry_states.OPEN_FOR_ENTRY:
        return "値を確かめて提出してください。"
    if steps and steps[0].code == "finalize":
        return "市民局が確定します。"
    return entry_states.next_step(result.state)


for site in (city_site, ward_site):
    site.register(Policy, PolicyAdmin)
    site.register(Indicator, IndicatorAdmin)
    site.register(EvaluationRule, EvaluationRuleAdmin)
city_site.register(CityResult, CityResultAdmin)
