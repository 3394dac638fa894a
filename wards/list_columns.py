"""How days, sums and links read in a list."""

from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString

from wards.wareki import short_wareki


def day_column(day: date | None) -> str:
    """Write a day of a list."""
    return short_wareki(day) if day else "—"


def yen_column(yen: int | None) -> str:
    """Write a sum of a list."""
    return "—" if yen is None else f"{yen:,}円"


def link(url: str, words) -> SafeString:
    """Return a link in a list."""
    return format_html('<a href="{}">{}</a>', url, words)
