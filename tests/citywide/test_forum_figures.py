"""区政会議 of 24 wards: what is counted in a year, how it adds up, its files, and the calendar."""

import csv
import io
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.db import connection
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar
from python_calamine import CalamineWorkbook

from councils.city.models import BureauRequest, RequestRule
from councils.forum.calendar_file import OSAKA, SessionEntry, calendar_of, last_change, summary_of
from councils.forum.choices import MemberCategory
from councils.forum.models import (
    Adviser,
    Attendance,
    ForumMember,
    ForumSession,
    ForumTerm,
    Minutes,
    Opinion,
    Response,
    Subcommittee,
)
from osaka_kusei.citywide.forum_figures import ForumFigures, share, total_of
from osaka_kusei.citywide.forum_page import TABLES
from osaka_kusei.citywide.forum_reading import read_forums
from osaka_kusei.citywide.reading import read_each_ward
from wards import clock
from wards.models import Ward
from wards.text import search_key

TODAY = date(2026, 11, 25)


def moment(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture(autouse=True)
def today(monkeypatch, city):
    monkeypatch.setattr(clock, "now", lambda: moment("2026-11-25 10:00"))
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def add_session(term, starts, *, held=True, **more):
    begins = moment(starts)
    fields = {
        "kind": "plenary", "fiscal_year": 2026, "number": 1, "place": "402会議室", "observers": 10,
        "desk_minutes": 30, "contact": "地域課", "papers_due_on": TODAY,
        "announced_at": begins - timedelta(days=20), **more,
    }  # fmt: skip
    ends = begins + timedelta(hours=2)
    if held:
        fields |= {"began_at": begins, "ended_at": ends}
    return ForumSession.objects.create(term=term, starts_at=begins, planned_end_at=ends, **fields)


@pytest.fixture
def kita_forum(enter, hire):
    """北区 in 令和8年度: two sessions held, one cancelled, four members, five opinions."""
    enter("kita")
    officer = hire("kita", "officer")
    term = ForumTerm.objects.create(
        number=7, valid_from=date(2025, 10, 1), valid_to=date(2027, 9, 30),
        seats_bodies=2, seats_experts=0, seats_public=1,
    )  # fmt: skip
    members = [
        ForumMember.objects.create(
            term=term, name=name, name_key=search_key(name), category=category, reason="推薦",
            valid_from=term.valid_from, valid_to=last,
        )
        for name, category, last in (
            ("見本 一", MemberCategory.BODIES, term.valid_to),
            ("見本 二", MemberCategory.BODIES, term.valid_to),
            ("見本 三", MemberCategory.PUBLIC, term.valid_to),
            # Released the day before: no member any more.
            ("見本 四", MemberCategory.PUBLIC, TODAY - timedelta(days=1)),
        )
    ]  # fmt: skip
    plenary = add_session(term, "2026-07-10 19:00")
    part = Subcommittee.objects.create(term=term, name="防災部会", valid_from=term.valid_from)
    small = add_session(term, "2026-08-03 22:30", kind="subcommittee", subcommittee=part)
    add_session(
        term, "2026-09-01 19:00", held=False, number=2, cancelled_at=moment("2026-08-30 09:00"),
        cancel_reason="台風のため", sequence=1, changed_at=moment("2026-08-30 09:00"),
    )  # fmt: skip
    adviser = Adviser.objects.create(name="見本 議員", valid_from=date(2023, 4, 30))
    for member, attending in zip(members, ("on_site", "online", "absent", ""), strict=True):
        Attendance.objects.create(
            session=plenary, kind="member", member=member, attending=attending
        )
    Attendance.objects.create(session=plenary, kind="adviser", adviser=adviser, attending="on_site")
    Attendance.objects.create(session=plenary, kind="city", post="地域課長", attending="on_site")
    Minutes.objects.create(
        session=plenary, saved_by=officer, saved_at=clock.now(), confirmed_by=officer,
        # 00:30 in Osaka is still the day before in Greenwich.
        confirmed_at=clock.now(), published_at=moment("2026-08-10 00:30"), published_by=officer,
    )  # fmt: skip
    # (due, class, state, published)
    for number, (due_on, response_class, state, published_at) in enumerate(
        (
            (date(2026, 9, 8), "this_year", "published", "2026-09-08 23:59"),
            (date(2026, 9, 8), "cannot", "published", "2026-09-09 00:00"),
            (date(2026, 11, 24), "later", "approved", None),
            (date(2026, 11, 25), "heard", "draft", None),
            (date(2026, 9, 8), "heard", "withdrawn", "2026-08-01 09:00"),
        ),
        1,
    ):
        opinion = Opinion.objects.create(
            fiscal_year=2026, number=number, source="session", session=plenary, due_on=due_on,
            received_on=date(2026, 7, 10), title="見出し", text="要旨", section="地域課",
            registered_by=officer, closed_on=date(2026, 10, 1) if number == 1 else None,
            closing="済んだ。" if number == 1 else "",
        )  # fmt: skip
        Response.objects.create(
            opinion=opinion, response_class=response_class, text="対応します。", reason="理由",
            state=state, written_by=officer, written_at=clock.now(), approved_by=officer,
            approved_at=clock.now(), published_at=published_at and moment(published_at),
            withdrawn_at=clock.now() if state == "withdrawn" else None,
            withdrawn_reason="誤り" if state == "withdrawn" else "",
        )  # fmt: skip
    for number, sent_on in ((1, date(2026, 11, 1)), (2, date(2026, 3, 31))):
        BureauRequest.objects.create(
            from_ward=Ward.objects.get(slug="kita"), kind="request", opinion_id=number, title="件名",
            opinion_label=f"R08-000{number}", text="本文", sent_on=sent_on, sent_by_name="北野 花子",
            rule=RequestRule.objects.first(), due_on=sent_on + timedelta(days=30),
        )  # fmt: skip
    enter("osaka")
    return plenary, small


# --- arithmetic -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (0, 0, None),
        (0, 7, "0.0"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 8, "12.5"),
        # 0.05 is rounded up, not to the even digit.
        (1, 2000, "0.1"),
        (3, 2000, "0.2"),
        (7, 7, "100.0"),
    ],
)
def test_a_share_is_rounded_half_up_to_a_tenth(part, whole, percent):
    assert share(part, whole) == (percent and Decimal(percent))


