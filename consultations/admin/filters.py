"""Filters of the list of cases, one word each in the address: `?state=open&due=overdue`."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Exists, F, OuterRef, Q

from consultations.case_states import CLOSED, OPEN
from consultations.choices import (
    CaseState,
    IntakeChannel,
    PublicationState,
    RecordType,
    RequesterKind,
)
from consultations.models import Category, Consultation, Handover, Reply, Section, SectionPost
from councils.models import SchoolDistrictArea
from wards import clock
from wards.access import memberships_here
from wards.fiscal_year import first_day, fiscal_year_of, last_day
from wards.list_filters import ConditionFilter, DayFilter, choice_filter
from wards.models import Office


class StateFilter(admin.SimpleListFilter):
    """状態: one of them, or all that are open or ended."""

    title = "状態"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        """Offer both halves and every state."""
        return [("open", "終わっていないもの"), ("closed", "終わったもの"), *CaseState.choices]

    def queryset(self, request, queryset):
        """Keep what was chosen; a word that is no state keeps nothing."""
        value = self.value()
        if not value:
            return queryset
        if value in {"open", "closed"}:
            return queryset.filter(state__in=OPEN if value == "open" else CLOSED)
        return queryset.filter(state=value) if value in CaseState.values else queryset.none()


class RowFilter(admin.SimpleListFilter):
    """One row of a table of the ward by its number; an unknown number keeps nothing."""

    field = ""

    def rows(self, request):
        """Return numbers and names to offer."""
        raise NotImplementedError

    def lookups(self, request, model_admin):
        """Offer every row."""
        return [(str(number), name) for number, name in self.rows(request)]

    def queryset(self, request, queryset):
        """Keep one row's cases."""
        if not self.value():
            return queryset
        if self.value() not in dict(self.lookup_choices):
            return queryset.none()
        return self.keep(queryset, self.value())

    def keep(self, queryset, number):
        """Keep the cases of the row of a number that is offered."""
        return queryset.filter(**{self.field: number})


class CategoryFilter(RowFilter):
    """分野."""

    title = "分野"
    parameter_name = field = "category"

    def rows(self, request):
        """Return the categories, ended ones too."""
        return Category.objects.values_list("pk", "name")


class SectionFilter(RowFilter):
    """受け持つ課."""

    title = "課"
    parameter_name = field = "section"

    def rows(self, request):
        """Return the sections, closed ones too."""
        return Section.objects.values_list("pk", "name")


class AreaFilter(RowFilter):
    """校区等地域, by the towns that the place names."""

    title = "校区等地域"
    parameter_name = "area"

    def rows(self, request):
        """Return the areas of today that have towns."""
        areas = SchoolDistrictArea.objects.in_force(clock.today()).exclude(towns="")
        return areas.values_list("pk", "name")

    def keep(self, queryset, number):
        """Keep the cases in the area's towns."""
        return queryset.in_area(SchoolDistrictArea.objects.get(pk=number))


def sections_of(user) -> list[int]:
    """Return the sections in which a person holds a post today."""
    posts = SectionPost.objects.in_force(clock.today()).filter(person=user)
    return list(posts.values_list("section_id", flat=True))


class MineFilter(admin.SimpleListFilter):
    """担当: mine, my section's, and what nobody has taken yet."""

    title = "担当"
    parameter_name = "mine"

    def lookups(self, request, model_admin):
        """Offer what an officer asks for most."""
        return [
            ("me", "わたしの担当"),
            ("section", "わたしの課"),
            ("section_none", "わたしの課で担当者なし"),
            ("none", "担当者なし"),
        ]

    def queryset(self, request, queryset):
        """Keep what was chosen; another word keeps nothing."""
        value = self.value()
        if not value:
            return queryset
        if value not in dict(self.lookup_choices):
            return queryset.none()
        if value == "me":
            return queryset.filter(assignee=request.user)
        if value.startswith("section"):
            queryset = queryset.filter(section__in=sections_of(request.user))
        return queryset.filter(assignee=None) if value.endswith("none") else queryset


class DueFilter(ConditionFilter):
    """期限 of open cases."""

    title = "期限"
    parameter_name = "due"

    def lookups(self, request, model_admin):
        """Offer late, near and far."""
        return [
            ("overdue", "超過"),
            ("in_time", "期限内"),
            ("today", "今日まで"),
            ("soon", "期限間近"),
            ("later", "余裕あり"),
        ]

    def conditions(self, request):
        """Near is what the case's own rule calls near."""
        today = clock.today()
        near = Q(
            due_on__gte=today,
            due_on__lte=today + timedelta(days=1) * F("deadline_rule__remind_before"),
        )
        return {
            "overdue": Q(due_on__lt=today),
            "in_time": Q(due_on__gte=today),
            "today": Q(due_on=today),
            "soon": near,
            "later": Q(due_on__gte=today) & ~near,
        }

    def queryset(self, request, queryset):
        """What has ended has no day to keep any more."""
        return super().queryset(request, queryset.open() if self.value() else queryset)


