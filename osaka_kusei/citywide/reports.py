"""表1 and 表2 of the 実施状況, computed from plain rows.

Source: 「豊かな地域社会の形成に向けた区政運営基本方針」平成28年度の実施状況. Nothing here reads a
database: the rows come from `reading`, already judged by the nightly run.
"""

from collections.abc import Callable, Iterable, Sequence

from kpis.catalog.choices import Counting
from kpis.choices import Implementation, Status
from osaka_kusei.citywide.report_rows import (
    TABLE1_COLUMNS,
    TABLE2_COLUMNS,
    TOTAL_CODE,
    IndicatorFacts,
    ResultRow,
    Table1,
    Table1Row,
    Table2,
    Table2Row,
    Unstated,
    WardFacts,
    by_indicator,
    by_number,
    concerning,
    wards_expected,
)


def table1(
    indicators: Iterable[IndicatorFacts],
    rows: Iterable[ResultRow],
    wards: Iterable[WardFacts] = (),
) -> Table1:
    """Count 取組状況 per indicator over the wards, and in total.

    1(3)㋐ counts every ward here, though it is the city's single result in 表2 (※2): each ward
    acted on it. A ward whose state is not entered is not counted but listed: one of `wards`, which
    must have entered, as well as one seen in any row.
    """
    rows = [row for row in rows if not row.is_city]
    everyone = wards_expected(rows, wards)
    grouped = by_indicator(rows)
    lines: list[Table1Row] = []
    unstated: list[Unstated] = []
    for indicator in by_number(indicators):
        of_indicator = grouped.get(indicator.code, [])
        lines.append(_table1_row(indicator.code, of_indicator))
        stated = {row.slug for row in of_indicator if row.implementation}
        if absent := tuple(ward for slug, ward in everyone.items() if slug not in stated):
            unstated.append(Unstated(indicator.code, absent))
    total = Table1Row(
        TOTAL_CODE,
        **{name: sum(getattr(line, name) for line in lines) for name in TABLE1_COLUMNS[1:]},
    )
    return Table1(tuple(lines), total, tuple(unstated))


def _table1_row(code: str, rows: Sequence[ResultRow]) -> Table1Row:
    def number_of(*states: str) -> int:
        return sum(row.implementation in states for row in rows)

    in_ward_policy = (
        Implementation.ALL_DONE,
        Implementation.PARTLY_DONE,
        Implementation.NOT_DONE,
    )
    return Table1Row(
        indicator_code=code,
        count=number_of(*Implementation),
        in_ward_policy=number_of(*in_ward_policy),
        all_done=number_of(Implementation.ALL_DONE),
        partly_done=number_of(Implementation.PARTLY_DONE),
        not_done=number_of(Implementation.NOT_DONE),
        separate_action=number_of(Implementation.SEPARATE_ACTION),
        no_action=number_of(Implementation.NO_ACTION),
    )


def table2(
    indicators: Iterable[IndicatorFacts],
    rows: Iterable[ResultRow],
    previous_rows: Iterable[ResultRow] | None = None,
) -> Table2:
    """Count 進捗判定 per indicator, with 「参考」, last year's columns and the difference.

    Last year's columns leave out the wards that are 「参考数値」 this year, and only those
    (※5, heading 「平成28年度結果が参考数値のものを除く」); they use last year's own stored classes,
    judged by last year's threshold. Without a previous year, or while no ward counts this year,
    they are None: there is nothing to compare. An indicator in brackets has its 件数 and its columns of 達成 only, and is in no total (※3). Where no ward
    is 「参考」, the 参考 columns repeat the counted ones.
    """
    indicators = by_number(indicators)
    this_year = by_indicator(rows)
    last_year = by_indicator(previous_rows or ())
    in_brackets = {i.code for i in indicators if i.counting == Counting.IN_BRACKETS}
    lines: list[Table2Row] = []
    has_reference: set[str] = set()
    for indicator in indicators:
        current = concerning(indicator, this_year.get(indicator.code, []))
        reference_only = {row.slug for row in current if row.is_reference_only}
        previous = concerning(indicator, last_year.get(indicator.code, []))
        if reference_only:
            has_reference.add(indicator.code)
        lines.append(
            _table2_row(
                indicator,
                current,
                [row for row in previous if row.slug not in reference_only],
                compared=any(row.judged_value is not None for row in previous),
            )
        )
    total = _table2_total(line for line in lines if line.indicator_code not in in_brackets)
    return Table2(tuple(lines), total, frozenset(in_brackets), frozenset(has_reference))


def _table2_row(
    indicator: IndicatorFacts,
    rows: Sequence[ResultRow],
    previous: Sequence[ResultRow],
    *,
    compared: bool,
) -> Table2Row:
    classed = indicator.counting != Counting.IN_BRACKETS
    counted = [row for row in rows if row.counted]
    compared = compared and bool(counted)
    with_reference = [row for row in rows if row.counted or row.is_reference_only]

    on_track = _number(counted, _is_on_track) if classed else None
    not_on_track = _number(counted, _is_not_on_track) if classed else None
    achieved = _number(counted, _is_achieved)
    prev_on_track = _number(previous, _is_on_track) if classed and compared else None
    prev_not_on_track = _number(previous, _is_not_on_track) if classed and compared else None
    prev_achieved = _number(previous, _is_achieved) if compared else None
    return Table2Row(
        indicator_code=indicator.code,
        counted=len(counted),
        on_track=on_track,
        achieved=achieved,
        not_on_track=not_on_track,
        ref_count=len(with_reference) if classed else None,
        ref_on_track=_number(with_reference, _is_on_track) if classed else None,
        ref_achieved=_number(with_reference, _is_achieved),
        ref_not_on_track=_number(with_reference, _is_not_on_track) if classed else None,
        prev_on_track=prev_on_track,
        prev_achieved=prev_achieved,
        prev_not_on_track=prev_not_on_track,
        diff_on_track=_difference(on_track, prev_on_track),
        diff_achieved=_difference(achieved, prev_achieved),
        diff_not_on_track=_difference(not_on_track, prev_not_on_track),
    )


def _is_on_track(row: ResultRow) -> bool:
    return bool(row.status == Status.ON_TRACK)


def _is_not_on_track(row: ResultRow) -> bool:
    return bool(row.status == Status.NOT_ON_TRACK)


def _is_achieved(row: ResultRow) -> bool:
    return row.achieved is True


def _number(rows: Iterable[ResultRow], question: Callable[[ResultRow], bool]) -> int:
    return sum(map(question, rows))


def _difference(now: int | None, before: int | None) -> int | None:
    return None if now is None or before is None else now - before


def _table2_total(lines: Iterable[Table2Row]) -> Table2Row:
    """Add up the lines; a difference of totals is the sum of the differences shown."""
    summed = list(lines)

    def total(name: str) -> int | None:
        cells = [cell for line in summed if (cell := getattr(line, name)) is not None]
        return sum(cells) if cells else None

    totals = {name: total(name) for name in TABLE2_COLUMNS[1:]}
    counted = totals.pop("counted") or 0
    return Table2Row(TOTAL_CODE, counted, **totals)
