"""The pages of the councils' work, one beside the other, with what presses on each."""

from django.urls import reverse

from councils.application_states import MOVES
from councils.choices import FilingState, NoticeState
from councils.models import (
    CertificationApplication,
    ChangeNotice,
    CommunityCouncil,
    Confirmation,
    Filing,
    SchoolDistrictArea,
    SupportGrant,
)
from wards import clock
from wards.desk.pages.placed_list import PlacedList


def waiting_for(user) -> list[str]:
    """Return the states of applications in which this person has the next step."""
    return sorted(
        {
            state
            for move in MOVES.values()
            if move.code not in ("withdraw", "send_back") and user.has_perm(move.permission)
            for state in move.from_states
        }
    )


PLACES = (
    CommunityCouncil,
    CertificationApplication,
    ChangeNotice,
    Confirmation,
    Filing,
    SupportGrant,
    SchoolDistrictArea,
)


class CouncilList(PlacedList):
    """A list of the councils' work."""

    of_what = "地域活動協議会"
    page_base = "admin/councils/base.html"
    neighbours = PLACES

    def pressing(self, model, user) -> int:
        """Return how many rows of a page wait for somebody like this person."""
        today = clock.today()
        if model is CertificationApplication:
            return CertificationApplication.objects.filter(state__in=waiting_for(user)).count()
        if model is Confirmation:
            return Confirmation.objects.lapsed(today).count()
        if model is ChangeNotice:
            waiting = ChangeNotice.objects.filter(state=NoticeState.RECEIVED)
            return waiting.count() if user.has_perm("councils.accept_changenotice") else 0
        if model is Filing:
            return Filing.objects.with_state(today).filter(state_on_day=FilingState.LATE).count()
        return 0

    def further_places(self, request) -> list[tuple[str, str]]:
        """Lead to the settings."""
        if not request.user.has_perm("councils.configure_councils"):
            return []
        return [("設定", reverse("admin:councils_communitycouncil_settings"))]
