"""How a result moves from the ward's desk to 「確定」, and who may move it.

入力中 → 提出 → 区確認 → 市確認 → 確定; 差戻し leads back to the desk, 再開 opens a locked value. Both
ask for a reason. Pure: the same table refuses the POST, hides the button and words the next step.
"""

from collections.abc import Collection
from dataclasses import dataclass

from kpis.choices import EntryState
from wards.text import faults_of_text


@dataclass(frozen=True, slots=True)
class Move:
    """One permitted step: where from, where to, which permission, and its words."""

    code: str
    label: str
    from_states: frozenset[str]
    to_state: str
    permission: str
    needs_reason: bool = False
    needs_entry: bool = False
    next_step: str = ""


LONGEST_REASON = 300
# A value may be typed over only while it lies on the desk where it is entered.
OPEN_FOR_ENTRY = (EntryState.DRAFT, EntryState.SENT_BACK)

_S = EntryState
MOVES: dict[str, Move] = {
    move.code: move
    for move in (
        Move(
            "submit",
            "提出する",
            frozenset({_S.DRAFT, _S.SENT_BACK}),
            _S.SUBMITTED,
            "kpis.submit_result",
            needs_entry=True,
            next_step="値を確かめて提出してください。",
        ),
        Move(
            "confirm_by_ward",
            "区として確認する",
            frozenset({_S.SUBMITTED}),
            _S.WARD_CONFIRMED,
            "kpis.confirm_result",
            next_step="区の責任者（区課長または区長）が確認します。",
        ),
        Move(
            "confirm_by_city",
            "市として確認する",
            frozenset({_S.WARD_CONFIRMED}),
            _S.CITY_CONFIRMED,
            "kpi_catalog.review_wards",
            next_step="市民局が確認します。",
        ),
        Move(
            "finalize",
            "確定する",
            frozenset({_S.CITY_CONFIRMED}),
            _S.FINAL,
            "kpi_catalog.review_wards",
            next_step="市民局が確定します。",
        ),
        Move(
            "send_back",
            "差し戻す",
            frozenset({_S.SUBMITTED, _S.WARD_CONFIRMED}),
            _S.SENT_BACK,
            "kpis.send_back_result",
            needs_reason=True,
        ),
        Move(
            "send_back_by_city",
            "区に差し戻す",
            frozenset({_S.SUBMITTED, _S.WARD_CONFIRMED, _S.CITY_CONFIRMED}),
            _S.SENT_BACK,
            "kpi_catalog.review_wards",
            needs_reason=True,
        ),
        Move(
            "reopen",
            "確定を解いて区に戻す",
            frozenset({_S.FINAL}),
            _S.SENT_BACK,
            "kpi_catalog.review_wards",
            needs_reason=True,
        ),
    )
}


_WHO_SENDS_BACK = {
    _S.SUBMITTED: "区の責任者（区課長または区長）",
    _S.WARD_CONFIRMED: "区の責任者（区課長または区長）または市民局",
    _S.CITY_CONFIRMED: "市民局",
}


def moves_from(state: str, permissions: Collection[str]) -> list[Move]:
    """List the moves a person with these permissions may make from a state."""
    return [
        move
        for move in MOVES.values()
        if state in move.from_states and move.permission in permissions
    ]


def next_step(state: str) -> str:
    """Say in words what happens next to a value in this state, and who does it."""
    if state == EntryState.FINAL:
        return "確定しています。直すときは、市民局が理由を付けて確定を解きます。"
    if state == EntryState.SENT_BACK:
        return "理由を読んで値を直し、もう一度提出してください。"
    return next(move.next_step for move in MOVES.values() if state in move.from_states)


def reasons_not_to_move(code: str, *, state: str, has_entry: bool, reason: str) -> list[str]:
    """List, in the officer's words, why a move is refused; empty means that it may be made."""
    move = MOVES[code]
    reasons = []
    if state not in move.from_states:
        now = EntryState(state).label
        reasons.append(f"入力状態が「{now}」のため、「{move.label}」ことはできません。")
    if move.needs_entry and not has_entry:
        reasons.append(
            "未入力の実績は提出できません。実績値を入力するか、「該当なし」を選んでください。"
        )
    if move.needs_reason and not reason.strip():
        reasons.append("理由を入力してください。")
    return reasons + faults_of_reason(reason)


def faults_of_reason(reason: str) -> list[str]:
    """List why a reason cannot be stored; an empty one can, where none is asked for."""
    faults = faults_of_text(reason)
    if len(reason) > LONGEST_REASON:
        faults.append(f"理由は{LONGEST_REASON}字以内の文章で入力してください。")
    return faults


def reasons_not_to_edit(state: str) -> list[str]:
    """List why a value may not be typed over in this state."""
    if state in OPEN_FOR_ENTRY:
        return []
    if state == EntryState.FINAL:
        return ["確定した実績は変更できません。直すときは、市民局が確定を解きます。"]
    label = EntryState(state).label
    return [
        f"入力状態が「{label}」の実績は変更できません。直すときは、{_WHO_SENDS_BACK[state]}が差し戻します。"
    ]
