"""The desk of 要請・提案 at 本庁: what waits for 市民局 and for each bureau, the overdue first.

市民局 and those who look over the city see all; a bureau's people see what their own bureau is
responsible for, and nothing tells them that there are others.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.db.models import BooleanField, Case, Q, Value, When
from django.http import Http404
from django.urls import reverse

from councils.city.models import BureauRequest, RequestState
from councils.city.models.bureau_request import WAITING
from councils.city.services.bureau_requests import ANSWER, ASSIGN, PUBLISH
from councils.city.services.reminders import Standing, standing_of
from osaka_kusei.citywide.bureau_desk import own_bureaus
from osaka_kusei.citywide.city_desk import Step
from osaka_kusei.citywide.request_reading import NO_SUCH_CONDITION, SEARCHED, words_in
from wards import clock
from wards.models import Bureau, Ward
from wards.word_search import containing_all

PERMISSION: Final = "council_city.view_bureaurequest"
# Who sees the rules of all wards looks over all requests; a bureau's people hold it not.
OVERSEEING: Final = "council_city.view_requestrule"
MARKS: Final = {
    RequestState.SENT: ("warn", "○"),
    RequestState.ASSIGNED: ("info", "◐"),
    RequestState.ANSWERED: ("info", "◎"),
    RequestState.PUBLISHED: ("good", "●"),
    RequestState.RETURNED: ("plain", "↩"),
    RequestState.WITHDRAWN: ("plain", "×"),
}
# Whom each waiting one waits for; then what has ended. Key in the address → words, states.
FILTERS: Final = {
    "waiting": ("待っているもの", WAITING),
    "overdue": ("期限超過", WAITING),
    "sent": ("市民局：担当局を決める", (RequestState.SENT,)),
    "assigned": ("局：回答する", (RequestState.ASSIGNED,)),
    "answered": ("市民局：取りまとめて公表する", (RequestState.ANSWERED,)),
    "published": ("公表済", (RequestState.PUBLISHED,)),
    "returned": ("区に返した", (RequestState.RETURNED,)),
    "withdrawn": ("区が取り下げた", (RequestState.WITHDRAWN,)),
    "all": ("すべて", tuple(RequestState)),
}
# What a bureau's people have on their hands; nothing of theirs is without a bureau.
OF_A_BUREAU: Final = tuple(key for key in FILTERS if key != "sent")
NEXT: Final = {
    RequestState.SENT: "市民局が、担当局を決めるか、区に返します。",
    RequestState.ASSIGNED: "担当局が、対応区分を選んで回答します。",
    RequestState.ANSWERED: "市民局が、回答を取りまとめて公表するか、局に戻します。",
    RequestState.PUBLISHED: "公表しました。区の意見の台帳と、市の「要請・提案」のページに載っています。",
    RequestState.RETURNED: "区に返しました。この要請・提案は終わっています。",
    RequestState.WITHDRAWN: "区が取り下げました。この要請・提案は終わっています。",
}
SENT_BACK: Final = "市民局が局に戻しました。担当局が、理由を読んで回答し直します。"


def oversees(user) -> bool:
    """Say whether a person looks over the requests of all bureaus."""
    return user.has_perm(PERMISSION) and user.has_perm(OVERSEEING)


def visible_requests(user):
    """Return the requests that a person may see, with what lists and pages show of them."""
    if not user.has_perm(PERMISSION):
        return BureauRequest.objects.none()
    rows = BureauRequest.objects.select_related("from_ward", "bureau", "rule")
    return rows if oversees(user) else rows.filter(bureau__in=own_bureaus(user))


@dataclass(frozen=True, slots=True)
class Line:
    """One request as the list shows it."""

    request: BureauRequest
    standing: Standing
    tone: str
    mark: str
    next_step: str


def line_of(request: BureauRequest, today: date) -> Line:
    """Say how a request stands today, and what comes next."""
    tone, mark = MARKS[RequestState(request.state)]
    return Line(request, standing_of(request, today), tone, mark, next_step_of(request))


def next_step_of(request: BureauRequest) -> str:
    """Return the next step in words."""
    if was_sent_back(request):
        return SENT_BACK
    return NEXT[RequestState(request.state)]


def was_sent_back(request: BureauRequest) -> bool:
    """Say whether 市民局 sent an answer back: the text is still there, and its bureau is asked again."""
    return request.state == RequestState.ASSIGNED and bool(request.answer)


class Narrowed:
    """The list as it was asked for: whom it waits for, bureau, ward, words."""

    def __init__(self, query, user):
        self.user = user
        self.today = clock.today()
        self.sees_all = oversees(user)
        self.key = query.get("show") or "waiting"
        self.wards = list(Ward.objects.in_official_order())
        bureaus = Bureau.objects.all()
        self.bureaus = list(bureaus if self.sees_all else bureaus.filter(pk__in=own_bureaus(user)))
        self.ward, self.bureau = query.get("ward", ""), query.get("bureau", "")
        self.words = words_in(query.get("q", ""))
        if (
            self.key not in self._keys
            or self.ward not in ("", *(one.slug for one in self.wards))
            or self.bureau not in ("", *(one.code for one in self.bureaus))
        ):
            raise Http404(NO_SUCH_CONDITION)

    @property
    def _keys(self):
        return tuple(FILTERS) if self.sees_all else OF_A_BUREAU

    @property
    def links(self) -> list[tuple[str, str, bool]]:
        """List whom things may wait for: query, words, and whether it is this one."""
        return [(self.address(show=key), FILTERS[key][0], key == self.key) for key in self._keys]

    @property
    def label(self) -> str:
        """Return the words of the choice made."""
        return FILTERS[self.key][0]

    @property
    def is_narrowed(self) -> bool:
        """Say whether there is any further condition."""
        return bool(self.ward or self.bureau or self.words)

    def address(self, **changed: str) -> str:
        """Return the query of this list with some conditions changed."""
        given = {"show": self.key, "ward": self.ward, "bureau": self.bureau, "q": self.words}
        return urlencode({name: value for name, value in {**given, **changed}.items() if value})

    @property
    def rows(self):
        """Return the requests: what waits by its due day, so that the overdue stand first."""
        rows = visible_requests(self.user).filter(state__in=FILTERS[self.key][1])
        if self.key == "overdue":
            rows = rows.filter(due_on__lt=self.today)
        if self.ward:
            rows = rows.filter(from_ward__slug=self.ward)
        if self.bureau:
            rows = rows.filter(bureau__code=self.bureau)
        rows = rows.filter(containing_all(self.words, SEARCHED))
        waits = Case(
            When(state__in=WAITING, then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
        if FILTERS[self.key][1] == WAITING or self.key in WAITING:
            return rows.order_by("due_on", "sent_on", "pk")
        return rows.annotate(waits=waits).order_by("-waits", "-sent_on", "due_on", "pk")


def requests_work(request) -> tuple[str, dict] | None:
    """Collect on the start page what waits for 市民局, or for the person's bureau to answer."""
    user = request.user
    if user.has_perm(ASSIGN) or user.has_perm(PUBLISH):
        return "admin/citywide/bureau_request_work.html", _work_of_the_city(user)
    if user.has_perm(ANSWER):
        return "admin/citywide/bureau_request_work.html", _work_of_a_bureau(user)
    return None


