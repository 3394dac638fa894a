"""What a citizen reads of a case: its state in plain words, and what happens next. Pure."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop

from consultations.choices import CaseState

_S = CaseState


@dataclass(frozen=True, slots=True)
class StateWords:
    """A state as a citizen understands it: in short, and what it means. Keys of translation."""

    short: str
    meaning: str


_ANSWERED: Final = StateWords(
    gettext_noop("回答しました"),
    gettext_noop("区役所からの回答は終わっています。"),
)
_ENDED_WITHOUT_ANSWER: Final = StateWords(
    gettext_noop("対応を終えました"),
    gettext_noop("いただいた内容は担当の職員が読み、区役所の中で共有しました。"),
)
_MOVED: Final = StateWords(
    gettext_noop("ほかの区が引き継ぎました"),
    gettext_noop("ほかの区役所が、同じ期限のまま対応します。"),
)
_AT_WORK: Final = StateWords(
    gettext_noop("対応しています"),
    gettext_noop("担当の職員が、内容を調べて対応しています。"),
)
_WORDS: Final = {
    _S.RECEIVED: StateWords(
        gettext_noop("受け付けました"),
        gettext_noop("どの課が担当するかを決めています。"),
    ),
    _S.ROUTED: StateWords(
        gettext_noop("担当の課が決まりました"),
        gettext_noop("担当の課で、これから内容を確かめます。"),
    ),
    _S.IN_PROGRESS: _AT_WORK,
    _S.DIFFICULT: StateWords(
        gettext_noop("対応を検討しています"),
        gettext_noop("すぐには対応できないことが分かり、どうするかを検討しています。"),
    ),
    _S.DRAFTED: StateWords(
        gettext_noop("回答を準備しています"),
        gettext_noop("回答の内容を、責任者が確かめています。"),
    ),
    _S.ANSWERED: _ANSWERED,
    _S.FILED: _ENDED_WITHOUT_ANSWER,
    _S.TRANSFERRED: StateWords(
        gettext_noop("ほかの機関に引き継ぎました"),
        gettext_noop("大阪市では対応できない内容のため、担当する機関に引き継ぎました。"),
    ),
}


def words_of_state(state: str, *, is_answered: bool, is_moved: bool = False) -> StateWords:
    """Return a state in a citizen's words; whether a case is published is no matter of theirs."""
    if is_moved:
        return _MOVED
    if state == _S.PUBLICATION_DECIDED:
        return _ANSWERED if is_answered else _ENDED_WITHOUT_ANSWER
    return _WORDS[CaseState(state)]
