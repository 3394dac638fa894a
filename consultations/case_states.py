"""How a case moves from 受付 to 公表判定, and who may move it. Pure.

受付 → 振分 → 対応中 → 回答案 → 回答済 → 公表判定済; beside the way lie 供覧, 移ちょう and 対応困難, each
with a reason. The same table refuses the POST, hides the button and words the next step.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from consultations.choices import CaseState, HandoverState

_S = CaseState
# The clock runs while somebody still has to do something for the citizen.
OPEN: Final = (_S.RECEIVED, _S.ROUTED, _S.IN_PROGRESS, _S.DIFFICULT, _S.DRAFTED)
# After these nothing is owed to the citizen.
CLOSED: Final = (_S.ANSWERED, _S.PUBLICATION_DECIDED, _S.FILED, _S.TRANSFERRED)
LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class Move:
    """One permitted step: where from, where to, which permission, and its words."""

    code: str
    label: str
    from_states: frozenset[str]
    to_state: str
    permission: str
    needs_reason: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards of the moves ask of a case."""

    state: str
    wants_reply: bool
    has_assignee: bool
    has_draft: bool
    is_answered: bool
    publication_is_decided: bool
    needs_read_back: bool
    open_handovers: int
    open_bundled: int = 0
    accepted_handovers: int = 0
    is_undelivered: bool = False
    reported_handovers: int = 0
    publication_is_proposed: bool = False


MOVES: Final[dict[str, Move]] = {
    move.code: move
    for move in (
        Move(
            "route",
            "受け持つ課を決める",
            frozenset({_S.RECEIVED, _S.ROUTED, _S.IN_PROGRESS}),
            _S.ROUTED,
            "consultations.route_consultation",
        ),
        Move(
            "assign",
            "担当者を決める",
            frozenset({_S.RECEIVED, _S.ROUTED, _S.IN_PROGRESS, _S.DIFFICULT}),
            _S.IN_PROGRESS,
            "consultations.change_consultation",
        ),
        Move(
            "draft",
            "回答案を上司に回す",
            frozenset({_S.IN_PROGRESS, _S.DIFFICULT}),
            _S.DRAFTED,
            "consultations.change_consultation",
        ),
        Move(
            "return_draft",
            "回答案を差し戻す",
            frozenset({_S.DRAFTED}),
            _S.IN_PROGRESS,
            "consultations.approve_reply",
            needs_reason=True,
        ),
        Move(
            "answer",
            "決裁して回答する",
            frozenset({_S.DRAFTED}),
            _S.ANSWERED,
            "consultations.approve_reply",
        ),
        Move(
            "decide_publication",
            "公表判定を終える",
            frozenset({_S.ANSWERED, _S.FILED}),
            _S.PUBLICATION_DECIDED,
            "consultations.confirm_publication",
        ),
        Move(
            "file",
            "供覧で終える",
            frozenset({_S.RECEIVED, _S.ROUTED, _S.IN_PROGRESS, _S.DIFFICULT}),
            _S.FILED,
            "consultations.change_consultation",
            needs_reason=True,
        ),
        Move(
            "transfer",
            "市の外へ移ちょうする",
            frozenset({_S.RECEIVED, _S.ROUTED, _S.IN_PROGRESS}),
            _S.TRANSFERRED,
            "consultations.change_consultation",
            needs_reason=True,
        ),
        Move(
            "mark_difficult",
            "対応困難とする",
            frozenset({_S.IN_PROGRESS}),
            _S.DIFFICULT,
            "consultations.change_consultation",
            needs_reason=True,
        ),
    )
}


def moves_from(state: str, permissions: Collection[str]) -> list[Move]:
    """List the moves a person with these permissions may make from a state."""
    return [
        move
        for move in MOVES.values()
        if state in move.from_states and move.permission in permissions
    ]


