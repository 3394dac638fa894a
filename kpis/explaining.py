"""「この数値の説明」 of a stored result: collects what `explanation_lines` needs."""

from decimal import Decimal

from django.db.models import Q

from kpis.catalog.choices import Counting
from kpis.catalog.models import RecordedResult
from kpis.choices import Status
from kpis.explanation import explanation_lines
from kpis.models.result import HANDED_IN
from kpis.presentation import as_written
from kpis.progress import Judgement

_NOT_YET_JUDGED = Judgement(None, None, "", None, False, "")


def explain(result: RecordedResult) -> list[str]:
    """Explain a ward's result or the city's own, one sentence per line, in the schema served.

    Fetch the result `with_indicator()`: beside that, one query asks for the indicator's other years.
    """
    indicator = result.indicator
    rule = result.rule
    yearly = values_by_year(result)
    return explanation_lines(
        yearly=yearly,
        fiscal_year=result.fiscal_year,
        not_applicable=result.not_applicable,
        unit=indicator.unit,
        respondents=result.respondents,
        respondent_base=indicator.respondent_base,
        minimum_respondents=indicator.minimum_respondents,
        target=indicator.target,
        direction=indicator.direction,
        deadline_fiscal_year=indicator.deadline_fiscal_year,
        threshold=rule.on_track_minimum if rule else None,
        threshold_source=rule.source if rule else "",
        labels={
            Status.ON_TRACK: rule.on_track_label,
            Status.NOT_ON_TRACK: rule.not_on_track_label,
        }
        if rule
        else {},
        cumulative_from=indicator.cumulative_from,
        in_brackets=not indicator.is_judged,
        once_for_city=indicator.counting == Counting.ONCE_FOR_CITY,
        is_citys_own=result.is_answered and not result.has_entry,
        is_handed_in=result.state in HANDED_IN,
        judgement=judgement_of(result),
    )


def values_by_year(result: RecordedResult) -> dict[int, Decimal | None]:
    """Return the indicator's 実績値 here, as an officer would write them: of the result's own year,
    and of the other years that are handed in.
    """
    unit = result.indicator.unit
    return {
        year: None if actual is None else as_written(actual, unit)
        for year, actual in type(result)
        .objects.filter(indicator_id=result.indicator_id)
        .filter(Q(state__in=HANDED_IN) | Q(fiscal_year=result.fiscal_year))
        .order_by("fiscal_year")
        .values_list("fiscal_year", "actual")
    }


def judgement_of(result: RecordedResult) -> Judgement:
    """Return the stored judgement, or an empty one when there is none yet."""
    value = result.judged_value
    if result.computed_at is None or value is None:
        return _NOT_YET_JUDGED
    return Judgement(
        judged_value=as_written(value, result.indicator.unit),
        progress_rate=result.progress_rate,
        status=result.status,
        achieved=result.achieved,
        counted=result.counted,
        reference_reason=result.reference_reason,
    )
