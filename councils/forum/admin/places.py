"""The pages of 区政会議, one beside the other, with what presses on each."""

from django.urls import reverse

from councils.forum.choices import OpinionState
from councils.forum.models import (
    EvaluationSheet,
    ForumEdition,
    ForumPractice,
    ForumSession,
    ForumTerm,
    Gathering,
    MemberCall,
    Opinion,
    ResponsePublication,
)
from wards import clock
from wards.desk.pages.placed_list import PlacedList

PLACES = (
    ForumSession,
    Opinion,
    ResponsePublication,
    ForumTerm,
    MemberCall,
    Gathering,
    EvaluationSheet,
    ForumEdition,
    ForumPractice,
)


def pressing(model) -> int:
    """Return how many rows of a page are late."""
    today = clock.today()
    if model is Opinion:
        return Opinion.objects.with_state(today).filter(state_on_day=OpinionState.LATE).count()
    if model is ForumSession:
        return ForumSession.objects.held().filter(minutes__published_at=None).count()
    return 0


class ForumList(PlacedList):
    """A list of the work of 区政会議."""

    of_what = "区政会議"
    page_base = "admin/forum/base.html"
    export_permission = "ward_forum.export_forumsession"
    # Under which of the pages it stands, where it is none of them.
    stands_under: type | None = None

    def places(self, request) -> list[dict]:
        """Return the pages that this person may see."""
        here = self.stands_under or self.model
        return [
            {
                "label": str(model._meta.verbose_name_plural),
                "url": reverse(f"admin:ward_forum_{model._meta.model_name}_changelist"),
                "is_here": model is here,
                "count": pressing(model),
            }
            for model in PLACES
            if request.user.has_perm(f"ward_forum.view_{model._meta.model_name}")
        ]
