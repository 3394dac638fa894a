"""How councils and their papers read in lists: states and days in the officer's words."""

from datetime import date

from django.utils.safestring import SafeString

from councils.choices import (
    ApplicationState,
    CouncilState,
    FilingState,
    Met,
    NoticeState,
    RevocationState,
    SupportState,
)
from councils.confirmation_rules import reminder_due
from wards.badges import badge, badge_of

BADGES: dict[type, dict[str, tuple[str, str]]] = {
    CouncilState: {
        CouncilState.PREPARATORY: ("plain", "○"),
        CouncilState.APPLYING: ("info", "✎"),
        CouncilState.CERTIFIED: ("good", "✓"),
        CouncilState.CORRECTING: ("warn", "△"),
        CouncilState.REFUSED: ("bad", "×"),
        CouncilState.REVOKED: ("bad", "■"),
        CouncilState.DISSOLVED: ("plain", "■"),
    },
    ApplicationState: {
        ApplicationState.RECEIVED: ("warn", "●"),
        ApplicationState.EXAMINING: ("info", "…"),
        ApplicationState.RETURNED: ("warn", "←"),
        ApplicationState.EXAMINED: ("info", "✎"),
        ApplicationState.PROPOSED: ("info", "▲"),
        ApplicationState.CERTIFIED: ("good", "✓"),
        ApplicationState.REFUSED: ("bad", "×"),
        ApplicationState.WITHDRAWN: ("plain", "■"),
    },
    FilingState: {
        FilingState.LATE: ("bad", "！"),
        FilingState.DUE: ("info", "○"),
        FilingState.EXTENDED: ("warn", "…"),
        FilingState.SUBMITTED: ("warn", "●"),
        FilingState.ACCEPTED: ("good", "✓"),
        FilingState.NOT_REQUIRED: ("plain", "—"),
    },
    NoticeState: {
        NoticeState.RECEIVED: ("warn", "●"),
        NoticeState.ACCEPTED: ("good", "✓"),
        NoticeState.RETURNED: ("bad", "←"),
    },
    RevocationState: {
        RevocationState.PROPOSED: ("warn", "…"),
        RevocationState.DONE: ("bad", "■"),
        RevocationState.DROPPED: ("plain", "—"),
    },
    SupportState: {
        SupportState.APPLIED: ("info", "●"),
        SupportState.DECIDED: ("info", "✓"),
        SupportState.PAID: ("warn", "￥"),
        SupportState.REPORTED: ("warn", "✎"),
        SupportState.SETTLED: ("good", "✓"),
    },
    Met: {Met.MET: ("good", "✓"), Met.UNMET: ("bad", "×")},
}


def state_badge(kind: type, state: str) -> SafeString:
    """Return the badge of a state of a fixed list."""
    return badge_of(kind(state), BADGES[kind])


def confirmation_badge(due_on: date, today: date) -> SafeString:
    """Return how near the due day of a 要件確認 is."""
    level = reminder_due(due_on, today)
    if level == 0:
        return badge(f"期限超過{(today - due_on).days}日（失効候補）", "bad", "！")
    if level is not None:
        return badge(f"あと{(due_on - today).days}日", "warn", "●")
    return badge(f"あと{(due_on - today).days}日", "plain")
