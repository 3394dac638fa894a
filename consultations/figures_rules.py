"""How figures of 相談・要望 are judged: one rule for a ward's page and for the city's. Pure.

Everything is rounded half-up, as it is printed. A median of many cases is the median of all of them
and never a mean of medians, so days come in as how many cases took how many days.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from consultations.choices import CaseState

# A case that went elsewhere (移ちょう) is received, but has no end and no days here.
ENDED: Final = (CaseState.ANSWERED, CaseState.PUBLICATION_DECIDED, CaseState.FILED)
_TENTH: Final = Decimal("0.1")
_HUNDREDTH: Final = Decimal("0.01")


def share(part: int, whole: int) -> Decimal | None:
    """Return a part of a whole in percent to one decimal, half-up; None where there is no whole."""
    if not whole:
        return None
    return (Decimal(part) / whole * 100).quantize(_TENTH, ROUND_HALF_UP)


def fallen_due(*, ended: int, overdue: int) -> int:
    """Return how many were either ended or ran over their day: what is in time is a part of these.

    A case whose day has not come yet is not counted, neither as good nor as bad.
    """
    return ended + overdue


def in_time_rate(*, in_time: int, ended: int, overdue: int) -> Decimal | None:
    """Return 期限内の割合: what was answered or filed by its due day, of all that fell due."""
    return share(in_time, fallen_due(ended=ended, overdue=overdue))


def handovers_per_case(*, handovers: int, received: int) -> Decimal | None:
    """Return handovers per case received, to two decimals; None for no case."""
    if not received:
        return None
    return (Decimal(handovers) / received).quantize(_HUNDREDTH, ROUND_HALF_UP)


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
