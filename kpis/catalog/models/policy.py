"""A basic policy of the city: the fiscal years that its targets span."""

from datetime import date

import pghistory
from django.db import models
from django.db.models import F, Q

from wards.fiscal_year import fiscal_year_of


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
