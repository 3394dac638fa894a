"""局への要請・提案: what a ward asks of a bureau about an opinion, and what it hears back.

The rows stand in the public schema; row-level security shows a ward its own, and a trigger lets it
do nothing to them but take them back (`councils.city.models.bureau_request`).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Final

from django.db import connection, transaction
from django.db.models import Case, IntegerField, QuerySet, Value, When

from councils.city.models import BureauRequest, RequestRule
from councils.city.models.bureau_request import WAITING, RequestState
from councils.forum.choices import StepKind
from councils.forum.models import ForumEntry, Opinion
from councils.forum.services import opinions
from councils.forum.services.steps import note, one_at_a_time
from councils.forum.services.typed import LONGEST_OPINION
from wards import clock, deadlines
from wards.access import may, people_with_permission
from wards.deadlines import Escalation
from wards.desk.choices import NoticeKind
from wards.desk.services import mark_all_done_for, notify
from wards.storing import store
from wards.typed import need_line, need_text, one_of, optional_line, refuse
from wards.wareki import wareki

MAY_ASK: Final = "ward_forum.ask_bureau"
NEWS: Final = {RequestState.PUBLISHED: "局の回答が公表", RequestState.RETURNED: "区に返却"}


def own_requests() -> QuerySet[BureauRequest]:
    """Return the requests of the ward served, whatever row-level security lets through besides."""
    return BureauRequest.objects.filter(from_ward=connection.tenant.pk)


def requests_of(opinion: Opinion) -> QuerySet[BureauRequest]:
    """Return the requests about an opinion, the one that counts first."""
    return of_opinions([opinion.pk])


def of_opinions(numbers: Iterable[int]) -> QuerySet[BureauRequest]:
    """Return the requests about some opinions: what counts first.

    An answer that is out is not hidden by what was asked after it; then what waits, what came back,
    and what was withdrawn, each the latest first.
    """
    rank = Case(
        When(state=RequestState.PUBLISHED, then=Value(0)),
        When(state__in=WAITING, then=Value(1)),
        When(state=RequestState.RETURNED, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    rows = own_requests().filter(opinion_id__in=list(numbers)).select_related("bureau")
    return rows.order_by(rank, "-sent_on", "-published_on", "pk")


@transaction.atomic
def ask_bureau(opinion: Opinion, *, kind: str, title: str, text: str, actor) -> BureauRequest:
    """Send a request about an open opinion to 市民局, which names the bureau."""
    may(actor, MAY_ASK)
    row = opinions.locked(opinion)
    opinions.refuse_closed(row)
    today = clock.today()
    try:
        rule = RequestRule.objects.in_force(today)
    except RequestRule.DoesNotExist:
        refuse(["要請・提案の期限が定められていません。市民局に確かめてください。"])
    request = BureauRequest(
        from_ward=connection.tenant,
        kind=one_of(BureauRequest.Kind, kind, "要請か提案かを選んでください。"),
        opinion_id=row.pk,
        opinion_label=row.label,
        title=need_line(title, "件名を入力してください。", longest=100),
        text=need_text(text, "要請・提案の内容を入力してください。", longest=LONGEST_OPINION),
        sent_on=today,
        sent_by_name=actor.name[:60],
        rule=rule,
        due_on=deadlines.due_on(today, rule.clock),
        state=RequestState.SENT,
        is_demo=row.is_demo,
    )
    store(request)
    told = f"{request.get_kind_display()}を市民局に提出"
    note(row, StepKind.REQUEST, told, actor=actor, text=request.title)
    return request


@transaction.atomic
def withdraw_request(request: BureauRequest, *, reason: str, actor) -> None:
    """Take a request back that no bureau has answered yet."""
    may(actor, MAY_ASK)
    row = own_requests().select_for_update(of=("self",)).filter(pk=request.pk).first()
    if row is None:
        refuse(["この要請・提案は、この区のものではありません。"])
    if row.state not in (RequestState.SENT, RequestState.ASSIGNED):
        refuse([f"この要請・提案は「{row.get_state_display()}」のため、取り下げられません。"])
    row.closing_reason = optional_line(
        need_text(reason, "取り下げる理由を入力してください。", longest=300), longest=300
    )
    row.state = RequestState.WITHDRAWN
    store(row, "state", "closing_reason")
    opinion = Opinion.objects.get(pk=row.opinion_id)
    told = f"{row.get_kind_display()}を取下げ"
    note(opinion, StepKind.REQUEST, told, actor=actor, text=row.closing_reason)
    mark_all_done_for(_place_of_requests(opinion), actor=actor)


def _place_of_requests(opinion: Opinion) -> str:
    """Return where its requests stand on the staff page: that they are late has its own end."""
    return f"{opinion.get_absolute_url()}#requests"


def _news(request: BureauRequest) -> str:
    return f"{request.get_kind_display()}：{NEWS[RequestState(request.state)]}「{request.title}」"[
        :100
    ]


@transaction.atomic
def take_news_of_requests(day: date) -> dict[str, int]:
    """Tell of requests that came back answered or returned, and write it into each opinion's record.

    Safe to repeat: of equal lines there are never more than requests, and only a new line is told
    of, so that who is new to the ward hears nothing of long ago. The count is that of new lines.
    """
    # Two at once would write a line twice.
    one_at_a_time(f"request-news:{connection.schema_name}")
    requests = list(
        own_requests()
        .filter(state__in=list(NEWS))
        .exclude(published_on__gt=day)
        .order_by("published_on", "pk")
    )
    about = Opinion.objects.in_bulk({one.opinion_id for one in requests})
    lines = ForumEntry.objects.filter(kind=StepKind.REQUEST, opinion__in=about)
    written = Counter(lines.values_list("opinion", "title"))
    people = people_with_permission(MAY_ASK) if requests else []
    new = 0
    for one in requests:
        opinion = about.get(one.opinion_id)
        if opinion is None:
            continue
        key = (opinion.pk, _news(one))
        if written[key]:
            written[key] -= 1
            continue
        said = one.answer if one.state == RequestState.PUBLISHED else one.closing_reason
        note(opinion, StepKind.REQUEST, _news(one), actor=None, text=said)
        new += 1
        mark_all_done_for(_place_of_requests(opinion))
        for person in people:
            notify(
                person,
                key=f"bureau-request:{one.pk}:{one.state}:{person.pk}",
                kind=NoticeKind.OTHER,
                text=f"意見{opinion.label}の{one.get_kind_display()}が{NEWS[RequestState(one.state)]}されました。",
                url=opinion.get_absolute_url(),
            )
    return {"requests": new}


def remind_of_requests(day: date) -> dict[str, int]:
    """Tell of requests that are late by what their rule allows before the ward hears of it.

    Each is told once to whoever asks bureaus; that it ended takes it back.
    """
    late = [
        one
        for one in own_requests().waiting().filter(due_on__lte=day).select_related("rule")
        if deadlines.escalation(one.due_on, day, one.rule.clock) == Escalation.MAYORS_OFFICE
    ]
    about = Opinion.objects.in_bulk({one.opinion_id for one in late})
    people = people_with_permission(MAY_ASK) if late else []
    told = 0
    for one in late:
        opinion = about.get(one.opinion_id)
        if opinion is None:
            continue
        told += 1
        for person in people:
            notify(
                person,
                key=f"bureau-request:{one.pk}:late:{person.pk}",
                kind=NoticeKind.OVERDUE,
                text=f"意見{opinion.label}の{one.get_kind_display()}への局の回答が、期限（{wareki(one.due_on)}）を過ぎても公表されていません。市民局に確かめてください。",
                url=_place_of_requests(opinion),
                due_on=one.due_on,
            )
    return {"bureaus_late": told}
