"""The city's public pages: a year of 24 wards, as published and as drawn."""

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from kpis.catalog.city_entry import take_step
from kpis.catalog.models import CityResult, Indicator
from kpis.models import Result
from kpis.presentation import Shown
from kpis.services import enter_result, recompute_results
from kpis.steps import steps_of
from kpis.tasks import RECOMPUTE
from osaka_kusei.citywide.charts import SHARE_WIDTH, YearValue, panel, share_bar, tile_map
from osaka_kusei.citywide.printed_lines import printed_lines
from osaka_kusei.citywide.reports import table2
from osaka_kusei.citywide.results import indicator_facts
from osaka_kusei.citywide.templatetags.printed import difference, printed
from wards.fixtures_reader import read_fixture
from wards.models import Job, Ward

# Entering each ward and one question there, and what is asked once.
QUERIES = 24 * 2 + 18
# The city's own value also tells its history and the run that judged it.
QUERIES_OF_THE_CITYS_OWN = QUERIES + 2
ON = Shown("on", "○", "概ね順調", "47.6％", "95.2")


def text_of(response) -> str:
    """Return what a reader sees: no tags, no runs of white space."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def cells_of(response, first: str) -> list[str]:
    """Return the words of the table row that holds a heading."""
    rows = re.findall(r"<tr.*?</tr>", response.content.decode(), re.S)
    row = next(row for row in rows if first in row)
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cell)).strip()
        for cell in re.findall(r"<td.*?</td>", row, re.S)
    ]


@pytest.fixture
def put(enter):
    """Write a judged result of a ward: `put("kita", "1-1-a", 2016, "47.6")`."""

    def make(slug, code, year, actual, state="final", **more):
        enter(slug)
        Result.objects.create(
            indicator=Indicator.objects.get(code=code),
            fiscal_year=year,
            actual=actual,
            state=state,
            **more,
        )
        recompute_results()
        enter("osaka")

    return make


def run_everywhere(hours_ago=1):
    ended = timezone.now() - timedelta(hours=hours_ago)
    for ward in Ward.objects.all():
        Job.objects.create(
            ward=ward, name=RECOMPUTE, day=ended.date(), state=Job.State.DONE,
            not_before=ended, started_at=ended, finished_at=ended, last_done_at=ended,
        )  # fmt: skip
    return ended


@pytest.mark.parametrize(
    ("cell", "in_brackets", "written"),
    [(1234, False, "1,234"), (24, True, "（24）"), (None, False, "―"), (0, False, "0")],
)
def test_a_count_is_written_as_printed(cell, in_brackets, written):
    assert printed(cell, in_brackets) == written


@pytest.mark.parametrize(
    ("cell", "in_brackets", "written"),
    [(-152, False, "▲ 152"), (5, False, "5"), (3, True, "（3）"), (-3, True, "（▲ 3）"), (None, True, "―")],
)  # fmt: skip
def test_a_difference_carries_the_sign_of_minus_as_printed(cell, in_brackets, written):
    assert difference(cell, in_brackets) == written


def test_every_ward_has_its_own_place_on_the_map():
    grid = read_fixture("tile_grid.json")["tiles"]
    slugs = [tile["slug"] for tile in grid]

    drawn = tile_map(grid, dict.fromkeys(slugs, ON), {slug: f"//{slug}/" for slug in slugs})

    assert len({(tile.x, tile.y) for tile in drawn.tiles}) == 24
    assert [tile.ward for tile in drawn.tiles][:2] == ["北区", "都島区"]
    assert drawn.tiles[0].label == "北区 進捗率95.2％ 概ね順調"
    assert all(tile.x + 100 <= drawn.width and tile.y + 88 <= drawn.height for tile in drawn.tiles)


def test_a_small_multiple_says_in_words_what_it_draws():
    missing = Shown("missing", "＿", "未入力", "未入力", "")
    drawn = panel(
        "北区",
        "/",
        [YearValue("H27", Decimal("50.9"), "50.9", ON), YearValue("H28", None, "", missing)],
        target=Decimal(50),
        target_text="50％",
        highest=Decimal(60),
    )

    assert drawn.label == "北区：H27 50.9 概ね順調、H28 未入力（目標50％）"
    assert drawn.bars[0].height > 0
    assert drawn.bars[1].height == 0
    assert drawn.bars[0].y < drawn.target_y < drawn.base


@pytest.mark.parametrize("value", [*range(0, 61, 2), "40.6", "45.3", "49.9"])
def test_the_target_line_strikes_out_no_figure(value):
    value = Decimal(value)
    drawn = panel(
        "北区",
        "/",
        [YearValue("H27", value, str(value), ON)],
        target=Decimal(50),
        target_text="50％",
        highest=Decimal(60),
    )

    bottom = drawn.bars[0].value_line
    assert 0 < bottom - 10 < bottom < drawn.bars[0].y
    assert not bottom - 10 < drawn.target_y < bottom


def test_the_shares_of_a_bar_fill_it():
    parts = share_bar([("done", 8), ("on", 10), ("near", 1), ("far", 0)])

    assert [part.css for part in parts] == ["done", "on", "near"]
    assert sum(part.width for part in parts) == pytest.approx(SHARE_WIDTH, abs=0.2)
    assert share_bar([("done", 0)]) == ()


def test_the_merged_heads_of_the_tables_cover_every_line(city):
    indicators = indicator_facts(2016)

    lines = printed_lines(indicators, table2(indicators, []))

    for name in ("pillar_span", "section_span", "item_span"):
        assert sum(getattr(line, name) for line in lines) == 17
    assert [line.item_span for line in lines][8:13] == [3, 0, 0, 2, 0]
    assert lines[0].target == "H29年度までに50％以上"


def test_the_published_year_stands_on_the_front_page(city, client_at, django_assert_max_num_queries):  # fmt: skip
    from osaka_kusei.citywide.demo import hire_demo_people
    from osaka_kusei.citywide.demo_results import load_demo_results
    from osaka_kusei.citywide.reading import tenant_context

    hire_demo_people(None)
    load_demo_results(1)
    recompute_results(CityResult)
    for ward in Ward.objects.in_official_order():
        with tenant_context(ward):
            recompute_results()
    ended = run_everywhere()

    with django_assert_max_num_queries(QUERIES):
        response = client_at("osaka").get("/")

    page = text_of(response)
    assert "（平成28年度）" in page
    for words in ("316 件", "134 件", "72 件", "182 件", "337 件", "前年度との差 ▲ 152"):
        assert words in page
    local = timezone.localtime(ended)
    assert f"算定 令和{local.year - 2018}年{local.month}月{local.day}日 {local:%H:%M}" in page
    assert "区ごとの値は、公表集計に一致するように作成した見本値です" in page
    assert "26時間" not in page
    assert "64.6△" in page
    assert "福島区、西区、大正区、天王寺区、住之江区の5区" in page
    assert len(response.content) < 100_000
    for forbidden in ("style=", "<script", "onclick"):
        assert forbidden not in response.content.decode()

    printed_table = client_at("osaka").get("/table2/?fiscal_year=2016")
    assert cells_of(printed_table, '<th scope="row" colspan="4">計</th>') == [
        "316 参考：337", "134 参考：146", "72 参考：80", "182 参考：191",
        "286", "67", "30", "▲ 152", "5", "152",
    ]  # fmt: skip
    assert cells_of(printed_table, "/indicators/1-1-a/") == [
        "19 参考：24", "18 参考：23", "8 参考：10", "1 参考：1", "19", "13", "0", "▲ 1", "▲ 5", "1",
    ]  # fmt: skip
    assert cells_of(printed_table, "/indicators/1-3-b/") == [
        "（24）", "―", "（7）", "―", "―", "（4）", "―", "―", "（3）", "―",
    ]  # fmt: skip
    assert cells_of(
        client_at("osaka").get("/table1/?fiscal_year=2016"), '<th scope="row" colspan="4">計</th>'
    ) == ["408", "346", "322", "24", "0", "62", "0"]
    for path, queries in (
        ("/indicators/1-1-a/", QUERIES),
        ("/table1/", QUERIES),
        ("/table2/", QUERIES),
        ("/indicators/1-3-a/", QUERIES_OF_THE_CITYS_OWN),
    ):
        with django_assert_max_num_queries(queries):
            answer = client_at("osaka").get(f"{path}?fiscal_year=2016")
        assert len(answer.content) < 100_000
    record = text_of(answer)
    assert "入力 大阪市 市民局" in record
    assert "確定 大阪市 市民局" in record


def test_the_citys_own_value_passes_no_ward_on_its_way(city, city_officer):
    indicator = Indicator.objects.get(code="1-3-a")
    result = CityResult.objects.create(fiscal_year=2016, indicator=indicator)
    enter_result(result, actor=city_officer, actual=Decimal(1))
    for step in ("submit", "finalize"):
        take_step(result, step, actor=city_officer)

    steps = steps_of(result, city)

    assert [(step.label, step.by) for step in steps] == [
        ("入力", "大阪市 市民局 市民局職員"),
        ("提出", "大阪市 市民局"),
        ("確定", "大阪市 市民局"),
    ]


def test_a_page_without_any_result_still_stands(city, client_at):
    for path in ("/", "/table1/", "/table2/", "/indicators/1-1-a/", "/indicators/1-3-a/"):
        response = client_at("osaka").get(f"{path}?fiscal_year=2016")
        assert response.status_code == HTTPStatus.OK
        assert "まだ算定していません" in text_of(response)


def test_a_ward_seen_from_the_city_leads_to_its_own_explanation(put, client_at):
    put("kita", "1-1-a", 2016, "47.6", respondents=555)

    page = client_at("osaka").get("/?fiscal_year=2016").content.decode()

    address = "//kita.localhost/kpis/1-1-a/?fiscal_year=2016#explanation"
    assert f'<td class="on"><a href="{address}">95.2○</a></td>' in page
    assert client_at("kita").get("/kpis/1-1-a/?fiscal_year=2016").status_code == HTTPStatus.OK


def test_a_reference_value_is_hatched_italic_and_called_so(put, client_at):
    put("nishi", "1-1-a", 2016, "49.1", respondents=320)

    page = client_at("osaka").get("/?fiscal_year=2016").content.decode()

    assert '<td class="on ref">' in page
    assert '98.2○<b class="hidden">参考</b>' in page
    assert 'fill="url(#hatch)"' in page


@pytest.mark.parametrize("path", ["/", "/table1/", "/table2/"])
def test_a_year_that_is_not_complete_says_so_and_is_not_compared(put, client_at, path):
    put("kita", "1-1-a", 2016, "47.6", respondents=555)
    put("kita", "1-1-a", 2017, "30", respondents=555)

    page = text_of(client_at("osaka").get(f"{path}?fiscal_year=2017"))

    assert "平成29年度は、まだそろっていない実績があります。" in page
    assert "前年度との差" not in page


def test_a_draft_does_not_reach_the_city(put, client_at):
    put("kita", "1-1-a", 2016, "47.6", state="draft", respondents=555)

    for path in ("/", "/indicators/1-1-a/"):
        page = text_of(client_at("osaka").get(f"{path}?fiscal_year=2016"))
        assert "47.6" not in page
        assert "95.2" not in page


def test_the_notice_on_sample_values_stands_only_where_there_are_some(put, client_at):
    put("kita", "1-1-a", 2016, "47.6", respondents=555, note="動きを確かめるための見本値")
    put("kita", "1-2-a", 2016, "47.6", respondents=555)

    sees = "平成28年度は、動きを確かめるための見本値を含みます。実際の値ではありません。"
    assert sees in text_of(client_at("osaka").get("/?fiscal_year=2016"))
    assert sees in text_of(client_at("osaka").get("/indicators/1-1-a/?fiscal_year=2016"))
    assert sees not in text_of(client_at("osaka").get("/indicators/1-2-a/?fiscal_year=2016"))
    assert sees in text_of(client_at("osaka").get("/table1/?fiscal_year=2016"))
    assert sees in text_of(client_at("osaka").get("/table2/?fiscal_year=2017"))
    assert sees not in text_of(client_at("osaka").get("/table1/?fiscal_year=2017"))


@pytest.mark.parametrize("path", ["/", "/table1/", "/table2/", "/indicators/1-1-a/"])
def test_values_that_are_not_final_are_preliminary(put, client_at, path):
    put("kita", "1-1-a", 2016, "47.6", respondents=555)
    sees = "速報： 平成28年度は、確定前の値を含みます。"
    assert sees not in text_of(client_at("osaka").get(f"{path}?fiscal_year=2016"))

    put("nishi", "1-1-a", 2016, "47.6", respondents=555, state="city_confirmed")
    assert sees in text_of(client_at("osaka").get(f"{path}?fiscal_year=2016"))


def test_an_indicators_page_lists_the_wards_in_official_order(put, client_at):
    put("kita", "1-1-a", 2015, "50.9", respondents=555)
    put("kita", "1-1-a", 2016, "47.6", respondents=555, implementation="all_done")

    response = client_at("osaka").get("/indicators/1-1-a/?fiscal_year=2016")

    page = response.content.decode()
    assert page.index('<th scope="row">北区</th>') < page.index('<th scope="row">都島区</th>')
    assert cells_of(response, '<th scope="row">北区</th>') == [
        "47.6％", "555", "95.2％", "○ 概ね順調", "―", "50.9％", "◎ 101.8％", "記載した取組をすべて実施",
    ]  # fmt: skip
    assert cells_of(response, '<th scope="row">西成区</th>')[0] == "未入力"


def test_the_citys_own_result_is_explained_by_the_city(city, client_at):
    CityResult.objects.create(
        indicator=Indicator.objects.get(code="1-3-a"), fiscal_year=2016, actual=1, state="final",
        state_changed_at=timezone.now(),
    )  # fmt: skip
    recompute_results(CityResult)

    response = client_at("osaka").get("/indicators/1-3-a/?fiscal_year=2016")

    assert 'id="explanation"' in response.content.decode()
    assert "立ち上げ済み" in text_of(response)
    assert "表2では、全市で1件と数えます。" in text_of(response)


def test_late_and_failed_wards_are_named(city, client_at):
    run_everywhere()
    failed = Job.objects.get(ward__slug="minato")
    failed.state, failed.error = Job.State.FAILED, "ValueError"
    failed.finished_at += timedelta(minutes=1)
    failed.save()
    Job.objects.filter(ward__slug="asahi").update(last_done_at=timezone.now() - timedelta(hours=27))

    page = text_of(client_at("osaka").get("/?fiscal_year=2016"))

    assert "前回の算定が終わっていない区があります： 港区" in page
    assert "まだ算定していない結果を含みます： 旭区" in page


@pytest.mark.parametrize("slug", ["osaka", "bare"])
def test_the_city_answers_with_and_without_its_name(city, client_at, client, slug):
    response = client_at("osaka").get("/") if slug == "osaka" else client.get("/", headers={"host": "localhost"})  # fmt: skip

    assert response.status_code == HTTPStatus.OK


@pytest.mark.parametrize("code", ["1-1-a", "1-3-a", "1-3-b", "2-3-a-2"])
def test_the_map_shows_the_chosen_indicator(city, client_at, code):
    page = client_at("osaka").get(f"/?fiscal_year=2016&indicator={code}").content.decode()

    assert f'<option value="{code}" selected>' in page


@pytest.mark.parametrize(
    "path",
    [
        "/?fiscal_year=abc",
        "/?fiscal_year=1999",
        "/?fiscal_year=",
        "/?fiscal_year=2016&indicator=9-9-z",
        "/table2/?fiscal_year=2030",
        "/table2/?fiscal_year=2016&format=pdf",
        "/indicators/9-9-z/",
        "/wards/nowhere/",
        "/wards/osaka/",
    ],
)
def test_what_does_not_exist_is_answered_in_japanese(city, client_at, path):
    response = client_at("osaka").get(path)

    assert response.status_code == HTTPStatus.NOT_FOUND
    assert "ページが見つかりません" in response.content.decode()


def test_a_ward_is_found_through_the_city(city, client_at):
    client = client_at("osaka")

    assert client.get("/wards/kita/")["Location"] == "http://kita.localhost/"
    assert (
        client.get("/wards/kita/?fiscal_year=2016")["Location"]
        == "http://kita.localhost/kpis/?fiscal_year=2016"
    )


@pytest.mark.parametrize("table", ["table1", "table2"])
@pytest.mark.parametrize(
    ("file_format", "begins"), [("csv", b"\xef\xbb\xbfindicator_code,"), ("xlsx", b"PK\x03\x04")]
)
def test_a_table_can_be_taken_home_as_a_file(city, client_at, table, file_format, begins):
    response = client_at("osaka").get(f"/{table}/?fiscal_year=2016&format={file_format}")

    assert b"".join(response.streaming_content).startswith(begins)
    assert f"{table}_2016.{file_format}" in response["Content-Disposition"]


def lines_of(response) -> list[dict]:
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_heat_map_is_saved_as_it_is_shown(put, client_at):
    put("kita", "1-1-a", 2016, "47.6", respondents=555)
    put("kita", "1-2-a", 2016, None, not_applicable=True)

    address = "/?fiscal_year=2016&format=csv"
    response = client_at("osaka").get(address)

    lines = lines_of(response)
    again = client_at("osaka").get(address).getvalue()
    assert again.startswith(b"\xef\xbb\xbffiscal_year,code6,ward,")
    assert response["Content-Disposition"] == 'attachment; filename="progress_2016.csv"'
    assert len(lines) == 24 * 17
    assert lines[0] == {
        "fiscal_year": "2016", "code6": "271276", "ward": "北区", "indicator_code": "1-1-a",
        "judged_value": "47.6", "progress_rate": "95.2", "judgement": "概ね順調",
        "reference_reason": "",
    }  # fmt: skip
    assert [line["judgement"] for line in lines[1:3]] == ["該当なし", "未入力"]


def test_an_indicators_table_is_saved_as_it_is_shown(put, client_at):
    put("kita", "1-1-a", 2015, "50.9", respondents=555)
    put("kita", "1-1-a", 2016, "47.6", respondents=380, implementation="all_done")

    lines = lines_of(client_at("osaka").get("/indicators/1-1-a/?fiscal_year=2016&format=csv"))

    assert len(lines) == 24
    assert lines[0]["actual"] == "47.6"
    assert lines[0]["respondents"] == "380"
    assert "400名" in lines[0]["reference_reason"]
    assert lines[0]["previous_progress_rate"] == "101.8"
    assert lines[0]["implementation"] == "all_done"
    assert lines[-1] | {"ward": "西成区", "judgement": "未入力", "actual": ""} == lines[-1]


def test_the_citys_own_result_heads_the_file_of_its_indicator(city, client_at):
    lines = lines_of(client_at("osaka").get("/indicators/1-3-a/?fiscal_year=2016&format=csv"))

    assert [line["ward"] for line in lines][:2] == ["大阪市", "北区"]


def test_a_book_of_a_page_repeats_its_notices(put, client_at):
    put("kita", "1-1-a", 2016, "47.6", respondents=555, state="submitted")

    response = client_at("osaka").get("/indicators/1-1-a/?fiscal_year=2016&format=xlsx")

    book = CalamineWorkbook.from_filelike(io.BytesIO(response.getvalue()))
    assert book.sheet_names == ["indicator_1-1-a_2016", "項目定義", "説明"]
    assert book.get_sheet_by_index(0).to_python()[1][4:8] == [47.6, 555.0, 47.6, 95.2]
    assert ["速報", "平成28年度は、確定前の値を含みます。"] in book.get_sheet_by_index(
        2
    ).to_python()


@pytest.mark.parametrize("path", ["/", "/indicators/1-1-a/"])
def test_a_page_offers_its_files_and_no_other_format(city, client_at, path):
    page = client_at("osaka").get(f"{path}?fiscal_year=2016").content.decode()

    assert 'href="?fiscal_year=2016&amp;format=csv"' in page
    assert 'href="?fiscal_year=2016&amp;format=xlsx"' in page
    answer = client_at("osaka").get(f"{path}?fiscal_year=2016&format=pdf")
    assert answer.status_code == HTTPStatus.NOT_FOUND
