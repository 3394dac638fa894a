"""Demo results: the sample values of two closed fiscal years, and a year in the midst of entry."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction

from kpis.catalog.choices import Counting, Unit
from kpis.catalog.models import CityResult, Indicator, RecordedResult
from kpis.choices import EntryState, Implementation, implementation_from_text
from kpis.entry_rules import NOT_APPLICABLE, parse_actual, parse_count, parse_fiscal_year
from kpis.models import Result
from kpis.services import open_fiscal_year, reasons_not_to_enter
from osaka_kusei.citywide.demo import demo_people
from osaka_kusei.citywide.writing import inside_to_write
from wards import clock
from wards.fixtures_reader import FIXTURES, read_fixture
from wards.models import User, Ward

SAMPLE_NOTE = "動きを確かめるための見本値"

# The letters of fixtures/demo/entry_year.json; 「E」 (未入力) is a row that nobody touched.
STATES = {
    "D": EntryState.DRAFT,
    "S": EntryState.SUBMITTED,
    "Z": EntryState.SUBMITTED,
    "R": EntryState.SUBMITTED,
    "N": EntryState.SUBMITTED,
    "W": EntryState.WARD_CONFIRMED,
    "C": EntryState.CITY_CONFIRMED,
    "F": EntryState.FINAL,
    "B": EntryState.SENT_BACK,
}
CONFIRMED = {EntryState.WARD_CONFIRMED, EntryState.CITY_CONFIRMED, EntryState.FINAL}


@dataclass(frozen=True, slots=True)
class Cell:
    """One sample value with the state in which it is to be found."""

    fiscal_year: int
    indicator_code: str
    values: dict
    state: str
    state_reason: str = ""


@transaction.atomic
def load_demo_results(seed: int) -> tuple[int, int]:
    """Write every sample value whose row does not exist; return how many were new, and how many
    rows were there before.

    A ward only gets rows that it lacks: nobody's change is overwritten.
    """
    closed = closed_years()
    staff = _staff()
    indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
    new = before = 0
    for ward in Ward.objects.order_by("order"):
        cells = [*closed.get(ward.code6, [])]
        dice = random.Random(f"{seed} {ward.slug}")  # noqa: S311  sample values, no secret
        cells += _entry_year(ward, cells, indicators, dice)
        with (
            inside_to_write(ward) as model,
            transaction.atomic(),
            pghistory.context(by="見本データの登録"),
        ):
            present = set(model.objects.values_list("fiscal_year", "indicator__code"))
            rows = [
                _row(model, cell, indicators[cell.indicator_code], staff.get(ward.slug, {}))
                for cell in cells
                if (cell.fiscal_year, cell.indicator_code) not in present
            ]
            model.objects.bulk_create(rows)
            new += len(rows)
            before += len(present)
            if not ward.is_headquarters:
                new += open_fiscal_year(read_fixture("demo/entry_year.json")["fiscal_year"])
    return new, before


def _staff() -> dict[str, dict[str, int]]:
    """Return, by ward and role, the number of the demo person who enters and confirms there."""
    numbers = dict(User.objects.filter(is_demo=True).values_list("email", "pk"))
    staff: dict[str, dict[str, int]] = {}
    for person in demo_people():
        if number := numbers.get(person["email"]):
            staff.setdefault(person["slug"], {}).setdefault(person["role"], number)
    return staff


def _row(model, cell: Cell, indicator: Indicator, staff: dict[str, int]) -> RecordedResult:
    """Build a row that passed the same rules as an officer's entry."""
    values = dict(cell.values)
    result = model(fiscal_year=cell.fiscal_year, indicator=indicator)
    if reasons := reasons_not_to_enter(result, values):
        raise ValidationError(
            [f"{cell.fiscal_year} {cell.indicator_code}：{r}" for _, r in reasons]
        )
    actual = values.pop("actual")
    result.not_applicable = actual is NOT_APPLICABLE
    result.actual = None if actual is NOT_APPLICABLE else actual
    for name, value in values.items():
        setattr(result, name, value)
    result.state, result.state_reason = cell.state, cell.state_reason
    result.entered_by_id = staff.get("city_officer" if model is CityResult else "officer")
    if cell.state != EntryState.DRAFT:
        result.state_changed_at = clock.now()
    if model is Result and cell.state in CONFIRMED:
        result.confirmed_by_id = staff.get("manager")
    return result


def closed_years() -> dict[str, list[Cell]]:
    """Read `fixtures/demo/kpi_results.csv`: every value is 確定. By the ward's 6-digit code."""
    cells: dict[str, list[Cell]] = {}
    with (FIXTURES / "demo" / "kpi_results.csv").open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            values = {
                "actual": parse_actual(line["実績値"]),
                "respondents": parse_count(line["回答者数"]),
                "reference_note": line["参考理由"],
                "note": line["備考"],
            }
            if implementation := implementation_from_text(line["取組状況"]):
                values["implementation"] = implementation
            cells.setdefault(line["区コード"], []).append(
                Cell(parse_fiscal_year(line["年度"]), line["指標コード"], values, EntryState.FINAL)
            )
    return cells


def _entry_year(
    ward: Ward, closed: list[Cell], indicators: dict[str, Indicator], dice: random.Random
) -> Iterator[Cell]:
    """Make up the year that is being entered: last year's values, moved a little."""
    plan = read_fixture("demo/entry_year.json")
    fiscal_year, letters = plan["fiscal_year"], plan["wards"].get(ward.slug, "")
    last = {c.indicator_code: c.values for c in closed if c.fiscal_year == fiscal_year - 1}
    respondents_change = dice.randint(-40, 90)
    ordered = sorted(indicators.values(), key=lambda indicator: indicator.number)
    for indicator, letter in zip(ordered, letters, strict=False):
        if letter == "E" or indicator.code not in last:
            continue
        before = last[indicator.code]
        note, implementation = SAMPLE_NOTE, Implementation.ALL_DONE
        if letter == "B" or dice.random() < 0.08:
            note += "（予定していた説明会の一部を翌年度に延ばした）"
            implementation = Implementation.PARTLY_DONE
        if letter == "N":
            note += "（対象となる団体がない場合を想定）"
        values = {
            "actual": _moved(before["actual"], indicator, letter, dice),
            "respondents": before["respondents"]
            and max(before["respondents"] + respondents_change, 120),
            "reference_note": ("アンケートの設問が他の区と異なるため" if letter == "R" else ""),
            "note": note,
            "implementation": implementation,
        }
        reason = "回答者数が集計表と合いません。集計を確かめてください。" if letter == "B" else ""
        yield Cell(fiscal_year, indicator.code, values, STATES[letter], reason)


def _moved(before, indicator: Indicator, letter: str, dice: random.Random):
    if letter == "N" or indicator.counting == Counting.ONCE_FOR_CITY:
        return NOT_APPLICABLE
    if letter == "Z":
        return Decimal(0)
    if indicator.unit == Unit.CASE:
        return Decimal(dice.choice((0, 0, 1, 1, 2)))
    if indicator.unit == Unit.POINT:
        moved = before + Decimal(dice.randint(-8, 25)) / 100
        return min(moved, indicator.scale_max or moved)
    return max(Decimal(0), min(Decimal(100), before + Decimal(dice.randint(-15, 70)) / 10))
