"""Published answers as the public reads them: the fields of 公表 and nothing else of a case.

A published answer is known by its 公表番号, the number of its own row. It is never the citizen's
受付番号: that one stands on the 控え and is counted up case by case, so that anybody could look up
which case of which day became which answer. The 公表番号 opens nothing but the page it names, is never
given twice, and stays the same when a text is taken down, mended and published again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from consultations.choices import PublicationState, ResponseKind, WithholdReason
from consultations.models import Category, Publication

AT_A_TIME = 500
# Named one by one, so that no other column of a case is even fetched.
_COLUMNS = {
    "pk": "number",
    "title": "title",
    "summary": "summary",
    "city_view": "city_view",
    "response_kind": "response_kind",
    "published_on": "published_on",
    "consultation__received_on": "received_on",
    "consultation__answered_on": "answered_on",
    "consultation__state": "case_state",
    "consultation__category__code": "category_code",
    "consultation__category__name": "category_name",
    "consultation__section__name": "section_name",
    "consultation__section__phone": "section_phone",
    "consultation__is_demo": "is_sample",
}


@dataclass(frozen=True, slots=True)
class PublicAnswer:
    """One published answer: 件名, 要旨, 市の考え方 and the facts that the city prints beside them."""

    number: int
    title: str
    summary: str
    city_view: str
    response_kind: str
    published_on: date
    received_on: date
    answered_on: date | None
    case_state: str
    category_code: str
    category_name: str
    section_name: str
    section_phone: str
    is_sample: bool

    @property
    def kind_label(self) -> str:
        """Return 対応の種別 in words, 供覧 where no reply was made."""
        if self.response_kind:
            return str(ResponseKind(self.response_kind).label)
        return "" if self.answered_on else "供覧（回答なし）"

    @property
    def section(self) -> str:
        """Return the section in charge with its telephone, as the city prints it."""
        phone = f"（電話 {self.section_phone}）" if self.section_phone else ""
        return f"{self.section_name}{phone}"


def as_public(rows) -> list[PublicAnswer]:
    """Return publications as the public reads them; the rows are limited by the caller."""
    return [_public(row) for row in rows.values(*_COLUMNS)]


def each_public(rows) -> Iterator[PublicAnswer]:
    """Hand out publications as the public reads them, some at a time: all of a ward's, for a file."""
    return map(_public, rows.values(*_COLUMNS).iterator(chunk_size=AT_A_TIME))


def _public(row: Mapping) -> PublicAnswer:
    return PublicAnswer(**{name: row[column] for column, name in _COLUMNS.items()})


def public_answer(number: int) -> PublicAnswer | None:
    """Return one published answer, or None: a text that waits or was taken down does not exist."""
    found = as_public(Publication.objects.published().filter(pk=number))
    return found[0] if found else None


def categories_with_answers() -> list[Category]:
    """List the categories in which something is published, in their order."""
    published = Publication.objects.published().order_by().values("consultation__category")
    return list(Category.objects.filter(pk__in=published))


@dataclass(frozen=True, slots=True)
class PublicationMonth:
    """How many were published in a month, and how many withheld by which numbered reason."""

    month: date
    published: int
    withheld: Mapping[str, int]

    @property
    def withheld_total(self) -> int:
        """Return how many were not published, whatever the reason."""
        return sum(self.withheld.values())

    @property
    def cells(self) -> list[int]:
        """Return the counts in the order of the numbered reasons."""
        return [self.withheld.get(reason, 0) for reason in WithholdReason.values]


def publication_months() -> list[PublicationMonth]:
    """Count, month by month and the newest first, what was published and what was withheld and why.

    Withholding counts in the month in which the second person decided it.
    """
    published = dict(
        Publication.objects.filter(state=PublicationState.PUBLISHED)
        .order_by()
        .annotate(month=TruncMonth("published_on"))
        .values_list("month")
        .annotate(count=Count("pk"))
    )
    withheld: dict[date, dict[str, int]] = {}
    for month, reason, count in (
        Publication.objects.withheld()
        .filter(~Q(confirmed_at=None))
        .annotate(month=TruncMonth("confirmed_at", tzinfo=timezone.get_default_timezone()))
        .order_by()
        .values_list("month", "withhold_reason")
        .annotate(count=Count("pk"))
    ):
        withheld.setdefault(timezone.localtime(month).date(), {})[reason] = count
    return [
        PublicationMonth(month, published.get(month, 0), withheld.get(month, {}))
        for month in sorted({*published, *withheld}, reverse=True)
    ]


def totals_of(months: Iterable[PublicationMonth]) -> tuple[int, list[int], int]:
    """Return the sums over the months: published, withheld by reason, withheld in all."""
    months = list(months)
    by_reason = [sum(column) for column in zip(*(month.cells for month in months), strict=True)]
    return sum(month.published for month in months), by_reason, sum(by_reason)
