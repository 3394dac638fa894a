"""The pages of 区政会議, one beside the other, with what presses on each."""

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


class ForumList(PlacedList):
    """A list of the work of 区政会議."""

    of_what = "区政会議"
    page_base = "admin/forum/base.html"
    export_permission = "ward_forum.export_forumsession"
    neighbours = PLACES

    def pressing(self, model, user) -> int:
        """Return how many rows of a page are late."""
        today = clock.today()
        if model is Opinion:
            return Opinion.objects.with_state(today).filter(state_on_day=OpinionState.LATE).count()
        if model is ForumSession:
            return ForumSession.objects.held().filter(minutes__published_at=None).count()
        return 0
