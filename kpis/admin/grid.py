"""「年度の一括入力」: all indicators of a year on one page, typed from the keyboard like a sheet."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, transaction
from django.db.models import Max, OuterRef, Subquery
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from kpis import entry_rules
from kpis.admin import columns, waiting
from kpis.admin.entry import ResultEntryForm
from kpis.catalog.models import Policy
from kpis.choices import EntryState
from kpis.entry_states import OPEN_FOR_ENTRY
from kpis.models import Result
from kpis.services import enter_result, move_result, open_fiscal_year
from wards import clock
from wards.fiscal_year import fiscal_year_label

BUSY = "ほかの人が同じ年度の実績を保存しています。少し待ってから、もう一度保存してください。"


@dataclass
class GridRow:
    """One indicator's row: a form while it is open for entry, its value otherwise."""

    result: Result
    previous: Result | None
    form: ResultEntryForm | None
    conflicts: list = field(default_factory=list)

    @property
    def value(self) -> str:
        """Return the value as it is written."""
        return columns.written_value(self.result)

    @property
    def previous_value(self) -> str:
        """Return last year's value as it is written."""
        return columns.written_value(self.previous) if self.previous else "—"

    @property
    def target(self) -> str:
        """Return the target without its deadline."""
        return self.result.indicator.short_target

    @property
    def state_badge(self) -> str:
        """Return the badge of the 入力状態."""
        return columns.state_badge(self.result.state)

    @property
    def questions(self) -> list[str]:
        """Return what to look at again; an empty row is simply not entered yet."""
        if self.form is None or (not self.form.is_bound and not self.result.is_answered):
            return []
        return self.form.questions()


