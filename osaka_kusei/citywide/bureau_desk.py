"""The desk of a bureau at 本庁: what wards referred to it, and what it says to that.

A bureau sees its own referrals and who sent them, never who asked: that stays in the ward.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse

from consultations.city.models import Referral
from wards import clock
from wards.access import memberships_here
from wards.deadlines import is_overdue, words_left

PERMISSION: Final = "consultation_city.view_referral"
ANSWER_PERMISSION: Final = "consultation_city.answer_referral"
MARKS: Final = {
    Referral.State.SENT: ("info", "○"),
    Referral.State.ACCEPTED: ("info", "◐"),
    Referral.State.ANSWERED: ("good", "●"),
    Referral.State.RETURNED: ("plain", "↩"),
    Referral.State.WITHDRAWN: ("plain", "×"),
}
# What the list can be narrowed to: the key in the address, its words, the states.
FILTERS: Final = {
    "waiting": ("対応が必要", (Referral.State.SENT, Referral.State.ACCEPTED)),
    "answered": ("回答済", (Referral.State.ANSWERED,)),
    "returned": ("返却", (Referral.State.RETURNED,)),
    "withdrawn": ("取消", (Referral.State.WITHDRAWN,)),
    "all": ("すべて", tuple(Referral.State)),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One referral as the list shows it."""

    referral: Referral
    is_overdue: bool
    left: str
    tone: str
    mark: str


def own_bureaus(user) -> set[int]:
    """Return the bureaus that a person serves today."""
    return {one.bureau_id for one in memberships_here(user) if one.bureau_id is not None}


def own_referrals(user):
    """Return the referrals to a person's own bureaus."""
    if not user.has_perm(PERMISSION):
        return Referral.objects.none()
    return Referral.objects.filter(bureau__in=own_bureaus(user)).select_related(
        "from_ward", "bureau"
    )


def filtered(user, key: str):
    """Return the referrals of a filter: what waits by due day, the overdue first; what ended, latest first."""
    rows = own_referrals(user).filter(state__in=FILTERS[key][1])
    if key == "waiting":
        return rows.order_by("due_on", "sent_at", "pk")
    return rows.order_by("-sent_at", "pk")


def line_of(referral: Referral, today: date) -> Line:
    """Say how a referral stands today; only one that waits can be late."""
    waits = referral.state in FILTERS["waiting"][1]
    tone, mark = MARKS[Referral.State(referral.state)]
    return Line(
        referral,
        is_overdue=waits and is_overdue(referral.due_on, today),
        left=words_left(referral.due_on, today) if waits else "",
        tone=tone,
        mark=mark,
    )


def bureau_work(request) -> tuple[str, dict] | None:
    """Collect what waits for a bureau on the start page."""
    user = request.user
    if not user.has_perm(PERMISSION):
        return None
    today = clock.today()
    waiting = filtered(user, "waiting")
    lines = [line_of(referral, today) for referral in waiting[:5]]
    return "admin/citywide/bureau_work.html", {
        "lines": lines,
        "total": waiting.count(),
        "overdue": waiting.filter(due_on__lt=today).count(),
        "has_bureau": bool(own_bureaus(user)),
        "url": reverse("citywide_referrals"),
    }
