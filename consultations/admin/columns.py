"""How a case reads in a list or on its page: state, clock and people in the officer's words."""

from datetime import date
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from consultations.choices import CaseState, HandoverState, PublicationState
from consultations.models import Consultation
from wards.badges import badge
from wards.calendar import open_days_between
from wards.deadlines import days_left, is_due_soon, words_left
from wards.wareki import short_wareki

STATE_BADGES = {
    CaseState.RECEIVED: ("warn", "●"),
    CaseState.ROUTED: ("warn", "→"),
    CaseState.IN_PROGRESS: ("info", "…"),
    CaseState.DIFFICULT: ("bad", "△"),
    CaseState.DRAFTED: ("info", "✎"),
    CaseState.ANSWERED: ("good", "✓"),
    CaseState.PUBLICATION_DECIDED: ("good", "■"),
    CaseState.FILED: ("plain", "▣"),
    CaseState.TRANSFERRED: ("plain", "⇢"),
}
HANDOVER_BADGES = {
    HandoverState.SENT: ("warn", "→"),
    HandoverState.ACCEPTED: ("info", "…"),
    HandoverState.ANSWERED: ("good", "✓"),
    HandoverState.RETURNED: ("bad", "←"),
    HandoverState.WITHDRAWN: ("plain", "×"),
}
PUBLICATION_BADGES = {
    PublicationState.PROPOSED: ("warn", "✎"),
    PublicationState.CONFIRMED: ("info", "✓"),
    PublicationState.PUBLISHED: ("good", "■"),
    PublicationState.WITHHELD: ("plain", "×"),
}


def state_badge(state: str) -> SafeString:
    """Return the badge of a case's state."""
    return badge(CaseState(state).label, *STATE_BADGES[CaseState(state)])


def handover_badge(state: str) -> SafeString:
    """Return the badge of a handover's state."""
    return badge(HandoverState(state).label, *HANDOVER_BADGES[HandoverState(state)])


def publication_badge(state: str) -> SafeString:
    """Return the badge of a publication's state."""
    return badge(PublicationState(state).label, *PUBLICATION_BADGES[PublicationState(state)])


@lru_cache(maxsize=2048)
def open_days_left(today: date, due: date) -> int:
    """Return the 開庁日 until a due day; many cases of a list share it."""
    return open_days_between(today, due)


def due_badge(case: Consultation, today: date) -> SafeString:
    """Return the time left as mark and word: red when late, orange when near."""
    words = words_left(case.due_on, today)
    if days_left(case.due_on, today) < 0:
        return badge(words, "bad", "！")
    if is_due_soon(case.due_on, today, case.deadline_rule.clock):
        return badge(words, "warn", "●")
    return badge(words, "plain")


def due_cell(case: Consultation, today: date) -> SafeString:
    """Return the due day of a list: the day, what is left of it, and the 開庁日 beside it."""
    day = format_html(
        '<time datetime="{}">{}</time>', case.due_on.isoformat(), short_wareki(case.due_on)
    )
    if not case.is_open:
        in_time = case.closed_on is not None and case.closed_on <= case.due_on
        return format_html(
            '{} <span class="quiet-text">{}</span>',
            day,
            "期限内に終了" if in_time else "期限後に終了",
        )
    left = open_days_left(today, case.due_on)
    return format_html(
        '{} {}<br><span class="quiet-text">{}</span>',
        day,
        due_badge(case, today),
        f"開庁日はあと{left}日" if case.due_on >= today else "期限を過ぎています",
    )


def charge_cell(case: Consultation) -> SafeString:
    """Return who has the case: section, and the person or that there is none."""
    if case.assignee is None:
        person = (
            format_html('<span class="no-one">{}</span>', "担当者なし") if case.is_open else "—"
        )
    else:
        person = case.assignee.name
    return format_html('{}<br><span class="who">{}</span>', case.section.name, person)


def office_cell(case: Consultation) -> SafeString | str:
    """Return the office that has the case, or the one whose answer is awaited."""
    waiting = getattr(case, "waiting_office", None)
    if case.office is not None:
        return case.office.name
    if waiting:
        return format_html('{}<br><span class="quiet-text">{}</span>', waiting, "引受待ち")
    return "—"


def subject_cell(case: Consultation) -> SafeString:
    """Return the subject of a list with the place below it, and marks for what is out of the row."""
    marks = []
    if case.bundle_lead_id:
        marks.append("束ね")
    if case.previous_id:
        marks.append("続き")
    return format_html(
        '{}{}<br><span class="quiet-text">{}</span>',
        case.subject,
        format_html_join("", ' <span class="small-mark">{}</span>', ((mark,) for mark in marks)),
        case.place or "場所の記載なし",
    )
