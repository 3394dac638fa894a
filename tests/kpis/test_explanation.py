"""「この数値の説明」: sentences from which a resident can check a figure."""

from decimal import Decimal

import pytest

from kpis.catalog.choices import Direction
from kpis.choices import Status
from kpis.entry_rules import CASE, MILESTONE, PERCENT, POINT
from kpis.explanation import explanation_lines, formula
from kpis.progress import NOT_JUDGED, Judgement, judge, progress_rate

SOURCE = "区政運営基本方針 平成28年度の実施状況 ※4"
LABELS = {str(status.value): str(status.label) for status in Status}


def explained(
    yearly: dict[int, str | None],
    *,
    target: str = "50",
    unit: str = PERCENT,
    respondents: int | None = None,
    minimum: int | None = None,
    given_reason: str = "",
    threshold: str | None = "66.7",
    cumulative_from: int | None = None,
    in_brackets: bool = False,
    once_for_city: bool = False,
    is_citys_own: bool = False,
    is_handed_in: bool = True,
    not_applicable: bool = False,
    respondent_base: str = "",
    deadline: int = 2017,
    labels: dict[str, str] = LABELS,
    judgement: Judgement | None = None,
) -> list[str]:
    values = {year: None if text is None else Decimal(text) for year, text in yearly.items()}
    bound = None if threshold is None else Decimal(threshold)
    answer = judgement or judge(
        yearly=values,
        fiscal_year=2016,
        target=Decimal(target),
        threshold=bound,
        cumulative_from=cumulative_from,
        in_brackets=in_brackets,
        respondents=respondents,
        minimum_respondents=minimum,
        given_reason=given_reason,
        not_applicable=not_applicable,
    )
    return explanation_lines(
        yearly=values,
        fiscal_year=2016,
        not_applicable=not_applicable,
        unit=unit,
        respondents=respondents,
        respondent_base=respondent_base,
        minimum_respondents=minimum,
        target=Decimal(target),
        direction=Direction.AT_LEAST,
        deadline_fiscal_year=deadline,
        threshold=bound,
        threshold_source=SOURCE,
        labels=labels,
        cumulative_from=cumulative_from,
        in_brackets=in_brackets,
        once_for_city=once_for_city,
        is_citys_own=is_citys_own,
        is_handed_in=is_handed_in,
        judgement=answer,
    )


@pytest.mark.parametrize(
    ("actual", "target", "written"),
    [
        ("32.3", "50", "32.3 ÷ 50 × 100 = 64.6"),
        ("32.3", "50.00", "32.3 ÷ 50 × 100 = 64.6"),
        ("50.0", "50", "50.0 ÷ 50 × 100 = 100.0"),
        ("40.0", "60", "40.0 ÷ 60 × 100 = 66.666666… → 66.7"),
        ("26.7", "80", "26.7 ÷ 80 × 100 = 33.375 → 33.4"),
        ("2.3", "3.5", "2.3 ÷ 3.5 × 100 = 65.714285… → 65.7"),
        ("33.35", "50", "33.35 ÷ 50 × 100 = 66.7"),
        ("33.34", "50", "33.34 ÷ 50 × 100 = 66.68 → 66.7"),
        ("0", "50", "0 ÷ 50 × 100 = 0.0"),
        ("12", "1", "12 ÷ 1 × 100 = 1,200.0"),
        ("1234", "3", "1,234 ÷ 3 × 100 = 41,133.333333… → 41,133.3"),
    ],
)
def test_the_formula_shows_what_the_rounding_did(actual, target, written):
    rate = progress_rate(Decimal(actual), Decimal(target))

    assert formula(Decimal(actual), Decimal(target), rate) == written


def test_the_figure_of_chuo_is_explained_from_the_survey_to_the_count():
    lines = explained(
        {2016: "32.3"}, respondents=477, minimum=400, respondent_base="区民アンケート回答者"
    )

    assert lines == [
        "平成28年度の実績値は32.3％です（回答者数477、対象：区民アンケート回答者）。",
        "目標値は、平成29年度までに50％以上です。",
        "進捗率＝実績値÷目標値×100：32.3 ÷ 50 × 100 = 64.6（％）。",
        "進捗率は、小数第2位を四捨五入して小数第1位まで求め、四捨五入した後の値を判定基準と比べます。",
        f"平成28年度の判定基準は、進捗率66.7％以上が「概ね順調」です（出典：{SOURCE}）。",
        "64.6％は66.7％未満のため、「必ずしも順調ではない」です。",
        "達成かどうかは、進捗率ではなく実績値32.3％そのものを、目標値50％と比べて決めます。"
        "目標値に届いていないため、「達成」ではありません。",
        "回答者数477名は、必要な400名以上です。",
        "表2の件数に含めます。",
    ]


def test_a_rounded_rate_that_reaches_the_threshold_is_explained():
    lines = explained({2016: "40.0"}, target="60")

    assert "66.7％は66.7％以上のため、「概ね順調」です。" in lines
    assert "進捗率＝実績値÷目標値×100：40.0 ÷ 60 × 100 = 66.666666… → 66.7（％）。" in lines


def test_both_reasons_of_a_reference_value_are_told():
    lines = explained(
        {2016: "40"}, respondents=399, minimum=400, given_reason="調査の対象が異なるため"
    )

    assert lines[-3:] == [
        "回答者数が399名で、必要な400名に満たないため、参考数値として扱います。",
        "調査の対象が異なるため、参考数値として扱います。",
        "参考数値は件数に含めず、表2の「参考」の行にだけ示します。",
    ]


