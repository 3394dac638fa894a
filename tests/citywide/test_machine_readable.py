"""機械可読: the mechanical rules of 「行政データにおける機械可読性に関するルール」 on our own files."""

import csv
import io
import re
import zipfile
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from kpis.catalog.models import Indicator
from kpis.choices import EntryState
from kpis.models import Result
from kpis.services import recompute_results
from osaka_kusei.citywide import exports
from osaka_kusei.citywide.export_columns import COLUMNS

REPORTS = ("results", "table1", "table2")
BOOKS = {
    "results": exports.results_xlsx,
    "table1": exports.table1_data_xlsx,
    "table2": exports.table2_data_xlsx,
}
LAYOUT = re.compile(r"<mergeCell|<f>|<f |hidden=\"1\"|<drawing|<conditionalFormatting")


@pytest.fixture
def some_results(enter):
    """Two wards with results: one on track, one of too few respondents, one of nobody's."""
    for slug, actual, respondents in (("kita", "47.6", 555), ("nishi", "31.0", 399)):
        enter(slug)
        for code in ("1-1-a", "1-3-b", "2-3-a-2"):
            Result.objects.create(
                fiscal_year=2016,
                indicator=Indicator.objects.get(code=code),
                actual=Decimal(1 if code == "1-3-b" else 3 if code == "2-3-a-2" else actual),
                respondents=respondents,
                state=EntryState.FINAL,
                implementation="all_done",
                note="公表集計に一致するように作成した見本値",
            )
        recompute_results()
    enter("osaka")


@pytest.fixture(params=REPORTS)
def report(request, some_results):
    """Each report in turn, over the same few results."""
    return request.param


@pytest.fixture
def book(report) -> bytes:
    """The report as 機械可読 book."""
    return b"".join(BOOKS[report](2016).chunks)


@pytest.fixture
def sheets(book) -> dict[str, list[list]]:
    """The cells of every sheet of the book."""
    opened = CalamineWorkbook.from_filelike(io.BytesIO(book))
    return {name: opened.get_sheet_by_name(name).to_python() for name in opened.sheet_names}


@pytest.fixture
def data(sheets) -> list[list]:
    """The cells of the first sheet."""
    return next(iter(sheets.values()))


@pytest.fixture
def csv_rows(report) -> list[list[str]]:
    """The report as CSV, read as any program reads it."""
    download = exports.export(report, 2016, "csv", for_excel=False)
    text = b"".join(download.chunks).decode("utf-8")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_nothing_is_merged_hidden_calculated_drawn_or_coloured_by_rule(book):
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        names = parts.namelist()
        for name in names:
            if name.startswith("xl/worksheets/sheet") or name == "xl/workbook.xml":
                assert not LAYOUT.search(parts.read(name).decode()), name
    assert not any("drawing" in name or "media" in name for name in names)


def test_colour_carries_no_meaning(book):
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        styles = parts.read("xl/styles.xml").decode()

    assert "<fgColor" not in styles
    assert len(re.findall(r"<font>", styles)) <= 2


def test_every_sheet_begins_with_its_one_header_row(sheets):
    for name, rows in sheets.items():
        header = rows[0]
        assert all(isinstance(cell, str) and cell for cell in header), name
        assert len(set(header)) == len(header), name


def test_every_sheet_holds_one_table_without_gaps(sheets):
    for name, rows in sheets.items():
        assert len({len(row) for row in rows}) == 1, name
        assert all(any(cell != "" for cell in row) for row in rows), name


def test_the_columns_are_the_agreed_ones_in_csv_and_in_the_book(report, data, csv_rows):
    names = [column.name for column in COLUMNS[report]]

    assert data[0] == names
    assert csv_rows[0] == names


def test_a_column_holds_one_kind_of_datum(data):
    for column in zip(*data[1:], strict=True):
        kinds = {type(cell) for cell in column if cell != ""}
        assert kinds <= {str} or kinds <= {bool} or kinds <= {int, float}


def test_a_cell_holds_one_datum_and_no_dress(sheets):
    for rows in sheets.values():
        for cell in (cell for row in rows for cell in row if isinstance(cell, str)):
            assert "\n" not in cell
            assert cell == cell.strip()


def test_numbers_carry_no_unit_no_comma_and_no_triangle(report, csv_rows):
    numeric = [i for i, column in enumerate(COLUMNS[report]) if column.kind in {"整数", "数値"}]
    for row in csv_rows[1:]:
        assert all(re.fullmatch(r"|-?\d+(\.\d+)?", row[i]) for i in numeric)


def test_years_are_western_and_moments_carry_their_zone(csv_rows):
    header = csv_rows[0]
    for row in csv_rows[1:]:
        line = dict(zip(header, row, strict=True))
        assert line.get("fiscal_year", "2016") == "2016"
        assert re.fullmatch(r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00", line.get("computed_at", ""))


def test_area_codes_are_six_digits_of_text_with_a_right_check_digit(sheets):
    codes = [row[1] for row in sheets["コード表"] if row[0] == "code6"]

    assert len(codes) == 25
    for code in codes:
        assert isinstance(code, str)
        total = sum(
            int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2), strict=False)
        )
        assert int(code[5]) == (11 - total % 11) % 10


def test_every_code_used_is_in_the_table_of_codes(data, sheets):
    known = {(row[0], row[1]) for row in sheets["コード表"][1:]}
    for row in data[1:]:
        for name, cell in zip(data[0], row, strict=True):
            if name in {"code6", "indicator_code", "status", "implementation"} and cell not in {
                "",
                "計",
            }:
                assert (name, cell) in known


def test_every_column_is_defined(report, sheets):
    defined = [row[0] for row in sheets["項目定義"][1:]]

    assert defined == [column.name for column in COLUMNS[report]]
    assert all(all(row) for row in sheets["項目定義"])


def test_the_book_says_what_it_is_whose_it_is_and_that_it_holds_sample_values(sheets):
    about = dict(sheets["説明"][1:])

    assert about["ライセンス"].endswith("（CC BY 4.0）")
    assert about["対象年度"] == "2016（平成28年度）"
    assert "見本値" in about["見本値"]
    assert re.fullmatch(r"\d{4}-.*\+09:00", about["算定日時"])


def test_the_book_and_the_csv_say_the_same(data, csv_rows):
    def as_text(cell) -> str:
        if isinstance(cell, bool):
            return "true" if cell else "false"
        if isinstance(cell, float):
            return f"{cell:g}"
        return str(cell)

    assert [[as_text(cell) for cell in row] for row in data] == csv_rows


def test_only_the_tables_of_the_city_end_in_a_total(report, csv_rows):
    totals = [row for row in csv_rows if row[0] == "計"]

    assert totals == ([] if report == "results" else [csv_rows[-1]])


def test_results_are_long_one_line_per_office_and_indicator(some_results):
    download = exports.export("results", 2016, "csv", for_excel=False)
    rows = list(csv.reader(io.StringIO(b"".join(download.chunks).decode())))[1:]
    keys = [(row[0], row[1], row[3]) for row in rows]

    assert len(set(keys)) == len(keys) == 409
