"""Filters of the list of results, one word each in the address: `?fiscal_year=2016&state=draft`."""

from django.contrib import admin
from django.db.models import Q

from kpis.admin import waiting
from kpis.catalog.models import Indicator
from kpis.choices import EntryState, Status
from kpis.models import Result
from wards.fiscal_year import fiscal_year_label


class FiscalYearFilter(admin.SimpleListFilter):
    """年度: without a choice the latest year that has results, `all` for every year."""

    title = "年度"
    parameter_name = "fiscal_year"

    def lookups(self, request, model_admin):
        """Offer the years that have results, the latest first."""
        self.years = list(
            Result.objects.order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct()
        )
        return [(str(year), fiscal_year_label(year)) for year in self.years] or [("all", "—")]

    def value(self):
        """Return the year chosen, or the latest."""
        return super().value() or (str(self.years[0]) if self.years else "all")

    def choices(self, changelist):
        """Offer the years and, last, all of them."""
        for lookup, title in [*self.lookup_choices, ("all", "すべての年度")]:
            yield {
                "selected": self.value() == lookup,
                "query_string": changelist.get_query_string({self.parameter_name: lookup}),
                "display": title,
            }

    def queryset(self, request, queryset):
        """Keep the year's results; an unreadable year keeps none."""
        value = self.value()
        if value == "all":
            return queryset
        return queryset.filter(fiscal_year=int(value)) if _is_year(value) else queryset.none()


def _is_year(value: str) -> bool:
    return len(value) == 4 and value.isascii() and value.isdigit()


class PillarFilter(admin.SimpleListFilter):
    """柱 of the basic policy."""

    title = "柱"
    parameter_name = "pillar"

    def lookups(self, request, model_admin):
        """Offer the pillars in printed order."""
        pillars = Indicator.objects.order_by("number").values_list("pillar", flat=True)
        self.pillars = list(dict.fromkeys(pillars))
        return [(str(number), pillar) for number, pillar in enumerate(self.pillars, start=1)]

    def queryset(self, request, queryset):
        """Keep the pillar's results."""
        chosen = dict(self.lookup_choices).get(self.value())
        return queryset.filter(indicator__pillar=chosen) if chosen else queryset


class StateFilter(admin.SimpleListFilter):
    """入力状態."""

    title = "入力状態"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        """Offer every state."""
        return EntryState.choices

    def queryset(self, request, queryset):
        """Keep one state; a word that is no state keeps none."""
        if not self.value():
            return queryset
        return (
            queryset.filter(state=self.value()) if self.value() in EntryState else queryset.none()
        )


class StatusFilter(admin.SimpleListFilter):
    """判定, with 達成 as the subset that it is."""

    title = "判定"
    parameter_name = "status"

    def lookups(self, request, model_admin):
        """Offer the two classes, 達成, and what is not judged."""
        return [*Status.choices, ("achieved", "達成"), ("none", "判定なし")]

    def queryset(self, request, queryset):
        """Keep one class."""
        chosen = {
            Status.ON_TRACK.value: Q(status=Status.ON_TRACK),
            Status.NOT_ON_TRACK.value: Q(status=Status.NOT_ON_TRACK),
            "achieved": Q(achieved=True),
            "none": Q(status=""),
        }.get(self.value())
        return queryset.filter(chosen) if chosen else queryset


class MissingFilter(admin.SimpleListFilter):
    """未入力だけ: 該当なし and 実績0 are entries."""

    title = "入力の有無"
    parameter_name = "missing"

    def lookups(self, request, model_admin):
        """Offer both sides."""
        return [("yes", "未入力だけ"), ("no", "入力済みだけ")]

    def queryset(self, request, queryset):
        """Keep one side."""
        chosen = {"yes": waiting.MISSING, "no": waiting.ENTERED}.get(self.value())
        return queryset.filter(chosen) if chosen else queryset


class ReferenceFilter(admin.SimpleListFilter):
    """参考だけ, as last judged."""

    title = "参考数値"
    parameter_name = "reference"

    def lookups(self, request, model_admin):
        """Offer both sides."""
        return [("yes", "参考だけ"), ("no", "参考を除く")]

    def queryset(self, request, queryset):
        """Keep one side."""
        if self.value() == "yes":
            return queryset.exclude(reference_reason="")
        return queryset.filter(reference_reason="") if self.value() == "no" else queryset
