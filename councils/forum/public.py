"""What everybody may know of sessions: the notice, the papers, how far the minutes are.

A session that was not made known does not exist here; minutes that are not published neither.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from councils.forum.choices import SessionKind, SessionState
from councils.forum.models import ForumPractice, ForumSession, MemberCall, SessionPaper
from councils.forum.services.session_rows import practice_among
from councils.forum.session_rules import days_since, session_state
from wards import clock
from wards.list_filters import midnight

# 区政会議 began in fiscal year 2011 (平成23年度).
YEARS = range(2011, 2101)


@dataclass(frozen=True, slots=True)
class PublicAgendaItem:
    """議題: its number, what it is about, whose work, and the numbers of its papers."""

    number: int
    title: str
    whose: str
    papers: str
    plan_item: str


@dataclass(frozen=True, slots=True)
class PublicSession:
    """A session that was made known, as its notice tells it; moments are those of Osaka."""

    number: int
    name: str
    kind: str
    fiscal_year: int
    starts_at: datetime
    ends_at: datetime
    has_ended: bool
    place: str
    is_online: bool
    observers: int
    desk_opens_at: datetime
    press: str
    streaming_url: str
    contact: str
    note: str
    state: SessionState
    cancel_reason: str
    minutes_published_at: datetime | None
    days_without_minutes: int | None
    is_past: bool
    is_sample: bool

    @property
    def day(self) -> date:
        """Return the day in Osaka."""
        return self.starts_at.date()

    @property
    def state_label(self) -> str:
        """Return how it stands, in words; what has passed is not called planned."""
        return "開催日を過ぎました" if self.is_coming and self.is_past else self.state.label

    @property
    def is_cancelled(self) -> bool:
        """Say whether it was called off."""
        return self.state is SessionState.CANCELLED

    @property
    def is_coming(self) -> bool:
        """Say whether it was neither ended nor called off."""
        return self.state is SessionState.ANNOUNCED

    @property
    def has_minutes(self) -> bool:
        """Say whether its minutes are published."""
        return self.minutes_published_at is not None

    @property
    def hours(self) -> str:
        """Return 「19:00～21:00」: what was, once it is over."""
        return f"{self.starts_at:%H:%M}～{self.ends_at:%H:%M}"


@dataclass(frozen=True, slots=True)
class SessionsAsked:
    """Which sessions a reader looks for: a fiscal year, the whole 区政会議 or the 部会."""

    year: int | None = None
    kind: str = ""

    @classmethod
    def of(cls, query) -> "SessionsAsked":
        """Read an address; a year or a kind that there is not is no condition."""
        year = query.get("year", "")
        kind = query.get("kind", "")
        is_year = year.isascii() and year.isdigit() and len(year) == 4 and int(year) in YEARS
        return cls(int(year) if is_year else None, kind if kind in SessionKind.values else "")


def announced_rows():
    """Return the sessions that everybody may know of, with what their notice needs."""
    return ForumSession.objects.announced().select_related("subcommittee", "minutes")


def session_years() -> list[int]:
    """Return the fiscal years with a session, the latest first."""
    years = ForumSession.objects.announced().order_by("-fiscal_year")
    return list(years.values_list("fiscal_year", flat=True).distinct())


def sessions_of(asked: SessionsAsked) -> list[PublicSession]:
    """Return the sessions of a fiscal year, the latest first."""
    rows = announced_rows().filter(fiscal_year=asked.year)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    return as_public(rows.order_by("-starts_at", "-pk"))


def coming_sessions(most: int = 6) -> list[PublicSession]:
    """Return the sessions of today and after, the nearest first; cancelled ones are told as well."""
    rows = announced_rows().filter(starts_at__gte=midnight(clock.today()), ended_at=None)
    return as_public(rows.order_by("starts_at", "pk")[:most])


def latest_minutes(most: int = 3) -> list[PublicSession]:
    """Return the sessions whose minutes were published last."""
    rows = announced_rows().filter(cancelled_at=None, minutes__published_at__isnull=False)
    return as_public(rows.order_by("-minutes__published_at", "-pk")[:most])


def session_row(number: int) -> ForumSession | None:
    """Return the row of a session that was made known, with its term; None of another number."""
    return (
        announced_rows().select_related("subcommittee", "minutes", "term").filter(pk=number).first()
    )


def as_public(rows) -> list[PublicSession]:
    """Return sessions as everybody may know them, with one look at the ward's practice."""
    rows = list(rows)
    ended = any(row.ended_at for row in rows)
    practices = list(ForumPractice.objects.order_by("-valid_from")) if ended else []
    return [_as_public(row, practices, clock.today()) for row in rows]


def _as_public(row: ForumSession, practices: list[ForumPractice], today: date) -> PublicSession:
    minutes = getattr(row, "minutes", None)
    published_at = minutes.published_at if minutes and row.cancelled_at is None else None
    starts_at = timezone.localtime(row.began_at or row.starts_at)
    ends_at = timezone.localtime(row.ended_at or row.planned_end_at)
    return PublicSession(
        number=row.pk,
        name=str(row),
        kind=row.get_kind_display(),
        fiscal_year=row.fiscal_year,
        starts_at=starts_at,
        ends_at=ends_at,
        has_ended=row.ended_at is not None,
        place=row.place,
        is_online=row.is_online,
        observers=row.observers,
        desk_opens_at=timezone.localtime(row.starts_at) - timedelta(minutes=row.desk_minutes),
        press=row.press,
        streaming_url=row.streaming_url,
        contact=row.contact,
        note=row.note,
        state=session_state(
            announced=True,
            ended=row.ended_at is not None,
            minutes_published=published_at is not None,
            cancelled=row.cancelled_at is not None,
        ),
        cancel_reason=row.cancel_reason,
        minutes_published_at=published_at,
        days_without_minutes=_days_without_minutes(row, published_at, practices, today),
        is_past=row.planned_end_at < clock.now(),
        is_sample=row.is_demo,
    )


def _days_without_minutes(
    row, published_at, practices: list[ForumPractice], today: date
) -> int | None:
    """Return how long minutes have been missing, once the ward's own target has passed."""
    if row.ended_at is None or published_at is not None or not practices:
        return None
    ended_on = timezone.localdate(row.ended_at)
    passed = days_since(ended_on, today)
    target = practice_among(practices, ended_on).minutes_days
    return passed if passed > target else None


def agenda_of(row: ForumSession) -> list[PublicAgendaItem]:
    """Return what a session talks about."""
    return [
        PublicAgendaItem(
            number=item.number,
            title=item.title,
            whose=item.whose,
            papers=item.papers,
            plan_item=item.plan_item,
        )
        for item in row.agenda.select_related("bureau").order_by("number")
    ]


def papers_of(row: ForumSession) -> list[SessionPaper]:
    """Return the papers of a session that the ward publishes."""
    return list(SessionPaper.objects.filter(session=row, is_public=True).order_by("number", "pk"))


def paper_of(number: int, paper: int) -> SessionPaper | None:
    """Return one published paper of a session that was made known."""
    papers = SessionPaper.objects.filter(
        session__pk=number, session__announced_at__isnull=False, is_public=True
    )
    return papers.filter(pk=paper).first()


def open_calls() -> list[MemberCall]:
    """Return the calls for members that take applications now."""
    now = clock.now()
    return list(
        MemberCall.objects.filter(
            Q(decided_on=None), published_at__lte=now, opens_at__lte=now, closes_at__gt=now
        ).order_by("closes_at", "pk")
    )
