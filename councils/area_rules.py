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
    today: date,
    certifications: Sequence[tuple[str, date, date | None]] = (),
) -> list[str]:
    """List why areas cannot become others on a day.

    `former` are names with first and last day. `certifications` are those that the areas ever had:
    council, day of certification, first day on which it no longer held. What began or ended after
    the day would have to be undone; what is still to come could be overtaken until then.
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
    if changed_on > today:
        reasons.append("変更日は、今日以前の日にしてください。その日が来てから登録してください。")
    for name, certified_on, ended_on in certifications:
        if certified_on >= changed_on or (ended_on is not None and ended_on > changed_on):
            latest = max(filter(None, (certified_on, ended_on)))
            reasons.append(
                f"「{name}」の認定が{wareki(latest)}に変わっています。その日より後の日にしてください。"
            )
        elif ended_on is None and kind != AreaChange.RENAME:
            reasons.append(
                f"「{name}」が認定されています。統合・分割の前に、解散または取消を登録してください。"
            )
    return reasons
