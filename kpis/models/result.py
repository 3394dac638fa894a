"""A ward's result of one indicator in one fiscal year."""

import pghistory
from django.conf import settings
from django.db import models

from kpis.catalog.choices import Counting
from kpis.catalog.models import RecordedResult
from kpis.choices import EntryState, Implementation
from wards.fiscal_year import fiscal_year_label
from wards.models import WardRow

# From here on a value is the ward's word and stands in the city's tables.
HANDED_IN = (
    EntryState.SUBMITTED,
    EntryState.WARD_CONFIRMED,
    EntryState.CITY_CONFIRMED,
    EntryState.FINAL,
)


class ResultQuerySet(models.QuerySet):
    """Questions about results."""

    def for_fiscal_year(self, fiscal_year: int):
        """Keep one fiscal year, in printed order."""
        return self.filter(fiscal_year=fiscal_year).order_by("indicator__number")

    def handed_in(self):
        """Keep what the ward has handed in; drafts and sent-back values count nowhere else."""
        return self.filter(state__in=HANDED_IN)

    def with_indicator(self):
        """Fetch definition and rule along, for pages that print both."""
        return self.select_related("indicator", "indicator__policy", "rule")


@pghistory.track(exclude=["computed_at"])
class Result(WardRow, RecordedResult):
    """The 実績 of one 成果指標 in one 年度, with its 表1 state, entry state and judgement.

    「未入力」, 「該当なし」, 「実績0」 and 「参考」 are four different things; only 未入力 is missing.
    """

    indicator = models.ForeignKey(
        "kpi_catalog.Indicator", models.PROTECT, related_name="+", verbose_name="成果指標"
    )
    implementation = models.CharField("取組状況", max_length=20, choices=Implementation, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="入力者",
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="確認者",
    )

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = "指標の実績"
        verbose_name_plural = "指標の実績"
        ordering = ["-fiscal_year", "indicator__number"]
        permissions = [
            ("submit_result", "実績を提出できる"),
            ("confirm_result", "実績を区として確認できる"),
            ("send_back_result", "実績を差し戻せる"),
            ("recompute_result", "進捗率を今すぐ算定できる"),
            ("import_result", "実績をファイルから取り込める"),
            ("export_result", "実績をファイルに書き出せる"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "indicator"],
                name="one_result_per_indicator_and_year",
                violation_error_message="この年度のこの指標の実績は、すでに登録されています。",
            ),
            *RecordedResult.Meta.constraints,
        ]
        indexes = [models.Index(fields=["fiscal_year", "state"], name="result_by_year_and_state")]

    def __str__(self) -> str:
        return f"{fiscal_year_label(self.fiscal_year)} {self.indicator}"

    @property
    def is_answered(self) -> bool:
        """Say whether the value may be handed in.

        Of an indicator that is counted once for the city, a ward is asked for 取組状況 only.
        """
        asked_for_action_only = self.indicator.counting == Counting.ONCE_FOR_CITY
        return self.has_entry or (asked_for_action_only and bool(self.implementation))
