"""What somebody asks of the published answers: words, category, kind, period, page; read from an address."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import Http404
from django.utils.functional import cached_property

from consultations.choices import ResponseKind
from consultations.models import Category, Publication
from wards.text import search_key
from wards.wareki import wareki

MOST_WORDS = 5
LONGEST_QUERY = 100
_PERIOD = re.compile(r"([12][0-9]{3})(?:-(0[1-9]|1[0-2]))?")
NO_SUCH_CONDITION = "この条件では探せません。一覧から選び直してください。"


def month_label(year: int, month: int) -> str:
    """Write a month as 令和8年11月."""
    return wareki(date(year, month, 1)).removesuffix("1日")


@dataclass(frozen=True)
class AnswerQuery:
    """The conditions of the list, as chosen on the page; an unknown one is 404."""

    words: str = ""
    category: Category | None = None
    kind: str = ""
    period: str = ""

    @classmethod
    def of(cls, request) -> "AnswerQuery":
        """Read the conditions of a request."""
        given = {
            name: request.GET.get(name, "").strip() for name in ("q", "category", "kind", "period")
        }
        category = None
        if given["category"]:
            category = Category.objects.filter(code=given["category"][:40]).first()
            if category is None:
                raise Http404(NO_SUCH_CONDITION)
        if given["kind"] and given["kind"] not in ResponseKind.values:
            raise Http404(NO_SUCH_CONDITION)
        if given["period"] and not _PERIOD.fullmatch(given["period"]):
            raise Http404(NO_SUCH_CONDITION)
        return cls(given["q"][:LONGEST_QUERY], category, given["kind"], given["period"])

    @cached_property
    def keys(self) -> list[str]:
        """Return the words to look for; what leaves no ink is none."""
        parts = unicodedata.normalize("NFKC", self.words).split()
        return [part for part in parts if search_key(part)][:MOST_WORDS]

    @property
    def is_narrowed(self) -> bool:
        """Say whether any condition is set."""
        return bool(self.keys or self.category or self.kind or self.period)

    def rows(self):
        """Return the published answers that meet every condition, the newest first."""
        found = Publication.objects.published().containing(self.keys)
        if self.category is not None:
            found = found.filter(consultation__category=self.category)
        if self.kind:
            found = found.filter(response_kind=self.kind)
        if self.period:
            year, month = _PERIOD.fullmatch(self.period).groups()
            found = found.published_in(int(year), int(month) if month else None)
        return found

    @property
    def query(self) -> str:
        """Return the conditions as they stand in an address, without the page."""
        values = {
            "q": self.words,
            "category": self.category.code if self.category else "",
            "kind": self.kind,
            "period": self.period,
        }
        return urlencode({name: value for name, value in values.items() if value})

    @property
    def words_for_reader(self) -> str:
        """Say the conditions in words, for the page and for the file."""
        told = []
        if self.keys:
            told.append(f"「{'」と「'.join(self.keys)}」を含む")
        if self.category:
            told.append(f"分野「{self.category.name}」")
        if self.kind:
            told.append(f"対応の種別「{ResponseKind(self.kind).label}」")
        if self.period:
            year, _, month = self.period.partition("-")
            told.append(
                f"{month_label(int(year), int(month))}に公表" if month else f"{int(year)}年に公表"
            )
        return "、".join(told)
