"""The list of sessions: minutes past their target first, then what comes, by its day."""

from django.contrib import admin
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from councils.forum import session_rules
from councils.forum.choices import AttendeeKind, SessionKind, SessionState
from councils.forum.minutes_document import hour_in_words
from councils.forum.models import ForumPractice, ForumSession
from councils.forum.services.attendance import PRESENT
from councils.forum.services.session_rows import day_of, minutes_are_late, state_in_sql
from wards import clock
from wards.badges import badge, badge_of
from wards.fiscal_year import fiscal_year_label
from wards.list_columns import day_column
from wards.list_filters import ChoiceFilter, FiscalYearFilter, choice_filter

TONES = {
    SessionState.PREPARING: ("warn", "✎"),
    SessionState.ANNOUNCED: ("info", "○"),
    SessionState.MINUTES: ("warn", "…"),
    SessionState.DONE: ("good", "✓"),
    SessionState.CANCELLED: ("plain", "■"),
}
LATE, COMING, WRITING, OVER = range(4)


def session_badge(state: str):
    """Return the badge of a session's state."""
    return badge_of(SessionState(state), TONES)


def minutes_in_words(session, target_days: int, today) -> tuple[str, str]:
    """Say how long ago a session was and how its minutes stand, with the tone of the badge."""
    if session.ended_at is None or session.cancelled_at is not None:
        return "", "plain"
    ended_on = day_of(session.ended_at)
    minutes = getattr(session, "minutes", None)
    if minutes is not None and minutes.published_at is not None:
        days = session_rules.days_since(ended_on, day_of(minutes.published_at))
        return f"会議から{days}日で公表", "good"
    days = session_rules.days_since(ended_on, today)
    past = days - target_days
    if past > 0:
        return f"会議から{days}日（目標を{past}日超過）", "bad"
    return f"会議から{days}日（目標まで{-past}日）", "warn"


class SessionStateFilter(ChoiceFilter):
    """How a session stands today."""

    title = "状態"
    parameter_name = "state"
    field = "state_now"
    choices_of_field = SessionState


def _of_the_practice(column: str) -> Coalesce:
    """Return a number of the practice in force on the day of each session, as `in_force` finds it."""
    begun = ForumPractice.objects.filter(valid_from__lte=OuterRef("starts_on"))
    return Coalesce(
        Subquery(begun.order_by("-valid_from").values(column)[:1]),
        Subquery(ForumPractice.objects.order_by("valid_from").values(column)[:1]),
    )


class SessionList:
    """Mixin for the admin of sessions: columns, order, filters and file of the list."""

    list_title = "区政会議の会議一覧"
    empty_sentence = "当てはまる会議はありません。「{add}」から登録してください。"
    list_display = (
        "session_column",
        "time_column",
        "place",
        "state_column",
        "attendance_column",
        "minutes_column",
    )
    list_filter = (
        FiscalYearFilter,
        choice_filter("種類", "kind", SessionKind),
        SessionStateFilter,
    )
    list_select_related = ("subcommittee", "term", "minutes")
    search_fields = ("place", "agenda__title", "subcommittee__name")
    search_help_text = "場所・議題・部会名で検索"
    export_columns = (
        ("年度", lambda one: fiscal_year_label(one.fiscal_year)),
        ("会議", lambda one: one.called),
        ("回", "number"),
        ("種類", lambda one: one.get_kind_display()),
        ("開会の日", lambda one: day_of(one.starts_at)),
        ("場所", "place"),
        ("状態", lambda one: SessionState(one.state_now).label),
        ("委員数", "members_listed"),
        ("出席した委員数", "members_present"),
        ("資料を送った日", "papers_sent_on"),
        ("開催を公表した日", lambda one: one.announced_at and day_of(one.announced_at)),
        ("会議録を公表した日", lambda one: _published_on(one)),
    )

    def get_queryset(self, request):
        """Tell of each how it stands and who attended, in the question for the list itself."""
        practices = list(ForumPractice.objects.order_by("-valid_from"))
        late = minutes_are_late(practices, clock.today())
        members = Q(attendances__kind=AttendeeKind.MEMBER)
        rows = ForumSession.objects.select_related(*self.list_select_related).annotate(
            starts_on=TruncDate("starts_at")
        )
        rows = rows.annotate(
            state_now=state_in_sql(),
            quorum_percent=_of_the_practice("quorum_percent"),
            minutes_target=_of_the_practice("minutes_days"),
            members_listed=Count("attendances", filter=members, distinct=True),
            members_present=Count(
                "attendances", filter=members & Q(attendances__attending__in=PRESENT), distinct=True
            ),
            press_order=Case(
                When(late, then=Value(LATE)),
                When(cancelled_at=None, ended_at=None, then=Value(COMING)),
                When(cancelled_at=None, minutes__published_at=None, then=Value(WRITING)),
                default=Value(OVER),
            ),
        )
        return rows.order_by(*self.get_ordering(request))

    def get_ordering(self, request):
        """Late minutes, what comes (the next first), minutes being written, and what is over."""
        coming = Case(When(press_order=COMING, then=F("starts_at")))
        return ("press_order", coming.asc(nulls_last=True), "-starts_at", "-pk")

    @admin.display(description="会議", ordering="number")
    def session_column(self, session):
        """Which."""
        return str(session)

    @admin.display(description="日時", ordering="starts_at")
    def time_column(self, session):
        """When."""
        local = timezone.localtime(session.starts_at)
        return f"{day_column(local.date())} {hour_in_words(local)}"

    @admin.display(description="状態")
    def state_column(self, session):
        """How it stands."""
        return session_badge(session.state_now)

    @admin.display(description="出席（定足数）")
    def attendance_column(self, session):
        """How many members attend of how many, and whether that is enough."""
        if not session.members_listed or session.cancelled_at is not None:
            return "—"
        found = session_rules.Attended(
            session.members_listed,
            session.members_present,
            session.quorum_percent,
        )
        if session.ended_at is None:
            return f"開会前（{found.needed}人）"
        words = f"{found.attending}／{found.members}人（{found.needed}人）"
        return badge(words, "good", "✓") if found.is_enough else badge(f"{words}不足", "bad", "！")

    @admin.display(description="会議録まで何日")
    def minutes_column(self, session):
        """How long the minutes took, or have been missing."""
        words, tone = minutes_in_words(session, session.minutes_target, clock.today())
        return badge(words, tone) if words else "—"


def _published_on(session):
    minutes = getattr(session, "minutes", None)
    published = minutes is not None and minutes.published_at
    return day_of(published) if published else None
