"""Opening an xlsx from outside: checked part by part before the reader sees it.

A workbook is a zip of XML. What the checks have unpacked and looked at is packed anew and only that
is handed to calamine (`workbook_reader`), so that no second reading of the same bytes can come out
differently.
"""

import io
import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath

from wards.worksheets import (
    UNREADABLE,
    FileError,
    Sheet,
    SheetCheck,
    percent_styles,
    shared_text_lengths,
    walk,
)

MOST_PARTS = 1_000
MOST_UNPACKED_BYTES = 50 * 1024 * 1024
MOST_RATIO = 100
# A short part may well shrink to a hundredth; only a long one is a bomb.
RATIO_MATTERS_FROM = 1024 * 1024
MOST_SECONDS = 30
# Excel takes no more than 31 characters; a name is handed to the reader as an argument.
LONGEST_SHEET_NAME = 255
# Sheets that our own export adds to explain itself; they hold no results.
EXPLANATION_SHEET, CODE_SHEET = "項目定義", "コード表"
EXPLAINING_SHEETS = {EXPLANATION_SHEET, CODE_SHEET, "説明"}

_READER = Path(__file__).with_name("workbook_reader.py")


def read_rows(content: bytes) -> list[list[str]]:
    """Return the rows of the workbook's one sheet as text; row 1 of the sheet comes first."""
    parts = _unpacked(content)
    sheet = _the_one_sheet(parts)
    try:
        read = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", str(_READER), sheet.name],
            input=_packed(parts),
            capture_output=True,
            timeout=MOST_SECONDS,
            check=True,
            env={},
        )
    except (subprocess.SubprocessError, OSError, ValueError) as problem:
        raise FileError(UNREADABLE) from problem
    return json.loads(read.stdout)


def _unpacked(content: bytes) -> dict[str, bytes]:
    """Unpack the XML parts within the limits; refuse bombs, macros and foreign zips."""
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            if len(entries) > MOST_PARTS:
                raise FileError("Excel のファイルの部品が多すぎるため、取り込めません。")
            left = MOST_UNPACKED_BYTES
            # The reader does not mind upper and lower case: two parts must not share a name.
            if len({entry.filename.casefold() for entry in entries}) < len(entries):
                raise FileError(UNREADABLE)
            for entry in entries:
                if entry.flag_bits & 0x1:
                    raise FileError("パスワード付きのファイルです。パスワードを外してください。")
                data = _unpack(package, entry, left)
                left -= len(data)
                parts[entry.filename] = data
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as problem:
        raise FileError(UNREADABLE) from problem
    except (RuntimeError, ValueError, KeyError) as problem:
        if isinstance(problem, FileError):
            raise
        raise FileError(UNREADABLE) from problem
    _refuse_foreign_parts(parts)
    return {name: data for name, data in parts.items() if name.endswith((".xml", ".rels"))}


def _unpack(package: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    # The size that the zip states is the sender's word: what really comes out is measured.
    with package.open(entry) as part:
        data = part.read(left + 1)
    ratio = len(data) / max(entry.compress_size, 1)
    if len(data) > left or (len(data) > RATIO_MATTERS_FROM and ratio > MOST_RATIO):
        raise FileError(
            "Excel のファイルを開くと大きくなりすぎるため、取り込めません。"
            "必要な行だけを新しいブックに移してください。"
        )
    return data


def _refuse_foreign_parts(parts: dict[str, bytes]) -> None:
    if "[Content_Types].xml" not in parts or "xl/workbook.xml" not in parts:
        raise FileError(UNREADABLE)
    if any(name.lower().endswith("vbaproject.bin") for name in parts) or (
        b"macroEnabled" in parts["[Content_Types].xml"]
    ):
        raise FileError(
            "マクロを含むファイルは取り込めません。「Excelブック（xlsx）」で保存し直してください。"
        )
    if any(name.startswith("xl/externalLinks/") for name in parts):
        raise FileError("ほかのブックへのリンクがあります。リンクを解除し、値だけにしてください。")


def _packed(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return packed.getvalue()


def _the_one_sheet(parts: dict[str, bytes]) -> Sheet:
    """Return the only sheet with values, every cell of which a person can see and typed."""
    for name, data in parts.items():
        if not name.startswith("xl/worksheets/sheet"):
            walk(data)
    _refuse_outside_links(parts)
    lengths = shared_text_lengths(parts.get("xl/sharedStrings.xml", b""))
    percents = percent_styles(parts.get("xl/styles.xml", b""))
    filled = []
    for sheet, part in _sheets(parts):
        if sheet.name in EXPLAINING_SHEETS and not sheet.is_hidden:
            continue
        SheetCheck(sheet, lengths, percents).check(parts[part])
        if sheet.has_values and sheet.is_hidden:
            raise FileError(
                f"非表示のシート「{sheet.name}」に値があります。"
                "表示して確かめるか、削除してください。"
            )
        if sheet.has_values:
            filled.append(sheet)
    if len(filled) > 1:
        names = "」「".join(sheet.name for sheet in filled[:5])
        raise FileError(
            f"値の入ったシートが複数あります（「{names}」）。一つのシートだけにしてください。"
        )
    if not filled:
        raise FileError("ファイルに値の入ったセルがありません。")
    return filled[0]


def _sheets(parts: dict[str, bytes]) -> Iterator[tuple[Sheet, str]]:
    targets: dict[str, str] = {}

    def relationship(name, attributes):
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else join("xl", target)
            targets[attributes.get("Id", "")] = normpath(path)

    walk(parts.get("xl/_rels/workbook.xml.rels", b""), start=relationship)
    sheets: list[tuple[Sheet, str]] = []

    def sheet(name, attributes):
        if name != "sheet":
            return
        reference = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
        if reference in targets:
            state = attributes.get("state", "visible")
            sheets.append(
                (Sheet(attributes.get("name", ""), state != "visible"), targets[reference])
            )

    walk(parts["xl/workbook.xml"], start=sheet)
    too_long = any(len(sheet.name) > LONGEST_SHEET_NAME for sheet, _ in sheets)
    if not sheets or too_long or any(part not in parts for _, part in sheets):
        raise FileError(UNREADABLE)
    yield from sheets


def _refuse_outside_links(parts: dict[str, bytes]) -> None:
    def relationship(name, attributes):
        # An address typed into a cell becomes a hyperlink by itself; it fetches nothing.
        if attributes.get("TargetMode") == "External" and not attributes.get("Type", "").endswith(
            "/hyperlink"
        ):
            raise FileError(
                "ほかのファイルへのリンクがあります。リンクを解除し、値だけにしてください。"
            )

    for name, data in parts.items():
        if name.endswith(".rels") and dirname(name) != "_rels":
            walk(data, start=relationship)
