"""Reading a file somebody sends in, CSV or xlsx, as lines of text; no meaning is given to them.

Nothing here trusts the file: every limit is checked before a reader sees it, and every refusal is
one Japanese sentence.
"""

import csv
import io
import re
from dataclasses import dataclass

from wards import workbooks
from wards.table_files import FORMULA_STARTS
from wards.text import faults_of_text
from wards.worksheets import MOST_CELL_CHARACTERS, MOST_ROWS, FileError, too_long, too_many_rows

MOST_BYTES = 10 * 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# PDF, PNG, JPEG, GIF.
_NO_TABLES = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MARKED_AS_TEXT = re.compile(f"'+{FORMULA_STARTS}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its number as a spreadsheet shows it, and its cells as text."""

    number: int
    cells: tuple[str, ...]


def read_lines(content: bytes, *, name: str = "") -> list[Line]:
    """Return the lines of a CSV or xlsx that are not blank, headers first.

    What it is, the content says; `name` only makes the refusal clearer. Raise FileError with one
    sentence for the officer.
    """
    if len(content) > MOST_BYTES:
        raise FileError(too_large(len(content)))
    if not content.strip(b"\x00 \r\n\t,\xef\xbb\xbf"):
        raise FileError("ファイルが空です。見出しの行と値の行が必要です。")
    if content.startswith(_OLE):
        raise FileError(
            "パスワード付きのファイルか、古い形式（xls）のファイルです。"
            "パスワードを外し、「Excelブック（xlsx）」で保存し直してください。"
        )
    if content.startswith(_NO_TABLES):
        raise FileError("PDFや画像のファイルです。表のファイル（xlsx か CSV）を選んでください。")
    if content.startswith(_ZIP):
        rows = enumerate(workbooks.read_rows(content), start=1)
    elif name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        raise FileError(
            "Excel のファイルとして読み取れません。"
            "「Excelブック（xlsx）」で保存し直すか、CSVで取り込んでください。"
        )
    else:
        rows = enumerate(_csv_rows(content), start=1)
    lines = [
        Line(number, tuple(cells)) for number, cells in rows if any(cell.strip() for cell in cells)
    ]
    _refuse_odd_cells(lines)
    if not lines:
        raise FileError("ファイルに値の入ったセルがありません。")
    return lines


def too_large(size: int) -> str:
    """Word the refusal of a file by its size in bytes."""
    return (
        f"ファイルが大きすぎます（{size / 1024 / 1024:.1f}MB）。"
        f"{MOST_BYTES // 1024 // 1024}MB以内にしてください。"
    )


def unmarked(text: str) -> str:
    """Take away exactly the ' that `marked_as_text` has put there."""
    return text[1:] if _MARKED_AS_TEXT.match(text) else text


def _csv_rows(content: bytes) -> list[list[str]]:
    rows = []
    try:
        for row in csv.reader(io.StringIO(_decoded(content), newline=""), strict=True):
            if len(rows) > MOST_ROWS:
                raise FileError(too_many_rows())
            rows.append([unmarked(cell) for cell in row])
    except csv.Error as problem:
        raise FileError(
            f"CSVの{len(rows) + 1}行目を読み取れません。"
            '引用符（"）の対応と、セルの長さを確かめてください。'
        ) from problem
    return rows


def _decoded(content: bytes) -> str:
    """Return the text of a CSV: UTF-8 with or without BOM, else CP932, else a refusal."""
    if content.startswith(_UTF16):
        raise FileError(
            "文字コードが UTF-16 です。「CSV UTF-8（コンマ区切り）」で保存し直してください。"
        )
    if b"\x00" in content:
        raise FileError("文字として使えない値（NUL）が含まれています。CSVか確かめてください。")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileError(
        "文字コードを読み取れません。"
        "「CSV UTF-8（コンマ区切り）」で保存し直すか、xlsx で取り込んでください。"
    )


def _refuse_odd_cells(lines: list[Line]) -> None:
    for line in lines:
        for cell in line.cells:
            if len(cell) > MOST_CELL_CHARACTERS:
                raise FileError(too_long(f"{line.number}行目"))
            for fault in faults_of_text(cell):
                raise FileError(f"{line.number}行目に、{fault}")
