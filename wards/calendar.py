"""開庁日: the days on which ward offices are open.

Closed are Saturdays, Sundays, holidays of 「国民の祝日に関する法律」 and 29 December to 3 January
(大阪市の休日を定める条例, 1991条例42).
"""

from datetime import date, timedelta
from typing import Final

import jpholiday

_SATURDAY: Final = 5
_YEAR_END: Final = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}


def reason_closed(day: date) -> str:
    """Say why offices are closed on a day: 「日曜日」, 「勤労感謝の日」, 「年末年始」; "" when open."""
    if (day.month, day.day) in _YEAR_END:
        return "年末年始"
    if holiday := jpholiday.is_holiday_name(day):
        return str(holiday)
    if day.weekday() >= _SATURDAY:
        return "土曜日" if day.weekday() == _SATURDAY else "日曜日"
    return ""


def is_open(day: date) -> bool:
    """Whether ward offices are open on a day."""
    return not reason_closed(day)


def open_days_between(start: date, end: date) -> int:
    """Count the 開庁日 after `start` up to and including `end`; 0 when `end` is not later."""
    return sum(is_open(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def next_open_day(day: date) -> date:
    """Return the day itself if offices are open, else the next one on which they are."""
    while not is_open(day):
        day += timedelta(days=1)
    return day
