"""What the city's reports are made of: definitions and handed-in results as plain rows."""

from collections.abc import Iterable

from kpis.catalog.models import CityResult, EvaluationRule, Indicator, Policy
from kpis.choices import EntryState
from kpis.models import Result
from kpis.models.result import HANDED_IN
from kpis.notices import sample_of
from osaka_kusei.citywide.reading import read_each_ward
from osaka_kusei.citywide.report_rows import IndicatorFacts, ResultRow, WardFacts
from wards.models import Ward

FACTS = tuple(IndicatorFacts.__dataclass_fields__)
STORED = (
    "fiscal_year",
    "actual",
    "not_applicable",
    "respondents",
    "judged_value",
    "progress_rate",
    "status",
    "achieved",
    "counted",
    "reference_reason",
    "computed_at",
)


def fiscal_years() -> list[int]:
    """List the fiscal years that some policy covers, oldest first."""
    return Policy.objects.fiscal_years()


def indicator_facts(fiscal_year: int) -> list[IndicatorFacts]:
    """Return the year's indicators in printed order; empty when no policy covers the year."""
    return [
        IndicatorFacts(**row)
        for row in Indicator.objects.for_fiscal_year(fiscal_year).values(*FACTS)
    ]


def ward_facts() -> list[WardFacts]:
    """Return the 24 wards in official order."""
    return [_facts(ward) for ward in Ward.objects.in_official_order()]


def office_facts() -> WardFacts:
    """Return 大阪市 itself, in the shape of a ward."""
    return _facts(Ward.objects.headquarters())


def _facts(ward: Ward) -> WardFacts:
    return WardFacts(slug=ward.slug, code6=ward.code6, ward=ward.name, order=ward.order)


def result_rows(years: Iterable[int]) -> list[ResultRow]:
    """Return every handed-in result of the years: the city's own, then 24 wards, one query each.

    A ward's draft is not its word yet: it stays 未入力 here (docs/decisions/0001).
    """
    years = list(years)
    rules = {rule.pk: str(rule) for rule in EvaluationRule.objects.all()}
    indicators = {row.pk: row for row in Indicator.objects.all()}

    def rows_of(queryset, facts: WardFacts, *more: str) -> list[ResultRow]:
        rows = []
        for row in queryset.filter(fiscal_year__in=years, state__in=HANDED_IN).values(
            *STORED, "indicator_id", "rule_id", "note", "state", *more
        ):
            indicator = indicators[row.pop("indicator_id")]
            rule = rules.get(row.pop("rule_id"), "")
            is_final = row.pop("state") == EntryState.FINAL
            sample = sample_of(row.pop("note"))
            rows.append(
                ResultRow(
                    **{"implementation": "", **row},
                    slug=facts.slug,
                    code6=facts.code6,
                    ward=facts.ward,
                    order=facts.order,
                    indicator_code=indicator.code,
                    target=indicator.target,
                    rule=rule,
                    is_final=is_final,
                    sample=sample,
                )
            )
        return sorted(rows, key=lambda r: (r.fiscal_year, _number[r.indicator_code]))

    _number = {indicator.code: indicator.number for indicator in indicators.values()}
    city = rows_of(CityResult.objects.all(), office_facts())
    wards = read_each_ward(
        lambda ward: rows_of(Result.objects.order_by(), _facts(ward), "implementation")
    )
    return [*city, *(row for of_ward in wards for row in of_ward)]
