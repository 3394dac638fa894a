"""意見: taken into the ledger under a number, put right, brought to its result, opened again."""

from datetime import date
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from councils.forum import opinion_rules
from councils.forum.choices import OpinionSource, ResponseState, Scope, StepKind
from councils.forum.models import ForumPractice, Opinion, Response
from councils.forum.services.steps import note, one_at_a_time
from councils.forum.services.typed import LONGEST_OPINION, reasons_against_day
from wards import clock
from wards.access import may
from wards.desk.choices import NoticeKind
from wards.desk.services import mark_all_done_for, open_again
from wards.fiscal_year import fiscal_year_of
from wards.storing import store
from wards.typed import Reading, need_line, need_text, one_of, refuse
from wards.wareki import wareki

MAY_ADD: Final = "ward_forum.add_opinion"
MAY_CHANGE: Final = "ward_forum.change_opinion"
MAY_CLOSE: Final = "ward_forum.close_opinion"
FROM_SESSIONS: Final = (OpinionSource.SESSION, OpinionSource.ADVANCE)
# These happen on one day; monitors and surveys write until a day.
ON_A_DAY: Final = (OpinionSource.TALK, OpinionSource.CIRCLE)
# What may be put right; an answer is decided on and published together with it.
SAID: Final = ("title", "text", "scope", "section", "bureau_id", "agenda_item_id")
APPROVED: Final = "決裁済みです。先に差し戻してください。"
REMINDERS: Final = (NoticeKind.DUE_SOON, NoticeKind.OVERDUE, NoticeKind.ESCALATED)


def day_of(session) -> date:
    """Return the day of a session in Osaka: when it began, or is to begin."""
    return timezone.localdate(session.began_at or session.starts_at)


def locked(opinion: Opinion) -> Opinion:
    """Return the opinion with nobody else moving it, or its answer, until the transaction ends."""
    return (
        Opinion.objects.select_for_update(of=("self",))
        .select_related("session", "gathering")
        .get(pk=opinion.pk)
    )


def place_of_answers(opinion: Opinion) -> str:
    """Return where its answers stand on the staff page: what is told of them has its own end."""
    return f"{opinion.get_absolute_url()}#answers"


def refuse_closed(opinion: Opinion) -> None:
    """Refuse a step of an opinion that was brought to its result."""
    if opinion.closed_on is not None:
        refuse(["この意見は、結果まで済んでいます。続けるときは、先に結果を取り消してください。"])


@transaction.atomic
def register_opinion(
    *,
    source: str,
    title: str,
    text: str,
    section: str,
    actor,
    session=None,
    agenda_item=None,
    gathering=None,
    received_on: date | None = None,
    scope: str = Scope.WARD,
    bureau=None,
    is_demo: bool = False,
) -> Opinion:
    """Take an opinion into the ledger: the next number of its fiscal year, and the day to answer by.

    Without a day, it is that of the session or of the gathering.
    """
    may(actor, MAY_ADD)
    source = one_of(OpinionSource, source, "経路を選んでください。")
    _refuse_wrong_place(source, session, agenda_item, gathering)
    received_on = received_on or _usual_day(source, session, gathering)
    refuse(_reasons_against_day(source, received_on, session, gathering))
    row = Opinion(
        source=source,
        session=session,
        agenda_item=agenda_item,
        gathering=gathering,
        received_on=received_on,
        fiscal_year=fiscal_year_of(received_on),
        due_on=opinion_rules.due_on(received_on, _answer_days(received_on)),
        registered_by=actor,
        is_demo=is_demo,
    )
    _write(row, title=title, text=text, scope=scope, section=section, bureau=bureau)
    row.number = _next_number(row.fiscal_year)
    store(row)
    note(row, StepKind.REGISTERED, "意見を登録", actor=actor)
    return row


@transaction.atomic
def change_opinion(
    opinion: Opinion,
    *,
    title: str,
    text: str,
    scope: str,
    section: str,
    actor,
    bureau=None,
    agenda_item=None,
) -> bool:
    """Put an opinion right, but not under an answer that was decided on; say whether it changed.

    What was published with an answer is never rewritten.
    """
    may(actor, MAY_CHANGE)
    row = locked(opinion)
    refuse_closed(row)
    if row.responses.exclude(published_at=None).exists():
        refuse(["この意見は、対応とともに公表されているため、変えられません。"])
    if row.responses.filter(state=ResponseState.APPROVED).exists():
        refuse([APPROVED])
    _refuse_wrong_place(row.source, row.session, agenda_item, row.gathering)
    before = [getattr(row, name) for name in SAID]
    row.agenda_item = agenda_item
    _write(row, title=title, text=text, scope=scope, section=section, bureau=bureau)
    if before == [getattr(row, name) for name in SAID]:
        return False
    store(row, *SAID)
    note(row, StepKind.NOTE, "意見の内容を修正", actor=actor)
    return True


def reasons_not_to_close(opinion: Opinion) -> list[str]:
    """List why an opinion cannot be called brought to its result now."""
    published = opinion.responses.filter(state=ResponseState.PUBLISHED).first()
    return opinion_rules.reasons_not_to_close(
        is_closed=opinion.closed_on is not None,
        has_published_response=published is not None,
        measures=opinion.measures.filter(withdrawn_at=None).count(),
        response_class=published.response_class if published else "",
    )


