"""A table of a staff screen as a file: CSV for every program, xlsx with every text as a text."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import xlsxwriter
from django.utils import timezone

# A spreadsheet takes a text that begins so for a formula when it opens a CSV, some in full width.
FORMULA_STARTS: Final = r"[=+\-@\t\r\n＝＋－＠]"
_LOOKS_LIKE_A_FORMULA: Final = re.compile(f"'*{FORMULA_STARTS}")
CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Cell = str | int | datetime | None


def table_file(kind: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return the file; moments are written in Osaka's time. Raise KeyError for another kind."""
    write = {"csv": _as_csv, "xlsx": _as_xlsx}[kind]
    return write(headings, [[_written(cell) for cell in row] for row in rows])


def _written(cell: Cell) -> str | int:
    if isinstance(cell, datetime):
        return timezone.localtime(cell).isoformat(sep=" ", timespec="seconds")
    return "" if cell is None else cell


def _as_csv(headings: Sequence[str], rows: list[list[str | int]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows(
        [[marked_as_text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    )
    # With BOM: Excel opens it without asking.
    return out.getvalue().encode("utf-8-sig")


def marked_as_text(text: str) -> str:
    """Put ' before a text that a spreadsheet would run as a formula when it opens a CSV (C50)."""
    return f"'{text}" if _LOOKS_LIKE_A_FORMULA.match(text) else text


def _as_xlsx(headings: Sequence[str], rows: list[list[str | int]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("一覧")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(headings) - 1, 0), 22)
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, heading, bold)
    for line, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(line, place, cell)
            elif cell:
                sheet.write_string(line, place, cell)
    book.close()
    return out.getvalue()