class GridPages:
    """The grid's page, mixed into the admin of results."""

    def grid_view(self, request):
        """Show, save or submit the whole year; open it when it has no rows."""
        if request.method not in {"GET", "HEAD", "POST"}:
            return HttpResponseNotAllowed(["GET", "POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        fiscal_year = _fiscal_year_asked(request)
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied("あなたの役割では、実績を入力できません。")
            action = request.POST.get("action", "save")
            if action == "open":
                return self._open_year(request, fiscal_year)
            if action == "submit" and not self.has_submit_permission(request):
                raise PermissionDenied("あなたの役割では、実績を提出できません。")
            try:
                rows, saved = self._save_grid(request, fiscal_year)
            except OperationalError:
                self.message_user(request, BUSY, messages.ERROR)
                rows, saved = self._grid_rows(request, fiscal_year, data=request.POST), False
            if saved:
                if action == "submit":
                    self._submit_year(request, fiscal_year)
                return HttpResponseRedirect(f"{request.path}?fiscal_year={fiscal_year}")
        else:
            rows = self._grid_rows(request, fiscal_year)
        return TemplateResponse(
            request, "admin/kpis/result/grid.html", self._grid_context(request, fiscal_year, rows)
        )

    def _grid_context(self, request, fiscal_year: int, rows: list[GridRow]) -> dict:
        request.current_app = self.admin_site.name
        return {
            **self.admin_site.each_context(request),
            "title": f"{fiscal_year_label(fiscal_year)}の"
            f"{'一括入力' if self.has_change_permission(request) else '一覧表'}",
            "opts": self.opts,
            "fiscal_year": fiscal_year,
            "years": _years_to_choose(),
            "rows": rows,
            "open_rows": sum(row.form is not None for row in rows),
            "bad_rows": sum(bool((row.form and row.form.errors) or row.conflicts) for row in rows),
            "missing": sum(not row.result.is_answered for row in rows),
            "may_change": self.has_change_permission(request),
            "may_submit": self.has_submit_permission(request),
        }

    def _grid_rows(self, request, fiscal_year: int, *, data=None, lock=False) -> list[GridRow]:
        results = Result.objects.for_fiscal_year(fiscal_year).with_indicator()
        if lock:
            results = results.select_for_update(of=("self",))
        else:
            events = Result.pgh_event_model.objects.filter(pgh_obj=OuterRef("pk")).order_by()
            last = events.values("pgh_obj").annotate(last=Max("pgh_id")).values("last")
            results = results.annotate(version=Subquery(last))
        previous = {
            result.indicator_id: result
            for result in Result.objects.for_fiscal_year(fiscal_year - 1).select_related(
                "indicator"
            )
        }
        may_change = self.has_change_permission(request)
        rows = []
        for result in results:
            last_year = previous.get(result.indicator_id)
            form = None
            if may_change and result.state in OPEN_FOR_ENTRY:
                form = ResultEntryForm(
                    data,
                    result=result,
                    previous=last_year,
                    version=getattr(result, "version", None) or 0,
                    prefix=result.indicator.code,
                )
                _label_for_screen_readers(form)
            rows.append(GridRow(result, last_year, form))
        return rows

    def _save_grid(self, request, fiscal_year: int) -> tuple[list[GridRow], bool]:
        """Store every changed row, or none when one of them is refused."""
        with transaction.atomic():
            rows = self._grid_rows(request, fiscal_year, data=request.POST, lock=True)
            posted = [
                row for row in rows if row.form and row.form.add_prefix("actual") in request.POST
            ]
            for row in rows:
                if row.form and row not in posted:
                    row.form = ResultEntryForm(
                        result=row.result, previous=row.previous, prefix=row.result.indicator.code
                    )
            gone = _locked_meanwhile(rows, request.POST)
            changed = []
            for row in posted:
                if not row.form.is_valid() or not (row.form.differs() and row.form.is_touched()):
                    continue
                row.conflicts = row.form.changes_meanwhile()
                if row.conflicts:
                    row.form.show_again()
                changed.append(row)
            bad = [row for row in posted if row.form.errors or row.conflicts]
            if not bad and not gone:
                for row in changed:
                    try:
                        enter_result(row.result, actor=request.user, **row.form.values())
                    except ValidationError as refusal:
                        row.form.add_error(None, refusal)
                        bad.append(row)
            if bad or gone:
                transaction.set_rollback(True)
        if gone:
            names = "、".join(str(row.result.indicator) for row in gone)
            sentence = f"画面を開いたあとに状態が変わったため、入力できません：{names}"
            self.message_user(request, sentence, messages.ERROR)
        if bad or gone:
            if not bad:
                self.message_user(request, "どの行も保存していません。", messages.ERROR)
            return rows, False
        if changed:
            self.message_user(request, f"{len(changed)}件を保存しました。", messages.SUCCESS)
        elif request.POST.get("action") != "submit":
            self.message_user(request, "変更はありませんでした。", messages.INFO)
        return rows, True

    def _submit_year(self, request, fiscal_year: int) -> None:
        """Hand in every entered draft; what was sent back is answered one by one."""
        drafts = (
            Result.objects.for_fiscal_year(fiscal_year)
            .with_indicator()
            .filter(state=EntryState.DRAFT)
        )
        submitted = 0
        for result in drafts.filter(waiting.ENTERED):
            try:
                move_result(
                    result,
                    "submit",
                    actor=request.user,
                    permissions=request.user.get_all_permissions(),
                )
                submitted += 1
            except ValidationError as refusal:
                sentence = f"{result.indicator}：{' '.join(refusal.messages)}"
                self.message_user(request, sentence, messages.ERROR)
        if submitted:
            self.message_user(request, f"{submitted}件を提出しました。", messages.SUCCESS)
        if left := drafts.filter(waiting.MISSING).count():
            sentence = f"未入力の{left}件は提出していません。"
            self.message_user(request, sentence, messages.WARNING)
        elif not submitted:
            self.message_user(request, "提出できる実績はありません。", messages.INFO)
        sent_back = Result.objects.for_fiscal_year(fiscal_year).filter(waiting.SENT_BACK).count()
        if sent_back:
            sentence = f"差戻しの{sent_back}件は、理由を確かめて1件ずつ提出してください。"
            self.message_user(request, sentence, messages.WARNING)

    def _open_year(self, request, fiscal_year: int):
        """Make the year's empty rows."""
        made = open_fiscal_year(fiscal_year)
        sentence = f"{fiscal_year_label(fiscal_year)}の入力を始めました（{made}件）。"
        self.message_user(request, sentence, messages.SUCCESS)
        return HttpResponseRedirect(f"{request.path}?fiscal_year={fiscal_year}")


def grid_url(fiscal_year: int) -> str:
    """Return the address of a year's grid."""
    return f"{reverse('admin:kpis_result_grid')}?fiscal_year={fiscal_year}"


def _years_to_choose() -> list[int]:
    """Return the fiscal years of the policies that have begun, the latest first."""
    return Policy.objects.begun(clock.today())[::-1]


def _fiscal_year_asked(request) -> int:
    """Return the year of the address, or the latest one; an unknown year is 404."""
    years = _years_to_choose()
    asked = request.GET.get("fiscal_year") or request.POST.get("fiscal_year")
    if not asked:
        if not years:
            raise Http404
        return years[0]
    try:
        fiscal_year = entry_rules.parse_fiscal_year(asked)
    except entry_rules.EntryError as error:
        raise Http404 from error
    if fiscal_year not in years:
        raise Http404
    return fiscal_year


def _locked_meanwhile(rows: list[GridRow], data) -> list[GridRow]:
    """Return the rows that were typed over but are no longer open for entry."""
    gone = []
    for row in rows:
        code = row.result.indicator.code
        if row.form is None and f"{code}-actual" in data:
            form = ResultEntryForm(data, result=row.result, prefix=code)
            if set(form.changed_data) - {"version"}:
                gone.append(row)
    return gone


def _label_for_screen_readers(form: ResultEntryForm) -> None:
    code = form.result.indicator.printed_code
    for name, bound in form.fields.items():
        if name != "version":
            bound.widget.attrs["aria-label"] = f"{code} {bound.label}"
    form.fields["note"].widget.attrs["rows"] = 1
