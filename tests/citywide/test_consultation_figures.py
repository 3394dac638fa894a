"""相談・要望 in figures: the arithmetic by hand, and the page and its files over two real wards."""

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.db import ProgrammingError, connection
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from bench.consultation_figures import many_cases
from consultations.choices import IntakeChannel
from consultations.figures_rules import in_time_rate, mean_of, median_of, share
from consultations.models import (
    Consultation,
    Handover,
    Satisfaction,
    Section,
)
from consultations.services.figures import counted_cases
from consultations.services.figures import figures_of as figures_of_the_ward
from consultations.services.intake import Circumstances, check_submission, receive_consultation
from osaka_kusei.citywide.consultation_figures import (
    FigureRow,
    Figures,
    figures_by,
    figures_of,
)
from osaka_kusei.citywide.consultation_page import COLUMNS
from osaka_kusei.citywide.reading import read_ward
from wards import clock
from wards.fiscal_year import fiscal_year_of

TODAY = date(2026, 11, 25)
PAGE = "/consultations/"
# Each ward: entering it, its figures, its categories; and the wards themselves, twice.
QUERIES = 24 * 3 + 3


def row(slug="kita", key="", days=None, **counts) -> FigureRow:
    values = dict.fromkeys(list(FigureRow.__dataclass_fields__)[4:], 0) | counts
    return FigureRow(slug, key, False, days, **values)


