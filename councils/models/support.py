"""財政的支援: what a council applied for, got, paid back; recorded and linked, not run here."""

import pghistory
from django.db import models
from django.db.models import F, Q

from councils.choices import SupportKind, SupportState
from wards.models import DatedRow, WardRow


@pghistory.track()
class SupportRate(DatedRow):
    """補助率: how much of the eligible cost the ward pays for a purpose."""

    kind = models.CharField("種類", max_length=20, choices=SupportKind)
    purpose = models.CharField("使い道", max_length=60, help_text="活動費、運営費などです。")
    percent = models.DecimalField("補助率（％）", max_digits=5, decimal_places=2)
    source = models.CharField("根拠", max_length=200)

    class Meta(DatedRow.Meta):
        verbose_name = "補助率"
        verbose_name_plural = "補助率"
        ordering = ["kind", "purpose", "-valid_from"]
        constraints = [
            *DatedRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["kind", "purpose"],
                condition=Q(valid_to=None),
                name="one_current_rate_per_purpose",
                violation_error_message="この使い道には、終わっていない補助率があります。先に末日を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100),
                name="a_rate_is_a_share",
                violation_error_message="補助率は0より大きく100以下の数で入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}・{self.purpose} {self.percent.normalize():f}％"


class SupportGrantQuerySet(models.QuerySet):
    """Questions about sums of support."""

    def for_fiscal_year(self, fiscal_year):
        """Keep those of a year."""
        return self.filter(fiscal_year=fiscal_year)


@pghistory.track()
class SupportGrant(WardRow):
    """支援: one application for money in a fiscal year, and what became of it, in yen.

    The city has its own application system; `reference` is the number there.
    """

    council = models.ForeignKey(
        "councils.CommunityCouncil", models.PROTECT, related_name="grants", verbose_name="協議会"
    )
    kind = models.CharField("種類", max_length=20, choices=SupportKind)
    fiscal_year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("事業名・使い道", max_length=100)
    reference = models.CharField(
        "申請番号", max_length=60, help_text="補助金申請システムの番号です。"
    )
    rate = models.ForeignKey(
        SupportRate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="補助率",
    )
    applied_on = models.DateField("申請日")
    eligible_yen = models.PositiveBigIntegerField("対象経費（円）", null=True, blank=True)
    decided_on = models.DateField("交付決定日", null=True, blank=True)
    decided_yen = models.PositiveBigIntegerField("交付決定額（円）", null=True, blank=True)
    paid_on = models.DateField("支払日", null=True, blank=True)
    paid_yen = models.PositiveBigIntegerField("支払額（円）", null=True, blank=True)
    reported_on = models.DateField("実績報告日", null=True, blank=True)
    settled_on = models.DateField("額の確定日", null=True, blank=True)
    settled_yen = models.PositiveBigIntegerField("確定額（円）", null=True, blank=True)
    returned_on = models.DateField("返還日", null=True, blank=True)
    returned_yen = models.PositiveBigIntegerField("返還額（円）", null=True, blank=True)
    note = models.CharField("備考", max_length=300, blank=True)
    is_demo = models.BooleanField("見本", default=False, editable=False)

    objects = SupportGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "協議会への支援"
        verbose_name_plural = "協議会への支援"
        ordering = ["-fiscal_year", "council", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference"],
                name="one_support_per_reference",
                violation_error_message="この申請番号は、すでに登録されています。",
            ),
            models.CheckConstraint(
                condition=(
                    Q(decided_on=None, decided_yen=None)
                    | Q(decided_on__isnull=False, decided_yen__isnull=False)
                )
                & (
                    Q(paid_on=None, paid_yen=None)
                    | Q(paid_on__isnull=False, paid_yen__isnull=False)
                )
                & (
                    Q(settled_on=None, settled_yen=None)
                    | Q(settled_on__isnull=False, settled_yen__isnull=False)
                )
                & (
                    Q(returned_on=None, returned_yen=None)
                    | Q(returned_on__isnull=False, returned_yen__isnull=False)
                ),
                name="a_sum_has_its_day",
                violation_error_message="金額を入力するときは日付も、日付を入力するときは金額も入力してください。",
            ),
            models.CheckConstraint(
                condition=(
                    Q(paid_on=None) | Q(decided_on__isnull=False, paid_yen__lte=F("decided_yen"))
                )
                & (
                    Q(settled_on=None)
                    | Q(decided_on__isnull=False, settled_yen__lte=F("decided_yen"))
                ),
                name="no_more_is_paid_than_decided",
                violation_error_message="支払額と確定額は、交付決定額を超えられません。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.title}"

    @property
    def state(self) -> SupportState:
        """Return how far it is, as its dates tell."""
        if self.settled_on:
            return SupportState.SETTLED
        if self.reported_on:
            return SupportState.REPORTED
        if self.paid_on:
            return SupportState.PAID
        return SupportState.DECIDED if self.decided_on else SupportState.APPLIED
