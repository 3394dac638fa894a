"""Tables as files: written row by row, days as days, texts as texts, and sent in pieces."""

import csv
import io
import tracemalloc
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from wards.spooled_files import IN_MEMORY, PIECE, digest_of, download_of, spooled_file
from wards.table_files import write_table

ROW = (
    "R08-KITA-000001-4",
    "街路灯が消えていて、夜道が暗いです。" * 20,
    date(2026, 11, 25),
    14,
    None,
)
HEADINGS = ("番号", "内容", "受付日", "日数", "空")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_long_table_never_stands_in_memory(kind):
    tracemalloc.start()
    try:
        with spooled_file() as file:
            count = write_table(file, kind, HEADINGS, (ROW for _ in range(12_000)))
            size = file.tell()
            _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count == 12_000
    assert kind == "xlsx" or size > 5 * IN_MEMORY
    assert peak < 3 * IN_MEMORY


def test_days_and_moments_are_dates_in_a_book_and_iso_in_csv():
    moment = datetime(2026, 11, 25, 1, 2, 3, 456, tzinfo=UTC)
    row = [date(2026, 11, 25), moment, date(1867, 11, 9), None, "", 0, "2026-11-25"]
    headings = [str(place) for place in range(len(row))]
    with spooled_file() as book, spooled_file() as text:
        write_table(book, "xlsx", headings, [row])
        write_table(text, "csv", headings, [row])
        book.seek(0)
        text.seek(0)
        cells = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()[1]
        written = list(csv.reader(io.StringIO(text.read().decode("utf-8-sig"))))[1]

    assert cells == [
        date(2026, 11, 25), datetime(2026, 11, 25, 10, 2, 3), "1867-11-09", "", "", 0, "2026-11-25",
    ]  # fmt: skip
    assert written == [
        "2026-11-25", "2026-11-25 10:02:03+09:00", "1867-11-09", "", "", "0", "2026-11-25",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["=1+1", "＝SUM(A1)", "http://example.jp", "a\x0bb", "𠮷髙﨑①㈱👩‍👩‍👧", "_x000B_", "1" * 40]
)  # fmt: skip
def test_a_text_stays_the_text_it_is_in_a_book(text):
    with spooled_file() as book:
        write_table(book, "xlsx", ["内容"], [[text]])
        book.seek(0)
        cells = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()

    assert cells == [["内容"], [text]]


def test_a_download_says_its_length_and_ends_its_file():
    file = spooled_file()
    file.write(b"x" * (2 * PIECE + 1))
    digest = digest_of(file)
    response = download_of(file, name="一覧.csv", content_type="text/csv")

    pieces = list(response.streaming_content)

    assert [len(piece) for piece in pieces] == [PIECE, PIECE, 1]
    assert (response["Content-Length"], len(digest), file.closed) == (str(2 * PIECE + 1), 64, True)


def test_a_download_that_is_broken_off_ends_its_file():
    file = spooled_file()
    file.write(b"x" * 10)
    response = download_of(file, name="a.csv", content_type="text/csv")
    response.close()

    assert file.closed