def _work_of_the_city(user) -> dict:
    today = clock.today()
    rows = list(
        visible_requests(user)
        .waiting()
        .values_list("state", "due_on", "bureau__name", "bureau__code")
    )
    states = Counter(state for state, *_ in rows)
    late = Counter(
        (name or "担当局の決定待ち", code or "") for _, due_on, name, code in rows if due_on < today
    )
    steps = [
        _step(
            states[RequestState.SENT], "要請・提案の担当局が決まっていません。", "sent", tone="warn"
        ),
        _step(
            states[RequestState.ANSWERED],
            "局の回答が届いています。取りまとめて公表してください。",
            "answered",
        ),
        _step(sum(late.values()), "期限を過ぎた要請・提案があります。", "overdue", tone="bad"),
    ]
    return {
        "steps": [step for step in steps if step.count],
        "late": [
            (
                name,
                count,
                urlencode({"show": "overdue", "bureau": code} if code else {"show": "sent"}),
            )
            for (name, code), count in sorted(late.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
        "url": reverse("citywide_bureau_requests"),
        "has_bureau": True,
    }


def _work_of_a_bureau(user) -> dict:
    today = clock.today()
    # Of what its own bureau is to answer; what it answered waits for 市民局.
    rows = visible_requests(user).filter(state=RequestState.ASSIGNED)
    if oversees(user):
        rows = rows.filter(bureau__in=own_bureaus(user))
    rows = rows.order_by("due_on", "sent_on", "pk")
    return {
        "lines": [line_of(one, today) for one in rows[:5]],
        "total": rows.count(),
        "overdue": rows.filter(Q(due_on__lt=today)).count(),
        "url": reverse("citywide_bureau_requests"),
        "has_bureau": bool(own_bureaus(user)),
    }


def _step(count: int, text: str, show: str, *, tone: str = "info") -> Step:
    return Step(count, "件", text, f"{reverse('citywide_bureau_requests')}?show={show}", tone)
