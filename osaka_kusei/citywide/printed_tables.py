"""公表用: 表1 and 表2 as Excel books that look like the printed tables of the 実施状況.

Layout after 「「豊かな地域社会の形成に向けた区政運営基本方針」平成28年度の実施状況について」, 表1 and
表2. Every figure is a numeric cell; 「▲」, 「参考：」 and brackets are number formats.
"""

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

import xlsxwriter
from django.utils import timezone

from kpis.catalog.choices import Unit
from kpis.notices import Notice
from osaka_kusei.citywide import printed_layout as layout
from osaka_kusei.citywide.export_columns import TITLES
from osaka_kusei.citywide.footnotes import notes_under_table1
from osaka_kusei.citywide.machine_readable import LICENCE, created
from osaka_kusei.citywide.printed_layout import DASH, PrintedSheet
from osaka_kusei.citywide.printed_lines import scales_of_parts
from osaka_kusei.citywide.report_data import ReportData
from osaka_kusei.citywide.report_rows import CITY_NAME, Footnote, IndicatorFacts, Table2Row
from wards.fiscal_year import fiscal_year_label
from wards.wareki import wareki_minute

# 柱, 取組の方向性, ㋐, 項目, 成果指標, 目標値 stand left of the figures in both tables.
_ITEM_WIDTHS: Final = (15.0, 19.0, 4.0, 23.0, 58.0, 15.0)
_FIRST_FIGURE: Final = len(_ITEM_WIDTHS)
_MARK: Final = re.compile(r"[㋐-㋾]")
_TITLE_ROW, _FIRST_HEADING, _LAST_HEADING = 0, 1, 3
# The least heights in points: of half a line of 表2, of a line of 表1.
_HALF_LINE: Final = 17.0
_LINE: Final = 40.0
# The line 計 is bold and under a thick rule.
_HALF_TOTAL: Final = 23.0


def write_table1(file, data: ReportData) -> None:
    """Write 表1 as a book for print into an open binary file."""
    book, page = _open(file, data, "表1", (*_ITEM_WIDTHS, 11.0, *(14.0,) * 4, 20.0, 11.0))
    heading = page.boxed(bold=True, align="center", bg_color=layout.HEADING_FILL)
    f = _FIRST_FIGURE
    _write_headings(page, heading)
    for place in (
        (1, f, 3, f, "件数"),
        (1, f + 1, 1, f + 6, "取組実績"),
        (2, f + 1, 2, f + 4, "区運営方針に記載して取組"),
        (3, f + 1, 3, f + 1, "計"),
        (3, f + 2, 3, f + 2, "記載した取組を\nすべて実施"),
        (3, f + 3, 3, f + 3, "記載した取組の\n一部を実施"),
        (3, f + 4, 3, f + 4, "記載した取組を\n実施せず"),
        (2, f + 5, 3, f + 5, "区運営方針には\n記載していないが、\n別途取組"),
        (2, f + 6, 3, f + 6, "取組なし"),
    ):
        # As if for larger letters, so that three lines keep clear of the rules.
        page.put_text(*place, heading, points=12)

    table = data.table1()
    top = _LAST_HEADING + 1
    _write_items(page, data.indicators, top, rows_each=1)
    number = page.boxed(align="center", font_size=12, num_format=layout.COUNT)
    for row, line in enumerate(table.rows, start=top):
        _write_counts(page, row, line, number)
        page.need(row, row, _LINE)
    end = top + len(table.rows)
    total = page.boxed(
        align="center",
        font_size=12,
        bold=True,
        num_format=layout.COUNT,
        bg_color=layout.TOTAL_FILL,
        top=2,
    )
    page.put(end, 0, end, f - 1, "計", total)
    _write_counts(page, end, table.total, total)
    page.need(end, end, _LINE)

    _close(book, page, end, notes_under_table1(data.indicators, table), data.notices("table1"))


def _write_counts(page: PrintedSheet, row: int, line, style) -> None:
    figures = (
        line.count,
        line.in_ward_policy,
        line.all_done,
        line.partly_done,
        line.not_done,
        line.separate_action,
        line.no_action,
    )
    for column, figure in enumerate(figures, start=_FIRST_FIGURE):
        page.put(row, column, row, column, figure, style)


def write_table2(file, data: ReportData) -> None:
    """Write 表2 as a book for print into an open binary file."""
    book, page = _open(file, data, "表2", (*_ITEM_WIDTHS, *(10.5,) * 10))
    _write_headings2(page, data)
    table = data.table2()
    top = _LAST_HEADING + 1
    _write_items(page, data.indicators, top, rows_each=2)
    for place, line in enumerate(table.rows):
        _write_line(
            page,
            top + 2 * place,
            line,
            in_brackets=line.indicator_code in table.in_brackets,
            has_reference=line.indicator_code in table.has_reference,
        )
    end = top + 2 * len(table.rows)
    total = {"bg_color": layout.TOTAL_FILL, "bold": True, "top": 2}
    page.put(
        end, 0, end + 1, _FIRST_FIGURE - 1, "計", page.boxed(align="center", font_size=12, **total)
    )
    _write_line(page, end, table.total, has_reference=bool(table.has_reference), **total)
    page.need(end, end, _HALF_TOTAL)
    page.need(end + 1, end + 1, _HALF_TOTAL)
    _close(book, page, end + 1, data.footnotes(), data.notices("table2"))