def next_step(facts: Facts) -> str:
    """Say in words what happens next to a case, and who does it."""
    if facts.needs_read_back:
        return "要望等記録です。記録の内容を本人に読み聞かせて確認し、「読み聞かせ確認」を記録してください。"
    if facts.open_handovers and facts.state in OPEN:
        return _while_handed_over(facts)
    match facts.state:
        case _S.RECEIVED:
            return "受け持つ課が決まっていません。総合窓口が「受け持つ課を決める」で振り分けてください。"
        case _S.ROUTED:
            return "担当者が決まっていません。受け持つ課で「担当者を決める」を行ってください。"
        case _S.IN_PROGRESS if facts.wants_reply and facts.has_draft:
            return "回答案が保存されています。書き終えたら、上司に回してください。"
        case _S.IN_PROGRESS if facts.wants_reply and facts.reported_handovers:
            return "引継ぎ先から対応の報告が届いています。報告を読んで回答案を書き、上司に回してください。"
        case _S.IN_PROGRESS if facts.reported_handovers:
            return "引継ぎ先から対応の報告が届いています。回答は希望していません。「供覧で終える」か、回答案を書いてください。"
        case _S.IN_PROGRESS if facts.wants_reply:
            return "内容を調べて回答案を書き、上司に回してください。"
        case _S.IN_PROGRESS:
            return (
                "回答は希望していません。対応を終えたら「供覧で終える」か、回答案を書いてください。"
            )
        case _S.DIFFICULT if facts.wants_reply:
            return "対応困難とした理由を、回答案に書いて上司に回してください。"
        case _S.DIFFICULT:
            return "回答は希望していません。「供覧で終える」で記録を閉じてください。"
        case _S.DRAFTED:
            return "区課長が回答案を確かめ、決裁して回答するか、理由を付けて差し戻します。"
        case _S.ANSWERED | _S.PUBLICATION_DECIDED if facts.is_undelivered:
            return "回答はまだ本人に届いていません。電話・郵便・窓口で伝えて、下の「伝えたことを記録する」で記録してください。"
        case _S.ANSWERED | _S.FILED if facts.publication_is_proposed:
            return "公表案ができています。作った人とは別の区課長か区長が確かめ、公表するかどうかを決めます。"
        case _S.ANSWERED if not facts.publication_is_decided:
            return (
                "公表するかどうかを判定します。要旨と市の考え方を書き、別の人が確認してください。"
            )
        case _S.FILED if not facts.publication_is_decided:
            return "市の考え方は示していません。公表するときは要旨だけを書きます。"
    return "すべて終わっています。"


def _while_handed_over(facts: Facts) -> str:
    if facts.accepted_handovers == facts.open_handovers:
        words = "引継ぎ先が引き受けて対応しています。報告を待っています。"
    else:
        words = "引継ぎ先の返事を待っています。"
    if not facts.has_assignee and facts.state in (_S.RECEIVED, _S.ROUTED):
        words += "区の担当者も決めてください。"
    return f"{words}期限は延びません。必要なら中間回答を送ってください。"


def next_step_of_receiver(states: Collection[str]) -> str:
    """Say what an office has to do about the case that was handed to it, by its handovers' states."""
    if HandoverState.SENT in states:
        return "引き受けるか、理由を付けて返してください。"
    if HandoverState.ACCEPTED in states:
        return "対応した内容を報告してください。区が、報告をもとに本人に回答します。"
    return "報告は済んでいます。本人には区が回答します。"


def reasons_not_to_move(code: str, facts: Facts, *, reason: str = "") -> list[str]:
    """List, in the officer's words, why a move is refused; empty means that it may be made."""
    move = MOVES[code]
    reasons = []
    if facts.state not in move.from_states:
        now = CaseState(facts.state).label
        reasons.append(f"状態が「{now}」のため、「{move.label}」ことはできません。")
    if move.needs_reason and not reason.strip():
        reasons.append("理由を入力してください。")
    if len(reason) > LONGEST_REASON:
        reasons.append(f"理由は{LONGEST_REASON}字以内の文章で入力してください。")
    if code == "draft" and not facts.has_draft:
        reasons.append("回答案が書かれていません。先に回答案を保存してください。")
    if code in {"draft", "answer", "file"} and facts.needs_read_back:
        reasons.append("要望等記録の読み聞かせ確認が済んでいません。")
    if code == "file" and facts.wants_reply and not facts.is_answered:
        reasons.append("本人が回答を希望しています。供覧では終えられません。回答してください。")
    if code in {"file", "transfer", "answer"} and facts.open_handovers:
        reasons.append(
            "返事を待っている引継ぎがあります。先に取り消すか、返事を受け取ってください。"
        )
    if code in {"file", "transfer"} and facts.open_bundled:
        reasons.append("この案件に束ねた案件が終わっていません。先に束から外してください。")
    if code == "decide_publication" and not facts.publication_is_decided:
        reasons.append("公表するか、非公表の理由を決めてください。")
    return reasons


def reasons_not_to_withdraw(*, is_latest_move: bool, already: bool, reason: str) -> list[str]:
    """List why a change of state cannot be withdrawn; the change and its withdrawal both stay."""
    reasons = []
    if already:
        reasons.append("この変更は、すでに取り消されています。")
    elif not is_latest_move:
        reasons.append("取り消せるのは、いちばん新しい状態の変更だけです。")
    if not reason.strip():
        reasons.append("取り消す理由を入力してください。")
    if len(reason) > LONGEST_REASON:
        reasons.append(f"理由は{LONGEST_REASON}字以内の文章で入力してください。")
    return reasons


def closing_day(state: str, *, closed_on: date | None, today: date) -> date | None:
    """Return the day a case ended: kept when it has ended before, None while it is open."""
    if state in CLOSED:
        return closed_on or today
    return None
