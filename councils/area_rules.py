"""校区等地域の変更: which reorganisations make sense. Pure."""

from collections.abc import Sequence
from datetime import date

from councils.choices import AreaChange
from wards.wareki import wareki


def reasons_not_to_reorganise(
    kind: str,
    *,
    former: Sequence[tuple[str, date, date | None]],
    successors: int,
    changed_on: date,
    certified: Sequence[str],
) -> list[str]:
    """List why areas cannot become others on a day.

    `former` are names with first and last day, `certified` the councils certified in them that day.
    """
    if kind not in AreaChange.values:
        return ["名称の変更、統合、分割のどれかを選んでください。"]
    reasons = []
    wanted = {
        AreaChange.RENAME: (len(former) == 1 and successors == 1, "名称の変更では、前と後の地域を一つずつにしてください。"),
        AreaChange.MERGE: (len(former) >= 2 and successors == 1, "統合では、前の地域を二つ以上、後の地域を一つにしてください。"),
        AreaChange.SPLIT: (len(former) == 1 and successors >= 2, "分割では、前の地域を一つ、後の地域を二つ以上にしてください。"),
    }  # fmt: skip
    fits, sentence = wanted[AreaChange(kind)]
    if not fits:
        reasons.append(sentence)
    for name, first, last in former:
        if changed_on <= first:
            reasons.append(f"「{name}」の初日（{wareki(first)}）より後の日にしてください。")
        if last is not None:
            reasons.append(f"「{name}」は、{wareki(last)}で終わっている地域です。")
    if kind != AreaChange.RENAME:
        reasons += [
            f"「{name}」が認定されています。統合・分割の前に、解散または取消を登録してください。"
            for name in certified
        ]
    return reasons
