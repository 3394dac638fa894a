"""What the lists of dated rows share."""

from wards import list_filters
from wards.badges import badge
from wards.wareki import short_wareki


def in_force_badge(row, today) -> str:
    """Return whether a dated row holds today, as a badge."""
    if row.valid_from > today:
        return badge(f"{short_wareki(row.valid_from)}から", "info", "→")
    if row.valid_to is not None and row.valid_to < today:
        return badge(f"{short_wareki(row.valid_to)}で終了", "plain", "×")
    return badge("使用中", "good", "●")


class InForceFilter(list_filters.InForceFilter):
    """適用: what holds today, begins later, or has ended, in the words of the badge."""

    title = "適用"
    words = ("使用中", "これから", "終了")
