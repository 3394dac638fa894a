"""相談・要望 in figures: what is counted of 24 wards, and how it adds up. Pure: no database, no clock.

A median of the city is the median of all cases and never a mean of wards' medians, so wards hand out
how many cases took how many days, and everything is computed from that.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from consultations import figures_rules


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
        return figures_rules.fallen_due(ended=self.ended, overdue=self.overdue)

    @property
    def in_time_rate(self) -> Decimal | None:
        """Return the share that was answered or filed by its due day, in percent; None for no case."""
        return figures_rules.in_time_rate(
            in_time=self.in_time, ended=self.ended, overdue=self.overdue
        )

    @property
    def mean_days(self) -> Decimal | None:
        """Return the mean of days from reception to the end, to one decimal."""
        return figures_rules.mean_of(self.cases_by_days)

    @property
    def median_days(self) -> Decimal | None:
        """Return the median of days from reception to the end: half of the cases took no longer."""
        return figures_rules.median_of(self.cases_by_days)

    @property
    def handovers_per_case(self) -> Decimal | None:
        """Return handovers per case received, to two decimals."""
        return figures_rules.handovers_per_case(handovers=self.handovers, received=self.received)

    @property
    def handled_properly_rate(self) -> Decimal | None:
        """Return the share of citizens asked back who said that their case was handled properly."""
        return figures_rules.share(self.handled_properly, self.judged)


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
