"""What a reader of the public ledger may ask for, and which opinions answer it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from councils.forum.choices import OpinionSource, OpinionState, ResponseClass, ResponseState
from councils.forum.models import Opinion, Response
from wards.word_search import containing, words_of

LONGEST_WORDS: Final = 100


def public_opinions() -> QuerySet[Opinion]:
    """Return the opinions of the public ledger: an answer was published, taken back or not."""
    once = Response.objects.filter(opinion=OuterRef("pk"), published_at__isnull=False)
    return Opinion.objects.filter(Exists(once))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader of the ledger asked for; a word that no list knows finds nothing."""

    fiscal_year: int | None = None
    response_class: str = ""
    source: str = ""
    state: str = ""
    words: str = ""
    open_only: bool = False
    is_nonsense: bool = False

    @classmethod
    def read(cls, address: QueryDict) -> "Asked":
        """Read an address: `fiscal_year`, `class`, `source`, `state`, `q`, `open=1`."""
        year = address.get("fiscal_year", "")
        fixed = (
            ("class", ResponseClass.values),
            ("source", OpinionSource.values),
            ("state", OpinionState.values),
        )
        known = [address.get(name, "") for name, _ in fixed]
        is_year = year.isascii() and year.isdigit() and len(year) == 4
        words = " ".join(address.get("q", "").split())[:LONGEST_WORDS]
        return cls(
            fiscal_year=int(year) if is_year else None,
            response_class=known[0],
            source=known[1],
            state=known[2],
            words=words,
            open_only=address.get("open", "") == "1",
            is_nonsense=bool(year and not is_year)
            or "\x00" in words
            or any(
                value and value not in values
                for value, (_, values) in zip(known, fixed, strict=True)
            ),
        )

    def __bool__(self) -> bool:
        return self != Asked()


def chosen(queryset: QuerySet[Opinion], asked: Asked, day: date) -> QuerySet[Opinion]:
    """Keep of the public ledger what was asked for; the state is the public one of the day."""
    if asked.is_nonsense:
        return queryset.none()
    if asked.fiscal_year is not None:
        queryset = queryset.filter(fiscal_year=asked.fiscal_year)
    if asked.source:
        queryset = queryset.filter(source=asked.source)
    published = Response.objects.filter(opinion=OuterRef("pk"), state=ResponseState.PUBLISHED)
    if asked.response_class:
        queryset = queryset.filter(Exists(published.filter(response_class=asked.response_class)))
    if asked.state or asked.open_only:
        queryset = queryset.with_state(day)
    if asked.state:
        # Publicly a decided answer is one that is being prepared.
        shown = {OpinionState.WAITING: Q(due_on__gte=day), OpinionState.LATE: Q(due_on__lt=day)}
        state = Q(state_on_day=asked.state)
        if asked.state in shown:
            state |= Q(state_on_day=OpinionState.APPROVED) & shown[OpinionState(asked.state)]
        elif asked.state == OpinionState.APPROVED:
            return queryset.none()
        queryset = queryset.filter(state)
    if asked.open_only:
        queryset = queryset.exclude(state_on_day=OpinionState.CLOSED)
    for word in words_of(asked.words):
        said = Exists(published.filter(containing(word, ("text", "reason"))))
        queryset = queryset.filter(containing(word, ("title", "text")) | said)
    return queryset
