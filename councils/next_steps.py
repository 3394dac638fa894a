"""What happens next to a council, in words, the most pressing first. Pure."""

from dataclasses import dataclass
from datetime import date

from councils.choices import CouncilState
from councils.confirmation_rules import is_lapse_candidate, reminder_due
from wards.wareki import wareki


@dataclass(frozen=True, slots=True)
class Standing:
    """What the next step of a council depends on."""

    state: str
    today: date
    application_step: str = ""
    confirmation_due_on: date | None = None
    correction_due_on: date | None = None
    statement_due_on: date | None = None
    has_statement: bool = False
    waiting_notices: int = 0
    late_filings: int = 0
    has_representative: bool = True
    area_is_gone: bool = False


def next_steps(standing: Standing) -> list[str]:
    """Return the next steps as sentences; one at least."""
    steps = []
    if standing.statement_due_on is not None:
        if standing.has_statement:
            steps.append(
                "弁明が届いています。起案した人とは別の区長が、認定を取り消すかどうかを決定します。"
            )
        elif standing.today > standing.statement_due_on:
            steps.append("弁明の期限が過ぎました。区長が、認定を取り消すかどうかを決定します。")
        else:
            steps.append(
                f"弁明を待っています（{wareki(standing.statement_due_on)}まで）。届いたら記録してください。"
            )
    if standing.correction_due_on is not None:
        late = standing.today > standing.correction_due_on
        steps.append(
            f"是正の期限（{wareki(standing.correction_due_on)}）を過ぎています。協議会に確かめ、是正を確認するか、取消を検討してください。"
            if late
            else f"是正を待っています（{wareki(standing.correction_due_on)}まで）。"
        )
    if standing.waiting_notices:
        steps.append(
            f"変更届が{standing.waiting_notices}件、確認を待っています。差分を見て受理してください。"
        )
    if standing.late_filings:
        steps.append(
            f"期限を過ぎた提出書類が{standing.late_filings}件あります。協議会に連絡してください。"
        )
    if standing.area_is_gone:
        steps.append("校区等地域がなくなっています。新しい地域を登録し直してください。")
    steps += _of_state(standing)
    return steps


def _of_state(standing: Standing) -> list[str]:
    match standing.state:
        case CouncilState.PREPARATORY:
            return [
                "認定申請書と添付書類がそろったら、「認定申請を受け付ける」で受け付けてください。"
            ]
        case CouncilState.APPLYING:
            return [standing.application_step or "認定申請の審査を進めてください。"]
        case CouncilState.REFUSED:
            return ["不認定となりました。要件を整えた新しい申請を、いつでも受け付けられます。"]
        case CouncilState.REVOKED:
            return ["認定は取り消されています。新しい申請を受け付けることはできます。"]
        case CouncilState.DISSOLVED:
            return ["解散しています。手続きは残っていません。"]
    steps = []
    if not standing.has_representative:
        steps.append("今日の代表者（会長）が登録されていません。変更届を確かめてください。")
    due_on = standing.confirmation_due_on
    if due_on is not None and is_lapse_candidate(due_on, standing.today):
        steps.append(
            f"要件確認の期限（{wareki(due_on)}）を過ぎています。失効候補です。すぐに確認してください。"
        )
    elif due_on is not None and reminder_due(due_on, standing.today) is not None:
        steps.append(f"要件確認の期限が近づいています（{wareki(due_on)}まで）。")
    elif due_on is not None and standing.state == CouncilState.CERTIFIED:
        steps.append(f"いま急ぐ手続きはありません。次の要件確認は{wareki(due_on)}までです。")
    return steps
