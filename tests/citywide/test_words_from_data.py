"""Labels, directions and names that readers see come from the catalogue, never from code."""

import io
import re
from types import SimpleNamespace

import pytest
from python_calamine import CalamineWorkbook

from kpis.catalog.choices import Direction
from kpis.catalog.models import CityResult, EvaluationRule, Indicator, Policy
from kpis.explaining import explain
from kpis.models import Result
from kpis.notices import AS_PUBLISHED, Standing
from kpis.services import recompute_results
from osaka_kusei.citywide import exports
from osaka_kusei.citywide import report_data as report_data_module
from osaka_kusei.citywide.exports import Download
from osaka_kusei.citywide.report_data import (
    report_data,
    table_notices,
    years_with_published_counts,
)
from osaka_kusei.citywide.reviewing import entry_rows


def text_of(response) -> str:
    """Return what a reader sees: no tags, no runs of white space."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def texts(book: Download, sheet: int = 0) -> list[str]:
    """Return the cells of a sheet that hold words, row by row."""
    content = io.BytesIO(b"".join(book.chunks))
    rows = CalamineWorkbook.from_filelike(content).get_sheet_by_index(sheet).to_python()
    return [cell for row in rows for cell in row if isinstance(cell, str) and cell]


@pytest.fixture
def put(enter):
    """Enter and judge 1-1-a of 北区: `put(2016, "47.6")`."""

    def make(year: int, actual: str, code: str = "1-1-a") -> Result:
        enter("kita")
        result = Result.objects.create(
            indicator=Indicator.objects.get(code=code), fiscal_year=year, actual=actual,
            respondents=555, state="final",
        )  # fmt: skip
        recompute_results()
        enter("osaka")
        return result

    return make


@pytest.fixture
def other_direction(monkeypatch):
    """Let the one direction there is be called otherwise."""
    monkeypatch.setattr(Direction.AT_LEAST, "_label_", "を上回る")


@pytest.mark.usefixtures("other_direction")
def test_a_target_is_written_with_the_word_of_its_direction(put, enter, client_at):
    put(2016, "55")

    city = client_at("osaka")
    printed = text_of(city.get("/table2/?fiscal_year=2016"))
    assert "H29年度までに50％を上回る" in printed
    assert "平成29年度までに50％を上回る" in text_of(
        city.get("/indicators/1-1-a/?fiscal_year=2016")
    )
    assert "H29年度までに\n50％を上回る" in texts(exports.table1_xlsx(2016))
    indicator = Indicator.objects.get(code="1-1-a")
    assert indicator.target_text == "平成29年度までに50％を上回る"
    assert indicator.short_target == "50％を上回る"
    enter("kita")
    told = explain(Result.objects.with_indicator().get())
    assert told[1] == "目標値は、平成29年度までに50％を上回るです。"
    assert any("目標値を上回るのため、「達成」です。" in line for line in told)
    for words in (printed, "\n".join(told)):
        assert not re.search(r"50％以上|目標値以上", words)


# What the rules of two years are called, unlike any word in code.
LABELS = {2015: ("晴れ", "雨"), 2016: ("上り坂", "まだ下り坂")}
FIXED = re.compile("概ね順調|必ずしも")


@pytest.fixture
def other_labels(enter):
    """Call the two classes otherwise in FY2015 and FY2016, each year in its own words."""
    enter("osaka")
    for year, (on_track, not_on_track) in LABELS.items():
        EvaluationRule.objects.filter(fiscal_year=year).update(
            on_track_label=on_track, not_on_track_label=not_on_track
        )


@pytest.fixture
def two_years(other_labels, put):
    """北区: 1-1-a on track in FY2015 and not in FY2016, 1-2-a the other way round."""
    put(2015, "20")
    put(2016, "20")
    put(2015, "10", "1-2-a")
    put(2016, "40", "1-2-a")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (
            "/",
            ("○ 上り坂", "△ まだ下り坂", "上り坂の区、△はまだ下り坂区", "右端と下端は、上り坂（"),
        ),
        ("/table2/", ("上り坂 まだ下り坂 晴れ 雨 上り坂 まだ下り坂",)),
        ("/indicators/1-1-a/", ("以上で「上り坂」、未満で「まだ下り坂」", "△ まだ下り坂")),
    ],
)
def test_the_citys_pages_call_the_classes_as_the_years_rule_does(two_years, client_at, path, words):
    page = text_of(client_at("osaka").get(f"{path}?fiscal_year=2016"))

    for word in words:
        assert word in page
    assert not FIXED.search(page)


def test_the_notes_under_table2_call_each_years_classes_as_its_rule_does(two_years):
    notes = report_data(2016).footnotes()

    assert notes[3].points == ("上り坂：進捗率が66.7％以上", "まだ下り坂：進捗率が66.7％未満")
    assert notes[4].points[:2] == ("晴れ：進捗率が33.4％以上", "雨：進捗率が33.4％未満")


def test_the_printed_table2_is_headed_by_the_labels_of_each_year(two_years):
    words = texts(exports.table2_xlsx(2016))

    this, last = ["上り坂 ※4", "まだ\n下り坂\n※4"], ["晴れ ※5", "雨\n※5"]
    difference = ["上り坂", "まだ\n下り坂"]
    heads = [text for text in words if re.match("上り坂|まだ\n|晴れ|雨", text)]
    assert heads[:6] == [*this, *last, *difference]
    assert not FIXED.search("".join(words))


def test_last_year_without_a_rule_borrows_this_years_labels(two_years, client_at):
    page = text_of(client_at("osaka").get("/table2/?fiscal_year=2015"))

    assert "晴れ 雨 晴れ 雨 晴れ 雨" in page


def test_the_list_of_codes_in_a_file_tells_what_the_year_calls_them(two_years):
    codes = "\n".join(texts(exports.results_xlsx(2016), sheet=2))

    assert "on_track\n上り坂" in codes
    assert "not_on_track\nまだ下り坂" in codes


def test_the_city_reads_a_wards_judgement_in_the_words_of_its_rule(two_years):
    rows = {row.indicator_code: row.status for row in entry_rows("kita", 2016)}

    assert (rows["1-1-a"], rows["1-2-a"]) == ("まだ下り坂", "上り坂")


def test_the_citys_own_result_is_called_as_its_rule_does(
    other_labels, city_officer, sign_in, enter
):
    enter("osaka")
    CityResult.objects.create(
        indicator=Indicator.objects.get(code="1-3-a"), fiscal_year=2016, actual=0, state="final"
    )
    recompute_results(CityResult)
    desk = sign_in(city_officer, "osaka")

    for path in ("", "entry/2016/1-3-a/"):
        page = text_of(desk.get(f"/admin/kpi_catalog/cityresult/{path}"))
        assert "まだ下り坂" in page
        assert not FIXED.search(page)


def test_the_page_of_files_says_what_table2_counts_in_the_years_words(
    other_labels, city_officer, sign_in
):
    desk = sign_in(city_officer, "osaka")

    page = text_of(desk.get("/admin/downloads/?fiscal_year=2016"))

    assert "成果指標ごとに、上り坂・達成・まだ下り坂区の数を数えた表です。" in page


@pytest.mark.parametrize(
    ("year", "words"),
    [
        ("2016", r"（上り坂 1件〔うち達成 0件〕、まだ下り坂 1件）"),
        ("all", r"（上り坂・晴れ 2件〔うち達成 0件〕、(まだ下り坂・雨|雨・まだ下り坂) 2件）"),
    ],
)
def test_a_wards_totals_call_the_classes_as_the_rules_listed(
    two_years, kita_officer, sign_in, year, words
):
    desk = sign_in(kita_officer, "kita")

    page = text_of(desk.get(f"/admin/kpis/result/?fiscal_year={year}"))

    assert re.search(words, page)


def test_the_front_page_names_the_policy_of_the_year(city, client_at):
    Policy.objects.update(title="次の基本方針")

    page = text_of(client_at("osaka").get("/?fiscal_year=2016"))

    assert "「次の基本方針」の実施状況" in page
    assert "豊かな地域社会" not in page


def test_the_year_whose_counts_were_published_is_a_fact_of_the_report(monkeypatch):
    years_with_published_counts.cache_clear()
    assert years_with_published_counts() == {2016}

    years_with_published_counts.cache_clear()
    plan = {"plan": {"evaluated_fy": 2015}}
    monkeypatch.setattr(report_data_module, "read_fixture", lambda name: {"report_h28": plan})
    row = SimpleNamespace(is_city=False, standing=Standing(2015, True, AS_PUBLISHED))
    (notice,) = table_notices("table1", 2015, [row], [])
    years_with_published_counts.cache_clear()

    assert notice.text.startswith("この表の件数は、公表された件数です。")
