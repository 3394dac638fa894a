"""What happens next to a session, in words. Pure."""

from dataclasses import dataclass
from datetime import date

from councils.forum.choices import MinutesState, SessionState
from wards.wareki import wareki


@dataclass(frozen=True, slots=True)
class SessionStanding:
    """What the next step of a session depends on."""

    state: str
    today: date
    starts_on: date
    notice_due_on: date
    papers_due_on: date
    papers_sent: bool
    has_agenda: bool
    roster_gaps: tuple[str, ...] = ()
    minutes_state: str = ""
    minutes_are_empty: bool = True
    minutes_due_on: date | None = None


def session_next_steps(standing: SessionStanding) -> list[str]:
    """Return the next steps as sentences; one at least."""
    if standing.state == SessionState.CANCELLED:
        return ["中止になりました。することはありません。"]
    if standing.state == SessionState.DONE:
        return ["会議録まで公表しました。意見への対応は、意見の台帳で進めてください。"]
    if standing.state == SessionState.MINUTES:
        return [_of_minutes(standing)]
    steps = []
    if not standing.has_agenda:
        steps.append("議題を登録してください。")
    if standing.state == SessionState.PREPARING:
        late = standing.today > standing.notice_due_on
        steps.append(
            f"公表の期限（{wareki(standing.notice_due_on)}）を過ぎています。早急に区課長が開催を公表してください。"
            if late
            else f"{wareki(standing.notice_due_on)}までに、区課長が開催を公表してください。"
        )
    if not standing.papers_sent and standing.today <= standing.starts_on:
        late = standing.today > standing.papers_due_on
        steps.append(
            f"資料を送る日（{wareki(standing.papers_due_on)}）を過ぎています。送ったら記録してください。"
            if late
            else f"{wareki(standing.papers_due_on)}までに、委員へ資料を送り、送った日を記録してください。"
        )
    if standing.state == SessionState.ANNOUNCED and standing.today >= standing.starts_on:
        steps += standing.roster_gaps
        steps.append("会議が終わったら、出席と、開会・閉会の時刻を記録してください。")
    return steps or [f"{wareki(standing.starts_on)}の会議を待っています。"]


def _of_minutes(standing: SessionStanding) -> str:
    due = standing.minutes_due_on
    by = ""
    if due is not None:
        by = (
            f"公表の目標（{wareki(due)}）を過ぎています。"
            if standing.today > due
            else f"公表の目標は{wareki(due)}までです。"
        )
    if standing.minutes_state == MinutesState.CONFIRMED:
        return f"会議録は確認済です。区課長が公表してください。{by}"
    if standing.minutes_are_empty:
        return f"会議録を書いてください。{by}"
    return f"会議録を書き終えたら、最後に保存した人とは別の区課長が確認してください。{by}"
