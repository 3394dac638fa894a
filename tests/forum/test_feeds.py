"""What is subscribed to: the calendar of the ward and the feed of what is new."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from icalendar import Calendar

from councils.forum.models import MemberCall
from wards import clock

from .conftest import add_session
from .published import SECRET, announced, answer, held, read, say

LONG_NAME = "🎉" + "長い会議室の名前𠮷" * 13


@pytest.fixture(autouse=True)
def now(at):
    """It is 1 September 2026, seven weeks after the first session."""
    return at("2026-09-01 10:00")


@pytest.fixture
def reader(kita, client_at):
    """Somebody who reads the pages of 北区."""
    return client_at("kita")


def events_of(client) -> list:
    """Return the events of the ward's calendar, as a phone reads them."""
    return Calendar.from_ical(client.get("/forum/calendar.ics").content).walk("VEVENT")


def items_of(client) -> list:
    """Return the items of the feed, as a reader reads them."""
    return ElementTree.fromstring(client.get("/forum/feed.xml").content).findall("channel/item")


def add_call(term, title, **more):
    """Store a call for members that is open."""
    fields = {
        "seats": 2,
        "opens_at": clock.now() - timedelta(days=3),
        "closes_at": clock.now() + timedelta(days=20),
        "reference_on": term.valid_from,
        "theme": "これからの区政",
        "published_at": clock.now() - timedelta(days=10),
        **more,
    }
    return MemberCall.objects.create(term=term, title=title, **fields)


# --- the calendar ---


def test_the_calendar_holds_announced_sessions_as_they_are_planned(reader, term):
    session = announced(add_session(term, "2026-11-20 19:00"))
    add_session(term, "2026-12-20 19:00", number=2, place=SECRET)

    (event,) = events_of(reader)

    assert str(event["uid"]).startswith(f"{session.uid}@kita.")
    assert event["dtstart"].dt == session.starts_at
    assert event["dtend"].dt == session.planned_end_at
    assert str(event["summary"]) == "北区 区政会議（令和8年度第1回）"
    assert str(event["status"]) == "CONFIRMED"
    assert str(event["url"]).endswith(f"/forum/sessions/{session.pk}/")
    response = reader.get("/forum/calendar.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"


def test_a_session_called_off_stays_in_the_calendar_under_its_uid(reader, session):
    announced(session)
    before = events_of(reader)[0]["uid"]
    session.cancelled_at = clock.now()
    session.cancel_reason = "大雨のため"
    session.sequence = 1
    session.save()

    (event,) = events_of(reader)

    assert event["uid"] == before
    assert str(event["status"]) == "CANCELLED"
    assert event["sequence"] == 1
    assert "大雨のため" in event["description"]


def test_emoji_and_long_names_fold_and_come_back_whole(reader, term):
    note = "🎉" + "案内の文です。𠮷" * 40
    assert len(note) >= 300
    announced(add_session(term, place=LONG_NAME, note=note + "\n二行目, ;と\\"))

    content = reader.get("/forum/calendar.ics").content
    (event,) = events_of(reader)

    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert str(event["location"]) == LONG_NAME
    assert note + "\n二行目, ;と\\" in str(event["description"])


def test_a_calendar_of_a_ward_without_sessions_is_a_calendar(reader, kita):
    assert events_of(reader) == []


def test_the_calendar_costs_the_same_for_few_and_many(reader, term, django_assert_max_num_queries):
    for number in range(1, 13):
        announced(add_session(term, f"2026-10-{number:02} 19:00", number=number))
    with django_assert_max_num_queries(4):
        assert len(events_of(reader)) == 12


# --- the feed ---


def test_the_feed_tells_of_sessions_minutes_answers_and_calls(reader, term, session, officer):
    held(session, actor=officer)
    opinion = say(session, officer)
    answer(opinion, officer)
    add_call(term, "第8期委員の公募")

    items = items_of(reader)

    assert {item.findtext("category") for item in items} == {
        "開催", "会議録", "意見への対応", "委員の公募"
    }  # fmt: skip
    moments = [item.findtext("pubDate") for item in items]
    assert len(set(moments)) == 4
    assert items[0].findtext("title") == "委員の公募：第8期委員の公募"
    assert any(link.endswith(f"/forum/opinions/{opinion.pk}/") for link in map(_link, items))
    assert len({item.findtext("guid") for item in items}) == 4


def _link(item) -> str:
    return item.findtext("link")


def test_the_feed_tells_nothing_that_is_not_known(reader, term, session, officer):
    announced(session)
    answer(say(session, officer, title=SECRET), officer, "approved")
    answer(say(session, officer, title=SECRET), officer, "withdrawn")
    add_call(term, SECRET, published_at=None)
    add_call(term, SECRET, opens_at=clock.now() + timedelta(days=1))
    add_session(term, "2026-12-20 19:00", number=2, place=SECRET)

    assert len(items_of(reader)) == 1
    assert SECRET not in read(reader, "/forum/feed.xml")


def test_a_session_called_off_is_news_of_its_own(reader, session):
    announced(session, cancelled_at=clock.now(), cancel_reason="大雨のため")

    (told,) = items_of(reader)

    assert told.findtext("title") == "中止：区政会議（令和8年度第1回）"
    assert "大雨のため" in told.findtext("description")


def test_a_late_cancellation_is_told_whatever_was_announced_since(reader, term):
    announced(
        add_session(term, "2026-09-02 19:00"), cancelled_at=clock.now(), cancel_reason="大雨のため"
    )
    for number in range(2, 36):
        announced(add_session(term, "2026-09-10 19:00", number=number))

    titles = [item.findtext("title") for item in items_of(reader)]

    assert titles[0] == "中止：区政会議（令和8年度第1回）"
    assert len(titles) == 30


def test_made_up_news_says_so_in_its_title(reader, term, session, officer):
    session.is_demo = True
    held(session, actor=officer)
    announced(
        add_session(term, "2026-10-02 19:00", number=2, is_demo=True),
        cancelled_at=clock.now(), cancel_reason="大雨のため",
    )  # fmt: skip
    answer(say(session, officer, is_demo=True), officer)
    add_call(term, "見本の公募", is_demo=True)

    titles = [item.findtext("title") for item in items_of(reader)]

    assert len(titles) == 5
    assert all(title.startswith("【見本】") for title in titles)


@pytest.mark.parametrize("title", ["🎉𠮷", "<b>&\"'", "]]>"])
def test_the_feed_can_be_read_whatever_a_title_holds(reader, session, officer, title):
    announced(session)
    answer(say(session, officer, title=title), officer)

    assert f"意見への対応：{title}" in [item.findtext("title") for item in items_of(reader)]


def test_the_feed_is_short_and_costs_the_same(reader, term, officer, django_assert_max_num_queries):
    session = announced(add_session(term))
    for _ in range(40):
        answer(say(session, officer), officer)
    with django_assert_max_num_queries(8):
        assert len(items_of(reader)) == 30


def test_open_calls_stand_on_the_first_page(reader, term):
    add_call(term, "第8期委員の公募")
    add_call(
        term,
        SECRET,
        closes_at=timezone.now() - timedelta(days=4000),
        opens_at=timezone.now() - timedelta(days=4100),
    )

    page = read(reader, "/forum/")

    assert "第8期委員の公募" in page
    assert SECRET not in page
