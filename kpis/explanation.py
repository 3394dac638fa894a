"""「この数値の説明」: how a figure came about, in sentences a resident can check by hand.

Every sentence restates a rule of `progress` and `exclusions`; nothing is decided here.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from kpis.entry_rules import MILESTONE, UNIT_WORDS
from kpis.exclusions import given_part, respondents_reason
from kpis.presentation import direction_word, target_text, target_words
from kpis.progress import NOT_JUDGED, ON_TRACK, Judgement
from wards.fiscal_year import fiscal_year_label

_SHOWN_DIGITS: Final = 6
_NOT_HANDED_IN: Final = (
    "まだ提出されていないため、表2には含めません。公表するページでは「未入力」と示します。"
)
_OF_THE_CITY: Final = (
    "この項目は、区ごとではなく全市で1件と数えます。実績値は大阪市のものをご覧ください。"
)


def _plain(value: Decimal) -> str:
    """Return a number as it was entered, never in exponent form: 50, 3.50, 1,234."""
    return f"{value:,f}"


def _short(value: Decimal) -> str:
    """Return a number without trailing zeros after the point: 50.00 is 50."""
    text = _plain(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _with_unit(value: Decimal, unit: str) -> str:
    return f"{_plain(value)}{UNIT_WORDS[unit]}"


def formula(actual: Decimal, target: Decimal, rate: Decimal) -> str:
    """Write the calculation: 「32.3 ÷ 50 × 100 = 64.6」, 「40.0 ÷ 60 × 100 = 66.666666… → 66.7」.

    The unrounded figure is shown wherever it differs from the printed one, so that the reader
    sees what the rounding did. An endless one is cut, not rounded, and marked 「…」.
    """
    exact = actual * 100 / target
    left = f"{_plain(actual)} ÷ {_short(target)} × 100"
    if exact == rate:
        return f"{left} = {_plain(rate)}"
    whole, _, decimals = format(exact, "f").partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) > _SHOWN_DIGITS:
        decimals = f"{decimals[:_SHOWN_DIGITS]}…"
    return f"{left} = {int(whole):,}.{decimals} → {_plain(rate)}"


def explanation_lines(
    *,
    yearly: Mapping[int, Decimal | None],
    fiscal_year: int,
    not_applicable: bool,
    unit: str,
    respondents: int | None,
    respondent_base: str,
    minimum_respondents: int | None,
    target: Decimal,
    direction: str,
    deadline_fiscal_year: int,
    threshold: Decimal | None,
    threshold_source: str,
    labels: Mapping[str, str],
    cumulative_from: int | None,
    in_brackets: bool,
    once_for_city: bool,
    is_citys_own: bool,
    is_handed_in: bool,
    judgement: Judgement,
) -> list[str]:
    """Explain one result, one sentence per line, from the raw value to whether it is counted.

    `yearly`, `target`, `threshold`, `cumulative_from` and `in_brackets` are what `judge` was
    given, `judgement` what it answered. `threshold_source` names the document of the rule, and
    `labels` are its words for the two classes.
    `is_citys_own` tells a ward's empty value that nobody asks for, since the city has the one.
    A value that is not `is_handed_in` is judged at the desk, but no table counts it.
    """
    year = fiscal_year_label(fiscal_year)
    actual = yearly.get(fiscal_year)
    if not_applicable:
        lines = [f"{year}の実績値は「該当なし」です。判定も集計もしません。"]
        return [*lines, _OF_THE_CITY] if once_for_city else lines
    if actual is None and is_citys_own:
        return [f"{year}の実績値は、区では求めません。", _OF_THE_CITY]
    if actual is None:
        return [f"{year}の実績値は未入力です。判定も集計もしません。"]

    lines = [_actual_line(year, actual, unit, respondents, respondent_base)]
    until = fiscal_year_label(deadline_fiscal_year)
    lines.append(
        f"目標値は、{target_words(target, unit, direction, by=until)}です。"
        if unit != MILESTONE
        else f"目標は、{until}までに立ち上げること（1）です。"
    )
    value, rate = judgement.judged_value, judgement.progress_rate
    if value is None or rate is None:
        return [*lines, "まだ算定していません。"]
    if cumulative_from is not None:
        lines.append(_sum_line(yearly, cumulative_from, fiscal_year, value, unit))
    called = "実績値" if cumulative_from is None else "合計"
    lines.append(f"進捗率＝{called}÷目標値×100：{formula(value, target, rate)}（％）。")
    lines.append(
        "進捗率は、小数第2位を四捨五入して小数第1位まで求めます。"
        if judgement.status == NOT_JUDGED
        else "進捗率は、小数第2位を四捨五入して小数第1位まで求め、四捨五入した後の値を"
        "判定基準と比べます。"
    )
    if in_brackets:
        lines.append(
            "期限の年度のため、達成かどうかを示します。件数は括弧書きで示し、計に含めません。"
            if fiscal_year >= deadline_fiscal_year
            else "期限までに創出することを目標とする指標であり、途中の年度では進捗を判定しません。"
        )
    else:
        lines += _status_lines(year, rate, threshold, threshold_source, labels, judgement)
    lines.append(
        _achieved_line(
            value, target, unit, direction, called=called, achieved=judgement.achieved is True
        )
    )
    lines += _counting_lines(
        judgement,
        respondents=respondents,
        minimum_respondents=minimum_respondents,
        in_brackets=in_brackets,
        once_for_city=once_for_city,
        is_handed_in=is_handed_in,
    )
    return lines


def _actual_line(
    year: str, actual: Decimal, unit: str, respondents: int | None, respondent_base: str
) -> str:
    if unit == MILESTONE:
        state = "立ち上げ済み（1）" if actual == 1 else "未了（0）"
        return f"{year}の実績は、{state}です。"
    details = []
    if respondents is not None:
        details.append(f"回答者数{respondents:,}")
    if respondent_base:
        details.append(f"対象：{respondent_base}")
    brackets = f"（{'、'.join(details)}）" if details else ""
    return f"{year}の実績値は{_with_unit(actual, unit)}です{brackets}。"


def _sum_line(
    yearly: Mapping[int, Decimal | None],
    cumulative_from: int,
    fiscal_year: int,
    value: Decimal,
    unit: str,
) -> str:
    """Write the addition year by year; a year without entry is shown as such, not as 0."""
    parts = []
    for year in range(cumulative_from, fiscal_year + 1):
        entered = yearly.get(year)
        written = "未入力" if entered is None else _with_unit(entered, unit)
        parts.append(f"{fiscal_year_label(year)} {written}")
    return (
        f"この指標は、{fiscal_year_label(cumulative_from)}からの合計で判定します："
        f"{' ＋ '.join(parts)} ＝ {_with_unit(value, unit)}。"
    )


def _status_lines(
    year: str,
    rate: Decimal,
    threshold: Decimal | None,
    threshold_source: str,
    labels: Mapping[str, str],
    judgement: Judgement,
) -> list[str]:
    if threshold is None or judgement.status == NOT_JUDGED:
        return [f"{year}の判定基準は定められていないため、進捗を判定しません。"]
    source = f"（出典：{threshold_source}）" if threshold_source else ""
    relation = "以上" if judgement.status == ON_TRACK else "未満"
    return [
        f"{year}の判定基準は、進捗率{_plain(threshold)}％以上が「{labels[ON_TRACK]}」です{source}。",
        f"{_plain(rate)}％は{_plain(threshold)}％{relation}のため、"
        f"「{labels[judgement.status]}」です。",
    ]


def _achieved_line(
    value: Decimal, target: Decimal, unit: str, direction: str, *, called: str, achieved: bool
) -> str:
    if unit == MILESTONE:
        return (
            "立ち上げたため、「達成」です。"
            if achieved
            else "立ち上げていないため、「達成」ではありません。"
        )
    compared = (
        f"達成かどうかは、進捗率ではなく{called}{_with_unit(value, unit)}そのものを、"
        f"目標値{target_text(target, unit)}と比べて決めます。"
    )
    if achieved:
        return f"{compared}目標値{direction_word(direction)}のため、「達成」です。"
    return f"{compared}目標値に届いていないため、「達成」ではありません。"


def _counting_lines(
    judgement: Judgement,
    *,
    respondents: int | None,
    minimum_respondents: int | None,
    in_brackets: bool,
    once_for_city: bool,
    is_handed_in: bool,
) -> list[str]:
    if reason := judgement.reference_reason:
        automatic = respondents_reason(respondents, minimum_respondents)
        if not reason.startswith(automatic):
            automatic = ""
        reasons = [part for part in (automatic, given_part(reason, automatic)) if part]
        return [
            *(
                f"{part}、参考数値として扱います。"
                if part.endswith("ため")
                else f"参考数値として扱います（理由：{part}）。"
                for part in reasons
            ),
            "参考数値は件数に含めず、表2の「参考」の行にだけ示します。"
            if is_handed_in
            else _NOT_HANDED_IN,
        ]
    lines = []
    if minimum_respondents is not None and respondents is not None:
        lines.append(f"回答者数{respondents:,}名は、必要な{minimum_respondents:,}名以上です。")
    if not is_handed_in:
        lines.append(_NOT_HANDED_IN)
    elif not judgement.counted:
        lines.append("表2の件数には含めません。")
    elif in_brackets:
        lines.append("表2では括弧書きで示し、計に含めません。")
    elif once_for_city:
        lines.append("表2では、全市で1件と数えます。")
    else:
        lines.append("表2の件数に含めます。")
    return lines
