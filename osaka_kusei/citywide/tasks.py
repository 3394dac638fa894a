"""The city's day: one job per ward, so that a ward that fails stops nobody else."""

from datetime import datetime, time

from celery import shared_task
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from consultations.jobs import CHECK_ROUTING, COLLECT_REFERRALS, REMIND, SWEEP_FILES
from councils.forum.jobs import NEWS as FORUM_NEWS
from councils.forum.jobs import REMIND as REMIND_FORUM
from councils.jobs import REMIND as REMIND_COUNCILS
from kpis.jobs import RECOMPUTE
from osaka_kusei.citywide.collecting import ask_to_collect
from osaka_kusei.citywide.outboxes import read_outboxes
from wards import clock
from wards.desk.morning import MORNING_MAIL
from wards.desk.relay import mail_is_set_up, wake_relay
from wards.desk.weekly_reading import WEEKLY_READING
from wards.jobs import ask_for_each, send_wake_up
from wards.models import Job, Ward

# Each day's work and when it is due in Osaka; a sweep after that makes up for a missed beat.
# What 本庁 has to do as well as every ward:
JOBS_OF_EVERY_OFFICE = ((RECOMPUTE, time(2, 0)),)
# What only wards have to do, in tables that 本庁 has not:
JOBS_OF_EVERY_WARD = (
    (SWEEP_FILES, time(3, 0)),
    # What was asked for by hand-over comes at once; this is for what was given up.
    (COLLECT_REFERRALS, time(4, 30)),
    (CHECK_ROUTING, time(4, 45)),
    # Before the morning mail, which tells of it.
    (REMIND, time(5, 0)),
    (REMIND_COUNCILS, time(5, 15)),
    # 本庁 asks for it at once; this is for what was given up.
    (FORUM_NEWS, time(5, 20)),
    (REMIND_FORUM, time(5, 25)),
    (WEEKLY_READING, time(6, 0)),
    (MORNING_MAIL, time(7, 0)),
)


def ask_for_the_night(now: datetime) -> None:
    """Make today's rows of what is due by now; one that ended before its time, by hand, is due again.

    Whether it ended well or was given up: the night starts afresh.
    """
    local = timezone.localtime(now)
    of_offices = [(name, at) for name, at in JOBS_OF_EVERY_OFFICE if local.time() >= at]
    of_wards = [(name, at) for name, at in JOBS_OF_EVERY_WARD if local.time() >= at]
    if not of_offices and not of_wards:
        return
    ask_for_each(
        Ward.objects.order_by("order"),
        [name for name, _ in of_offices],
        day=clock.today(),
        of_wards_only=[name for name, _ in of_wards],
    )
    ended_too_early = Q()
    for name, at in (*of_offices, *of_wards):
        due = local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
        ended_too_early |= Q(name=name, started_at__lt=due)
    Job.objects.filter(
        ended_too_early,
        day=clock.today(),
        key="",
        state__in=(Job.State.DONE, Job.State.FAILED),
    ).update(state=Job.State.WAITING, attempt=0, not_before=now, requested_by=None, error="")


@shared_task
def dispatch_due_jobs() -> dict:
    """Make today's rows once their time has come, give up what died too often, wake the workers.

    Sent at 02:00 and every half minute: two beats, or none for an hour, come to the same rows.
    """
    connection.set_schema_to_public()
    now = clock.now()
    ask_for_the_night(now)
    ask_to_collect()
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


@shared_task
def dispatch_due_mail() -> dict:
    """Wake one worker for each ward whose outbox has something to send; sent every five seconds."""
    connection.set_schema_to_public()
    sent = 0
    if not mail_is_set_up():
        return {"sent": sent}
    for outbox in read_outboxes(clock.now()):
        if not outbox.is_due:
            continue
        if not wake_relay(outbox.schema_name):
            break
        sent += 1
    return {"sent": sent}
