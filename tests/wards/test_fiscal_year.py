"""年度: where it begins, and how it is printed in the year the era changed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wards.fiscal_year import (
    first_day,
    fiscal_year_from_text,
    fiscal_year_label,
    fiscal_year_of,
    last_day,
    short_label,
)

fiscal_years = st.integers(1868, 2200)


@pytest.mark.parametrize(
    ("day", "fiscal_year", "label"),
    [
        (date(2017, 3, 31), 2016, "平成28年度"),
        (date(2017, 4, 1), 2017, "平成29年度"),
        (date(2016, 12, 31), 2016, "平成28年度"),
        (date(2017, 1, 1), 2016, "平成28年度"),
        (date(2016, 2, 29), 2015, "平成27年度"),
        (date(2019, 3, 31), 2018, "平成30年度"),
        (date(2019, 4, 1), 2019, "令和元年度"),
        (date(2020, 3, 31), 2019, "令和元年度"),
        (date(2026, 11, 21), 2026, "令和8年度"),
        (date(1989, 1, 8), 1988, "昭和63年度"),
        (date(1989, 4, 1), 1989, "平成元年度"),
        (date(2118, 4, 1), 2118, "令和100年度"),
    ],
)
def test_a_fiscal_year_runs_from_1_april_and_is_named_by_its_start(day, fiscal_year, label):
    assert fiscal_year_of(day) == fiscal_year
    assert fiscal_year_label(fiscal_year) == label


@pytest.mark.parametrize(
    ("as_of", "label", "short"),
    [
        (None, "令和元年度", "R1"),
        (date(2019, 4, 30), "平成31年度", "H31"),
        (date(2019, 5, 1), "令和元年度", "R1"),
        (date(2018, 7, 1), "平成31年度", "H31"),
    ],
)
def test_fiscal_2019_carries_the_name_of_the_time_of_the_document(as_of, label, short):
    assert fiscal_year_label(2019, as_of=as_of) == label
    assert short_label(2019, as_of=as_of) == short


def test_a_document_of_2017_names_later_years_in_heisei():
    assert fiscal_year_label(2020, as_of=date(2017, 8, 1)) == "平成32年度"


def test_a_later_document_keeps_the_names_of_earlier_years():
    assert fiscal_year_label(2016, as_of=date(2026, 4, 1)) == "平成28年度"


@pytest.mark.parametrize(
    ("fiscal_year", "short"), [(2015, "H27"), (2016, "H28"), (2019, "R1"), (1867, "1867")]
)
def test_headings_use_the_short_name(fiscal_year, short):
    assert short_label(fiscal_year) == short


def test_a_year_before_the_first_era_is_written_in_the_western_calendar():
    assert fiscal_year_label(1867) == "1867年度"


@given(fiscal_year=fiscal_years)
def test_first_and_last_day_belong_to_the_year_and_their_neighbours_do_not(fiscal_year):
    first, last = first_day(fiscal_year), last_day(fiscal_year)

    assert fiscal_year_of(first) == fiscal_year_of(last) == fiscal_year
    assert fiscal_year_of(date.fromordinal(first.toordinal() - 1)) == fiscal_year - 1
    assert fiscal_year_of(date.fromordinal(last.toordinal() + 1)) == fiscal_year + 1


@given(
    fiscal_year=fiscal_years,
    as_of=st.none() | st.dates(min_value=date(1990, 1, 1), max_value=date(2150, 1, 1)),
)
def test_every_printed_name_is_read_back_as_the_same_year(fiscal_year, as_of):
    assert fiscal_year_from_text(fiscal_year_label(fiscal_year, as_of=as_of)) == fiscal_year
    assert fiscal_year_from_text(short_label(fiscal_year, as_of=as_of)) == fiscal_year


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_but_never_breaks(text):
    sentence = "。"
    try:
        year = fiscal_year_from_text(text)
    except ValueError as refusal:
        year, sentence = None, str(refusal)

    assert year is None or year >= 1868
    assert sentence.endswith("。")
