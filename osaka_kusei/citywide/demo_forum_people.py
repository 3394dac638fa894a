"""The people of a demo ward's 区政会議: terms, members, advisers, and the 公募."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial

from django.utils import timezone

from councils.city.models import BureauRequest
from councils.forum.choices import AnnouncementKind, MemberCategory, MemberEnd, ScreeningCriterion
from councils.forum.models import (
    ForumMember,
    ForumSession,
    ForumTerm,
    MemberApplication,
    MemberCall,
    Opinion,
)
from councils.forum.services import (
    announcements,
    members,
    offices,
    recruitment,
    results,
    screening,
    terms,
)
from osaka_kusei.citywide.demo_names import made_up_names
from wards import clock
from wards.models import User, Ward

# The 1st term of the ordinance began in 2013; each lasts two years.
FIRST_TERM = 2013
Step = Callable[[], object]


@dataclass(slots=True)
class Calendar:
    """The steps of one ward in the order of their moments, each in the office that takes it."""

    today: date
    steps: list[tuple[datetime, int, str, Step]] = field(default_factory=list)

    def put(self, day: date, step: Step, *, hour: int = 10, office: str = "ward") -> bool:
        """Put a step on a day that is over; return False for one still to come."""
        if day >= self.today:
            return False
        moment = timezone.make_aware(datetime.combine(day, time(hour, 0)))
        self.steps.append((moment, len(self.steps), office, step))
        return True


class ForumPeople:
    """Terms, members and 公募 of one ward; methods without an underscore put steps on the calendar."""

    def __init__(self, ward: Ward, plan: dict, of_ward: dict, people: dict[str, User], seed: int):
        self.ward = ward
        self.plan = plan
        self.of_ward = of_ward
        self.officer = people[of_ward["people"]["officer"]]
        self.second = people.get(of_ward["people"]["second"] or "")
        self.manager = people[of_ward["people"]["manager"]]
        self.mayor = people[of_ward["people"]["mayor"]]
        self.city = people["city-officer@example.jp"]
        self.bureau_people = people["bureau-officer@example.jp"]
        self.dice = random.Random(f"{seed}:forum:{ward.slug}")  # noqa: S311  made-up data
        self.names = made_up_names(self.dice)
        self.calendar = Calendar(clock.today())
        self.sessions: dict[str, ForumSession] = {}
        self.opinions: dict[str, Opinion] = {}
        self.requests: dict[str, BureauRequest] = {}

    def term(self, year: int, *, by_call: bool) -> None:
        """Put a term on the calendar: its people, offices, 部会 and 公示."""
        begins = date(year, 10, 1)
        put = self.calendar.put
        put(begins - timedelta(days=120), partial(self._open_term, year))
        if by_call:
            self._call_of(year, begins)
        put(begins - timedelta(days=11), partial(self._engage, year, with_public=not by_call))
        put(begins, partial(self._announce, year, AnnouncementKind.ENGAGEMENT))

    def _open_term(self, year: int) -> None:
        terms.open_term(
            number=(year - FIRST_TERM) // 2 + 1,
            year=year,
            seats=self.plan["seats"],
            actor=self.manager,
        )
        ForumTerm.objects.filter(valid_from=date(year, 10, 1)).update(is_demo=True)
        for name, theme in self.plan["subcommittees"]:
            terms.open_subcommittee(self._term(year), name=name, theme=theme, actor=self.manager)

    def _term(self, year: int) -> ForumTerm:
        return ForumTerm.objects.get(valid_from=date(year, 10, 1))

    def _engage(self, year: int, *, with_public: bool) -> None:
        term = self._term(year)
        bodies = [(MemberCategory.BODIES, body) for body in self.plan["bodies"]]
        experts = [(MemberCategory.EXPERTS, body) for body in self.plan["experts"]]
        public = [(MemberCategory.PUBLIC, "")] * (self.plan["seats"]["public"] * with_public)
        for category, body in (*bodies, *experts, *public):
            self._engage_one(term, category, body)
        rooms = list(term.subcommittees.all())
        for place, member in enumerate(term.members.order_by("pk")):
            offices.seat_in_subcommittee(
                member, rooms[place % 2], valid_from=term.valid_from, actor=self.manager
            )

    def _engage_one(self, term, category, body, *, since: date | None = None) -> ForumMember:
        name, kana = self.names.pop()
        return members.engage_member(
            term,
            name=name,
            kana=kana,
            category=category,
            body=body,
            reason=self.plan["reasons"][category],
            valid_from=since,
            sex=self.dice.choice(("female", "male")),
            age_band=self.dice.choice(("thirties", "forties", "fifties", "sixties", "from_70")),
            email=f"forum-{self.dice.randint(100, 999)}@example.jp",
            phone=f"06-9999-{self.dice.randint(1000, 9999)}",
            actor=self.manager,
        )

    def _announce(self, year: int, kind: AnnouncementKind) -> None:
        waiting = list(announcements.not_yet_announced(self._term(year), kind))
        if waiting:
            announcements.announce(
                self._term(year), kind, waiting, announced_on=clock.today(), actor=self.manager
            )

    def replacement(self, year: int, day: date) -> None:
        """Put the early end of one member and their successor on the calendar."""
        self.calendar.put(day, partial(self._release, year, MemberCategory.BODIES), hour=9)
        self.calendar.put(
            day + timedelta(days=1), partial(self._announce, year, AnnouncementKind.RELEASE)
        )
        self.calendar.put(day + timedelta(days=20), partial(self._succeed, year))

    def _release(self, year: int, category: MemberCategory) -> None:
        offices = self._term(year).offices.in_force(clock.today()).values("member_id")
        member = (
            self._term(year)
            .members.in_force(clock.today())
            .filter(category=category)
            .exclude(pk__in=offices)
            .order_by("-pk")
            .first()
        )
        members.release_member(
            member,
            last_day=clock.today(),
            kind=MemberEnd.RESIGNED,
            note="本人からの申出",
            actor=self.manager,
        )

    def _succeed(self, year: int) -> None:
        self._engage_one(
            self._term(year), MemberCategory.BODIES, self.plan["bodies"][-1], since=clock.today()
        )
        self._announce(year, AnnouncementKind.ENGAGEMENT)

    def advisers(self, day: date) -> None:
        """Put the advisers on the calendar."""
        for _ in range(2):
            self.calendar.put(day, self._register_adviser)

    def _register_adviser(self) -> None:
        name, kana = self.names.pop()
        adviser = terms.register_adviser(
            name=name, kana=kana, valid_from=date(2023, 4, 30), actor=self.manager
        )
        type(adviser).objects.filter(pk=adviser.pk).update(is_demo=True)

    # --- 公募 ---

    def _call_of(self, year: int, begins: date) -> None:
        put = self.calendar.put
        title = f"{self.ward.name}区政会議の委員の公募"
        opens, closes = begins - timedelta(days=92), begins - timedelta(days=52)
        put(opens - timedelta(days=5), partial(self._open_call, year, title, 3, opens, closes))
        for place in range(5):
            put(opens + timedelta(days=5 + 7 * place), partial(self._apply, title, place), hour=20)
        put(closes + timedelta(days=6), partial(self._score, title, self.officer))
        if self.second:
            put(closes + timedelta(days=7), partial(self._score, title, self.second))
        put(closes + timedelta(days=20), partial(self._decide, title))
        put(closes + timedelta(days=22), partial(self._tell, title))
        put(begins - timedelta(days=12), partial(self._engage_selected, title))

    def call_now(self, year: int, *, closes_in: int) -> None:
        """Put a call on the calendar for a seat that a member gave up.

        It closes in so many days: one that has closed is scored by the first of its screeners.
        """
        today = self.calendar.today
        self.calendar.put(
            today - timedelta(days=60), partial(self._release, year, MemberCategory.PUBLIC)
        )
        self.calendar.put(
            today - timedelta(days=58), partial(self._announce, year, AnnouncementKind.RELEASE)
        )
        title = f"{self.ward.name}区政会議の委員の公募（欠員）"
        closes = today + timedelta(days=closes_in)
        opens = closes - timedelta(days=30)
        self.calendar.put(
            opens - timedelta(days=2), partial(self._open_call, year, title, 1, opens, closes)
        )
        for place, ago in ((3, 8), (4, 5)):
            self.calendar.put(today - timedelta(days=ago), partial(self._apply, title, place))
        self.calendar.put(closes + timedelta(days=2), partial(self._score, title, self.officer))

    def _open_call(self, year: int, title: str, seats: int, opens: date, closes: date) -> None:
        call = recruitment.open_call(
            self._term(year),
            title=title,
            seats=seats,
            opens_at=timezone.make_aware(datetime.combine(opens, time(9, 0))),
            closes_at=timezone.make_aware(datetime.combine(closes, time(17, 0))),
            reference_on=date(year, 10, 1),
            theme=self.plan["call"]["theme"],
            text=self.plan["call"]["text"],
            actor=self.officer,
        )
        MemberCall.objects.filter(pk=call.pk).update(is_demo=True)
        recruitment.publish_call(call, actor=self.manager)

    def _apply(self, title: str, place: int) -> None:
        name, kana = self.names.pop()
        application = recruitment.take_application(
            MemberCall.objects.get(title=title),
            {
                "name": name,
                "kana": kana,
                "birth_on": date(1958 + 9 * place, 1 + place, 10 + place),
                "relation": ("resident", "works", "resident", "business", "studies")[place],
                "address": f"大阪市{self.ward.name}（見本）{place + 1}丁目",
                "phone": f"06-9999-{self.dice.randint(1000, 9999)}",
                "email": "" if place == 2 else f"applicant-{place}@example.jp",
                "occupation": ("自営業", "会社員", "主婦", "商店主", "学生")[place],
                "other_posts": place % 2,
                "essay": self.plan["call"]["essays"][place],
            },
            key=uuid.UUID(int=self.dice.getrandbits(128), version=4),
        )
        MemberApplication.objects.filter(pk=application.pk).update(is_demo=True)

    def _score(self, title: str, screener: User) -> None:
        for application in MemberCall.objects.get(title=title).applications.all():
            points = {criterion: (self.dice.randint(2, 5), "") for criterion in ScreeningCriterion}
            screening.score_application(application, points, actor=screener)

    def _decide(self, title: str) -> None:
        call = MemberCall.objects.get(title=title)
        ranked = [one.application for one in screening.ranking(call)]
        reasons = {
            one.pk: "選考の結果、ほかの方を選任することとしたため。" for one in ranked[call.seats :]
        }
        screening.decide_call(call, ranked[: call.seats], reasons=reasons, actor=self.manager)

    def _tell(self, title: str) -> None:
        call = MemberCall.objects.get(title=title)
        results.tell_results(call, actor=self.officer)
        results.note_letters(call, actor=self.officer)

    def _engage_selected(self, title: str) -> None:
        call = MemberCall.objects.get(title=title)
        for application in call.applications.filter(result="selected"):
            results.engage_selected(
                application,
                valid_from=call.term.valid_from,
                valid_to=call.term.valid_to,
                reason=self.plan["reasons"]["public"],
                sex=self.dice.choice(("female", "male")),
                actor=self.manager,
            )
