"""Rows of a ward that hold from a day to a day."""

from django.db import models
from django.db.models import F, Q

from wards.models.ward_row import WardRow


class DatedQuerySet(models.QuerySet):
    """Questions about rows that hold for a time."""

    def in_force(self, day):
        """Keep what holds on a day; both ends count."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def still_open(self, day):
        """Keep what has no last day yet, or one after a day: it can be ended by then."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day))


class DatedRow(WardRow):
    """What holds from 初日 to 末日, both included; it ends by date and is never deleted."""

    valid_from = models.DateField("初日")
    valid_to = models.DateField("末日", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_ends_after_it_begins",
                violation_error_message="末日は初日以後の日にしてください。",
            )
        ]

    def holds_on(self, day) -> bool:
        """Say whether the row holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
