"""年度ごとの提出書類: which are asked for, and how each stands."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from councils.choices import FilingKind, FilingState
from councils.filing_rules import due_day, filing_state
from wards.models import DatedRow, WardRow


@pghistory.track()
class FilingRule(DatedRow):
    """提出書類のルール: what the ward's councils hand in each fiscal year, and by which day."""

    kind = models.CharField("書類", max_length=20, choices=FilingKind)
    due_month = models.PositiveSmallIntegerField("期限の月")
    due_day = models.PositiveSmallIntegerField(
        "期限の日", help_text="月末にするときは31を入力してください。"
    )
    after_the_year = models.BooleanField(
        "年度が終わってから出す", default=False, help_text="決算のように、翌年度に出すものです。"
    )
    source = models.CharField("根拠", max_length=200)

    class Meta(DatedRow.Meta):
        verbose_name = "提出書類のルール"
        verbose_name_plural = "提出書類のルール"
        ordering = ["kind", "-valid_from"]
        constraints = [
            *DatedRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(valid_to=None),
                name="one_current_filing_rule_per_kind",
                violation_error_message="この書類には、終わっていないルールがあります。先に末日を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(due_month__gte=1, due_month__lte=12, due_day__gte=1, due_day__lte=31),
                name="filing_rule_names_a_day",
                violation_error_message="期限の月は1から12、日は1から31で入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.due_month}月{self.due_day}日まで）"

    def due_on(self, fiscal_year: int):
        """Return the due day in a fiscal year."""
        return due_day(
            fiscal_year,
            month=self.due_month,
            day=self.due_day,
            after_the_year=self.after_the_year,
        )


class FilingQuerySet(models.QuerySet):
    """Questions about filings."""

    def with_state(self, day):
        """Annotate `state_on_day`: the twin in SQL of `filing_rules.filing_state`."""
        states = FilingState
        return self.annotate(
            last_day=Coalesce("extended_until", "due_on"),
            state_on_day=Case(
                When(~Q(not_required_reason=""), then=Value(states.NOT_REQUIRED)),
                When(accepted_on__lte=day, then=Value(states.ACCEPTED)),
                When(submitted_on__lte=day, then=Value(states.SUBMITTED)),
                When(last_day__lt=day, then=Value(states.LATE)),
                When(due_on__lt=day, then=Value(states.EXTENDED)),
                default=Value(states.DUE),
                output_field=models.CharField(),
            ),
        )


@pghistory.track(exclude=["is_required"])
class Filing(WardRow):
    """提出書類: one paper of one council for one fiscal year."""

    council = models.ForeignKey(
        "councils.CommunityCouncil", models.PROTECT, related_name="filings", verbose_name="協議会"
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("書類", max_length=20, choices=FilingKind)
    due_on = models.DateField("期限")
    extended_until = models.DateField("延長後の期限", null=True, blank=True)
    extension_reason = models.CharField("延長の理由", max_length=200, blank=True)
    not_required_reason = models.CharField("提出不要の理由", max_length=200, blank=True)
    # So that the city counts what is required without reading why something is not.
    is_required = models.GeneratedField(
        verbose_name="提出を要する",
        expression=Q(not_required_reason=""),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    submitted_on = models.DateField("提出日", null=True, blank=True)
    accepted_on = models.DateField("受理日", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="受理した職員",
    )
    note = models.CharField("備考", max_length=300, blank=True)

    objects = FilingQuerySet.as_manager()

    class Meta:
        verbose_name = "年度の提出書類"
        verbose_name_plural = "年度の提出書類"
        permissions = [("extend_filing", "提出の期限を延ばし、不要とする")]
        ordering = ["-fiscal_year", "council", "due_on", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "fiscal_year", "kind"],
                name="one_filing_per_council_year_and_kind",
                violation_error_message="この協議会のこの年度の書類は、すでに登録されています。",
            ),
            models.CheckConstraint(
                condition=Q(extended_until=None)
                | Q(extended_until__gt=F("due_on")) & ~Q(extension_reason=""),
                name="an_extension_is_later_and_has_its_reason",
                violation_error_message="延長後の期限は元の期限より後の日にし、理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(accepted_on=None)
                | Q(submitted_on__isnull=False, accepted_by__isnull=False)
                & Q(accepted_on__gte=F("submitted_on")),
                name="what_is_accepted_was_submitted",
                violation_error_message="受理日は提出日以後の日にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.council} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        """Return the staff page of the paper."""
        return reverse("admin:councils_filing_change", args=[self.pk])

    def state_on(self, day) -> FilingState:
        """Return how it stands on a day."""
        return filing_state(
            day,
            due_on=self.due_on,
            extended_until=self.extended_until,
            submitted_on=self.submitted_on,
            accepted_on=self.accepted_on,
            is_required=not self.not_required_reason,
        )
