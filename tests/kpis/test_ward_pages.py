"""A ward's public pages: what a resident may see, and how every figure explains itself."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.utils import timezone

from kpis.bars import progress_bar
from kpis.catalog.models import Indicator, Policy
from kpis.chosen_year import NoSuchYearError, year_in_address, year_to_begin_with
from kpis.explaining import explain
from kpis.freshness import Run, freshness
from kpis.jobs import RECOMPUTE
from kpis.models import Result
from kpis.presentation import Scale, actual_words, shown, value_text
from kpis.services import enter_result, recompute_results
from kpis.steps import steps_of
from wards.addresses import address_at
from wards.models import Job

RULE = Scale(Decimal("66.7"))
NOW = datetime(2026, 11, 21, 2, 10, tzinfo=timezone.get_default_timezone())


def put(code, year, actual, state="final", **more):
    return Result.objects.create(
        indicator=Indicator.objects.get(code=code),
        fiscal_year=year,
        actual=actual,
        state=state,
        state_changed_at=NOW,
        **more,
    )


def ran(ward, hours_ago=1, state=Job.State.DONE):
    """Leave a run of the night in the job table."""
    ended = timezone.now() - timedelta(hours=hours_ago)
    is_done = state == Job.State.DONE
    return Job.objects.create(
        ward=ward, name=RECOMPUTE, day=ended.date() - timedelta(days=hours_ago), state=state,
        not_before=ended, started_at=ended - timedelta(seconds=1), finished_at=ended,
        last_done_at=ended if is_done else None, error="" if is_done else "算定できませんでした。",
    )  # fmt: skip


def text_of(response) -> str:
    """Return what a reader sees: no tags, no runs of white space."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def look(**more):
    values = {
        "actual": Decimal("47.6"),
        "not_applicable": False,
        "judged_value": Decimal("47.6"),
        "progress_rate": Decimal("95.2"),
        "status": "on_track",
        "achieved": False,
        "reference_reason": "",
        "unit": "percent",
        "in_brackets": False,
        "is_citys_own": False,
        "awaits_judgement": False,
        "scale": RULE,
    }
    return shown(**(values | more))


@pytest.mark.parametrize(
    ("more", "css", "mark", "word"),
    [
        ({}, "on", "○", "概ね順調"),
        ({"achieved": True}, "done", "◎", "概ね順調・達成"),
        ({"status": "not_on_track", "progress_rate": Decimal("66.6")}, "near", "△", "必ずしも順調ではない"),
        ({"status": "not_on_track", "progress_rate": Decimal("33.4")}, "near", "△", "必ずしも順調ではない"),
        ({"status": "not_on_track", "progress_rate": Decimal("33.3")}, "far", "△", "必ずしも順調ではない"),
        ({"status": "", "scale": Scale(None)}, "unjudged", "・", "判定なし"),
        ({"actual": None}, "missing", "＿", "未入力"),
        ({"actual": None, "not_applicable": True}, "na", "―", "該当なし"),
        ({"judged_value": None, "progress_rate": None}, "missing", "…", "算定待ち"),
        ({"awaits_judgement": True}, "missing", "…", "算定待ち"),
        ({"actual": None, "is_citys_own": True}, "na", "―", "全市で1件"),
        ({"actual": Decimal("45.0")}, "on", "○", "概ね順調"),
        ({"in_brackets": True, "status": "", "unit": "case", "achieved": True}, "brackets-done", "◎", "達成"),
        ({"in_brackets": True, "status": "", "unit": "case"}, "brackets", "・", "未達成（途中）"),
        ({"in_brackets": True, "status": "", "unit": "case", "is_deadline": True}, "brackets", "・", "未達成"),
    ],
)  # fmt: skip
def test_a_judgement_has_a_mark_and_a_word_beside_its_colour(more, css, mark, word):
    one = look(**more)

    assert (one.css, one.mark, one.word) == (css, mark, word)


def test_no_judgement_is_ever_marked_with_the_sign_of_minus():
    looks = [look(status=status, achieved=a) for status in ("on_track", "not_on_track", "") for a in (True, False)]  # fmt: skip

    assert all("▲" not in one.mark + one.word for one in looks)


