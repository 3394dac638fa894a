"""Rules of terms and of the 公募, at their boundaries."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from councils.forum.call_states import CallDates, call_state, reasons_not_to_apply
from councils.forum.choices import AgeBand, CallState
from councils.forum.member_rules import reasons_no_seat, share, term_span, vacancies
from councils.forum.recruitment_rules import (
    Applicant,
    Conditions,
    age_on,
    essay_fault,
    reasons_not_to_take,
)
from councils.forum.services.results import age_band_of
from councils.forum.services.screening import mean_of

DAY = date(2027, 10, 1)
OPENS = datetime(2027, 6, 1, 0, 0, tzinfo=UTC)
CLOSES = datetime(2027, 6, 30, 8, 30, tzinfo=UTC)


def test_a_term_runs_two_years_from_october():
    assert term_span(2023) == (date(2023, 10, 1), date(2025, 9, 30))


def test_seats_are_free_or_taken():
    assert vacancies({"public": 5, "bodies": 2}, {"public": 3, "bodies": 2}) == {
        "public": 2,
        "bodies": 0,
    }
    assert reasons_no_seat("公募", 5, 4) == []
    assert reasons_no_seat("公募", 5, 5) == ["「公募」の定数5人は、すでに埋まっています。"]


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(1, 3, "33.3"), (1, 8, "12.5"), (1, 16, "6.3"), (0, 4, "0.0")]
)
def test_a_share_is_told_to_one_decimal(part, whole, percent):
    assert share(part, whole) == Decimal(percent)


def test_a_share_of_nobody_is_not_told():
    assert share(0, 0) is None


@pytest.mark.parametrize(
    ("birth_on", "age"),
    [
        (date(2009, 10, 1), 18),
        (date(2009, 10, 2), 17),
        (date(2008, 2, 29), 19),
    ],
)
def test_an_age_is_reached_on_the_birthday(birth_on, age):
    assert age_on(birth_on, DAY) == age


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"birth_on": date(2009, 10, 2)}, "birth_on"),
        ({"birth_on": date(2028, 1, 1)}, "birth_on"),
        ({"birth_on": date(1800, 1, 1)}, "birth_on"),
        ({"other_posts": 3}, "other_posts"),
        ({"essay": "字" * 801}, "essay"),
        ({"essay": "\n"}, "essay"),
        ({"is_assembly_member": True}, "is_assembly_member"),
        ({"is_city_employee": True}, "is_city_employee"),
        ({"has_gang_ties": True}, "has_gang_ties"),
    ],
)
def test_each_condition_is_told_at_its_field(said, field):
    fine = {"birth_on": date(2009, 10, 1), "essay": "字" * 800, "other_posts": 2}

    assert reasons_not_to_take(Conditions(DAY), Applicant(**fine)) == {}
    assert list(reasons_not_to_take(Conditions(DAY), Applicant(**{**fine, **said}))) == [field]


@pytest.mark.parametrize(
    ("birth_on", "taken"), [(date(1956, 10, 2), True), (date(1956, 10, 1), False)]
)
def test_a_ward_may_set_an_upper_age(birth_on, taken):
    reasons = reasons_not_to_take(Conditions(DAY, most_age=70), Applicant(birth_on, "字"))

    assert (reasons == {}) is taken


@pytest.mark.parametrize(("terms", "taken"), [(1, True), (2, False)])
def test_terms_in_a_row_may_be_limited(terms, taken):
    applicant = Applicant(date(1980, 1, 1), "字", terms_before=terms)

    assert (reasons_not_to_take(Conditions(DAY, most_terms=2), applicant) == {}) is taken


def test_line_ends_of_an_essay_are_not_counted():
    assert essay_fault("字" * 400 + "\r\n\r\n" + "字" * 400, 800) == ""
    assert essay_fault("字" * 801, 800) == "小論文は800字以内で入力してください（今は801字です）。"


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (OPENS - timedelta(seconds=1), CallState.COMING),
        (OPENS, CallState.OPEN),
        (CLOSES - timedelta(seconds=1), CallState.OPEN),
        (CLOSES, CallState.SCREENING),
    ],
)
def test_a_call_is_open_until_just_before_it_closes(moment, state):
    assert call_state(CallDates(OPENS, OPENS, CLOSES, is_decided=False), moment) == state


def test_a_call_that_nobody_has_seen_or_that_is_decided_takes_nothing():
    draft = call_state(CallDates(None, OPENS, CLOSES, is_decided=False), OPENS)
    decided = call_state(CallDates(OPENS, OPENS, CLOSES, is_decided=True), OPENS)

    assert (draft, decided) == (CallState.DRAFT, CallState.DECIDED)
    assert reasons_not_to_apply(draft, "朝", "夕") == ["受付は、朝からです。"]
    assert reasons_not_to_apply(decided, "朝", "夕") == ["受付は、夕に終わりました。"]
    assert reasons_not_to_apply(CallState.OPEN, "朝", "夕") == []


@pytest.mark.parametrize(
    ("totals", "mean"),
    [([15, 16], "15.5"), ([15, 15, 16], "15.3"), ([1, 1, 1, 2, 2, 2, 2, 2], "1.6")],
)
def test_a_mean_of_points_is_rounded_half_up(totals, mean):
    assert mean_of(totals) == Decimal(mean)


def test_no_points_have_no_mean():
    assert mean_of([]) is None
    assert mean_of([9, 9, 9, 10]) == Decimal("9.3")


@pytest.mark.parametrize(
    ("birth_on", "band"),
    [
        (date(1997, 10, 2), AgeBand.UNDER_30),
        (date(1997, 10, 1), AgeBand.THIRTIES),
        (date(1957, 10, 2), AgeBand.SIXTIES),
        (date(1957, 10, 1), AgeBand.FROM_70),
        (None, AgeBand.NOT_GIVEN),
    ],
)
def test_an_age_falls_into_its_band(birth_on, band):
    assert age_band_of(birth_on, DAY) == band
