"""When a ward office is open, and what a page says outside these hours. Pure.

Monday to Friday 9:00–17:30 is ours until the wards' own hours are at hand: longer Fridays and the
fourth Sunday, which some counters have, are not counted.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from wards.calendar import is_open, next_open_day

OPENS_AT: Final = time(9, 0)
CLOSES_AT: Final = time(17, 30)


@dataclass(frozen=True, slots=True)
class Closed:
    """The office is closed now: whether the whole day, and when somebody is there again."""

    all_day: bool
    opens_on: date


def closed_at(local: datetime) -> Closed | None:
    """Return what to tell when the office is closed at a moment of Osaka's time; None when it is open."""
    day = local.date()
    if is_open(day):
        if local.time() < OPENS_AT:
            return Closed(all_day=False, opens_on=day)
        if local.time() < CLOSES_AT:
            return None
        return Closed(all_day=False, opens_on=next_open_day(day + timedelta(days=1)))
    return Closed(all_day=True, opens_on=next_open_day(day))