def test_a_reference_value_is_judged_and_says_so_aloud():
    one = look(reference_reason="回答者数が377名で、必要な400名に満たないため")

    assert one.is_reference_only
    assert one.spoken == "進捗率95.2％ 概ね順調 （参考数値）"


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        ("32.30", "percent", "32.3％"),
        ("70.00", "percent", "70.0％"),
        ("32.35", "percent", "32.35％"),
        ("3.20", "point", "3.2点"),
        ("2.00", "case", "2件"),
        ("1234.00", "case", "1,234件"),
        ("1.00", "milestone", "立ち上げ済み"),
        ("0.00", "milestone", "立ち上げ未了"),
    ],
)
def test_a_value_is_written_with_its_unit(value, unit, written):
    assert value_text(Decimal(value), unit) == written


def test_missing_not_applicable_and_zero_are_three_different_words():
    words = [
        actual_words(None, not_applicable=False, unit="case"),
        actual_words(None, not_applicable=True, unit="case"),
        actual_words(Decimal(0), not_applicable=False, unit="case"),
    ]

    assert words == ["未入力", "該当なし", "0件（実績0）"]


def test_the_bar_ends_at_its_frame_and_shows_both_lines():
    bar = progress_bar(Decimal("171.0"), Decimal("66.7"))

    assert bar.overflows
    assert bar.filled == bar.width
    assert bar.threshold_x < bar.target_x
    assert not bar.lines_coincide
    assert progress_bar(Decimal(90), Decimal(100)).lines_coincide


@pytest.mark.parametrize(
    ("handed_in", "year"),
    [
        ({}, 2017),
        ({2016: 3}, 2016),
        ({2015: 17, 2016: 17, 2017: 5}, 2016),
        ({2015: 17, 2016: 17, 2017: 9}, 2017),
        ({2015: 2, 2016: 3}, 2016),
    ],
)
def test_a_page_begins_with_the_last_year_that_is_filled_in(handed_in, year):
    years = [2015, 2016, 2017]

    assert (
        year_to_begin_with(years, handed_in, expected=dict.fromkeys(years, 17), running=2026)
        == year
    )


@pytest.mark.parametrize("given", ["", "abc", "１９", "9999", "2018", "-1", "2016'", "NaN"])
def test_a_year_that_is_none_is_refused(given):
    with pytest.raises(NoSuchYearError):
        year_in_address(given, [2015, 2016, 2017])


def test_a_policy_that_follows_does_not_empty_the_year_before(city):
    Policy.objects.create(
        code="next",
        title="次の方針",
        adopted_in="2018-03",
        first_fiscal_year=2018,
        last_fiscal_year=2019,
    )

    assert Policy.objects.fiscal_years() == [2015, 2016, 2017, 2018, 2019]
    assert Policy.objects.begun(date(2018, 3, 31)) == [2015, 2016, 2017]
    assert Indicator.objects.number_by_year() == {2015: 17, 2016: 17, 2017: 17}


def test_without_a_policy_there_is_no_year_to_begin_with():
    with pytest.raises(NoSuchYearError):
        year_to_begin_with([], {}, expected={}, running=2026)


def test_the_stamp_is_that_of_the_oldest_ward_and_names_the_late_and_the_failed():
    day = timedelta(hours=26)
    fresh = freshness(
        [
            Run("a", "北区", NOW - day, None),
            Run("a", "西区", NOW - day - timedelta(seconds=1), None),
            Run("a", "港区", None, NOW),
            Run("a", "旭区", NOW - timedelta(hours=2), NOW - timedelta(hours=1)),
            Run("a", "都島区", NOW - timedelta(hours=1), NOW - timedelta(hours=2)),
        ],
        NOW,
    )

    assert fresh.as_of == NOW - day - timedelta(seconds=1)
    assert fresh.stale == ("西区", "港区")
    assert fresh.failed == ("港区", "旭区")


def test_an_address_on_another_host_keeps_the_port(rf):
    request = rf.get("/", headers={"host": "osaka.localhost:8000"})

    assert address_at(request, "kita", "/kpis/") == "//kita.localhost:8000/kpis/"


