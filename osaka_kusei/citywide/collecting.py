"""Telling wards that 本庁 has decided on what they referred: a job of the ward carries it in."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from consultations.city.models import Referral
from wards import clock
from wards.jobs import ask_for, wake_workers

COLLECT: Final = "collect_referrals"
# Later a job stands in the table in any case, and what it could not carry in it never will.
NEWS_LIVES: Final = timedelta(days=7)


def news_for_wards():
    """Return the referrals that were decided and not carried into their case yet.

    本庁 sees what was referred to it and nothing else (row-level security); what one ward handed to
    another, their own jobs carry.
    """
    return (
        Referral.objects.filter(
            state__in=(Referral.State.ACCEPTED, Referral.State.ANSWERED, Referral.State.RETURNED),
            collected_at=None,
            decided_at__gte=clock.now() - NEWS_LIVES,
        )
        .select_related("from_ward")
        .order_by("decided_at", "pk")
    )


def ask_to_collect() -> int:
    """Put a job into the table of each ward with news, once per news, and wake it; return how many.

    A step that was asked for already is not asked for again, however often this runs.
    """
    asked = 0
    for referral in news_for_wards():
        row = ask_for(
            referral.from_ward,
            COLLECT,
            # By the day of the decision: a sweep after midnight asks for the same row.
            day=timezone.localdate(referral.decided_at),
            key=f"{referral.pk}:{referral.state}",
        )
        if row.state == row.State.WAITING:
            wake_workers(row)
            asked += 1
    return asked
