"""What may stand in a 実績値, and what an officer is asked about it.

One set of rules for the form, the admin grid, the import and the commands. Reading refuses with
EntryError; `reasons_to_refuse` lists what makes an entry impossible, `reasons_to_ask` what
should be explained but may stand.
"""

import re
import unicodedata
from decimal import Decimal
from enum import Enum
from typing import Final, Literal

from kpis.catalog.choices import Unit
from kpis.choices import Implementation
from wards.fiscal_year import fiscal_year_from_text

PERCENT: Final = Unit.PERCENT
POINT: Final = Unit.POINT
CASE: Final = Unit.CASE
MILESTONE: Final = Unit.MILESTONE

UNIT_WORDS: Final = {PERCENT: "％", POINT: "点", CASE: "件", MILESTONE: ""}
"""The unit as it is written directly behind a number."""

JUMP_IN_POINTS: Final = Decimal(15)
"""A ratio that moves by more than this against last year is more often a slip than a success."""

NO_NUMBER_WORDS: Final = "該当なし"

_REASONS_ASKED_FOR: Final[dict[str, str]] = {
    str(Implementation.PARTLY_DONE): "記載した取組の一部だけを実施した理由",
    str(Implementation.NOT_DONE): "記載した取組を実施しなかった理由",
}
_LONGEST: Final = 30
_MOST_DIGITS: Final = 9
_NUMBER: Final = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_WITH_UNIT: Final = re.compile(r"[-0-9.,]+(?:%|点|件|人|名|団体|パーセント|ポイント)")
_NOT_FINITE: Final = {"nan", "snan", "inf", "infinity"}
# Not folded by NFKC: MINUS SIGN, EN DASH, and the mark of negative amounts in printed tables.
_MINUS_SIGNS: Final = str.maketrans({"−": "-", "–": "-", "▲": "-", "△": "-"})


class NotApplicable(Enum):
    """「該当なし」: an entry which says that there is nothing to measure. Not a missing entry."""

    NOT_APPLICABLE = NO_NUMBER_WORDS


NOT_APPLICABLE: Final = NotApplicable.NOT_APPLICABLE


class EntryError(ValueError):
    """A text that cannot be read; its message is one Japanese sentence for the officer."""


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_MINUS_SIGNS).strip()


