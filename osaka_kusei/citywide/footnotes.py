"""The notes ※1–※5 under 表2, written from the data in plain words.

Source: 「表２：成果目標値達成に向けた進捗状況」についての注記, 平成28年度の実施状況.
"""

from collections.abc import Iterable, Mapping, Sequence

from kpis.catalog.choices import Counting
from kpis.exclusions import given_part, respondents_reason
from kpis.presentation import Scale
from osaka_kusei.citywide.report_rows import (
    CITY_NAME,
    CITY_SLUG,
    Footnote,
    IndicatorFacts,
    ResultRow,
    Table1,
    WardFacts,
    by_indicator,
    by_number,
    concerning,
    in_official_order,
    wards_expected,
)
from wards.fiscal_year import fiscal_year_label


def missing_wards(
    indicators: Iterable[IndicatorFacts],
    rows: Iterable[ResultRow],
    wards: Iterable[WardFacts] = (),
) -> dict[str, tuple[str, ...]]:
    """Name, per indicator code, the wards with no entry (未入力), in official order.

    `wards` are those that must have entered; a ward seen in any row is taken to be one as well.
    For the city's single result only 大阪市 can be missing. Indicators without gaps are left out.
    """
    rows = list(rows)
    everyone = wards_expected(rows, wards)
    entered = {(row.indicator_code, row.slug) for row in rows if not row.is_missing}
    gaps: dict[str, tuple[str, ...]] = {}
    for indicator in by_number(indicators):
        expected = everyone
        if indicator.counting == Counting.ONCE_FOR_CITY:
            expected = {CITY_SLUG: CITY_NAME}
        if absent := tuple(
            name for slug, name in expected.items() if (indicator.code, slug) not in entered
        ):
            gaps[indicator.code] = absent
    return gaps


def _title(indicator: IndicatorFacts) -> str:
    return f"{indicator.printed_code}{indicator.item_title}"


def _grouped_by_wards(found: Mapping[str, tuple[str, ...]]) -> dict[tuple[str, ...], list[str]]:
    """Turn code → wards into wards → codes, so that one sentence serves several indicators."""
    grouped: dict[tuple[str, ...], list[str]] = {}
    for code, wards in found.items():
        grouped.setdefault(wards, []).append(code)
    return grouped


def footnotes(
    indicators: Iterable[IndicatorFacts],
    rows: Iterable[ResultRow],
    *,
    fiscal_year: int,
    scale: Scale,
    previous_rows: Iterable[ResultRow] | None = None,
    previous_scale: Scale | None = None,
    wards: Iterable[WardFacts] = (),
) -> list[Footnote]:
    """Write the notes ※1–※5 of 表2 from the data, and a last one on wards without an entry.

    The marks are those of the printed table and never move: a note that applies to nobody says
    so. ※6 exists only when an entry is missing.
    """
    indicators = by_number(indicators)
    rows = in_official_order(rows)
    previous = None if previous_rows is None else in_official_order(previous_rows)
    gaps = missing_wards(indicators, rows, wards)
    notes = [
        _note_on_references(indicators, rows),
        _note_on_the_city(indicators),
        _note_on_brackets(indicators, fiscal_year),
        _note_on_thresholds(fiscal_year, scale),
        _note_on_last_year(indicators, rows, fiscal_year, previous, previous_scale, gaps),
    ]
    if gaps:
        notes.append(_note_on_gaps(indicators, gaps))
    return notes


