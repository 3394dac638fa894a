"""How rules that are never rewritten read on staff screens, and what of them may still be changed."""

from django.contrib import admin

from wards import clock
from wards.badges import badge
from wards.wareki import wareki


class NeverRewrittenAdmin:
    """Mixin for the admin of a `NeverRewritten` model: `standing`, `begins`, `ends`, and what is read only."""

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        """Leave of what has begun only its end to be moved."""
        if obj is None or not obj.has_begun(clock.today()):
            return ()
        return tuple(name for name in self.form.Meta.fields if name != "valid_to")

    @admin.display(description="適用")
    def standing(self, rule) -> str:
        """Say whether it waits, holds or has ended."""
        today = clock.today()
        if rule.valid_from > today:
            return badge("これから", "info", "○")
        if rule.valid_to is not None and rule.valid_to < today:
            return badge("終了", "plain", "×")
        return badge("適用中", "good", "●")

    @admin.display(description="適用の初日", ordering="valid_from")
    def begins(self, rule) -> str:
        """Write the first day."""
        return wareki(rule.valid_from)

    @admin.display(description="適用の末日", ordering="valid_to")
    def ends(self, rule) -> str:
        """Write the last day; an open end is said in words."""
        return wareki(rule.valid_to) if rule.valid_to else "期限なし"