# --- arithmetic -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cases_by_days", "median", "mean"),
    [
        ([], None, None),
        ([(0, 1)], "0", "0"),
        ([(7, 1)], "7", "7"),
        ([(3, 1), (14, 1)], "8.5", "8.5"),
        ([(3, 2), (14, 1)], "3", "6.7"),
        ([(14, 1), (3, 1), (5, 1)], "5", "7.3"),
        ([(1, 50), (100, 50)], "50.5", "50.5"),
        ([(1, 51), (100, 50)], "1", "50.0"),
        ([(10, 3), (11, 1)], "10", "10.3"),
    ],
)
def test_median_and_mean_of_how_many_cases_took_how_many_days(cases_by_days, median, mean):
    assert median_of(cases_by_days) == (median and Decimal(median))
    assert mean_of(cases_by_days) == (mean and Decimal(mean))


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_the_median_is_that_of_the_days_written_out(days):
    ordered = sorted(days)
    middle = (ordered[(len(days) - 1) // 2] + ordered[len(days) // 2]) / 2

    assert float(median_of([(day, 1) for day in days])) == middle
    assert float(median_of([(day, days.count(day)) for day in set(days)])) == middle


def test_the_citys_median_is_no_mean_of_the_wards_medians():
    rows = [
        row("kita", days=2, ended=9),
        row("kita", days=4, ended=1),
        row("nishi", days=30, ended=1),
    ]

    by_ward = figures_by(rows, lambda one: one.slug)

    assert [by_ward[slug].median_days for slug in ("kita", "nishi")] == [2, 30]
    assert figures_of(rows).median_days == 2


def test_a_case_whose_day_has_not_come_is_neither_in_time_nor_late():
    figures = figures_of(
        [row(days=5, received=3, ended=3, in_time=2), row(received=4, still_open=4, overdue=1)]
    )

    assert figures.in_time_rate == Decimal("50.0")
    assert figures.fallen_due == 4


def test_nothing_divided_by_nothing_is_nothing():
    empty = Figures()

    assert {
        empty.in_time_rate, empty.mean_days, empty.median_days, empty.handovers_per_case,
        empty.handled_properly_rate,
    } == {None}  # fmt: skip
    assert share(1, 3) == Decimal("33.3")
    assert share(2, 3) == Decimal("66.7")
    assert Figures(received=8, handovers=1).handovers_per_case == Decimal("0.13")


@pytest.mark.parametrize(
    ("in_time", "ended", "overdue", "rate"),
    [
        (0, 0, 0, None), (2, 2, 0, "100.0"), (2, 3, 1, "50.0"), (0, 0, 1, "0.0"),
        (1, 16, 0, "6.3"), (1, 8, 8, "6.3"),
    ],
)  # fmt: skip
def test_what_is_in_time_is_a_part_of_what_fell_due(in_time, ended, overdue, rate):
    found = in_time_rate(in_time=in_time, ended=ended, overdue=overdue)

    assert found == (rate and Decimal(rate))


# --- two wards ------------------------------------------------------------------------------------


@pytest.fixture
def put(enter, monkeypatch):
    """Put a case into a ward: `put("kita", "2026-11-01", days=5, category="park")`."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)

    def make(
        slug, received, *, days=None, category="road", state=None, channel=IntakeChannel.WEB,
        handovers=0, withdrawn=0, judged=None, previous=None, demo=False,
    ):  # fmt: skip
        enter(slug)
        checked = check_submission(
            {
                "category": category,
                "body": "ひみつの本文",
                "wants_reply": "no",
                "question_danger": "no",
            }
        )
        assert checked.faults == []
        case = receive_consultation(
            checked, Circumstances(channel=channel, previous=previous, is_demo=demo)
        ).consultation
        on = date.fromisoformat(received)
        ended = None if days is None else on + timedelta(days=days)
        Consultation.objects.filter(pk=case.pk).update(
            received_on=on,
            due_on=on + timedelta(days=14),
            state=state or ("answered" if ended else "in_progress"),
            answered_on=ended,
            closed_on=ended,
        )
        section = Section.objects.front_desk()
        for number in range(handovers + withdrawn):
            Handover.objects.create(
                consultation=case, kind="section", section=section, reason="ひみつの理由",
                sent_at=clock.now(), state="answered" if number < handovers else "withdrawn",
            )  # fmt: skip
        if judged is not None:
            Satisfaction.objects.create(
                consultation=case,
                reached=True,
                understood=True,
                handled_properly=judged,
                said_on=TODAY,
            )
        enter("osaka")
        return case

    return make


@pytest.fixture
def cases(put):
    """Ten cases of this year in two wards, one of last year, counted by hand below."""
    first = put("kita", "2026-04-01", days=3, judged=True)
    put("kita", "2026-10-01", days=14, handovers=2, judged=False)
    put("kita", "2026-10-02", days=15, category="park", handovers=1, withdrawn=1)
    put("kita", "2026-10-20", category="park")  # overdue since 3 November
    put("kita", "2026-11-20", channel=IntakeChannel.PHONE)
    put("kita", "2026-11-21", previous=first)
    put("kita", "2026-11-01", days=1, state="transferred")
    put("nishi", "2026-10-05", days=30, judged=True)
    put("nishi", "2026-10-06", days=0, state="filed")
    put("nishi", "2026-11-11", channel=IntakeChannel.PHONE)  # due today, and not late
    put("nishi", "2026-03-31", days=20)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def cells_of(response, name: str) -> list[str]:
    rows = re.findall(r"<tr>(.*?)</tr>", response.content.decode(), re.S)
    line = next(one for one in rows if re.search(rf'<th scope="row">(<a [^>]*>)?{name}<', one))
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", line, re.S)]


def csv_rows(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"), newline="")))


@pytest.fixture
def at_osaka(client_at):
    return client_at("osaka")


def test_the_table_of_wards_is_what_counting_by_hand_gives(cases, at_osaka):
    page = at_osaka.get(PAGE)

    # Days of 北区: 3, 14, 15. In time: 2 of 3 ended and 1 overdue. Handovers: 3 in 2 of 7 cases.
    assert cells_of(page, "北区") == [
        "7", "3", "2", "50.0", "14.0", "10.7", "2", "0.43", "1", "3", "1", "1", "50.0（2）",
    ]  # fmt: skip
    # Days of 西区: 0 and 30.
    assert cells_of(page, "西区") == [
        "3", "2", "1", "50.0", "15.0", "15.0", "0", "0.00", "0", "1", "0", "0", "100.0（1）",
    ]  # fmt: skip
    assert cells_of(page, "都島区") == [
        "0", "0", "0", "―", "―", "―", "0", "―", "0", "0", "0", "0", "―（0）",
    ]  # fmt: skip
    # Days of all: 0, 3, 14, 15, 30; the middle one is 14.
    assert cells_of(page, "計") == [
        "10", "5", "3", "50.0", "14.0", "12.4", "2", "0.30", "1", "4", "1", "1", "66.7（3）",
    ]  # fmt: skip
    words = text_of(page)
    assert "解決までの日数（中央値） 14.0 日 平均 12.4日 令和7年度 20.0日" in words
    assert 'aria-label="北区 期限内50.0％（4件のうち2件）"' in page.content.decode()
    assert 'aria-label="都島区 期限の来た案件なし"' in page.content.decode()


def test_a_wards_own_page_gives_the_number_that_the_city_gives(cases, enter, at_osaka):
    (kita,) = csv_rows(at_osaka.get(PAGE, {"ward": "kita", "format": "csv"}))[:1]
    enter("kita")
    own = figures_of_the_ward(counted_cases(date(2026, 4, 1), date(2027, 3, 31), TODAY))

    for name in (
        "received", "ended", "in_time", "in_time_rate", "overdue", "mean_days", "median_days",
        "handed_over", "handovers", "handovers_per_case",
    ):  # fmt: skip
        assert getattr(own, name) == Decimal(kita[name]), name
    assert own.in_time_rate == 50


def test_the_same_cases_by_category_month_and_channel(cases, at_osaka):
    by_category = at_osaka.get(PAGE, {"group": "category"})
    assert cells_of(by_category, "公園・街路樹")[:6] == ["2", "1", "0", "0.0", "15.0", "15.0"]
    assert cells_of(by_category, "道路・側溝・街路灯")[:6] == ["8", "4", "3", "75.0", "8.5", "11.8"]
    by_month = at_osaka.get(PAGE, {"group": "month"})
    assert [cells_of(by_month, f"{month}月")[0] for month in (4, 5, 10, 11)] == ["1", "0", "5", "4"]
    assert "12月<" not in by_month.content.decode()
    by_channel = at_osaka.get(PAGE, {"group": "channel"})
    assert cells_of(by_channel, "電話")[0] == "2"
    for page in (by_category, by_month, by_channel):
        assert cells_of(page, "計")[:6] == ["10", "5", "3", "50.0", "14.0", "12.4"]


def test_conditions_narrow_table_total_and_the_year_before_alike(cases, put, at_osaka):
    put("nishi", "2025-10-07", days=4)

    page = at_osaka.get(PAGE, {"ward": "nishi", "month": "2026-10", "group": "category"})

    assert cells_of(page, "計")[:6] == ["2", "2", "1", "50.0", "15.0", "15.0"]
    words = text_of(page)
    assert "絞り込み： 西区、10月受付" in words
    assert "令和7年度 1件" in words
    assert '<option value="nishi" selected>' in page.content.decode()
    last_year = at_osaka.get(PAGE, {"fiscal_year": "2025"})
    assert cells_of(last_year, "西区")[:5] == ["2", "2", "1", "50.0", "12.0"]
    phone = at_osaka.get(PAGE, {"channel": "phone"})
    assert cells_of(phone, "計")[0] == "2"


def test_disposed_cases_stay_counted_by_their_certificate(cases, certify, at_osaka):
    certify(
        received_on="2026-10-03", due_on="2026-10-17", answered_on="2026-10-12", closed_on="2026-10-12",
        handovers=4, disposed_on="2026-11-01",
    )  # fmt: skip

    page = at_osaka.get(PAGE, {"group": "category"})

    assert cells_of(page, "公園・街路樹")[:8] == [
        "3",
        "2",
        "1",
        "33.3",
        "12.0",
        "12.0",
        "2",
        "1.67",
    ]


def test_the_file_is_the_table_with_its_total(cases, at_osaka):
    rows = csv_rows(at_osaka.get(PAGE, {"ward": "kita", "format": "csv"}))

    assert list(rows[0]) == list(COLUMNS)
    assert [one["name"] for one in rows] == ["北区", "計"]
    assert rows[0] == {
        "fiscal_year": "2026", "group": "区", "code": "271276", "name": "北区", "received": "7",
        "ended": "3", "in_time": "2", "in_time_rate": "50", "mean_days": "10.7", "median_days": "14",
        "handed_over": "2", "handovers": "3", "handovers_per_case": "0.43", "follow_ups": "1",
        "still_open": "3", "overdue": "1", "transferred": "1", "judged": "2",
        "handled_properly_rate": "50",
    }  # fmt: skip
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(at_osaka.get(PAGE, {"group": "month", "format": "xlsx"}).getvalue())
    )
    cells = book.get_sheet_by_name("consultations_2026_month").to_python()
    assert cells[0] == list(COLUMNS)
    assert [line[2] for line in cells[1:]] == [f"2026-{month:02}" for month in range(4, 12)] + [
        "計"
    ]
    assert cells[-1][4] == 10
    definitions = book.get_sheet_by_name("項目定義").to_python()
    assert ["median_days", "解決までの日数（中央値）"] in definitions


def test_a_year_without_cases_says_so_and_offers_no_table(put, at_osaka):
    page = at_osaka.get(PAGE)

    assert "この条件に合う相談・要望は、令和8年度にはありません" in text_of(page)
    assert "<table" not in page.content.decode()
    assert csv_rows(at_osaka.get(PAGE, {"format": "csv"})) == []


def test_figures_of_samples_say_that_they_are_samples(put, at_osaka):
    put("kita", "2026-11-01")
    assert "見本値" not in text_of(at_osaka.get(PAGE))
    put("nishi", "2026-11-01", demo=True)
    assert "見本値" in text_of(at_osaka.get(PAGE))


@pytest.mark.parametrize(
    "query",
    [
        "group=person", "ward=sakai", "ward=osaka", "category=nothing", "channel=x", "month=2026-12",
        "month=2025-11", "fiscal_year=2027", "fiscal_year=2011", "fiscal_year=x", "format=pdf",
    ],
)  # fmt: skip
def test_a_condition_that_does_not_exist_is_not_found(put, at_osaka, query):
    assert at_osaka.get(f"{PAGE}?{query}").status_code == HTTPStatus.NOT_FOUND


def test_the_page_costs_the_same_however_many_cases_there_are(
    cases, put, at_osaka, django_assert_num_queries
):
    at_osaka.get(PAGE)
    with django_assert_num_queries(QUERIES):
        at_osaka.get(PAGE)
    for number in range(5):
        put("kita", "2026-10-01", days=number)
    with django_assert_num_queries(QUERIES):
        at_osaka.get(PAGE, {"group": "category"})


@pytest.mark.parametrize(
    "column", ["body", "subject", "place", "answers", "number", "passphrase_hash", "assignee_id"]
)
def test_nothing_personal_can_be_read_by_the_city(kita, column):
    with pytest.raises(ProgrammingError, match="permission denied"):
        read_ward("kita", lambda ward: _first(column))


def _first(column: str):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM consultations_consultation LIMIT 1")
        return cursor.fetchone()


def test_no_word_of_a_case_is_on_the_page_or_in_its_file(cases, at_osaka):
    for query in ({}, {"format": "csv"}, {"group": "category"}):
        got = at_osaka.get(PAGE, query).getvalue().decode()
        assert "ひみつ" not in got
        assert "R08-" not in got


def test_what_is_measured_is_what_the_wards_hold(at_osaka, city):
    """`./dev bench` writes cases with SQL of its own: it must keep step with the tables."""
    days = [clock.today() - timedelta(days=number) for number in range(1, 6)]
    year = fiscal_year_of(days[0])
    with many_cases(of_a_ward=5):
        page = at_osaka.get(PAGE, {"fiscal_year": year})

    assert cells_of(page, "計")[0] == str(24 * sum(fiscal_year_of(day) == year for day in days))
