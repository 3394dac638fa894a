"""A process of its own that reads one sheet of a checked xlsx: `workbooks` starts it.

calamine allocates what a file claims, and a failed allocation in Rust aborts the whole process; one
odd file would take a web worker and everybody's requests with it. Here it takes this process only,
which also has an end to its memory and time. Workbook on standard input, rows as JSON on standard
output; this file imports nothing of the portal.
"""

import io
import json
import resource
import sys
from datetime import date, datetime, time

import python_calamine

MOST_MEMORY = 1024 * 1024 * 1024
MOST_SECONDS = 20


def text_of(value) -> str:
    """Write a cell as the officer typed it: 636 for 636.0, 2016-04-01 for a date."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # 15 digits are what Excel shows: the noise of 50.900000000000006 is nobody's entry.
        return f"{value:.15g}"
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value)


def main(sheet_name: str) -> None:
    """Read the workbook and write its rows; row 1 of the sheet comes first."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    book = python_calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
    rows = book.get_sheet_by_name(sheet_name).to_python(skip_empty_area=False)
    sys.stdout.write(json.dumps([[text_of(value) for value in row] for row in rows]))


if __name__ == "__main__":
    main(sys.argv[1])
