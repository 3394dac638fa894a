"""A session as a service takes hold of it: its day, the practice of that day, locked, open to change."""

from datetime import date, datetime, timedelta

from django.db.models import Case, Exists, Max, Min, OuterRef, Q, Value, When
from django.db.models.fields import CharField
from django.utils import timezone

from councils.forum import session_rules
from councils.forum.choices import OpinionSource, SessionState
from councils.forum.models import ForumPractice, ForumSession, Minutes
from wards.list_filters import midnight
from wards.wareki import wareki

MAY_CHANGE = "ward_forum.change_forumsession"
MAY_ANNOUNCE = "ward_forum.announce_forumsession"

# The parts of the staff page that notices lead to: what is told of one is done for itself.
NOTICE, PAPERS, HELD, MINUTES = "notice", "papers", "held", "minutes"
PARTS = (NOTICE, PAPERS, HELD, MINUTES)


def day_of(moment: datetime) -> date:
    """Return the day of a moment in Osaka."""
    return timezone.localtime(moment).date()


def part_url(session: ForumSession, part: str) -> str:
    """Return where a part of the session's staff page stands."""
    return f"{session.get_absolute_url()}#{part}"


def practice_of(session: ForumSession) -> ForumPractice:
    """Return the ward's practice on the day of a session."""
    return ForumPractice.objects.in_force(day_of(session.starts_at))


def locked(session: ForumSession) -> ForumSession:
    """Return the session with nobody else changing it until the transaction ends."""
    return (
        ForumSession.objects.select_for_update(of=("self",))
        .select_related("term", "subcommittee")
        .get(pk=session.pk)
    )


def reasons_over(session: ForumSession) -> list[str]:
    """List why a session can no longer be prepared: it took place, or it was called off."""
    if session.cancelled_at is not None:
        return ["この会議は、中止になっています。"]
    if session.ended_at is not None:
        return ["この会議は、すでに開かれています。"]
    return []


def reasons_opinions_forbid_the_day(session: ForumSession) -> list[str]:
    """List why a session cannot be on the day it has: its opinions are dated by that day.

    Those in advance came up to it, those at the session not before it.
    """
    day = day_of(session.starts_at)
    in_advance = session.opinions.filter(source=OpinionSource.ADVANCE, received_on__gt=day)
    last = in_advance.aggregate(day=Max("received_on"))["day"]
    if last is not None:
        return [
            f"{wareki(last)}に受けた事前意見が登録されています。会議の日を、その日以後にしてください。"
        ]
    said_there = session.opinions.filter(source=OpinionSource.SESSION, received_on__lt=day)
    first = said_there.aggregate(day=Min("received_on"))["day"]
    if first is not None:
        return [
            f"{wareki(first)}に受けた、この会議での意見が登録されています。"
            "会議の日を、その日以前にしてください。"
        ]
    return []


def session_state_of(session: ForumSession) -> SessionState:
    """Return how a session stands; ask for `minutes` with it to spare a question."""
    minutes = getattr(session, "minutes", None)
    return session_rules.session_state(
        announced=session.announced_at is not None,
        ended=session.ended_at is not None,
        minutes_published=minutes is not None and minutes.published_at is not None,
        cancelled=session.cancelled_at is not None,
    )


def state_in_sql() -> Case:
    """Return `session_rules.session_state` as an expression for any list of sessions."""
    published = Exists(Minutes.objects.filter(session=OuterRef("pk"), published_at__isnull=False))
    states = SessionState
    return Case(
        When(cancelled_at__isnull=False, then=Value(states.CANCELLED)),
        When(published, then=Value(states.DONE)),
        When(ended_at__isnull=False, then=Value(states.MINUTES)),
        When(announced_at__isnull=False, then=Value(states.ANNOUNCED)),
        default=Value(states.PREPARING),
        output_field=CharField(),
    )


def practice_among(practices: list[ForumPractice], day: date) -> ForumPractice:
    """Return the practice of a day out of all, latest first, as `in_force` would; asks nothing."""
    return next((one for one in practices if one.valid_from <= day), practices[-1])


def minutes_are_late(practices: list[ForumPractice], today: date) -> Q:
    """Return the condition that minutes are past the target of the practice of their day.

    `practices` are all of the ward, latest first; few, so that the condition stays short.
    """
    late = Q(pk__in=())
    until = None
    for place, practice in enumerate(practices):
        of_its_time = Q() if until is None else Q(starts_at__lt=until)
        if place < len(practices) - 1:
            until = midnight(practice.valid_from)
            of_its_time &= Q(starts_at__gte=until)
        last = midnight(today - timedelta(days=practice.minutes_days))
        late |= of_its_time & Q(ended_at__lt=last)
    unpublished = Q(minutes=None) | Q(minutes__published_at=None)
    return late & Q(cancelled_at=None, ended_at__isnull=False) & unpublished
