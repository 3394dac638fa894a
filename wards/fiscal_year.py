"""年度: 1 April to 31 March, named by the Western year in which it starts.

The printed name is that of the era in force on 1 April. 2019 is the exception: since 1 May 2019
the whole year is written 「令和元年度」 (改元に伴う元号による年表示の取扱いについて, 2019-04-01), in
documents of the time before 「平成31年度」.
"""

import re
from datetime import date
from typing import Final

from wards.wareki import (
    ERAS,
    Era,
    era_of,
    era_written_as,
    folded,
    western_year,
    year_in_era,
    year_label,
)

FIRST_MONTH: Final = 4

# The day whose era names a fiscal year, where that is not 1 April.
_NAMED_BY: Final = {2019: date(2019, 5, 1)}
_FISCAL_YEAR: Final = re.compile(r"(?P<era>[^0-9元]*)(?P<year>元|[0-9]{1,4})(?:年度|年)?")


def fiscal_year_of(day: date) -> int:
    """Return the fiscal year of a day: 2017-03-31 is 2016, 2017-04-01 is 2017."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def first_day(fiscal_year: int) -> date:
    """Return 1 April of the fiscal year."""
    return date(fiscal_year, FIRST_MONTH, 1)


def last_day(fiscal_year: int) -> date:
    """Return the 31 March that ends the fiscal year."""
    return date(fiscal_year + 1, FIRST_MONTH - 1, 31)


def _era_naming(fiscal_year: int, as_of: date | None) -> Era | None:
    era = era_of(_NAMED_BY.get(fiscal_year, first_day(fiscal_year)))
    if era is None or as_of is None or era.first_day <= as_of:
        return era
    # A document cannot use an era that is not announced yet: in 2017 FY2020 was 平成32年度.
    return era_of(as_of)


def fiscal_year_label(fiscal_year: int, *, as_of: date | None = None) -> str:
    """Write a fiscal year as 「平成28年度」.

    2019 is 「令和元年度」; with `as_of` before 2019-05-01, the date of the document, it is
    「平成31年度」. A year before 明治 is written 「1867年度」.
    """
    era = _era_naming(fiscal_year, as_of)
    if era is None:
        return f"{fiscal_year}年度"
    return f"{year_label(era, year_in_era(era, fiscal_year))}度"


def short_label(fiscal_year: int, *, as_of: date | None = None) -> str:
    """Write a fiscal year as headings of tables do: 「H28」, 「R1」."""
    era = _era_naming(fiscal_year, as_of)
    if era is None:
        return str(fiscal_year)
    return f"{era.letter}{year_in_era(era, fiscal_year)}"


def fiscal_year_from_text(text: str) -> int:
    """Read 「2016」, 「平成28年度」, 「H28」, 「R8」, 「令和元年度」, in full or half width.

    A plan written years ahead may name a year its era never reached: 「平成32年度」 is read as
    2020. Raise ValueError with a sentence for the officer when it is no fiscal year.
    """
    match = _FISCAL_YEAR.fullmatch(folded(text))
    if match is not None:
        era = era_written_as(match["era"])
        year = 1 if match["year"] == "元" else int(match["year"])
        if era is not None and 1 <= year <= 999:
            return western_year(era, year)
        if not match["era"] and len(match["year"]) == 4 and year >= ERAS[0].first_day.year:
            return year
    raise ValueError(
        f"「{text.strip()[:20]}」は年度として読み取れません。"
        "「2016」「平成28年度」「H28」のように入力してください。"
    )