def test_shares_and_means_of_a_total_are_those_of_everything_together():
    total = total_of(
        [
            ForumFigures(
                plenaries=2, attended=1, expected=2, members=4, members_public=1, seats=10,
                seats_public=5, minutes_published=1, minutes_days=10, minutes_open=1,
                minutes_longest_wait=40, opinions=3, this_year=1, in_time=1, late_open=1,
            ),
            ForumFigures(
                plenaries=1, attended=9, expected=10, minutes_published=3, minutes_days=3,
                minutes_longest_wait=90, opinions=1, heard=1, late_answers=1,
            ),
        ]
    )  # fmt: skip

    assert (total.sessions, total.attendance_rate) == (3, Decimal("83.3"))
    assert (total.public_member_rate, total.public_seat_rate) == (Decimal(25), Decimal(50))
    # 13 days of four sessions, and no mean of means; the longest wait is the longest of all.
    assert (total.minutes_mean_days, total.minutes_longest_wait) == (Decimal("3.3"), 90)
    assert (total.answered, total.unanswered) == (2, 2)
    assert (total.fallen_due, total.in_time_rate) == (3, Decimal("33.3"))


def test_of_nothing_there_is_no_rate():
    none = total_of([])

    assert none == ForumFigures()
    assert {
        none.attendance_rate,
        none.public_member_rate,
        none.public_seat_rate,
        none.minutes_mean_days,
        none.in_time_rate,
    } == {None}


@pytest.mark.parametrize(
    ("plenaries", "seats", "year_is_over", "is_short"),
    [
        (0, 20, True, True), (1, 20, True, True), (2, 20, True, False), (1, 20, False, False),
        (0, 20, False, False),
        # No term was in force on the last day: the year is not recorded.
        (0, 0, True, False), (1, 0, True, False),
    ],
)  # fmt: skip
def test_fewer_than_two_plenaries_are_marked_once_a_recorded_year_is_over(
    plenaries, seats, year_is_over, is_short
):
    figures = ForumFigures(plenaries=plenaries, subcommittees=5, seats=seats)

    assert figures.is_short(year_is_over=year_is_over) is is_short


