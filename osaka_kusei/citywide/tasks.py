"""The city's night: one job per ward, so that a ward that fails stops nobody else."""

from datetime import datetime, time

from celery import shared_task
from django.db import connection
from django.utils import timezone

from kpis.jobs import RECOMPUTE
from wards import clock
from wards.jobs import ask_for_each, send_wake_up
from wards.models import Job, Ward

# The night's work is due at 02:00 in Osaka; a sweep after that makes up for a missed beat.
DUE_AT = time(2, 0)


def ask_for_the_night(now: datetime) -> None:
    """Make today's row of every ward; one already done before 02:00, by hand, is due once more."""
    ask_for_each(Ward.objects.order_by("order"), RECOMPUTE, day=clock.today())
    due = timezone.localtime(now).replace(
        hour=DUE_AT.hour, minute=DUE_AT.minute, second=0, microsecond=0
    )
    Job.objects.filter(
        name=RECOMPUTE, day=clock.today(), key="", state=Job.State.DONE, started_at__lt=due
    ).update(state=Job.State.WAITING, attempt=0, not_before=now, requested_by=None, error="")


@shared_task
def dispatch_due_jobs() -> dict:
    """Make today's rows once 02:00 has come, give up what died too often, wake the workers.

    Sent at 02:00 and every half minute: two beats, or none for an hour, come to the same rows.
    """
    connection.set_schema_to_public()
    now = clock.now()
    if timezone.localtime(now).time() >= DUE_AT:
        ask_for_the_night(now)
    Job.objects.abandoned(now).update(
        state=Job.State.FAILED,
        finished_at=now,
        lease_until=None,
        error="処理中に作業プロセスが止まることが続いたため、打ち切りました。",
    )
    sent = 0
    # A new look at the clock: rows made above are due since a moment ago, not since `now`.
    for row in Job.objects.claimable(clock.now()).select_related("ward"):
        if not send_wake_up(row.ward.schema_name, row.pk):
            break
        sent += 1
    return {"sent": sent}
