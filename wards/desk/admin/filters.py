"""Filters of the desk's lists, one word each in the address: `?day=7days&what=export`."""

from django.contrib import admin

from wards.desk.choices import NoticeKind
from wards.list_filters import DayFilter, choice_filter
from wards.models import User


class DayOfAccessFilter(DayFilter):
    """日 of what was looked at."""

    field = "at"


class PersonFilter(admin.SimpleListFilter):
    """職員: whoever stands in the log."""

    title = "職員"
    parameter_name = "person"

    def lookups(self, request, model_admin):
        """Offer the people of the log by name."""
        people = User.objects.filter(pk__in=model_admin.model.objects.values("user_id"))
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
