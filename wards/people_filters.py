"""Filters of the lists of people: where, in which role, and on which day."""

from datetime import date

from django.contrib import admin, messages

from wards import clock
from wards.models import Membership, Role, Ward
from wards.wareki import day_from_wareki, wareki

ALL_DAYS = "all"
NOWHERE = "none"


def _keep(queryset, **conditions):
    """Keep memberships by their own fields, people by those that hold today."""
    if queryset.model is Membership:
        return queryset.filter(**conditions)
    holding = Membership.objects.in_force(clock.today()).filter(**conditions)
    return queryset.filter(pk__in=holding.values("user_id"))


class WardFilter(admin.SimpleListFilter):
    """所属: an office by its slug."""

    title = "所属"
    parameter_name = "ward"

    def lookups(self, request, model_admin):
        """Offer 本庁 and the wards in official order; for people also those without any."""
        offices = [
            (ward.slug, "本庁" if ward.is_headquarters else ward.name)
            for ward in Ward.objects.order_by("order")
        ]
        return offices if model_admin.model is Membership else [*offices, (NOWHERE, "所属なし")]

    def queryset(self, request, queryset):
        """Keep one office, or the people who have none today."""
        if self.value() == NOWHERE and queryset.model is not Membership:
            holding = Membership.objects.in_force(clock.today())
            return queryset.exclude(pk__in=holding.values("user_id"))
        return _keep(queryset, ward__slug=self.value()) if self.value() else queryset


class RoleFilter(admin.SimpleListFilter):
    """役割."""

    title = "役割"
    parameter_name = "role"

    def lookups(self, request, model_admin):
        """Offer every role."""
        return Role.choices

    def queryset(self, request, queryset):
        """Keep one role."""
        return _keep(queryset, role=self.value()) if self.value() else queryset


class DayFilter(admin.SimpleListFilter):
    """この日に有効: today unless another day is typed, in 和暦 or the Western calendar."""

    title = "有効な日"
    parameter_name = "day"

    def __init__(self, request, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        self.typed = (self.value() or "").strip()
        self.day: date | None = clock.today()
        if self.typed == ALL_DAYS:
            self.day = None
        elif self.typed:
            try:
                self.day = day_from_wareki(self.typed)
            except ValueError as refusal:
                messages.error(request, str(refusal))
                self.typed = ""

    def lookups(self, request, model_admin):
        """Offer all days; the field above the list takes any other."""
        return [(ALL_DAYS, "すべての期間")]

    def choices(self, changelist):
        """Offer today, all days, and name the day that was typed."""
        today = changelist.get_query_string(remove=[self.parameter_name])
        everything = changelist.get_query_string({self.parameter_name: ALL_DAYS})
        yield {"selected": not self.typed, "query_string": today, "display": "今日"}
        yield {
            "selected": self.typed == ALL_DAYS,
            "query_string": everything,
            "display": "すべての期間",
        }
        if self.typed not in ("", ALL_DAYS):
            yield {
                "selected": True,
                "query_string": changelist.get_query_string(),
                "display": wareki(self.day),
            }

    def queryset(self, request, queryset):
        """Keep what holds on the day."""
        return queryset if self.day is None else queryset.in_force(self.day)
