"""Files from outside: what is read, and by which sentence everything else is refused."""

import io
import struct
import time
import zipfile

import pytest
import xlsxwriter

from wards.spreadsheets import MOST_BYTES, read_lines, unmarked
from wards.table_files import marked_as_text
from wards.worksheets import MOST_ROWS, FileError

HEADER = "年度,区コード,指標コード,実績値,回答者数,参考理由,取組状況,備考"
ROW = "2016,kita,1-1-a,50.9,636,,記載した取組をすべて実施,髙橋・𠮷田・葛󠄀城"
NAMES = "髙橋・𠮷田・葛󠄀城・神"


def cells(content: bytes, name: str = "") -> list[tuple[str, ...]]:
    return [line.cells for line in read_lines(content, name=name)]


def refusal(content: bytes, name: str = "") -> str:
    with pytest.raises(FileError) as refused:
        read_lines(content, name=name)
    sentence = str(refused.value)
    assert sentence.endswith("。")
    return sentence


def workbook(fill=None, *, rows=None):
    """Return an xlsx with the rows; `fill(book, sheet)` adds what is odd about it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("実績")
    for line, row in enumerate(rows or [HEADER.split(","), ROW.split(",")]):
        for place, value in enumerate(row):
            sheet.write(line, place, value)
    if fill:
        fill(book, sheet)
    book.close()
    return out.getvalue()


def repacked(content: bytes, *, replace=None, add=None, compression=zipfile.ZIP_DEFLATED) -> bytes:
    """Return the zip with parts replaced by `{name: function}` or added by `{name: bytes}`."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", compression) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, (replace or {}).get(name, lambda same: same)(data))
        for name, data in (add or {}).items():
            new.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_csv_in_utf_8_is_read_with_or_without_bom(encoding):
    content = f"{HEADER}\r\n{ROW}\r\n".encode(encoding)

    assert cells(content) == [tuple(HEADER.split(",")), tuple(ROW.split(","))]


def test_a_csv_in_cp932_is_read():
    content = f"{HEADER}\r\n{ROW.replace('𠮷', '吉').replace('葛󠄀', '葛')}\r\n".encode("cp932")

    assert cells(content)[1][-1] == "髙橋・吉田・葛城"


def test_lines_are_numbered_as_a_spreadsheet_numbers_them():
    content = (
        f'{HEADER}\r\n\r\n2016,kita,1-1-a,1,,,,"二行の\n備考"\r\n,,,,,,,\r\n{ROW}\r\n'.encode()
    )

    assert [line.number for line in read_lines(content)] == [1, 3, 5]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空"),
        (b"\xef\xbb\xbf\r\n", "空"),
        (b"\x00" * 4096, "空"),
        (HEADER.encode("utf-16"), "UTF-16"),
        (f"{HEADER}\r\n2016,ki\x00ta".encode(), "NUL"),
        (f"{HEADER}\r\n2016,ki\x07ta".encode(), "2行目に、目に見えない制御文字"),
        (HEADER.encode("euc_jp") + b"\xff\xff", "文字コード"),
        (f'{HEADER}\r\n2016,"kita'.encode(), "2行目を読み取れません"),
        (f"{HEADER}\r\n2016,{'あ' * 5001}".encode(), "2行目のセルが長すぎます"),
        (f"{HEADER}\r\n2016,{'a' * 200_000}".encode(), "読み取れません"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "パスワード付き"),
        (b"%PDF-1.7\n%\xe2\xe3\x00", "PDFや画像のファイルです"),
        (b"\x89PNG\r\n\x1a\n", "PDFや画像のファイルです"),
        (b"PK\x03\x04not a zip at all", "Excel のファイルとして読み取れません"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_a_sentence(content, word):
    assert word in refusal(content)


def test_a_text_file_named_xlsx_is_refused():
    assert "Excel のファイルとして" in refusal(f"{HEADER}\r\n{ROW}".encode(), name="実績.xlsx")


def test_a_hundred_thousand_rows_are_refused_quickly():
    as_csv = (HEADER + "\r\n" + f"{ROW}\r\n" * 100_000).encode()
    as_xlsx = workbook(rows=[HEADER.split(",")] + [("2016", "kita", "1-1-a", 1)] * 100_000)

    started = time.monotonic()
    for content in (as_csv, as_xlsx):
        sentence = refusal(content[:MOST_BYTES])
        assert "行が多すぎます" in sentence
        assert f"{MOST_ROWS:,}行" in sentence
    assert time.monotonic() - started < 30


def test_a_file_above_ten_megabytes_is_refused():
    assert "大きすぎます" in refusal(b"a" * (MOST_BYTES + 1))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+81",
        "-5",
        "@here",
        "\t=1",
        "\n=1",
        "＝1+1",
        "＋81",
        "－5",
        "＠here",
        "'=1",
        "''=1",
        "'＝1",
        "'これは引用",
        "普通の備考",
        "",
    ],
)
def test_text_that_looks_like_a_formula_comes_back_as_it_was(text):
    marked = marked_as_text(text)

    assert not marked.startswith(tuple("=+-@\t\n＝＋－＠"))
    assert unmarked(marked) == text


