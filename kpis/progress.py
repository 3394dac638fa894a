"""進捗率 and 進捗判定: the arithmetic behind 表2.

Source: 「豊かな地域社会の形成に向けた区政運営基本方針」平成28年度の実施状況, notes ※1–※5 of 表2.
Every number is a Decimal; the ambient decimal context has no influence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Final

from kpis.exclusions import reference_reason

ON_TRACK: Final = "on_track"
NOT_ON_TRACK: Final = "not_on_track"
NOT_JUDGED: Final = ""

_ONE_DECIMAL: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a year's result of one ward comes to.

    `status` is "on_track", "not_on_track" or "" (not entered, 「該当なし」, or an indicator shown in
    brackets). `counted` says that the result is one of the 「件数」 of 表2, or one of the
    「(24)」 in brackets. A 「参考数値」 is judged like any other, but not counted.
    """

    judged_value: Decimal | None
    progress_rate: Decimal | None
    status: str
    achieved: bool | None
    counted: bool
    reference_reason: str


_NOTHING_TO_JUDGE: Final = Judgement(
    judged_value=None,
    progress_rate=None,
    status=NOT_JUDGED,
    achieved=None,
    counted=False,
    reference_reason="",
)


def progress_rate(actual: Decimal, target: Decimal) -> Decimal:
    """Return 進捗率 in percent as printed, half-up to one decimal: 40.0 of 60 is 66.7.

    Multiplies before it divides, so that a tie is a tie and not the remains of a rounded
    quotient. Raise ValueError unless the target is above zero.
    """
    if not target > 0:
        raise ValueError("目標値は0より大きい値でなければ、進捗率を計算できません。")
    with localcontext(prec=50):
        return (actual * 100 / target).quantize(_ONE_DECIMAL, ROUND_HALF_UP)


def judged_value(
    yearly: Mapping[int, Decimal | None], fiscal_year: int, cumulative_from: int | None
) -> Decimal | None:
    """Return the value that is set against the target, or None if the year has no entry.

    Usually the year's own 実績値. For the counting indicators (1(3)㋑ and ㋒: 「27年度及び28年度に
    新たに創出された件数のみをカウント」) the sum from `cumulative_from` to the year: an earlier
    year without entry adds nothing, a year before `cumulative_from` is never counted.
    """
    own = yearly.get(fiscal_year)
    if own is None or cumulative_from is None:
        return own
    if fiscal_year < cumulative_from:
        return None
    earlier = (yearly.get(year) for year in range(cumulative_from, fiscal_year))
    return own + sum((value for value in earlier if value is not None), Decimal(0))


def is_on_track(rate: Decimal, threshold: Decimal) -> bool:
    """Whether the printed 進捗率 reaches the year's threshold: 「概ね順調 … 進捗率が66.7％以上」."""
    return rate >= threshold


def is_achieved(value: Decimal, target: Decimal) -> bool:
    """Whether the target is reached, on the unrounded values: 49.99 of 50 prints 100.0 and is not."""
    return value >= target


def judge(
    *,
    yearly: Mapping[int, Decimal | None],
    fiscal_year: int,
    target: Decimal,
    threshold: Decimal | None,
    cumulative_from: int | None,
    in_brackets: bool,
    respondents: int | None,
    minimum_respondents: int | None,
    given_reason: str,
    not_applicable: bool,
) -> Judgement:
    """Judge one ward's result of one indicator in one year.

    `yearly` holds the 実績値 of every year that may be needed, None where nothing is entered. `threshold` is
    the year's lower bound of 「概ね順調」 in percent; without one (no rule for the year) nothing is
    classed and nothing counted. An indicator in brackets has no class at all (※3).
    """
    value = None if not_applicable else judged_value(yearly, fiscal_year, cumulative_from)
    if value is None:
        return _NOTHING_TO_JUDGE
    rate = progress_rate(value, target)
    if in_brackets or threshold is None:
        status = NOT_JUDGED
    else:
        status = ON_TRACK if is_on_track(rate, threshold) else NOT_ON_TRACK
    reason = reference_reason(respondents, minimum_respondents, given_reason)
    return Judgement(
        judged_value=value,
        progress_rate=rate,
        status=status,
        achieved=is_achieved(value, target),
        counted=not reason and (in_brackets or status != NOT_JUDGED),
        reference_reason=reason,
    )
