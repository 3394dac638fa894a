"""How opinions and answers read on staff screens: states by mark and word."""

from django.utils.safestring import SafeString

from councils.city.models.bureau_request import RequestState
from councils.forum.choices import OpinionState, ResponseState
from wards.badges import badge_of

BADGES: dict[type, dict[str, tuple[str, str]]] = {
    OpinionState: {
        OpinionState.LATE: ("bad", "！"),
        OpinionState.WAITING: ("info", "○"),
        OpinionState.APPROVED: ("warn", "●"),
        OpinionState.ACTING: ("info", "…"),
        OpinionState.CLOSED: ("good", "✓"),
    },
    ResponseState: {
        ResponseState.DRAFT: ("plain", "✎"),
        ResponseState.APPROVED: ("warn", "●"),
        ResponseState.PUBLISHED: ("good", "✓"),
        ResponseState.WITHDRAWN: ("plain", "■"),
    },
    RequestState: {
        RequestState.SENT: ("info", "○"),
        RequestState.ASSIGNED: ("info", "…"),
        RequestState.ANSWERED: ("warn", "●"),
        RequestState.PUBLISHED: ("good", "✓"),
        RequestState.RETURNED: ("bad", "←"),
        RequestState.WITHDRAWN: ("plain", "■"),
    },
}


def ledger_badge(kind: type, state: str) -> SafeString:
    """Return the badge of a state of the ledger."""
    return badge_of(kind(state), BADGES[kind])
