"""社会的ビジネス in figures: what is new in a fiscal year, what goes on, and the way to 50. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

# 「区政運営基本方針」1-②: 「5年間での社会的ビジネスの委託事業数を50事業以上とする」, from FY2011 on.
WANTED_PROJECTS: Final = 50
YEARS_OF_THE_WAY: Final = 5


@dataclass(frozen=True, slots=True)
class YearFigures:
    """What began in one ward in one fiscal year; `involved` are the CB/SB in which a ward had a part."""

    slug: str
    fiscal_year: int
    ventures: int = 0
    involved: int = 0
    projects: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What goes on in one ward on a day, and how much of all of it is made up."""

    slug: str
    ventures: int = 0
    projects: int = 0
    samples: int = 0


@dataclass(frozen=True, slots=True)
class WardFigures:
    """A ward, or all of them, in a fiscal year."""

    new_ventures: int = 0
    new_projects: int = 0
    with_the_ward: int = 0
    ventures: int = 0
    projects: int = 0


@dataclass(frozen=True, slots=True)
class StepOfTheWay:
    """The projects that began in a fiscal year, and those since the first of the five."""

    fiscal_year: int
    new: int
    so_far: int

    @property
    def percent(self) -> int:
        """Return how much of the way is done, at most 100."""
        return min(self.so_far * 100 // WANTED_PROJECTS, 100)


def figures_of(
    slug: str, fiscal_year: int, begun: Iterable[YearFigures], standing: Standing
) -> WardFigures:
    """Return a ward's figures of a fiscal year.

    `with_the_ward` is 「区が関与したCB/SB起案件数及び、社会的ビジネス化事業創出件数」 (市政改革プラン2.0,
    平成31年度の取組).
    """
    new = next(
        (row for row in begun if (row.slug, row.fiscal_year) == (slug, fiscal_year)),
        YearFigures(slug, fiscal_year),
    )
    return WardFigures(
        new_ventures=new.ventures,
        new_projects=new.projects,
        with_the_ward=new.involved + new.projects,
        ventures=standing.ventures,
        projects=standing.projects,
    )


def way_to_the_target(begun: Iterable[YearFigures], last_year: int) -> list[StepOfTheWay]:
    """Return five fiscal years up to one, with the projects of all wards added up year by year."""
    begun = list(begun)
    way: list[StepOfTheWay] = []
    for year in range(last_year - YEARS_OF_THE_WAY + 1, last_year + 1):
        new = sum(row.projects for row in begun if row.fiscal_year == year)
        way.append(StepOfTheWay(year, new, new + (way[-1].so_far if way else 0)))
    return way
