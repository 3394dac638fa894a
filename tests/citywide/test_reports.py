"""表1, 表2 and their notes from a small city whose numbers can be counted by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.catalog.choices import Counting, Direction
from kpis.choices import Implementation
from kpis.presentation import Scale
from kpis.progress import judge
from osaka_kusei.citywide.footnotes import footnotes, missing_wards, notes_under_table1
from osaka_kusei.citywide.report_rows import (
    RESULT_COLUMNS,
    TABLE1_COLUMNS,
    TABLE2_COLUMNS,
    Footnote,
    IndicatorFacts,
    ResultRow,
    Table1Row,
    Table2Row,
    Unstated,
    WardFacts,
    by_indicator,
)
from osaka_kusei.citywide.reports import table1, table2

KITA = WardFacts("kita", "271276", "北区", 1)
MIYAKOJIMA = WardFacts("miyakojima", "271021", "都島区", 2)
NISHI = WardFacts("nishi", "271063", "西区", 6)
CITY = WardFacts("osaka", "271004", "大阪市", 0)
WARDS = (KITA, MIYAKOJIMA, NISHI)
THRESHOLDS = {2015: Decimal("33.4"), 2016: Decimal("66.7"), 2017: Decimal(100)}


def indicator(code: str = "1-1-a", number: int = 1, **changes: object) -> IndicatorFacts:
    facts = IndicatorFacts(
        code=code,
        number=number,
        printed_code=f"1(1){number}",
        pillar="1",
        section="(1)",
        item_title=f"項目{number}",
        short_title=f"略題{number}",
        text="区民の割合",
        target=Decimal(50),
        unit="percent",
        direction=Direction.AT_LEAST,
        deadline_fiscal_year=2017,
        respondent_base="全区民",
        minimum_respondents=400,
        counting=Counting.EVERY_WARD,
        cumulative_from=None,
        scale_max=None,
    )
    return replace(facts, **changes)


CONNECTION = indicator()
SCHEME = indicator(
    "1-3-a", 4, target=Decimal(1), unit="milestone", counting=Counting.ONCE_FOR_CITY,
    minimum_respondents=None, deadline_fiscal_year=2015,
)  # fmt: skip
BUSINESSES = indicator(
    "1-3-b", 5, target=Decimal(1), unit="case", counting=Counting.IN_BRACKETS, cumulative_from=2015,
    minimum_respondents=None,
)  # fmt: skip


def row(
    ward: WardFacts,
    actual: str | None,
    *,
    of: IndicatorFacts = CONNECTION,
    year: int = 2016,
    respondents: int | None = 500,
    reason: str = "",
    implementation: str = "all_done",
    not_applicable: bool = False,
) -> ResultRow:
    value = None if actual is None else Decimal(actual)
    judgement = judge(
        yearly={year: value},
        fiscal_year=year,
        target=of.target,
        threshold=THRESHOLDS[year],
        cumulative_from=of.cumulative_from,
        in_brackets=of.counting == Counting.IN_BRACKETS,
        respondents=respondents,
        minimum_respondents=of.minimum_respondents,
        given_reason=reason,
        not_applicable=not_applicable,
    )
    return ResultRow(
        fiscal_year=year,
        code6=ward.code6,
        slug=ward.slug,
        ward=ward.ward,
        order=ward.order,
        indicator_code=of.code,
        actual=value,
        not_applicable=not_applicable,
        respondents=respondents,
        target=of.target,
        judged_value=judgement.judged_value,
        progress_rate=judgement.progress_rate,
        status=judgement.status,
        achieved=judgement.achieved,
        counted=judgement.counted,
        reference_reason=judgement.reference_reason,
        implementation=implementation,
        computed_at=None,
        rule="",
    )


def only_line(rows, previous=None, of: IndicatorFacts = CONNECTION) -> Table2Row:
    (line,) = table2([of], rows, previous).rows
    return line


def test_the_published_files_have_exactly_the_agreed_columns():
    assert ",".join(RESULT_COLUMNS) == (
        "fiscal_year,code6,ward,indicator_code,actual,respondents,target,progress_rate,status,"
        "achieved,counted,reference_reason,implementation,computed_at,rule"
    )
    assert ",".join(TABLE1_COLUMNS) == (
        "indicator_code,count,in_ward_policy,all_done,partly_done,not_done,separate_action,no_action"
    )
    assert ",".join(TABLE2_COLUMNS) == (
        "indicator_code,counted,on_track,achieved,not_on_track,ref_count,ref_on_track,"
        "ref_achieved,ref_not_on_track,prev_on_track,prev_achieved,prev_not_on_track,"
        "diff_on_track,diff_achieved,diff_not_on_track"
    )
    assert set(RESULT_COLUMNS) <= set(ResultRow.__slots__)


def test_table_1_counts_each_ward_in_one_state():
    rows = [
        row(KITA, "50"),
        row(MIYAKOJIMA, "50", implementation="partly_done"),
        row(NISHI, "50", implementation="separate_action"),
    ]

    table = table1([CONNECTION], rows)

    assert table.rows == (Table1Row("1-1-a", 3, 2, 1, 1, 0, 1, 0),)
    assert table.total == Table1Row("計", 3, 2, 1, 1, 0, 1, 0)
    assert table.unstated == ()


def test_table_1_counts_what_was_left_undone_within_the_wards_policy():
    rows = [
        row(KITA, "50", implementation="not_done"),
        row(NISHI, "50", implementation="no_action"),
    ]

    assert table1([CONNECTION], rows).rows == (Table1Row("1-1-a", 2, 1, 0, 0, 1, 0, 1),)


def test_table_1_counts_the_wards_for_the_citys_scheme_and_not_the_city():
    rows = [row(CITY, "1", of=SCHEME, implementation="all_done")] + [
        row(ward, None, of=SCHEME, not_applicable=True) for ward in WARDS
    ]

    assert table1([SCHEME], rows).rows[0].count == 3


def test_a_ward_without_a_state_is_listed_and_not_counted_in_table_1():
    rows = [row(NISHI, "50", implementation=""), row(KITA, "50", implementation="")]

    table = table1([CONNECTION], rows)

    assert table.total.count == 0
    assert table.unstated == (Unstated("1-1-a", ("北区", "西区")),)


def test_a_ward_that_handed_in_nothing_is_named_under_table_1():
    indicators = [CONNECTION, SCHEME]
    rows = [row(KITA, "50"), row(KITA, None, of=SCHEME), row(MIYAKOJIMA, "50")]

    table = table1(indicators, rows, [CITY, *WARDS])

    assert table.unstated == (
        Unstated("1-1-a", ("西区",)),
        Unstated("1-3-a", ("都島区", "西区")),
    )
    assert [note.points for note in notes_under_table1(indicators, table)] == [
        (),
        (f"{CONNECTION.printed_code}：西区", f"{SCHEME.printed_code}：都島区、西区"),
    ]


def test_a_ward_without_any_state_is_named_once_for_all_indicators():
    indicators = [CONNECTION, SCHEME]
    rows = [row(KITA, "50"), row(KITA, None, of=SCHEME)]

    notes = notes_under_table1(indicators, table1(indicators, rows, [KITA, NISHI]))

    assert notes[-1].points == ("すべての指標：西区",)


def test_a_reference_value_stands_in_the_reference_columns_only():
    rows = [row(KITA, "50"), row(MIYAKOJIMA, "10"), row(NISHI, "60", respondents=399)]

    line = only_line(rows)

    assert (line.counted, line.on_track, line.achieved, line.not_on_track) == (2, 1, 1, 1)
    assert (line.ref_count, line.ref_on_track, line.ref_achieved, line.ref_not_on_track) == (
        3,
        2,
        2,
        1,
    )


def test_without_a_reference_value_the_reference_columns_repeat_the_counted_ones():
    table = table2([CONNECTION], [row(KITA, "50"), row(NISHI, "10")])
    (line,) = table.rows

    assert (line.ref_count, line.ref_on_track, line.ref_achieved, line.ref_not_on_track) == (
        line.counted,
        line.on_track,
        line.achieved,
        line.not_on_track,
    )
    assert table.has_reference == frozenset()


def test_a_ward_without_an_entry_is_in_no_column():
    line = only_line([row(KITA, "50"), row(NISHI, None), row(MIYAKOJIMA, None, reason="調査中")])

    assert (line.counted, line.ref_count) == (1, 1)


def test_not_applicable_is_in_no_column_and_is_not_missing():
    rows = [row(KITA, "50"), row(NISHI, None, not_applicable=True)]

    assert only_line(rows).counted == 1
    assert missing_wards([CONNECTION], rows) == {}


def test_last_year_leaves_out_the_wards_that_are_a_reference_this_year():
    now = [row(KITA, "50"), row(NISHI, "50", respondents=399)]
    before = [row(KITA, "20", year=2015), row(NISHI, "55", year=2015)]

    line = only_line(now, before)

    assert (line.prev_on_track, line.prev_achieved, line.prev_not_on_track) == (1, 0, 0)
    assert (line.diff_on_track, line.diff_achieved, line.diff_not_on_track) == (0, 1, 0)


def test_last_year_keeps_a_ward_that_was_a_reference_only_then():
    before = [row(KITA, "55", year=2015, respondents=399)]

    assert only_line([row(KITA, "50")], before).prev_achieved == 1


def test_last_year_is_judged_by_its_own_threshold():
    line = only_line([row(KITA, "20")], [row(KITA, "20", year=2015)])

    assert (line.on_track, line.prev_on_track) == (0, 1)
    assert (line.diff_on_track, line.diff_not_on_track) == (-1, 1)


def test_a_ward_is_a_reference_for_one_indicator_and_compared_for_another():
    other = indicator("1-2-a", 2)
    now = [row(NISHI, "50", respondents=399), row(NISHI, "50", of=other)]
    before = [row(NISHI, "50", year=2015), row(NISHI, "50", of=other, year=2015)]

    first, second = table2([CONNECTION, other], now, before).rows

    assert (first.prev_on_track, second.prev_on_track) == (None, 1)


@pytest.mark.parametrize("previous", [None, [], [row(KITA, None, year=2015)]])
def test_without_a_previous_year_its_columns_stay_empty(previous):
    table = table2([CONNECTION], [row(KITA, "50")], previous)

    for line in (*table.rows, table.total):
        assert (line.prev_on_track, line.prev_achieved, line.prev_not_on_track) == (None,) * 3
        assert (line.diff_on_track, line.diff_achieved, line.diff_not_on_track) == (None,) * 3


def test_what_no_ward_counts_yet_this_year_is_not_compared():
    other = indicator("1-2-a", 2)
    before = [row(KITA, "50", of=one, year=2015) for one in (CONNECTION, other)]

    table = table2([CONNECTION, other], [row(KITA, "20", of=other)], before)

    assert [line.prev_achieved for line in (*table.rows, table.total)] == [None, 1, 1]
    assert [line.diff_achieved for line in (*table.rows, table.total)] == [None, -1, -1]


def test_the_note_on_last_year_says_what_is_not_compared():
    before = [row(KITA, "50", year=2015)]

    assert "「―」" in notes_on([CONNECTION], [], previous_rows=before)[4].text
    assert "「―」" not in notes_on([CONNECTION], [row(KITA, "50")], previous_rows=before)[4].text


def test_the_citys_single_result_counts_once():
    rows = [row(CITY, "1", of=SCHEME), *(row(ward, "1", of=SCHEME) for ward in WARDS)]

    line = only_line(rows, of=SCHEME)

    assert (line.counted, line.on_track, line.achieved, line.ref_count) == (1, 1, 1, 1)


def test_the_city_is_not_a_25th_ward():
    assert only_line([row(CITY, "50"), row(KITA, "50")]).counted == 1


def test_an_indicator_in_brackets_shows_its_count_and_achievements_and_nothing_else():
    rows = [row(KITA, "2", of=BUSINESSES), row(NISHI, "0", of=BUSINESSES)]
    before = [row(KITA, "0", of=BUSINESSES, year=2015), row(NISHI, "0", of=BUSINESSES, year=2015)]

    assert only_line(rows, before, of=BUSINESSES) == Table2Row(
        indicator_code="1-3-b",
        counted=2,
        on_track=None,
        achieved=1,
        not_on_track=None,
        ref_count=None,
        ref_on_track=None,
        ref_achieved=1,
        ref_not_on_track=None,
        prev_on_track=None,
        prev_achieved=0,
        prev_not_on_track=None,
        diff_on_track=None,
        diff_achieved=1,
        diff_not_on_track=None,
    )


def test_an_indicator_in_brackets_is_in_no_total():
    rows = [row(KITA, "50"), row(KITA, "2", of=BUSINESSES)]

    table = table2([CONNECTION, BUSINESSES], rows)

    assert (table.total.counted, table.total.achieved) == (1, 1)
    assert table.in_brackets == {"1-3-b"}


def test_the_lines_follow_the_indicators_numbers():
    lines = table2([BUSINESSES, SCHEME, CONNECTION], []).rows

    assert [line.indicator_code for line in lines] == ["1-1-a", "1-3-a", "1-3-b"]


def test_missing_wards_are_named_in_official_order_even_without_a_row():
    rows = [row(MIYAKOJIMA, "50"), row(NISHI, None)]

    assert missing_wards([CONNECTION], rows, WARDS) == {"1-1-a": ("北区", "西区")}


def test_a_ward_known_from_another_indicator_is_missed_too():
    other = indicator("1-2-a", 2)

    assert missing_wards([CONNECTION, other], [row(KITA, "0")]) == {"1-2-a": ("北区",)}


def test_for_the_citys_single_result_only_the_city_can_be_missing():
    assert missing_wards([SCHEME], [row(KITA, None, of=SCHEME)], WARDS) == {"1-3-a": ("大阪市",)}
    assert missing_wards([SCHEME], [row(CITY, "0", of=SCHEME)], WARDS) == {}


def notes_on(indicators, rows, **changes) -> list[Footnote]:
    facts = {"fiscal_year": 2016, "scale": Scale(THRESHOLDS[2016]), "wards": WARDS}
    return footnotes(indicators, rows, **(facts | changes))


def test_indicators_with_the_same_reference_wards_share_a_sentence():
    other = indicator("1-2-a", 2)
    rows = [
        row(ward, "50", of=of, respondents=399 if ward is NISHI else 500)
        for of in (CONNECTION, other)
        for ward in WARDS
    ]

    assert notes_on([CONNECTION, other], rows)[0] == Footnote(
        "※1",
        "次の項目には、参考数値として扱い、件数に含めていない区があります。",
        (
            "「1(1)1項目1」「1(1)2項目2」の2項目は、西区の1区でアンケートの回答者数が"
            "必要な400名に満たないため、この1区の値を参考数値とし、件数に含めていません。"
            "集計対象は2件です。",
            "「参考」の行には、参考数値の区も含めた件数を示しています。",
        ),
    )


def test_a_shared_sentence_gives_each_count_where_they_differ():
    other = indicator("1-2-a", 2)
    rows = [
        row(NISHI, "50", respondents=399),
        row(NISHI, "50", of=other, respondents=399),
        row(KITA, "50"),
        row(KITA, None, of=other),
    ]

    point = notes_on([CONNECTION, other], rows)[0].points[0]

    assert point.endswith("集計対象は1(1)1が1件、1(1)2が0件です。")


def test_a_ward_with_two_reasons_is_named_for_both():
    rows = [row(NISHI, "50", respondents=399, reason="対象が異なるため"), row(KITA, "50")]

    few, wrong, _ = notes_on([CONNECTION], rows)[0].points

    assert "西区の1区でアンケートの回答者数が" in few
    assert "（理由：対象が異なるため）" in wrong


def test_notes_that_apply_to_nobody_say_so_and_keep_their_marks():
    notes = notes_on([CONNECTION], [row(ward, "50") for ward in WARDS])

    assert [(note.mark, note.text) for note in notes if note.mark != "※4"] == [
        ("※1", "参考数値として扱った区はありません。"),
        ("※2", "全市で1件と数える項目はありません。"),
        ("※3", "括弧書きで示す項目はありません。"),
        ("※5", "比較できる前年度の実績がないため、前年度との比較は示していません。"),
    ]


def test_the_notes_name_the_citys_scheme_and_the_brackets():
    rows = [row(CITY, "1", of=SCHEME), *(row(ward, "0", of=BUSINESSES) for ward in WARDS)]

    notes = notes_on([SCHEME, BUSINESSES], rows)

    assert "「1(1)4項目4」" in notes[1].text
    assert "全市で1件" in notes[1].text
    assert "「1(1)5項目5」" in notes[2].text
    assert "平成29年度までに" in notes[2].text


def test_a_year_without_a_rule_is_not_classed_in_the_notes():
    notes = notes_on([CONNECTION], [], scale=Scale(None))

    assert notes[3].text == "平成28年度の判定基準は定められていないため、進捗を判定していません。"


def test_a_ward_that_was_a_reference_only_last_year_is_named():
    notes = notes_on(
        [CONNECTION],
        [row(KITA, "50"), row(NISHI, "50", respondents=300)],
        previous_rows=[
            row(KITA, "50", year=2015, respondents=399),
            row(NISHI, "50", year=2015, respondents=399),
        ],
        previous_scale=Scale(THRESHOLDS[2015]),
    )

    assert notes[4].points == (
        "概ね順調：進捗率が33.4％以上",
        "必ずしも順調ではない：進捗率が33.4％未満",
        "「1(1)1項目1」の平成27年度の件数は、その年度だけ参考数値であった北区を含みます。",
    )


def test_wards_without_an_entry_are_named_once_per_gap():
    other = indicator("1-2-a", 2)
    rows = [row(KITA, "50"), row(KITA, "50", of=other), row(NISHI, "50")]

    note = notes_on([CONNECTION, other], rows)[-1]

    assert note == Footnote(
        "※6",
        "実績値が未入力の区（提出前・訂正中の区を含みます）は、件数に含めていません。",
        ("1(1)1：都島区", "1(1)2：都島区、西区"),
    )


def test_a_difference_beside_a_gap_is_said_to_compare_different_wards():
    rows = [row(KITA, "50")]
    before = [row(KITA, "50", year=2015), row(NISHI, "50", year=2015)]
    complete = [row(ward, "50") for ward in WARDS]

    def words(of_year):
        return next(
            n.text for n in notes_on([CONNECTION], of_year, previous_rows=before) if n.mark == "※5"
        )

    assert "同じ区どうしの比較ではありません" in words(rows)
    assert "同じ区どうしの比較ではありません" not in words(complete)


@pytest.mark.parametrize(("year", "words"), [(2016, "途中の年度では"), (2017, "期限の年度である")])
def test_the_year_of_the_deadline_is_no_year_on_the_way(year, words):
    cases = indicator("1-3-b", 5, counting=Counting.IN_BRACKETS)

    note = next(n for n in notes_on([cases], [], fiscal_year=year) if n.mark == "※3")

    assert words in note.text


ENTRIES = st.lists(
    st.tuples(
        st.none() | st.integers(0, 100),
        st.sampled_from([None, 0, 399, 400, 800]),
        st.sampled_from(["", "対象が異なるため"]),
        st.sampled_from([*Implementation.values, ""]),
    ),
    max_size=24,
)


def city_of(entries, year: int = 2016) -> list[ResultRow]:
    return [
        row(
            WardFacts(f"ward{order}", str(order), f"{order}区", order),
            None if actual is None else str(actual),
            year=year,
            respondents=respondents,
            reason=reason,
            implementation=implementation,
        )
        for order, (actual, respondents, reason, implementation) in enumerate(entries, start=1)
    ]


@given(now=ENTRIES, before=ENTRIES)
def test_the_sums_of_the_printed_tables_hold_for_any_city(now, before):
    rows, previous = city_of(now), city_of(before, 2015)
    line = only_line(rows, previous)

    assert line.on_track + line.not_on_track == line.counted
    assert line.achieved <= line.on_track
    assert line.ref_on_track + line.ref_not_on_track == line.ref_count
    assert line.counted <= line.ref_count == sum(entry[0] is not None for entry in now)
    if line.prev_on_track is not None:
        assert line.diff_on_track == line.on_track - line.prev_on_track
        assert line.prev_achieved <= line.prev_on_track
    first = table1([CONNECTION], rows).rows[0]
    assert first.count == first.in_ward_policy + first.separate_action + first.no_action
    assert first.in_ward_policy == first.all_done + first.partly_done + first.not_done


@given(now=ENTRIES, seed=st.randoms(use_true_random=False))
def test_the_order_in_which_wards_are_read_changes_nothing(now, seed):
    rows = city_of(now)
    shuffled = rows.copy()
    seed.shuffle(shuffled)

    assert table2([CONNECTION], shuffled) == table2([CONNECTION], rows)
    assert table1([CONNECTION], shuffled) == table1([CONNECTION], rows)
    assert notes_on([CONNECTION], shuffled) == notes_on([CONNECTION], rows)
    assert by_indicator(shuffled) == by_indicator(rows)
