"""What everybody may know of a 公募: its conditions in plain words, and afterwards how many were chosen."""

from dataclasses import dataclass

from django.db.models import Count, Q

from councils.forum.choices import ApplicationResult, CallState
from councils.forum.models import MemberCall
from councils.forum.services.recruitment import in_words, state_of
from wards.wareki import wareki

MOST_RESULTS = 10


@dataclass(frozen=True, slots=True)
class PublicCall:
    """A published call as people read it; nobody's name is in it."""

    number: int
    title: str
    term: str
    state: CallState
    seats: int
    opens: str
    closes: str
    theme: str
    longest_essay: int
    text: str
    conditions: tuple[str, ...]
    chosen: int | None
    decided_on: object
    is_sample: bool

    @property
    def is_open(self) -> bool:
        """Say whether one can apply now."""
        return self.state == CallState.OPEN

    @property
    def when(self) -> str:
        """Return in a sentence how the call stands."""
        match self.state:
            case CallState.COMING:
                return f"{self.opens}から応募できます。"
            case CallState.OPEN:
                return f"{self.closes}まで応募できます。"
            case CallState.SCREENING:
                return f"受付は、{self.closes}に終わりました。選考しています。"
        return f"受付と選考は終わりました。{self.chosen}人を選任しました。"


def conditions_in_words(call: MemberCall) -> tuple[str, ...]:
    """Return who may apply, one condition a sentence."""
    day = wareki(call.reference_on)
    ages = f"{day}に{call.least_age}歳以上であること。"
    if call.most_age is not None:
        ages = f"{day}に{call.least_age}歳以上{call.most_age}歳以下であること。"
    posts = f"大阪市のほかの審議会などの委員を、{call.most_other_posts + 1}つ以上していないこと。"
    conditions = [
        "区内に住んでいるか、働いているか、学校に通っているか、区内で事業や活動をしていること。",
        ages,
        posts,
        "国会議員や地方議会の議員でないこと。",
        "大阪市の職員でないこと。",
        "暴力団員や、暴力団と関係のある人でないこと。",
    ]
    if call.most_terms is not None:
        conditions.append(f"これまで続けて{call.most_terms}期以上、委員をしていないこと。")
    return tuple(conditions)


def _published():
    selected = Q(applications__result=ApplicationResult.SELECTED)
    # Whoever was engaged from an application stays counted, and whoever declined afterwards not.
    return (
        MemberCall.objects.exclude(published_at=None)
        .select_related("term")
        .annotate(chosen=Count("applications", filter=selected))
    )


def _as_public(call: MemberCall) -> PublicCall:
    return PublicCall(
        number=call.pk,
        title=call.title,
        term=str(call.term),
        state=state_of(call),
        seats=call.seats,
        opens=in_words(call.opens_at),
        closes=in_words(call.closes_at),
        theme=call.theme,
        longest_essay=call.longest_essay,
        text=call.text,
        conditions=conditions_in_words(call),
        chosen=call.chosen if call.decided_on else None,
        decided_on=call.decided_on,
        is_sample=call.is_demo,
    )


def current_calls() -> list[PublicCall]:
    """Return the calls that are coming, open or being screened, the one that closes first above."""
    calls = _published().filter(decided_on=None).order_by("closes_at", "pk")
    return [_as_public(one) for one in calls]


def decided_calls() -> list[PublicCall]:
    """Return the last calls with a result."""
    calls = _published().exclude(decided_on=None).order_by("-decided_on", "-pk")
    return [_as_public(one) for one in calls[:MOST_RESULTS]]


def published_row(number: int) -> MemberCall | None:
    """Return a published call as a row, or None."""
    return _published().filter(pk=number).first()


def published_call(row: MemberCall) -> PublicCall:
    """Return a published row as people read it."""
    return _as_public(row)
