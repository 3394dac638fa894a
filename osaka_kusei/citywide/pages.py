"""What the city's pages show: one reading of the wards, turned into cells, tiles and panels."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache, cached_property

from django.http import Http404

from kpis.catalog.choices import Counting
from kpis.catalog.models import EvaluationRule, Indicator, Policy
from kpis.choices import Implementation, Status
from kpis.chosen_year import NoSuchYearError, year_in_address, year_to_begin_with
from kpis.freshness import Freshness, freshness, last_runs
from kpis.notices import Notice, notices
from kpis.presentation import Scale, Shown, actual_words, scale_of, shown, value_text
from osaka_kusei.citywide import charts
from osaka_kusei.citywide.footnotes import footnotes, missing_wards, notes_under_table1
from osaka_kusei.citywide.page_rows import HeatCell, HeatRow, IndicatorSummary, NamedGroup, WardLine
from osaka_kusei.citywide.report_rows import (
    CITY_SLUG,
    IndicatorFacts,
    ResultRow,
    Table1,
    Table2,
    WardFacts,
)
from osaka_kusei.citywide.reports import table1, table2
from osaka_kusei.citywide.results import (
    indicator_facts,
    result_rows,
    ward_facts,
)
from wards import clock
from wards.addresses import address_at
from wards.fiscal_year import fiscal_year_label, fiscal_year_of, short_label
from wards.fixtures_reader import read_fixture
from wards.models import Ward

NOTHING = Shown("missing", "", "未入力", "未入力", "")


@cache
def _grid() -> tuple[dict, ...]:
    return tuple(read_fixture("tile_grid.json")["tiles"])


def chosen_fiscal_year(
    request, years: list[int], handed: Sequence[ResultRow], expected: Mapping
) -> int:
    """Return the year in the address, or the one to begin with; a year without a policy is 404."""
    given = request.GET.get("fiscal_year")
    try:
        if given is not None:
            return year_in_address(given, years)
        return year_to_begin_with(
            years,
            Counter(row.fiscal_year for row in handed),
            expected=expected,
            running=fiscal_year_of(clock.today()),
        )
    except NoSuchYearError as problem:
        raise Http404(str(problem)) from problem


class CityYear:
    """One fiscal year of the whole city as its pages show it, read once per request."""

    def __init__(self, request):
        self.request = request
        self._policies = Policy.objects.all()
        self.years = self._policies.fiscal_years()
        self.handed = result_rows(self.years)
        now = clock.now()
        self.wards = ward_facts()
        expected = {y: len(self.wards) * n for y, n in Indicator.objects.number_by_year().items()}
        self.fiscal_year = chosen_fiscal_year(request, self.years, self.handed, expected)
        self.indicators = indicator_facts(self.fiscal_year)
        self.freshness: Freshness = freshness(last_runs(Ward.objects.in_official_order()), now)
        self._scales = {rule.fiscal_year: scale_of(rule) for rule in EvaluationRule.objects.all()}
        self._by_place = {
            (row.fiscal_year, row.slug, row.indicator_code): row for row in self.handed
        }
        self._facts = {indicator.code: indicator for indicator in self.indicators}

    @property
    def as_of(self) -> datetime | None:
        """Return the moment of the stamp 「算定 …」."""
        return self.freshness.as_of

    @property
    def policy_title(self) -> str:
        """Return the name of the policy that covers the year shown."""
        return next(one.title for one in self._policies if self.fiscal_year in one.fiscal_years)

    @property
    def years_so_far(self) -> list[int]:
        """Return the policy's years up to the one shown."""
        return [year for year in self.years if year <= self.fiscal_year]

    def scale(self, fiscal_year: int | None = None) -> Scale:
        """Return the rule of a year, by default of the year shown."""
        return self._scales.get(fiscal_year or self.fiscal_year, Scale(None))

    def rows(self, fiscal_year: int) -> list[ResultRow]:
        """Return the handed-in results of a year."""
        return [row for row in self.handed if row.fiscal_year == fiscal_year]

    @cached_property
    def table1(self) -> Table1:
        """Return 表1 of the year."""
        return table1(self.indicators, self.rows(self.fiscal_year), self.wards)

    @cached_property
    def table2(self) -> Table2:
        """Return 表2 of the year."""
        return table2(self.indicators, self.rows(self.fiscal_year), self.rows(self.fiscal_year - 1))

    @cached_property
    def footnotes(self):
        """Return the notes under 表2, which the front page repeats."""
        return footnotes(
            self.indicators,
            self.rows(self.fiscal_year),
            fiscal_year=self.fiscal_year,
            scale=self.scale(),
            previous_rows=self.rows(self.fiscal_year - 1),
            previous_scale=self.scale(self.fiscal_year - 1),
            wards=self.wards,
        )

    @property
    def table1_notes(self):
        """Return the notes under 表1."""
        return notes_under_table1(self.indicators, self.table1)

    @property
    def is_incomplete(self) -> bool:
        """Say whether a value of the year is still missing."""
        return bool(missing_wards(self.indicators, self.rows(self.fiscal_year), self.wards))

    @property
    def is_comparable(self) -> bool:
        """Say whether all that enters the total of 表2 is handed in, so that a difference means it."""
        in_total = [one for one in self.indicators if one.counting != Counting.IN_BRACKETS]
        return not missing_wards(in_total, self.rows(self.fiscal_year), self.wards)

    def notices(self, code: str | None = None) -> list[Notice]:
        """Return what must be said beside the values of the years so far, of one indicator or all."""
        return notices(
            row.standing
            for row in self.handed
            if row.fiscal_year <= self.fiscal_year and code in (None, row.indicator_code)
        )

    def indicator(self, code: str) -> IndicatorFacts:
        """Return the year's indicator, or 404."""
        if code not in self._facts:
            raise Http404("この指標はありません。")
        return self._facts[code]

    @property
    def of_city(self) -> list[IndicatorFacts]:
        """Return the indicators that the whole city has one result of."""
        return [one for one in self.indicators if one.counting == Counting.ONCE_FOR_CITY]

    def row(self, slug: str, code: str, fiscal_year: int | None = None) -> ResultRow | None:
        """Return a ward's handed-in result, if there is one."""
        return self._by_place.get((fiscal_year or self.fiscal_year, slug, code))

    def shown(self, slug: str, code: str, fiscal_year: int | None = None) -> Shown:
        """Say how a ward's result is shown; one not handed in is 未入力."""
        row = self.row(slug, code, fiscal_year)
        if row is None:
            return NOTHING
        indicator = self._facts[code]
        return shown(
            actual=row.actual,
            not_applicable=row.not_applicable,
            judged_value=row.judged_value,
            progress_rate=row.progress_rate,
            status=row.status,
            achieved=row.achieved,
            reference_reason=row.reference_reason,
            unit=indicator.unit,
            in_brackets=indicator.counting == Counting.IN_BRACKETS,
            is_citys_own=_is_citys_own(row, indicator),
            awaits_judgement=row.awaits_judgement,
            scale=self.scale(fiscal_year),
            is_deadline=(fiscal_year or self.fiscal_year) >= indicator.deadline_fiscal_year,
        )

    def explanation_address(self, slug: str, code: str) -> str:
        """Return where a ward's figure is explained: on that ward's own host."""
        query = f"?fiscal_year={self.fiscal_year}#explanation"
        if slug == CITY_SLUG:
            return f"/indicators/{code}/{query}"
        return address_at(self.request, slug, f"/kpis/{code}/{query}")

    def heat_rows(self) -> list[HeatRow]:
        """Return the 24 × 17 cells, wards in official order."""
        return [self._heat_row(ward) for ward in self.wards]

    def _heat_row(self, ward: WardFacts) -> HeatRow:
        found = [self.row(ward.slug, indicator.code) for indicator in self.indicators]
        counted = [row for row in found if row is not None and row.counted and row.status]
        return HeatRow(
            ward=ward,
            href=address_at(self.request, ward.slug, f"/kpis/?fiscal_year={self.fiscal_year}"),
            cells=tuple(
                HeatCell(
                    self.shown(ward.slug, indicator.code),
                    self.explanation_address(ward.slug, indicator.code),
                )
                for indicator in self.indicators
            ),
            on_track=sum(row.status == Status.ON_TRACK for row in counted),
            counted=len(counted),
        )

    def summaries(self) -> list[IndicatorSummary]:
        """Return every indicator's line of 表2 as a bar of classes."""
        table = self.table2
        return [
            IndicatorSummary(
                indicator=indicator,
                line=line,
                in_brackets=line.indicator_code in table.in_brackets,
                segments=charts.share_bar(self._classes(indicator)),
            )
            for indicator, line in zip(self.indicators, table.rows, strict=True)
        ]

    def _classes(self, indicator: IndicatorFacts) -> list[tuple[str, int]]:
        slugs: Iterable[str] = [ward.slug for ward in self.wards]
        if indicator.counting == Counting.ONCE_FOR_CITY:
            slugs = [CITY_SLUG]
        counted = [
            self.shown(slug, indicator.code).css
            for slug in slugs
            if (row := self.row(slug, indicator.code)) is not None and row.counted
        ]
        order = ("done", "on", "near", "far", "brackets-done", "brackets")
        return [(css, counted.count(css)) for css in order]

    def tile_map(self, code: str) -> charts.TileMap:
        """Return the map of one indicator."""
        return charts.tile_map(
            _grid(),
            {ward.slug: self.shown(ward.slug, code) for ward in self.wards},
            {ward.slug: self.explanation_address(ward.slug, code) for ward in self.wards},
        )

    def named_groups(self, code: str) -> list[NamedGroup]:
        """Name the wards of each judgement, the rarest first, then those of 参考数値, beside the map."""
        looks = [(ward.ward, self.shown(ward.slug, code)) for ward in self.wards]
        words = [look.word for _, look in looks if look.css != "na"]
        groups = [
            NamedGroup(word, tuple(ward for ward, look in looks if look.word == word))
            for word in dict.fromkeys(sorted(words, key=words.count))
        ]
        reference = tuple(ward for ward, look in looks if look.is_reference_only)
        return [*groups, *([NamedGroup("参考数値", reference)] if reference else [])]

    def small_multiples(self, code: str) -> list[charts.Panel]:
        """Return each ward's years of one indicator, all on one scale."""
        indicator = self._facts[code]
        if indicator.counting == Counting.ONCE_FOR_CITY:
            return []
        judged = [
            row.judged_value
            for row in self.handed
            if row.indicator_code == code and row.judged_value is not None and not row.is_city
        ]
        highest = max(judged, default=Decimal(0))
        return [
            charts.panel(
                ward.ward,
                self.explanation_address(ward.slug, code),
                [self._year_value(ward.slug, indicator, year) for year in self.years_so_far],
                target=indicator.target,
                target_text=value_text(indicator.target, indicator.unit),
                highest=highest,
            )
            for ward in self.wards
        ]

    def _year_value(self, slug: str, indicator: IndicatorFacts, year: int) -> charts.YearValue:
        row = self.row(slug, indicator.code, year)
        value = None if row is None else row.judged_value
        text = "" if value is None else value_text(value, indicator.unit)
        return charts.YearValue(
            year=short_label(year),
            value=value,
            text=text.rstrip("件％点"),
            shown=self.shown(slug, indicator.code, year),
        )

    def ward_lines(self, code: str) -> list[WardLine]:
        """Return the table of an indicator's page: 24 wards in official order."""
        return [self._ward_line(ward, self._facts[code]) for ward in self.wards]

    def _ward_line(self, ward: WardFacts, indicator: IndicatorFacts) -> WardLine:
        row = self.row(ward.slug, indicator.code)
        before = self.row(ward.slug, indicator.code, self.fiscal_year - 1)
        return WardLine(
            ward=ward.ward,
            href=self.explanation_address(ward.slug, indicator.code),
            value=_value_of(row, indicator),
            respondents=None if row is None else row.respondents,
            shown=self.shown(ward.slug, indicator.code),
            implementation=_implementation_of(row),
            before=_value_of(before, indicator),
            before_shown=self.shown(ward.slug, indicator.code, self.fiscal_year - 1),
        )

    def context(self, **more) -> Mapping:
        """Return what every page of a year needs, and `more`."""
        return {
            "page": self,
            "fiscal_year": self.fiscal_year,
            "years": self.years,
            "year_label": fiscal_year_label(self.fiscal_year),
            "scale": self.scale(),
            "freshness": self.freshness,
            **more,
        }


def _is_citys_own(row: ResultRow, indicator: IndicatorFacts) -> bool:
    """Say whether a ward's empty value is none that anybody asks for."""
    once_for_city = indicator.counting == Counting.ONCE_FOR_CITY
    return once_for_city and not row.is_city and bool(row.implementation)


def _value_of(row: ResultRow | None, indicator: IndicatorFacts) -> str:
    if row is None:
        return "未入力"
    return actual_words(
        row.actual,
        not_applicable=row.not_applicable,
        unit=indicator.unit,
        is_citys_own=_is_citys_own(row, indicator),
    )


def _implementation_of(row: ResultRow | None) -> str:
    if row is None or not row.implementation:
        return "未入力"
    return Implementation(row.implementation).label