class ReceivedFilter(DayFilter):
    """受付日, also by month and fiscal year."""

    title = "受付日"
    parameter_name = "received"
    field = "received_at"

    def lookups(self, request, model_admin):
        """Offer the periods that reports ask for."""
        return [
            *super().lookups(request, model_admin),
            ("this_month", "今月"),
            ("last_month", "先月"),
            ("this_year", "今年度"),
            ("last_year", "前年度"),
        ]

    def queryset(self, request, queryset):
        """Keep the period; what is no day keeps nothing."""
        this_month = clock.today().replace(day=1)
        if self.value() == "this_month":
            return queryset.filter(received_on__gte=this_month)
        if self.value() == "last_month":
            last_of_it = this_month - timedelta(days=1)
            return queryset.filter(received_on__range=(last_of_it.replace(day=1), last_of_it))
        years = {"this_year": 0, "last_year": 1}
        if self.value() not in years:
            return super().queryset(request, queryset)
        year = fiscal_year_of(clock.today()) - years[self.value()]
        return queryset.filter(received_on__range=(first_day(year), last_day(year)))


class ReplyFilter(ConditionFilter):
    """回答: wanted or not, and what was decided but has not reached the person yet."""

    title = "回答"
    parameter_name = "reply"

    def lookups(self, request, model_admin):
        """Offer both sides, and what is still to be told."""
        return [("yes", "希望する"), ("no", "希望しない"), ("undelivered", "まだ届いていない")]

    def conditions(self, request):
        """Say what each of the three is."""
        return {
            "yes": Q(wants_reply=True),
            "no": Q(wants_reply=False),
            "undelivered": Q(has_undelivered_reply()),
        }


def has_undelivered_reply() -> Exists:
    """Return the condition that a reply of the case was decided and has not reached anybody."""
    return Exists(Reply.objects.undelivered().filter(consultation=OuterRef("pk")))


class OfficeFilter(admin.SimpleListFilter):
    """引継ぎ: any open one, or one office's."""

    title = "引継ぎ"
    parameter_name = "office"

    def lookups(self, request, model_admin):
        """Offer waiting ones and the offices that serve this ward."""
        offices = Office.objects.serving(request.ward).values_list("pk", "name")
        return [
            ("waiting", "返事待ち"),
            ("mine", "わたしの事業所"),
            *((str(number), name) for number, name in offices),
        ]

    def queryset(self, request, queryset):
        """Keep what was chosen; an office of elsewhere keeps nothing."""
        value = self.value()
        if not value:
            return queryset
        if value not in dict(self.lookup_choices):
            return queryset.none()
        handovers = Handover.objects.filter(consultation=OuterRef("pk"))
        if value == "waiting":
            return queryset.filter(Exists(handovers.waiting()))
        if value == "mine":
            return queryset.filter(
                Exists(handovers.waiting().filter(office__in=offices_of(request.user)))
            )
        return queryset.filter(Q(office=value) | Exists(handovers.filter(office=value)))


def offices_of(user) -> list[int]:
    """Return the offices whose clerk a person is in this ward today."""
    return [m.office_id for m in memberships_here(user) if m.office_id]


class BundleFilter(ConditionFilter):
    """束ね."""

    title = "束ね"
    parameter_name = "bundle"

    def lookups(self, request, model_admin):
        """Offer leads, members and single cases."""
        return [("lead", "束ねた先"), ("member", "束ねられたもの"), ("single", "束ねていないもの")]

    def conditions(self, request):
        """Say what each of the three is."""
        is_lead = Exists(Consultation.objects.filter(bundle_lead=OuterRef("pk")))
        return {
            "lead": Q(is_lead),
            "member": Q(bundle_lead__isnull=False),
            "single": Q(bundle_lead=None) & ~Q(is_lead),
        }


class PublicationFilter(admin.SimpleListFilter):
    """公表: where its publication stands."""

    title = "公表"
    parameter_name = "publication"

    def lookups(self, request, model_admin):
        """Offer what still needs a proposal, and every state."""
        return [
            ("none", "公表案なし（判定待ち）"),
            ("to_confirm", "あなたの確認待ち"),
            *PublicationState.choices,
        ]

    def queryset(self, request, queryset):
        """Keep what was chosen; another word keeps nothing."""
        value = self.value()
        if not value:
            return queryset
        if value == "none":
            return queryset.filter(
                publication=None, state__in=(CaseState.ANSWERED, CaseState.FILED)
            )
        if value == "to_confirm":
            # Who made a proposal does not confirm it.
            return queryset.filter(publication__state=PublicationState.PROPOSED).exclude(
                publication__proposed_by=request.user
            )
        return (
            queryset.filter(publication__state=value)
            if value in PublicationState.values
            else queryset.none()
        )


ChannelFilter = choice_filter("受付経路", "intake_channel", IntakeChannel)
RecordTypeFilter = choice_filter("記録の種類", "record_type", RecordType)
RequesterFilter = choice_filter("要望者", "requester_kind", RequesterKind)
