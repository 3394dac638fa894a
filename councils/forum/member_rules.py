"""委員の任期と定数: the span of a term, vacancies, balance, and the text of a 公示. Pure.

Terms run from 1 October to 30 September two years later (城東区 2023-10-01–2025-09-30). Names are
publicly notified on engagement and on early release, not when a term simply ends (DOMAIN 3.2).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from wards.wareki import wareki


def term_span(year: int) -> tuple[date, date]:
    """Return first and last day of the term that begins in a year."""
    return date(year, 10, 1), date(year + 2, 9, 30)


def vacancies(seats: Mapping[str, int], held: Mapping[str, int]) -> dict[str, int]:
    """Return by category how many seats are free; fewer than advertised may be chosen."""
    return {category: max(0, most - held.get(category, 0)) for category, most in seats.items()}


def reasons_no_seat(label: str, seats: int, held: int) -> list[str]:
    """List why nobody can be engaged in a category: its seats are taken."""
    if held < seats:
        return []
    return [f"「{label}」の定数{seats}人は、すでに埋まっています。"]


def share(part: int, whole: int) -> Decimal | None:
    """Return a share in percent to one decimal, half up; None of nothing."""
    if not whole:
        return None
    return (Decimal(part * 100) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Named:
    """A member as a 公示 names them."""

    name: str
    category: str
    valid_from: date
    valid_to: date


def engagement_text(ward: str, members: Iterable[Named], announced_on: date) -> str:
    """Write the 公示 of 委嘱: who, in which category, for how long."""
    lines = [
        f"{member.name}（{member.category}）　"
        f"{wareki(member.valid_from)}から{wareki(member.valid_to)}まで"
        for member in members
    ]
    return _announcement(
        ward, "次の者に区政会議の委員の業務を委託したので、公示します。", lines, announced_on
    )


def release_text(ward: str, members: Iterable[Named], announced_on: date) -> str:
    """Write the 公示 of an early release: who, as of which last day."""
    lines = [
        f"{member.name}（{member.category}）　{wareki(member.valid_to)}をもって解嘱"
        for member in members
    ]
    return _announcement(
        ward, "次の者への区政会議の委員の業務の委託を終えたので、公示します。", lines, announced_on
    )


def _announcement(ward: str, sentence: str, lines: list[str], day: date) -> str:
    return "\n".join([sentence, "", *lines, "", wareki(day), f"大阪市{ward}長"])
