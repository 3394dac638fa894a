"""名簿の記入: what a row of a roster must say. Pure; the same for form, 変更届 and Excel."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Body:
    """What of a council matters to its roster: whether it still is, and whether it is certified."""

    is_certified: bool = False
    is_dissolved: bool = False


def reasons_not_to_record(body: Body, *, basis: str, valid_from: date | None = None) -> list[str]:
    """List why a row is not taken: a certified council changes on a stated ground only."""
    reasons = []
    if body.is_dissolved:
        reasons.append("解散した協議会の名簿は変えられません。")
    if body.is_certified and not basis.strip():
        reasons.append("認定された協議会です。変更届の日付など、根拠を入力してください。")
    if valid_from is not None and valid_from.year < 1945:
        reasons.append("初日を確かめてください。古すぎる日付です。")
    return reasons


def reasons_not_to_end(body: Body, *, basis: str, valid_from: date, last_day: date) -> list[str]:
    """List why a row does not end on a day."""
    reasons = reasons_not_to_record(body, basis=basis)
    if last_day < valid_from:
        reasons.append("末日は初日以後の日にしてください。")
    return reasons
