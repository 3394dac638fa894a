"""The page of one result: its facts, its form, its next step, its explanation, its history."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, transaction
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from kpis import entry_states
from kpis.admin import columns
from kpis.admin.entry import (
    ENTRY_FIELDS,
    MOVE_FIELDS,
    ResultEntryForm,
    changes_since,
    reason_given,
)
from kpis.entry_rules import UNIT_WORDS
from kpis.entry_states import MOVES
from kpis.explaining import explain
from kpis.models import Result
from kpis.services import enter_result, move_result
from wards.row_numbers import row_number

CHANGED_MEANWHILE = "この画面を開いたあとに、ほかの人が変更しました。内容を確かめてください。"
BUSY = "ほかの人が同じ実績を保存しています。少し待ってから、もう一度保存してください。"


class ResultPage:
    """The page of one result, mixed into the admin of results."""

    history_fields = (
        *ENTRY_FIELDS,
        *MOVE_FIELDS,
        "progress_rate",
        "status",
        "achieved",
        "counted",
        "reference_reason",
    )

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Show one result with its facts, its form, its next step and its history."""
        if request.method not in {"GET", "HEAD", "POST"}:
            return HttpResponseNotAllowed(["GET", "POST"])
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        result = self.get_object(request, object_id)
        if result is None:
            raise Http404
        previous = _previous(result)
        form = None
        if request.method == "POST":
            try:
                done, form = self._store(request, result, previous)
            except OperationalError:
                self.message_user(request, BUSY, messages.ERROR)
                done, form = True, None
            if done:
                return HttpResponseRedirect(request.get_full_path())
            result = form.result if form else self.get_object(request, object_id)
        context = self._page_of(request, result, previous, form)
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            "admin/kpis/result/change_form.html",
            {**context, **(extra_context or {})},
        )

    def _store(self, request, result, previous) -> tuple[bool, ResultEntryForm | None]:
        """Do what was posted; return whether to leave the form, and the form to show otherwise."""
        code = request.POST.get("move", "")
        if code and code not in MOVES:
            raise Http404
        permissions = request.user.get_all_permissions()
        if code and MOVES[code].permission not in permissions:
            raise PermissionDenied(f"あなたの役割では「{MOVES[code].label}」ことはできません。")
        is_entry = "actual" in request.POST
        if (is_entry or not code) and not self.has_change_permission(request, result):
            raise PermissionDenied("あなたの役割では、実績を入力できません。")
        with transaction.atomic():
            locked = (
                Result.objects.select_for_update(of=("self",)).with_indicator().get(pk=result.pk)
            )
            if is_entry or not code:
                form = ResultEntryForm(request.POST, result=locked, previous=previous)
                if not self._enter(request, form):
                    return False, form
            elif not self._has_seen_the_latest(request, locked):
                return False, None
            if code:
                self._move(request, locked, code, permissions)
        return True, None

    def _enter(self, request, form: ResultEntryForm) -> bool:
        if not form.is_valid():
            return False
        if form.differs() and form.is_touched():
            form.conflicts = form.changes_meanwhile()
            if form.conflicts:
                form.show_again()
                return False
            try:
                changed = enter_result(form.result, actor=request.user, **form.values())
            except ValidationError as refusal:
                for sentence in refusal.messages:
                    form.add_error(None, sentence)
                return False
            if changed:
                self.message_user(request, "保存しました。", messages.SUCCESS)
        elif not request.POST.get("move"):
            self.message_user(request, "変更はありませんでした。", messages.INFO)
        return True

    def _has_seen_the_latest(self, request, result) -> bool:
        """Say whether the person moves what they saw; a request without number is a person's word."""
        version = row_number(request.POST.get("version", ""))
        if version is not None and changes_since(result, version):
            self.message_user(request, CHANGED_MEANWHILE, messages.ERROR)
            return False
        return True

    def _move(self, request, result, code: str, permissions) -> None:
        try:
            reason = reason_given(request.POST)
            move_result(result, code, actor=request.user, permissions=permissions, reason=reason)
        except ValidationError as refusal:
            for sentence in refusal.messages:
                self.message_user(request, sentence, messages.ERROR)
        else:
            done = f"「{MOVES[code].label}」を行いました。入力状態は「{result.get_state_display()}」です。"
            self.message_user(request, done, messages.SUCCESS)

    def _page_of(self, request, result, previous, form) -> dict:
        locked = entry_states.reasons_not_to_edit(result.state)
        may_change = self.has_change_permission(request, result)
        changes = self.get_history(result)
        version = changes[0].number if changes else 0
        if may_change and not locked and form is None:
            form = ResultEntryForm(result=result, previous=previous, version=version)
        moves = entry_states.moves_from(result.state, request.user.get_all_permissions())
        neighbours = list(
            Result.objects.for_fiscal_year(result.fiscal_year).values_list("pk", flat=True)
        )
        place = neighbours.index(result.pk)
        return {
            **self.admin_site.each_context(request),
            "title": str(result.indicator),
            "subtitle": None,
            "opts": self.opts,
            "result": result,
            "indicator": result.indicator,
            "previous": previous,
            "previous_value": columns.written_value(previous) if previous else "—",
            "value": columns.written_value(result),
            "unit_word": UNIT_WORDS[result.indicator.unit],
            "target": result.indicator.target_text,
            "state_badge": columns.state_badge(result.state),
            "status_badge": columns.status_badge(result),
            "next_step": columns.next_step(result),
            "form": form,
            "respondents_mark": "※提出に必要" if result.indicator.minimum_respondents else "",
            "conflicts": getattr(form, "conflicts", []),
            "questions": form.questions() if form else [],
            "locked_reasons": locked,
            "may_change": may_change,
            # Where the form is shown, its own button saves and submits in one step.
            "moves": [m for m in moves if not (form and m.code == "submit")],
            "submit_move": next((m for m in moves if form and m.code == "submit"), None),
            "version": version,
            "explanation": explain(result),
            "changes": changes,
            "previous_url": _result_url(neighbours[place - 1]) if place else "",
            "next_url": _result_url(neighbours[place + 1]) if place + 1 < len(neighbours) else "",
        }


def _result_url(number: int) -> str:
    return reverse("admin:kpis_result_change", args=[number])


def _previous(result: Result) -> Result | None:
    """Return the indicator's result of the year before."""
    return (
        Result.objects.select_related("indicator")
        .filter(indicator_id=result.indicator_id, fiscal_year=result.fiscal_year - 1)
        .first()
    )
