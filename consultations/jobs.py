"""The daily work of 相談・要望: due days told, rules of routing looked through, referrals, waste."""

from datetime import timedelta
from typing import Final

from consultations.models import BulkUpdate
from consultations.services import bulk_updates
from consultations.services.keeping import sweep_lost_files, sweep_waiting_files
from consultations.services.referral_news import collect_referrals, tell_of_new_referrals
from consultations.services.reminders import remind_of_due_days
from consultations.services.routing import tell_of_gaps
from wards import attachments, clock
from wards.intake.turns import forget_old_windows
from wards.jobs import job
from wards.models import Job

REMIND: Final = "remind_consultations"
CHECK_ROUTING: Final = "check_routing"
COLLECT_REFERRALS: Final = "collect_referrals"
SWEEP_FILES: Final = "sweep_waiting_files"

# Writing a file takes moments; what is older was left by a process that was killed.
HALF_WRITTEN_LIVE: Final = timedelta(hours=1)


@job(REMIND, "相談・要望の期限の知らせ")
def remind_consultations(row: Job) -> dict:
    """Tell whoever has to act on the day; done twice, it tells nothing twice."""
    told = remind_of_due_days(row.day)
    return {"rows": sum(told.values()), **told}


@job(CHECK_ROUTING, "振分ルールの点検")
def check_routing(row: Job) -> dict:
    """Note how many live categories reach nobody, and tell the managers when there are any."""
    return {"rows": tell_of_gaps(row.day)}


@job(COLLECT_REFERRALS, "区・局への引継ぎの受取")
def collect(row: Job) -> dict:
    """Carry in what other offices decided, and tell of what other wards sent."""
    collected = collect_referrals()
    return {"rows": collected, "arrived": tell_of_new_referrals()}


@job(bulk_updates.CHECK, "相談・要望の一括更新の検査")
def check_bulk_update(row: Job) -> dict:
    """Try a long file of changes; one that was removed meanwhile is nobody's any more."""
    return {"rows": _with_update(row, bulk_updates.check)}


@job(bulk_updates.APPLY, "相談・要望の一括更新")
def apply_bulk_update(row: Job) -> dict:
    """Do a long file of changes that its person has agreed to."""
    return {"rows": _with_update(row, bulk_updates.apply)}


def _with_update(row: Job, work) -> int:
    update = BulkUpdate.objects.filter(pk=row.arguments["update"]).first()
    if update is None:
        return 0
    work(update)
    update.refresh_from_db()
    return len(update.rows)


@job(SWEEP_FILES, "送信されなかった添付の片付け")
def sweep(row: Job) -> dict:
    """Remove what was never sent, what a killed process left, and what has served its time."""
    now = clock.now()
    waiting = sweep_waiting_files()
    lost = sweep_lost_files()
    half_written = attachments.remove_half_written(now - HALF_WRITTEN_LIVE)
    windows = forget_old_windows(now)
    updates = bulk_updates.forget_old()
    return {
        "rows": waiting + lost + half_written + updates,
        "waiting": waiting,
        "lost": lost,
        "half_written": half_written,
        "windows": windows,
        "bulk_updates": updates,
    }
