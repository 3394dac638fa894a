"""表1 and 表2 of FY2016 through the whole path: load, worker, ward schemas, command, file."""

import csv
import io
import zipfile
from types import SimpleNamespace

import pytest
from python_calamine import CalamineWorkbook

from osaka_kusei.citywide.report_rows import TABLE1_COLUMNS, TABLE2_COLUMNS
from wards.fixtures_reader import read_fixture

pytestmark = pytest.mark.slow

# The source scatters the FY2015 cells of these two lines; only their sum is certain.
SWAPPABLE = ("1-2-b", "1-4-a")
TRACKS = {"on_track": "on_track", "achieved": "of_which_achieved", "not_on_track": "not_on_track"}


def published() -> dict:
    """Return the figures of the printed report."""
    return read_fixture("seed_tables.json")["report_h28"]


def exported(site, report: str, *more: str) -> list[dict[str, str]]:
    done = site.manage(
        "export_citywide",
        report,
        "--fiscal-year",
        "2016",
        "--format",
        "csv",
        "--output",
        "-",
        *more,
    )
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def line_of_table2(printed: dict) -> dict[str, str]:
    """Turn a line of the printed 表2 into a line of our CSV."""
    in_brackets = not printed.get("counted_in_total", True)
    reference = printed["h28_reference"]
    if reference is None:
        count = None if in_brackets else printed["counted"]
        reference = {"count": count, **printed["h28"]}
    line = {
        "indicator_code": printed.get("code", "計"),
        "counted": printed.get("counted", published()["table2"]["total"].get("counted")),
        "ref_count": reference["count"],
    }
    for prefix, block in (
        ("", printed["h28"]),
        ("ref_", reference),
        ("prev_", printed["h27"]),
        ("diff_", printed["diff"]),
    ):
        line |= {prefix + ours: block[theirs] for ours, theirs in TRACKS.items()}
    return {name: "" if line[name] is None else str(line[name]) for name in TABLE2_COLUMNS}


@pytest.fixture(scope="module")
def table2(site) -> list[dict[str, str]]:
    """表2 of FY2016 as the command writes it."""
    return exported(site, "table2")


@pytest.fixture(scope="module")
def books(site, tmp_path_factory) -> SimpleNamespace:
    """The 公表用 books of FY2016 as the command writes them."""
    folder = tmp_path_factory.mktemp("books")
    for report in ("table1", "table2"):
        path = folder / f"{report}.xlsx"
        done = site.manage(
            "export_citywide", report, "--fiscal-year", "2016", "--format", "xlsx",
            "--output", str(path),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    return SimpleNamespace(table1=folder / "table1.xlsx", table2=folder / "table2.xlsx")


def test_table1_equals_the_printed_one_in_every_cell(site):
    printed = published()["table1"]
    expected = [
        {"indicator_code": line.get("code", "計"), **{n: str(line[n]) for n in TABLE1_COLUMNS[1:]}}
        for line in (*printed["rows"], printed["total"])
    ]

    assert exported(site, "table1") == expected


def test_table2_equals_the_printed_one_in_every_cell(table2):
    printed = published()["table2"]
    expected = [line_of_table2(line) for line in (*printed["rows"], printed["total"])]
    doubtful = {f"{part}_{track}" for part in ("prev", "diff") for track in TRACKS}

    for ours, theirs in zip(table2, expected, strict=True):
        skipped = doubtful if theirs["indicator_code"] in SWAPPABLE else set()
        assert {k: v for k, v in ours.items() if k not in skipped} == {
            k: v for k, v in theirs.items() if k not in skipped
        }
    for name in sorted(doubtful):
        sums = [
            sum(int(line[name]) for line in lines if line["indicator_code"] in SWAPPABLE)
            for lines in (table2, expected)
        ]
        assert sums[0] == sums[1], name


def test_the_total_of_table2_is_the_one_the_city_published(table2):
    total = table2[-1]

    assert [total[name] for name in ("counted", "on_track", "achieved", "not_on_track")] == [
        "316", "134", "72", "182",
    ]  # fmt: skip
    assert [total[f"diff_{track}"] for track in TRACKS] == ["-152", "5", "152"]


def test_chuos_progress_rate_is_the_published_one(site):
    (row,) = [
        row
        for row in exported(site, "results")
        if (row["ward"], row["indicator_code"]) == ("中央区", "1-1-a")
    ]

    assert (row["actual"], row["progress_rate"], row["status"]) == ("32.3", "64.6", "not_on_track")


def figures(path) -> list[list[int]]:
    """Return the numeric cells of every row of a book that has any, left to right."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    found = [[int(c) for c in row if isinstance(c, int | float)] for row in rows]
    return [row for row in found if row]


def test_the_published_book_of_table1_shows_the_same_figures(site, books):
    expected = [
        [int(value) for name, value in row.items() if name != "indicator_code"]
        for row in exported(site, "table1")
    ]

    assert figures(books.table1) == expected


def test_the_published_book_of_table2_shows_the_same_figures(table2, books):
    expected = []
    for row in table2:
        with_reference = row["ref_count"] not in {"", row["counted"]}
        shown = [v for k, v in row.items() if k != "indicator_code" and not k.startswith("ref_")]
        expected.append([int(value) for value in shown if value])
        if with_reference:
            expected.append([int(v) for k, v in row.items() if k.startswith("ref_")])

    assert figures(books.table2) == expected


def texts(path) -> list[str]:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [cell for row in rows for cell in row if isinstance(cell, str) and cell]


def test_the_published_book_carries_its_notes_its_date_and_whose_it_is(books):
    words = "\n".join(texts(books.table2))

    assert all(mark in words for mark in ("※1", "※2", "※3", "※4", "※5"))
    assert "福島区、西区、大正区、天王寺区、住之江区の5区" in words
    assert "大阪市 市民局" in words
    assert "算定" in words
    assert "この表の件数は、公表された件数です。" in words
    assert "66.7％以上" in words


@pytest.mark.parametrize("report", ["table1", "table2"])
def test_the_published_book_prints_on_one_page_of_a3_landscape_with_headings(books, report):
    path = getattr(books, report)
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        book = parts.read("xl/workbook.xml").decode()
        styles = parts.read("xl/styles.xml").decode()

    assert 'paperSize="8"' in sheet
    assert 'orientation="landscape"' in sheet
    assert "<pageSetUpPr fitToPage=" in sheet
    assert "<mergeCells" in sheet
    assert "&amp;P／&amp;N" in sheet
    assert "Print_Titles" in book
    assert "BIZ UDPゴシック" in styles
    if report == "table2":
        assert '#,##0;"▲ "#,##0;0'.replace('"', "&quot;") in styles
        assert "参考：" in styles


def test_no_row_of_the_published_book_is_lower_than_its_text(books):
    with zipfile.ZipFile(books.table2) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    heights = [float(part.split('"')[0]) for part in sheet.split(' ht="')[1:]]

    assert len(heights) >= 4 + 17 * 2 + 2
    assert min(heights) >= 6
    assert sum(heights) > 700
