"""A value of an indicator in a fiscal year, whoever answers for it: a ward or the city."""

from django.db import models
from django.db.models import Q

from kpis.choices import EntryState, Status
from kpis.entry_states import LONGEST_REASON


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
