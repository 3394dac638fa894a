"""Operators, ventures and commissioned projects: what is taken, what is counted, what is refused."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from councils.models import CommunityCouncil, SchoolDistrictArea
from kpis.models import Result
from kpis.services import open_fiscal_year
from socialbiz.models import CommissionedProject, Operator, Venture
from socialbiz.services import counts, operators, projects, undertakings, ventures

REFUSED = pytest.raises(ValidationError)


def told(raised) -> str:
    return "／".join(raised.value.messages)


def test_an_operator_is_known_once_however_its_name_is_written(cafe, officer):
    with REFUSED as raised:
        operators.register_operator(name="見本ｶﾌｪ合同会社", kind="npo", actor=officer)

    assert "同じ名称の担い手が、すでに登録されています。" in told(raised)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"name": "　"}, "名称を入力してください。"),
        ({"name": "a\nb"}, "改行"),
        ({"kind": "spaceship"}, "種類を選んでください。"),
        ({"url": "javascript:alert(1)"}, "「https://…」の形"),
        ({"kind": "council"}, "種類が「地域活動協議会」のときだけ"),
    ],
)
def test_an_operator_that_cannot_be_is_refused(kita, officer, values, reason):
    with REFUSED as raised:
        operators.register_operator(**{"name": "見本", "kind": "npo", "actor": officer, **values})

    assert reason in told(raised)
    assert not Operator.objects.exists()


def test_a_council_that_carries_something_is_named(kita, officer):
    area = SchoolDistrictArea.objects.create(
        code="01", name="見本東", kana="みほんひがし", valid_from=date(2011, 4, 1)
    )
    council = CommunityCouncil.objects.create(
        area=area, name="見本東地域活動協議会", registered_on=date(2012, 4, 1)
    )

    row = operators.register_operator(
        name=council.name, kind="council", council=council, actor=officer
    )

    assert row.council == council
    with REFUSED:
        operators.change_operator(
            row, name=row.name, kind="group", council=council, address="", url="", actor=officer
        )


@pytest.mark.parametrize(
    ("started_on", "counted_in"),
    [
        (date(2015, 3, 31), set()),
        (date(2015, 4, 1), {2015}),
        (date(2016, 3, 31), {2015}),
        (date(2016, 4, 1), {2016}),
        (date(2017, 3, 31), {2016}),
    ],
)
def test_what_began_in_a_fiscal_year_is_counted_in_that_year_alone(
    begin, hand_over, started_on, counted_in
):
    begin(started_on)
    hand_over(started_on)

    for year in (2015, 2016):
        expected = int(year in counted_in)
        assert counts.counted(year) == {"1-3-b": expected, "1-3-c": expected}
    assert Venture.objects.newly_created(2015, 2016).count() == len(counted_in)


def test_what_ended_stays_counted_in_the_year_in_which_it_began(begin, officer):
    venture = begin(date(2015, 5, 1))

    undertakings.end(venture, ended_on=date(2016, 9, 30), reason="店舗の移転", actor=officer)

    assert counts.counted(2015)["1-3-b"] == 1
    assert not Venture.objects.going_on(date(2016, 10, 1)).exists()
    assert Venture.objects.going_on(date(2016, 9, 30)).exists()
    venture.refresh_from_db()
    with REFUSED as raised:
        undertakings.end(venture, ended_on=date(2016, 9, 30), reason="再び", actor=officer)
    assert "すでに終了しています。" in told(raised)
    with REFUSED:
        ventures.change_venture(
            venture, title="x", operator=venture.operator, kind="social", field="work", area=None,
            started_on=date(2015, 5, 1), ward_part="none", summary="", actor=officer,
        )  # fmt: skip
    undertakings.take_end_back(venture, actor=officer)
    assert Venture.objects.going_on(date(2016, 10, 1)).exists()


@pytest.mark.parametrize(
    ("ended_on", "reason", "expected"),
    [
        (date(2016, 4, 30), "早すぎる", "開始した日以後"),
        (date(2017, 4, 1), "まだ来ない", "今日以前"),
        (date(2017, 3, 31), " ", "終了の理由を入力"),
    ],
)
def test_an_end_that_cannot_be_is_refused(begin, officer, ended_on, reason, expected):
    venture = begin()

    with REFUSED as raised:
        undertakings.end(venture, ended_on=ended_on, reason=reason, actor=officer)

    assert expected in told(raised)


def test_all_that_is_wrong_with_a_venture_is_told_at_once(begin):
    with REFUSED as raised:
        begin(date(2017, 4, 1), title="", kind="x", field="y", ward_part="z")

    for reason in ("名称を入力", "種類を選んで", "分野を選んで", "区の関わりを選んで", "今日以前"):
        assert reason in told(raised)
    assert not Venture.objects.exists()


def test_a_venture_is_in_an_area_of_its_day(begin):
    area = SchoolDistrictArea.objects.create(
        code="02", name="見本西", kana="みほんにし", valid_from=date(2016, 10, 1)
    )

    with REFUSED as raised:
        begin(date(2016, 9, 30), area=area)

    assert "開始した日にはない地域です。" in told(raised)
    assert begin(date(2016, 10, 1), area=area).area == area


def test_a_project_says_why_it_was_handed_over_and_who_answers(hand_over, begin, officer):
    other = operators.register_operator(name="見本NPO", kind="npo", actor=officer)
    with REFUSED as raised:
        hand_over(why=" ", sharing="", yen=-1, section="", venture=begin(operator=other))

    for reason in (
        "任せる理由を入力", "責任とリスクの分担を入力", "年額は0円以上", "担当課を入力", "同じ担い手",
    ):  # fmt: skip
        assert reason in told(raised)
    row = hand_over(venture=begin(), yen=1_200_000)
    assert row.venture is not None
    projects.change_project(
        row, title="見守り訪問", operator=row.operator, venture=None, field="welfare",
        section="保健福祉課", contract_form="agreement", started_on=row.started_on, yen=0,
        why="近い。", sharing="区が負う。", summary="", actor=officer,
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.title, row.contract_form, row.yen) == ("見守り訪問", "agreement", 0)


@pytest.mark.parametrize(
    "wrong",
    [{"ended_on": date(2016, 5, 31), "ended_reason": "x"}, {"ended_on": date(2017, 1, 1)}, {"yen": -1}, {"why": ""}],
)  # fmt: skip
def test_the_database_refuses_what_no_service_wrote(hand_over, wrong):
    row = hand_over()

    with pytest.raises(IntegrityError), transaction.atomic():
        CommissionedProject.objects.filter(pk=row.pk).update(**wrong)


def test_who_may_only_read_registers_nothing(begin, cafe, mayor):
    with pytest.raises(PermissionDenied):
        operators.register_operator(name="別の", kind="npo", actor=mayor)
    venture = begin()
    with pytest.raises(PermissionDenied):
        undertakings.show(venture, is_public=True, actor=mayor)


# --- the 成果指標 ---


@pytest.fixture
def results(kita):
    """The results of FY2016 that count CB/SB and 社会的ビジネス."""
    open_fiscal_year(2016)
    wanted = ("1-3-b", "1-3-c")
    return {
        one.indicator.code: one
        for one in Result.objects.for_fiscal_year(2016).with_indicator()
        if one.indicator.code in wanted
    }


def test_the_counts_of_a_year_are_entered_as_its_results(results, begin, hand_over, officer):
    begin(date(2016, 4, 1))
    begin(date(2017, 1, 10), title="二つめ")
    begin(date(2015, 4, 1), title="前の年度から")

    assert counts.enter_counts(2016, actor=officer) == 2

    stored = {one.code: one for one in counts.counts_of(2016)}
    assert (stored["1-3-b"].entered, stored["1-3-c"].entered) == (2, 0)
    assert stored["1-3-b"].result.entered_by == officer
    assert counts.enter_counts(2016, actor=officer) == 0


def test_a_result_that_was_handed_in_is_not_typed_over_and_neither_is_entered(
    results, begin, hand_over, officer
):
    begin()
    hand_over()
    Result.objects.filter(pk=results["1-3-c"].pk).update(state="submitted", actual=5)

    with REFUSED as raised:
        counts.enter_counts(2016, actor=officer)

    assert "実績は変更できません" in told(raised)
    stored = {one.code: one.entered for one in counts.counts_of(2016)}
    assert stored == {"1-3-b": None, "1-3-c": 5}


def test_a_year_without_such_indicators_has_nothing_to_enter(kita, officer):
    with REFUSED as raised:
        counts.enter_counts(2030, actor=officer)

    assert "この年度の成果指標に" in told(raised)
