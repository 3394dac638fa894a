"""The rule by which a policy's results of a fiscal year are judged."""

import pghistory
from django.db import models

from kpis.catalog.models.policy import Policy
from wards.fiscal_year import fiscal_year_label


class EvaluationRuleQuerySet(models.QuerySet):
    """Questions about evaluation rules."""

    def for_fiscal_year(self, policy, fiscal_year: int):
        """Return the policy's rule of a fiscal year, or None."""
        return self.filter(policy=policy, fiscal_year=fiscal_year).first()


@pghistory.track()
class EvaluationRule(models.Model):
    """How a policy's results of one fiscal year are judged (DOMAIN §5.2, DESIGN §11.2)."""

    policy = models.ForeignKey(
        Policy, models.PROTECT, related_name="evaluation_rules", verbose_name="基本方針"
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    on_track_minimum = models.DecimalField(
        "概ね順調とする進捗率（％以上）", max_digits=5, decimal_places=1
    )
    on_track_label = models.CharField("順調の表示", max_length=40)
    not_on_track_label = models.CharField("順調でないときの表示", max_length=40)
    source = models.CharField("出典", max_length=300)

    objects = EvaluationRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "判定の基準"
        verbose_name_plural = "判定の基準"
        ordering = ["policy", "fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "fiscal_year"],
                name="one_rule_per_policy_and_year",
                violation_error_message="この年度の判定の基準は、すでに登録されています。",
            )
        ]

    def __str__(self) -> str:
        return f"{fiscal_year_label(self.fiscal_year)}：進捗率{self.on_track_minimum}％以上"
