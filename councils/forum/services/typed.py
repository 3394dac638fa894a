"""What every record of 区政会議 asks of what is typed: how long, and on which days."""

from datetime import date

from wards import typed

# 区政会議 was set up in all wards in this fiscal year (「区政運営基本方針」2-③).
FIRST_DAY = date(2011, 4, 1)
LONGEST_OPINION = 4_000


def reasons_against_day(day: date, today: date, name: str) -> list[str]:
    """List why something cannot have been on a day: not there yet, or long before 区政会議."""
    return typed.reasons_against_day(day, today, name, first=FIRST_DAY)
