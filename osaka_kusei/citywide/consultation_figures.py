"""相談・要望 in figures: what is counted of 24 wards, and how it adds up. Pure: no database, no clock.

A median of the city is the median of all cases and never a mean of wards' medians, so wards hand out
how many cases took how many days, and everything is computed from that.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_TENTH: Final = Decimal("0.1")
_HUNDREDTH: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """Cases of one ward and one group that took the same number of days; `days` is None before an end.

    Of each case the city sees that it was counted, never what was said or by whom.
    """

    slug: str
    key: str
    is_previous_year: bool
    days: int | None
    received: int
    ended: int
    in_time: int
    still_open: int
    overdue: int
    transferred: int
    handovers: int
    handed_over: int
    follow_ups: int
    judged: int
    reached: int
    understood: int
    handled_properly: int
    samples: int = 0


COUNTED: Final = (
    "received",
    "ended",
    "in_time",
    "still_open",
    "overdue",
    "transferred",
    "handovers",
    "handed_over",
    "follow_ups",
    "judged",
    "reached",
    "understood",
    "handled_properly",
    "samples",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a group of cases: counts, and how many cases took how many days."""

    received: int = 0
    ended: int = 0
    in_time: int = 0
    still_open: int = 0
    overdue: int = 0
    transferred: int = 0
    handovers: int = 0
    handed_over: int = 0
    follow_ups: int = 0
    judged: int = 0
    reached: int = 0
    understood: int = 0
    handled_properly: int = 0
    samples: int = 0
    cases_by_days: tuple[tuple[int, int], ...] = field(default=())

    @property
    def fallen_due(self) -> int:
        """Return how many were either ended or ran over their day: what is in time is a part of these."""
        return self.ended + self.overdue

    @property
    def in_time_rate(self) -> Decimal | None:
        """Return the share that was answered or filed by its due day, in percent; None for no case.

        A case whose day has not come yet is not counted, neither as good nor as bad.
        """
        return share(self.in_time, self.fallen_due)

    @property
    def mean_days(self) -> Decimal | None:
        """Return the mean of days from reception to the end, to one decimal."""
        return mean_of(self.cases_by_days)

    @property
    def median_days(self) -> Decimal | None:
        """Return the median of days from reception to the end: half of the cases took no longer."""
        return median_of(self.cases_by_days)

    @property
    def handovers_per_case(self) -> Decimal | None:
        """Return handovers per case received, to two decimals."""
        if not self.received:
            return None
        return (Decimal(self.handovers) / self.received).quantize(_HUNDREDTH, ROUND_HALF_UP)

    @property
    def handled_properly_rate(self) -> Decimal | None:
        """Return the share of citizens asked back who said that their case was handled properly."""
        return share(self.handled_properly, self.judged)


def share(part: int, whole: int) -> Decimal | None:
    """Return a part of a whole in percent to one decimal, half-up; None where there is no whole."""
    if not whole:
        return None
    return (Decimal(part) / whole * 100).quantize(_TENTH, ROUND_HALF_UP)


def mean_of(cases_by_days: Iterable[tuple[int, int]]) -> Decimal | None:
    """Return the mean of days weighted by cases, to one decimal, half-up; None for no case."""
    pairs = list(cases_by_days)
    cases = sum(count for _, count in pairs)
    if not cases:
        return None
    days = sum(days * count for days, count in pairs)
    return (Decimal(days) / cases).quantize(_TENTH, ROUND_HALF_UP)


def median_of(cases_by_days: Iterable[tuple[int, int]]) -> Decimal | None:
    """Return the median of days: the middle case, or the mean of the two in the middle."""
    pairs = sorted(cases_by_days)
    cases = sum(count for _, count in pairs)
    if not cases:
        return None
    lower, upper = _day_of(pairs, (cases - 1) // 2), _day_of(pairs, cases // 2)
    return (Decimal(lower + upper) / 2).quantize(_TENTH)


def _day_of(pairs: list[tuple[int, int]], place: int) -> int:
    """Return the days of the case at a place, counted from 0 in order of days."""
    passed = 0
    for days, count in pairs:
        passed += count
        if place < passed:
            return days
    raise IndexError(place)


def figures_of(rows: Iterable[FigureRow]) -> Figures:
    """Add rows up, whichever wards and groups they come from."""
    sums: Counter[str] = Counter()
    days: Counter[int] = Counter()
    for row in rows:
        for name in COUNTED:
            sums[name] += getattr(row, name)
        if row.days is not None:
            days[row.days] += row.ended
    return Figures(**sums, cases_by_days=tuple(sorted(days.items())))


def figures_by(rows: Iterable[FigureRow], group: Callable[[FigureRow], str]) -> dict[str, Figures]:
    """Add rows up by what `group` says of each."""
    grouped: dict[str, list[FigureRow]] = {}
    for row in rows:
        grouped.setdefault(group(row), []).append(row)
    return {key: figures_of(of_group) for key, of_group in grouped.items()}
