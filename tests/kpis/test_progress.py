"""進捗率, 判定 and 達成, at the boundaries of the published document."""

import decimal
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.choices import Implementation, Status, implementation_from_text
from kpis.progress import (
    NOT_ON_TRACK,
    ON_TRACK,
    Judgement,
    is_achieved,
    is_on_track,
    judge,
    judged_value,
    progress_rate,
)

amounts = st.decimals(min_value=0, max_value=10_000, places=2, allow_nan=False)
targets = st.decimals(min_value="0.01", max_value=10_000, places=2, allow_nan=False)
rates = st.decimals(min_value=0, max_value=1_000, places=1, allow_nan=False)


def judged(actual: str | None, target: str = "50", **changes: object) -> Judgement:
    facts: dict[str, object] = {
        "yearly": {2016: None if actual is None else Decimal(actual)},
        "fiscal_year": 2016,
        "target": Decimal(target),
        "threshold": Decimal("66.7"),
        "cumulative_from": None,
        "in_brackets": False,
        "respondents": None,
        "minimum_respondents": None,
        "given_reason": "",
        "not_applicable": False,
    }
    return judge(**(facts | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("actual", "target", "rate", "threshold", "on_track"),
    [
        ("32.3", "50", "64.6", "66.7", False),
        ("33.3", "50", "66.6", "66.7", False),
        ("33.4", "50", "66.8", "66.7", True),
        ("33.35", "50", "66.7", "66.7", True),
        ("33.34", "50", "66.7", "66.7", True),
        ("33.32", "50", "66.6", "66.7", False),
        ("33.325", "50", "66.7", "66.7", True),
        ("39.9", "60", "66.5", "66.7", False),
        ("40.0", "60", "66.7", "66.7", True),
        ("53.3", "80", "66.6", "66.7", False),
        ("53.4", "80", "66.8", "66.7", True),
        ("2.3", "3.5", "65.7", "66.7", False),
        ("2.4", "3.5", "68.6", "66.7", True),
        ("16.6", "50", "33.2", "33.4", False),
        ("16.7", "50", "33.4", "33.4", True),
        ("20.0", "60", "33.3", "33.4", False),
        ("20.1", "60", "33.5", "33.4", True),
        ("26.6", "80", "33.3", "33.4", False),
        ("26.7", "80", "33.4", "33.4", True),
        ("49.9", "50", "99.8", "100.0", False),
        ("49.98", "50", "100.0", "100.0", True),
        ("0", "50", "0.0", "33.4", False),
        ("1", "1", "100.0", "100.0", True),
        ("3", "1", "300.0", "66.7", True),
    ],
)
def test_the_printed_rate_decides_whether_a_ward_is_on_track(
    actual, target, rate, threshold, on_track
):
    printed = progress_rate(Decimal(actual), Decimal(target))

    assert str(printed) == rate
    assert is_on_track(printed, Decimal(threshold)) is on_track


@pytest.mark.parametrize(
    ("value", "target", "achieved"),
    [
        ("49.99", "50", False),
        ("50", "50", True),
        ("50.0", "50", True),
        ("3.49", "3.5", False),
        ("3.50", "3.5", True),
        ("0", "1", False),
        ("1", "1", True),
    ],
)
def test_a_target_is_reached_by_the_unrounded_value_only(value, target, achieved):
    assert is_achieved(Decimal(value), Decimal(target)) is achieved


def test_a_rate_printed_as_100_is_not_yet_an_achievement():
    result = judged("49.98")

    assert result.progress_rate == Decimal("100.0")
    assert result.achieved is False


@pytest.mark.parametrize("target", ["0", "-1", "NaN"])
def test_a_target_that_is_not_above_zero_has_no_rate(target):
    with pytest.raises((ValueError, decimal.InvalidOperation)):
        progress_rate(Decimal(1), Decimal(target))


@given(actual=amounts, target=targets)
def test_the_rate_is_the_exact_quotient_rounded_half_up(actual, target):
    exact = Fraction(actual) * 100 / Fraction(target)
    tenths = (exact * 10 + Fraction(1, 2)).__floor__()

    assert progress_rate(actual, target) == Decimal(tenths) / 10


@given(first=amounts, second=amounts, target=targets)
def test_a_higher_result_never_has_a_lower_rate(first, second, target):
    low, high = sorted((first, second))

    assert progress_rate(low, target) <= progress_rate(high, target)


@given(actual=amounts, target=targets, threshold=rates.filter(lambda rate: rate <= 100))
def test_a_ward_that_reached_the_target_is_on_track_at_any_threshold_up_to_100(
    actual, target, threshold
):
    result = judged(str(actual), str(target), threshold=threshold)

    if result.achieved:
        assert result.status == ON_TRACK


@given(actual=amounts, target=targets)
def test_the_rounding_of_the_surrounding_code_changes_nothing(actual, target):
    expected = progress_rate(actual, target)

    with decimal.localcontext(prec=3, rounding=decimal.ROUND_DOWN):
        assert progress_rate(actual, target) == expected


@given(rate=rates, threshold=rates)
def test_every_judged_result_is_in_exactly_one_of_two_classes(rate, threshold):
    result = judged(str(rate), "100", threshold=threshold)

    expected = rate.quantize(Decimal("0.1"), ROUND_HALF_UP) >= threshold
    assert result.status == (ON_TRACK if expected else NOT_ON_TRACK)


CASES = {2014: Decimal(9), 2015: Decimal(2), 2016: Decimal(1), 2017: None}


@pytest.mark.parametrize(
    ("yearly", "fiscal_year", "cumulative_from", "value"),
    [
        (CASES, 2016, None, "1"),
        (CASES, 2015, 2015, "2"),
        (CASES, 2016, 2015, "3"),
        (CASES, 2017, 2015, None),
        (CASES, 2014, 2015, None),
        ({2015: None, 2016: Decimal(1)}, 2016, 2015, "1"),
        ({2016: Decimal(1)}, 2016, 2015, "1"),
        ({2015: Decimal(2), 2016: Decimal(0)}, 2016, 2015, "2"),
        ({2015: Decimal(2), 2016: Decimal(0)}, 2016, None, "0"),
        ({2015: Decimal(2), 2016: None}, 2016, 2015, None),
        ({}, 2016, None, None),
    ],
)
def test_new_cases_are_added_up_since_the_policys_first_year(
    yearly, fiscal_year, cumulative_from, value
):
    expected = None if value is None else Decimal(value)

    assert judged_value(yearly, fiscal_year, cumulative_from) == expected


@given(
    yearly=st.dictionaries(
        st.integers(2015, 2020), st.none() | st.integers(0, 50).map(Decimal), min_size=1
    )
)
def test_a_cumulative_value_never_falls_from_one_entered_year_to_the_next(yearly):
    values = [
        value for year in sorted(yearly) if (value := judged_value(yearly, year, 2015)) is not None
    ]

    assert values == sorted(values)


NOTHING = Judgement(None, None, "", None, False, "")


def test_a_year_without_an_entry_is_not_judged():
    assert judged(None) == NOTHING


def test_not_applicable_is_not_judged_even_when_a_number_stands_beside_it():
    assert judged("50", not_applicable=True) == NOTHING


def test_a_missing_entry_with_a_reason_is_not_a_reference_value():
    assert judged(None, given_reason="調査の対象が異なるため") == NOTHING


def test_zero_is_an_entry_and_is_counted():
    assert judged("0") == Judgement(
        Decimal(0), Decimal("0.0"), NOT_ON_TRACK, achieved=False, counted=True, reference_reason=""
    )


def test_an_indicator_in_brackets_has_a_rate_and_an_achievement_but_no_class():
    result = judged(
        "0",
        "1",
        yearly={2015: Decimal(2), 2016: Decimal(0)},
        cumulative_from=2015,
        in_brackets=True,
    )

    assert result == Judgement(
        Decimal(2), Decimal("200.0"), "", achieved=True, counted=True, reference_reason=""
    )


def test_a_year_without_a_rule_has_a_rate_but_is_neither_classed_nor_counted():
    result = judged("50", threshold=None)

    assert (result.progress_rate, result.status, result.achieved, result.counted) == (
        Decimal("100.0"),
        "",
        True,
        False,
    )


def test_the_words_on_screen_belong_to_the_classes_that_are_computed():
    assert {str(value) for value in Status.values} == {ON_TRACK, NOT_ON_TRACK}


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("記載した取組をすべて実施", Implementation.ALL_DONE),
        ("記載し全て実施", Implementation.ALL_DONE),
        ("記載した取組を全て実施", Implementation.ALL_DONE),
        ("一部実施", Implementation.PARTLY_DONE),
        (" 実施せず ", Implementation.NOT_DONE),
        ("別途取組", Implementation.SEPARATE_ACTION),
        ("区運営方針には記載していないが､別途取組", Implementation.SEPARATE_ACTION),
        ("取組なし", Implementation.NO_ACTION),
        ("ｎｏ＿ａｃｔｉｏｎ", Implementation.NO_ACTION),
        ("ALL_DONE", Implementation.ALL_DONE),
        ("", None),
        ("実施", None),
        ("全部", None),
    ],
)
def test_the_state_of_a_ward_is_read_however_officers_write_it(text, state):
    assert implementation_from_text(text) == state


@pytest.mark.parametrize("state", list(Implementation))
def test_every_state_is_read_back_from_its_own_label_and_value(state):
    assert implementation_from_text(state.label) == state
    assert implementation_from_text(state.value) == state
