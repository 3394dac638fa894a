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
from wards.admin_base import WardModelAdmin
from wards.desk.exporting import ExportMixin


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


class PlacedList(ExportMixin, WardModelAdmin):
    """A list that stands beside its neighbours, filtered, with a file."""

    is_in_menu = False
    # What the pages beside it, and itself, are the work of.
    of_what = ""

    def places(self, request) -> list[dict]:
        """Return the pages beside this one, and this one."""
        raise NotImplementedError

    def page(self, request, template: str, /, **context):
        """Lead to the neighbours from the pages beside the list too."""
        return super().page(request, template, **{"places": self.places(request), **context})

    def changelist_view(self, request, extra_context=None):
        """Lead to the neighbours."""
        more = {
            "places": self.places(request),
            "tools": self.tools(request),
            **(extra_context or {}),
        }
        return super().changelist_view(request, more)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Lead to the neighbours from Django's own forms too."""
        more = {"places": self.places(request), "of_what": self.of_what, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, more)

    def tools(self, request) -> list[dict]:
        """Return further pages of this list as label and address."""
        return []


class CouncilList(PlacedList):
    """A list of the councils' work."""

    change_list_template = "admin/councils/list.html"
    of_what = "地域活動協議会"

    def places(self, request) -> list[dict]:
        """Lead to the other pages of councils."""
        return places_of(request, self.model)
