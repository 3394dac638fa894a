"""The city's view of what 24 wards have entered."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kpis.catalog.choices import Counting
from kpis.catalog.models import EvaluationRule, Indicator
from kpis.choices import EntryState, Implementation
from kpis.models import Result
from kpis.models.result import HANDED_IN
from kpis.presentation import actual_words, rate_text, scale_of
from osaka_kusei.citywide.reading import read_each_ward, read_ward
from wards.models import Ward

# 未入力 is no stored state: a draft without an entry.
MISSING = "missing"
NO_ROW = "no_row"
NOT_YET = "提出前"


@dataclass(frozen=True, slots=True)
class Mark:
    """How a state is drawn in the matrix: one letter, one shape, and the word for both."""

    letter: str
    shape: str
    word: str


MARKS = {
    NO_ROW: Mark("―", "none", "年度が開かれていません"),
    MISSING: Mark("空", "empty", "未入力"),
    EntryState.DRAFT: Mark("入", "dashed", "入力中"),
    EntryState.SENT_BACK: Mark("戻", "slashed", "差戻し"),
    EntryState.SUBMITTED: Mark("提", "round", "提出"),
    EntryState.WARD_CONFIRMED: Mark("区", "round-thick", "区確認"),
    EntryState.CITY_CONFIRMED: Mark("市", "square", "市確認"),
    EntryState.FINAL: Mark("確", "square-full", "確定"),
}


@dataclass(frozen=True, slots=True)
class EntryCell:
    """Where one result of one ward stands."""

    indicator_code: str
    state: str

    @property
    def mark(self) -> Mark:
        """Return how the cell is drawn."""
        return MARKS[self.state]

    @property
    def is_handed_in(self) -> bool:
        """Say whether the value is the ward's word."""
        return self.state in HANDED_IN


@dataclass(frozen=True, slots=True)
class WardProgress:
    """One ward's line of the matrix."""

    slug: str
    ward: str
    cells: tuple[EntryCell, ...]

    @property
    def handed_in(self) -> int:
        """Return how many results are handed in."""
        return sum(cell.is_handed_in for cell in self.cells)

    @property
    def is_complete(self) -> bool:
        """Say whether everything is handed in."""
        return bool(self.cells) and self.handed_in == len(self.cells)

    @property
    def waiting(self) -> int:
        """Return how many results wait for the city to confirm them."""
        return sum(cell.state == EntryState.WARD_CONFIRMED for cell in self.cells)

    @property
    def confirmed(self) -> int:
        """Return how many results wait for the city to finalize them."""
        return sum(cell.state == EntryState.CITY_CONFIRMED for cell in self.cells)

    @property
    def is_final(self) -> bool:
        """Say whether nothing is left to do."""
        return bool(self.cells) and all(cell.state == EntryState.FINAL for cell in self.cells)


# Granted to the city: states and values, never who typed them.
_ENTRY = ("indicator_id", "state", "actual", "not_applicable", "implementation")


def _state_of(row: dict | None, indicator: Indicator) -> str:
    if row is None:
        return NO_ROW
    entered = row["actual"] is not None or row["not_applicable"]
    if indicator.counting == Counting.ONCE_FOR_CITY:
        entered = entered or bool(row["implementation"])
    if row["state"] == EntryState.DRAFT and not entered:
        return MISSING
    return row["state"]


def entry_matrix(fiscal_year: int) -> list[WardProgress]:
    """Return the 24 lines of the year, in official order; one query per ward."""
    indicators = list(Indicator.objects.for_fiscal_year(fiscal_year))

    def line(ward: Ward) -> WardProgress:
        rows = {
            row["indicator_id"]: row
            for row in Result.objects.filter(fiscal_year=fiscal_year).order_by().values(*_ENTRY)
        }
        return WardProgress(
            slug=ward.slug,
            ward=ward.name,
            cells=tuple(
                EntryCell(indicator.code, _state_of(rows.get(indicator.pk), indicator))
                for indicator in indicators
            ),
        )

    return read_each_ward(line)


def state_counts(lines: Iterable[WardProgress]) -> Counter:
    """Count the cells of the matrix by state."""
    return Counter(cell.state for line in lines for cell in line.cells)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One result of a ward as the city reads it before it confirms."""

    indicator_code: str
    printed_code: str
    title: str
    text: str
    target: str
    value: str
    previous: str
    respondents: int | None
    reference: str
    rate: str
    status: str
    implementation: str
    note: str
    state: str
    changed_at: datetime | None

    @property
    def mark(self) -> Mark:
        """Return how the state is drawn."""
        return MARKS[self.state]


_READING = (
    *_ENTRY,
    "fiscal_year",
    "respondents",
    "reference_note",
    "reference_reason",
    "progress_rate",
    "status",
    "achieved",
    "rule_id",
    "note",
    "state_changed_at",
)


def entry_rows(slug: str, fiscal_year: int) -> list[EntryRow]:
    """Return a ward's results of the year with last year's value beside each."""
    indicators = list(Indicator.objects.for_fiscal_year(fiscal_year))

    def read(ward: Ward) -> list[dict]:
        years = [fiscal_year, fiscal_year - 1]
        return list(Result.objects.filter(fiscal_year__in=years).order_by().values(*_READING))

    found = read_ward(slug, read)
    now = {row["indicator_id"]: row for row in found if row["fiscal_year"] == fiscal_year}
    last = {row["indicator_id"]: row for row in found if row["fiscal_year"] != fiscal_year}
    rules = EvaluationRule.objects.in_bulk()
    return [_entry_row(i, now.get(i.pk), last.get(i.pk), rules) for i in indicators]


def _value(row: dict | None, indicator: Indicator) -> str:
    if row is None:
        return ""
    return actual_words(
        row["actual"],
        not_applicable=row["not_applicable"],
        unit=indicator.unit,
        is_citys_own=indicator.counting == Counting.ONCE_FOR_CITY,
    )


def _entry_row(
    indicator: Indicator, row: dict | None, last: dict | None, rules: dict[int, EvaluationRule]
) -> EntryRow:
    """Tell a result; before it is handed in, only that it is not: a draft is no word of the ward."""
    state = _state_of(row, indicator)
    changed_at = row["state_changed_at"] if row else None
    if state not in HANDED_IN:
        row = None
    if last and last["state"] not in HANDED_IN:
        last = None
    rate: Decimal | None = row["progress_rate"] if row else None
    status = scale_of(rules.get(row["rule_id"])).label_of(row["status"]) if row else ""
    if row and row["achieved"]:
        status = f"{status}（達成）" if status else "達成"
    return EntryRow(
        indicator_code=indicator.code,
        printed_code=indicator.printed_code,
        title=indicator.short_title,
        text=indicator.text,
        target=indicator.target_text,
        value=_value(row, indicator) if row else NOT_YET,
        previous=_value(last, indicator),
        respondents=row["respondents"] if row else None,
        reference=(row["reference_reason"] or row["reference_note"]) if row else "",
        rate="" if rate is None else rate_text(rate),
        status=status,
        implementation=(
            Implementation(row["implementation"]).label if row and row["implementation"] else ""
        ),
        note=row["note"] if row else "",
        state=state,
        changed_at=changed_at,
    )
