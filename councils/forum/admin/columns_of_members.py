"""How members, seats and calls read on staff pages, and the filters of their lists."""

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q

from councils.forum.choices import ApplicationResult, CallState, MemberEnd, OfficeKind
from councils.forum.models import ForumOffice, ForumTerm, MemberCall, Subcommittee
from councils.forum.services.members import EARLY_ENDS
from wards import clock
from wards.badges import badge, badge_of
from wards.list_filters import ConditionFilter
from wards.row_numbers import row_number

CALL_BADGES = {
    CallState.DRAFT: ("plain", "✎"),
    CallState.COMING: ("info", "…"),
    CallState.OPEN: ("good", "●"),
    CallState.SCREENING: ("warn", "▲"),
    CallState.DECIDED: ("plain", "✓"),
}
RESULT_BADGES = {
    ApplicationResult.PENDING: ("info", "…"),
    ApplicationResult.INELIGIBLE: ("bad", "×"),
    ApplicationResult.SELECTED: ("good", "✓"),
    ApplicationResult.NOT_SELECTED: ("plain", "—"),
    ApplicationResult.WITHDRAWN: ("plain", "■"),
}


def call_badge(state: CallState):
    """Return the badge of how a call stands."""
    return badge_of(state, CALL_BADGES)


def result_badge(application):
    """Return the badge of how an application ended."""
    return badge_of(ApplicationResult(application.result), RESULT_BADGES)


def standing_badge(member, day):
    """Return the badge of whether somebody is a member on a day, and if not, why."""
    if member.end_kind and day > member.valid_to:
        return badge(MemberEnd(member.end_kind).label, "plain", "■")
    if day < member.valid_from:
        return badge("就任前", "info", "…")
    if day > member.valid_to:
        return badge(MemberEnd.EXPIRED.label, "plain", "■")
    if member.end_kind:
        return badge(f"在任中（{MemberEnd(member.end_kind).label}の予定）", "warn", "●")
    return badge("在任中", "good", "●")


def term_badge(term, day):
    """Return the badge of whether a term runs on a day."""
    if day < term.valid_from:
        return badge("これから", "info", "…")
    return badge("任期中", "good", "●") if term.holds_on(day) else badge("終了", "plain", "■")


class RowFilter(admin.SimpleListFilter):
    """One row of another table by its number; what is no number keeps nothing."""

    path = ""

    def queryset(self, request, queryset):
        """Keep what belongs to the row."""
        value = self.value()
        if not value:
            return queryset
        number = row_number(value)
        if number is None:
            return queryset.none()
        return queryset.filter(**{self.path: number}).distinct()


class TermFilter(RowFilter):
    """One 任期."""

    title = "任期"
    parameter_name = "term"
    path = "term"

    def lookups(self, request, model_admin):
        """Offer the terms, the newest first."""
        return [(str(one.pk), str(one)) for one in ForumTerm.objects.all()]


class SubcommitteeFilter(RowFilter):
    """One 部会, whether the seat in it is over or not."""

    title = "部会"
    parameter_name = "subcommittee"
    path = "subcommittee_seats__subcommittee"

    def lookups(self, request, model_admin):
        """Offer the 部会 of every term."""
        rows = Subcommittee.objects.select_related("term").order_by("-term__valid_from", "pk")
        return [(str(one.pk), f"{one.term} {one.name}") for one in rows]


class CallFilter(RowFilter):
    """One 公募."""

    title = "公募"
    parameter_name = "call"
    path = "call"

    def lookups(self, request, model_admin):
        """Offer the calls, the newest first."""
        return [(str(one.pk), one.title) for one in MemberCall.objects.all()]


class StandingFilter(ConditionFilter):
    """Whether somebody is a member today, and who needs a step."""

    title = "在任"
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        """Offer them."""
        return [
            ("now", "在任中"),
            ("coming", "就任前"),
            ("past", "終わった"),
            ("early", "途中で終わった"),
        ]

    def conditions(self, request):
        """Say what each of them is."""
        today = clock.today()
        return {
            "now": Q(valid_from__lte=today, valid_to__gte=today),
            "coming": Q(valid_from__gt=today),
            "past": Q(valid_to__lt=today),
            "early": Q(end_kind__in=EARLY_ENDS),
        }


class OfficeFilter(ConditionFilter):
    """Who holds an office today."""

    title = "役"
    parameter_name = "office"

    def lookups(self, request, model_admin):
        """Offer each office, and none."""
        return [*OfficeKind.choices, ("none", "役なし")]

    def conditions(self, request):
        """Say what each of them is."""
        held = ForumOffice.objects.in_force(clock.today()).filter(member=OuterRef("pk"))
        return {
            **{kind.value: Exists(held.filter(kind=kind)) for kind in OfficeKind},
            "none": ~Exists(held),
        }


class CallStateFilter(ConditionFilter):
    """How a call stands now."""

    title = "状態"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        """Offer every state."""
        return CallState.choices

    def conditions(self, request):
        """Say what each of them is."""
        now = clock.now()
        open_ones = Q(decided_on=None)
        shown = open_ones & Q(published_at__isnull=False)
        return {
            "draft": open_ones & Q(published_at=None),
            "coming": shown & Q(opens_at__gt=now),
            "open": shown & Q(opens_at__lte=now, closes_at__gt=now),
            "screening": shown & Q(closes_at__lte=now),
            "decided": Q(decided_on__isnull=False),
        }
