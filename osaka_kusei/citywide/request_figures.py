"""要請・提案 in figures: how many wait for which bureau, and how long already. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

# The last day of each band of age, counted from the day on which the ward sent it; then 「90日超」.
BANDS: Final = (30, 60, 90)
BAND_LABELS: Final = ("0～30日", "31～60日", "61～90日", "90日超")
BAND_NAMES: Final = ("days_0_30", "days_31_60", "days_61_90", "days_over_90")
NO_BUREAU: Final = "（担当局の決定待ち）"


def band_of(sent_on: date, day: date) -> int:
    """Return the band of age of a request on a day: day 30 is still of the first, day 31 is not."""
    age = (day - sent_on).days
    return next((place for place, last in enumerate(BANDS) if age <= last), len(BANDS))


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as it is counted: no word of what was asked or answered."""

    ward: str
    bureau: str
    sent_on: date
    due_on: date
    is_waiting: bool
    is_published: bool
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class BureauFigures:
    """What waits for a bureau on a day, by bands of age, and how much of it is late."""

    bureau: str
    bands: tuple[int, ...]
    overdue: int
    sent: int = 0
    published: int = 0

    @property
    def waiting(self) -> int:
        """Return all that waits."""
        return sum(self.bands)


def figures_of_requests(
    name: str, rows: Iterable[RequestRow], day: date, *, first: date | None, last: date | None
) -> BureauFigures:
    """Count rows of one bureau, or of all: what waits, and what became of what was sent in between."""
    rows = list(rows)
    waiting = [row for row in rows if row.is_waiting]
    places = [band_of(row.sent_on, day) for row in waiting]
    asked = [row for row in rows if _is_between(row.sent_on, first, last)]
    return BureauFigures(
        bureau=name,
        bands=tuple(places.count(place) for place in range(len(BANDS) + 1)),
        overdue=sum(row.due_on < day for row in waiting),
        sent=len(asked),
        published=sum(row.is_published for row in asked),
    )


def _is_between(day: date, first: date | None, last: date | None) -> bool:
    return first is not None and last is not None and first <= day <= last


def figures_by_bureau(
    rows: Iterable[RequestRow], day: date, *, first: date | None = None, last: date | None = None
) -> list[BureauFigures]:
    """Return a line for each bureau with any row, first what has no bureau yet.

    With `first` and `last` a line also tells what was sent between these days, and what of that is
    published.
    """
    rows = list(rows)
    return [
        figures_of_requests(
            bureau or NO_BUREAU,
            [row for row in rows if row.bureau == bureau],
            day,
            first=first,
            last=last,
        )
        for bureau in sorted({row.bureau for row in rows})
    ]
