"""和暦: dates as Japanese public offices write them, in both directions.

First days of the eras: 明治 by 「明治改元の詔」 (counted from the first day of that year), 大正 and
昭和 by the 詔書 of the day, 平成 by 昭和64年政令第1号, 令和 by 平成31年政令第143号. A new era is one
more row. Days before 明治 have no era here and are written in the Western calendar.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class Era:
    """元号: its name, the letter used on forms, and its first day."""

    name: str
    letter: str
    first_day: date


ERAS: Final = (
    Era("明治", "M", date(1868, 1, 25)),
    Era("大正", "T", date(1912, 7, 30)),
    Era("昭和", "S", date(1926, 12, 25)),
    Era("平成", "H", date(1989, 1, 8)),
    Era("令和", "R", date(2019, 5, 1)),
)

_BY_WRITTEN_NAME: Final = {written: era for era in ERAS for written in (era.name, era.letter)}
_ERA_PATTERN: Final = "|".join(_BY_WRITTEN_NAME)
_DAY: Final = re.compile(
    rf"(?P<era>{_ERA_PATTERN})?(?P<year>元|[0-9]{{1,4}})"
    r"(?:年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日"
    r"|(?P<separator>[-./])(?P<month_>[0-9]{1,2})(?P=separator)(?P<day_>[0-9]{1,2}))"
)


def folded(text: str) -> str:
    """Return `text` in half width (NFKC), upper case, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def era_of(day: date) -> Era | None:
    """Return the era in force on `day`: 1989-01-07 is 昭和, 1989-01-08 平成."""
    return next((era for era in reversed(ERAS) if era.first_day <= day), None)


def era_written_as(written: str) -> Era | None:
    """Return the era that an officer names by 「平成」 or by its letter 「H」."""
    return _BY_WRITTEN_NAME.get(folded(written))


def year_in_era(era: Era, western_year: int) -> int:
    """Return the number of a Western year within an era: 2019 is 1 in 令和 and 31 in 平成."""
    return western_year - era.first_day.year + 1


def western_year(era: Era, year: int) -> int:
    """Return the Western year of the n-th year of an era: 平成 28 is 2016."""
    return era.first_day.year + year - 1


def year_label(era: Era, year: int) -> str:
    """Write the n-th year of an era: the first one is 「元年」, never 「1年」."""
    return f"{era.name}{'元' if year == 1 else year}年"


def wareki(day: date) -> str:
    """Write a day as 「令和元年5月1日」; a day before 明治 as 「1868年1月1日」."""
    era = era_of(day)
    year = f"{day.year}年" if era is None else year_label(era, year_in_era(era, day.year))
    return f"{year}{day.month}月{day.day}日"


def wareki_minute(local: datetime) -> str:
    """Write a moment, already in Osaka's time, as 「令和8年11月21日 02:10」."""
    return f"{wareki(local.date())} {local:%H:%M}"


def short_wareki(day: date) -> str:
    """Write a day as tables and forms do: 「R1.5.1」; a day before 明治 as 「1868.1.1」."""
    era = era_of(day)
    year = str(day.year) if era is None else f"{era.letter}{year_in_era(era, day.year)}"
    return f"{year}.{day.month}.{day.day}"


def day_from_wareki(text: str) -> date:
    """Read 「令和元年5月1日」, 「R1.5.1」, 「H31/4/30」, full width too, or a Western date.

    Raise ValueError with a sentence for the officer when it is no day, or when the day lies
    outside the era it names: 「平成31年5月1日」 is refused and answered with 「令和元年5月1日」.
    """
    match = _DAY.fullmatch(folded(text))
    if match is None:
        raise ValueError(
            f"「{text.strip()[:20]}」は日付として読み取れません。"
            "「令和元年5月1日」または「2019-05-01」のように入力してください。"
        )
    era = _BY_WRITTEN_NAME[match["era"]] if match["era"] else None
    year = 1 if match["year"] == "元" else int(match["year"])
    if era is None and (match["year"] == "元" or len(match["year"]) != 4):
        raise ValueError("年は「令和元年」のように元号を付けるか、西暦4桁で入力してください。")
    try:
        day = date(
            year if era is None else western_year(era, year),
            int(match["month"] or match["month_"]),
            int(match["day"] or match["day_"]),
        )
    except ValueError as error:
        raise ValueError(f"「{text.strip()[:20]}」という日はありません。") from error
    if era is not None and (year < 1 or era_of(day) is not era):
        raise ValueError(
            f"「{text.strip()[:20]}」という日はありません。正しくは{wareki(day)}です。"
        )
    return day
