"""What every record of 区政会議 asks of what is typed: how long, and on which days."""

from datetime import date

# 区政会議 was set up in all wards in this fiscal year (「区政運営基本方針」2-③).
FIRST_DAY = date(2011, 4, 1)
LONGEST_OPINION = 4_000


def reasons_against_day(day: date, today: date, name: str) -> list[str]:
    """List why something cannot have been on a day: not there yet, or long before 区政会議."""
    if day > today:
        return [f"{name}は、今日以前の日にしてください。"]
    if day < FIRST_DAY:
        return [f"{name}が古すぎます。平成23年4月1日以後の日にしてください。"]
    return []
