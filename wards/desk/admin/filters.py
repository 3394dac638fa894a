"""Filters of the desk's lists, one word each in the address: `?day=7days&what=export`."""

from datetime import date, datetime, time, timedelta

from django.contrib import admin
from django.utils import timezone

from wards import clock
from wards.desk.choices import NoticeKind
from wards.desk.models import AccessEvent
from wards.models import User
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
                f"{self.field}__gte": _midnight(first),
                f"{self.field}__lt": _midnight(last + timedelta(days=1)),
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
        return day, day


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class DayOfAccessFilter(DayFilter):
    """日 of what was looked at."""

    field = "at"


class PersonFilter(admin.SimpleListFilter):
    """職員: whoever stands in the log."""

    title = "職員"
    parameter_name = "person"

    def lookups(self, request, model_admin):
        """Offer the people of the log by name."""
        people = User.objects.filter(pk__in=AccessEvent.objects.values("user_id"))
        return [(str(person.pk), person.name) for person in people.order_by("kana", "name", "pk")]

    def queryset(self, request, queryset):
        """Keep one person; a number of nobody keeps nothing."""
        if not self.value():
            return queryset
        if self.value() not in dict(self.lookup_choices):
            return queryset.none()
        return queryset.filter(user_id=self.value())


class DoneFilter(admin.SimpleListFilter):
    """済み: open ones unless asked otherwise."""

    title = "状態"
    parameter_name = "done"

    def lookups(self, request, model_admin):
        """Offer both sides and all."""
        return [("no", "済んでいないもの"), ("yes", "済みのもの"), ("all", "すべて")]

    def value(self):
        """Return the side chosen, or the open one."""
        return super().value() or "no"

    def choices(self, changelist):
        """Offer no fourth choice: «all» is one of three."""
        for lookup, title in self.lookup_choices:
            yield {
                "selected": self.value() == lookup,
                "query_string": changelist.get_query_string({self.parameter_name: lookup}),
                "display": title,
            }

    def queryset(self, request, queryset):
        """Keep one side."""
        kept = {"no": {"done_at": None}, "yes": {"done_at__isnull": False}, "all": {}}
        if self.value() not in kept:
            return queryset.none()
        return queryset.filter(**kept[self.value()])


KindFilter = choice_filter("種類", "kind", NoticeKind)
