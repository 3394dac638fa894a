"""会議: planned, announced, called off, held."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from councils.forum import session_rules
from councils.forum.choices import Attending, SessionKind, StepKind
from councils.forum.models import ForumPractice, ForumSession, ForumTerm, Subcommittee
from councils.forum.services import attendance
from councils.forum.services.agenda import remove_agenda_item, set_agenda_item
from councils.forum.services.session_holding import (
    cancel_session,
    reasons_not_held_yet,
    reasons_not_to_cancel,
    record_held,
    record_papers_sent,
)
from councils.forum.services.session_rows import (
    HELD,
    MAY_ANNOUNCE,
    MAY_CHANGE,
    NOTICE,
    PAPERS,
    day_of,
    locked,
    part_url,
    practice_of,
    reasons_opinions_forbid_the_day,
    reasons_over,
    session_state_of,
    state_in_sql,
)
from councils.forum.services.steps import note as write_entry
from wards import clock
from wards.access import may
from wards.desk.services import mark_all_done_for
from wards.fiscal_year import fiscal_year_of
from wards.storing import store
from wards.typed import need_text, optional_text, refuse
from wards.wareki import wareki, wareki_minute

__all__ = [
    "announce_session",
    "cancel_session",
    "change_session",
    "plan_session",
    "reasons_not_held_yet",
    "reasons_not_to_announce",
    "reasons_not_to_cancel",
    "record_held",
    "record_papers_sent",
    "remove_agenda_item",
    "session_state_of",
    "set_agenda_item",
    "state_in_sql",
]

MAY_ADD = "ward_forum.add_forumsession"
MOST_A_YEAR = 99
CHANGEABLE = (
    "number", "starts_at", "planned_end_at", "place", "is_online", "observers", "desk_minutes",
    "press", "streaming_url", "contact", "note", "papers_due_on",
)  # fmt: skip
# What calendars show: a change of it after the notice is told as a change (RFC 5545 SEQUENCE).
IN_CALENDARS = ("number", "starts_at", "planned_end_at", "place", "is_online", "streaming_url")
# Who announced these answers for them: whoever may not announce does not change them afterwards.
FOR_THE_ANNOUNCER = ("place", "streaming_url")
MAY_NOT_MOVE = (
    "公表した会議の日・場所・配信のアドレスを変えられるのは、開催の公表を行える人（区課長）です。"
)
NO_PLACE = "場所を入力してください。"
NO_CONTACT = "問合せ先を入力してください。"


def _term_on(day: date) -> ForumTerm:
    term = ForumTerm.objects.on(day)
    if term is None:
        refuse([f"{wareki(day)}を含む委員の任期がありません。先に任期を登録してください。"])
    # Two sessions of one term are numbered one after the other.
    return ForumTerm.objects.select_for_update().get(pk=term.pk)


def _check_subcommittee(kind: str, subcommittee: Subcommittee | None, term, day: date) -> None:
    if kind not in SessionKind.values:
        refuse(["会議の種類を選んでください。"])
    if (kind == SessionKind.SUBCOMMITTEE) != (subcommittee is not None):
        refuse(["部会の会議のときだけ、部会を選んでください。"])
    if subcommittee is not None and (
        subcommittee.term_id != term.pk or not subcommittee.holds_on(day)
    ):
        refuse(
            [f"{subcommittee}は、{wareki(day)}には置かれていません。部会か日を選び直してください。"]
        )


def _check_times(starts_at: datetime, planned_end_at: datetime) -> None:
    if planned_end_at <= starts_at:
        refuse(["閉会の予定は、開会の後にしてください。"])
    if day_of(planned_end_at) != day_of(starts_at):
        refuse(["閉会の予定は、開会と同じ日にしてください。"])


def _next_number(kind: str, subcommittee: Subcommittee | None, fiscal_year: int) -> int:
    """Return the next number of the year; a subcommittee of the next term goes on from 1 by itself."""
    same = ForumSession.objects.filter(
        kind=kind, subcommittee=subcommittee, fiscal_year=fiscal_year
    )
    return (same.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def plan_session(
    *,
    kind: str,
    starts_at: datetime,
    planned_end_at: datetime,
    place: str,
    actor,
    subcommittee: Subcommittee | None = None,
    is_online: bool = False,
    observers: int | None = None,
    desk_minutes: int | None = None,
    press: str = "",
    streaming_url: str = "",
    contact: str = "",
    note: str = "",
    papers_due_on: date | None = None,
    is_demo: bool = False,
) -> ForumSession:
    """Plan a session; what is not told is filled in from the ward's practice of that day.

    Term and fiscal year follow from the day, the number from the sessions of its kind before it.
    Refused on a day without a term.
    """
    may(actor, MAY_ADD)
    day = day_of(starts_at)
    term = _term_on(day)
    _check_subcommittee(kind, subcommittee, term, day)
    _check_times(starts_at, planned_end_at)
    practice = ForumPractice.objects.in_force(day)
    fiscal_year = fiscal_year_of(day)
    session = ForumSession(
        term=term,
        kind=kind,
        subcommittee=subcommittee,
        fiscal_year=fiscal_year,
        number=_next_number(kind, subcommittee, fiscal_year),
        starts_at=starts_at,
        planned_end_at=planned_end_at,
        place=need_text(place, NO_PLACE, longest=120),
        is_online=is_online,
        observers=practice.observers if observers is None else observers,
        desk_minutes=practice.desk_minutes if desk_minutes is None else desk_minutes,
        press=optional_text(press, longest=200),
        streaming_url=optional_text(streaming_url, longest=200),
        contact=optional_text(contact, longest=120) or practice.contact,
        note=optional_text(note),
        papers_due_on=papers_due_on or session_rules.papers_due_on(day, practice.papers_days),
        is_demo=is_demo,
    )
    _check_papers_day(session)
    store(session)
    attendance.fit_roster(session)
    write_entry(
        session,
        StepKind.REGISTERED,
        f"{session}の開催を計画しました。",
        actor=actor,
        text=f"{wareki_minute(_local(session.starts_at))}から　{session.place}",
    )
    return session


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment)


def _check_papers_day(session: ForumSession) -> None:
    if session.papers_due_on > day_of(session.starts_at):
        refuse(["資料を送る日は、会議の日以前にしてください。"])


@transaction.atomic
def change_session(session: ForumSession, *, actor, **fields) -> ForumSession:
    """Change the particulars of a session that has neither taken place nor been called off.

    `fields` are those of CHANGEABLE. What calendars show raises `sequence` once it was announced;
    another day is judged anew: its term, its fiscal year, its number, its roster. Day, place and
    streaming address of an announced session are changed by who may announce.
    """
    may(actor, MAY_CHANGE)
    if unknown := set(fields) - set(CHANGEABLE):
        raise TypeError(f"A session has no changeable {sorted(unknown)}.")
    session = locked(session)
    refuse(reasons_over(session))
    before = {name: getattr(session, name) for name in CHANGEABLE}
    day_before = day_of(session.starts_at)
    for name, value in _cleaned(fields).items():
        setattr(session, name, value)
    _check_times(session.starts_at, session.planned_end_at)
    _check_number(session)
    moved = day_of(session.starts_at) != day_before
    if moved:
        _move_to_another_day(session, keeps_number=before["number"] != session.number)
    _check_papers_day(session)
    _check_online(session)
    changed = [name for name in CHANGEABLE if getattr(session, name) != before[name]]
    if not changed:
        return session
    if session.announced_at is not None:
        if (moved or set(changed) & set(FOR_THE_ANNOUNCER)) and not actor.has_perm(MAY_ANNOUNCE):
            raise PermissionDenied(MAY_NOT_MOVE)
        session.changed_at = clock.now()
        if set(changed) & set(IN_CALENDARS):
            session.sequence += 1
    store(session)
    if moved:
        attendance.fit_roster(session)
        mark_all_done_for(part_url(session, NOTICE))
        mark_all_done_for(part_url(session, HELD))
    if moved or "papers_due_on" in changed:
        mark_all_done_for(part_url(session, PAPERS))
    if session.announced_at is not None:
        names = [str(ForumSession._meta.get_field(name).verbose_name) for name in changed]
        title = f"公表した内容を変えました（{'、'.join(names)}）。"
        write_entry(
            session, StepKind.NOTICE, title, actor=actor, text=_what_changed(session, before)
        )
    return session


def _cleaned(fields: dict) -> dict:
    checks = {
        "place": lambda text: need_text(text, NO_PLACE, longest=120),
        "contact": lambda text: need_text(text, NO_CONTACT, longest=120),
        "press": lambda text: optional_text(text, longest=200),
        "streaming_url": lambda text: optional_text(text, longest=200),
        "note": optional_text,
    }
    return {name: checks.get(name, lambda value: value)(value) for name, value in fields.items()}


def _check_number(session: ForumSession) -> None:
    if not 1 <= session.number <= MOST_A_YEAR:
        refuse([f"回は、1から{MOST_A_YEAR}までの数にしてください。"])


def _move_to_another_day(session: ForumSession, *, keeps_number: bool) -> None:
    day = day_of(session.starts_at)
    session.term = _term_on(day)
    _check_subcommittee(session.kind, session.subcommittee, session.term, day)
    refuse(reasons_opinions_forbid_the_day(session))
    fiscal_year = fiscal_year_of(day)
    if fiscal_year != session.fiscal_year:
        session.fiscal_year = fiscal_year
        if not keeps_number:
            session.number = _next_number(session.kind, session.subcommittee, fiscal_year)


def _check_online(session: ForumSession) -> None:
    if not session.is_online and session.attendances.filter(attending=Attending.ONLINE).exists():
        refuse(
            [
                "オンラインの出席が記録されています。先に出席を直してから、オンラインをやめてください。"
            ]
        )


def _what_changed(session: ForumSession, before: dict) -> str:
    lines = []
    for name, called in (("starts_at", "開会"), ("planned_end_at", "閉会の予定")):
        old, new = before[name], getattr(session, name)
        if old != new:
            lines.append(f"{called}：{wareki_minute(_local(old))}→{wareki_minute(_local(new))}")
    for name, called in (("place", "場所"), ("number", "回")):
        if before[name] != getattr(session, name):
            lines.append(f"{called}：{before[name]}→{getattr(session, name)}")
    return "\n".join(lines)


def reasons_not_to_announce(session: ForumSession) -> list[str]:
    """List what a session lacks before everybody is told of it."""
    if reasons := reasons_over(session):
        return reasons
    if session.announced_at is not None:
        return ["この会議の開催は、すでに公表されています。"]
    reasons = []
    if not session.agenda.exists():
        reasons.append("議題を1つ以上登録してください。")
    if not session.place.strip():
        reasons.append(NO_PLACE)
    if not session.contact.strip():
        reasons.append(NO_CONTACT)
    return reasons


@transaction.atomic
def announce_session(session: ForumSession, *, actor) -> list[str]:
    """Tell everybody of a session; return what they should know who announced it too late."""
    may(actor, MAY_ANNOUNCE)
    session = locked(session)
    refuse(reasons_not_to_announce(session))
    session.announced_at = clock.now()
    store(session, "announced_at")
    mark_all_done_for(part_url(session, NOTICE))
    write_entry(session, StepKind.NOTICE, "開催を公表しました。", actor=actor)
    practice = practice_of(session)
    last = session_rules.notice_due_on(day_of(session.starts_at), practice.notice_days)
    if clock.today() <= last:
        return []
    return [
        f"公表は、開催の{practice.notice_days}日前（{wareki(last)}）までとされています。"
        "期限を過ぎて公表しました。"
    ]
