"""The city's own result of an indicator in a fiscal year."""

import pghistory
from django.conf import settings
from django.db import models

from kpis.catalog.models.indicator import Indicator
from kpis.catalog.models.recorded_result import RecordedResult
from wards.fiscal_year import fiscal_year_label


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
