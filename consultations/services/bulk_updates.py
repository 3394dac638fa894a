"""A file of changes on its way: tried at once when it is short, by a worker when it is long.

A line takes up to seventy questions to the database, since each goes through the services that a
button would call: 500 lines with five steps each took 33 seconds (2 cores), more than a request may.
"""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import timedelta
from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from consultations.models import BulkUpdate
from consultations.services import bulk
from consultations.services.bulk import Change, Outcome, Problem, Row
from wards import clock
from wards.jobs import ask_for, wake_workers
from wards.models import Job
from wards.spreadsheets import Line

CHECK: Final = "check_bulk_update"
APPLY: Final = "apply_bulk_update"
# Three seconds at the most; what is longer goes to a worker.
AT_ONCE: Final = 50
LIVES: Final = timedelta(days=7)


def receive_file(lines: Sequence[Line], *, file_name: str, actor) -> BulkUpdate:
    """Keep a file and have it tried; raise FileError for one of another shape."""
    kept = bulk.only_what_is_read(lines)
    update = BulkUpdate.objects.create(
        actor=actor,
        file_name=file_name[:200],
        lines=[[line.number, list(line.cells)] for line in kept],
        made_at=clock.now(),
    )
    return _do(update, CHECK, check)


def confirm(update: BulkUpdate) -> BulkUpdate:
    """Have the differences done that were shown; once, however often it is asked for."""
    with transaction.atomic():
        update = BulkUpdate.objects.select_for_update().get(pk=update.pk)
        if update.state != BulkUpdate.State.CHECKED or update.problems:
            return update
        update.state = BulkUpdate.State.APPLYING
        update.save(update_fields=["state"])
        return _do(update, APPLY, apply)


def check(update: BulkUpdate) -> None:
    """Try every line and keep what came of it."""
    with transaction.atomic():
        update = BulkUpdate.objects.select_for_update().get(pk=update.pk)
        if update.state == BulkUpdate.State.CHECKING:
            _keep_trial(update)


def apply(update: BulkUpdate) -> None:
    """Do everything or nothing; what changed since it was shown is tried and shown anew."""
    with transaction.atomic():
        update = BulkUpdate.objects.select_for_update().get(pk=update.pk)
        if update.state != BulkUpdate.State.APPLYING:
            return
        try:
            bulk.apply_lines(_lines(update), actor=update.actor, fingerprint=update.fingerprint)
        except (ValidationError, PermissionDenied):
            update.is_stale = True
            _keep_trial(update)
            return
        update.state = BulkUpdate.State.APPLIED
        update.applied_at = clock.now()
        # What was asked for stands in the cases now; the differences stay as the former values.
        update.lines = []
        update.save(update_fields=["state", "applied_at", "lines"])


def outcome_of(update: BulkUpdate) -> Outcome:
    """Return what a file did, or would do."""
    return Outcome(
        tuple(
            Row(line, number, subject, tuple(Change(*change) for change in changes))
            for line, number, subject, changes in update.rows
        ),
        tuple(Problem(*problem) for problem in update.problems),
    )


def has_failed(update: BulkUpdate) -> bool:
    """Say whether the workers gave a file up; an operator sees why in the run log."""
    return Job.objects.filter(
        name__in=(CHECK, APPLY), key=str(update.pk), state=Job.State.FAILED
    ).exists()


def forget_old() -> int:
    """Remove files of long ago, done or not; return how many."""
    return BulkUpdate.objects.filter(made_at__lt=clock.now() - LIVES).delete()[0]


def _do(update: BulkUpdate, name: str, work) -> BulkUpdate:
    if len(update.lines) > AT_ONCE + 1:
        job = ask_for(
            connection.tenant,
            name,
            day=clock.today(),
            key=str(update.pk),
            arguments={"update": str(update.pk)},
            actor=update.actor,
            # A file whose cases had changed is confirmed a second time.
            again=True,
        )
        wake_workers(job)
        return update
    work(update)
    update.refresh_from_db()
    return update


def _lines(update: BulkUpdate) -> list[Line]:
    return [Line(number, tuple(cells)) for number, cells in update.lines]


def _keep_trial(update: BulkUpdate) -> None:
    try:
        outcome = bulk.try_lines(_lines(update), actor=update.actor)
    except PermissionDenied as refusal:
        # The person's role has ended since the file came in.
        outcome = Outcome((), (Problem(0, "", str(refusal)),))
    update.rows = [
        [row.line, row.number, row.subject, [astuple(change) for change in row.changes]]
        for row in outcome.rows
    ]
    update.problems = [astuple(problem) for problem in outcome.problems]
    update.fingerprint = outcome.fingerprint
    update.state = BulkUpdate.State.CHECKED
    update.save(update_fields=["rows", "problems", "fingerprint", "state", "is_stale"])