def test_names_keep_their_very_letters_in_an_xlsx():
    content = workbook(
        rows=[HEADER.split(","), ("2016", "kita", "1-1-a", 50.9, 636, "", "", NAMES)]
    )

    assert cells(content)[1] == ("2016", "kita", "1-1-a", "50.9", "636", "", "", NAMES)


def test_a_phonetic_guide_is_no_part_of_the_name():
    content = repacked(
        workbook(rows=[HEADER.split(","), ("2016", "kita", "1-1-a", 1, 1, "", "", "髙橋")]),
        replace={
            "xl/sharedStrings.xml": lambda data: data.replace(
                "<t>髙橋</t>".encode(),
                '<t>髙橋</t><rPh sb="0" eb="2"><t>タカハシ</t></rPh>'.encode(),
            )
        },
    )

    assert cells(content)[1][-1] == "髙橋"


def odd_formula(book, sheet):
    sheet.write_formula("D2", "=50+0.9", None, 50.9)


def odd_merge(book, sheet):
    sheet.merge_range("A5:B6", "注")


def odd_hidden_row(book, sheet):
    sheet.set_row(1, None, None, {"hidden": True})


def odd_flat_row(book, sheet):
    sheet.set_row(1, 0)


def odd_hidden_column(book, sheet):
    sheet.set_column("D:E", None, None, {"hidden": True})


def odd_filter(book, sheet):
    sheet.autofilter("A1:H2")
    sheet.filter_column("A", "x == 2015")
    sheet.set_row(1, None, None, {"hidden": True})


def odd_hidden_sheet(book, sheet):
    other = book.add_worksheet("控え")
    other.write(0, 0, "x")
    other.hide()


def odd_very_hidden_sheet(book, sheet):
    other = book.add_worksheet("控え")
    other.write(0, 0, "x")
    other.very_hidden()


def odd_second_sheet(book, sheet):
    book.add_worksheet("昨年度").write(0, 0, "x")


def odd_percent(book, sheet):
    sheet.write_number("D2", 0.509, book.add_format({"num_format": "0.0%"}))


def odd_error_value(book, sheet):
    sheet.write_formula("D2", "=1/0", None, "#DIV/0!")


def odd_far_cell(book, sheet):
    sheet.write(1, 16_000, "x")


def odd_long_cell(book, sheet):
    sheet.write_string("H2", "あ" * 6_000)


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        (odd_formula, ["「実績」", "D2に数式"]),
        (odd_merge, ["「実績」", "A5:B6が結合"]),
        (odd_hidden_row, ["「実績」", "2行目が非表示"]),
        (odd_flat_row, ["「実績」", "2行目が非表示"]),
        (odd_filter, ["2行目が非表示", "フィルター"]),
        (odd_hidden_column, ["「実績」", "D列が非表示"]),
        (odd_hidden_sheet, ["非表示のシート「控え」"]),
        (odd_very_hidden_sheet, ["非表示のシート「控え」"]),
        (odd_second_sheet, ["複数", "「実績」「昨年度」"]),
        (odd_percent, ["D2が「％」の表示形式"]),
        (odd_error_value, ["D2"]),
        (odd_far_cell, ["右に離れすぎ"]),
        (odd_long_cell, ["H2", "長すぎます"]),
    ],
)
def test_what_a_person_cannot_see_or_did_not_type_is_refused_by_its_place(odd, words):
    sentence = refusal(workbook(odd))

    assert all(word in sentence for word in words), sentence


def test_empty_and_explaining_sheets_are_left_out():
    def more(book, sheet):
        book.add_worksheet("Sheet2")
        book.add_worksheet("項目定義").write(0, 0, "年度は西暦です。")

    assert len(cells(workbook(more))) == 2


def test_a_hidden_column_without_values_is_no_matter():
    assert cells(workbook(lambda book, sheet: sheet.set_column("J:XFD", None, None, {"hidden": 1})))


def test_a_formatted_cell_far_away_is_no_matter():
    def format_far_cell(book, sheet):
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))

    assert len(cells(workbook(format_far_cell))) == 2


def test_a_mail_address_in_a_cell_is_no_outside_link():
    content = workbook(lambda book, sheet: sheet.write_url("H2", "mailto:kita@example.jp"))

    assert len(cells(content)) == 2


def test_a_zip_bomb_is_refused_before_it_unfolds():
    bomb = repacked(workbook(), add={"xl/media/x.xml": b" " * 200_000_000})
    assert len(bomb) < 1_000_000

    started = time.monotonic()
    assert "大きくなりすぎる" in refusal(bomb)
    assert time.monotonic() - started < 15


