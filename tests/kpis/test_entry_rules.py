"""What an officer may enter, and how a refusal reads."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.catalog.choices import Unit
from kpis.choices import Implementation
from kpis.entry_rules import (
    CASE,
    MILESTONE,
    NOT_APPLICABLE,
    PERCENT,
    POINT,
    UNIT_WORDS,
    EntryError,
    parse_actual,
    parse_count,
    parse_fiscal_year,
    reasons_not_to_hand_in,
    reasons_to_ask,
    reasons_to_refuse,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("32.3", "32.3"),
        ("３２．３", "32.3"),
        (" 50 ", "50"),
        ("50.00", "50.00"),
        ("3.470000", "3.47"),
        ("1,234", "1234"),
        ("１，２３４．５", "1234.5"),
        ("0", "0"),
        ("-0", "0"),
        ("-3", "-3"),
        ("▲3", "-3"),
        ("−3", "-3"),
        (32.3, "32.3"),
        (50, "50"),
        (Decimal("3.5"), "3.5"),
    ],
)
def test_a_number_is_read_as_it_was_meant(text, value):
    assert str(parse_actual(text)) == value


@pytest.mark.parametrize("text", ["", " ", "　", None])
def test_an_empty_cell_is_no_entry(text):
    assert parse_actual(text) is None


@pytest.mark.parametrize("text", ["該当なし", " 該当なし　"])
def test_not_applicable_is_an_entry_without_a_number(text):
    assert parse_actual(text) is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "約30",
            "実績値「約30」は数値として読み取れません。「32.3」のように数値で入力してください。",
        ),
        ("NaN", "実績値「NaN」は数値ではありません。"),
        ("ＮａＮ", "実績値「NaN」は数値ではありません。"),
        ("-Infinity", "実績値「-Infinity」は数値ではありません。"),
        (float("nan"), "実績値「nan」は数値ではありません。"),
        (float("inf"), "実績値「inf」は数値ではありません。"),
        (Decimal("NaN"), "実績値「NaN」は数値ではありません。"),
        ("1e2", "実績値「1e2」は指数表記です。「12.3」のような通常の数値で入力してください。"),
        ("32.3％", "実績値「32.3%」は、単位を付けずに数値だけを入力してください。"),
        ("32.333", "実績値「32.333」は、小数第2位までで入力してください。"),
        ("1234567890", "実績値「1234567890」は、桁数が多すぎます。"),
        (True, "実績値は数値で入力してください。"),
        ([1], "実績値は数値で入力してください。"),
    ],
)
def test_what_is_no_number_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(EntryError) as refusal:
        parse_actual(text)

    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "text",
    [
        "12,34",
        "1,2345",
        "1.2.3",
        "1.",
        ".5",
        "--1",
        "٣٢",
        "1_000",
        "0x10",
        "+5",
        "1 2",
        "=1+1",
        "9" * 5000,
    ],
)
def test_what_only_looks_like_a_number_is_refused(text):
    with pytest.raises(EntryError):
        parse_actual(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_but_never_breaks(text):
    sentence = "。"
    try:
        value = parse_actual(text)
    except EntryError as refusal:
        value, sentence = None, str(refusal)

    assert value is None or value is NOT_APPLICABLE or value.is_finite()
    assert sentence.endswith("。")


@given(st.decimals(min_value=-999, max_value=999_999, places=2, allow_nan=False))
def test_a_number_is_read_back_from_the_way_it_is_written(number):
    assert parse_actual(f"{number:,f}") == number
    full_width = f"{number:f}".translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    assert parse_actual(full_width) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("412", 412),
        ("１,０２４", 1024),
        (412.0, 412),
        (412, 412),
        ("", None),
        (None, None),
        ("-1", -1),
    ],
)
def test_the_number_of_respondents_is_read(text, number):
    assert parse_count(text) == number


@pytest.mark.parametrize("text", ["412.5", "四百", "412名", "1e3", "nan", "9999999999"])
def test_a_number_of_respondents_that_is_no_count_is_refused(text):
    with pytest.raises(EntryError, match=r"^回答者数.+。$"):
        parse_count(text)


@pytest.mark.parametrize(
    ("text", "fiscal_year"),
    [
        ("2016", 2016),
        (2016, 2016),
        (2016.0, 2016),
        ("２０１６年度", 2016),
        ("平成28年度", 2016),
        ("平成28", 2016),
        ("平成２８年", 2016),
        ("H28", 2016),
        ("Ｈ２８", 2016),
        ("h28", 2016),
        ("R8", 2026),
        ("令和元年度", 2019),
        ("令和1年度", 2019),
        ("平成31年度", 2019),
        ("平成32年度", 2020),
        ("昭和63年度", 1988),
        (" 平成 28 年度 ", 2016),
        ("201６年", 2016),
    ],
)
def test_a_fiscal_year_is_read_in_every_usual_spelling(text, fiscal_year):
    assert parse_fiscal_year(text) == fiscal_year


@pytest.mark.parametrize(
    "text", ["", None, "28", "平成", "平成0年度", "令和年度", "Q3", "2016-17", "16.5", True]
)
def test_what_is_no_fiscal_year_is_refused_in_a_sentence(text):
    with pytest.raises(EntryError, match=r"。$"):
        parse_fiscal_year(text)


@pytest.mark.parametrize(
    ("actual", "unit", "reasons"),
    [
        ("0", PERCENT, []),
        ("100", PERCENT, []),
        ("100.1", PERCENT, ["割合は100％を超えることができません（入力値：100.1％）。"]),
        ("-0.1", PERCENT, ["実績値に負の値は入力できません。"]),
        ("5", POINT, []),
        ("5.01", POINT, ["5点満点の点数です。5点を超えることはできません（入力値：5.01点）。"]),
        ("-1", POINT, ["実績値に負の値は入力できません。"]),
        ("3", CASE, []),
        ("3.0", CASE, []),
        ("1000", CASE, []),
        ("2.5", CASE, ["件数は整数で入力してください（入力値：2.5件）。"]),
        ("-1", CASE, ["実績値に負の値は入力できません。"]),
        ("0", MILESTONE, []),
        ("1", MILESTONE, []),
        (
            "2",
            MILESTONE,
            ["立ち上げた場合は1、立ち上げていない場合は0を入力してください（入力値：2）。"],
        ),
        (
            "0.5",
            MILESTONE,
            ["立ち上げた場合は1、立ち上げていない場合は0を入力してください（入力値：0.5）。"],
        ),
        ("NaN", PERCENT, ["実績値は数値で入力してください。"]),
    ],
)
def test_an_impossible_value_is_refused_with_its_reason(actual, unit, reasons):
    refused = reasons_to_refuse(Decimal(actual), unit=unit, scale_max=Decimal(5))

    assert refused == [("actual", reason) for reason in reasons]


def test_a_negative_number_of_respondents_is_refused_beside_any_other_reason():
    assert reasons_to_refuse(Decimal(101), unit=PERCENT, respondents=-1) == [
        ("actual", "割合は100％を超えることができません（入力値：101％）。"),
        ("respondents", "回答者数に負の値は入力できません。"),
    ]
    assert reasons_to_refuse(None, unit=PERCENT, respondents=-1) == [
        ("respondents", "回答者数に負の値は入力できません。")
    ]


@pytest.mark.parametrize("actual", [None, NOT_APPLICABLE])
def test_no_entry_and_not_applicable_are_never_impossible(actual):
    assert reasons_to_refuse(actual, unit=CASE, respondents=0) == []


@pytest.mark.parametrize(
    ("implementation", "note", "asked"),
    [
        (Implementation.PARTLY_DONE, "", True),
        (Implementation.PARTLY_DONE, " 　", True),
        (Implementation.PARTLY_DONE, "研修の開催回数が予定より少なかった", False),
        (Implementation.NOT_DONE, "", True),
        ("all_done", "", False),
        ("no_action", "", False),
        ("", "", False),
    ],
)
def test_work_that_was_left_undone_asks_for_its_reason(implementation, note, asked):
    questions = reasons_to_ask(Decimal(40), unit=PERCENT, implementation=implementation, note=note)

    assert bool(questions) is asked


@pytest.mark.parametrize(
    ("actual", "previous", "unit", "note", "asked"),
    [
        ("50.0", "35.0", PERCENT, "", False),
        ("50.1", "35.0", PERCENT, "", True),
        ("20.0", "35.0", PERCENT, "", False),
        ("19.9", "35.0", PERCENT, "", True),
        ("19.9", "35.0", PERCENT, "調査の方法を変更した", False),
        ("30", "1", CASE, "", False),
        ("50.1", None, PERCENT, "", False),
    ],
)
def test_a_jump_of_more_than_15_points_asks_for_a_comment(actual, previous, unit, note, asked):
    questions = reasons_to_ask(
        Decimal(actual),
        unit=unit,
        previous_actual=None if previous is None else Decimal(previous),
        note=note,
    )

    assert bool(questions) is asked


def test_a_jump_is_named_with_last_years_value_and_its_direction():
    assert reasons_to_ask(Decimal("19.9"), unit=PERCENT, previous_actual=Decimal("35.0")) == [
        "前年度の35.0％から15.1ポイント下がっています。"
        "入力に誤りがなければ、備考に理由を記入してください。"
    ]


def test_a_survey_with_a_minimum_asks_how_many_answered():
    questions = reasons_to_ask(Decimal(40), unit=PERCENT, minimum_respondents=400)

    assert questions == [
        "回答者数が入力されていません。400名未満の場合は参考数値となるため、入力してください。"
    ]
    assert reasons_to_ask(None, unit=PERCENT, minimum_respondents=400) == []


def test_a_share_of_nobody_is_questioned():
    assert reasons_to_ask(Decimal(40), unit=PERCENT, respondents=0) == [
        "回答者数が0名です。実績値と回答者数を確かめてください。"
    ]


def test_the_rules_know_every_unit_of_the_catalogue():
    assert set(UNIT_WORDS) == set(Unit.values)


@pytest.mark.parametrize(
    ("actual", "respondents", "minimum", "count"),
    [
        (Decimal(40), None, 400, 1),
        (Decimal(0), None, 400, 1),
        (Decimal(40), 0, 400, 0),
        (Decimal(40), 399, 400, 0),
        (Decimal(40), None, None, 0),
        (NOT_APPLICABLE, None, 400, 0),
        (None, None, 400, 0),
    ],
)
def test_a_number_out_of_a_survey_needs_its_respondents(actual, respondents, minimum, count):
    reasons = reasons_not_to_hand_in(
        actual,
        respondents=respondents,
        minimum_respondents=minimum,
        implementation="all_done",
        note="測っていません。",
    )

    assert len(reasons) == count
