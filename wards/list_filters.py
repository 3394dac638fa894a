"""Filters that any list of a staff screen may carry: one of a fixed list, a condition, a day."""

from datetime import date, datetime, time, timedelta

from django.contrib import admin
from django.db.models import Q
from django.utils import timezone

from wards import clock
from wards.fiscal_year import fiscal_year_label
from wards.wareki import day_from_wareki, wareki


class ChoiceFilter(admin.SimpleListFilter):
    """One value of a fixed list; a word that stands not in it keeps nothing."""

    choices_of_field: type
    field: str

    def lookups(self, request, model_admin):
        """Offer every value."""
        return self.choices_of_field.choices

    def queryset(self, request, queryset):
        """Keep one value."""
        if not self.value():
            return queryset
        if self.value() not in self.choices_of_field.values:
            return queryset.none()
        return queryset.filter(**{self.field: self.value()})


def choice_filter(title: str, field: str, choices: type) -> type[ChoiceFilter]:
    """Return a filter by a field with a fixed list."""
    names = {"title": title, "parameter_name": field, "field": field, "choices_of_field": choices}
    return type("ChoiceFilter", (ChoiceFilter,), names)


class ConditionFilter(admin.SimpleListFilter):
    """One of a few conditions, each by a word of its own; another word keeps nothing."""

    def conditions(self, request) -> dict[str, Q]:
        """Return what each word keeps."""
        raise NotImplementedError

    def queryset(self, request, queryset):
        """Keep what was chosen."""
        if not self.value():
            return queryset
        chosen = self.conditions(request).get(self.value())
        return queryset.none() if chosen is None else queryset.filter(chosen)


class DayFilter(admin.SimpleListFilter):
    """日: today, yesterday, the last days, or any day written in the address (`?day=2026-11-25`)."""

    title = "日"
    parameter_name = "day"
    field = "created_at"

    def lookups(self, request, model_admin):
        """Offer the days that are asked for most."""
        return [
            ("today", "今日"),
            ("yesterday", "昨日"),
            ("7days", "この7日間"),
            ("30days", "この30日間"),
        ]

    def choices(self, changelist):
        """Name a day that stands in the address beside those that are offered."""
        yield from super().choices(changelist)
        if self.value() and self.value() not in dict(self.lookup_choices):
            days = self._days()
            yield {
                "selected": True,
                "query_string": changelist.get_query_string(),
                "display": wareki(days[0]) if days else "日付ではありません",
            }

    def queryset(self, request, queryset):
        """Keep the days, as they begin and end in Osaka; what is no day keeps nothing."""
        if not self.value():
            return queryset
        days = self._days()
        if days is None:
            return queryset.none()
        first, last = days
        return queryset.filter(
            **{
                f"{self.field}__gte": midnight(first),
                f"{self.field}__lt": midnight(last + timedelta(days=1)),
            }
        )

    def _days(self) -> tuple[date, date] | None:
        today = clock.today()
        yesterday = today - timedelta(days=1)
        offered = {
            "today": (today, today),
            "yesterday": (yesterday, yesterday),
            "7days": (today - timedelta(days=6), today),
            "30days": (today - timedelta(days=29), today),
        }
        if self.value() in offered:
            return offered[self.value()]
        try:
            day = day_from_wareki(self.value())
        except ValueError:
            return None
        # The last day of the calendar has no morning after.
        return (day, day) if day.year < date.max.year else None


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins in Osaka."""
    return timezone.make_aware(datetime.combine(day, time.min))


class InForceFilter(ConditionFilter):
    """Whether an area or a rule holds today."""

    title = "存続"
    parameter_name = "in_force"
    words = ("今ある", "これから", "終わった")

    def lookups(self, request, model_admin):
        """Offer the three."""
        return list(zip(("now", "future", "past"), self.words, strict=True))

    def conditions(self, request):
        """Say what each of them is."""
        today = clock.today()
        begun, ended = Q(valid_from__lte=today), Q(valid_to__lt=today)
        return {"now": begun & ~ended, "future": ~begun, "past": begun & ended}


class FiscalYearFilter(admin.SimpleListFilter):
    """One 年度."""

    title = "年度"
    parameter_name = "fiscal_year"

    def lookups(self, request, model_admin):
        """Offer the years that there are."""
        years = model_admin.model._default_manager.order_by("-fiscal_year")
        known = years.values_list("fiscal_year", flat=True).distinct()
        return [(str(year), fiscal_year_label(year)) for year in known]

    def queryset(self, request, queryset):
        """Keep one year."""
        value = self.value()
        if not value:
            return queryset
        if not (value.isascii() and value.isdigit() and len(value) == 4):
            return queryset.none()
        return queryset.filter(fiscal_year=int(value))
