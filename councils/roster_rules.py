"""名簿の記入: what a row of a roster must say. Pure; the same for form, 変更届 and Excel."""

from collections.abc import Collection
from datetime import date

from councils.choices import CouncilState

NEEDS_BASIS: Collection[str] = (CouncilState.CERTIFIED, CouncilState.CORRECTING)


def reasons_not_to_record(*, state: str, basis: str, valid_from: date | None = None) -> list[str]:
    """List why a row is not taken: a certified council changes on a stated ground only."""
    reasons = []
    if state == CouncilState.DISSOLVED:
        reasons.append("解散した協議会の名簿は変えられません。")
    if state in NEEDS_BASIS and not basis.strip():
        reasons.append("認定された協議会です。変更届の日付など、根拠を入力してください。")
    if valid_from is not None and valid_from.year < 1945:
        reasons.append("初日を確かめてください。古すぎる日付です。")
    return reasons


def reasons_not_to_end(*, state: str, basis: str, valid_from: date, last_day: date) -> list[str]:
    """List why a row does not end on a day."""
    reasons = reasons_not_to_record(state=state, basis=basis)
    if last_day < valid_from:
        reasons.append("末日は初日以後の日にしてください。")
    return reasons
