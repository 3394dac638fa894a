"""要請・提案 at 本庁: 市民局 names the bureau, the bureau answers, 市民局 coordinates and publishes.

「区政運営基本方針」2-⑨: 「担当局を明確化し、各局から示される解決策について、指導、調整、取りまとめ、公表」.
Everything acts on the row in the public schema; that a ward only takes its own request back is held
by the row's trigger. The ward is told by its own job, for nobody writes in another schema.
"""

from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from councils.city.models import BureauRequest, RequestState
from councils.forum.choices import ResponseClass
from wards import clock
from wards.access import may, memberships_here
from wards.jobs import ask_for, wake_workers
from wards.models import Bureau
from wards.storing import store
from wards.typed import need_text, optional_text, refuse

ASSIGN: Final = "council_city.assign_bureaurequest"
ANSWER: Final = "council_city.answer_bureaurequest"
PUBLISH: Final = "council_city.publish_bureaurequest"
# The job of a ward that takes in what was decided here.
NEWS: Final = "forum_news"

LONGEST_ANSWER: Final = 4_000
LONGEST_COORDINATION: Final = 2_000
LONGEST_REASON: Final = 300

CHANGED_MEANWHILE: Final = "画面を開いたあとに、ほかの人がこの要請・提案を変更しました。内容を確かめて、もう一度行ってください。"
_OPEN_TO_A_BUREAU = (RequestState.SENT, RequestState.ASSIGNED)
_OF_THE_ANSWER = ("answer_class", "answer", "answered_on", "answered_by_name", "coordination")


def reasons_not_to_assign(request: BureauRequest) -> list[str]:
    """List why no bureau can be named: only before its answer, or after it was sent back."""
    return _unless(request, _OPEN_TO_A_BUREAU, "担当局を決められるのは、局が答える前だけです。")


def reasons_not_to_return(request: BureauRequest) -> list[str]:
    """List why a request cannot be given back to its ward."""
    return _unless(request, _OPEN_TO_A_BUREAU, "区に返せるのは、局が答える前だけです。")


def reasons_not_to_answer(request: BureauRequest) -> list[str]:
    """List why a bureau cannot answer: before it was named, and once the answer is published."""
    return _unless(
        request,
        (RequestState.ASSIGNED, RequestState.ANSWERED),
        "回答できるのは、担当局が決まってから公表されるまでです。",
    )


def reasons_not_to_send_back(request: BureauRequest) -> list[str]:
    """List why an answer cannot be sent back to its bureau."""
    return _unless(
        request, (RequestState.ANSWERED,), "局に戻せるのは、局の回答があるときだけです。"
    )


def reasons_not_to_publish(request: BureauRequest) -> list[str]:
    """List why a request cannot be published: only what a bureau answered, and only once."""
    return _unless(
        request, (RequestState.ANSWERED,), "公表できるのは、局の回答がある要請・提案だけです。"
    )


def _unless(request: BureauRequest, states, sentence: str) -> list[str]:
    if request.state in states:
        return []
    return [f"この要請・提案は、いま「{request.get_state_display()}」です。{sentence}"]


@transaction.atomic
def assign_request(request: BureauRequest, bureau: Bureau, *, actor) -> BureauRequest:
    """Name the one bureau that answers; return the request.

    Another one may be named until somebody has answered. What an earlier bureau had written goes
    with it into the history: the new one is not to find another's words in its name.
    """
    may(actor, ASSIGN)
    request = _locked(request)
    refuse(reasons_not_to_assign(request))
    bureau = Bureau.objects.get(pk=bureau.pk)
    if not bureau.is_active:
        refuse([f"「{bureau.name}」は廃止された局です。いまある局を選んでください。"])
    if request.bureau_id == bureau.pk:
        refuse([f"「{bureau.name}」は、すでに担当局です。"])
    request.bureau = bureau
    request.assigned_on = clock.today()
    request.assigned_by_name = actor.name[:60]
    request.state = RequestState.ASSIGNED
    request.answer_class = request.answer = request.answered_by_name = request.coordination = ""
    request.answered_on = None
    _store(
        request, "bureau", "assigned_on", "assigned_by_name", "state", *_OF_THE_ANSWER, actor=actor
    )
    return request


