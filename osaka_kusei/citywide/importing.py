"""An operator's file with results of many wards: checked as a whole, written as a whole.

The city's pages never write into wards; this is the operator's command line, which hands in for the
wards what they sent as files (docs/decisions/0005).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pghistory
from django.db import connection, transaction

from kpis.catalog.models import CityResult
from kpis.import_rows import ImportRow, Problem, RowReader
from kpis.importing import Counts, ImportPlan, ImportRefused, plan_import, write_plan
from kpis.models import Result
from osaka_kusei.citywide.writing import inside_to_write
from wards.models import Ward
from wards.spreadsheets import Line


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
        plans: list[tuple[Ward, ImportPlan]] = []
        for office, own in by_office.items():
            with inside_to_write(office) as model:
                plans.append((office, plan_import(own, model=model, lock=True)))
        problems = [*reader.problems, *(p for _, plan in plans for p in plan.problems)]
        if problems:
            raise ImportRefused(problems)
        for office, plan in plans:
            with inside_to_write(office) as model:
                if not dry_run:
                    write_plan(plan, actor=None, hands_in=True)
            counts[model] += plan.counts
    questions = [
        Problem(planned.row.line, "", question)
        for _, plan in plans
        for planned in plan.rows
        for question in planned.questions
    ]
    return Imported(counts, tuple(sorted(questions, key=lambda question: question.line)))
