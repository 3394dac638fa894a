"""Which fiscal year a public page is about: the one in the address, or a sensible one."""

from collections.abc import Container, Mapping, Sequence

from wards.fiscal_year import fiscal_year_from_text


class NoSuchYearError(ValueError):
    """The address names no year, or one that no policy covers; the message is for the reader."""


def year_in_address(
    given: str, years: Container[int], *, none: str = "この年度の実施状況はありません。"
) -> int:
    """Read the year of an address; raise NoSuchYearError, in words `none`, for one not to be shown."""
    try:
        year = fiscal_year_from_text(given)
    except ValueError as problem:
        raise NoSuchYearError(str(problem)) from problem
    if year not in years:
        raise NoSuchYearError(none)
    return year


def year_to_begin_with(
    years: Sequence[int], handed_in: Mapping[int, int], *, expected: Mapping[int, int], running: int
) -> int:
    """Return the year that a page without a year shows.

    The latest year of which at least half of the values `expected` in it are handed in: a year that has
    only begun would show gaps where readers look for results. Else the latest with any value, else
    the running year.
    """
    if not years:
        raise NoSuchYearError("基本方針が登録されていません。")
    begun = [year for year in years if handed_in.get(year)]
    well_filled = [year for year in begun if handed_in[year] * 2 >= expected[year]]
    if well_filled or begun:
        return max(well_filled or begun)
    return max((year for year in years if year <= running), default=years[-1])