def _write_headings2(page: PrintedSheet, data: ReportData) -> None:
    heading = page.boxed(bold=True, align="center", bg_color=layout.HEADING_FILL)
    small = page.boxed(align="center", bg_color=layout.HEADING_FILL, font_size=9)
    tight = page.boxed(bold=True, align="center", bg_color=layout.HEADING_FILL, font_size=9)
    f = _FIRST_FIGURE
    this, last = fiscal_year_label(data.fiscal_year), fiscal_year_label(data.fiscal_year - 1)
    until = fiscal_year_label(max(i.deadline_fiscal_year for i in data.indicators))
    _write_headings(page, heading)
    page.put_text(1, f, 3, f, "件数\n※1 ※2 ※3", heading)
    # This year's classes are explained in ※4, last year's in ※5; a difference has no class.
    parts = (
        (f + 1, this, " ※4"),
        (f + 4, f"{last} ※5\n（{this}の結果が参考数値のものを除く）", " ※5"),
        (f + 7, f"前年度との比較 ※5\n差引（{this}－{last}）", ""),
    )
    scales = scales_of_parts(data.scale, data.previous_scale)
    for (left, text, mark), scale in zip(parts, scales, strict=True):
        page.put_text(1, left, 1, left + 2, text, heading)
        page.put_text(2, left, 2, left + 1, f"{scale.on_track_label}{mark}", heading)
        page.put_text(3, left, 3, left, "件数", small, points=9)
        page.put_text(
            3, left + 1, 3, left + 1, f"うち{until}\nまでの目標値\nを達成", small, points=9
        )
        narrow = f"{_phrases(scale.not_on_track_label)}\n{mark.strip()}".rstrip()
        page.put_text(2, left + 2, 3, left + 2, narrow, tight, points=12)


def _write_line(
    page: PrintedSheet,
    row: int,
    line: Table2Row,
    *,
    in_brackets: bool = False,
    has_reference: bool = False,
    **look,
) -> None:
    """Write a line of 表2 over two rows: the figures, and under them 「参考：」 where there is any."""
    f = _FIRST_FIGURE
    usual = {"align": "center", "font_size": 12, **look}
    counts = layout.IN_BRACKETS if in_brackets else layout.COUNT
    differences = layout.IN_BRACKETS if in_brackets else layout.DIFFERENCE
    whole = page.boxed(num_format=counts, **usual)
    upper = page.format(
        num_format=counts,
        left=1,
        right=1,
        bottom=4,
        border_color=layout.LINE,
        **{"top": 1, **usual},
    )
    lower = page.format(
        num_format=layout.REFERENCE,
        left=1,
        right=1,
        bottom=1,
        border_color=layout.LINE,
        **{**usual, "font_size": 9, "bold": False, "top": 0},
    )
    this_year = (
        (line.counted, line.ref_count),
        (line.on_track, line.ref_on_track),
        (line.achieved, line.ref_achieved),
        (line.not_on_track, line.ref_not_on_track),
    )
    for column, (figure, with_reference) in enumerate(this_year, start=f):
        if has_reference and with_reference is not None:
            page.put(row, column, row, column, figure, upper)
            page.put(row + 1, column, row + 1, column, with_reference, lower)
        else:
            page.put(row, column, row + 1, column, _or_dash(figure), whole)
    last_year = (line.prev_on_track, line.prev_achieved, line.prev_not_on_track)
    for column, figure in enumerate(last_year, start=f + 4):
        page.put(row, column, row + 1, column, _or_dash(figure), whole)
    compared = (line.diff_on_track, line.diff_achieved, line.diff_not_on_track)
    style = page.boxed(num_format=differences, **usual)
    for column, figure in enumerate(compared, start=f + 7):
        page.put(row, column, row + 1, column, _or_dash(figure), style)
    page.need(row, row, _HALF_LINE)
    page.need(row + 1, row + 1, _HALF_LINE)


def _or_dash(figure: int | None) -> int | str:
    return DASH if figure is None else figure


