"""What the lists of dated rows share."""

from django.db.models import Q

from wards import clock
from wards.badges import badge
from wards.list_filters import ConditionFilter
from wards.wareki import short_wareki


def in_force_badge(row, today) -> str:
    """Return whether a dated row holds today, as a badge."""
    if row.valid_from > today:
        return badge(f"{short_wareki(row.valid_from)}から", "info", "→")
    if row.valid_to is not None and row.valid_to < today:
        return badge(f"{short_wareki(row.valid_to)}で終了", "plain", "×")
    return badge("使用中", "good", "●")


class InForceFilter(ConditionFilter):
    """適用: what holds today, begins later, or has ended."""

    title = "適用"
    parameter_name = "in_force"

    def lookups(self, request, model_admin):
        """Offer the three."""
        return [("now", "使用中"), ("future", "これから"), ("past", "終了")]

    def conditions(self, request):
        """Say what each of them is, as the badge of a row does."""
        today = clock.today()
        begun = Q(valid_from__lte=today)
        ended = Q(valid_to__lt=today)
        return {"now": begun & ~ended, "future": ~begun, "past": begun & ended}
