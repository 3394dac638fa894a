"""年度ごとの提出書類: due days, and how a filing stands on a day. Pure."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from councils.choices import FilingState
from wards.fiscal_year import FIRST_MONTH


def due_day(fiscal_year: int, *, month: int, day: int, after_the_year: bool = False) -> date:
    """Return the due day of a filing of a fiscal year.

    `after_the_year` is for what is handed in once the year is over, such as 決算: 30 June after
    FY2025 is 2026-06-30. A day that a month has not becomes its last.
    """
    year = fiscal_year + (1 if month < FIRST_MONTH else 0) + (1 if after_the_year else 0)
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def filing_state(
    day: date,
    *,
    due_on: date,
    extended_until: date | None,
    submitted_on: date | None,
    accepted_on: date | None,
    is_required: bool,
) -> FilingState:
    """Return how a filing stands on a day; a due day itself is still in time."""
    if not is_required:
        return FilingState.NOT_REQUIRED
    if accepted_on is not None and accepted_on <= day:
        return FilingState.ACCEPTED
    if submitted_on is not None and submitted_on <= day:
        return FilingState.SUBMITTED
    if day > (extended_until or due_on):
        return FilingState.LATE
    return FilingState.EXTENDED if day > due_on else FilingState.DUE


def next_step(state: FilingState) -> str:
    """Say in words what happens next to a filing."""
    return {
        FilingState.LATE: "期限を過ぎています。協議会に連絡し、届いたら提出を記録してください。",
        FilingState.DUE: "提出を待っています。届いたら、ファイルを付けて提出を記録してください。",
        FilingState.EXTENDED: "延ばした期限まで待っています。届いたら、提出を記録してください。",
        FilingState.SUBMITTED: "内容を確かめ、整っていれば受理し、直しが要るときは理由を付けて返してください。",
        FilingState.ACCEPTED: "受理しました。誤りが分かったときだけ、理由を付けて返してください。",
        FilingState.NOT_REQUIRED: "この年度は提出不要です。届いたときは、提出を記録できます。",
    }[state]


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of the required filings are accepted."""

    accepted: int
    required: int

    @property
    def rate(self) -> Decimal | None:
        """Return the share in percent to one decimal, half up; None where nothing is required."""
        if not self.required:
            return None
        share = Decimal(self.accepted * 100) / self.required
        return share.quantize(Decimal("0.1"), ROUND_HALF_UP)

    def __str__(self) -> str:
        if self.rate is None:
            return "提出不要"
        return f"{self.accepted}／{self.required}（{self.rate}％）"


def completeness_of(states: Iterable[str]) -> Completeness:
    """Count the states of filings; what is not required is no part of the whole."""
    known = [state for state in states if state != FilingState.NOT_REQUIRED]
    return Completeness(sum(state == FilingState.ACCEPTED for state in known), len(known))
