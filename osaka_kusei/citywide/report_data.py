"""What one report of a fiscal year is written from: read once, as of one moment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from kpis.catalog.choices import Counting
from kpis.catalog.models import EvaluationRule, Indicator, Policy
from kpis.notices import Notice, notices
from kpis.presentation import Scale, scale_of
from osaka_kusei.citywide.footnotes import footnotes
from osaka_kusei.citywide.reading import one_snapshot
from osaka_kusei.citywide.report_rows import (
    Footnote,
    IndicatorFacts,
    ResultRow,
    Table1,
    Table2,
    WardFacts,
)
from osaka_kusei.citywide.reports import table1, table2
from osaka_kusei.citywide.results import (
    fiscal_years,
    indicator_facts,
    office_facts,
    result_rows,
    ward_facts,
)
from wards.fixtures_reader import read_fixture


class UncoveredYearError(ValueError):
    """No policy covers the fiscal year, so there is nothing to report."""


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything a report of one fiscal year says, without a database behind it."""

    fiscal_year: int
    policy_title: str
    indicators: tuple[IndicatorFacts, ...]
    wards: tuple[WardFacts, ...]
    rows: tuple[ResultRow, ...]
    previous_rows: tuple[ResultRow, ...]
    scale: Scale
    previous_scale: Scale

    @property
    def computed_at(self) -> datetime | None:
        """Return when the oldest judgement of the year was computed, as pages do: it vouches for all."""
        return min((row.computed_at for row in self.rows if row.computed_at), default=None)

    def table1(self) -> Table1:
        """Return 表1 of the year."""
        return table1(self.indicators, self.rows, self.wards)

    def table2(self) -> Table2:
        """Return 表2 of the year, beside the year before."""
        return table2(self.indicators, self.rows, self.previous_rows)

    def footnotes(self) -> list[Footnote]:
        """Return the notes under 表2."""
        return footnotes(
            self.indicators,
            self.rows,
            fiscal_year=self.fiscal_year,
            scale=self.scale,
            previous_rows=self.previous_rows,
            previous_scale=self.previous_scale,
            wards=self.wards,
        )

    def notices(self, report: str) -> list[Notice]:
        """Return what must be said beside the values of a report."""
        return table_notices(report, self.fiscal_year, self.rows, self.previous_rows)

    def every_result(self) -> Iterator[tuple[WardFacts, IndicatorFacts, ResultRow | None]]:
        """Yield one line per office and indicator: the city's own first, then 24 wards.

        What is not entered or not handed in is None, so that the shape never depends on the data.
        """
        known = {(row.slug, row.indicator_code): row for row in self.rows}
        for office in self.wards:
            for indicator in self.indicators:
                if office.order or indicator.counting == Counting.ONCE_FOR_CITY:
                    yield office, indicator, known.get((office.slug, indicator.code))


def table_notices(
    report: str, fiscal_year: int, rows: Iterable[ResultRow], previous_rows: Iterable[ResultRow]
) -> list[Notice]:
    """Write the notices of results, table1 or table2; only 表2 counts the year before as well."""
    counted = [*rows, *(previous_rows if report == "table2" else ())]
    return notices(
        # The city's one result is no ward's value; 表1 does not count it.
        (row.standing for row in counted if not (row.is_city and report == "table1")),
        counted_in=None if report == "results" else fiscal_year,
        published_years=years_with_published_counts(),
    )


@cache
def years_with_published_counts() -> frozenset[int]:
    """Return the fiscal years whose 表1 and 表2 were published.

    It is the year that the report evaluates from which the catalogue is loaded; of the year before
    it printed columns of 表2 only.
    """
    plan = read_fixture("seed_tables.json")["report_h28"]["plan"]
    return frozenset({plan["evaluated_fy"]})


def report_data(fiscal_year: int) -> ReportData:
    """Read a fiscal year and the one before; raise UncoveredYearError when no policy covers it."""
    if fiscal_year not in fiscal_years():
        raise UncoveredYearError(fiscal_year)
    years = (fiscal_year - 1, fiscal_year)
    with one_snapshot():
        policy = Policy.objects.get(
            pk=Indicator.objects.for_fiscal_year(fiscal_year).values("policy")[:1]
        )
        rows = result_rows(years)
        return ReportData(
            fiscal_year=fiscal_year,
            policy_title=policy.title,
            indicators=tuple(indicator_facts(fiscal_year)),
            wards=(office_facts(), *ward_facts()),
            rows=tuple(row for row in rows if row.fiscal_year == fiscal_year),
            previous_rows=tuple(row for row in rows if row.fiscal_year == fiscal_year - 1),
            scale=_scale(policy, fiscal_year),
            previous_scale=_scale(policy, fiscal_year - 1),
        )


def _scale(policy: Policy, fiscal_year: int) -> Scale:
    return scale_of(EvaluationRule.objects.for_fiscal_year(policy, fiscal_year))
