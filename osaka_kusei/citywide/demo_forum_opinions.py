"""The opinions of a demo ward's 区政会議 and what became of each, a bureau's answer included."""

from datetime import date, timedelta
from functools import partial

from councils.city.services import bureau_requests as desk
from councils.forum.models import AgendaItem, Gathering
from councils.forum.services import (
    bureau_requests,
    measures,
    opinions,
    publications,
    responses,
)
from osaka_kusei.citywide.demo_forum_sessions import ForumSessions
from wards import clock
from wards.models import Bureau


class ForumOpinions(ForumSessions):
    """Opinions of one ward; methods without an underscore put steps on the calendar."""

    def opinion(self, key: str, plan: dict, session: str, day: date) -> None:
        """Put an opinion of a session on the calendar, and all that became of it."""
        put = self.calendar.put
        put(day + timedelta(days=2), partial(self._register, key, plan, session=session))
        self._what_became(key, plan, day)

    def opinion_of_gathering(self, key: str, plan: dict, title: str, day: date) -> None:
        """Put an opinion of a 懇談会 on the calendar, and all that became of it."""
        self.calendar.put(day + timedelta(days=2), partial(self._register, key, plan, of=title))
        self._what_became(key, plan, day)

    def _what_became(self, key: str, plan: dict, day: date) -> None:
        put = self.calendar.put
        if asked := plan.get("request"):
            put(day + timedelta(days=6), partial(self._ask, key, plan, asked[0]))
            if asked[1] in ("assigned", "published"):
                put(day + timedelta(days=9), partial(self._assign, key, plan), office="city")
            if asked[1] == "published":
                put(day + timedelta(days=30), partial(self._answer, key, asked), office="city")
                put(
                    day + timedelta(days=34),
                    partial(self._publish_request, key, asked),
                    office="city",
                )
        wanted = plan["class"]
        if wanted is None:
            return
        if not put(day + timedelta(days=20), partial(self._write_response, key, plan, wanted)):
            return
        if not put(day + timedelta(days=25), partial(self._approve, key)):
            return
        if wanted.startswith("approved:"):
            return
        put(day + timedelta(days=40), partial(self._publish_response, key, plan))
        if plan.get("measure"):
            put(day + timedelta(days=110), partial(self._measure, key, plan))
        if plan.get("closing") and plan.get("measure"):
            put(day + timedelta(days=115), partial(self._close, key, plan))

    def _register(self, key: str, plan: dict, *, session: str = "", of: str = "") -> None:
        bureau = Bureau.objects.get(code=plan["bureau"]) if plan.get("bureau") else None
        where = self.sessions[session] if session else None
        gathering = Gathering.objects.get(title=of) if of else None
        item = None
        if where is not None:
            item = AgendaItem.objects.filter(session=where, scope=plan.get("scope", "ward")).first()
        self.opinions[key] = opinions.register_opinion(
            source=gathering.kind if gathering else "session",
            session=where,
            agenda_item=item,
            gathering=gathering,
            title=plan["title"],
            text=plan["text"],
            scope=plan.get("scope", "ward"),
            section=plan["section"],
            bureau=bureau,
            is_demo=True,
            actor=self.officer,
        )

    def _write_response(self, key: str, plan: dict, wanted: str) -> None:
        year, yen = plan.get("budget") or (None, None)
        opinion = self.opinions[key]
        responses.write_response(
            opinion,
            response_class=wanted.removeprefix("approved:"),
            text=plan["answer"],
            reason=plan.get("reason", ""),
            timing=plan.get("timing", ""),
            plan_item=plan.get("plan_item", ""),
            has_budget=bool(yen) if year is not None else None,
            budget_year=opinion.fiscal_year + year if yen else None,
            budget_yen=yen or None,
            actor=self.officer,
        )

    def _approve(self, key: str) -> None:
        responses.approve_response(
            responses.living_response(self.opinions[key]), actor=self.manager
        )

    def _publish_response(self, key: str, plan: dict) -> None:
        answer = responses.living_response(self.opinions[key])
        together = publications.open_publication(
            title=f"意見{self.opinions[key].label}への回答",
            planned_on=clock.today(),
            session=self.opinions[key].session,
            actor=self.officer,
        )
        publications.put_in(together, [answer], actor=self.officer)
        publications.publish(together, actor=self.manager)

    def _measure(self, key: str, plan: dict) -> None:
        text, yen = plan["measure"]
        measures.record_measure(
            self.opinions[key], done_on=clock.today(), text=text, yen=yen, actor=self.officer
        )

    def _close(self, key: str, plan: dict) -> None:
        opinions.close_opinion(self.opinions[key], closing=plan["closing"], actor=self.manager)

    # --- requests to bureaus ---

    def _ask(self, key: str, plan: dict, kind: str) -> None:
        request = bureau_requests.ask_bureau(
            self.opinions[key],
            kind=kind,
            title=plan["title"],
            text=f"区政会議で次の意見がありました。対応をお願いします。\n\n{plan['text']}",
            actor=self.manager,
        )
        self.requests[key] = request

    def _assign(self, key: str, plan: dict) -> None:
        bureau = Bureau.objects.get(code=plan["bureau"])
        desk.assign_request(self.requests[key], bureau, actor=self.city)

    def _answer(self, key: str, asked: list[str]) -> None:
        desk.answer_request(
            self.requests[key], answer_class=asked[2], text=asked[3], actor=self.bureau_people
        )

    def _publish_request(self, key: str, asked: list[str]) -> None:
        desk.publish_request(self.requests[key], coordination=asked[4], actor=self.city)
