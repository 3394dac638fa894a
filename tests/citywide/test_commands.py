"""What operators type: recompute_progress and explain."""

import io

import pytest
from django.core.management import CommandError, call_command

from kpis.catalog.models import CityResult, Indicator
from kpis.choices import EntryState
from kpis.models import Result
from osaka_kusei.citywide.management.commands import recompute_progress
from wards.models import Job
from wards.tasks import run_job


def output_of(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def chuos_results(enter):
    """中央区's published 32.3 % of FY2016, and the year before."""
    enter("chuo")
    for year, actual in ((2015, "40.0"), (2016, "32.3")):
        Result.objects.create(
            fiscal_year=year,
            indicator=Indicator.objects.get(code="1-1-a"),
            actual=actual,
            respondents=477,
            state=EntryState.FINAL,
        )
    enter("osaka")


def stored(enter) -> dict[int, str]:
    enter("chuo")
    rates = {r.fiscal_year: str(r.progress_rate) for r in Result.objects.all()}
    enter("osaka")
    return rates


def test_recompute_judges_every_ward_and_counts_what_changed(city, enter, chuos_results):
    first = output_of("recompute_progress")
    second = output_of("recompute_progress")

    assert "中央区　2行（変更 2行）" in first
    assert "合計　25件のうち25件完了、実績 2行（変更 2行）" in first
    assert "合計　25件のうち25件完了、実績 2行（変更 0行）" in second
    assert stored(enter) == {2015: "80.0", 2016: "64.6"}
    assert Job.objects.count() == 25


def test_recompute_of_one_year_stores_that_year_only(city, enter, chuos_results):
    output_of("recompute_progress", "--ward", "chuo", "--fiscal-year", "平成28年度")

    assert stored(enter) == {2015: "None", 2016: "64.6"}
    assert Job.objects.get().arguments == {"fiscal_year": 2016}


def test_the_citys_own_results_are_recomputed_by_the_name_osaka(city):
    CityResult.objects.create(
        fiscal_year=2016, indicator=Indicator.objects.get(code="1-3-a"), actual=1
    )

    assert "大阪市　1行（変更 1行）" in output_of("recompute_progress", "--ward", "osaka")


def test_a_ward_that_fails_is_named_and_the_others_finish(city, enter, chuos_results, monkeypatch):
    real = recompute_progress.do_in_its_ward

    def breaks_in_nishi(row):
        if row.ward.slug == "nishi":
            raise RuntimeError("西区の表が壊れています")
        real(row)

    monkeypatch.setattr(recompute_progress, "do_in_its_ward", breaks_in_nishi)
    with pytest.raises(
        CommandError, match=r"^西区の算定が終わっていません。ほかは終わっています。$"
    ):
        output_of("recompute_progress")

    assert stored(enter)[2016] == "64.6"
    assert Job.objects.filter(state=Job.State.DONE).count() == 24


def test_a_broker_that_is_down_is_said_in_one_sentence_and_the_work_stays_registered(
    city, monkeypatch
):
    monkeypatch.setattr(run_job, "wake", lambda *_: False)
    with pytest.raises(CommandError, match="ブローカーに接続できない"):
        output_of("recompute_progress", "--through-worker")

    assert Job.objects.filter(state=Job.State.WAITING).count() == 25


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("recompute_progress", "--ward", "kyoto"), "「kyoto」という区はありません"),
        (("recompute_progress", "--fiscal-year", "1999"), "対象とする基本方針はありません"),
        (("explain", "kyoto", "1-1-a", "2016"), "「kyoto」という区はありません"),
        (("explain", "chuo", "9-9", "2016"), "「9-9」という指標は"),
        (("explain", "chuo", "1-1-a", "来年"), "年度として読み取れません"),
        (("explain", "osaka", "1-1-a", "2016"), "区ごとの指標です"),
    ],
)
def test_what_does_not_exist_is_refused_in_one_sentence(city, arguments, complaint):
    with pytest.raises(CommandError, match=complaint) as refusal:
        output_of(*arguments)

    assert "\n" not in str(refusal.value)


def test_explain_shows_the_formula_and_the_rule(city, chuos_results):
    output_of("recompute_progress", "--ward", "chuo")
    told = output_of("explain", "chuo", "1-1-a", "2016")

    assert told.startswith("中央区　1(1)㋐ 人と人とのつながりづくりの促進　平成28年度\n")
    assert "32.3 ÷ 50 × 100 = 64.6" in told
    assert "66.7％未満のため、「必ずしも順調ではない」です。" in told


def test_explain_says_that_a_value_is_missing(city):
    assert "実績値は未入力です" in output_of("explain", "kita", "1-1-a", "2017")
    assert "実績値は未入力です" in output_of("explain", "osaka", "1-3-a", "2017")
