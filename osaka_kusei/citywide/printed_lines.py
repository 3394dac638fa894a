"""The lines of 表1 and 表2 beside their merged heads: how many lines each head spans."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from kpis.catalog.choices import Counting, Unit
from kpis.presentation import Scale
from osaka_kusei.citywide.report_rows import IndicatorFacts, Table1, Table1Row, Table2, Table2Row


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One indicator's line; a span of 0 means that a head above reaches down to here."""

    indicator: IndicatorFacts
    counts: Table1Row | Table2Row
    pillar_span: int
    section_span: int
    item_span: int
    symbol: str
    target: str
    in_brackets: bool
    has_reference: bool
    once_for_city: bool

    @property
    def cells(self) -> tuple[int, ...]:
        """Return the counts of the line from left to right."""
        return tuple(getattr(self.counts, field.name) for field in fields(self.counts)[1:])


def scales_of_parts(this: Scale, last: Scale) -> tuple[Scale, Scale, Scale]:
    """Return whose labels head the parts of 表2: this year, last year, and the difference.

    Where last year has no rule, nothing was judged and its empty columns bear this year's labels.
    """
    return this, this if last.threshold is None else last, this


def printed_lines(
    indicators: Sequence[IndicatorFacts], table: Table1 | Table2
) -> list[PrintedLine]:
    """Pair the lines of a table with their indicators, in printed order."""
    in_brackets = getattr(table, "in_brackets", frozenset())
    has_reference = getattr(table, "has_reference", frozenset())
    return [
        PrintedLine(
            indicator=indicator,
            counts=counts,
            pillar_span=_span(indicators, number, ("pillar",)),
            section_span=_span(indicators, number, ("pillar", "section")),
            item_span=_span(indicators, number, ("pillar", "section", "item_title")),
            symbol=indicator.printed_code,
            target=_target(indicator),
            in_brackets=indicator.code in in_brackets,
            has_reference=indicator.code in has_reference,
            once_for_city=indicator.counting == Counting.ONCE_FOR_CITY,
        )
        for number, (indicator, counts) in enumerate(zip(indicators, table.rows, strict=True))
    ]


def _span(indicators: Sequence[IndicatorFacts], at: int, names: tuple[str, ...]) -> int:
    def head(number: int) -> tuple:
        return tuple(getattr(indicators[number], name) for name in names)

    if at and head(at - 1) == head(at):
        return 0
    end = at
    while end < len(indicators) and head(end) == head(at):
        end += 1
    return end - at


def _target(indicator: IndicatorFacts) -> str:
    if indicator.unit == Unit.MILESTONE:
        return ""
    return indicator.printed_target
