"""The public pages of 公募: the calls, one call, and applying: fill in, check, send, receipt."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from councils.forum import public_calls
from councils.forum.call_forms import ApplicationForm
from councils.forum.models import ForumPractice, MemberApplication, MemberCall
from councils.forum.services.recruitment import (
    application_under,
    check_application,
    in_words,
    take_application,
)
from wards import clock
from wards.intake.turns import Turn, turn_of

NO_SUCH_CALL = "この番号の公募は、公表されていません。"


@require_safe
def calls(request):
    """List the calls that are coming or open, and the results of former ones."""
    current, decided = public_calls.current_calls(), public_calls.decided_calls()
    return render(
        request,
        "forum/calls.html",
        {
            "current": current,
            "decided": decided,
            "has_samples": any(one.is_sample for one in (*current, *decided)),
        },
    )


@require_safe
def call(request, number: int):
    """Show the conditions of one call."""
    row = _row_or_404(number)
    context = {"call": public_calls.published_call(row), "contact": _contact()}
    return render(request, "forum/call.html", context)


def _row_or_404(number: int) -> MemberCall:
    row = public_calls.published_row(number)
    if row is None:
        raise Http404(NO_SUCH_CALL)
    return row


def _contact() -> str:
    practice = ForumPractice.objects.in_force(clock.today())
    return practice.contact if practice else ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request, number: int):
    """Take an application: fill in, check, send; the same form sent twice is one application."""
    row = _row_or_404(number)
    if request.method != "POST":
        if not public_calls.published_call(row).is_open:
            return _page(request, row, "forum/call_closed.html")
        return _page(request, row, "forum/call_apply.html", form=ApplicationForm(call=row))
    form = ApplicationForm(request.POST, call=row)
    if not form.is_valid():
        return _page(request, row, "forum/call_apply.html", form=form)
    try:
        if known := application_under(form.key, row, form.values):
            return _to_receipt(known)
        check_application(row, form.values)
    except ValidationError as refusal:
        form.refuse(refusal)
        return _page(request, row, "forum/call_apply.html", form=form)
    if "edit" in request.POST:
        return _page(request, row, "forum/call_apply.html", form=form)
    if request.POST.get("confirm") != "1":
        return _page(request, row, "forum/call_check.html", form=form)
    turn = turn_of(request, in_doubt=form.is_doubtful)
    if not turn.allowed:
        return _come_back_later(request, row, form, turn)
    try:
        application = take_application(row, form.values, key=form.key)
    except ValidationError as refusal:
        form.refuse(refusal)
        return _page(request, row, "forum/call_apply.html", form=form)
    return _to_receipt(application)


def _page(request, row: MemberCall, template: str, *, status: int = 200, **more):
    context = {"call": public_calls.published_call(row), "contact": _contact(), **more}
    return render(request, template, context, status=status)


def _come_back_later(request, row, form, turn: Turn):
    """Show the check page once more: everything typed is still there."""
    minutes = max(1, -(-turn.retry_after_seconds // 60))
    response = _page(request, row, "forum/call_check.html", status=429, form=form, minutes=minutes)
    response.headers["Retry-After"] = str(turn.retry_after_seconds)
    return response


def _to_receipt(application: MemberApplication) -> HttpResponseRedirect:
    address = reverse("forum:applied", args=[application.call_id, application.submission_key])
    response = HttpResponseRedirect(address, status=303)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@never_cache
@require_safe
def applied(request, number: int, key):
    """Show the receipt: the number and the day, and nothing that was written."""
    row = _row_or_404(number)
    application = row.applications.filter(submission_key=key, is_on_paper=False).first()
    if application is None:
        raise Http404("この受付の控えはありません。")
    return _page(
        request,
        row,
        "forum/call_applied.html",
        number=application.number,
        received=in_words(application.received_at),
        by_mail=bool(application.email),
    )