def _note_on_references(
    indicators: Sequence[IndicatorFacts], rows: Sequence[ResultRow]
) -> Footnote:
    """Say which wards are 「参考数値」, one sentence per reason and set of wards."""
    grouped = by_indicator(rows)
    too_few: dict[tuple[tuple[str, ...], int], list[IndicatorFacts]] = {}
    otherwise: dict[tuple[tuple[str, ...], str], list[IndicatorFacts]] = {}
    counts: dict[str, int] = {}
    for indicator in indicators:
        of_indicator = concerning(indicator, grouped.get(indicator.code, []))
        counts[indicator.code] = sum(row.counted for row in of_indicator)
        minimum = indicator.minimum_respondents
        few: list[str] = []
        given: dict[str, list[str]] = {}
        for row in of_indicator:
            automatic = respondents_reason(row.respondents, minimum)
            # A stored reason decides: the note tells what the counts above it were made of.
            if not automatic or not row.reference_reason.startswith(automatic):
                automatic = ""
            if automatic:
                few.append(row.ward)
            if reason := given_part(row.reference_reason, automatic):
                given.setdefault(reason, []).append(row.ward)
        if few and minimum is not None:
            too_few.setdefault((tuple(few), minimum), []).append(indicator)
        for reason, names in given.items():
            otherwise.setdefault((tuple(names), reason), []).append(indicator)

    points = [
        f"{_subject(about)}は、{'、'.join(names)}の{len(names)}区でアンケートの回答者数が"
        f"必要な{minimum:,}名に満たないため、この{len(names)}区の値を参考数値とし、"
        f"件数に含めていません。{_remaining(about, counts)}"
        for (names, minimum), about in too_few.items()
    ]
    points += [
        f"{_subject(about)}は、{'、'.join(names)}の値を参考数値とし、件数に含めていません"
        f"（理由：{reason}）。{_remaining(about, counts)}"
        for (names, reason), about in otherwise.items()
    ]
    if not points:
        return Footnote("※1", "参考数値として扱った区はありません。")
    points.append("「参考」の行には、参考数値の区も含めた件数を示しています。")
    return Footnote(
        "※1", "次の項目には、参考数値として扱い、件数に含めていない区があります。", tuple(points)
    )


def _subject(about: Sequence[IndicatorFacts]) -> str:
    titles = "".join(f"「{_title(indicator)}」" for indicator in about)
    return f"{titles}の{len(about)}項目" if len(about) > 1 else titles


def _remaining(about: Sequence[IndicatorFacts], counts: Mapping[str, int]) -> str:
    """Say how many 「件」 stay counted, once when it is the same number for all."""
    numbers = {counts[indicator.code] for indicator in about}
    if len(numbers) == 1:
        return f"集計対象は{numbers.pop()}件です。"
    each = "、".join(f"{i.printed_code}が{counts[i.code]}件" for i in about)
    return f"集計対象は{each}です。"


def _note_on_the_city(indicators: Sequence[IndicatorFacts]) -> Footnote:
    titles = "".join(f"「{_title(i)}」" for i in indicators if i.counting == Counting.ONCE_FOR_CITY)
    if not titles:
        return Footnote("※2", "全市で1件と数える項目はありません。")
    return Footnote(
        "※2",
        f"{titles}は、区ごとではなく市全体で一つの仕組みを設けるものであるため、"
        "全市で1件と数えています（表1では、各区の取組として区ごとに数えています）。",
    )


def _note_on_brackets(indicators: Sequence[IndicatorFacts], fiscal_year: int) -> Footnote:
    bracketed = [i for i in indicators if i.counting == Counting.IN_BRACKETS]
    if not bracketed:
        return Footnote("※3", "括弧書きで示す項目はありません。")
    titles = "".join(f"「{_title(indicator)}」" for indicator in bracketed)
    deadlines = sorted({indicator.deadline_fiscal_year for indicator in bracketed})
    until = "・".join(fiscal_year_label(year) for year in deadlines)
    why = (
        "期限の年度である今年度は、目標値を達成したかどうかだけを見ます。"
        if all(fiscal_year >= year for year in deadlines)
        else "途中の年度では進捗を判定できません。"
    )
    return Footnote(
        "※3",
        f"{titles}は、{until}までに創出することを目標としています。{why}"
        "そのため、対象の区の数と目標値を達成した区の数だけを括弧書きで示し、計に含めていません。",
    )


def _note_on_thresholds(fiscal_year: int, scale: Scale) -> Footnote:
    label = fiscal_year_label(fiscal_year)
    if scale.threshold is None:
        return Footnote("※4", f"{label}の判定基準は定められていないため、進捗を判定していません。")
    return Footnote("※4", _rule_of(label, scale), _classes(scale))


