"""Days and years as they come out of a form or an address: read, or nothing."""

from datetime import date

from wards.wareki import day_from_wareki


def day_of(typed: str, *, otherwise: date | None = None) -> date | None:
    """Return a day written in the Western way or in 和暦; the other value for whatever is none."""
    try:
        return day_from_wareki(typed)
    except ValueError:
        return otherwise


def year_of(typed: str) -> int | None:
    """Return a fiscal year that a calendar can hold; None for anything else."""
    is_year = len(typed) == 4 and typed.isascii() and typed.isdigit()
    return int(typed) if is_year and 1900 <= int(typed) <= 2200 else None
