"""Around the day of a session: the papers went out, it took place and its minutes begin, or it is off."""

from datetime import date, datetime

from django.db import transaction

from councils.forum import session_rules
from councils.forum.choices import OpinionSource, StepKind
from councils.forum.models import ForumSession, Minutes
from councils.forum.services import attendance
from councils.forum.services.session_rows import (
    HELD,
    MAY_ANNOUNCE,
    MAY_CHANGE,
    NOTICE,
    PAPERS,
    PARTS,
    day_of,
    locked,
    part_url,
    reasons_over,
)
from councils.forum.services.steps import note
from wards import clock
from wards.access import may
from wards.desk.services import mark_all_done_for
from wards.storing import store
from wards.typed import need_text, refuse
from wards.wareki import wareki


@transaction.atomic
def record_papers_sent(session: ForumSession, *, day: date, actor) -> None:
    """Note on which day the papers went to the members."""
    may(actor, MAY_CHANGE)
    session = locked(session)
    if session.cancelled_at is not None:
        refuse(reasons_over(session))
    if day > clock.today():
        refuse(["資料を送った日は、今日以前の日にしてください。"])
    if day > day_of(session.starts_at):
        refuse(["資料を送った日は、会議の日以前にしてください。"])
    session.papers_sent_on = day
    store(session, "papers_sent_on")
    mark_all_done_for(part_url(session, PAPERS))
    late = day > session.papers_due_on
    note(
        session,
        StepKind.NOTE,
        f"{wareki(day)}に委員へ資料を送りました{'（期限の後）' if late else ''}。",
        actor=actor,
    )


def reasons_not_held_yet(session: ForumSession) -> list[str]:
    """List what stands against recording, whatever the times, that a session was held."""
    if reasons := reasons_over(session):
        return reasons
    reasons = []
    if session.announced_at is None:
        reasons.append("開催を公表していません。先に公表してください。")
    if day_of(session.starts_at) > clock.today():
        reasons.append(f"会議の日（{wareki(day_of(session.starts_at))}）がまだ来ていません。")
    return reasons + attendance.reasons_roster_is_not_complete(session)


@transaction.atomic
def record_held(
    session: ForumSession, *, began_at: datetime, ended_at: datetime, actor
) -> session_rules.Attended:
    """Note that a session took place; its minutes begin. Without a quorum it is told so, not refused."""
    may(actor, MAY_CHANGE)
    session = locked(session)
    reasons = reasons_not_held_yet(session)
    now, planned = clock.now(), day_of(session.starts_at)
    if day_of(began_at) != planned:
        reasons.append(
            f"開会した日が、予定の日（{wareki(planned)}）と違います。日を変えたときは、先に会議の日を直してください。"
        )
    elif began_at > now:
        reasons.append("開会した日時は、今より前にしてください。")
    if ended_at <= began_at:
        reasons.append("閉会した日時は、開会した日時より後にしてください。")
    elif ended_at > now:
        reasons.append("閉会した日時は、今より前にしてください。")
    elif day_of(ended_at) != day_of(began_at):
        reasons.append("閉会した日時は、開会と同じ日にしてください。")
    refuse(list(dict.fromkeys(reasons)))
    found = attendance.attended(session)
    session.began_at, session.ended_at = began_at, ended_at
    store(session, "began_at", "ended_at")
    store(Minutes(session=session, saved_by=actor, saved_at=now))
    for part in (NOTICE, PAPERS, HELD):
        mark_all_done_for(part_url(session, part))
    title = "会議を開きました。" if found.is_enough else "会議を開きました（定足数を満たさず）。"
    note(session, StepKind.REGISTERED, title, actor=actor, text=found.words)
    return found


def reasons_not_to_cancel(session: ForumSession) -> list[str]:
    """List why a session cannot be called off: it is off already, or took place.

    What was said at it tells that it took place, before anybody recorded so.
    """
    if session.cancelled_at is not None:
        return ["この会議は、すでに中止になっています。"]
    if session.ended_at is not None:
        return ["開いた会議は、中止にできません。"]
    if session.opinions.filter(source=OpinionSource.SESSION).exists():
        return [
            "この会議での意見が登録されています。会議は開かれたことになるため、中止にできません。"
            "出席と、会議を開いたことを記録してください。"
        ]
    return []


@transaction.atomic
def cancel_session(session: ForumSession, *, reason: str, actor) -> None:
    """Call a session off; what took place cannot be called off."""
    may(actor, MAY_ANNOUNCE)
    session = locked(session)
    refuse(reasons_not_to_cancel(session))
    session.cancel_reason = need_text(reason, "中止の理由を入力してください。", longest=200)
    session.cancelled_at = session.changed_at = clock.now()
    session.sequence += 1
    store(session, "cancel_reason", "cancelled_at", "changed_at", "sequence")
    for part in PARTS:
        mark_all_done_for(part_url(session, part))
    note(
        session, StepKind.CANCELLED, "会議を中止しました。", actor=actor, text=session.cancel_reason
    )
