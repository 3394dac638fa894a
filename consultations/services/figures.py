"""The ward's figures of 相談・要望: how many, how fast, how often handed on. No personal data."""

from dataclasses import dataclass
from datetime import date

from django.db.models import (
    Aggregate,
    Avg,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
)
from django.db.models.functions import Coalesce, ExtractDay, TruncMonth

from consultations.choices import CaseState
from consultations.models import Consultation, Handover


class Median(Aggregate):
    """The median of a number, computed by PostgreSQL."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of a group of cases; days run from reception to answer or 供覧."""

    received: int = 0
    ended: int = 0
    in_time: int = 0
    overdue: int = 0
    mean_days: float | None = None
    median_days: float | None = None
    handed_over: int = 0
    handovers: int = 0
    reopened: int = 0

    @property
    def in_time_percent(self) -> float | None:
        """Return the share of ended cases that were answered or filed by their due day."""
        return round(100 * self.in_time / self.ended, 1) if self.ended else None

    @property
    def handovers_per_case(self) -> float | None:
        """Return how often a case was handed on, on average: what the reform promised to cut."""
        return round(self.handovers / self.received, 2) if self.received else None


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of a category, a month, or both."""

    category: str
    month: date | None
    figures: Figures


def figures_of_ward(
    first_day: date, last_day: date, today: date, *, by: tuple[str, ...]
) -> list[Group]:
    """Count the cases received in a period, grouped by "category", "month", both, or none of them.

    Cases that were handed to another ward or outside the city are received, but not ended here.
    """
    by_case = Handover.objects.filter(consultation=OuterRef("pk"))
    handovers = (
        by_case.order_by().values("consultation").annotate(count=Count("pk")).values("count")
    )
    follow_ups = Consultation.objects.filter(previous=OuterRef("pk"))
    ended = Q(state__in=(CaseState.ANSWERED, CaseState.PUBLICATION_DECIDED, CaseState.FILED))
    open_late = Q(closed_on=None, due_on__lt=today)
    days = ExtractDay(
        ExpressionWrapper(
            Coalesce(F("answered_on"), F("closed_on")) - F("received_on"),
            output_field=DurationField(),
        )
    )
    names = {"category": "category__name", "month": "month"}
    orders = {"category": "category__order", "month": "month"}
    cases = Consultation.objects.filter(received_on__range=(first_day, last_day)).annotate(
        month=TruncMonth("received_on"),
        handover_count=Coalesce(Subquery(handovers, output_field=IntegerField()), 0),
        is_reopened=Exists(follow_ups),
    )
    counts = {
        "received": Count("pk"),
        "ended": Count("pk", filter=ended),
        "in_time": Count(
            "pk", filter=ended & Q(due_on__gte=Coalesce(F("answered_on"), F("closed_on")))
        ),
        "overdue": Count("pk", filter=open_late),
        "mean_days": Avg(days, filter=ended, output_field=FloatField()),
        "median_days": Median(days, filter=ended),
        "handed_over": Count("pk", filter=Q(handover_count__gt=0)),
        "handovers": Coalesce(SumOf("handover_count"), 0),
        "reopened": Count("pk", filter=Q(is_reopened=True)),
    }
    if not by:
        return [Group("", None, Figures(**_rounded(cases.order_by().aggregate(**counts))))]
    rows = (
        cases.values(
            *[names[name] for name in by], *(["category__order"] if "category" in by else [])
        )
        .annotate(**counts)
        .order_by(*[orders[name] for name in by])
    )
    return [
        Group(
            row.get("category__name", ""),
            row.get("month"),
            Figures(**_rounded({name: row[name] for name in counts})),
        )
        for row in rows
    ]


class SumOf(Aggregate):
    """The sum of whole numbers."""

    function = "SUM"
    output_field = IntegerField()


def _rounded(row: dict) -> dict:
    for name in ("mean_days", "median_days"):
        row[name] = None if row[name] is None else round(float(row[name]), 1)
    return row
