"""機械可読 files: one header row, one datum per cell, no decoration.

After 「行政データにおける機械可読性に関するルール」 (各府省庁, 2026-03-31): no merged cells, Western
years, codes as text, long format, one table per sheet. The printed tables are `printed_tables`.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from datetime import datetime
from itertools import chain
from typing import Final

import xlsxwriter
from django.utils import timezone

from kpis.data_files import BOM, Value, csv_cell, moment, write_rows
from osaka_kusei.citywide.export_columns import COLUMNS, TITLES, code_rows
from osaka_kusei.citywide.report_data import ReportData
from osaka_kusei.citywide.report_rows import CITY_NAME, IndicatorFacts, ResultRow, WardFacts
from wards.fiscal_year import fiscal_year_label

LICENCE: Final = "クリエイティブ・コモンズ 表示 4.0 国際（CC BY 4.0）"
_LINES_AT_ONCE: Final = 200


def rows_of(report: str, data: ReportData) -> Iterator[tuple[Value, ...]]:
    """Yield the lines of results, table1 or table2; the tables end in their 「計」."""
    if report == "results":
        return (_result_row(data, *line) for line in data.every_result())
    table = data.table1() if report == "table1" else data.table2()
    return (astuple(line) for line in (*table.rows, table.total))


def _result_row(
    data: ReportData, office: WardFacts, indicator: IndicatorFacts, row: ResultRow | None
) -> tuple[Value, ...]:
    values: dict[str, Value] = {
        "fiscal_year": data.fiscal_year,
        "code6": office.code6,
        "ward": office.ward,
        "indicator_code": indicator.code,
        "target": indicator.target,
        "counted": False,
    }
    return tuple(
        values.get(column.name) if row is None else getattr(row, column.name)
        for column in COLUMNS["results"]
    )


def csv_chunks(
    report: str, rows: Iterable[tuple[Value, ...]], *, for_excel: bool
) -> Iterator[bytes]:
    """Write CSV in UTF-8; `for_excel` adds a BOM and ends lines with CR LF (RFC 4180).

    Without them the first header is clean for naive readers, and lines suit `grep` and `cut`.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n" if for_excel else "\n")
    if for_excel:
        buffer.write(BOM)
    writer.writerow(column.name for column in COLUMNS[report])
    for number, row in enumerate(rows, start=1):
        writer.writerow(map(csv_cell, row))
        if number % _LINES_AT_ONCE == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def write_book(file, report: str, data: ReportData) -> int:
    """Write the data, 項目定義, コード表 and 説明 into an open binary file; return the rows of data.

    Each row leaves memory once it is written, so the size of the file costs no memory.
    """
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties(
        {
            "title": f"{TITLES[report]}（{fiscal_year_label(data.fiscal_year)}）",
            "author": f"{CITY_NAME} 市民局",
            "comments": f"機械可読データ。{LICENCE}",
            "created": created(data),
        }
    )
    columns = COLUMNS[report]
    sheet = book.add_worksheet(f"{report}_{data.fiscal_year}")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, max(10, len(column.name) + 2))
    header = tuple(column.name for column in columns)
    written = write_rows(sheet, chain([header], rows_of(report, data)))
    definitions = [("項目名", "日本語名", "型", "説明")]
    definitions += [(c.name, c.label, c.kind, c.meaning) for c in columns]
    codes = [("項目名", "コード", "名称", "内容"), *code_rows(data)]
    for name, widths, rows in (
        ("項目定義", (20, 36, 22, 90), definitions),
        ("コード表", (16, 16, 60, 110), codes),
        ("説明", (16, 110), [("項目", "内容"), *_about(report, data)]),
    ):
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        write_rows(sheet, rows)
    book.close()
    return written


def created(data: ReportData) -> datetime:
    """Return the moment written into a book, so that the same data give the same file."""
    if data.computed_at is None:
        return datetime(data.fiscal_year, 4, 1)
    return timezone.localtime(data.computed_at).replace(tzinfo=None, microsecond=0)


def _about(report: str, data: ReportData) -> Iterator[tuple[str, str]]:
    yield "名称", TITLES[report]
    yield "方針", data.policy_title
    yield "対象年度", f"{data.fiscal_year}（{fiscal_year_label(data.fiscal_year)}）"
    yield "対象範囲", "24区と大阪市（全市で1件と数える指標）。区が提出した値だけを含みます。"
    yield "算定日時", moment(data.computed_at) if data.computed_at else "未算定"
    yield "作成者", f"{CITY_NAME} 市民局"
    yield "ライセンス", LICENCE
    for notice in data.notices(report):
        yield notice.label, notice.text
