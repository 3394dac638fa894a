"""Who sits in the 区政会議 on a day: counts by category, the share of the 公募, and the balance."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from councils.forum.choices import AgeBand, MemberCategory, Sex
from councils.forum.member_rules import share, vacancies
from councils.forum.models import ForumMember, ForumTerm


@dataclass(frozen=True, slots=True)
class CategorySeats:
    """定数 of a category and what of it is taken."""

    category: str
    label: str
    seats: int
    held: int
    vacant: int


@dataclass(frozen=True, slots=True)
class SeatsOverview:
    """How the seats of a term are taken on a day; `public_share` is percent of those who sit."""

    day: date
    categories: tuple[CategorySeats, ...]
    public_share: Decimal | None
    sexes: tuple[tuple[str, int], ...]
    ages: tuple[tuple[str, int], ...]

    @property
    def seats(self) -> int:
        """Return 定数 altogether."""
        return sum(row.seats for row in self.categories)

    @property
    def held(self) -> int:
        """Return how many sit."""
        return sum(row.held for row in self.categories)

    @property
    def vacant(self) -> int:
        """Return how many seats are free."""
        return sum(row.vacant for row in self.categories)


def members_on(day: date):
    """Return the members of a day, by category and reading."""
    return (
        ForumMember.objects.in_force(day)
        .select_related("term")
        .order_by("category", "kana", "name_key", "pk")
    )


def day_of_overview(term: ForumTerm, today: date) -> date:
    """Return the day for which a term is looked at: today, or its end that is nearer to it."""
    return min(max(today, term.valid_from), term.valid_to)


def seats_overview(term: ForumTerm, day: date) -> SeatsOverview:
    """Return how the seats of a term are taken on a day, in one question."""
    rows = list(term.members.in_force(day).values_list("category", "sex", "age_band"))
    held = Counter(category for category, _, _ in rows)
    free = vacancies(term.seats, held)
    return SeatsOverview(
        day=day,
        categories=tuple(
            CategorySeats(
                category.value, category.label, term.seats[category], held[category], free[category]
            )
            for category in MemberCategory
        ),
        public_share=share(held[MemberCategory.PUBLIC], len(rows)),
        sexes=_counted(Sex, (sex for _, sex, _ in rows)),
        ages=_counted(AgeBand, (band for _, _, band in rows)),
    )


def _counted(choices, values: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counts = Counter(values)
    return tuple((str(one.label), counts[one]) for one in choices)


def fullest_day(term: ForumTerm, category: str, first: date, last: date) -> tuple[date, int]:
    """Return the day between two on which most seats of a category are taken, and how many.

    The number rises only on the first day of a membership: no other day needs to be looked at.
    """
    spans = list(
        term.members.filter(category=category, valid_from__lte=last, valid_to__gte=first)
        .order_by("valid_from")
        .values_list("valid_from", "valid_to")
    )
    days = [first, *(begins for begins, _ in spans if begins > first)]
    counts = [(day, sum(begins <= day <= ends for begins, ends in spans)) for day in days]
    return max(counts, key=lambda pair: pair[1])
