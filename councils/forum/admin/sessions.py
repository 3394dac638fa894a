"""Staff screens of sessions: the list, the page of one, its papers, its minutes, its observers."""

from django.db.models import Prefetch
from django.http import Http404
from django.urls import path, reverse

from councils.forum import session_rules
from councils.forum.admin.minutes_pages import MinutesPages
from councils.forum.admin.observer_pages import ObserverPages
from councils.forum.admin.opinion_columns import ledger_badge
from councils.forum.admin.places import ForumList
from councils.forum.admin.session_forms import PlanForm, rows_of_roster
from councils.forum.admin.session_list import SessionList, minutes_in_words, session_badge
from councils.forum.admin.session_steps import STEPS
from councils.forum.choices import OpinionState
from councils.forum.minutes_document import time_in_words
from councils.forum.models import Attendance, ForumSession
from councils.forum.services import attendance, observers, sessions
from councils.forum.services.carried import open_opinions_before
from councils.forum.services.minutes import minutes_state
from councils.forum.services.session_rows import day_of, practice_of
from councils.forum.session_next_steps import SessionStanding, session_next_steps
from wards import attachments, clock
from wards.badges import badge
from wards.desk.choices import AccessKind
from wards.desk.pages.add_page import AddPage
from wards.desk.pages.steps import StepPages
from wards.desk.services import note_access
from wards.sites import ward_site

MOST_ENTRIES = 100


class ForumSessionAdmin(MinutesPages, ObserverPages, SessionList, AddPage, StepPages, ForumList):
    """会議: planned on a page of its own, changed by its steps."""

    page_template = "admin/forum/session.html"
    add_form = PlanForm
    add_template = "admin/forum/session_plan.html"
    add_words = "会議を計画する"
    steps = STEPS
    history_fields = (
        "number", "starts_at", "planned_end_at", "began_at", "ended_at", "place", "is_online",
        "observers", "desk_minutes", "press", "streaming_url", "contact", "note", "papers_due_on",
        "papers_sent_on", "announced_at", "cancelled_at", "cancel_reason",
    )  # fmt: skip

    def get_urls(self):
        """Add the files of papers."""
        view = self.admin_site.admin_view(self.paper_view)
        name = "ward_forum_forumsession_paper"
        return [path("<int:pk>/papers/<int:paper>/", view, name=name), *super().get_urls()]

    def things(self):
        """Return sessions as their page shows them."""
        people = Attendance.objects.select_related("member", "adviser")
        return ForumSession.objects.select_related(
            "term", "subcommittee", "minutes__saved_by", "minutes__confirmed_by"
        ).prefetch_related(
            "agenda__bureau", "papers", "observer_list", Prefetch("attendances", people)
        )

    def add(self, data, actor):
        """Plan a session."""
        session = sessions.plan_session(actor=actor, **data)
        return session, f"{session}を計画しました。議題を登録してください。"

    def page_context(self, request, session, refused) -> dict:
        """Return everything about a session."""
        today = clock.today()
        practice = practice_of(session)
        starts_on = day_of(session.starts_at)
        minutes = getattr(session, "minutes", None)
        state = sessions.session_state_of(session)
        ended_on = day_of(session.ended_at) if session.ended_at else None
        due = session_rules.minutes_due_on(ended_on, practice.minutes_days) if ended_on else None
        listeners = list(session.observer_list.all())
        roster = rows_of_roster(session)
        told, tone = minutes_in_words(session, practice.minutes_days, today)
        standing = SessionStanding(
            state=state,
            today=today,
            starts_on=starts_on,
            notice_due_on=session_rules.notice_due_on(starts_on, practice.notice_days),
            papers_due_on=session.papers_due_on,
            papers_sent=session.papers_sent_on is not None,
            has_agenda=bool(session.agenda.all()),
            roster_gaps=tuple(attendance.reasons_roster_is_not_complete(session)),
            minutes_state=minutes_state(minutes) if minutes else "",
            minutes_are_empty=minutes is None or not minutes.body,
            minutes_due_on=due,
        )
        return {
            "title": str(session),
            "session": session,
            "state_badge": session_badge(state),
            "next_steps": session_next_steps(standing),
            "time": time_in_words(session),
            "notice_due_on": standing.notice_due_on,
            "agenda": list(session.agenda.all()),
            "roster": roster,
            "attendance": attendance.attendance_in_words(session, today) if roster else "",
            "is_to_come": starts_on > today,
            "papers": list(session.papers.all()),
            "observers_came": len(listeners),
            "observers_admitted": sum(one.is_admitted is True for one in listeners),
            "observers_decided": any(one.is_admitted is not None for one in listeners),
            "desk_opens_at": observers.desk_opens_at(session),
            "minutes": minutes,
            "minutes_state": minutes_state(minutes).label if minutes else "",
            "minutes_badge": badge(told, tone) if told else "",
            "minutes_due_on": due,
            "may_see_minutes": request.user.has_perm("ward_forum.view_minutes"),
            "opinions": [
                (one, ledger_badge(OpinionState, one.state_on_day))
                for one in session.opinions.with_state(today).order_by("number")
            ],
            "opinion_url": f"{reverse('admin:ward_forum_opinion_add')}?session={session.pk}"
            if request.user.has_perm("ward_forum.add_opinion") and session.cancelled_at is None
            else "",
            "carried": open_opinions_before(session, published_only=False),
            "entries": list(session.entries.select_related("author")[:MOST_ENTRIES]),
        }

    def paper_view(self, request, pk: int, paper: int):
        """Give a paper as a download, and note who took it."""
        session = self.thing_or_404(request, pk)
        row = session.papers.filter(pk=paper).first()
        if row is None:
            raise Http404
        note_access(
            request,
            what=AccessKind.ATTACHMENT,
            about=str(session),
            number=row.pk,
            sha256=row.sha256,
        )
        try:
            return attachments.download_response(
                row.stored_name, display_name=row.display_name, content_type=row.content_type
            )
        except attachments.NoSuchFileError as gone:
            raise Http404 from gone


ward_site.register(ForumSession, ForumSessionAdmin)
