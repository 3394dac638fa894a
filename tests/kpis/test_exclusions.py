"""参考数値: judged and shown, but not counted."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.exclusions import given_part, reference_reason, respondents_reason
from kpis.progress import NOT_ON_TRACK, ON_TRACK, Judgement, judge

WRONG_SURVEY = "地域活動協議会の構成団体を対象としたアンケート結果に基づく数値でないため"
TOO_FEW = "回答者数が399名で、必要な400名に満たないため"


def judged(respondents: int | None, *, given_reason: str = "", actual: str = "40") -> Judgement:
    return judge(
        yearly={2016: Decimal(actual)},
        fiscal_year=2016,
        target=Decimal(50),
        threshold=Decimal("66.7"),
        cumulative_from=None,
        in_brackets=False,
        respondents=respondents,
        minimum_respondents=400,
        given_reason=given_reason,
        not_applicable=False,
    )


@pytest.mark.parametrize(
    ("respondents", "minimum", "given_reason", "reason"),
    [
        (399, 400, "", TOO_FEW),
        (400, 400, "", ""),
        (401, 400, "", ""),
        (0, 400, "", "回答者数が0名で、必要な400名に満たないため"),
        (1200, 1500, "", "回答者数が1,200名で、必要な1,500名に満たないため"),
        (399, None, "", ""),
        (None, 400, "", ""),
        (None, None, "", ""),
        (None, None, WRONG_SURVEY, WRONG_SURVEY),
        (400, 400, WRONG_SURVEY, WRONG_SURVEY),
        (399, 400, WRONG_SURVEY, f"{TOO_FEW}。また、{WRONG_SURVEY}"),
        (400, 400, "  ", ""),
    ],
)
def test_a_value_is_only_a_reference_for_a_reason_that_can_be_read(
    respondents, minimum, given_reason, reason
):
    assert reference_reason(respondents, minimum, given_reason) == reason


def test_bodies_are_counted_in_their_own_words():
    reason = respondents_reason(12, 20, counted_as="回答団体数", unit="団体")

    assert reason == "回答団体数が12団体で、必要な20団体に満たないため"


@pytest.mark.parametrize(("respondents", "counted"), [(399, False), (400, True), (None, True)])
def test_four_hundred_answers_are_enough_to_be_counted(respondents, counted):
    assert judged(respondents).counted is counted


def test_a_reference_value_is_judged_like_any_other():
    assert judged(312) == Judgement(
        Decimal(40),
        Decimal("80.0"),
        ON_TRACK,
        achieved=False,
        counted=False,
        reference_reason="回答者数が312名で、必要な400名に満たないため",
    )
    assert judged(312, actual="30").status == NOT_ON_TRACK
    assert judged(500, given_reason=WRONG_SURVEY, actual="50").achieved is True


@given(respondents=st.integers(0, 2_000), minimum=st.integers(1, 2_000))
def test_too_few_answers_are_fewer_than_the_minimum_and_nothing_else(respondents, minimum):
    assert bool(respondents_reason(respondents, minimum)) is (respondents < minimum)


@given(respondents=st.integers(0, 800), given_reason=st.text(max_size=40).map(str.strip))
def test_the_officers_own_words_can_be_taken_out_of_a_joined_reason(respondents, given_reason):
    automatic = respondents_reason(respondents, 400)
    joined = reference_reason(respondents, 400, given_reason)

    assert given_part(joined, automatic) == given_reason
