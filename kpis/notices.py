"""What must be said beside figures that are not the last word: 速報 and 見本値.

Pure: no database, no request. Pages and files of the wards and of the city say it in the same words.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from kpis.presentation import SAMPLE_WORD
from wards.fiscal_year import fiscal_year_label

# Whence a value comes that nobody entered as an officer, as its 備考 tells.
PUBLISHED: Final = "published"
AS_PUBLISHED: Final = "as_published"
MADE_UP: Final = "made_up"


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one value that a page shows or counts: its year, whether it is 確定, and the kind of sample."""

    fiscal_year: int
    is_final: bool
    sample: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence beside figures, under its heading."""

    label: str
    text: str


def sample_of(note: str) -> str:
    """Return whence a value comes according to its 備考; empty for an ordinary one.

    A value derived from a published one, with a respondents' number made up for it, is of the first
    kind as well.
    """
    if note.strip() == "公表値":
        return PUBLISHED
    if SAMPLE_WORD not in note:
        return ""
    return AS_PUBLISHED if "公表" in note else MADE_UP


def notices(
    shown: Iterable[Standing],
    *,
    counted_in: int | None = None,
    published_years: Collection[int] = (),
) -> list[Notice]:
    """Write what must be said about the values shown; `counted_in` is the year of a printed table.

    A printed table of one of the `published_years`, whose counts were published, says so, as long
    as every value behind it agrees with them.
    """
    shown = list(shown)
    found = []
    if years := _labels(one.fiscal_year for one in shown if not one.is_final):
        found.append(Notice("速報", f"{years}は、確定前の値を含みます。"))
    if years := _years(shown, AS_PUBLISHED):
        of_table = [one.sample for one in shown if one.fiscal_year == counted_in]
        counts_are_published = (
            counted_in in published_years
            and bool(of_table)
            and all(sample in {PUBLISHED, AS_PUBLISHED} for sample in of_table)
        )
        counts = "この表の件数は、公表された件数です。" if counts_are_published else ""
        found.append(
            Notice(
                SAMPLE_WORD,
                f"{counts}{years}の区ごとの値は、公表集計に一致するように作成した見本値です。"
                "実際の値ではありません。",
            )
        )
    if years := _years(shown, MADE_UP):
        found.append(
            Notice(
                SAMPLE_WORD,
                f"{years}は、動きを確かめるための見本値を含みます。実際の値ではありません。",
            )
        )
    return found


def _years(shown: list[Standing], sample: str) -> str:
    return _labels(one.fiscal_year for one in shown if one.sample == sample)


def _labels(fiscal_years: Iterable[int]) -> str:
    return "・".join(map(fiscal_year_label, sorted(set(fiscal_years))))
