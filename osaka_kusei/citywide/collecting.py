"""Telling wards that another office sent them something, or decided on what they handed over.

A job of the ward carries it in: nobody writes in another ward.
"""

from datetime import timedelta
from typing import Final

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from consultations.city.models import Referral
from consultations.jobs import COLLECT_REFERRALS
from wards import clock
from wards.jobs import ask_for, wake_workers
from wards.models import Job, Ward

# Later a job stands in the table in any case, and the night takes in what it could not.
NEWS_LIVES: Final = timedelta(days=7)


def ask_to_collect() -> int:
    """Ask the wards concerned to take in what arrived or was decided; return how many new jobs.

    Once for each referral and step, whatever becomes of the job; the night asks once more. Read as
    the city, which sees that there are referrals and no word of them.
    """
    now = clock.now()
    arrived = Q(state=Referral.State.SENT, bureau=None, sent_at__range=(now - NEWS_LIVES, now))
    decided = Q(collected_at=None, decided_at__range=(now - NEWS_LIVES, now)) & ~Q(
        state__in=(Referral.State.SENT, Referral.State.WITHDRAWN)
    )
    with connection.city_reading():
        rows = list(
            Referral.objects.filter(arrived | decided)
            .order_by("sent_at", "pk")
            .values_list("pk", "state", "from_ward_id", "to_ward_id", "sent_at", "decided_at")
        )
    wanted = {}
    for pk, state, from_ward, to_ward, sent_at, decided_at in rows:
        is_new = state == Referral.State.SENT
        day = timezone.localdate(sent_at if is_new else decided_at)
        wanted[to_ward if is_new else from_ward, f"{pk}:{state}"] = day
    asked = set(
        Job.objects.filter(name=COLLECT_REFERRALS, key__in=[key for _, key in wanted]).values_list(
            "ward_id", "key"
        )
    )
    wards = Ward.objects.in_bulk({ward for ward, _ in wanted})
    new = [(ward, key, day) for (ward, key), day in wanted.items() if (ward, key) not in asked]
    for ward, key, day in new:
        wake_workers(ask_for(wards[ward], COLLECT_REFERRALS, day=day, key=key))
    return len(new)
