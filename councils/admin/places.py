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


def pressing(model, user) -> int:
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


PLACES = (
    CommunityCouncil,
    CertificationApplication,
    ChangeNotice,
    Confirmation,
    Filing,
    SupportGrant,
    SchoolDistrictArea,
)


def places_of(request, here=None) -> list[dict]:
    """Return the pages that this person may see."""
    places = [
        {
            "label": str(model._meta.verbose_name_plural),
            "url": reverse(f"admin:councils_{model._meta.model_name}_changelist"),
            "is_here": model is here,
            "count": pressing(model, request.user),
        }
        for model in PLACES
        if request.user.has_perm(f"councils.view_{model._meta.model_name}")
    ]
    if request.user.has_perm("councils.configure_councils"):
        places.append(
            {
                "label": "設定",
                "url": reverse("admin:councils_communitycouncil_settings"),
                "is_here": here == "settings",
                "count": 0,
            }
        )
    return places


class CouncilList(PlacedList):
    """A list of the councils' work."""

    of_what = "地域活動協議会"
    page_base = "admin/councils/base.html"

    def places(self, request) -> list[dict]:
        """Lead to the other pages of councils."""
        return places_of(request, self.model)
