"""機械可読 files of what a public page shows: one header row, one datum per cell, no decoration.

After 「行政データにおける機械可読性に関するルール」 (各府省庁, 2026-03-31).
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import IO, Final, TypeAlias

import xlsxwriter
from django.http import Http404, StreamingHttpResponse
from django.utils import timezone

from kpis.notices import Notice
from wards.spooled_files import download_of, spooled_file
from wards.table_files import DAY_FORMAT, marked_as_text

Value: TypeAlias = str | int | Decimal | bool | date | datetime | None

BOM: Final = "\ufeff"
CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class DataFile:
    """The figures of a page: a name in ASCII, a title, column name → Japanese name, and the rows.

    The rows are walked over once; many of them come as a generator.
    """

    name: str
    title: str
    columns: Mapping[str, str]
    rows: Iterable[Mapping[str, Value]]
    notices: tuple[Notice, ...] = ()


def plain(number: Decimal) -> str:
    """Write a number without trailing zeros and without an exponent: 32.3, 50, 0."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment(value: datetime) -> str:
    """Write a moment in Osaka's time: 2026-11-21T02:10:05+09:00."""
    return timezone.localtime(value).isoformat(timespec="seconds")


def csv_cell(value: Value) -> str:
    """Write one datum; text that a spreadsheet would run as a formula gets a leading 「'」."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    return marked_as_text(value)


def write_rows(sheet, rows: Iterable[tuple[Value, ...]]) -> int:
    """Write rows one after another by their type; return how many stand under the header."""
    place = 0
    for place, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, bool):
                sheet.write_boolean(place, column, value)
            elif isinstance(value, int | Decimal):
                sheet.write_number(place, column, value)
            elif isinstance(value, date) and not isinstance(value, datetime):
                # As the book's `default_date_format` says.
                sheet.write_datetime(place, column, value)
            else:
                text = moment(value) if isinstance(value, datetime) else value
                sheet.write_string(place, column, text)
    return place


def file_response(wanted: str, file: DataFile) -> StreamingHttpResponse:
    """Answer `?format=csv` or `?format=xlsx`; any other format is 404."""
    writers = {"csv": (_write_csv, CSV_TYPE), "xlsx": (_write_xlsx, XLSX_TYPE)}
    if wanted not in writers:
        raise Http404("この形式のファイルはありません。")
    write, content_type = writers[wanted]
    spooled = spooled_file()
    write(spooled, file)
    return download_of(spooled, name=f"{file.name}.{wanted}", content_type=content_type)


def _lines(file: DataFile) -> Iterator[tuple[Value, ...]]:
    return (tuple(row.get(name) for name in file.columns) for row in file.rows)


def _write_csv(spooled: IO[bytes], file: DataFile) -> None:
    text = io.TextIOWrapper(spooled, encoding="utf-8", newline="")
    text.write(BOM)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(file.columns)
    writer.writerows(map(csv_cell, line) for line in _lines(file))
    # The file is not the wrapper's to close.
    text.flush()
    text.detach()


def _write_xlsx(spooled: IO[bytes], file: DataFile) -> None:
    book = xlsxwriter.Workbook(
        spooled,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_date_format": DAY_FORMAT,
        },
    )
    book.set_properties({"title": file.title})
    about = [("項目", "内容"), ("名称", file.title), *((n.label, n.text) for n in file.notices)]
    for name, width, rows in (
        (file.name[:31], 16, chain([tuple(file.columns)], _lines(file))),
        ("項目定義", 30, [("項目名", "日本語名"), *file.columns.items()]),
        ("説明", 60, about),
    ):
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 20, width)
        write_rows(sheet, rows)
    book.close()
