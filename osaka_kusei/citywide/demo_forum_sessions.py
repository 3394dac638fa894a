"""The sessions of a demo ward's 区政会議, from their plan to their minutes."""

from datetime import date, datetime, time, timedelta
from functools import partial

from django.utils import timezone

from councils.forum.choices import Attending, OfficeKind, SessionKind
from councils.forum.models import Attendance, ForumSession
from councils.forum.services import (
    agenda,
    attendance,
    minutes,
    offices,
    session_holding,
    sessions,
)
from osaka_kusei.citywide.demo_forum_people import ForumPeople
from wards import clock
from wards.models import Bureau


class ForumSessions(ForumPeople):
    """Sessions of one ward; methods without an underscore put steps on the calendar."""

    def session(self, key: str, year: int, day: date, *, kind=SessionKind.PLENARY, minutes_in=21):
        """Put a session on the calendar, from its plan to its minutes; True when it was held."""
        put = self.calendar.put
        planned = max(day - timedelta(days=30), date(year, 10, 1) - timedelta(days=20))
        if not put(planned, partial(self._plan, key, year, day, kind)):
            return False
        put(planned + timedelta(days=9), partial(self._announce_session, key))
        put(day - timedelta(days=8), partial(self._send_papers, key))
        if not put(day, partial(self._hold, key), hour=22):
            return False
        put(day + timedelta(days=5), partial(self._write_minutes, key))
        if minutes_in and put(day + timedelta(days=minutes_in - 1), partial(self._confirm, key)):
            put(day + timedelta(days=minutes_in), partial(self._publish_minutes, key))
        return True

    def _plan(self, key: str, year: int, day: date, kind: SessionKind) -> None:
        room = self._term(year).subcommittees.first() if kind == SessionKind.SUBCOMMITTEE else None
        session = sessions.plan_session(
            kind=kind,
            subcommittee=room,
            starts_at=timezone.make_aware(datetime.combine(day, time(19, 0))),
            planned_end_at=timezone.make_aware(datetime.combine(day, time(20, 30))),
            place=f"{self.ward.name}役所 大会議室",
            is_online=len(self.sessions) % 2 == 1,
            press="取材を希望する方は、前日までにご連絡ください。",
            contact=f"{self.ward.name}役所 地域課 区政会議の担当",
            note="手話通訳が必要な方は、7日前までにご連絡ください。",
            is_demo=True,
            actor=self.officer,
        )
        self.sessions[key] = session
        every = self.plan["agenda"]
        first = (len(self.sessions) * 2) % len(every)
        for number, (title, scope, bureau, papers, plan_item) in enumerate(
            (every + every)[first : first + 3], start=1
        ):
            agenda.set_agenda_item(
                session,
                number=number,
                title=title,
                scope=scope,
                bureau=Bureau.objects.get(code=bureau) if bureau else None,
                papers=papers,
                plan_item=plan_item,
                actor=self.officer,
            )

    def _announce_session(self, key: str) -> None:
        sessions.announce_session(self.sessions[key], actor=self.manager)

    def cancelled_session(self, key: str, year: int, day: date) -> None:
        """Put a session of a 部会 on the calendar that was called off."""
        put = self.calendar.put
        if put(
            day - timedelta(days=25), partial(self._plan, key, year, day, SessionKind.SUBCOMMITTEE)
        ):
            put(day - timedelta(days=20), partial(self._announce_session, key))
            put(day - timedelta(days=1), partial(self._cancel, key))

    def _cancel(self, key: str) -> None:
        sessions.cancel_session(
            self.sessions[key], reason="台風の接近により、開催できないため。", actor=self.manager
        )

    def _send_papers(self, key: str) -> None:
        session_holding.record_papers_sent(
            self.sessions[key], day=clock.today(), actor=self.officer
        )

    def _hold(self, key: str) -> None:
        session = ForumSession.objects.get(pk=self.sessions[key].pk)
        attendance.prepare_roster(session, actor=self.officer)
        attendance.add_city_attendee(
            session, post=f"{self.ward.name}長", attending=Attending.ON_SITE, actor=self.officer
        )
        attendance.add_city_attendee(
            session, post="地域課長", attending=Attending.ON_SITE, actor=self.officer
        )
        marks = {}
        for place, row in enumerate(
            Attendance.objects.filter(session=session).exclude(kind="city")
        ):
            away = Attending.ONLINE if session.is_online else Attending.ABSENT
            choice = {3: away, 7: Attending.ABSENT, 10: Attending.ABSENT}
            marks[row.pk] = choice.get(place, Attending.ON_SITE)
        attendance.record_attendance(session, marks, actor=self.officer)
        session_holding.record_held(
            session,
            began_at=session.starts_at,
            ended_at=session.starts_at + timedelta(minutes=self.dice.randint(70, 115)),
            actor=self.officer,
        )
        term = session.term
        if session.kind == SessionKind.PLENARY and not term.offices.exists():
            chair, vice = term.members.in_force(clock.today()).order_by("pk")[:2]
            for member, kind in ((chair, OfficeKind.CHAIR), (vice, OfficeKind.VICE)):
                offices.set_office(
                    member, kind, valid_from=clock.today(), session=session, actor=self.manager
                )

    def _write_minutes(self, key: str) -> None:
        session = self.sessions[key]
        written = ForumSession.objects.select_related("minutes").get(pk=session.pk).minutes
        minutes.save_minutes(
            session,
            body="\n".join(self.plan["minutes"]),
            version=written.version,
            actor=self.officer,
        )

    def _confirm(self, key: str) -> None:
        minutes.confirm_minutes(self.sessions[key], actor=self.manager)

    def _publish_minutes(self, key: str) -> None:
        minutes.publish_minutes(self.sessions[key], actor=self.manager)
