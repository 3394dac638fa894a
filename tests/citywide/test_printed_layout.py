"""Measures of Japanese text: no row of a printed table cuts its words."""

import io
from decimal import Decimal

import pytest
import xlsxwriter

from kpis.catalog.choices import Counting, Direction
from osaka_kusei.citywide.printed_layout import PrintedSheet, em_width, height_of, line_count
from osaka_kusei.citywide.printed_tables import target_cell
from osaka_kusei.citywide.report_rows import IndicatorFacts


@pytest.mark.parametrize(
    ("text", "ems"),
    [("", 0), ("区民", 2), ("ｸﾐﾝ", 1.8), ("50", 1.2), ("50％", 2.2), ("※1", 1.6), ("㋐", 1)],
)
def test_a_kanji_is_one_em_wide_and_a_digit_less(text, ems):
    assert em_width(text) == pytest.approx(ems)


@pytest.mark.parametrize(
    ("text", "lines"), [("", 1), ("区" * 9, 1), ("区" * 10, 2), ("区\n民", 2), ("区" * 27, 3)]
)
def test_a_column_of_ten_kanji_keeps_one_free_for_brackets_that_move(text, lines):
    assert line_count(text, pixels=10 * 16 + 8, points=12) == lines


def test_more_text_needs_more_height():
    assert height_of("区民" * 30, 200, 10) > height_of("区民" * 10, 200, 10) > 10


def test_rows_grow_together_until_the_text_over_them_fits():
    book = xlsxwriter.Workbook(io.BytesIO())
    page = PrintedSheet(book, "表", (20.0,))
    page.need(0, 0, 30)
    page.need(0, 2, 90)
    page.need(0, 1, 20)

    assert sum(page._heights.values()) == pytest.approx(90)
    assert page._heights[0] == pytest.approx(50)
    book.close()


@pytest.mark.parametrize(
    ("target", "unit", "words"),
    [
        (50, "percent", "H29年度までに\n50％以上"),
        (3.5, "point", "H29年度までに\n3.5点以上"),
        (1, "case", "H29年度までに\n1件以上"),
        (1, "milestone", "―"),
    ],
)
def test_a_target_is_printed_in_the_words_of_the_report(target, unit, words):
    facts = IndicatorFacts(
        code="1-1-a", number=1, printed_code="1(1)㋐", pillar="1", section="(1)",
        item_title="", short_title="", text="", target=Decimal(str(target)), unit=unit,
        direction=Direction.AT_LEAST, deadline_fiscal_year=2017, respondent_base="", minimum_respondents=None,
        counting=Counting.EVERY_WARD, cumulative_from=None, scale_max=None,
    )  # fmt: skip

    assert target_cell(facts) == words