def test_the_start_page_leads_to_the_indicators_and_to_the_login(kita, client_at):
    response = client_at("kita").get("/")

    assert response.status_code == HTTPStatus.OK
    page = response.content.decode()
    assert "北区の区政を" in page
    assert 'href="/kpis/"' in page
    assert 'href="/admin/"' in page
    assert "CC BY 4.0" in page


def test_the_wards_indicators_show_value_target_judgement_and_last_year(kita, client_at):
    put("1-1-a", 2015, "50.9", respondents=555)
    put("1-1-a", 2016, "47.6", respondents=555, note="公表集計に一致するように作成した見本値")
    recompute_results()
    ran(kita)

    response = client_at("kita").get("/kpis/?fiscal_year=2016")

    page = text_of(response)
    for words in ("47.6％", "回答者数555名", "95.2％", "○ 概ね順調", "基準 66.7％", "50.9％（◎ 進捗率101.8％）"):  # fmt: skip
        assert words in page
    assert "区ごとの値は、公表集計に一致するように作成した見本値です" in page
    assert "26時間" not in page
    assert "style=" not in response.content.decode()
    assert "<script" not in response.content.decode()


def test_a_draft_is_nobodys_word_yet(kita, client_at):
    put("1-1-a", 2016, "47.6", state="draft", respondents=555)
    put("1-2-a", 2016, "41.7", state="sent_back", respondents=555)
    recompute_results()

    for path in ("/kpis/?fiscal_year=2016", "/kpis/1-1-a/?fiscal_year=2016", "/kpis/1-2-a/?fiscal_year=2016"):  # fmt: skip
        page = text_of(client_at("kita").get(path))
        assert "未入力" in page
        assert "47.6" not in page
        assert "41.7" not in page


def test_the_four_states_of_an_entry_are_told_apart(kita, client_at):
    put("1-3-a", 2016, None, not_applicable=True)
    put("1-3-b", 2016, "0")
    put("1-1-a", 2016, "47.6", respondents=399)
    recompute_results()

    page = text_of(client_at("kita").get("/kpis/?fiscal_year=2016"))

    for words in (
        "未入力",
        "該当なし",
        "0件（実績0）",
        "回答者数が399名で、必要な400名に満たないため",
    ):
        assert words in page
    assert "全市で1件と数える指標です" in page


def test_a_figure_explains_itself_down_to_rule_state_and_run(kita, client_at, kita_officer):
    result = put("1-1-a", 2016, "32.30", respondents=477, entered_by=kita_officer)
    put("1-1-a", 2015, "40.6", respondents=477)
    run = ran(kita)
    recompute_results()
    Result.objects.update(computed_at=run.finished_at)
    result.refresh_from_db()

    page = text_of(client_at("kita").get("/kpis/1-1-a/?fiscal_year=2016"))

    for sentence in explain(result):
        assert sentence in page
    assert "32.3 ÷ 50 × 100 = 64.6" in page
    assert "必ずしも順調ではない" in page
    assert "出典：" in page
    assert f"処理番号 {run.pk}" in page
    assert "確定" in page
    assert "北野" not in page
    assert "example.jp" not in page


def test_a_value_changed_after_the_night_is_said_to_be_not_yet_judged(kita, kita_officer):
    result = put("1-1-a", 2016, "32.3", respondents=477)
    recompute_results()
    Result.objects.update(state="draft")
    enter_result(Result.objects.get(), actor=kita_officer, actual=Decimal("45.0"))
    result = Result.objects.with_indicator().get()

    assert explain(result)[-1] == "まだ算定していません。"


def test_the_sum_of_a_counting_indicator_is_explained_year_by_year(kita, client_at):
    put("1-3-b", 2015, "1")
    put("1-3-b", 2016, "2")
    recompute_results()

    page = text_of(client_at("kita").get("/kpis/1-3-b/?fiscal_year=2016"))

    assert "平成27年度 1件 ＋ 平成28年度 2件 ＝ 3件" in page
    assert "累計3件" in page


