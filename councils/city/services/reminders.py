"""The ladder of an unanswered 要請・提案: who ought to know of it today, by the request's own rule.

本庁 has no notices: its desk shows the ladder and puts what is late first. The ward reads the same
rule in its own job, from `ward_after` on.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from councils.city.models import BureauRequest
from wards.deadlines import Escalation, escalation, is_due_soon, is_overdue, words_left

# The rule's lengths in the words of this ladder (`RequestRule.clock`).
RUNGS: Final = {
    Escalation.CHIEF: "担当局が確かめる段階",
    Escalation.HEAD: "市民局が促す段階",
    Escalation.MAYORS_OFFICE: "区に遅れを知らせる段階",
}
SOON: Final = "期限が近い"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the clock of a request stands: 「あと3日」, whether it is late, and how far up it went."""

    left: str
    is_overdue: bool
    is_soon: bool
    step: Escalation

    @property
    def rung(self) -> str:
        """Return who ought to know of it now, in words; empty while there is time."""
        return RUNGS.get(self.step, SOON if self.is_soon else "")

    @property
    def tone(self) -> str:
        """Return the tone of the badge."""
        if self.is_overdue:
            return "bad"
        return "warn" if self.rung else "info"


STOPPED: Final = Standing("", is_overdue=False, is_soon=False, step=Escalation.NONE)


def standing_of(request: BureauRequest, today: date) -> Standing:
    """Return how the clock of a request stands; what has ended has none.

    The clock runs until the answer is published: a bureau's answer that 市民局 has not published is
    no answer to the ward yet. Needs the request's rule.
    """
    if not request.is_waiting:
        return STOPPED
    clock = request.rule.clock
    return Standing(
        left=words_left(request.due_on, today),
        is_overdue=is_overdue(request.due_on, today),
        is_soon=is_due_soon(request.due_on, today, clock),
        step=escalation(request.due_on, today, clock),
    )
