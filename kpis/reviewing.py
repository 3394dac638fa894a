"""市民局の確認: the city's steps with a ward's results, made inside the ward by a worker.

The city never writes into a ward's tables. It leaves a job that says what it wants; the worker
enters the ward under the ward's own role and moves the results by the rules of every other way.
"""

import pghistory
from django.core.exceptions import ValidationError

from kpis.entry_states import MOVES
from kpis.jobs import REVIEW
from kpis.models import Result
from kpis.services import move_result
from wards.jobs import job
from wards.models import Job

REVIEW_PERMISSION = "kpi_catalog.review_wards"
REVIEW_MOVES = tuple(move for move in MOVES.values() if move.permission == REVIEW_PERMISSION)


@job(REVIEW, "市民局の確認")
def review_results(row: Job) -> dict:
    """Move the named results, or all that stand where the move begins; note each refusal.

    Arguments: move, fiscal_year, indicators (codes; empty means all), reason, and by, the name
    of who asked, for the ward's history. That the person who
    asked may review was checked when they asked: a ward does not see the roles at 本庁.
    """
    wanted = row.arguments
    move = MOVES[wanted["move"]]
    if move not in REVIEW_MOVES:
        raise ValueError(f"{move.code} is no move of the city.")
    results = Result.objects.for_fiscal_year(wanted["fiscal_year"]).select_related("indicator")
    if codes := wanted.get("indicators"):
        results = results.filter(indicator__code__in=codes)
    else:
        results = results.filter(state__in=move.from_states)
    moved, refused = 0, []
    with pghistory.context(by=wanted.get("by", "")):
        for result in results:
            try:
                move_result(
                    result,
                    move.code,
                    actor=None,
                    permissions={REVIEW_PERMISSION},
                    reason=wanted.get("reason", ""),
                )
            except ValidationError as refusal:
                refused.append({"indicator": str(result.indicator), "reasons": refusal.messages})
            else:
                moved += 1
    return {"rows": moved + len(refused), "changed": moved, "refused": refused}
