"""和暦: every day of two centuries, and the days on which eras changed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wards.wareki import (
    ERAS,
    day_from_wareki,
    era_of,
    short_wareki,
    wareki,
    western_year,
    year_in_era,
)

days = st.dates(min_value=date(1868, 1, 1), max_value=date(2200, 12, 31))


@pytest.mark.parametrize(
    ("day", "written", "short"),
    [
        (date(1868, 1, 24), "1868年1月24日", "1868.1.24"),
        (date(1868, 1, 25), "明治元年1月25日", "M1.1.25"),
        (date(1912, 7, 29), "明治45年7月29日", "M45.7.29"),
        (date(1912, 7, 30), "大正元年7月30日", "T1.7.30"),
        (date(1926, 12, 24), "大正15年12月24日", "T15.12.24"),
        (date(1926, 12, 25), "昭和元年12月25日", "S1.12.25"),
        (date(1989, 1, 7), "昭和64年1月7日", "S64.1.7"),
        (date(1989, 1, 8), "平成元年1月8日", "H1.1.8"),
        (date(2016, 2, 29), "平成28年2月29日", "H28.2.29"),
        (date(2019, 4, 30), "平成31年4月30日", "H31.4.30"),
        (date(2019, 5, 1), "令和元年5月1日", "R1.5.1"),
        (date(2025, 10, 1), "令和7年10月1日", "R7.10.1"),
        (date(2118, 1, 1), "令和100年1月1日", "R100.1.1"),
    ],
)
def test_a_day_is_written_in_the_era_in_force_on_it(day, written, short):
    assert wareki(day) == written
    assert short_wareki(day) == short
    assert day_from_wareki(written) == day
    assert day_from_wareki(short) == day


def test_every_day_from_1868_to_2100_is_read_back_as_written():
    day = date(1868, 1, 1)
    while day <= date(2100, 12, 31):
        assert day_from_wareki(wareki(day)) == day
        day += timedelta(days=1)


@given(day=days)
def test_a_full_width_spelling_names_the_same_day(day):
    spelled = wareki(day).translate(str.maketrans("0123456789", "０１２３４５６７８９"))

    assert day_from_wareki(f"　{spelled} ") == day


@given(first=days, second=days)
def test_an_era_never_gives_way_to_an_earlier_one(first, second):
    eras = [era_of(day) for day in sorted((first, second))]
    positions = [-1 if era is None else ERAS.index(era) for era in eras]

    assert positions == sorted(positions)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和1年5月1日", date(2019, 5, 1)),
        ("Ｈ３１／４／３０", date(2019, 4, 30)),
        ("r7-10-1", date(2025, 10, 1)),
        ("平成 28年 4月 1日", date(2016, 4, 1)),
        ("2019-05-01", date(2019, 5, 1)),
        ("2019/5/1", date(2019, 5, 1)),
        ("2019年5月1日", date(2019, 5, 1)),
        ("㋿元年5月1日", date(2019, 5, 1)),
        ("㍻28年4月1日", date(2016, 4, 1)),
    ],
)
def test_a_day_is_read_in_every_usual_spelling(text, day):
    assert day_from_wareki(text) == day


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("平成31年5月1日", "「平成31年5月1日」という日はありません。正しくは令和元年5月1日です。"),
        ("昭和64年1月8日", "「昭和64年1月8日」という日はありません。正しくは平成元年1月8日です。"),
        (
            "令和元年4月30日",
            "「令和元年4月30日」という日はありません。正しくは平成31年4月30日です。",
        ),
        ("平成29年2月29日", "「平成29年2月29日」という日はありません。"),
        ("令和7年13月1日", "「令和7年13月1日」という日はありません。"),
        ("元年5月1日", "年は「令和元年」のように元号を付けるか、西暦4桁で入力してください。"),
        ("28年4月1日", "年は「令和元年」のように元号を付けるか、西暦4桁で入力してください。"),
        (
            "きのう",
            "「きのう」は日付として読み取れません。"
            "「令和元年5月1日」または「2019-05-01」のように入力してください。",
        ),
    ],
)
def test_a_day_that_never_was_is_refused_with_the_right_one(text, sentence):
    with pytest.raises(ValueError, match=r"。$") as refusal:
        day_from_wareki(text)

    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "text", ["", "2019-05/01", "令和9999年1月1日", "平成0年1月1日", "0000-01-01"]
)
def test_nonsense_is_refused_without_a_crash(text):
    with pytest.raises(ValueError, match=r"。$"):
        day_from_wareki(text)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_but_never_breaks(text):
    sentence = "。"
    try:
        day = day_from_wareki(text)
    except ValueError as refusal:
        day, sentence = None, str(refusal)

    assert day is None or isinstance(day, date)
    assert sentence.endswith("。")


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.letter)
def test_the_first_year_of_an_era_is_year_one(era):
    assert year_in_era(era, era.first_day.year) == 1
    assert western_year(era, 1) == era.first_day.year