@transaction.atomic
def return_request(request: BureauRequest, *, reason: str, actor) -> BureauRequest:
    """Give a request back to its ward with the reason, such as that the matter is the ward's own."""
    may(actor, ASSIGN)
    reason = need_text(reason, "区に返す理由を入力してください。", longest=LONGEST_REASON)
    request = _locked(request)
    refuse(reasons_not_to_return(request))
    request.state = RequestState.RETURNED
    request.closing_reason = reason
    _store(request, "state", "closing_reason", actor=actor)
    return request


@transaction.atomic
def answer_request(request: BureauRequest, *, answer_class: str, text: str, actor) -> BureauRequest:
    """Answer as the responsible bureau; the answer may be rewritten until it is published."""
    may(actor, ANSWER)
    request = _locked(request)
    refuse_another_bureau(request, actor)
    refuse(reasons_not_to_answer(request))
    missing = [] if answer_class in ResponseClass.values else ["対応区分を選んでください。"]
    try:
        text = need_text(text, "局の回答を入力してください。", longest=LONGEST_ANSWER)
    except ValidationError as refusal:
        missing += refusal.messages
    refuse(missing)
    request.state = RequestState.ANSWERED
    request.answer_class = answer_class
    request.answer = text
    request.answered_on = clock.today()
    request.answered_by_name = actor.name[:60]
    # What 市民局 wrote when it sent the answer back has been followed.
    request.coordination = ""
    _store(request, "state", *_OF_THE_ANSWER, actor=actor, tells_ward=False)
    return request


@transaction.atomic
def send_back_to_bureau(request: BureauRequest, *, reason: str, actor) -> BureauRequest:
    """Ask the bureau to answer again; it keeps its text and reads the reason beside it.

    The reason stands in 「市民局の調整・補足」, which is public only of a published request.
    """
    may(actor, PUBLISH)
    reason = need_text(reason, "局に戻す理由を入力してください。", longest=LONGEST_COORDINATION)
    request = _locked(request)
    refuse(reasons_not_to_send_back(request))
    request.state = RequestState.ASSIGNED
    request.coordination = reason
    _store(request, "state", "coordination", actor=actor, tells_ward=False)
    return request


@transaction.atomic
def publish_request(
    request: BureauRequest, *, coordination: str, actor, seen: int | None = None
) -> BureauRequest:
    """Publish a bureau's answer, with what 市民局 adds to it; from then on it is not rewritten.

    `seen` is the number of the last change that the person read (`wards.history`): a bureau may
    have rewritten its answer meanwhile, and nobody publishes what they have not read.
    """
    may(actor, PUBLISH)
    coordination = optional_text(coordination, longest=LONGEST_COORDINATION)
    request = _locked(request)
    refuse(reasons_not_to_publish(request))
    if seen is not None and request.events.filter(pgh_id__gt=seen).exists():
        refuse([CHANGED_MEANWHILE])
    request.state = RequestState.PUBLISHED
    request.coordination = coordination
    request.published_on = clock.today()
    request.published_by_name = actor.name[:60]
    _store(request, "state", "coordination", "published_on", "published_by_name", actor=actor)
    return request


def refuse_another_bureau(request: BureauRequest, actor) -> None:
    """Raise PermissionDenied for whoever does not serve the responsible bureau today."""
    own = {one.bureau_id for one in memberships_here(actor) if one.bureau_id is not None}
    if request.bureau_id is None or request.bureau_id not in own:
        raise PermissionDenied("ほかの局の要請・提案には、回答できません。")


def _locked(request: BureauRequest) -> BureauRequest:
    return BureauRequest.objects.select_for_update().get(pk=request.pk)


def _store(request: BureauRequest, *fields: str, actor, tells_ward: bool = True) -> None:
    """Store the row and, in the same transaction, ask its ward to take the news in.

    One job per request and step: a job that is just running may have read before this one, and
    another of the same key would not be opened again.
    """
    store(request, *fields)
    if not tells_ward:
        return
    key = f"{request.pk}:{request.state}"
    wake_workers(
        ask_for(request.from_ward, NEWS, day=clock.today(), key=key, actor=actor, again=True)
    )
