"""The rows that city-wide reports take in and give out: plain, frozen, without a database.

Rows are evaluated inside their ward and leave it as these; the fields of the lines of 表1 and
表2 are the column names of the published files.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from kpis.catalog.choices import Counting
from kpis.notices import Standing
from kpis.presentation import target_words
from wards.fiscal_year import fiscal_year_label, short_label

CITY_SLUG: Final = "osaka"
CITY_NAME: Final = "大阪市"
TOTAL_CODE: Final = "計"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """成果指標, as the catalogue defines it for the year."""

    code: str
    number: int
    printed_code: str
    pillar: str
    section: str
    item_title: str
    short_title: str
    text: str
    target: Decimal
    unit: str
    direction: str
    deadline_fiscal_year: int
    respondent_base: str
    minimum_respondents: int | None
    counting: str
    cumulative_from: int | None
    scale_max: Decimal | None

    @property
    def target_text(self) -> str:
        """Return the target with its deadline: 平成29年度までに50％以上."""
        until = fiscal_year_label(self.deadline_fiscal_year)
        return target_words(self.target, self.unit, self.direction, by=until)

    @property
    def printed_target(self) -> str:
        """Return it with the year as the printed tables write it: H29年度までに50％以上."""
        until = f"{short_label(self.deadline_fiscal_year)}年度"
        return target_words(self.target, self.unit, self.direction, by=until)


@dataclass(frozen=True, slots=True)
class WardFacts:
    """A ward, for tables that must also show the ward which has no row at all."""

    slug: str
    code6: str
    ward: str
    order: int


def added_up(kind: type[T], rows: Iterable[T]) -> T:
    """Return figures of wards, dataclasses of numbers, added up."""
    rows = list(rows)
    names = [one.name for one in fields(kind)]  # type: ignore[arg-type]
    return kind(**{name: sum(getattr(row, name) for row in rows) for name in names})


def wards_and_total(
    lines: Iterable[tuple[WardFacts, Any]], total: Any, names: Iterable[str], **same: Any
) -> tuple[dict[str, Any], ...]:
    """Return the rows of a file: the named figures of each ward, and in the last row their total.

    `same` stands before them in every row.
    """
    names = list(names)
    of_wards = [(facts.code6, facts.ward, figures) for facts, figures in lines]
    return tuple(
        {**same, "code6": code6, "ward": ward, **{name: getattr(figures, name) for name in names}}
        for code6, ward, figures in (*of_wards, (TOTAL_CODE, TOTAL_CODE, total))
    )


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One ward's result of one indicator in one year, with its stored judgement.

    `is_final` is 確定; `sample` is the kind of sample value that its 備考 tells (kpis.notices).
    The city's own result stands beside them with slug "osaka", code6 "271004" and order 0.
    """

    fiscal_year: int
    code6: str
    slug: str
    ward: str
    order: int
    indicator_code: str
    actual: Decimal | None
    not_applicable: bool
    respondents: int | None
    target: Decimal
    judged_value: Decimal | None
    progress_rate: Decimal | None
    status: str
    achieved: bool | None
    counted: bool
    reference_reason: str
    implementation: str
    computed_at: datetime | None
    rule: str
    is_final: bool = True
    sample: str = ""

    @property
    def is_city(self) -> bool:
        """Whether this is 大阪市's own result and no ward's."""
        return self.slug == CITY_SLUG

    @property
    def standing(self) -> Standing:
        """Return what notices beside the value depend on."""
        return Standing(self.fiscal_year, self.is_final, self.sample)

    @property
    def is_missing(self) -> bool:
        """Whether nothing is entered (未入力): 「該当なし」 and 0 are entries."""
        return self.actual is None and not self.not_applicable

    @property
    def awaits_judgement(self) -> bool:
        """Whether a value was entered or changed since the results were last judged."""
        return self.actual is not None and self.computed_at is None

    @property
    def is_reference_only(self) -> bool:
        """Whether the value stands only in the 「参考」 line."""
        return bool(self.reference_reason)


@dataclass(frozen=True, slots=True)
class Table1Row:
    """A line of 表1「取組の実施状況」."""

    indicator_code: str
    count: int
    in_ward_policy: int
    all_done: int
    partly_done: int
    not_done: int
    separate_action: int
    no_action: int


@dataclass(frozen=True, slots=True)
class Unstated:
    """The wards whose 取組状況 of an indicator is not entered, hence not in 表1."""

    indicator_code: str
    wards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table1:
    """表1 with its last line 「計」, and what is missing from it."""

    rows: tuple[Table1Row, ...]
    total: Table1Row
    unstated: tuple[Unstated, ...]


@dataclass(frozen=True, slots=True)
class Table2Row:
    """A line of 表2「成果目標値達成に向けた進捗状況」; None is printed as 「―」."""

    indicator_code: str
    counted: int
    on_track: int | None
    achieved: int | None
    not_on_track: int | None
    ref_count: int | None
    ref_on_track: int | None
    ref_achieved: int | None
    ref_not_on_track: int | None
    prev_on_track: int | None
    prev_achieved: int | None
    prev_not_on_track: int | None
    diff_on_track: int | None
    diff_achieved: int | None
    diff_not_on_track: int | None


@dataclass(frozen=True, slots=True)
class Table2:
    """表2 with its last line 「計」; `in_brackets` are the codes printed in brackets (※3)."""

    rows: tuple[Table2Row, ...]
    total: Table2Row
    in_brackets: frozenset[str]
    has_reference: frozenset[str]


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note under 表2: its mark 「※1」, its text, and the points it lists."""

    mark: str
    text: str
    points: tuple[str, ...] = ()


RESULT_COLUMNS: Final = (
    "fiscal_year",
    "code6",
    "ward",
    "indicator_code",
    "actual",
    "respondents",
    "target",
    "progress_rate",
    "status",
    "achieved",
    "counted",
    "reference_reason",
    "implementation",
    "computed_at",
    "rule",
)
TABLE1_COLUMNS: Final = tuple(field.name for field in fields(Table1Row))
TABLE2_COLUMNS: Final = tuple(field.name for field in fields(Table2Row))


def in_official_order(rows: Iterable[ResultRow]) -> list[ResultRow]:
    """Return the rows in the official order of the wards (北区 first), never by code."""
    return sorted(rows, key=lambda row: row.order)


def by_indicator(rows: Iterable[ResultRow]) -> dict[str, list[ResultRow]]:
    """Group rows by indicator code, each group in the official order of the wards."""
    grouped: dict[str, list[ResultRow]] = {}
    for row in in_official_order(rows):
        grouped.setdefault(row.indicator_code, []).append(row)
    return grouped


def by_number(indicators: Iterable[IndicatorFacts]) -> list[IndicatorFacts]:
    """Return the indicators in printed order."""
    return sorted(indicators, key=lambda indicator: indicator.number)


def wards_expected(rows: Iterable[ResultRow], wards: Iterable[WardFacts] = ()) -> dict[str, str]:
    """Return slug → name of `wards` and of every ward seen in a row, in official order."""
    known = {row.slug: (row.order, row.ward) for row in rows if not row.is_city}
    known |= {ward.slug: (ward.order, ward.ward) for ward in wards if ward.slug != CITY_SLUG}
    return {slug: name for slug, (_, name) in sorted(known.items(), key=lambda item: item[1])}


def concerning(indicator: IndicatorFacts, rows: Iterable[ResultRow]) -> list[ResultRow]:
    """Keep the rows that 表2 is about: the city's for a result of the city, else the wards'."""
    return [row for row in rows if row.is_city == (indicator.counting == Counting.ONCE_FOR_CITY)]
