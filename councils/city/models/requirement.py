"""認定要件: what a council must show to be certified, in dated sets."""

from datetime import date

import pghistory
from django.db import models
from django.db.models import F, Q

from wards.models import NeverRewritten


class RequirementSetQuerySet(models.QuerySet):
    """Questions about sets of requirements."""

    def in_force(self, day):
        """Return the set for an application of a day, or None before the first one."""
        return (
            self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
            .order_by("-valid_from")
            .first()
        )


@pghistory.track()
class RequirementSet(NeverRewritten):
    """認定要件の組: an application is judged for ever by the set in force on its own day."""

    FIXED_ONCE_BEGUN = ("code", "name", "valid_from", "source")
    IS_REWRITTEN = (
        "適用が始まった認定要件は書き換えられません。末日を入れて終え、次の組を登録してください。"
    )
    BEGINS_TOO_EARLY = (
        "適用の初日は、明日以後の日にしてください。今日までの申請の要件は変えられません。"
    )

    code = models.SlugField("略称", max_length=40, unique=True)
    name = models.CharField("名称", max_length=100)
    valid_from = models.DateField("適用の初日")
    valid_to = models.DateField("適用の末日", null=True, blank=True)
    source = models.CharField("根拠", max_length=300)

    objects = RequirementSetQuerySet.as_manager()

    class Meta:
        verbose_name = "認定要件の組"
        verbose_name_plural = "認定要件の組"
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["valid_from"],
                name="one_requirement_set_per_start",
                violation_error_message="この日から始まる認定要件の組が、すでにあります。",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="requirement_set_ends_after_it_begins",
                violation_error_message="末日は初日以後の日にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def refuse_end(self, stored, today: date) -> None:
        """Refuse an end in the past of what has begun; before that its days are in order anyway."""
        if stored is not None and stored.has_begun(today):
            super().refuse_end(stored, today)


@pghistory.track()
class Requirement(models.Model):
    """認定要件: one thing that is judged met or unmet, with its evidence."""

    requirement_set = models.ForeignKey(
        RequirementSet, models.PROTECT, related_name="requirements", verbose_name="認定要件の組"
    )
    code = models.CharField("記号", max_length=10)
    title = models.CharField("要件", max_length=100)
    text = models.TextField("内容")
    evidence = models.CharField(
        "確かめるもの", max_length=200, help_text="規約の条や名簿など、何を見て判断するかです。"
    )
    order = models.PositiveSmallIntegerField("並び順")

    class Meta:
        verbose_name = "認定要件"
        verbose_name_plural = "認定要件"
        ordering = ["requirement_set", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["requirement_set", "code"],
                name="one_requirement_per_set_and_code",
                violation_error_message="この組のこの記号の要件は、すでにあります。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