def test_the_steps_of_a_value_name_office_and_role_and_no_person(
    kita, kita_officer, kita_manager, client_at
):
    result = put("1-1-a", 2016, None, state="draft")
    for change in (
        {"actual": Decimal("47.6"), "entered_by": kita_manager},
        {"state": "submitted"},
        {"state": "sent_back"},
        {"actual": Decimal("47.7"), "entered_by": kita_officer},
        {"state": "submitted"},
        {"state": "ward_confirmed", "confirmed_by": kita_manager},
        {"state": "city_confirmed"},
        {"state": "final"},
    ):
        for name, value in change.items():
            setattr(result, name, value)
        result.save()

    assert [(step.label, step.by) for step in steps_of(result, kita)] == [
        ("入力", "北区役所 区職員"),
        ("提出", "北区役所"),
        ("区確認", "北区役所 区課長"),
        ("市確認", "大阪市 市民局"),
        ("確定", "大阪市 市民局"),
    ]
    page = client_at("kita").get("/kpis/1-1-a/?fiscal_year=2016").content.decode()
    assert "北区役所 区課長" in page
    assert kita_manager.name not in page


@pytest.mark.parametrize(
    "path", ["/kpis/?fiscal_year=abc", "/kpis/?fiscal_year=1999", "/kpis/?fiscal_year=", "/kpis/9-9-z/"]
)  # fmt: skip
def test_what_does_not_exist_is_answered_in_japanese(kita, client_at, path):
    response = client_at("kita").get(path)

    assert response.status_code == HTTPStatus.NOT_FOUND
    assert "ページが見つかりません" in response.content.decode()


def test_a_late_night_is_announced(kita, client_at):
    put("1-1-a", 2016, "47.6", respondents=555)
    ran(kita, hours_ago=27)
    ran(kita, hours_ago=3, state=Job.State.FAILED)

    page = text_of(client_at("kita").get("/kpis/"))

    assert "26時間より前に算定した結果" in page
    assert "前回の算定が終わっていない区があります" in page


def test_another_wards_values_never_appear(kita, enter, client_at):
    put("1-1-a", 2016, "47.6", respondents=555)
    enter("nishi")
    put("1-1-a", 2016, "12.3", respondents=555)

    assert "12.3" not in text_of(client_at("kita").get("/kpis/1-1-a/?fiscal_year=2016"))


@pytest.mark.parametrize("path", ["/", "/kpis/?fiscal_year=2016", "/kpis/1-1-a/?fiscal_year=2016"])
def test_a_page_asks_a_fixed_number_of_questions(kita, client_at, django_assert_max_num_queries, path):  # fmt: skip
    for indicator in Indicator.objects.all():
        for year in (2015, 2016):
            put(indicator.code, year, "1", respondents=500)
    recompute_results()

    with django_assert_max_num_queries(12):
        client_at("kita").get(path)


def test_pages_are_only_read(kita, client_at):
    assert client_at("kita").post("/kpis/").status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_the_list_is_saved_as_it_is_shown(kita, client_at):
    put("1-1-a", 2015, "50.9", respondents=555)
    put("1-1-a", 2016, "47.6", respondents=555)
    recompute_results()

    response = client_at("kita").get("/kpis/?fiscal_year=2016&format=csv")

    header, first, *rest = response.getvalue().decode("utf-8-sig").splitlines()
    assert header.startswith("fiscal_year,code6,ward,indicator_code,target,actual,")
    assert first == "2016,271276,北区,1-1-a,50,47.6,555,47.6,95.2,概ね順調,,50.9,101.8"
    assert len(rest) == 16
    assert 'filename="kita_2016.csv"' in response["Content-Disposition"]


def test_the_list_is_offered_as_a_book_and_in_no_other_format(kita, client_at):
    page = client_at("kita").get("/kpis/?fiscal_year=2016").content.decode()
    book = client_at("kita").get("/kpis/?fiscal_year=2016&format=xlsx")
    other = client_at("kita").get("/kpis/?fiscal_year=2016&format=pdf")

    assert 'href="?fiscal_year=2016&amp;format=xlsx"' in page
    assert book.getvalue().startswith(b"PK")
    assert other.status_code == HTTPStatus.NOT_FOUND
