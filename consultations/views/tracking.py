"""状況を調べる: where a case stands, and after the answer what the citizen thinks of it.

A signed word of half an hour stands in for the 合言葉 between the result and its forms; it belongs to
one ward and one case. Neither ever stands in an address.
"""

from math import ceil

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from consultations.citizens_office import office_to_ask
from consultations.citizens_words import words_of_state
from consultations.forms import FollowUpForm, LookUpForm, SatisfactionForm
from consultations.models import Consultation
from consultations.receipts import receipt_number, ward_of_number
from consultations.services.after_answer import (
    open_follow_up,
    reasons_not_to_follow_up,
    reasons_not_to_judge,
    record_satisfaction,
)
from consultations.services.intake import (
    find_by_passphrase,
    one_at_a_time,
    receipt_of,
    token_of,
)
from consultations.views.receipts import kept_nowhere, office_on_the_way
from consultations.views.sending import to_receipt
from wards import clock
from wards.addresses import address_at
from wards.deadlines import is_overdue
from wards.fiscal_year import fiscal_year_of
from wards.intake.turns import Turn, client_digest, give_back, take_turn, turn_of
from wards.languages import multilingual

WRONG_TRIES = 10
# The ward as a whole: so many that only a search through all numbers comes near.
WRONG_TRIES_OF_THE_WARD = 3_000
ALLOWED_FOR_SECONDS = 30 * 60
PURPOSE = "track"
LONGEST_WORD = 500


@require_http_methods(["GET", "HEAD", "POST"])
@multilingual
def track(request):
    """Look a case up, take the three answers, or take what is still open."""
    if request.method != "POST":
        return kept_nowhere(asking(request, look_up_form(request)))
    step = {"judge": judge, "follow_up": follow_up}.get(request.POST.get("step", ""), look_up)
    return kept_nowhere(step(request))


def look_up_form(request, *data) -> LookUpForm:
    """Return the form, with a number of this ward as its example."""
    example = receipt_number(fiscal_year_of(clock.today()), request.ward.slug, 123)
    return LookUpForm(*data, example=example)


def asking(request, form, *, status=200, **more) -> HttpResponse:
    """Show the form that asks for number and 合言葉."""
    context = {"form": form, "ask": office_to_ask(), "body": "", **more}
    return render(request, "consultations/track.html", context, status=status)


def look_up(request) -> HttpResponse:
    """Show the case of a number and its 合言葉; ten wrong tries in ten minutes are enough."""
    form = look_up_form(request, request.POST)
    body = request.POST.get("body", "")
    if not form.is_valid():
        return asking(request, form, body=body)
    digest = client_digest(request, PURPOSE)
    turn = take_turn(
        digest, purpose=PURPOSE, per_window=WRONG_TRIES, ward_limit=WRONG_TRIES_OF_THE_WARD
    )
    if not turn.allowed:
        return come_back_later(request, turn)
    try:
        case = find_by_passphrase(form.cleaned_data["number"], form.cleaned_data["passphrase"])
    except ValueError as error:
        # A slip that the check digit finds tries nothing.
        give_back(digest, purpose=PURPOSE)
        form.add_error("number", gettext(str(error)))
        return asking(request, form, body=body)
    if case is None:
        sentence = gettext("受付番号と合言葉の組み合わせが違います。控えを確かめてください。")
        form.add_error("passphrase", sentence)
        return asking(request, form, body=body)
    give_back(digest, purpose=PURPOSE)
    return result(request, case, said_before=body)


def come_back_later(request, turn: Turn) -> HttpResponse:
    """Ask for patience after too many wrong tries."""
    minutes = max(1, ceil(turn.retry_after_seconds / 60))
    response = asking(request, look_up_form(request), status=429, minutes=minutes)
    response.headers["Retry-After"] = str(turn.retry_after_seconds)
    return response


def result(request, case: Consultation, *, said_before="", status=200, **more) -> HttpResponse:
    """Show where a case stands, without what was said and without who said it."""
    moved_to = case.moved_to_number
    words = words_of_state(
        case.state, is_answered=case.answered_on is not None, is_moved=bool(moved_to)
    )
    context = {
        "case": case,
        "office": case.office or office_on_the_way(case),
        "state": gettext(words.short),
        "meaning": gettext(words.meaning),
        "moved_to": address_at(request, ward_of_number(moved_to), request.path) if moved_to else "",
        "is_late": case.is_open and is_overdue(case.due_on, clock.today()),
        "word": signed_word(case),
        "satisfaction": None if reasons_not_to_judge(case) else SatisfactionForm(),
        "follow_up": None
        if reasons_not_to_follow_up(case)
        else FollowUpForm(initial={"body": said_before}),
        "ask": office_to_ask(),
        **more,
    }
    return render(request, "consultations/track_result.html", context, status=status)


def judge(request) -> HttpResponse:
    """Keep the three answers, once."""
    case = case_of_word(request)
    if case is None:
        return too_old(request)
    form = SatisfactionForm(request.POST)
    if reasons_not_to_judge(case):
        return result(request, case, already_judged=True)
    if not form.is_valid():
        return result(request, case, satisfaction=form)
    answers = {name: form.cleaned_data[name] == "yes" for name in ("reached", "understood", "handled_properly")}  # fmt: skip
    try:
        record_satisfaction(case, **answers)
    except ValidationError:
        return result(request, case, satisfaction=None, already_judged=True)
    return result(request, case, thanks=True)


def follow_up(request) -> HttpResponse:
    """Open the case that follows one which was not solved; it gets a receipt of its own."""
    case = case_of_word(request)
    if case is None:
        return too_old(request)
    form = FollowUpForm(request.POST)
    form.is_valid()
    key = form.cleaned_data.get("submission_key", "")
    if key and (known := receipt_of(key)):
        return to_receipt(known)
    if reasons_not_to_follow_up(case):
        return result(request, case, already_followed=True)
    if not form.is_valid():
        return result(request, case, follow_up=form)
    with one_at_a_time(token_of(key)):
        if known := receipt_of(key):
            return to_receipt(known)
        turn = turn_of(request, in_doubt=form.is_doubtful)
        if not turn.allowed:
            minutes = max(1, ceil(turn.retry_after_seconds / 60))
            response = result(request, case, follow_up=form, minutes=minutes, status=429)
            response.headers["Retry-After"] = str(turn.retry_after_seconds)
            return response
        try:
            opened = open_follow_up(case, form.cleaned_data["body"], submission_key=key)
        except ValidationError:
            return result(request, case, already_followed=True)
    return to_receipt(opened)


def too_old(request) -> HttpResponse:
    """Ask for number and 合言葉 once more; what was typed is still there afterwards."""
    return asking(
        request, look_up_form(request), body=request.POST.get("body", ""), is_too_old=True
    )


def signed_word(case: Consultation) -> str:
    """Return what stands for the 合言葉 in the forms below a result."""
    return signing.dumps([connection.schema_name, case.pk], salt="consultations.track")


def case_of_word(request) -> Consultation | None:
    """Return the case that a signed word of this ward names, None when it is old or not ours."""
    word = request.POST.get("word", "")
    if len(word) > LONGEST_WORD:
        return None
    try:
        schema, pk = signing.loads(word, salt="consultations.track", max_age=ALLOWED_FOR_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if schema != connection.schema_name:
        return None
    return Consultation.objects.with_names().filter(pk=pk).first()
