"""What a ward's public pages show of one fiscal year, read with a fixed number of queries."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.http import Http404

from kpis.bars import ProgressBar, progress_bar
from kpis.catalog.choices import Counting
from kpis.catalog.models import EvaluationRule, Indicator, Policy
from kpis.choices import EntryState
from kpis.chosen_year import NoSuchYearError, year_in_address, year_to_begin_with
from kpis.freshness import freshness, last_runs
from kpis.models import Result
from kpis.notices import Notice, Standing, notices, sample_of
from kpis.presentation import (
    MISSING_WORD,
    Scale,
    Shown,
    actual_words,
    scale_of,
    shown,
    value_text,
)
from wards import clock
from wards.fiscal_year import fiscal_year_label, fiscal_year_of
from wards.models import Ward

NOT_HANDED_IN = Shown("missing", "＿", MISSING_WORD, MISSING_WORD, "")


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One indicator of the ward in one year, as it is shown; `result` is None before 提出."""

    indicator: Indicator
    fiscal_year: int
    result: Result | None
    shown: Shown
    value: str
    bar: ProgressBar | None

    @property
    def is_of_city(self) -> bool:
        """Say whether the city has one result instead of the wards."""
        return self.indicator.counting == Counting.ONCE_FOR_CITY

    @property
    def total(self) -> str:
        """Return the sum that a counting indicator is judged by; empty for all others."""
        if self.result is None or self.indicator.cumulative_from is None:
            return ""
        if self.result.judged_value is None:
            return ""
        return value_text(self.result.judged_value, self.indicator.unit)


class LineAndBefore(NamedTuple):
    """An indicator's line of this year and that of the year before."""

    line: ResultLine
    before: ResultLine

    @property
    def pillar(self) -> str:
        """Return the heading of the first level."""
        return self.line.indicator.pillar

    @property
    def section(self) -> str:
        """Return the heading of the second level."""
        return self.line.indicator.section


@dataclass(frozen=True, slots=True)
class Counters:
    """The ward's own counts of one year."""

    counted: int
    on_track: int
    achieved: int
    not_on_track: int
    reference_only: int
    missing: int


class WardYear:
    """One fiscal year of the ward being served, as the public may see it.

    A value counts for the public once it is handed in; before that it is 未入力, whatever stands in
    the officer's draft.
    """

    def __init__(self, request):
        self.years = Policy.objects.fiscal_years()
        self._results = {
            (result.fiscal_year, result.indicator_id): result
            for result in Result.objects.with_indicator().handed_in()
        }
        self.fiscal_year = self._chosen(request.GET.get("fiscal_year"))
        indicators = Indicator.objects.for_fiscal_year(self.fiscal_year)
        self.indicators = list(indicators.select_related("policy"))
        self._scales = {rule.fiscal_year: scale_of(rule) for rule in EvaluationRule.objects.all()}
        runs = last_runs(Ward.objects.filter(pk=request.ward.pk))
        self.freshness = freshness(runs, clock.now())

    def _chosen(self, given: str | None) -> int:
        try:
            if given is not None:
                return year_in_address(given, self.years)
            return year_to_begin_with(
                self.years,
                Counter(year for year, _ in self._results),
                expected=Indicator.objects.number_by_year(),
                running=fiscal_year_of(clock.today()),
            )
        except NoSuchYearError as problem:
            raise Http404(str(problem)) from problem

    def scale(self, fiscal_year: int | None = None) -> Scale:
        """Return the rule of a year, by default of the year shown."""
        return self._scales.get(fiscal_year or self.fiscal_year, Scale(None))

    def indicator(self, code: str) -> Indicator:
        """Return the year's indicator, or 404."""
        for indicator in self.indicators:
            if indicator.code == code:
                return indicator
        raise Http404("この指標はありません。")

    def line(self, indicator: Indicator, fiscal_year: int | None = None) -> ResultLine:
        """Return the indicator's result of a year as it is shown."""
        year = fiscal_year or self.fiscal_year
        result = self._results.get((year, indicator.pk))
        if result is None:
            return ResultLine(indicator, year, None, NOT_HANDED_IN, MISSING_WORD, None)
        scale = self.scale(year)
        is_citys_own = result.is_answered and not result.has_entry
        look = shown(
            actual=result.actual,
            not_applicable=result.not_applicable,
            judged_value=result.judged_value,
            progress_rate=result.progress_rate,
            status=result.status,
            achieved=result.achieved,
            reference_reason=result.reference_reason,
            unit=indicator.unit,
            in_brackets=not indicator.is_judged,
            is_citys_own=is_citys_own,
            awaits_judgement=result.awaits_judgement,
            scale=scale,
            is_deadline=year >= indicator.deadline_fiscal_year,
        )
        return ResultLine(
            indicator=indicator,
            fiscal_year=year,
            result=result,
            shown=look,
            value=actual_words(
                result.actual,
                not_applicable=result.not_applicable,
                unit=indicator.unit,
                is_citys_own=is_citys_own,
            ),
            bar=progress_bar(result.progress_rate, scale.threshold) if look.rate else None,
        )

    @cached_property
    def lines(self) -> list[LineAndBefore]:
        """Return every indicator's result of this year and of the year before."""
        return [
            LineAndBefore(self.line(indicator), self.line(indicator, self.fiscal_year - 1))
            for indicator in self.indicators
        ]

    def history(self, indicator: Indicator) -> list[ResultLine]:
        """Return the indicator's result of every year of the policy."""
        return [self.line(indicator, year) for year in self.years]

    def counters(self) -> Counters:
        """Count the year: 参考数値 and brackets stand apart, as in 表2."""
        now = [line for line, _ in self.lines]
        results = [line.result for line in now if line.result is not None]
        judged = [result for result in results if result.counted and result.status]
        return Counters(
            counted=len(judged),
            on_track=sum(result.status == "on_track" for result in judged),
            achieved=sum(result.achieved is True for result in judged),
            not_on_track=sum(result.status == "not_on_track" for result in judged),
            reference_only=sum(result.is_reference_only for result in results),
            missing=sum(line.result is None or not line.result.is_answered for line in now),
        )

    def notices(self, indicator: Indicator | None = None) -> list[Notice]:
        """Return what must be said beside the values: this year and the last, or of one indicator."""
        if indicator is None:
            years = (self.fiscal_year, self.fiscal_year - 1)
            shown = [one for (year, _), one in self._results.items() if year in years]
        else:
            shown = [one for (_, number), one in self._results.items() if number == indicator.pk]
        return notices(
            Standing(one.fiscal_year, one.state == EntryState.FINAL, sample_of(one.note))
            for one in shown
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
            "notices": self.notices(),
            **more,
        }
