"""The clock of whatever is answered: when it is due, why on that day, and who is told when it is not.

Pure. The city answers or files 「原則として14日以内」 (市民の声 2020: received on 2020-11-02, due on
2020-11-16, so that the first day is not counted); how long before and after somebody is reminded
is a dated row: `consultations.city.DeadlineRule` of cases, `councils.city.RequestRule` of what wards
ask of bureaus.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from wards.calendar import next_open_day, open_days_between, reason_closed
from wards.wareki import wareki


@dataclass(frozen=True, slots=True)
class Clock:
    """A rule of the clock as plain values: lengths are calendar days."""

    days: int
    remind_before: int
    chief_after: int
    head_after: int
    mayor_after: int
    name: str = ""
    source: str = ""


class Escalation(IntEnum):
    """How far up an unanswered case has been told."""

    NONE = 0
    CHIEF = 1
    HEAD = 2
    MAYORS_OFFICE = 3


# Who is told at each step, in the words of the screen.
TOLD = {
    Escalation.CHIEF: "主査",
    Escalation.HEAD: "課長",
    Escalation.MAYORS_OFFICE: "区長室",
}


def due_on(received_on: date, clock: Clock) -> date:
    """Return the day by which to answer: 2020-11-02 and 14 days is 2020-11-16."""
    return received_on + timedelta(days=clock.days)


def days_left(due: date, today: date) -> int:
    """Return the days until the due day; negative when it has passed."""
    return (due - today).days


def is_overdue(due: date, today: date) -> bool:
    """Say whether the due day has passed: on the day itself there is still time."""
    return today > due


def answered_in_time(due: date, answered_on: date | None) -> bool:
    """Say whether the answer came on the due day at the latest."""
    return answered_on is not None and answered_on <= due


def escalation(due: date, today: date, clock: Clock) -> Escalation:
    """Return how far up a case that is still open has to be told today.

    The lengths count from the due day: with 0, 3 and 7 主査 is told on day 14, 課長 on day 17 and
    区長室 on day 21 after reception.
    """
    late = (today - due).days
    steps = (
        (clock.mayor_after, Escalation.MAYORS_OFFICE),
        (clock.head_after, Escalation.HEAD),
        (clock.chief_after, Escalation.CHIEF),
    )
    return next((step for after, step in steps if late >= after), Escalation.NONE)


def is_due_soon(due: date, today: date, clock: Clock) -> bool:
    """Say whether the reminder before the due day is due: the day itself belongs to it."""
    return 0 <= days_left(due, today) <= clock.remind_before


def words_left(due: date, today: date) -> str:
    """Say the time left as an officer reads it: 「あと3日」, 「今日まで」, 「2日超過」."""
    left = days_left(due, today)
    if left > 0:
        return f"あと{left}日"
    return "今日まで" if left == 0 else f"{-left}日超過"


def why_this_date(received_on: date, clock: Clock, *, today: date) -> list[str]:
    """Explain the due day in sentences: start, length, rule, open days, and a closed due day."""
    due = due_on(received_on, clock)
    open_days = open_days_between(received_on, due)
    sentences = [
        f"受付日は{wareki(received_on)}です。受付日は数えません。",
        f"{clock.name}により{clock.days}日後（暦日）の{wareki(due)}が期限です。土日・祝日も数えます。",
        f"この間の開庁日は{open_days}日です。",
    ]
    if today <= due:
        sentences.append(f"今日から期限までの開庁日は、あと{open_days_between(today, due)}日です。")
    if closed := reason_closed(due):
        following = next_open_day(due)
        sentences.append(
            f"期限の日は{closed}で閉庁日です。期限は延びません（次の開庁日は{wareki(following)}）。"
        )
    if clock.source:
        sentences.append(f"根拠：{clock.source}")
    return sentences


def first_day_without_rule(
    spans: Iterable[tuple[date, date | None]], from_day: date
) -> date | None:
    """Return the first day from `from_day` on that no rule of the clock covers; None when all are.

    A case that comes in on such a day could be given no due day, and so could not be taken at all.
    """
    day = from_day
    for begins, ends in sorted(spans, key=lambda span: span[0]):
        if begins > day:
            return day
        if ends is None:
            return None
        day = max(day, ends + timedelta(days=1))
    return day