def test_the_reason_that_the_run_stored_is_told_even_if_the_survey_changed_since():
    stored = Judgement(
        Decimal(40), Decimal("80.0"), "on_track", False, counted=False, reference_reason="別の調査"
    )

    lines = explained({2016: "40"}, respondents=399, minimum=400, judgement=stored)

    assert lines[-2] == "参考数値として扱います（理由：別の調査）。"


def test_a_reason_in_other_words_stands_in_brackets():
    lines = explained({2016: "40"}, given_reason="無作為抽出によらない調査")

    assert "参考数値として扱います（理由：無作為抽出によらない調査）。" in lines


def test_the_addition_of_new_cases_is_shown_year_by_year():
    lines = explained(
        {2015: "1", 2016: "2"}, target="1", unit=CASE, cumulative_from=2015, in_brackets=True
    )

    assert lines == [
        "平成28年度の実績値は2件です。",
        "目標値は、平成29年度までに1件以上です。",
        "この指標は、平成27年度からの合計で判定します：平成27年度 1件 ＋ 平成28年度 2件 ＝ 3件。",
        "進捗率＝合計÷目標値×100：3 ÷ 1 × 100 = 300.0（％）。",
        "進捗率は、小数第2位を四捨五入して小数第1位まで求めます。",
        "期限までに創出することを目標とする指標であり、途中の年度では進捗を判定しません。",
        "達成かどうかは、進捗率ではなく合計3件そのものを、目標値1件と比べて決めます。"
        "目標値以上のため、「達成」です。",
        "表2では括弧書きで示し、計に含めません。",
    ]


def test_in_the_year_of_the_deadline_nothing_is_on_its_way_any_more():
    lines = explained(
        {2016: "0"}, target="1", unit=CASE, cumulative_from=2015, in_brackets=True, deadline=2016
    )

    assert not any("途中の年度" in line for line in lines)
    assert (
        "期限の年度のため、達成かどうかを示します。件数は括弧書きで示し、計に含めません。" in lines
    )


def test_a_year_without_entry_is_not_shown_as_zero_in_the_addition():
    lines = explained({2016: "0"}, target="1", unit=CASE, cumulative_from=2015, in_brackets=True)

    assert "平成27年度 未入力 ＋ 平成28年度 0件 ＝ 0件" in lines[2]


def test_the_citys_single_result_is_explained_as_a_milestone():
    lines = explained({2016: "1"}, target="1", unit=MILESTONE, once_for_city=True)

    assert lines[0] == "平成28年度の実績は、立ち上げ済み（1）です。"
    assert "立ち上げたため、「達成」です。" in lines
    assert lines[-1] == "表2では、全市で1件と数えます。"


def test_a_milestone_that_is_not_reached_is_called_so():
    lines = explained({2016: "0"}, target="1", unit=MILESTONE, once_for_city=True)

    assert lines[0] == "平成28年度の実績は、未了（0）です。"
    assert "立ち上げていないため、「達成」ではありません。" in lines


def test_a_score_is_explained_in_points():
    lines = explained({2016: "3.47"}, target="3.5", unit=POINT)

    assert lines[0] == "平成28年度の実績値は3.47点です。"
    assert lines[1] == "目標値は、平成29年度までに3.5点以上です。"


def test_a_missing_entry_is_called_missing():
    assert explained({}) == ["平成28年度の実績値は未入力です。判定も集計もしません。"]


def test_not_applicable_points_to_the_citys_result_where_there_is_one():
    assert explained({2016: None}, not_applicable=True) == [
        "平成28年度の実績値は「該当なし」です。判定も集計もしません。"
    ]
    assert explained({2016: None}, not_applicable=True, once_for_city=True)[-1] == (
        "この項目は、区ごとではなく全市で1件と数えます。実績値は大阪市のものをご覧ください。"
    )


def test_a_year_without_a_rule_says_so():
    lines = explained({2016: "40"}, threshold=None)

    assert "平成28年度の判定基準は定められていないため、進捗を判定しません。" in lines
    assert lines[-1] == "表2の件数には含めません。"


def test_an_entry_that_no_run_has_judged_yet_says_so():
    waiting = Judgement(None, None, NOT_JUDGED, None, counted=False, reference_reason="")

    assert explained({2016: "40"}, judgement=waiting)[-1] == "まだ算定していません。"


def test_the_classes_are_called_as_the_years_rule_calls_them():
    renamed = {"on_track": "順調", "not_on_track": "遅れ"}

    assert any("「遅れ」です" in line for line in explained({2016: "32.3"}, labels=renamed))


def test_an_empty_value_that_only_the_city_has_is_no_gap():
    lines = explained({2016: None}, once_for_city=True, is_citys_own=True)

    assert lines[0] == "平成28年度の実績値は、区では求めません。"
    assert "全市で1件" in lines[1]


@pytest.mark.parametrize("few", [{}, {"respondents": 399, "minimum": 400}])
def test_a_value_that_is_not_handed_in_is_in_no_table(few):
    lines = explained({2016: "40"}, is_handed_in=False, **few)

    assert lines[-1].startswith("まだ提出されていないため、表2には含めません。")
    assert not any("件数に含めます" in line or "「参考」の行" in line for line in lines)