def _open(file, data: ReportData, name: str, widths: tuple[float, ...]):
    """Start a book with its properties and the line of the title."""
    title = f"{TITLES['table1' if name == '表1' else 'table2']}（{fiscal_year_label(data.fiscal_year)}）"
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties(
        {
            "title": title,
            "subject": data.policy_title,
            "author": f"{CITY_NAME} 市民局",
            "company": CITY_NAME,
            "comments": LICENCE,
            "created": created(data),
        }
    )
    page = PrintedSheet(book, f"{name}（{fiscal_year_label(data.fiscal_year)}）", widths)
    number, _, words = TITLES["table1" if name == "表1" else "table2"].partition(" ")
    printed = f"＜{number.translate(str.maketrans('12', '１２'))}：{words}＞"
    page.put(
        _TITLE_ROW, 0, _TITLE_ROW, _FIRST_FIGURE - 2, printed, page.format(bold=True, font_size=16, text_wrap=False)
    )  # fmt: skip
    page.put(
        _TITLE_ROW,
        _FIRST_FIGURE - 1,
        _TITLE_ROW,
        page.last_column,
        f"{CITY_NAME} 市民局　{_as_of(data)}",
        page.format(align="right", text_wrap=False),
    )
    page.need(_TITLE_ROW, _TITLE_ROW, 30)
    page.head_and_foot(
        left=f"「{data.policy_title}」{fiscal_year_label(data.fiscal_year)}の実施状況",
        right=f"{CITY_NAME} 市民局",
        foot_left=title,
        foot_right=_as_of(data),
    )
    return book, page


def _as_of(data: ReportData) -> str:
    if data.computed_at is None:
        return "未算定"
    return f"{wareki_minute(timezone.localtime(data.computed_at))} 算定"


def _write_headings(page: PrintedSheet, heading) -> None:
    page.put(1, 0, 3, 3, "項　目", heading)
    page.put(1, 4, 1, 5, "成果指標と目標値", heading)
    page.put(2, 4, 3, 4, "成果指標", heading)
    page.put(2, 5, 3, 5, "目標値", heading)


def _write_items(
    page: PrintedSheet, indicators: Sequence[IndicatorFacts], top: int, *, rows_each: int
) -> None:
    """Write the left part; what neighbours share is merged over them."""
    words = page.boxed(indent=1)
    centre = page.boxed(align="center")
    pillar = page.boxed(align="center", bold=True)
    for place, indicator in enumerate(indicators):
        row = top + place * rows_each
        last = row + rows_each - 1
        page.put_text(row, 4, last, 4, indicator.text, words)
        page.put_text(row, 5, last, 5, target_cell(indicator), centre)

    def merged(column: int, key: Callable[[IndicatorFacts], tuple], text, style) -> None:
        row = top
        for _, group in groupby(indicators, key=key):
            members = list(group)
            last = row + len(members) * rows_each - 1
            page.put_text(row, column, last, column, text(members[0]), style)
            row = last + 1

    item = lambda i: (i.pillar, i.section, _mark(i), i.item_title)  # noqa: E731
    merged(3, item, lambda i: i.item_title, words)
    merged(2, item, _mark, centre)
    merged(1, lambda i: (i.pillar, i.section), lambda i: _numbered(i.section), words)
    merged(0, lambda i: (i.pillar,), lambda i: _numbered(i.pillar), pillar)


def _mark(indicator: IndicatorFacts) -> str:
    found = _MARK.search(indicator.printed_code)
    return found.group() if found else indicator.printed_code


def _phrases(text: str) -> str:
    """Break a label for a narrow column where a phrase begins: 必ずしも / 順調ではない.

    One かな before 漢字 is mostly inside a word (下り坂); there, as elsewhere, the cell wraps.
    """
    return re.sub(r"(?<=[ぁ-ん]{2})(?=[一-龠])", "\n", text)


def _numbered(text: str) -> str:
    """Put the number of a heading on a line of its own: 1 / 「大きな公共を…」に向けて."""
    return re.sub(r"^([0-9]+|[(（][0-9０-９]+[)）])\s*", r"\1\n", text)


def target_cell(indicator: IndicatorFacts) -> str:
    """Write the target as the printed table does: H29年度までに / 50％以上; 「―」 for a milestone."""
    if indicator.unit == Unit.MILESTONE:
        return DASH
    return indicator.printed_target.replace("までに", "までに\n", 1)


def _close(
    book, page: PrintedSheet, last: int, notes: list[Footnote], remarks: list[Notice]
) -> None:
    """Write the notes under the table, set the page and close the book."""
    row = last + 1
    page.need(row, row, 6)
    style, indented = page.format(indent=0), page.format(indent=2)
    lines = [(f"{note.mark}　{note.text}", note.points) for note in notes]
    lines += [(f"（{notice.label}）{notice.text}", ()) for notice in remarks]
    for text, points in lines:
        for words, look in ((text, style), *((f"・{point}", indented) for point in points)):
            row += 1
            page.put_text(row, 0, row, page.last_column, words, look)
    page.finish(first_heading=_FIRST_HEADING, last_heading=_LAST_HEADING, last_row=row)
    book.close()
