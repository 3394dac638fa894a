"""Taking in results by file: what would change, why not, and the writing of all or nothing.

The same rules as on screen (`services.reasons_not_to_enter`), asked for every row before anything
is written, and then written set-wise. A row that says what is stored already is left alone, in
whatever state it is.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from kpis import services
from kpis.catalog.models import RecordedResult
from kpis.choices import EntryState
from kpis.entry_rules import NOT_APPLICABLE, reasons_to_ask
from kpis.import_rows import (
    ACTUAL,
    VALUE_COLUMNS,
    ImportRow,
    Problem,
    same_text,
    value_texts,
)
from kpis.models import Result
from wards import clock

STATE = "入力状態"
JUDGED_COLUMNS = {VALUE_COLUMNS[name] for name in services.JUDGED_INPUTS & VALUE_COLUMNS.keys()}


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell before and after, as text."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What one line does to its result; `result` already holds the values after."""

    row: ImportRow
    result: RecordedResult
    is_new: bool
    changes: tuple[CellChange, ...]
    questions: tuple[str, ...]

    @property
    def writes(self) -> bool:
        """Say whether the line changes anything."""
        return self.is_new or bool(self.changes)

    @property
    def changes_the_judgement(self) -> bool:
        """Say whether the line changes what the result is judged by."""
        return self.is_new or any(change.column in JUDGED_COLUMNS for change in self.changes)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many lines were new, changed something, or said what was stored already."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.new + other.new, self.changed + other.changed, self.unchanged + other.unchanged
        )

    def __str__(self) -> str:
        return f"新規 {self.new:,}件・変更 {self.changed:,}件・変更なし {self.unchanged:,}件"


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What a file would do in one schema: every line, and every reason against it."""

    rows: tuple[PlannedRow, ...]
    problems: tuple[Problem, ...]

    @property
    def counts(self) -> Counts:
        """Return how many lines are new, changed and unchanged."""
        new = sum(row.is_new for row in self.rows)
        changed = sum(row.writes and not row.is_new for row in self.rows)
        return Counts(new, changed, len(self.rows) - new - changed)

    @property
    def emptied(self) -> int:
        """Count the lines that take an entered 実績値 away."""
        return sum(
            change.column == ACTUAL and not change.after
            for planned in self.rows
            for change in planned.changes
            if not planned.is_new
        )

    @property
    def fingerprint(self) -> str:
        """Return what tells this plan from another: a reader agrees to these differences only."""
        seen = [(row.row.line, row.is_new, row.result.state, row.changes) for row in self.rows]
        return hashlib.sha256(repr(seen).encode()).hexdigest()


class ImportRefused(Exception):
    """A file that is not taken in; `problems` names every bad line."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__(f"{len(self.problems)} problems")


def plan_import(rows: Sequence[ImportRow], *, model=Result, lock: bool = False) -> ImportPlan:
    """Compare the lines with what the schema served has stored; change nothing.

    `lock` keeps others from changing the results until the transaction ends.
    """
    # In the order in which the grid and the recompute lock: two of them wait, none breaks off.
    stored = model.objects.filter(indicator__in={row.indicator.pk for row in rows}).order_by(
        "fiscal_year", "indicator__number"
    )
    if lock:
        stored = stored.select_for_update(of=("self",))
    before = {(result.fiscal_year, result.indicator_id): result for result in stored}
    actuals = {key: result.actual for key, result in before.items()}
    actuals |= {(row.fiscal_year, row.indicator.pk): _number(row.values["actual"]) for row in rows}
    planned: list[PlannedRow] = []
    problems: list[Problem] = []
    for row in rows:
        key = (row.fiscal_year, row.indicator.pk)
        result = before.get(key)
        is_new = result is None
        if result is None:
            result = model(fiscal_year=row.fiscal_year)
        result.indicator = row.indicator
        if is_new or _differs(result, row):
            problems += _reasons_against(result, row)
        changes = _take_over(result, row)
        questions = reasons_to_ask(
            row.values["actual"],
            unit=row.indicator.unit,
            previous_actual=actuals.get((row.fiscal_year - 1, row.indicator.pk)),
            respondents=result.respondents,
            minimum_respondents=row.indicator.minimum_respondents,
            implementation=row.values.get("implementation", ""),
            note=result.note,
        )
        planned.append(
            PlannedRow(row, result, is_new, changes, tuple(questions) if is_new or changes else ())
        )
    return ImportPlan(tuple(planned), tuple(problems))


@transaction.atomic
def write_plan(plan: ImportPlan, *, actor, hands_in: bool = False) -> Counts:
    """Store a plan without problems, in the schema it was made in; return what was written.

    `hands_in` is for the operator, who imports what wards have handed in: entries become 提出.
    On a ward's own screen they stay on the officer's desk.
    """
    if plan.problems:
        raise ImportRefused(plan.problems)
    now = clock.now()
    writing = [planned for planned in plan.rows if planned.writes]
    for planned in writing:
        result = planned.result
        result.entered_by = actor
        if planned.changes_the_judgement:
            services.forget_judgement(result)
        if hands_in and (result.has_entry or getattr(result, "implementation", "")):
            result.state = EntryState.SUBMITTED
            result.state_changed_at = now
            result.state_reason = ""
    if not writing:
        return plan.counts
    model = type(writing[0].result)
    fields = {*writing[0].row.values, "not_applicable", "entered_by", *services.NOT_YET_JUDGED}
    fields |= {"state", "state_changed_at", "state_reason"} if hands_in else set()
    model.objects.bulk_create([p.result for p in writing if p.is_new], batch_size=500)
    model.objects.bulk_update(
        [p.result for p in writing if not p.is_new], sorted(fields), batch_size=500
    )
    for planned in writing:
        if planned.changes_the_judgement and hands_in:
            services.forget_later_sums(planned.result)
    return plan.counts


def _number(actual) -> Decimal | None:
    return actual if isinstance(actual, Decimal) else None


def _stored_value(result: RecordedResult, name: str):
    if name == "actual":
        return services.entered_value(result)
    value = getattr(result, name)
    return same_text(value) if isinstance(value, str) else value


def _differs(result: RecordedResult, row: ImportRow) -> bool:
    return any(_stored_value(result, name) != value for name, value in row.values.items())


def _reasons_against(result: RecordedResult, row: ImportRow) -> list[Problem]:
    """List the reasons of the one set of rules, each under the column it speaks of."""
    columns = {**VALUE_COLUMNS, "state": STATE}
    return [
        Problem(row.line, columns[name], reason)
        for name, reason in services.reasons_not_to_enter(result, dict(row.values))
    ]


def _take_over(result: RecordedResult, row: ImportRow) -> tuple[CellChange, ...]:
    """Put the line's values into the result in memory; return the cells that differ."""
    before = value_texts(result)
    differing = [name for name, value in row.values.items() if _stored_value(result, name) != value]
    for name in differing:
        value = row.values[name]
        if name == "actual":
            result.not_applicable = value is NOT_APPLICABLE
            value = None if value is NOT_APPLICABLE else value
        setattr(result, name, value)
    after = value_texts(result)
    return tuple(
        CellChange(VALUE_COLUMNS[name], before[VALUE_COLUMNS[name]], after[VALUE_COLUMNS[name]])
        for name in differing
    )
