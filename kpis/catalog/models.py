"""One definition for 24 wards: what is measured, against which target, judged by which rule."""

from collections import Counter
from datetime import date

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kpis.catalog.choices import Counting, Direction, Unit
from kpis.choices import EntryState, Status
from kpis.entry_states import LONGEST_REASON
from kpis.presentation import target_words
from wards.fiscal_year import fiscal_year_label, fiscal_year_of


class PolicyQuerySet(models.QuerySet):
    """Questions about policies."""

    def fiscal_years(self) -> list[int]:
        """Return every fiscal year that some policy covers, the earliest first."""
        return sorted({year for policy in self for year in policy.fiscal_years})

    def begun(self, day: date) -> list[int]:
        """Return the fiscal years among them that have begun on a day."""
        running = fiscal_year_of(day)
        return [year for year in self.fiscal_years() if year <= running]


@pghistory.track()
class Policy(models.Model):
    """A basic policy with targets over several fiscal years, such as 「豊かな地域社会の形成に向けた
    区政運営基本方針」 for FY2015–2017.
    """

    code = models.SlugField("コード", max_length=40, unique=True)
    title = models.CharField("名称", max_length=200)
    adopted_in = models.CharField(
        "策定年月", max_length=7, help_text="2015-02 のように入力します。"
    )
    first_fiscal_year = models.PositiveSmallIntegerField("最初の年度")
    last_fiscal_year = models.PositiveSmallIntegerField("最後の年度")
    source = models.CharField("出典", max_length=300, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = "基本方針"
        verbose_name_plural = "基本方針"
        ordering = ["first_fiscal_year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_fiscal_year__gte=F("first_fiscal_year")),
                name="policy_ends_after_it_begins",
                violation_error_message="最後の年度は最初の年度以後にしてください。",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def fiscal_years(self) -> range:
        """Return the fiscal years of the policy, each as the Western year in which it starts."""
        return range(self.first_fiscal_year, self.last_fiscal_year + 1)


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
        return f"{self.printed_code} {self.item_title}"

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


class RecordedResult(models.Model):
    """What a ward's result and the city's own have in common: a value, its judgement, its state."""

    fiscal_year = models.PositiveSmallIntegerField("年度")
    actual = models.DecimalField(
        "実績値",
        max_digits=11,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="空欄は「未入力」です。0は「実績0」として扱います。",
    )
    not_applicable = models.BooleanField(
        "該当なし",
        default=False,
        help_text="この区では測らない指標のときに選び、備考に理由を書きます。",
    )
    respondents = models.PositiveIntegerField("回答者数", null=True, blank=True)
    reference_note = models.CharField(
        "参考理由",
        max_length=300,
        blank=True,
        help_text="参考数値とする理由です。回答者数の不足は自動で判定されます。",
    )
    note = models.TextField("備考", blank=True)
    state = models.CharField(
        "入力状態", max_length=20, choices=EntryState, default=EntryState.DRAFT, editable=False
    )
    state_changed_at = models.DateTimeField("状態の変更日時", null=True, editable=False)
    state_reason = models.CharField(
        "差戻し・再開の理由", max_length=LONGEST_REASON, blank=True, editable=False
    )

    # Written by the nightly recompute alone, as absolute values.
    judged_value = models.DecimalField(
        "判定に使う値", max_digits=13, decimal_places=2, null=True, editable=False
    )
    progress_rate = models.DecimalField(
        "進捗率（％）", max_digits=15, decimal_places=1, null=True, editable=False
    )
    status = models.CharField("判定", max_length=20, choices=Status, blank=True, editable=False)
    achieved = models.BooleanField("目標達成", null=True, editable=False)
    counted = models.BooleanField("集計対象", default=False, editable=False)
    reference_reason = models.CharField(
        "参考の判定理由", max_length=400, blank=True, editable=False
    )
    rule = models.ForeignKey(
        "kpi_catalog.EvaluationRule",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="使った判定の基準",
    )
    computed_at = models.DateTimeField("算定日時", null=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(actual=None) | Q(actual__gte=0),
                name="%(class)s_actual_is_not_negative",
                violation_error_message="実績値は0以上で入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(not_applicable=False) | Q(actual=None),
                name="%(class)s_not_applicable_has_no_actual",
                violation_error_message="「該当なし」のときは、実績値を空欄にしてください。",
            ),
        ]

    @property
    def has_entry(self) -> bool:
        """Say whether anything was entered: 該当なし and 実績0 are entries, an empty cell is none."""
        return self.actual is not None or self.not_applicable

    @property
    def is_answered(self) -> bool:
        """Say whether the value may be handed in: nothing that was asked for is missing."""
        return self.has_entry

    @property
    def awaits_judgement(self) -> bool:
        """Say whether a value was entered or changed since the results were last judged."""
        return self.actual is not None and self.computed_at is None

    @property
    def is_reference_only(self) -> bool:
        """Say whether the value is 参考数値 as last judged."""
        return bool(self.reference_reason)

    @property
    def value_label(self) -> str:
        """Return the value in the officer's words: 32.3, 実績0, 該当なし or 未入力."""
        if self.not_applicable:
            return "該当なし"
        if self.actual is None:
            return "未入力"
        if self.actual == 0:
            return "実績0"
        return f"{self.actual.normalize():f}"


@pghistory.track(exclude=["computed_at"])
class CityResult(RecordedResult):
    """The city's own result of an indicator that is counted once (1(3)㋐, ※2)."""

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="city_results", verbose_name="成果指標"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="入力者",
    )

    class Meta:
        verbose_name = "全市の実績"
        verbose_name_plural = "全市の実績"
        ordering = ["fiscal_year", "indicator__number"]
        permissions = [
            ("export_citywide", "24区の表を書き出せる"),
            ("review_wards", "24区の実績を確認・確定できる"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "indicator"],
                name="one_city_result_per_indicator_and_year",
                violation_error_message="この年度のこの指標の実績は、すでに登録されています。",
            ),
            *RecordedResult.Meta.constraints,
        ]

    def __str__(self) -> str:
        return f"{fiscal_year_label(self.fiscal_year)} {self.indicator}"
