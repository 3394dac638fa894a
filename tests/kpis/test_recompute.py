"""What the night stores: absolute values, the rule used, and nothing else."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from kpis.catalog.models import CityResult, EvaluationRule, Indicator
from kpis.explaining import explain
from kpis.models import Result
from kpis.services import open_fiscal_year, recompute_results


def put(code, fiscal_year, actual, **fields):
    """Store an entry as the officer left it."""
    return Result.objects.create(
        indicator=Indicator.objects.get(code=code), fiscal_year=fiscal_year, actual=actual, **fields
    )


@pytest.mark.parametrize(
    ("code", "year", "actual", "rate", "status", "achieved"),
    [
        ("1-1-a", 2016, "32.3", "64.6", "not_on_track", False),
        ("1-1-a", 2016, "33.3", "66.6", "not_on_track", False),
        ("1-1-a", 2016, "33.4", "66.8", "on_track", False),
        ("2-1-a-1", 2016, "40.0", "66.7", "on_track", False),
        ("2-1-a-1", 2015, "20.0", "33.3", "not_on_track", False),
        ("2-2-a", 2015, "26.7", "33.4", "on_track", False),
        ("2-3-a-2", 2016, "2.3", "65.7", "not_on_track", False),
        ("2-3-a-2", 2016, "3.5", "100.0", "on_track", True),
        ("1-1-a", 2017, "49.99", "100.0", "on_track", False),
        ("1-1-a", 2016, "0", "0.0", "not_on_track", False),
    ],
)
def test_a_result_is_judged_by_the_rule_of_its_year(
    kita, code, year, actual, rate, status, achieved
):
    result = put(code, year, actual)

    recompute_results()

    result.refresh_from_db()
    assert result.progress_rate == Decimal(rate)
    assert (result.status, result.achieved, result.counted) == (status, achieved, True)
    assert result.rule.fiscal_year == year
    assert result.computed_at is not None


@pytest.mark.parametrize(("respondents", "counted"), [(399, False), (400, True), (None, True)])
def test_fewer_than_400_respondents_are_shown_but_not_counted(kita, respondents, counted):
    result = put("1-1-a", 2016, "50.0", respondents=respondents)

    recompute_results()

    result.refresh_from_db()
    assert (result.counted, bool(result.reference_reason)) == (counted, not counted)
    assert result.status == "on_track"


def test_another_minimum_is_applied_by_the_next_recompute_to_final_results_too(enter):
    enter("kita")
    result = put("1-1-a", 2016, "50.0", respondents=450, state="final")
    recompute_results()

    enter("osaka")
    Indicator.objects.filter(code="1-1-a").update(minimum_respondents=500)
    enter("kita")
    result.refresh_from_db()
    assert result.counted

    recompute_results()
    result.refresh_from_db()
    assert not result.counted
    assert "必要な500名" in result.reference_reason


def test_new_cases_are_added_up_from_the_first_year_of_the_policy(kita):
    put("1-3-b", 2015, "1", state="submitted")
    second = put("1-3-b", 2016, "0")

    recompute_results()

    second.refresh_from_db()
    assert (second.judged_value, second.achieved, second.status) == (1, True, "")


@pytest.mark.parametrize(
    ("state", "total"),
    [("draft", 2), ("sent_back", 2), ("submitted", 79), ("ward_confirmed", 79), ("final", 79)],
)
def test_an_earlier_year_adds_to_the_sum_once_it_is_handed_in(kita, state, total):
    put("1-3-b", 2015, "77", state=state)
    second = put("1-3-b", 2016, "2", state="submitted")

    recompute_results()

    second.refresh_from_db()
    assert second.judged_value == total
    assert any(f"＝ {total}件" in line for line in explain(second))


def test_a_value_that_is_taken_back_takes_its_judgement_along(kita):
    result = put("1-1-a", 2016, "50.0")
    recompute_results()
    Result.objects.update(actual=None)

    done = recompute_results()

    result.refresh_from_db()
    assert (done.rows, done.changed) == (1, 1)
    assert (result.progress_rate, result.status, result.achieved, result.rule) == (
        None, "", None, None,
    )  # fmt: skip


def test_the_same_input_gives_the_same_output_and_says_so(kita):
    put("1-1-a", 2016, "50.0")

    assert recompute_results().changed == 1
    assert recompute_results().changed == 0


def test_one_year_can_be_judged_without_touching_the_others(kita):
    last_year = put("1-3-b", 2015, "1", state="submitted")
    put("1-3-b", 2016, "1")

    done = recompute_results(fiscal_year=2016)

    last_year.refresh_from_db()
    assert (done.rows, last_year.computed_at) == (1, None)
    assert Result.objects.get(fiscal_year=2016).judged_value == 2


def test_the_night_leaves_no_trace_in_the_history_when_nothing_changed(kita):
    result = put("1-1-a", 2016, "50.0")
    recompute_results()
    before = result.events.count()

    recompute_results()

    assert result.events.count() == before


def test_the_citys_own_result_is_judged_at_headquarters(city):
    result = CityResult.objects.create(
        indicator=Indicator.objects.get(code="1-3-a"), fiscal_year=2016, actual=1
    )

    recompute_results(CityResult)

    result.refresh_from_db()
    assert (result.status, result.achieved, result.counted) == ("on_track", True, True)


def test_a_year_is_opened_once_with_an_empty_row_for_each_indicator(kita):
    assert open_fiscal_year(2017) == 17
    assert open_fiscal_year(2017) == 0
    assert Result.objects.filter(actual=None).count() == 17


def test_the_number_of_queries_does_not_grow_with_the_results(kita, django_assert_max_num_queries):
    for year in (2015, 2016, 2017):
        open_fiscal_year(year)
    Result.objects.update(actual=1)

    with django_assert_max_num_queries(8):
        recompute_results()


@pytest.mark.parametrize("wrong", [{"actual": -1}, {"actual": 1, "not_applicable": True}])
@pytest.mark.parametrize(("host", "model"), [("kita", Result), ("osaka", CityResult)])
def test_the_database_itself_refuses_what_no_result_can_be(enter, host, model, wrong):
    enter(host)
    indicator = Indicator.objects.get(code="1-3-a")

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(fiscal_year=2016, indicator=indicator, **wrong)


def test_the_catalogue_takes_its_words_from_the_published_report(db):
    rule = EvaluationRule.objects.get(fiscal_year=2017)

    assert (rule.on_track_label, rule.not_on_track_label) == ("概ね順調", "必ずしも順調ではない")
    assert rule.policy.title == "豊かな地域社会の形成に向けた区政運営基本方針"
    assert Indicator.objects.get(code="1-1-a").target_text == "平成29年度までに50％以上"
