"""Files going out: for the web, and for `export_citywide`.

A view turns a `Download` into a response:

    StreamingHttpResponse(
        download.chunks,
        content_type=download.content_type,
        headers={"Content-Disposition": f'attachment; filename="{download.filename}"'},
    )

`table1_*` and `table2_*` are for everyone, `results_*` and `*_data_xlsx` for 市民局 staff. The CSV
of the web begins with a BOM and ends lines with CR LF, since people open it in Excel; the
command's has neither, since scripts read it, and a BOM would spoil their first header. All of it
is UTF-8: CP932 cannot hold ㋐.

Everything is read before the function returns, so `chunks` may be sent from any schema.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kpis.data_files import CSV_TYPE, XLSX_TYPE
from osaka_kusei.citywide.machine_readable import csv_chunks, rows_of, write_book
from osaka_kusei.citywide.printed_tables import write_table1, write_table2
from osaka_kusei.citywide.report_data import ReportData, report_data
from wards.spooled_files import pieces_of, spooled_file

REPORTS: Final = ("results", "table1", "table2")
FORMATS: Final = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way out; `filename` is ASCII and safe in a header, `rows` are those of data."""

    filename: str
    content_type: str
    chunks: Iterable[bytes]
    rows: int


def export(
    report: str,
    fiscal_year: int,
    file_format: str,
    *,
    for_print: bool = True,
    for_excel: bool = True,
) -> Download:
    """Return a report as a file; raise UncoveredYearError when no policy covers the year.

    `for_print` chooses 公表用 where xlsx has two shapes; `for_excel` gives CSV its BOM.
    """
    data = report_data(fiscal_year)
    if file_format == "csv":
        return _csv(report, data, for_excel=for_excel)
    return _xlsx(report, data, for_print=for_print and report != "results")


def results_csv(fiscal_year: int) -> Download:
    """Return every ward's results as CSV for Excel."""
    return export("results", fiscal_year, "csv")


def results_xlsx(fiscal_year: int) -> Download:
    """Return every ward's results as a 機械可読 book with 項目定義, コード表 and 説明."""
    return export("results", fiscal_year, "xlsx")


def table1_csv(fiscal_year: int) -> Download:
    """Return 表1 as CSV for Excel."""
    return export("table1", fiscal_year, "csv")


def table1_xlsx(fiscal_year: int) -> Download:
    """Return 表1 as 公表用 book."""
    return export("table1", fiscal_year, "xlsx")


def table1_data_xlsx(fiscal_year: int) -> Download:
    """Return 表1 as 機械可読 book."""
    return export("table1", fiscal_year, "xlsx", for_print=False)


def table2_csv(fiscal_year: int) -> Download:
    """Return 表2 as CSV for Excel."""
    return export("table2", fiscal_year, "csv")


def table2_xlsx(fiscal_year: int) -> Download:
    """Return 表2 as 公表用 book."""
    return export("table2", fiscal_year, "xlsx")


def table2_data_xlsx(fiscal_year: int) -> Download:
    """Return 表2 as 機械可読 book."""
    return export("table2", fiscal_year, "xlsx", for_print=False)


def _csv(report: str, data: ReportData, *, for_excel: bool) -> Download:
    rows = list(rows_of(report, data))
    return Download(
        filename=f"{report}_{data.fiscal_year}.csv",
        content_type=CSV_TYPE,
        chunks=csv_chunks(report, rows, for_excel=for_excel),
        rows=len(rows),
    )


def _xlsx(report: str, data: ReportData, *, for_print: bool) -> Download:
    file = spooled_file()
    if not for_print:
        rows = write_book(file, report, data)
    elif report == "table1":
        write_table1(file, data)
        rows = len(data.indicators) + 1
    else:
        write_table2(file, data)
        rows = len(data.indicators) + 1
    # The published book keeps the plain name: it is what people look for.
    ending = "" if for_print or report == "results" else "_data"
    return Download(
        filename=f"{report}_{data.fiscal_year}{ending}.xlsx",
        content_type=XLSX_TYPE,
        chunks=pieces_of(file),
        rows=rows,
    )
