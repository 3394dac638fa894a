"""An indicator of a policy: what is measured, and against which target."""

from collections import Counter

import pghistory
from django.db import models
from django.db.models import Q

from kpis.catalog.choices import Counting, Direction, Unit
from kpis.catalog.models.policy import Policy
from kpis.presentation import target_words
from wards.fiscal_year import fiscal_year_label


class IndicatorQuerySet(models.QuerySet):
    """Questions about indicators."""

    def for_fiscal_year(self, fiscal_year: int):
        """Keep the indicators whose policy covers the fiscal year, in printed order."""
        return self.filter(
            policy__first_fiscal_year__lte=fiscal_year, policy__last_fiscal_year__gte=fiscal_year
        ).order_by("number")

    def number_by_year(self) -> Counter[int]:
        """Return how many indicators each fiscal year has."""
        spans = self.values_list("policy__first_fiscal_year", "policy__last_fiscal_year")
        return Counter(year for first, last in spans for year in range(first, last + 1))


@pghistory.track()
class Indicator(models.Model):
    """One 成果指標 with its target, as printed in 表1 and 表2."""

    policy = models.ForeignKey(
        Policy, models.PROTECT, related_name="indicators", verbose_name="基本方針"
    )
    number = models.PositiveSmallIntegerField("番号")
    code = models.SlugField("指標コード", max_length=20, unique=True)
    printed_code = models.CharField("印刷上の記号", max_length=20)
    pillar = models.CharField("柱", max_length=100)
    section = models.CharField("取組の方向性", max_length=100)
    item_title = models.CharField("項目", max_length=100)
    short_title = models.CharField(
        "略題",
        max_length=40,
        help_text="画面の一覧で使います。同じ項目に指標が二つ以上あるときも、読み分けられる語です。",
    )
    text = models.TextField("成果指標")
    target = models.DecimalField("目標値", max_digits=9, decimal_places=2)
    unit = models.CharField("単位", max_length=20, choices=Unit)
    direction = models.CharField("向き", max_length=20, choices=Direction)
    deadline_fiscal_year = models.PositiveSmallIntegerField("目標年度")
    respondent_base = models.CharField("回答者の範囲", max_length=200, blank=True)
    minimum_respondents = models.PositiveIntegerField(
        "必要な回答者数",
        null=True,
        blank=True,
        help_text="回答者数がこれに満たない区は参考数値になります。空欄は下限なしです。",
    )
    scale_max = models.DecimalField("満点", max_digits=5, decimal_places=2, null=True, blank=True)
    counting = models.CharField("件数の数え方", max_length=20, choices=Counting)
    cumulative_from = models.PositiveSmallIntegerField(
        "累計の始まる年度",
        null=True,
        blank=True,
        help_text="件数を累計で判定する指標だけに入力します。",
    )
    source = models.CharField("出典", max_length=300, blank=True)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = "成果指標"
        verbose_name_plural = "成果指標"
        ordering = ["policy", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "number"],
                name="one_indicator_per_number",
                violation_error_message="この番号の指標は、すでに登録されています。",
            ),
            models.CheckConstraint(
                condition=Q(target__gt=0),
                name="indicator_target_is_positive",
                violation_error_message="目標値は0より大きい数にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.printed_code} {self.short_title}"

    @property
    def is_judged(self) -> bool:
        """Say whether 概ね順調 is judged; indicators in brackets show achievement only (※3)."""
        return self.counting != Counting.IN_BRACKETS

    @property
    def target_text(self) -> str:
        """Return the target with its deadline: 平成29年度までに50％以上."""
        until = fiscal_year_label(self.deadline_fiscal_year)
        return target_words(self.target, self.unit, self.direction, by=until)

    @property
    def short_target(self) -> str:
        """Return the target without its deadline: 50％以上."""
        return target_words(self.target, self.unit, self.direction)