def test_a_zip_that_lies_about_its_sizes_is_refused():
    content = repacked(workbook(), add={"xl/lie.xml": b" " * 3_000_000})
    # The stated size of the last part, in its local head and in the directory, becomes 10 bytes.
    lying = content.replace(struct.pack("<I", 3_000_000), struct.pack("<I", 10))
    assert lying != content

    assert "Excel のファイルとして読み取れません" in refusal(lying)


def test_one_shared_text_used_many_times_does_not_unfold():
    rows = [HEADER.split(",")] + [("あ" * 4_999,) * 8] * 400

    assert "文字が多すぎます" in refusal(workbook(rows=rows))


def test_too_many_parts_are_refused():
    parts = {f"xl/media/{number}.txt": b"" for number in range(1_001)}

    assert "部品が多すぎる" in refusal(repacked(workbook(), add=parts))


BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&b;</t></si></sst>'
)
OUTSIDE_FILE = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("xl/sharedStrings.xml", BILLION_LAUGHS),
        ("xl/worksheets/sheet1.xml", OUTSIDE_FILE),
        ("xl/worksheets/sheet1.xml", OUTSIDE_FILE.decode().encode("utf-16")),
        ("docProps/app.xml", BILLION_LAUGHS),
    ],
)
def test_entities_and_outside_files_are_refused(part, data):
    content = repacked(workbook(), replace={part: lambda _: data})

    assert "DTD" in refusal(content)


@pytest.mark.parametrize(
    ("add", "word"),
    [
        ({"xl/vbaProject.bin": b"x"}, "マクロ"),
        ({"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}, "リンク"),
        (
            {
                "xl/worksheets/_rels/sheet9.xml.rels": b'<Relationships><Relationship Id="a" '
                b'Type="x/oleObject" Target="http://example.jp/" TargetMode="External"/></Relationships>'
            },
            "リンク",
        ),
    ],
)
def test_macros_and_links_to_other_books_are_refused(add, word):
    assert word in refusal(repacked(workbook(), add=add))


@pytest.mark.parametrize(
    "content",
    [
        repacked(workbook(), replace={"xl/worksheets/sheet1.xml": lambda data: data[:-80]}),
        repacked(workbook(), replace={"xl/workbook.xml": lambda _: b"<workbook/>"}),
        repacked(workbook(), replace={"xl/sharedStrings.xml": lambda _: b"<sst/>"}),
        repacked(workbook(), replace={"xl/_rels/workbook.xml.rels": lambda _: b"<x/>"}),
        repacked(workbook(), replace={"xl/workbook.xml": lambda data: b"\xff\xfe" + data}),
        # Cells that claim to stand where they do not: calamine would lay out a terabyte.
        repacked(
            workbook(),
            replace={"xl/worksheets/sheet1.xml": lambda d: d.replace(b'"A2"', b'"A99999999"')},
        ),
        repacked(
            workbook(),
            replace={"xl/worksheets/sheet1.xml": lambda d: d.replace(b'r="2"', b'r="4294967295"')},
        ),
        workbook()[:-30],
        workbook()[: len(workbook()) // 2],
    ],
)
def test_a_broken_workbook_is_refused_without_a_traceback(content):
    assert "読み取れません" in refusal(content)


@pytest.mark.parametrize("characters", [256, 300_000])
def test_a_sheet_name_that_no_spreadsheet_makes_is_refused(characters):
    content = repacked(
        workbook(),
        replace={
            "xl/workbook.xml": lambda data: data.replace(
                "実績".encode(), ("あ" * characters).encode()
            )
        },
    )

    assert "Excel のファイルとして読み取れません" in refusal(content)


@pytest.mark.parametrize("encoding", [b"UTF-7", b"utf-16-le", b"no-such-encoding"])
def test_a_sheet_in_an_encoding_that_nobody_reads_is_refused(encoding):
    content = repacked(
        workbook(),
        replace={
            "xl/worksheets/sheet1.xml": lambda data: data.replace(
                b'encoding="UTF-8"', b'encoding="' + encoding + b'"'
            )
        },
    )

    assert "Excel のファイルとして読み取れません" in refusal(content)


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        (50.900000000000006, "50.9"),
        (636.0, "636"),
        (0.1 + 0.2, "0.3"),
        (123456789.25, "123456789.25"),
    ],
)
def test_the_noise_of_binary_numbers_is_no_part_of_a_value(stored, text):
    row = ("2016", "kita", "1-1-a", stored)

    assert cells(workbook(rows=[HEADER.split(","), row]))[1][3] == text


def test_a_reader_that_dies_takes_nobody_with_it(monkeypatch, tmp_path):
    reader = tmp_path / "reader.py"
    reader.write_text("import os; os.abort()")
    monkeypatch.setattr("wards.workbooks._READER", reader)

    assert "読み取れません" in refusal(workbook())


def test_a_zip_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")

    assert "xlsx ではありません" in refusal(out.getvalue())


def test_an_encrypted_zip_is_refused():
    content = bytearray(workbook())
    # Bit 0 of the flags in every head of the zip: «encrypted».
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)

    assert "パスワード" in refusal(bytes(content))
