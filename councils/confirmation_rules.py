"""要件確認: when the requirements of a certified council are looked at again. Pure.

「備えておくべき要件が、継続して満たされているかどうかについて、定期的に確認する」(平成31年度 区運営方針
項目6). The interval is the ward's own setting; the reminders at 90, 60 and 30 days are ours.
"""

import calendar
from datetime import date, timedelta
from typing import Final

REMINDERS: Final = (90, 60, 30)
"""Days before the due day on which whoever confirms is told."""


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of a shorter month."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def next_due_on(due_on: date, confirmed_on: date, months: int) -> date:
    """Return when the confirmation after this one is due.

    Within 90 days before its day, or late, the calendar stays as it was; an earlier look begins a
    new interval, and so does one so late that the next day would be over already.
    """
    counts_from = due_on if confirmed_on >= due_on - timedelta(days=REMINDERS[0]) else confirmed_on
    following = months_later(counts_from, months)
    return following if following > confirmed_on else months_later(confirmed_on, months)


def reminder_due(due_on: date, day: date) -> int | None:
    """Return which reminder holds on a day: 90, 60, 30 days before; 0 once it is overdue."""
    if day > due_on:
        return 0
    return next(
        (days for days in reversed(REMINDERS) if day >= due_on - timedelta(days=days)), None
    )


def is_lapse_candidate(due_on: date, day: date) -> bool:
    """Say whether a certification stands on the list of 失効候補: not confirmed by its due day."""
    return day > due_on


def reasons_not_to_conclude(
    unjudged: list[str], unmet: list[str], *, has_open_request: bool
) -> list[str]:
    """List why a confirmation cannot be closed as 「要件を満たしている」."""
    reasons = list(unjudged)
    reasons += [f"認定要件{one}を満たしていません。是正を要請してください。" for one in unmet]
    if has_open_request:
        reasons.append("終わっていない是正要請があります。")
    return reasons