@transaction.atomic
def close_opinion(opinion: Opinion, *, closing: str, actor) -> None:
    """Note that an opinion was brought to its result, and to which."""
    may(actor, MAY_CLOSE)
    row = locked(opinion)
    refuse(reasons_not_to_close(row))
    close_with(row, need_line(closing, "結果を入力してください。", longest=300), actor=actor)


def close_with(row: Opinion, closing: str, *, actor) -> None:
    """Write the end of a locked opinion."""
    row.closed_on, row.closing = clock.today(), closing
    store(row, "closed_on", "closing")
    note(row, StepKind.CLOSED, "結果まで済んだものとした", actor=actor, text=closing)
    mark_all_done_for(row.get_absolute_url(), actor=actor, kinds=REMINDERS)


@transaction.atomic
def reopen_opinion(opinion: Opinion, *, reason: str, actor) -> None:
    """Take the end of an opinion back; end and reason stay in the record."""
    may(actor, MAY_CLOSE)
    row = locked(opinion)
    if row.closed_on is None:
        refuse(["この意見は、まだ結果まで済んでいません。"])
    reason = need_text(reason, "取り消す理由を入力してください。", longest=300)
    open_up(row, reason, actor=actor)


def open_up(row: Opinion, reason: str, *, actor) -> None:
    """Take the end of a locked opinion back."""
    before = f"{wareki(row.closed_on)}の結果：{row.closing}\n取り消した理由：{reason}"
    row.closed_on, row.closing = None, ""
    store(row, "closed_on", "closing")
    note(row, StepKind.CLOSED, "結果を取り消した", actor=actor, text=before)


def remind_again(opinion: Opinion) -> None:
    """Open again what was told of an opinion that is without an approved answer once more."""
    living = Response.objects.filter(opinion=opinion)
    if not living.filter(state__in=[ResponseState.APPROVED, ResponseState.PUBLISHED]).exists():
        open_again(opinion.get_absolute_url(), kinds=REMINDERS)


# --- what is typed ---


def read_words(*, title: str, text: str, scope: str, section: str, bureau) -> dict[str, Any]:
    """Return what an opinion says, by field.

    Raises ValidationError with all that is wrong, by field.
    """
    reading = Reading()
    values = {
        "title": reading.of("title", need_line, title, "見出しを入力してください。", longest=100),
        "text": reading.of(
            "text", need_text, text, "意見の要旨を入力してください。", longest=LONGEST_OPINION
        ),
        "scope": reading.of("scope", one_of, Scope, scope, "事業の別を選んでください。"),
        "section": reading.of(
            "section", need_line, section, "担当課を入力してください。", longest=60
        ),
        "bureau": bureau,
    }
    if scope == Scope.BUREAU and bureau is None:
        reading.fault("bureau", "局の事業への意見のときは、担当局を選んでください。")
    reading.refuse()
    return values


def _write(row: Opinion, *, bureau, **words) -> None:
    if bureau is not None and not bureau.is_active and bureau.pk != row.bureau_id:
        refuse([f"{bureau}は、今はありません。ほかの局を選んでください。"])
    for name, value in read_words(bureau=bureau, **words).items():
        setattr(row, name, value)


def _refuse_wrong_place(source, session, agenda_item, gathering) -> None:
    if source in FROM_SESSIONS:
        if session is None or gathering is not None:
            refuse(["会議での意見と事前意見には、会議だけを選んでください。"])
        if session.cancelled_at is not None and source == OpinionSource.SESSION:
            refuse(["中止した会議での意見は登録できません。"])
    else:
        if gathering is None or session is not None:
            refuse([f"{OpinionSource(source).label}の意見には、懇談会などだけを選んでください。"])
        if gathering.kind != source:
            refuse(
                [f"「{gathering}」は{gathering.get_kind_display()}です。経路を合わせてください。"]
            )
    if agenda_item is not None and (session is None or agenda_item.session_id != session.pk):
        refuse(["議題は、選んだ会議のものを選んでください。"])


def _usual_day(source, session, gathering) -> date:
    if source == OpinionSource.ADVANCE:
        refuse(["事前意見のあった日を入力してください。"])
    return day_of(session) if session is not None else gathering.held_on


def _reasons_against_day(source, received_on: date, session, gathering) -> list[str]:
    if reasons := reasons_against_day(received_on, clock.today(), "意見のあった日"):
        return reasons
    if source == OpinionSource.SESSION and received_on < day_of(session):
        return [f"会議での意見の日は、会議の日（{wareki(day_of(session))}）以後にしてください。"]
    if source == OpinionSource.ADVANCE and received_on > day_of(session):
        return [f"事前意見の日は、会議の日（{wareki(day_of(session))}）以前にしてください。"]
    if source in ON_A_DAY and received_on < gathering.held_on:
        return [f"意見のあった日は、開いた日（{wareki(gathering.held_on)}）以後にしてください。"]
    return []


def _answer_days(day: date) -> int:
    practice = ForumPractice.objects.in_force(day)
    if practice is None:
        refuse(["先に、区政会議の取扱い（意見に回答する期間）を登録してください。"])
    return practice.answer_days


def _next_number(fiscal_year: int) -> int:
    """Return the next number of a fiscal year; whoever asks at the same moment waits for the end."""
    one_at_a_time(f"opinion:{connection.schema_name}:{fiscal_year}")
    of_the_year = Opinion.objects.filter(fiscal_year=fiscal_year)
    return (of_the_year.aggregate(last=Max("number"))["last"] or 0) + 1
