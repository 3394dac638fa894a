"""The nightly judgement of a ward's results."""

from kpis.catalog.models import CityResult
from kpis.jobs import RECOMPUTE
from kpis.models import Result
from kpis.services import recompute_results
from wards.jobs import job
from wards.models import Job


@job(RECOMPUTE, "進捗率の算定")
def recompute_progress(row: Job) -> dict:
    """Judge the ward's results, or the city's own where the job is 本庁's.

    The argument `fiscal_year` limits what is stored to one year; the night stores all.
    """
    model = CityResult if row.ward.is_headquarters else Result
    done = recompute_results(model, fiscal_year=row.arguments.get("fiscal_year"))
    return {"rows": done.rows, "changed": done.changed}
