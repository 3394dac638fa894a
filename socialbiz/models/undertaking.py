"""What ventures and commissioned projects share: an operator who carries something for a time."""

from django.db import models
from django.db.models import F, Q

from socialbiz.choices import VentureField
from wards.fiscal_year import first_day, last_day
from wards.models import WardRow


class UndertakingQuerySet(models.QuerySet):
    """Questions about what was begun, and what goes on."""

    def newly_created(self, first_year: int, last_year: int):
        """Keep what began in the fiscal years from one to another, both counted.

        What went on from before is not counted (実施状況 平成28年度, 成果指標1-3 の注: 「新たに創出された
        件数」).
        """
        return self.filter(
            started_on__gte=first_day(first_year), started_on__lte=last_day(last_year)
        )

    def going_on(self, day):
        """Keep what goes on on a day; both ends count."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gte=day), started_on__lte=day)


class Undertaking(WardRow):
    """Something that an operator carries from a day, and perhaps until a day."""

    title = models.CharField("名称", max_length=100)
    operator = models.ForeignKey(
        "socialbiz.Operator", models.PROTECT, related_name="%(class)ss", verbose_name="担い手"
    )
    field = models.CharField("分野", max_length=12, choices=VentureField)
    started_on = models.DateField("開始した日")
    ended_on = models.DateField("終了した日", null=True, blank=True)
    ended_reason = models.CharField("終了の理由", max_length=300, blank=True)
    summary = models.TextField("内容", blank=True)
    is_public = models.BooleanField("公表する", default=False)
    is_demo = models.BooleanField("見本", default=False, editable=False)

    objects = UndertakingQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-started_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="%(app_label)s_%(class)s_ends_after_it_starts",
                violation_error_message="終了した日は、開始した日以後の日にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | ~Q(ended_reason=""),
                name="%(app_label)s_%(class)s_ends_for_a_reason",
                violation_error_message="終了の理由を入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def goes_on(self, day) -> bool:
        """Say whether it goes on on a day."""
        return self.started_on <= day and (self.ended_on is None or day <= self.ended_on)
