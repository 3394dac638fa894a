"""Files going out: their cells, their order, and that they appear whole or not at all."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.core.management import CommandError, call_command
from python_calamine import CalamineWorkbook

from kpis.catalog.models import Indicator
from kpis.choices import EntryState
from kpis.data_files import csv_cell, plain
from kpis.models import Result
from kpis.services import recompute_results
from osaka_kusei.citywide import exports
from osaka_kusei.citywide.exports import Download
from osaka_kusei.citywide.management.commands import export_citywide
from osaka_kusei.citywide.report_data import UncoveredYearError
from osaka_kusei.citywide.report_rows import RESULT_COLUMNS

FORMULA = '=HYPERLINK("http://example.jp","回答")'


def content(download: Download) -> bytes:
    return b"".join(download.chunks)


def lines(download: Download) -> list[dict[str, str]]:
    text = content(download).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def enter_result(enter):
    """Enter one result of 1-1-a in a ward and judge it: `enter_result("kita", "32.3")`."""

    def make(slug: str, actual: str, *, state=EntryState.SUBMITTED, **more) -> None:
        enter(slug)
        Result.objects.create(
            fiscal_year=2016,
            indicator=Indicator.objects.get(code=more.pop("code", "1-1-a")),
            actual=Decimal(actual),
            state=state,
            **{"respondents": 500, "implementation": "all_done", **more},
        )
        recompute_results()
        enter("osaka")

    return make


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("32.30", "32.3"),
        ("50.00", "50"),
        ("3.50", "3.5"),
        ("100.0", "100"),
        ("0.00", "0"),
        ("1E+3", "1000"),
    ],
)
def test_a_number_is_written_plainly(number, written):
    assert plain(Decimal(number)) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (-152, "-152"),
        (Decimal("-0.50"), "-0.5"),
        (datetime(2026, 11, 20, 17, 10, 5, 999, tzinfo=UTC), "2026-11-21T02:10:05+09:00"),
        ("計", "計"),
        ("1-1-a", "1-1-a"),
    ],
)
def test_a_datum_is_written_without_dress(value, written):
    assert csv_cell(value) == written


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_text_that_a_spreadsheet_would_run_is_quoted(start):
    assert csv_cell(f"{start}1+1") == f"'{start}1+1"


def test_results_have_a_line_for_everything_even_when_nothing_is_entered(city):
    rows = lines(exports.results_csv(2016))

    assert len(rows) == 24 * 17 + 1
    assert [row["ward"] for row in rows[:2]] == ["大阪市", "北区"]
    assert (rows[0]["code6"], rows[0]["indicator_code"]) == ("271004", "1-3-a")
    assert rows[-1]["ward"] == "西成区"
    assert {row["actual"] for row in rows} == {""}
    assert {row["counted"] for row in rows} == {"false"}
    assert all(row["target"] for row in rows)


def test_results_stand_in_the_official_order_and_within_a_ward_by_number(city):
    rows = lines(exports.results_csv(2016))
    numbers = dict(Indicator.objects.values_list("code", "number"))

    wards = list(dict.fromkeys(row["ward"] for row in rows))
    assert wards[1:7] == ["北区", "都島区", "福島区", "此花区", "中央区", "西区"]
    of_kita = [numbers[row["indicator_code"]] for row in rows if row["ward"] == "北区"]
    assert of_kita == list(range(1, 18))


def test_a_result_is_written_with_its_judgement(city, enter_result):
    enter_result("chuo", "32.3", respondents=477)

    (row,) = [r for r in lines(exports.results_csv(2016)) if r["actual"]]

    assert tuple(row) == RESULT_COLUMNS
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00", row.pop("computed_at"))
    assert row == {
        "fiscal_year": "2016",
        "code6": "271284",
        "ward": "中央区",
        "indicator_code": "1-1-a",
        "actual": "32.3",
        "respondents": "477",
        "target": "50",
        "progress_rate": "64.6",
        "status": "not_on_track",
        "achieved": "false",
        "counted": "true",
        "reference_reason": "",
        "implementation": "all_done",
        "rule": "平成28年度：進捗率66.7％以上",
    }


@pytest.mark.parametrize("state", [EntryState.DRAFT, EntryState.SENT_BACK])
def test_what_a_ward_has_not_handed_in_does_not_leave_it(city, enter_result, state):
    enter_result("kita", "44.4", state=state)

    assert not any(row["actual"] for row in lines(exports.results_csv(2016)))


def test_a_formula_typed_by_an_officer_is_text_in_every_file(city, enter_result):
    enter_result("kita", "44.4", reference_note=FORMULA)

    (row,) = [r for r in lines(exports.results_csv(2016)) if r["actual"]]
    book = content(exports.results_xlsx(2016))

    assert row["reference_reason"] == f"'{FORMULA}"
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "sheets/sheet" in name]
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
    values = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert FORMULA in {cell for line in values for cell in line}


def test_the_webs_csv_suits_excel_and_the_commands_csv_suits_scripts(city):
    web = content(exports.table1_csv(2016))
    script = content(exports.export("table1", 2016, "csv", for_excel=False))

    assert web.startswith(b"\xef\xbb\xbfindicator_code,")
    assert web.count(b"\r\n") == web.count(b"\n") == 19
    assert script.startswith(b"indicator_code,")
    assert b"\r" not in script


@pytest.mark.parametrize(
    "make",
    [exports.table1_xlsx, exports.table2_xlsx, exports.results_xlsx, exports.table2_data_xlsx],
)
def test_the_same_data_give_the_same_file(city, enter_result, make):
    enter_result("kita", "44.4")

    assert content(make(2016)) == content(make(2016))


def test_file_names_are_plain_and_tell_shape_and_year(city):
    downloads = [
        exports.table1_csv(2016),
        exports.table1_xlsx(2016),
        exports.table1_data_xlsx(2016),
        exports.results_xlsx(2016),
    ]

    assert [d.filename for d in downloads] == [
        "table1_2016.csv",
        "table1_2016.xlsx",
        "table1_2016_data.xlsx",
        "results_2016.xlsx",
    ]


def test_a_year_without_a_policy_has_no_report(city):
    with pytest.raises(UncoveredYearError):
        exports.table2_csv(1999)


@pytest.mark.parametrize("name", ["table1", "table2"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_everyone_may_save_the_tables(city, client_at, name, ending):
    answer = client_at("osaka").get(f"/{name}/?fiscal_year=2016&format={ending}")

    assert answer.status_code == HTTPStatus.OK
    assert answer["Content-Disposition"] == f'attachment; filename="{name}_2016.{ending}"'
    body = b"".join(answer.streaming_content)
    assert body.startswith(b"PK" if ending == "xlsx" else b"\xef\xbb\xbfindicator_code,")


def run(*arguments: str) -> None:
    call_command("export_citywide", *arguments)


def test_the_command_writes_the_file_and_counts_its_rows(city, tmp_path, capsys):
    run("table2", "--fiscal-year", "H28", "--format", "csv", "--output", str(tmp_path / "a.csv"))

    assert "18行" in capsys.readouterr().out
    assert len((tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()) == 19
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("table3", "--fiscal-year", "2016", "--format", "csv"), "「table3」という表はありません"),
        (("table2", "--fiscal-year", "2016", "--format", "pdf"), "「pdf」という形式はありません"),
        (
            ("table2", "--fiscal-year", "1999", "--format", "csv"),
            "を対象とする基本方針はありません",
        ),
        (("table2", "--fiscal-year", "去年", "--format", "csv"), "年度として読み取れません"),
    ],
)
def test_an_unknown_wish_is_refused_in_one_sentence(city, tmp_path, arguments, complaint):
    path = tmp_path / "a"
    with pytest.raises(CommandError, match=complaint) as refusal:
        run(*arguments, "--output", str(path))

    assert "\n" not in str(refusal.value)
    assert not path.exists()


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("missing/a.csv", "フォルダーがありません"),
        ("", "ファイルではありません"),
        ("a" * 300, "名前が長すぎます"),
    ],
)
def test_a_path_that_cannot_be_written_is_refused_in_one_sentence(city, tmp_path, place, reason):
    with pytest.raises(CommandError, match=reason):
        run("table1", "--fiscal-year", "2016", "--format", "csv", "--output", str(tmp_path / place))


def test_a_device_is_never_replaced_by_a_file(city):
    with pytest.raises(CommandError, match="ファイルではありません"):
        run("table1", "--fiscal-year", "2016", "--format", "csv", "--output", "/dev/null")


def test_a_disk_that_fills_up_leaves_the_former_file_whole(city, tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("前回のファイル")

    def full_disk(report, fiscal_year, file_format, **shape):
        def chunks():
            yield b"half"
            raise OSError(28, "No space left on device")

        return Download("a.csv", exports.CSV_TYPE, chunks(), 1)

    monkeypatch.setattr(export_citywide, "export", full_disk)
    with pytest.raises(CommandError, match="空き容量がありません"):
        run("table1", "--fiscal-year", "2016", "--format", "csv", "--output", str(path))

    assert path.read_text() == "前回のファイル"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
