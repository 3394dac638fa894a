"""The values that a bulk update has replaced, as a file that can be taken in where the rules allow it."""

from collections.abc import Iterator

from consultations.services import bulk
from consultations.services.bulk import COMPARED, READ_COLUMNS, Row
from wards.worksheets import MOST_CELL_CHARACTERS

UNDONE = "一括更新の取消し"
HEADINGS = (
    *READ_COLUMNS,
    *(f"更新前の{name}" for name in COMPARED),
    *(f"更新後の{name}" for name in COMPARED),
)
_STATES = {str(state.label) for state in bulk.STEPS}


def rows_of(changed: list[Row]) -> Iterator[list[str]]:
    """Hand out a line for each case: first what can be taken in again, then the record.

    An empty cell changes nothing, so that a value that was empty, and a state that only the page of
    the case leads to, stand in the record alone.
    """
    for row in changed:
        before = {change.column: change.before for change in row.changes}
        after = {change.column: change.after for change in row.changes}
        again = {
            **before,
            bulk.NUMBER: row.number,
            bulk.REASON: UNDONE,
            bulk.STATE: before.get(bulk.STATE, "") if before.get(bulk.STATE) in _STATES else "",
        }
        if len(again.get(bulk.DRAFT, "")) > MOST_CELL_CHARACTERS:
            again[bulk.DRAFT] = ""
        # The record is not read, but a sheet with a longer cell is refused as a whole.
        yield [
            *(again.get(name, "") for name in READ_COLUMNS),
            *(before.get(name, "")[:MOST_CELL_CHARACTERS] for name in COMPARED),
            *(after.get(name, "")[:MOST_CELL_CHARACTERS] for name in COMPARED),
        ]