def _rule_of(label: str, scale: Scale) -> str:
    return (
        f"{label}の進捗率（実績値÷目標値×100、小数第2位を四捨五入）が"
        f"{scale.threshold:f}％以上かどうかで、次のとおり区分しています。"
    )


def _classes(scale: Scale) -> tuple[str, str]:
    return (
        f"{scale.on_track_label}：進捗率が{scale.threshold:f}％以上",
        f"{scale.not_on_track_label}：進捗率が{scale.threshold:f}％未満",
    )


def _note_on_last_year(
    indicators: Sequence[IndicatorFacts],
    rows: Sequence[ResultRow],
    fiscal_year: int,
    previous: Sequence[ResultRow] | None,
    previous_scale: Scale | None,
    gaps: Mapping[str, tuple[str, ...]],
) -> Footnote:
    if not previous or all(row.judged_value is None for row in previous):
        return Footnote("※5", "比較できる前年度の実績がないため、前年度との比較は示していません。")
    this_label = fiscal_year_label(fiscal_year)
    last_label = fiscal_year_label(fiscal_year - 1)
    text = f"前年度との比較では、{this_label}の値が参考数値である区を、前年度の件数からも除いています。"
    points: tuple[str, ...] = ()
    if previous_scale is not None and previous_scale.threshold is not None:
        text += _rule_of(last_label, previous_scale)
        points = _classes(previous_scale)
    grouped = by_indicator(rows)
    if any(
        not any(row.counted for row in concerning(one, grouped.get(one.code, [])))
        for one in indicators
    ):
        text += f"{this_label}の件数がない項目は、前年度の件数と差引を「―」としています。"
    if gaps:
        text += (
            f"{this_label}の実績値が未入力の区（※6）も前年度の件数には含むため、"
            "差引は同じ区どうしの比較ではありません。"
        )
    now = {(row.indicator_code, row.slug) for row in rows if row.is_reference_only}
    for indicator in indicators:
        kept = [
            row.ward
            for row in concerning(indicator, previous)
            if row.indicator_code == indicator.code
            and row.is_reference_only
            and (row.indicator_code, row.slug) not in now
        ]
        if kept:
            points += (
                f"「{_title(indicator)}」の{last_label}の件数は、その年度だけ参考数値であった"
                f"{'、'.join(kept)}を含みます。",
            )
    return Footnote("※5", text, points)


def _note_on_gaps(
    indicators: Sequence[IndicatorFacts], gaps: Mapping[str, tuple[str, ...]]
) -> Footnote:
    return Footnote(
        "※6",
        "実績値が未入力の区（提出前・訂正中の区を含みます）は、件数に含めていません。",
        _points_on(gaps, indicators),
    )


def _points_on(
    gaps: Mapping[str, tuple[str, ...]], indicators: Sequence[IndicatorFacts]
) -> tuple[str, ...]:
    """Write one point per set of wards: 「1(1)㋐、1(1)㋑：北区、西区」."""
    printed = {indicator.code: indicator.printed_code for indicator in indicators}
    return tuple(
        (
            "すべての指標"
            if 1 < len(codes) == len(printed)
            else "、".join(printed[code] for code in codes)
        )
        + f"：{'、'.join(names)}"
        for names, codes in _grouped_by_wards(gaps).items()
    )


def notes_under_table1(indicators: Iterable[IndicatorFacts], table: Table1) -> list[Footnote]:
    """Write the notes of 表1: what a count is, and which wards are in none (未入力)."""
    indicators = by_number(indicators)
    notes = [
        Footnote(
            "※1",
            "件数は、取組状況を入力した区の数です。全市で1件と数える項目も、各区の取組として"
            "区ごとに数えています。",
        )
    ]
    gaps = {unstated.indicator_code: unstated.wards for unstated in table.unstated}
    if points := _points_on(gaps, indicators):
        notes.append(Footnote("※2", "取組状況が未入力の区は、件数に含めていません。", points))
    return notes
