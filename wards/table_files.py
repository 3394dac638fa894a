"""A table of a staff screen as a file: CSV for every program, xlsx with every text as a text."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Final

import xlsxwriter
from django.utils import timezone

# A spreadsheet takes a text that begins so for a formula when it opens a CSV, some in full width.
FORMULA_STARTS: Final = r"[=+\-@\t\r\n＝＋－＠]"
_LOOKS_LIKE_A_FORMULA: Final = re.compile(f"'*{FORMULA_STARTS}")
CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DAY_FORMAT: Final = "yyyy-mm-dd"
MOMENT_FORMAT: Final = "yyyy-mm-dd hh:mm:ss"
# The calendar of spreadsheets begins in 1900, and counts a 29 February of that year.
FIRST_DAY_OF_SHEETS: Final = date(1900, 3, 1)
Cell = str | int | date | datetime | None


def write_table(
    file: IO[bytes], kind: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> int:
    """Write a table row by row and return how many rows; raise KeyError for another kind.

    Moments are those of Osaka. In xlsx days and moments are dates, in CSV ISO 8601.
    """
    return {"csv": _write_csv, "xlsx": _write_xlsx}[kind](file, headings, rows)


def _as_text(cell: Cell) -> str | int:
    if isinstance(cell, datetime):
        return timezone.localtime(cell).isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else cell


def _write_csv(file: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    # With BOM: Excel opens it without asking.
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    count = 0
    for row in rows:
        writer.writerow(
            marked_as_text(cell) if isinstance(cell, str) else cell for cell in map(_as_text, row)
        )
        count += 1
    # The file is not the wrapper's to close.
    text.flush()
    text.detach()
    return count


def marked_as_text(text: str) -> str:
    """Put ' before a text that a spreadsheet would run as a formula when it opens a CSV (C50)."""
    return f"'{text}" if _LOOKS_LIKE_A_FORMULA.match(text) else text


def _write_xlsx(file: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": DAY_FORMAT})
    moment = book.add_format({"num_format": MOMENT_FORMAT})
    sheet = book.add_worksheet("一覧")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(headings) - 1, 0), 22)
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, heading, bold)
    line = 0
    for line, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(line, place, cell)
            elif isinstance(cell, datetime):
                local = timezone.localtime(cell).replace(tzinfo=None, microsecond=0)
                sheet.write_datetime(line, place, local, moment)
            elif isinstance(cell, date) and cell >= FIRST_DAY_OF_SHEETS:
                sheet.write_datetime(line, place, cell, day)
            elif text := _as_text(cell):
                sheet.write_string(line, place, str(text))
    book.close()
    return line