def _as_text(value: object, called: str) -> str:
    """Return what a cell holds as text: a spreadsheet hands over numbers, a form texts."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise EntryError(f"{called}は数値で入力してください。")
    return str(value)


def _quoted(text: str) -> str:
    return f"「{text[:20]}…」" if len(text) > 20 else f"「{text}」"


def _read_number(value: object, called: str) -> Decimal | None:
    """Return the number in a cell, None if it is empty; raise EntryError if it is no number."""
    text = _folded(_as_text(value, called))
    if not text:
        return None
    if text.lower().lstrip("+-") in _NOT_FINITE:
        raise EntryError(f"{called}{_quoted(text)}は数値ではありません。")
    if len(text) <= _LONGEST and _NUMBER.fullmatch(text):
        number = Decimal(text.replace(",", ""))
        # -0 would print with its sign.
        return number if number else abs(number)
    if _WITH_UNIT.fullmatch(text):
        raise EntryError(f"{called}{_quoted(text)}は、単位を付けずに数値だけを入力してください。")
    if re.fullmatch(r"[-+]?[0-9.,]+e[-+]?[0-9]+", text, re.IGNORECASE):
        raise EntryError(
            f"{called}{_quoted(text)}は指数表記です。「12.3」のような通常の数値で入力してください。"
        )
    raise EntryError(
        f"{called}{_quoted(text)}は数値として読み取れません。"
        "「32.3」のように数値で入力してください。"
    )


def parse_actual(
    text: object, *, called: str = "実績値"
) -> Decimal | Literal[NotApplicable.NOT_APPLICABLE] | None:
    """Read a 実績値: a Decimal, None for an empty cell (未入力), or NOT_APPLICABLE (「該当なし」).

    Takes full-width digits and thousands separators. Raise EntryError for text, NaN, infinity,
    the exponent form, more than two decimals and more than nine digits before the point.
    """
    if isinstance(text, str) and _folded(text) == NO_NUMBER_WORDS:
        return NOT_APPLICABLE
    number = _read_number(text, called)
    if number is None:
        return None
    whole, _, decimals = format(number, "f").lstrip("-").partition(".")
    if len(decimals.rstrip("0")) > 2:
        raise EntryError(f"{called}{_quoted(str(number))}は、小数第2位までで入力してください。")
    if len(whole.lstrip("0")) > _MOST_DIGITS:
        raise EntryError(f"{called}{_quoted(str(number))}は、桁数が多すぎます。")
    return number.quantize(Decimal("0.01")) if len(decimals) > 2 else number


def parse_count(text: object, *, called: str = "回答者数") -> int | None:
    """Read a number of people or bodies; None for an empty cell. Raise EntryError otherwise.

    A negative number is read, for `reasons_to_refuse` to name it; so is the 412.0 that a
    spreadsheet hands over for 412.
    """
    number = _read_number(text, called)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise EntryError(f"{called}{_quoted(str(number))}は、整数で入力してください。")
    if abs(number) >= 10**_MOST_DIGITS:
        raise EntryError(f"{called}{_quoted(str(number))}は、桁数が多すぎます。")
    return int(number)


def parse_fiscal_year(text: object) -> int:
    """Read a 年度: 2016, 「平成28年度」, 「H28」, 「R8」, 「令和元年度」, in full or half width.

    Raise EntryError for anything else. Whether the year is one of the policy's, the catalogue
    knows.
    """
    if isinstance(text, float) and text.is_integer():
        text = int(text)
    written = _as_text(text, "年度")
    if not written.strip():
        raise EntryError("年度を入力してください。")
    try:
        return fiscal_year_from_text(written)
    except ValueError as error:
        raise EntryError(str(error)) from error


def reasons_to_refuse(
    actual: Decimal | Literal[NotApplicable.NOT_APPLICABLE] | None,
    *,
    unit: str,
    scale_max: Decimal | None = None,
    respondents: int | None = None,
) -> list[tuple[str, str]]:
    """List why an entry cannot be stored, each with the field it is about; empty means that it can.

    `scale_max` is the full mark of a score (「5点満点」).
    """
    reasons: list[tuple[str, str]] = []
    if isinstance(actual, Decimal):
        if not actual.is_finite():
            reasons.append(("actual", "実績値は数値で入力してください。"))
        elif actual < 0:
            reasons.append(("actual", "実績値に負の値は入力できません。"))
        elif unit == PERCENT and actual > 100:
            reasons.append(
                ("actual", f"割合は100％を超えることができません（入力値：{actual:f}％）。")
            )
        elif unit == POINT and scale_max is not None and actual > scale_max:
            full_mark = f"{scale_max.normalize():f}"
            reasons.append(
                (
                    "actual",
                    f"{full_mark}点満点の点数です。{full_mark}点を超えることはできません"
                    f"（入力値：{actual:f}点）。",
                )
            )
        elif unit == CASE and actual != actual.to_integral_value():
            reasons.append(("actual", f"件数は整数で入力してください（入力値：{actual:f}件）。"))
        elif unit == MILESTONE and actual not in (0, 1):
            reasons.append(
                (
                    "actual",
                    "立ち上げた場合は1、立ち上げていない場合は0を入力してください"
                    f"（入力値：{actual:f}）。",
                )
            )
    if respondents is not None and respondents < 0:
        reasons.append(("respondents", "回答者数に負の値は入力できません。"))
    return reasons


def reasons_not_to_hand_in(
    actual: Decimal | Literal[NotApplicable.NOT_APPLICABLE] | None,
    *,
    respondents: int | None,
    minimum_respondents: int | None,
    implementation: str | None,
    note: str,
) -> list[str]:
    """List what a stored entry still lacks before it may leave the desk; empty means nothing.

    Without 回答者数 nobody can tell whether a value of a survey is 参考数値; without a reason nobody
    at the city knows why a ward did less than it had written down (平成28年度の実施状況 lists these
    reasons), or why it measures nothing. 表1 needs the 取組状況 of every ward; `implementation` is
    None for the city's own result, which has none.
    """
    reasons: list[str] = []
    if isinstance(actual, Decimal) and minimum_respondents is not None and respondents is None:
        reasons.append(
            "回答者数が入力されていないため、提出できません。回答者数を入力してから提出してください"
            f"（{minimum_respondents:,}名未満の場合は参考数値となります）。"
        )
    if implementation == "":
        reasons.append("取組状況が選ばれていないため、提出できません。取組状況を選んでください。")
    if note.strip():
        return reasons
    if asked := _REASONS_ASKED_FOR.get(implementation or ""):
        reasons.append(f"{asked}を備考に記入してから、提出してください。")
    if actual is NOT_APPLICABLE:
        reasons.append("「該当なし」とする理由を備考に記入してから、提出してください。")
    return reasons


def reasons_to_ask(
    actual: Decimal | Literal[NotApplicable.NOT_APPLICABLE] | None,
    *,
    unit: str,
    previous_actual: Decimal | None = None,
    respondents: int | None = None,
    minimum_respondents: int | None = None,
    implementation: str = "",
    note: str = "",
) -> list[str]:
    """List what the officer should look at again; an entry may be stored all the same.

    A comment in 備考 answers the questions that ask for one.
    """
    questions: list[str] = []
    entered = isinstance(actual, Decimal)
    explained = bool(note.strip())
    if (asked := _REASONS_ASKED_FOR.get(implementation)) and not explained:
        questions.append(f"{asked}を、備考に記入してください。")
    if isinstance(actual, Decimal) and previous_actual is not None and unit == PERCENT:
        change = actual - previous_actual
        if abs(change) > JUMP_IN_POINTS and not explained:
            direction = "上がって" if change > 0 else "下がって"
            questions.append(
                f"前年度の{previous_actual:f}％から{abs(change):f}ポイント{direction}います。"
                "入力に誤りがなければ、備考に理由を記入してください。"
            )
    if entered and minimum_respondents is not None and respondents is None:
        questions.append(
            "回答者数が入力されていません。"
            f"{minimum_respondents:,}名未満の場合は参考数値となるため、入力してください。"
        )
    if entered and actual != 0 and respondents == 0:
        questions.append("回答者数が0名です。実績値と回答者数を確かめてください。")
    return questions