@pytest.mark.parametrize(
    ("figures", "year_is_over", "is_unrecorded"),
    [
        (ForumFigures(), True, True),
        (ForumFigures(), False, False),
        (ForumFigures(seats=20), True, False),
        (ForumFigures(subcommittees=1), True, False),
    ],
)
def test_a_year_of_which_nothing_is_recorded_is_no_year_without_sessions(
    figures, year_is_over, is_unrecorded
):
    assert figures.is_unrecorded(year_is_over=year_is_over) is is_unrecorded


# --- reading ----------------------------------------------------------------------------------------


def test_each_figure_of_a_ward_is_counted_by_its_rule(kita_forum):
    figures = read_forums(2026, TODAY)

    assert len(figures) == 24
    assert figures["kita"] == ForumFigures(
        plenaries=1, subcommittees=1, attended=2, expected=3, members=3, members_public=1,
        seats=3, seats_public=1, minutes_published=1, minutes_days=31, minutes_open=1,
        # The session of 3 August went on past midnight.
        minutes_longest_wait=113, opinions=5, this_year=1, cannot=1, in_time=1, late_answers=1,
        late_open=2, open_opinions=4,
    )  # fmt: skip
    assert figures["nishi"] == ForumFigures()
    assert read_forums(2025, TODAY)["kita"] == ForumFigures(
        members=4, members_public=2, seats=3, seats_public=1
    )


def test_a_page_asks_each_ward_one_question(kita_forum, client_at):
    with CaptureQueriesContext(connection) as asked:
        assert client_at("osaka").get("/forum/").status_code == HTTPStatus.OK

    assert sum("ward_forum_forumsession" in one["sql"] for one in asked) == 24
    # Entering a ward is one statement more; the rest is the city's own.
    assert len(asked) <= 24 * 3 + 15


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT name FROM ward_forum_forummember",
        "SELECT email FROM ward_forum_forummember",
        "SELECT name FROM ward_forum_adviser",
        "SELECT text FROM ward_forum_opinion",
        "SELECT text FROM ward_forum_response",
        "SELECT body FROM ward_forum_minutes",
        "SELECT text FROM public.council_city_bureaurequest",
    ],
)
def test_the_city_cannot_read_names_or_words_of_a_ward(city, statement):
    def look(ward: Ward):
        with connection.cursor() as cursor:
            cursor.execute(statement)

    with pytest.raises(ProgrammingError, match="permission denied"):
        read_each_ward(look)


# --- the page ---------------------------------------------------------------------------------------


def file_of(client, query: str) -> list[dict]:
    content = client.get(f"/forum/?{query}&format=csv").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_the_page_and_its_files_tell_the_same(kita_forum, client_at):
    client = client_at("osaka")
    page = client.get("/forum/")
    assert "区政会議の状況（令和8年度）" in text_of(page)
    assert "//kita.localhost/forum/" in page.content.decode()
    [kita] = [line for line in page.context["page"].lines if line.ward == "北区"]
    assert (kita.requests.sent, kita.requests.waiting) == (1, 2)

    for table, (_, columns) in TABLES.items():
        rows = file_of(client, f"fiscal_year=2026&table={table}")
        assert list(rows[0]) == ["fiscal_year", "code6", "ward", *columns]
        assert (len(rows), rows[-1]["ward"]) == (25, "計")
    every = file_of(client, "fiscal_year=R8")
    of_kita = next(row for row in every if row["ward"] == "北区")
    assert (of_kita["attendance_rate"], of_kita["minutes_mean_days"]) == ("66.7", "31")
    assert (of_kita["in_time_rate"], of_kita["requests_sent"]) == ("25", "1")
    [unnamed, total] = file_of(client, "table=requests")
    assert (unnamed["bureau"], unnamed["sent"], unnamed["days_0_30"], unnamed["days_over_90"]) == (
        "（担当局の決定待ち）", "1", "1", "1",
    )  # fmt: skip
    assert total["bureau"] == "計"


