"""The two files a ward takes out: CSV for every program, xlsx for filling in."""

import csv
import io
import unicodedata
from decimal import Decimal

import xlsxwriter
from import_export.formats import base_formats

from kpis import import_rows
from kpis.catalog.models import Indicator
from kpis.choices import Implementation
from wards.table_files import marked_as_text
from wards.workbooks import CODE_SHEET, EXPLANATION_SHEET

WIDTHS = {
    import_rows.YEAR: 8,
    import_rows.WARD: 10,
    import_rows.INDICATOR: 11,
    import_rows.ACTUAL: 10,
    import_rows.RESPONDENTS: 10,
    import_rows.REFERENCE: 26,
    import_rows.IMPLEMENTATION: 28,
    import_rows.NOTE: 48,
}
# In points, at the font size used here.
LINE_HEIGHT = 16.5
# What the sheet 項目定義 says; `workbooks` leaves out the sheets that explain when a file comes back.
EXPLANATIONS = (
    (import_rows.YEAR, "年度の始まる西暦年です。「平成28年度」「H28」とも書けます。"),
    (import_rows.WARD, "6桁の団体コードです。ご自分の区のコードのままにしてください。"),
    (import_rows.INDICATOR, "成果指標のコードです（例：1-1-a）。「コード表」に一覧があります。"),
    (
        import_rows.ACTUAL,
        "単位を付けない数値です。空欄は「未入力」、0は「実績0」です。"
        "測らない指標は「該当なし」と書きます。",
    ),
    (import_rows.RESPONDENTS, "アンケートの回答者数です。アンケートによらない指標は空欄です。"),
    (
        import_rows.REFERENCE,
        "参考数値とする理由です。回答者数の不足は自動で判定されます。300文字以内です。",
    ),
    (import_rows.IMPLEMENTATION, "／".join(str(label) for label in Implementation.labels)),
    (import_rows.NOTE, "一部実施や実施せずの理由などです。2,000文字以内です。"),
)


class ResultCSV(base_formats.CSV):
    """CSV in UTF-8 with BOM, which Excel opens without asking; no text in it runs as a formula."""

    def get_title(self) -> str:
        """Return the name in a list of formats."""
        return "CSV（UTF-8）"

    def is_binary(self) -> bool:
        """The BOM belongs to the file."""
        return True

    def get_content_type(self) -> str:
        """Name the encoding too."""
        return "text/csv; charset=utf-8"

    def export_data(self, dataset, **kwargs) -> bytes:
        """Return the file."""
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(dataset.headers)
        for row in dataset:
            writer.writerow([marked_as_text(_written(cell)) for cell in row])
        return out.getvalue().encode("utf-8-sig")


class ResultXLSX(base_formats.XLSX):
    """A workbook for filling in: headers in row 1, no merged cells, choices as a list."""

    def get_title(self) -> str:
        """Return the name in a list of formats."""
        return "Excel（xlsx）"

    def get_extension(self) -> str:
        """Return the ending of the file name."""
        return "xlsx"

    def can_import(self) -> bool:
        """Files come in through `spreadsheets`, which trusts nothing."""
        return False

    def can_export(self) -> bool:
        """Say that this format goes out."""
        return True

    def export_data(self, dataset, **kwargs) -> bytes:
        """Return the file. Texts are written as texts, so that none becomes a formula or a link."""
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        plain = {
            "font_name": "BIZ UDPゴシック",
            "font_size": 11,
            "valign": "top",
            "border": 1,
            "border_color": "#B3B3B3",
        }
        heading = book.add_format({**plain, "bold": True, "bg_color": "#DCE6F2"})
        year = book.add_format({**plain, "align": "center"})
        cell = book.add_format(plain)
        wrapped = book.add_format({**plain, "text_wrap": True})
        sheet = book.add_worksheet("実績")
        for place, name in enumerate(dataset.headers):
            sheet.set_column(place, place, WIDTHS[name])
            sheet.write_string(0, place, name, heading)
        for line, row in enumerate(dataset, start=1):
            sheet.set_row(line, LINE_HEIGHT * _lines(dataset.headers, row))
            for place, value in enumerate(row):
                if isinstance(value, int | Decimal):
                    sheet.write_number(line, place, value, cell if place else year)
                elif value:
                    sheet.write_string(line, place, value, wrapped)
                else:
                    sheet.write_blank(line, place, None, wrapped)
        last = max(len(dataset), 1)
        choices = dataset.headers.index(import_rows.IMPLEMENTATION)
        sheet.data_validation(
            1,
            choices,
            last,
            choices,
            {
                "validate": "list",
                "source": [str(label) for label in Implementation.labels],
                "error_title": "取組状況",
                "error_message": "一覧から選んでください。",
            },
        )
        sheet.freeze_panes(1, 3)
        sheet.autofilter(0, 0, last, len(dataset.headers) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&C&P／&N")
        indicators = Indicator.objects.order_by("policy", "number")
        for name, widths, lines in (
            (EXPLANATION_SHEET, (14, 100), [("項目", "説明"), *EXPLANATIONS]),
            (
                CODE_SHEET,
                (12, 12, 34, 90),
                [(import_rows.INDICATOR, "記号", "略題", "成果指標"), *map(_code_row, indicators)],
            ),
        ):
            about = book.add_worksheet(name)
            about.set_landscape()
            about.set_paper(9)
            about.fit_to_pages(1, 0)
            for place, width in enumerate(widths):
                about.set_column(place, place, width)
            for line, texts in enumerate(lines):
                about.set_row(line, LINE_HEIGHT * (1 + _width(texts[-1]) // widths[-1]))
                for place, text in enumerate(texts):
                    about.write_string(line, place, text, wrapped if line else heading)
        book.close()
        return out.getvalue()


FORMATS = {"csv": ResultCSV, "xlsx": ResultXLSX}


def _code_row(indicator: Indicator) -> tuple[str, ...]:
    return indicator.code, indicator.printed_code, indicator.short_title, indicator.text


def _written(cell) -> str:
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _width(text: str) -> int:
    """Return how many half-width letters a text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def _lines(headers, row) -> int:
    """Return how many lines the tallest cell needs: not every program fits rows by itself."""
    return max(
        sum(1 + _width(part) // WIDTHS[name] for part in _written(cell).split("\n"))
        for name, cell in zip(headers, row, strict=True)
    )
