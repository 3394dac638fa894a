"""前回までの意見（対応中）: what was said before a session and is not through; derived, never stored."""

from dataclasses import dataclass

from councils.forum import opinion_rules
from councils.forum.ledger_filters import public_opinions
from councils.forum.models import ForumSession, Opinion
from councils.forum.services.session_rows import day_of


@dataclass(frozen=True, slots=True)
class Carried:
    """An opinion that a session finds open, and how old it is by then."""

    opinion: Opinion
    age: str


def open_opinions_before(session: ForumSession, *, published_only: bool) -> list[Carried]:
    """Return what had come before the day of a session and was open on it, the oldest first.

    `published_only` keeps what the public ledger shows: for whatever leaves the office.
    """
    day = day_of(session.starts_at)
    opinions = Opinion.objects.open_before(day)
    if published_only:
        opinions = opinions.filter(pk__in=public_opinions().values("pk"))
    return [
        Carried(opinion, opinion_rules.age_in_words(opinion.received_on, day))
        for opinion in opinions.select_related("bureau").order_by("received_on", "pk")
    ]


def count_open_unpublished_before(session: ForumSession) -> int:
    """Count what a session finds open and the public ledger does not show: its answer is prepared."""
    opinions = Opinion.objects.open_before(day_of(session.starts_at))
    return opinions.exclude(pk__in=public_opinions().values("pk")).count()
