"""The clock of sessions: what falls due around them is told to whoever can do it, each step once."""

from collections.abc import Iterable
from datetime import date, timedelta

from councils.forum import session_rules
from councils.forum.models import ForumPractice, ForumSession
from councils.forum.services.minutes import MAY_PUBLISH, MAY_WRITE
from councils.forum.services.session_rows import (
    HELD,
    MAY_ANNOUNCE,
    MAY_CHANGE,
    MINUTES,
    NOTICE,
    PAPERS,
    day_of,
    part_url,
    practice_among,
)
from councils.forum.session_rules import MinutesStep
from wards.access import people_with_permission
from wards.desk.choices import NoticeKind
from wards.desk.services import notify
from wards.list_filters import midnight
from wards.storing import store
from wards.wareki import wareki

PAPERS_SOON = timedelta(days=3)


def remind_of_sessions(day: date) -> dict[str, int]:
    """Tell of papers and notices due, of sessions not recorded and of minutes missing on a day.

    Returns how many sessions of each sort were told of; done twice on a day, nothing is told twice.
    """
    practices = list(ForumPractice.objects.order_by("-valid_from"))
    living = ForumSession.objects.filter(cancelled_at=None).select_related("subcommittee")
    coming = living.filter(ended_at=None, starts_at__gte=midnight(day)).order_by("starts_at", "pk")
    passed = living.filter(ended_at=None, starts_at__lt=midnight(day)).exclude(announced_at=None)
    unwritten = living.filter(ended_at__isnull=False, minutes__published_at=None)
    coming, people = list(coming), _People()
    return {
        "papers": _papers(coming, day, people),
        "notices": _notices(coming, day, people, practices),
        "unrecorded": _unrecorded(passed.order_by("starts_at", "pk"), people),
        "minutes": _minutes(unwritten.order_by("starts_at", "pk"), day, people, practices),
    }


class _People:
    """Who holds a right in the ward, asked once for all sessions."""

    def __init__(self):
        self._known: dict[str, list] = {}

    def with_right(self, permission: str) -> list:
        if permission not in self._known:
            self._known[permission] = people_with_permission(permission)
        return self._known[permission]


def _papers(coming: Iterable[ForumSession], day: date, people: _People) -> int:
    told = 0
    for session in coming:
        due = session.papers_due_on
        if session.papers_sent_on is not None or day < due - PAPERS_SOON:
            continue
        late = day > due
        _tell(
            people.with_right(MAY_CHANGE),
            key=f"forum-papers:{session.pk}:{due:%Y%m%d}:{'late' if late else 'soon'}",
            kind=NoticeKind.OVERDUE if late else NoticeKind.DUE_SOON,
            text=f"{session}の資料を送る日（{wareki(due)}）"
            + ("を過ぎました。" if late else "が近づいています。"),
            url=part_url(session, PAPERS),
            due_on=due,
        )
        told += 1
    return told


def _notices(coming, day: date, people: _People, practices: list[ForumPractice]) -> int:
    told = 0
    for session in coming:
        starts_on = day_of(session.starts_at)
        due = session_rules.notice_due_on(
            starts_on, practice_among(practices, starts_on).notice_days
        )
        if session.announced_at is not None or day < due:
            continue
        late = day > due
        _tell(
            people.with_right(MAY_ANNOUNCE),
            key=f"forum-notice:{session.pk}:{due:%Y%m%d}:{'late' if late else 'soon'}",
            kind=NoticeKind.OVERDUE if late else NoticeKind.DUE_SOON,
            text=f"{session}の開催が、まだ公表されていません。公表の期限は{wareki(due)}です。",
            url=part_url(session, NOTICE),
            due_on=due,
        )
        told += 1
    return told


def _unrecorded(passed: Iterable[ForumSession], people: _People) -> int:
    """Tell of sessions whose day is over and of which nothing was recorded: no minutes begin."""
    told = 0
    for session in passed:
        starts_on = day_of(session.starts_at)
        _tell(
            people.with_right(MAY_CHANGE),
            key=f"forum-held:{session.pk}:{starts_on:%Y%m%d}",
            kind=NoticeKind.CHECK,
            text=f"{session}の日（{wareki(starts_on)}）を過ぎました。出席と、開いたことを記録してください。",
            url=part_url(session, HELD),
            due_on=starts_on,
        )
        told += 1
    return told


def _minutes(unwritten, day: date, people: _People, practices: list[ForumPractice]) -> int:
    told = 0
    for session in unwritten:
        ended_on = day_of(session.ended_at)
        target = practice_among(practices, day_of(session.starts_at)).minutes_days
        step = session_rules.minutes_step(ended_on, day, target)
        if step == MinutesStep.NONE:
            continue
        due = session_rules.minutes_due_on(ended_on, target)
        passed = session_rules.days_since(ended_on, day)
        past = step == MinutesStep.HEAD
        _tell(
            people.with_right(MAY_PUBLISH if past else MAY_WRITE),
            key=f"forum-minutes:{session.pk}:{int(step)}",
            kind=NoticeKind.ESCALATED if past else NoticeKind.DUE_SOON,
            text=f"{session}の会議録が、会議から{passed}日たっても公表されていません"
            + (f"（目標は{target}日以内）。" if past else f"。目標は{wareki(due)}までです。"),
            url=part_url(session, MINUTES),
            due_on=due,
        )
        told += 1
    return told


def _tell(people: Iterable, *, key: str, **notice) -> None:
    for person in {person.pk: person for person in people}.values():
        told = notify(person, key=f"{key}:{person.pk}", **notice)
        # Done by nobody: the session was moved away from this day, and has come back to it.
        if told.done_at is not None and told.done_by_id is None:
            told.done_at = None
            store(told, "done_at")
