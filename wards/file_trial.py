"""A table taken in through the services that a button calls: all lines of it, or none.

The trial is the thing itself, taken back: what the preview shows is what the services did.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

T = TypeVar("T")
Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line cannot be taken in: where it stands, and a sentence for the officer."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.line}行目" + (f"「{self.column}」" if self.column else "")
        return f"{place}：{self.reason}"


@dataclass(frozen=True, slots=True)
class Change:
    """One cell before and after, as text."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Row:
    """What one line did: to which thing, called how."""

    line: int
    number: str
    subject: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file did, or would do: every line, and every reason against it."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]

    @property
    def changed(self) -> list[Row]:
        """Return the lines that change something."""
        return [row for row in self.rows if row.changes]

    @property
    def fingerprint(self) -> str:
        """Return what tells these differences from others: a reader agrees to these only."""
        return hashlib.sha256(repr(self.rows).encode()).hexdigest()


class LineError(Exception):
    """A line that cannot be taken in, by the column and for the reasons given."""

    def __init__(self, column: str, reasons: Sequence[str]):
        super().__init__(column, reasons)
        self.faults = [(column, reason) for reason in reasons]

    def problems(self, line: int) -> list[Problem]:
        """Return what is wrong, as told of a line."""
        return [Problem(line, column, reason) for column, reason in self.faults]


class LineFaults:
    """What is wrong with a line, cell by cell, told at once."""

    def __init__(self):
        self.found = LineError("", [])

    def of(self, read: Callable[..., T], *arguments, **named) -> T | None:
        """Return what was read; keep why it cannot be, and return nothing."""
        try:
            return read(*arguments, **named)
        except LineError as refused:
            self.found.faults += refused.faults
            return None

    def fault(self, column: str, reason: str) -> None:
        """Keep what is wrong with a cell."""
        self.found.faults.append((column, reason))

    def refuse(self) -> None:
        """Raise LineError with all that was wrong; do nothing without any."""
        if self.found.faults:
            raise self.found


class _TakenBackError(Exception):
    """Ends the transaction of a trial."""


def tried(do: Callable[[], Outcome]) -> Outcome:
    """Do everything, take it back, and return what it came to."""
    outcome = Outcome((), ())
    try:
        with transaction.atomic():
            outcome = do()
            raise _TakenBackError
    except _TakenBackError:
        return outcome


def all_or_none(do: Callable[[], Outcome]) -> Outcome:
    """Do everything; with anything against it take it back and return the problems alone."""
    outcome = Outcome((), ())
    try:
        with transaction.atomic():
            outcome = do()
            if outcome.problems:
                raise _TakenBackError
    except _TakenBackError:
        return Outcome((), outcome.problems)
    return outcome


def lines_taken(
    work: Iterable[tuple[int, Cells]], take: Callable[[int, Cells], T]
) -> tuple[list[T], list[Problem]]:
    """Take line after line, a refused one leaving nothing; return what each gave, and what is wrong."""
    rows, problems = [], []
    for number, cells in work:
        try:
            with transaction.atomic():
                rows.append(take(number, cells))
        except LineError as refused:
            problems += refused.problems(number)
    return rows, problems


def read_cell(parse: Callable[[str], T], cells: Cells, column: str) -> T:
    """Return what a cell says; what cannot be read names its column."""
    try:
        return parse(cells[column])
    except ValueError as problem:
        raise LineError(column, [str(problem)]) from problem


def taken(column: str | Mapping[str, str], service: Callable, *arguments, **named):
    """Call a service for a line; its refusal names the column, or that of the field it is about."""
    try:
        return service(*arguments, **named)
    except ValidationError as refusal:
        if isinstance(column, str):
            raise LineError(column, refusal.messages) from refusal
        refused = LineError("", [])
        for field, reasons in refusal.message_dict.items():
            refused.faults += [(column.get(field, ""), reason) for reason in reasons]
        raise refused from refusal
    except PermissionDenied as refusal:
        raise LineError(column, [str(refusal)]) from refusal
