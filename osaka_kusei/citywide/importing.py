"""An operator's file with results of many wards: checked as a whole, written as a whole.

The city never writes into wards; this is not the city but the operator's command line, which hands
in for the wards what they sent as files. It is the only loop that enters wards to write.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pghistory
from django.db import connection, transaction
from django_tenants.utils import tenant_context  # noqa: TID251  an operator's import crosses wards

from kpis.catalog.models import CityResult
from kpis.import_rows import ImportRow, Problem, RowReader
from kpis.importing import Counts, ImportPlan, ImportRefused, plan_import, write_plan
from kpis.models import Result
from kpis.spreadsheets import Line
from wards.models import Ward

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the counts of each table, and what should be looked at again.

    The screens ask the same before 提出, and refuse some of it; a file of an operator states what
    wards have handed in already (decision 0001), so that here it is told and let pass.
    """

    counts: Mapping[type, Counts]
    questions: tuple[Problem, ...]


def import_results(lines: Sequence[Line], *, dry_run: bool = False) -> Imported:
    """Take in the lines of a file, all or nothing.

    One transaction goes around all wards: SET ROLE and search_path are switched inside it, and a
    failure in the last ward undoes the first. Raise FileError or ImportRefused with every reason.
    """
    connection.set_schema_to_public()
    reader = RowReader()
    rows = reader.read(lines)
    by_office: dict[Ward, list[ImportRow]] = {}
    for row in sorted(rows, key=lambda row: row.office.order):
        by_office.setdefault(row.office, []).append(row)
    counts = {Result: Counts(), CityResult: Counts()}
    with transaction.atomic(), pghistory.context(command="import_kpi_results"):
        plans: list[tuple[Ward, ImportPlan]] = [
            (
                office,
                _inside(office, lambda model, own=own: plan_import(own, model=model, lock=True)),
            )
            for office, own in by_office.items()
        ]
        problems = [*reader.problems, *(p for _, plan in plans for p in plan.problems)]
        if problems:
            raise ImportRefused(problems)
        for office, plan in plans:
            model = _table_of(office)
            if not dry_run:
                _inside(office, lambda _, plan=plan: write_plan(plan, actor=None, hands_in=True))
            counts[model] += plan.counts
    questions = [
        Problem(planned.row.line, "", question)
        for _, plan in plans
        for planned in plan.rows
        for question in planned.questions
    ]
    return Imported(counts, tuple(sorted(questions, key=lambda question: question.line)))


def _table_of(office: Ward) -> type:
    return CityResult if office.is_headquarters else Result


def _inside(office: Ward, work: Callable[[type], Found]) -> Found:
    """Do the work inside the office's schema and role, on the table of its results."""
    with tenant_context(office):
        return work(_table_of(office))