def test_a_workbook_names_its_columns_and_its_notes(kita_forum, client_at):
    content = client_at("osaka").get("/forum/?table=members&format=xlsx").getvalue()

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    header, *rows = book.get_sheet_by_index(0).to_python()
    kita = dict(zip(header, next(row for row in rows if row[2] == "北区"), strict=True))
    assert (kita["members"], kita["members_public"], kita["public_member_rate"]) == (3, 1, 33.3)
    assert ["public_seat_rate", "公募の定数の割合（％）"] in book.get_sheet_by_index(1).to_python()


def test_wards_that_held_fewer_than_two_are_marked_in_a_year_that_is_over(
    kita_forum, client_at, enter
):
    enter("nishi")
    term = ForumTerm.objects.create(
        number=1, valid_from=date(2025, 4, 1), valid_to=date(2027, 3, 31),
        seats_bodies=1, seats_experts=1, seats_public=1,
    )  # fmt: skip
    for number, starts in ((1, "2025-07-01 19:00"), (2, "2026-02-01 19:00")):
        add_session(term, starts, number=number, fiscal_year=2025)
    enter("osaka")
    client = client_at("osaka")

    over, running = client.get("/forum/?fiscal_year=2025"), client.get("/forum/")

    short = {line.ward for line in over.context["page"].short_wards}
    assert short == {"北区"}
    assert over.content.decode().count('<span class="badge">2回未満</span>') == 1
    assert over.content.decode().count('<span class="badge">記録なし</span>') == 22
    assert '<span class="badge">' not in running.content.decode()
    assert running.context["page"].short_wards == []
    rows = {row["ward"]: row["short"] for row in file_of(client, "fiscal_year=2025&table=sessions")}
    assert (rows["北区"], rows["西区"], rows["計"]) == ("2回未満", "", "")
    assert rows["中央区"] == "記録なし"


def test_made_up_rows_are_told_beside_the_figures(kita_forum, client_at, enter):
    client = client_at("osaka")
    assert "見本値" not in text_of(client.get("/forum/"))
    enter("nishi")
    ForumTerm.objects.create(
        number=1, valid_from=date(2025, 4, 1), valid_to=date(2027, 3, 31), is_demo=True,
        seats_bodies=1, seats_experts=1, seats_public=1,
    )  # fmt: skip
    enter("osaka")

    assert "見本値：" in client.get("/forum/").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "fiscal_year=2010", "fiscal_year=2027", "fiscal_year=9999", "fiscal_year=0", "fiscal_year=x",
        "fiscal_year=99999999999999999999", "fiscal_year=%EF%BC%90", "format=exe", "table=x&format=csv",
    ],
)  # fmt: skip
def test_a_year_or_table_that_there_is_not_is_no_page(city, client_at, query):
    assert client_at("osaka").get(f"/forum/?{query}").status_code == HTTPStatus.NOT_FOUND


def test_only_reading_is_answered(city, client_at):
    for address in ("/forum/", "/forum/calendar.ics"):
        status = client_at("osaka").post(address).status_code
        assert status == HTTPStatus.METHOD_NOT_ALLOWED


# --- the calendar -----------------------------------------------------------------------------------


def entry(**changed) -> SessionEntry:
    values = {
        "uid": "0e1c@kita.localhost", "sequence": 3,
        "starts_at": moment("2026-07-10 19:00"), "ends_at": moment("2026-07-10 21:00"),
        "summary": "北区 区政会議（令和8年度第2回）", "place": "北区役所 402会議室",
        "url": "https://kita.example.jp/forum/sessions/7/", "changed_at": moment("2026-06-01 09:00"),
    }  # fmt: skip
    return SessionEntry(**{**values, **changed})


def events_in(content: bytes):
    return Calendar.from_ical(content).walk("VEVENT")


