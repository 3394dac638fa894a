"""How often one client may hand something in, and what happens when nobody can count."""

import ipaddress
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from osaka_kusei import environment
from wards.intake import turns
from wards.intake.models import SubmissionWindow
from wards.intake.turns import (
    PER_WINDOW,
    PER_WINDOW_OF_MANY,
    Turn,
    allowance,
    client_digest,
    come_back_later,
    forget_old_windows,
    give_back,
    take_turn,
    turn_of,
)

NOON = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def from_address(address: str, **more):
    return RequestFactory().post("/", REMOTE_ADDR=address, **more)


def take(times: int, digest="a", now=NOON, **more) -> list[bool]:
    return [take_turn(digest, now=now, **more).allowed for _ in range(times)]


def test_the_sixth_submission_in_ten_minutes_waits_for_the_rest_of_them(kita):
    assert take(5) == [True] * 5

    assert take_turn("a", now=NOON + timedelta(minutes=4)) == Turn(False, 360)
    assert take_turn("a", now=NOON + timedelta(minutes=9, seconds=59.5)) == Turn(False, 1)
    assert take_turn("a", now=NOON + timedelta(minutes=10)) == Turn(True)
    assert take(5, now=NOON + timedelta(minutes=10)) == [True] * 4 + [False]


def test_a_refusal_does_not_prolong_the_wait(kita):
    take(50, now=NOON)
    take(50, now=NOON + timedelta(minutes=9))

    assert take_turn("a", now=NOON + timedelta(minutes=10)).allowed


def test_one_client_does_not_use_up_the_turns_of_another(kita):
    take(6, "a")

    assert take(5, "b") == [True] * 5


def test_the_ward_as_a_whole_takes_so_many_and_no_more(kita):
    allowed = [take_turn(str(number), now=NOON, ward_limit=3).allowed for number in range(5)]

    assert allowed == [True, True, True, False, False]


def test_wards_count_apart(enter):
    enter("kita")
    take(6)
    enter("nishi")

    assert take(1) == [True]


def test_counting_is_one_statement(kita):
    with CaptureQueriesContext(connection) as asked:
        take(1)

    statements = [query["sql"].split()[0] for query in asked.captured_queries]
    assert [word for word in statements if word not in {"SET", "SAVEPOINT", "RELEASE"}] == [
        "INSERT"
    ]


def test_a_clock_that_was_set_back_shuts_nobody_out(kita):
    take(6, now=NOON + timedelta(hours=3))

    assert take(1, now=NOON) == [True]


def test_two_processes_whose_clocks_differ_by_a_breath_count_on(kita):
    take(5, now=NOON)

    assert take(1, now=NOON - timedelta(milliseconds=5)) == [False]


def test_who_cannot_be_counted_is_let_through(kita, monkeypatch):
    take(6)
    monkeypatch.setattr(turns, "_COUNT", "SELECT * FROM no_such_table")

    assert take_turn("a", now=NOON) == Turn(True)
    # The transaction around it goes on.
    assert SubmissionWindow.objects.count() == 2


def test_a_table_that_is_missing_lets_through_too(city):
    assert take(9) == [True] * 9


def test_an_address_is_never_kept(kita):
    turn_of(from_address("203.0.113.9"))

    row = SubmissionWindow.objects.exclude(client_digest="").get()
    assert len(row.client_digest) == 64
    assert "203" not in str(row)
    with connection.cursor() as cursor:
        cursor.execute("SELECT w::text FROM ward_intake_submissionwindow w")
        assert not any("203.0.113" in text for (text,) in cursor.fetchall())


def test_the_code_of_an_address_is_another_one_in_another_ward(enter):
    enter("kita")
    in_kita = client_digest(from_address("203.0.113.9"))
    enter("nishi")

    assert client_digest(from_address("203.0.113.9")) != in_kita


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.9", "203.0.113.9", True),
        ("203.0.113.9", "203.0.113.10", False),
        ("203.0.113.9", "::ffff:203.0.113.9", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("", "unknown", False),
    ],
)
def test_a_household_is_one_client(kita, one, other, same):
    assert (client_digest(from_address(one)) == client_digest(from_address(other))) is same


def test_a_client_cannot_choose_its_address(kita):
    honest = client_digest(from_address("203.0.113.9"))

    assert (
        client_digest(from_address("203.0.113.9", headers={"x-forwarded-for": "1.2.3.4"})) == honest
    )


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("198.51.100.7", PER_WINDOW_OF_MANY),
        ("2001:db8:5::1", PER_WINDOW_OF_MANY),
        ("198.51.101.7", PER_WINDOW),
        ("unknown", PER_WINDOW),
    ],
)
def test_a_school_may_send_more_than_a_household(settings, address, expected):
    settings.SHARED_CLIENT_ADDRESSES = [
        ipaddress.ip_network("198.51.100.0/24"), ipaddress.ip_network("2001:db8:5::/48"),
    ]  # fmt: skip

    assert allowance(from_address(address)) == expected


def test_thirty_pupils_send_from_one_address(kita, settings):
    settings.SHARED_CLIENT_ADDRESSES = [ipaddress.ip_network("198.51.100.0/24")]
    request = from_address("198.51.100.7")

    assert [turn_of(request).allowed for _ in range(31)] == [True] * 30 + [False]


def test_who_sends_what_nobody_can_have_read_gets_a_third_of_the_turns(kita, settings):
    request = from_address("203.0.113.9")
    assert [turn_of(request, in_doubt=True).allowed for _ in range(3)] == [True, True, False]
    assert turn_of(request).allowed

    settings.SHARED_CLIENT_ADDRESSES = [ipaddress.ip_network("198.51.100.0/24")]
    assert allowance(from_address("198.51.100.7"), in_doubt=True) == PER_WINDOW_OF_MANY


def test_another_purpose_neither_eats_turns_nor_knows_the_client_by_the_same_code(kita):
    request = from_address("203.0.113.9")
    assert client_digest(request, "track") != client_digest(request)
    for _ in range(9):
        take_turn(client_digest(request, "track"), purpose="track", ward_limit=5, now=NOON)

    assert take(1, client_digest(request), ward_limit=5) == [True]
    assert not take_turn("b", purpose="track", ward_limit=5, now=NOON).allowed


def test_a_turn_that_was_no_use_of_it_is_given_back(kita):
    for _ in range(20):
        assert take_turn("a", now=NOON).allowed
        give_back("a")

    assert take(6) == [True] * 5 + [False]


def test_a_shared_address_that_is_none_stops_the_start(monkeypatch):
    monkeypatch.setenv("SHARED_CLIENT_ADDRESSES", "198.51.100.0/24, school")

    with pytest.raises(ImproperlyConfigured, match="school"):
        environment.networks("SHARED_CLIENT_ADDRESSES")


def test_the_page_for_the_impatient_says_when_to_come_back_and_that_nothing_is_lost():
    response = come_back_later(Turn(False, 360))

    assert response.status_code == 429
    assert response["Retry-After"] == "360"
    page = response.content.decode()
    assert "10分ほどたってから" in page
    assert "入力した内容は、前のページに残っています" in page


def test_windows_are_forgotten_when_they_no_longer_count(kita):
    take(1, "old", now=NOON - timedelta(hours=1))
    take(1, "new", now=NOON)

    assert forget_old_windows(NOON + timedelta(minutes=9)) == 1
    assert set(SubmissionWindow.objects.values_list("client_digest", flat=True)) == {"", "new"}
