"""要請・提案 out of the public schema, as 本庁: rows to count, and the published ones to read."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404

from councils.city.models import BureauRequest, RequestState
from councils.city.models.bureau_request import WAITING
from osaka_kusei.citywide.request_figures import RequestRow
from wards.fiscal_year import first_day, fiscal_year_from_text, fiscal_year_of, last_day
from wards.models import Bureau, Ward
from wards.text import text_faults
from wards.word_search import containing_all

NO_SUCH_CONDITION: Final = "この条件では探せません。一覧から選び直してください。"
SEARCHED: Final = ("title", "text", "answer", "coordination", "opinion_label")
LONGEST_WORDS: Final = 100


def counted_rows(*, first: date | None = None, last: date | None = None) -> list[RequestRow]:
    """Return what is counted: all that waits, and what was sent between two days. One query.

    What a ward took back, or got back from 市民局, asked nothing of any bureau and is left out.
    """
    wanted = Q(state__in=WAITING)
    if first and last:
        wanted |= Q(sent_on__range=(first, last), state=RequestState.PUBLISHED)
    rows = BureauRequest.objects.filter(wanted).values_list(
        "from_ward__slug", "bureau__name", "sent_on", "due_on", "state", "is_demo"
    )
    return [
        RequestRow(
            ward=ward,
            bureau=bureau or "",
            sent_on=sent_on,
            due_on=due_on,
            is_waiting=state in WAITING,
            is_published=state == RequestState.PUBLISHED,
            is_sample=is_demo,
        )
        for ward, bureau, sent_on, due_on, state, is_demo in rows
    ]


def words_in(given: str) -> str:
    """Return the words that somebody searches; raise Http404 for what no keyboard types."""
    words = given.strip()[:LONGEST_WORDS]
    if text_faults(words):
        raise Http404(NO_SUCH_CONDITION)
    return words


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader of the published requests looks for."""

    ward: str = ""
    bureau: str = ""
    year: int | None = None
    words: str = ""

    @classmethod
    def of(cls, query, *, wards: list[Ward], bureaus: list[Bureau]) -> "Asked":
        """Read an address; raise Http404 for a ward, bureau or year that there is not."""
        ward, bureau = query.get("ward", ""), query.get("bureau", "")
        if ward and ward not in {one.slug for one in wards}:
            raise Http404(NO_SUCH_CONDITION)
        if bureau and bureau not in {one.code for one in bureaus}:
            raise Http404(NO_SUCH_CONDITION)
        return cls(
            ward, bureau, year_in(query.get("fiscal_year", "")), words_in(query.get("q", ""))
        )

    @property
    def is_narrowed(self) -> bool:
        """Say whether there is any condition."""
        return bool(self.ward or self.bureau or self.year or self.words)

    @property
    def query(self) -> str:
        """Return the conditions as a part of an address."""
        given = {
            "ward": self.ward,
            "bureau": self.bureau,
            "fiscal_year": self.year and str(self.year),
            "q": self.words,
        }
        return urlencode({name: value for name, value in given.items() if value})


def year_in(given: str) -> int | None:
    """Return a fiscal year as people write it, or None for none; raise Http404 for no year."""
    if not given.strip():
        return None
    try:
        year = fiscal_year_from_text(given)
        first_day(year), last_day(year)
    except ValueError as problem:
        raise Http404(NO_SUCH_CONDITION) from problem
    return year


def published_requests():
    """Return the published requests, the latest first, with what a page shows of them."""
    return (
        BureauRequest.objects.filter(state=RequestState.PUBLISHED)
        .select_related("from_ward", "bureau")
        .order_by("-published_on", "-sent_on", "pk")
    )


def chosen(asked: Asked):
    """Return the published requests that a reader asked for."""
    rows = published_requests()
    if asked.ward:
        rows = rows.filter(from_ward__slug=asked.ward)
    if asked.bureau:
        rows = rows.filter(bureau__code=asked.bureau)
    if asked.year is not None:
        rows = rows.filter(published_on__range=(first_day(asked.year), last_day(asked.year)))
    return rows.filter(containing_all(asked.words, SEARCHED))


def years_published() -> list[int]:
    """Return the fiscal years in which something was published, the latest first."""
    days = BureauRequest.objects.filter(state=RequestState.PUBLISHED).values_list(
        "published_on", flat=True
    )
    return sorted({fiscal_year_of(day) for day in days.distinct()}, reverse=True)
