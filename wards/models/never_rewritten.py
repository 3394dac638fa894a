"""Rules of the whole city: written before their first day, ended and followed by another, never rewritten."""

from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from wards import clock
from wards.deadlines import first_day_without_rule
from wards.wareki import wareki


class NeverRewritten(models.Model):
    """What holds from `valid_from` to `valid_to`, both included; once begun, only its end may be moved.

    What was decided or counted by such a rule stays what it was.
    """

    # The fields that stay as they are once the rule has begun.
    FIXED_ONCE_BEGUN: ClassVar[tuple[str, ...]]
    # What an officer is told who would rewrite it, or let it begin on a day that is not to come.
    IS_REWRITTEN: ClassVar[str]
    BEGINS_TOO_EARLY: ClassVar[str]

    class Meta:
        abstract = True

    def has_begun(self, day: date) -> bool:
        """Say whether something of the day, or before it, may have been decided by it."""
        return self.pk is not None and self.valid_from is not None and self.valid_from <= day

    def clean(self) -> None:
        """Refuse what would change the ground of what was decided by it."""
        if self.valid_from is None:
            return
        today = clock.today()
        stored = type(self)._default_manager.filter(pk=self.pk).first() if self.pk else None
        if stored is not None and stored.has_begun(today):
            if any(getattr(self, name) != getattr(stored, name) for name in self.FIXED_ONCE_BEGUN):
                raise ValidationError(self.IS_REWRITTEN)
        elif self.valid_from <= today:
            raise ValidationError({"valid_from": self.BEGINS_TOO_EARLY})
        self.refuse_end(stored, today)

    def refuse_end(self, stored: "NeverRewritten | None", today: date) -> None:
        """Refuse an end in the past that it did not have: what was applied on a day was applied."""
        was_so = stored is not None and stored.valid_to == self.valid_to
        if self.valid_to is not None and self.valid_to < today and not was_so:
            raise ValidationError({"valid_to": "適用の末日は、今日以後の日にしてください。"})


class NeverMissing(NeverRewritten):
    """A rule of which there has to be one on every day to come."""

    # Told with the first day that would have none: `{day}`.
    LEAVES_A_GAP: ClassVar[str]

    class Meta:
        abstract = True

    def refuse_end(self, stored: "NeverRewritten | None", today: date) -> None:
        """Refuse an end that leaves a day without any rule, too."""
        super().refuse_end(stored, today)
        others = type(self)._default_manager.exclude(pk=self.pk)
        spans = others.values_list("valid_from", "valid_to")
        if gap := first_day_without_rule([*spans, (self.valid_from, self.valid_to)], today):
            raise ValidationError({"valid_to": self.LEAVES_A_GAP.format(day=wareki(gap))})
