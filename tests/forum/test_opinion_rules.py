"""The pure rules of the ledger at their boundaries."""

from datetime import date

import pytest
from django.http import QueryDict

from councils.forum import opinion_rules
from councils.forum.choices import OpinionState, ResponseClass
from councils.forum.ledger import Asked

DAY = date(2026, 9, 8)


def test_an_opinion_of_10_july_is_due_60_days_later():
    assert opinion_rules.due_on(date(2026, 7, 10), 60) == DAY


@pytest.mark.parametrize(
    ("due", "closed", "published", "approved", "state"),
    [
        (DAY, False, False, False, OpinionState.WAITING),
        (date(2026, 9, 7), False, False, False, OpinionState.LATE),
        (date(2026, 9, 7), False, False, True, OpinionState.APPROVED),
        (date(2026, 9, 7), False, True, False, OpinionState.ACTING),
        (date(2026, 9, 7), True, True, False, OpinionState.CLOSED),
    ],
)
def test_an_opinion_stands_as_its_steps_tell(due, closed, published, approved, state):
    assert (
        opinion_rules.opinion_state(
            due=due, closed=closed, published=published, approved=approved, day=DAY
        )
        == state
    )


@pytest.mark.parametrize(
    ("received", "words"),
    [
        (date(2026, 9, 8), "0日"),
        (date(2026, 7, 9), "61日"),
        (date(2026, 7, 8), "2か月"),
        (date(2024, 9, 9), "23か月"),
        (date(2024, 9, 8), "2年"),
        (date(2024, 8, 8), "2年1か月"),
    ],
)
def test_the_age_is_told_in_days_months_and_years(received, words):
    assert opinion_rules.age_in_words(received, DAY) == words


@pytest.mark.parametrize(
    ("response_class", "text", "reason", "has_budget", "year", "lacks"),
    [
        (ResponseClass.THIS_YEAR, "直します。", "", None, None, ""),
        (ResponseClass.THIS_YEAR, " ", "", None, None, "対応・考え方"),
        (ResponseClass.CANNOT, "できません。", "", None, None, "できない理由"),
        (ResponseClass.CANNOT, "できません。", "道路法による。", None, None, ""),
        (ResponseClass.NEXT_YEAR, "直します。", "", True, None, "予算の年度"),
        (ResponseClass.NEXT_YEAR, "直します。", "", True, 2027, ""),
    ],
)
def test_what_an_answer_lacks_is_told(response_class, text, reason, has_budget, year, lacks):
    reasons = opinion_rules.reasons_not_to_approve(
        response_class, text, reason, has_budget=has_budget, budget_year=year
    )

    assert bool(reasons) == bool(lacks)
    assert lacks in " ".join(reasons)


@pytest.mark.parametrize(
    ("closed", "published", "measures", "response_class", "reason"),
    [
        (True, True, 1, ResponseClass.THIS_YEAR, "すでに"),
        (False, False, 1, "", "対応を公表"),
        (False, True, 0, ResponseClass.THIS_YEAR, "実施したこと"),
        (False, True, 1, ResponseClass.THIS_YEAR, ""),
        (False, True, 0, ResponseClass.HEARD, ""),
    ],
)
def test_an_opinion_ends_with_a_measure_or_with_its_answer(
    closed, published, measures, response_class, reason
):
    reasons = opinion_rules.reasons_not_to_close(
        is_closed=closed,
        has_published_response=published,
        measures=measures,
        response_class=response_class,
    )

    assert bool(reasons) == bool(reason)
    assert reason in " ".join(reasons)


@pytest.mark.parametrize(
    ("address", "nonsense"),
    [
        ("", False),
        ("fiscal_year=2026&class=heard&source=talk&state=late&open=1&q=公園", False),
        ("fiscal_year=99999999999999999999", True),
        ("fiscal_year=２０２６", True),
        ("fiscal_year=-1", True),
        ("class=none", True),
        ("state=x%00", True),
        ("q=%00", True),
    ],
)
def test_an_address_is_read_and_nonsense_is_known(address, nonsense):
    assert Asked.read(QueryDict(address)).is_nonsense == nonsense


def test_an_address_says_what_was_asked_for():
    asked = Asked.read(QueryDict("fiscal_year=2026&class=heard&open=1&q=　公園  灯 "))

    assert (asked.fiscal_year, asked.response_class) == (2026, "heard")
    assert (asked.words, asked.open_only) == ("公園 灯", True)
    assert asked
    assert not Asked.read(QueryDict("other=1"))
