"""How a table for print is set: measures of Japanese text, formats, and a sheet that grows.

Spreadsheets never fit the height of merged cells, so it is reckoned here from the width of the
characters (UAX #11) and written into every row.
"""

from math import ceil
from typing import Final
from unicodedata import east_asian_width

# On every Windows 10 and 11, and in Debian's fonts-morisawa-bizud-gothic with the same metrics.
FONT: Final = "BIZ UDPゴシック"
# ▲ by number format: the cell stays a number. Both sections are given, else the sign is doubled.
DIFFERENCE: Final = '#,##0;"▲ "#,##0;0'
IN_BRACKETS: Final = '"（"#,##0"）";"（▲ "#,##0"）";"（"0"）"'
REFERENCE: Final = '"参考："#,##0;"参考：▲ "#,##0;"参考："0'
COUNT: Final = "#,##0"
DASH: Final = "―"

HEADING_FILL: Final = "#DCE6F4"
TOTAL_FILL: Final = "#EFEFEF"
LINE: Final = "#404040"

_A3: Final = 8
_PIXELS_PER_POINT: Final = 96 / 72
_PADDING_PIXELS: Final = 8
_INDENT_PIXELS: Final = 10
_LEADING: Final = 1.38
_ROW_PADDING: Final = 4.0
# The largest height that a row can have.
_MAXIMUM_HEIGHT: Final = 409.0


def column_pixels(width: float) -> int:
    """Return the pixels of a column `width` characters wide, as Excel draws its default font."""
    return int(width * 7 + 5)


def em_width(text: str) -> float:
    """Return the width of text in ems: a kanji takes one, a digit of a proportional font 0.6."""
    return sum(1.0 if east_asian_width(letter) in "FWA" else 0.6 for letter in text)


def line_count(text: str, pixels: int, points: float) -> int:
    """Return how many lines the text takes in a cell of that width.

    One character per line is kept free, for 禁則 moves a bracket or a 「。」 to the next line.
    """
    ems = (pixels - _PADDING_PIXELS) / (points * _PIXELS_PER_POINT)
    capacity = max(1.0, ems - 1)
    return sum(max(1, ceil(em_width(line) / capacity)) for line in text.split("\n"))


def height_of(text: str, pixels: int, points: float) -> float:
    """Return the height in points that the text needs."""
    return line_count(text, pixels, points) * points * _LEADING + _ROW_PADDING


class PrintedSheet:
    """One A3 page of a 公表用 book: cells are set, heights collected, and written at the end."""

    def __init__(self, book, name: str, widths: tuple[float, ...]):
        self.book = book
        self.sheet = book.add_worksheet(name)
        self.widths = widths
        self.last_column = len(widths) - 1
        self._heights: dict[int, float] = {}
        self._formats: dict[tuple, object] = {}
        for place, width in enumerate(widths):
            self.sheet.set_column(place, place, width)

    def format(self, **wishes):
        """Return a format of the house style with these wishes, made once per book."""
        key = tuple(sorted(wishes.items()))
        if key not in self._formats:
            style = {"font_name": FONT, "font_size": 10, "valign": "vcenter", "text_wrap": True}
            self._formats[key] = self.book.add_format({**style, **wishes})
        return self._formats[key]

    def boxed(self, **wishes):
        """Return a format with a thin line all around."""
        return self.format(border=1, border_color=LINE, **wishes)

    def put(self, top: int, left: int, bottom: int, right: int, value, style) -> None:
        """Write a number or a text into a cell, merged over the rows and columns given.

        Always by type: text that begins with 「=」 stays text.
        """
        if (top, left) != (bottom, right):
            self.sheet.merge_range(top, left, bottom, right, "", style)
        if value is None or value == "":
            self.sheet.write_blank(top, left, None, style)
        elif isinstance(value, str):
            self.sheet.write_string(top, left, value, style)
        else:
            self.sheet.write_number(top, left, value, style)

    def put_text(
        self, top: int, left: int, bottom: int, right: int, text: str, style, *, points: float = 10
    ) -> None:
        """Write text and let its rows grow until it fits."""
        self.put(top, left, bottom, right, text, style)
        pixels = sum(map(column_pixels, self.widths[left : right + 1]))
        pixels -= style.indent * _INDENT_PIXELS
        self.need(top, bottom, height_of(text, pixels, points))

    def need(self, top: int, bottom: int, height: float) -> None:
        """Let the rows be at least so high together; what is lacking is spread over them."""
        lacking = height - sum(self._heights.get(row, 0.0) for row in range(top, bottom + 1))
        if lacking > 0:
            for row in range(top, bottom + 1):
                share = self._heights.get(row, 0.0) + lacking / (bottom - top + 1)
                self._heights[row] = min(share, _MAXIMUM_HEIGHT)

    def finish(self, *, first_heading: int, last_heading: int, last_row: int) -> None:
        """Write the heights and set the page: A3 landscape, one page, headings on every page."""
        for row, height in self._heights.items():
            self.sheet.set_row(row, round(height, 1))
        self.sheet.freeze_panes(last_heading + 1, 0)
        self.sheet.hide_gridlines(2)
        self.sheet.set_zoom(80)
        self.sheet.set_landscape()
        self.sheet.set_paper(_A3)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        self.sheet.center_horizontally()
        self.sheet.fit_to_pages(1, 1)
        self.sheet.repeat_rows(first_heading, last_heading)
        self.sheet.print_area(0, 0, last_row, self.last_column)

    def head_and_foot(self, *, left: str, right: str, foot_left: str, foot_right: str) -> None:
        """Write what stands at the top and the bottom of every page."""
        style = f'&"{FONT},標準"&9 '
        self.sheet.set_header(f"&L{style}{_literal(left)}&R{style}{_literal(right)}")
        self.sheet.set_footer(
            f"&L{style}{_literal(foot_left)}&C{style}&P／&N ページ&R{style}{_literal(foot_right)}"
        )


def _literal(text: str) -> str:
    # A header holds 255 characters; a longer one would be left out altogether.
    return text[:80].replace("&", "&&")