def test_a_calendar_says_when_where_and_which_version():
    content = calendar_of([entry()], "北区 区政会議")

    calendar = Calendar.from_ical(content)
    assert (str(calendar["name"]), str(calendar["version"])) == ("北区 区政会議", "2.0")
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Tokyo"]
    assert b"DTSTART;TZID=Asia/Tokyo:20260710T190000\r\n" in content
    assert b"DTEND;TZID=Asia/Tokyo:20260710T210000\r\n" in content
    assert b"DTSTAMP:20260601T000000Z\r\n" in content
    assert b"LAST-MODIFIED:20260601T000000Z\r\n" in content
    [event] = events_in(content)
    assert (str(event["uid"]), event["sequence"], str(event["status"])) == (
        "0e1c@kita.localhost", 3, "CONFIRMED",
    )  # fmt: skip
    assert str(event["url"]) == "https://kita.example.jp/forum/sessions/7/"


@pytest.mark.parametrize(
    "place",
    [
        "とても長い名前の会館、" * 30 + "第1会議室",
        "集会所🎌👨‍👩‍👧‍👦「髙﨑」; 3階, 奥\\左",
        "葛󠄀城会館\n2階",
        "BEGIN:VEVENT",
    ],
)
def test_long_lines_signs_and_emoji_come_back_as_they_were(place):
    content = calendar_of([entry(place=place, description=place)], "暦" * 80)

    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert len(events_in(content)) == 1
    [event] = events_in(content)
    assert (str(event["location"]), str(event["description"])) == (place, place)


def test_a_cancelled_session_stays_and_says_so():
    [event] = events_in(calendar_of([entry(is_cancelled=True)], "暦"))

    assert str(event["status"]) == "CANCELLED"
    assert str(event["summary"]) == "【中止】北区 区政会議（令和8年度第2回）"


def test_an_empty_calendar_is_one():
    assert events_in(calendar_of([], "暦")) == []


@pytest.mark.parametrize(
    ("more", "called"),
    [
        ({}, "北区 区政会議（令和8年度第2回）"),
        ({"subcommittee": "防災部会"}, "北区 区政会議 防災部会（令和8年度第2回）"),
        ({"is_sample": True}, "北区 区政会議（令和8年度第2回）【見本】"),
    ],
)
def test_a_session_is_called_by_its_ward_part_and_number(more, called):
    assert summary_of("北区", 2026, 2, **more) == called


def test_the_last_change_is_the_latest_moment_there_is():
    first, second = moment("2026-06-01 09:00"), moment("2026-06-02 09:00")

    assert last_change(first, None, None) == first
    assert last_change(first, None, second) == second


def test_the_citys_calendar_holds_what_wards_announced_and_nothing_else(
    kita_forum, client_at, enter
):
    plenary, small = kita_forum
    enter("kita")
    add_session(plenary.term, "2027-01-20 19:00", held=False, number=3, announced_at=None)
    add_session(plenary.term, "2025-11-24 19:00", fiscal_year=2025, number=3)
    coming = add_session(plenary.term, "2027-02-01 19:00", held=False, number=4, is_demo=True)
    enter("osaka")

    answer = client_at("osaka").get("/forum/calendar.ics")

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    events = {str(event["uid"]): event for event in events_in(answer.content)}
    assert [str(event["summary"]) for event in events.values()] == [
        "北区 区政会議（令和8年度第1回）",
        "北区 区政会議 防災部会（令和8年度第1回）",
        "【中止】北区 区政会議（令和8年度第2回）",
        "北区 区政会議（令和8年度第4回）【見本】",
    ]
    one = events[f"{plenary.uid}@kita.localhost"]
    assert one.decoded("dtstart") == datetime(2026, 7, 10, 19, tzinfo=OSAKA)
    assert one.decoded("dtstamp") == moment("2026-06-20 19:00")
    assert str(one["url"]) == f"http://kita.localhost/forum/sessions/{plenary.pk}/"
    assert str(one["location"]) == "402会議室"
    assert f"{small.uid}@kita.localhost" in events
    assert f"{coming.uid}@kita.localhost" in events
    [cancelled] = [event for event in events.values() if str(event["status"]) == "CANCELLED"]
    assert (cancelled["sequence"], cancelled.decoded("dtstamp")) == (1, moment("2026-08-30 09:00"))
