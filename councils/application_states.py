"""How an application for 区長認定 moves from 受付 to the ward mayor's decision. Pure.

受付 → 審査中 ⇄ 補正依頼中 → 課長の確認待ち → 区長の決定待ち → 認定 / 不認定; 取下げ from every open
state. The same table refuses the POST, hides the button and words the next step.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from councils.choices import ApplicationState
from councils.eligibility import LONGEST_REASON

_S = ApplicationState
OPEN: Final = (_S.RECEIVED, _S.EXAMINING, _S.RETURNED, _S.EXAMINED, _S.PROPOSED)
MAY_EXAMINE: Final = "councils.change_certificationapplication"
MAY_CHECK: Final = "councils.check_certificationapplication"
MAY_DECIDE: Final = "councils.decide_certification"


@dataclass(frozen=True, slots=True)
class Move:
    """One permitted step: where from, where to, which permission, and its words."""

    code: str
    label: str
    from_states: frozenset[str]
    to_state: str
    permission: str
    needs_reason: bool = False


MOVES: Final[dict[str, Move]] = {
    move.code: move
    for move in (
        Move("examine", "審査を始める", frozenset({_S.RECEIVED}), _S.EXAMINING, MAY_EXAMINE),
        Move("return", "補正を依頼する", frozenset({_S.EXAMINING}), _S.RETURNED, MAY_EXAMINE),
        Move("resume", "審査を再開する", frozenset({_S.RETURNED}), _S.EXAMINING, MAY_EXAMINE),
        Move(
            "hand_up", "審査を終えて課長に回す", frozenset({_S.EXAMINING}), _S.EXAMINED, MAY_EXAMINE
        ),
        Move("propose", "確認して区長に回す", frozenset({_S.EXAMINED}), _S.PROPOSED, MAY_CHECK),
        Move(
            "send_back",
            "担当に差し戻す",
            frozenset({_S.EXAMINED, _S.PROPOSED}),
            _S.EXAMINING,
            MAY_CHECK,
            needs_reason=True,
        ),
        Move("certify", "認定する", frozenset({_S.PROPOSED}), _S.CERTIFIED, MAY_DECIDE),
        Move(
            "refuse",
            "不認定とする",
            frozenset({_S.PROPOSED}),
            _S.REFUSED,
            MAY_DECIDE,
            needs_reason=True,
        ),
        Move(
            "withdraw",
            "申請の取下げを受け付ける",
            frozenset(OPEN),
            _S.WITHDRAWN,
            MAY_EXAMINE,
            needs_reason=True,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards of the moves ask of an application."""

    state: str
    unjudged: tuple[str, ...]
    open_corrections: int
    against: tuple[str, ...]


def moves_from(state: str, permissions: Collection[str]) -> list[Move]:
    """List the moves a person with these permissions may make from a state."""
    return [
        move
        for move in MOVES.values()
        if state in move.from_states and move.permission in permissions
    ]


def reasons_not_to_move(code: str, facts: Facts, *, reason: str = "") -> list[str]:
    """List, in the officer's words, why a step is refused; empty means that it may be made."""
    move = MOVES[code]
    reasons = []
    if facts.state not in move.from_states:
        now = ApplicationState(facts.state).label
        reasons.append(f"状態が「{now}」のため、「{move.label}」ことはできません。")
    if move.needs_reason and not reason.strip():
        reasons.append("理由を入力してください。")
    if len(reason) > LONGEST_REASON:
        reasons.append(f"理由は{LONGEST_REASON:,}字以内で入力してください。")
    if code == "return" and not facts.open_corrections:
        reasons.append("補正してほしい項目とその内容を、先に書いてください。")
    if code in {"resume", "hand_up"} and facts.open_corrections:
        reasons.append(f"補正依頼が{facts.open_corrections}件残っています。")
    if code == "hand_up":
        reasons += facts.unjudged
    if code == "certify":
        reasons += facts.against
    return reasons


def next_step(facts: Facts) -> str:
    """Say in words what happens next to an application, and who does it."""
    match facts.state:
        case _S.RECEIVED:
            return "担当が書類を確かめ、審査を始めてください。"
        case _S.EXAMINING if facts.open_corrections:
            return (
                "補正してほしい項目が書かれています。「補正を依頼する」で申請者に伝えてください。"
            )
        case _S.EXAMINING if facts.unjudged:
            return f"認定要件を一つずつ審査してください。あと{len(facts.unjudged)}件です。"
        case _S.EXAMINING:
            return "すべての要件の審査が済みました。課長に回してください。"
        case _S.RETURNED if facts.open_corrections:
            return f"申請者の補正を待っています（{facts.open_corrections}件）。届いたら、項目ごとに記録してください。"
        case _S.RETURNED:
            return "補正がすべて届きました。審査を再開してください。"
        case _S.EXAMINED:
            return "区課長が審査の内容を確かめ、区長に回すか、理由を付けて担当に差し戻します。"
        case _S.PROPOSED if facts.against:
            return "区長が決定します。満たしていない要件があるため、認定はできません。"
        case _S.PROPOSED:
            return "区長が、認定するか不認定とするかを決定します。"
    return "この申請は終わっています。"
