"""Filters of the councils' lists."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Q

from councils.choices import CouncilState, FilingState
from councils.models import SchoolDistrictArea
from wards import clock
from wards.list_filters import ChoiceFilter, ConditionFilter


class CouncilStateFilter(ChoiceFilter):
    """How a council stands today."""

    title = "状態"
    parameter_name = "state"
    field = "state"
    choices_of_field = CouncilState


class FilingStateFilter(ChoiceFilter):
    """How a filing stands today."""

    title = "状態"
    parameter_name = "state"
    field = "state_on_day"
    choices_of_field = FilingState


class AreaFilter(admin.SimpleListFilter):
    """One 校区等地域 by its code."""

    title = "地域"
    parameter_name = "area"
    path = "area"

    def lookups(self, request, model_admin):
        """Offer the areas of today and those that ended."""
        return [(area.code, area.name) for area in SchoolDistrictArea.objects.all()]

    def queryset(self, request, queryset):
        """Keep one area."""
        if not self.value():
            return queryset
        return queryset.filter(**{f"{self.path}__code": self.value()[:10]})


class AreaOfCouncilFilter(AreaFilter):
    """One area, where the row belongs to a council."""

    path = "council__area"


class AreaOfCertificationFilter(AreaFilter):
    """One area, where the row belongs to a certification."""

    path = "certification__area"


class ConfirmationFilter(ConditionFilter):
    """How near a 要件確認 is."""

    title = "期限"
    parameter_name = "due"

    def lookups(self, request, model_admin):
        """Offer what is late, near and done."""
        return [
            ("lapsed", "期限超過（失効候補）"),
            ("90days", "90日以内"),
            ("open", "終わっていないもの"),
            ("done", "確認済"),
        ]

    def conditions(self, request):
        """Say what each of them is."""
        today = clock.today()
        is_open = Q(confirmed_on=None, certification__ended_on=None)
        return {
            "lapsed": is_open & Q(due_on__lt=today),
            "90days": is_open & Q(due_on__gte=today, due_on__lte=today + timedelta(days=90)),
            "open": is_open,
            "done": Q(confirmed_on__isnull=False),
        }
