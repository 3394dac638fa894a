"""区政会議 in figures: what is counted of each ward in a fiscal year, and how it adds up. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

# 「会議は、年に2回以上」: the plenary sessions that a ward is to hold in a fiscal year (DOMAIN 3.2).
FEWEST_PLENARIES: Final = 2
# Of these figures a total is the greatest of the wards', not their sum.
_GREATEST: Final = ("minutes_longest_wait",)
_TENTH: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class ForumFigures:
    """What there is of a ward's 区政会議, or of all, in a fiscal year as of a day."""

    plenaries: int = 0
    subcommittees: int = 0
    # Members only: advisers and the city's people are no members.
    attended: int = 0
    expected: int = 0
    members: int = 0
    members_public: int = 0
    seats: int = 0
    seats_public: int = 0
    minutes_published: int = 0
    # Days from the session to the publication, added up.
    minutes_days: int = 0
    minutes_open: int = 0
    minutes_longest_wait: int = 0
    opinions: int = 0
    this_year: int = 0
    next_year: int = 0
    later: int = 0
    cannot: int = 0
    heard: int = 0
    in_time: int = 0
    late_answers: int = 0
    late_open: int = 0
    open_opinions: int = 0
    samples: int = 0

    @property
    def sessions(self) -> int:
        """Return all sessions held."""
        return self.plenaries + self.subcommittees

    @property
    def attendance_rate(self) -> Decimal | None:
        """Return the share of members who attended, in percent; None where nobody was recorded."""
        return share(self.attended, self.expected)

    @property
    def public_member_rate(self) -> Decimal | None:
        """Return the share of 公募 among the members in office, in percent."""
        return share(self.members_public, self.members)

    @property
    def public_seat_rate(self) -> Decimal | None:
        """Return the share of seats that are meant for 公募, in percent."""
        return share(self.seats_public, self.seats)

    @property
    def minutes_mean_days(self) -> Decimal | None:
        """Return the days to the publication of minutes on average; None where none is published."""
        if not self.minutes_published:
            return None
        return _tenth(Decimal(self.minutes_days) / self.minutes_published)

    @property
    def answered(self) -> int:
        """Return the opinions with a published answer."""
        return self.this_year + self.next_year + self.later + self.cannot + self.heard

    @property
    def unanswered(self) -> int:
        """Return the opinions whose answer is not published."""
        return self.opinions - self.answered

    @property
    def fallen_due(self) -> int:
        """Return what was answered, or ran over its day: what is in time is a part of these.

        An opinion whose day has not come yet is not counted, neither as good nor as bad.
        """
        return self.in_time + self.late_answers + self.late_open

    @property
    def in_time_rate(self) -> Decimal | None:
        """Return the share that was answered by its due day, in percent; None where none fell due."""
        return share(self.in_time, self.fallen_due)

    def is_short(self, *, year_is_over: bool) -> bool:
        """Say whether a year that is over, and is recorded, had fewer than two plenary sessions.

        Recorded is a year on whose last day a term with seats was in force.
        """
        return year_is_over and self.seats > 0 and self.plenaries < FEWEST_PLENARIES

    def is_unrecorded(self, *, year_is_over: bool) -> bool:
        """Say whether of a year that is over neither seats nor sessions are recorded."""
        return year_is_over and not self.seats and not self.sessions


def share(part: int, whole: int) -> Decimal | None:
    """Return a part in percent to one decimal, half-up; None of nothing."""
    return _tenth(Decimal(part * 100) / whole) if whole else None


def _tenth(number: Decimal) -> Decimal:
    return number.quantize(_TENTH, ROUND_HALF_UP)


def total_of(rows: Iterable[ForumFigures]) -> ForumFigures:
    """Add up the figures of wards; the longest wait is the longest of all."""
    rows = list(rows)

    def together(name: str) -> int:
        values = [getattr(row, name) for row in rows]
        return max(values, default=0) if name in _GREATEST else sum(values)

    return ForumFigures(**{one.name: together(one.name) for one in fields(ForumFigures)})
