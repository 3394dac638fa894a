"""What waits for whom: the results of a ward sorted by the work that is due on them."""

from django.db.models import Case, Count, IntegerField, Q, Value, When

from kpis.catalog.choices import Counting
from kpis.catalog.models import Policy
from kpis.choices import EntryState
from kpis.models import Result

# `Result.is_answered`, asked of the table.
_CITYS_OWN = Q(indicator__counting=Counting.ONCE_FOR_CITY)
ENTERED = Q(actual__isnull=False) | Q(not_applicable=True) | (_CITYS_OWN & ~Q(implementation=""))
MISSING = Q(actual=None, not_applicable=False) & (~_CITYS_OWN | Q(implementation=""))

SENT_BACK = Q(state=EntryState.SENT_BACK)
TO_ENTER = Q(state=EntryState.DRAFT) & MISSING
TO_SUBMIT = Q(state=EntryState.DRAFT) & ENTERED
TO_CONFIRM = Q(state=EntryState.SUBMITTED)
WITH_THE_CITY = Q(state__in=[EntryState.WARD_CONFIRMED, EntryState.CITY_CONFIRMED])
FINAL = Q(state=EntryState.FINAL)

# Lists begin with what has to be done.
URGENCY = Case(
    When(SENT_BACK, then=Value(0)),
    When(TO_ENTER, then=Value(1)),
    When(TO_SUBMIT, then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)


def counts_by_year() -> list[dict]:
    """Count, per fiscal year, the latest first, how many results wait for what; one query."""
    return list(
        Result.objects.order_by("-fiscal_year")
        .values("fiscal_year")
        .annotate(
            total=Count("pk"),
            sent_back=Count("pk", filter=SENT_BACK),
            to_enter=Count("pk", filter=TO_ENTER),
            to_submit=Count("pk", filter=TO_SUBMIT),
            to_confirm=Count("pk", filter=TO_CONFIRM),
            with_the_city=Count("pk", filter=WITH_THE_CITY),
            final=Count("pk", filter=FINAL),
        )
    )


def year_to_open(day, opened: list[int]) -> int | None:
    """Return the latest fiscal year of a policy that has begun but has no results here yet."""
    latest = max(Policy.objects.begun(day), default=None)
    return None if latest in opened else latest
