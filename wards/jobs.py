"""The job table: work that ends in one good row per ward and day (SECURITY §1.8, F3–F8).

An app names its work with `@job("recompute_progress")`. Web and beat only *ask* for it; a worker
takes a lease on the row, does the work and marks it done in the same transaction as the work.
"""

from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial
from time import monotonic

import pghistory
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from wards import clock
from wards.models import Job, Ward

# Doing it: takes the job, returns what to note, such as {"rows": 34, "changed": 2}.
Work = Callable[[Job], dict]
_works: dict[str, tuple[str, Work]] = {}

FIRST_RETRY = timedelta(seconds=30)


def job(name: str, label: str) -> Callable[[Work], Work]:
    """Register the function that does the named work; the label is for the run log."""

    def register(work: Work) -> Work:
        _works[name] = (label, work)
        return work

    return register


def job_label(name: str) -> str:
    """Return the work's name in Japanese."""
    return _works[name][0] if name in _works else name


def ask_for(ward, name: str, *, day, key: str = "", arguments=None, actor=None, again=False) -> Job:
    """Put the work into the job table, once per ward, day and key; return its row.

    `again` opens a row that is done, failed or put off after a failure, for «recompute now».
    """
    row, created = Job.objects.get_or_create(
        ward_id=ward.pk,
        name=name,
        day=day,
        key=key,
        defaults={
            "arguments": arguments or {},
            "requested_by": actor,
            "not_before": clock.now(),
        },
    )
    if again and not created:
        Job.objects.filter(pk=row.pk).exclude(state=Job.State.RUNNING).update(
            state=Job.State.WAITING,
            attempt=0,
            not_before=clock.now(),
            requested_by=actor,
            error="",
        )
        row.refresh_from_db()
    return row


def ask_for_each(
    wards: QuerySet[Ward], names: Collection[str], *, day, of_wards_only: Collection[str] = ()
) -> None:
    """Put the named works of a day into the job table for every ward that lacks them.

    `of_wards_only` names works that 本庁 has not, though it may stand among `wards`. One question
    and, when something is missing, one statement, however many works there are.
    """
    of_the_day = Q(jobs__day=day, jobs__key="", jobs__name__in=[*names, *of_wards_only])
    have = ArrayAgg("jobs__name", filter=of_the_day)
    due = clock.now()
    missing = [
        Job(ward=ward, name=name, day=day, not_before=due)
        for ward in wards.annotate(have=have)
        for name in (*names, *(() if ward.is_headquarters else of_wards_only))
        if name not in (ward.have or ())
    ]
    # Only what is missing is inserted: a refused row would use up a number (処理番号) each time.
    if missing:
        Job.objects.bulk_create(missing, ignore_conflicts=True)


def do_job(job_id: int) -> Job | None:
    """Take the job of the ward served if it is free, do it, and note how it ended; None when another has it.

    The work and its «done» are one transaction: a worker killed in between leaves neither, and the
    lease lets the next one take over.
    """
    own = Job.objects.filter(pk=job_id, ward__schema_name=connection.schema_name)
    if not own.take(clock.now()):
        return None
    row = Job.objects.select_related("ward").get(pk=job_id)
    started = monotonic()
    try:
        with (
            transaction.atomic(),
            pghistory.context(job=row.name, run=row.pk, user=row.requested_by_id),
        ):
            result = _works[row.name][1](row)
            _end(row, seconds=monotonic() - started, result=result)
    except Exception as problem:
        _end_in_failure(row, problem, seconds=monotonic() - started)
        raise
    return row


def _end(row: Job, *, seconds: float, result: dict) -> None:
    # Only the holder of this attempt may end it: a worker that outlived its lease may not.
    now = clock.now()
    ended = Job.objects.filter(pk=row.pk, attempt=row.attempt, state=Job.State.RUNNING).update(
        state=Job.State.DONE,
        finished_at=now,
        last_done_at=now,
        lease_until=None,
        seconds=round(seconds, 3),
        result=result,
        error="",
    )
    if not ended:
        raise RuntimeError(f"Job {row.pk} was taken over by another worker.")


def _end_in_failure(row: Job, problem: Exception, *, seconds: float) -> None:
    given_up = row.attempt >= Job.MAXIMUM_ATTEMPTS
    Job.objects.filter(pk=row.pk, attempt=row.attempt, state=Job.State.RUNNING).update(
        state=Job.State.FAILED if given_up else Job.State.WAITING,
        not_before=clock.now() + FIRST_RETRY * 2 ** (row.attempt - 1),
        finished_at=clock.now(),
        lease_until=None,
        seconds=round(seconds, 3),
        error=f"{type(problem).__name__}: {problem}"[:500],
    )


def do_in_its_ward(row: Job) -> None:
    """Do the row's work in this process as a worker would: inside its ward, unless another has it."""
    from wards.tasks import run_job

    run_job(row.pk, ward=row.ward.schema_name)


def send_wake_up(ward: str, job_id: int) -> bool:
    """Send a row of the ward to the workers now; return False when the broker cannot be reached."""
    from wards.tasks import run_job

    return run_job.wake(ward, job_id)


def wake_workers(row: Job) -> None:
    """Send a wake-up after commit. A broker that is down or hangs costs a second, never the job."""
    transaction.on_commit(partial(send_wake_up, row.ward.schema_name, row.pk))
