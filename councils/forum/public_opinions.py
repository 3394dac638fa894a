"""What everybody may know of opinions: those with an answer that is or was published, step by step."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from councils.forum.choices import OpinionState, ResponseClass, ResponseState
from councils.forum.ledger import public_opinions
from councils.forum.models import ForumSession, Opinion, Response
from councils.forum.opinion_rules import age_in_words, opinion_state
from wards import clock

MOST_CARRIED = 50
# How an opinion reads in public: what waits for a signature is still being prepared.
PREPARING = "回答準備中"


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """An opinion in a list beside a session or a gathering."""

    number: int
    label: str
    title: str
    received_on: date
    state: str
    response_class: str
    age: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The opinions of something: those that can be read, and how many cannot yet."""

    lines: tuple[OpinionLine, ...] = ()
    others: int = 0
    more: int = 0

    @property
    def count(self) -> int:
        """Return how many there are altogether."""
        return len(self.lines) + self.more + self.others


def public_answers() -> Prefetch:
    """Return how to fetch the answers that are or were published, the oldest first."""
    rows = Response.objects.filter(published_at__isnull=False).select_related("indicator")
    return Prefetch("responses", rows.order_by("published_at", "pk"), "public_answers")


def living_answer(row: Opinion) -> Response | None:
    """Return the published answer of a row fetched with `public_answers`."""
    return next((one for one in row.public_answers if one.state == ResponseState.PUBLISHED), None)


def state_in_words(row: Opinion, day: date) -> str:
    """Say how a readable opinion stands on a day; the ledger says the same."""
    state = opinion_state(
        due=row.due_on,
        closed=row.closed_on is not None and row.closed_on <= day,
        published=living_answer(row) is not None,
        approved=False,
        day=day,
    )
    return str(state.label)


def opinions_of(**limits) -> Listed:
    """Return the opinions of a session or a gathering as everybody may know them."""
    today = clock.today()
    rows = Opinion.objects.filter(**limits)
    readable = public_opinions().filter(**limits).prefetch_related(public_answers())
    lines = tuple(as_line(row, today) for row in readable.order_by("fiscal_year", "number"))
    return Listed(lines, others=rows.count() - len(lines))


def carried_over(session: ForumSession) -> Listed:
    """Return what was open before a session's day: its age, and what of it can be read."""
    day = timezone.localdate(session.starts_at)
    rows = Opinion.objects.open_before(day)
    open_then = Q(pk__in=rows.values("pk"))
    readable = public_opinions().filter(open_then).prefetch_related(public_answers())
    readable = list(readable.order_by("received_on", "fiscal_year", "number"))
    lines = tuple(as_line(row, day) for row in readable[:MOST_CARRIED])
    return Listed(
        lines,
        others=rows.count() - len(readable),
        more=max(0, len(readable) - MOST_CARRIED),
    )


def as_line(row: Opinion, day: date) -> OpinionLine:
    """Return a row fetched with `public_answers` as a line; its age is that of the day."""
    living = living_answer(row)
    return OpinionLine(
        number=row.pk,
        label=row.label,
        title=row.title,
        received_on=row.received_on,
        state=state_in_words(row, day),
        response_class=living.get_response_class_display() if living else "",
        age=age_in_words(row.received_on, max(day, row.received_on)),
    )


def holds_sample_opinions() -> bool:
    """Say whether any of the opinions that `numbers_of_the_ledger` counts is sample data."""
    return Opinion.objects.filter(is_demo=True).exists()


def numbers_of_the_ledger() -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Return how many opinions stand how, and how many published answers are of which class."""
    counted = Counter(
        dict(
            Opinion.objects.with_state(clock.today())
            .values_list("state_on_day")
            .annotate(rows=Count("pk"))
            .order_by()
        )
    )
    shown = (OpinionState.ACTING, OpinionState.CLOSED)
    waiting = sum(rows for state, rows in counted.items() if state not in shown)
    by_state = [
        (PREPARING, waiting),
        *((state.label, counted[state]) for state in shown),
    ]
    classes = Counter(
        dict(
            Response.objects.filter(state=ResponseState.PUBLISHED)
            .values_list("response_class")
            .annotate(rows=Count("pk"))
            .order_by()
        )
    )
    return by_state, [(one.label, classes[one]) for one in ResponseClass]
