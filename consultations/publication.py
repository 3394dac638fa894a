"""What must not be published: likely personal data in a text, marked for the human eye. Pure.

A highlighter, not a judge: it marks what looks like names, telephone numbers, addresses, mail
addresses and receipt numbers, and a second person reads the text all the same.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from consultations.choices import PublicationState


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a text that looks personal: from, to (exclusive), and what it looks like."""

    start: int
    end: int
    what: str


_HYPHEN: Final = "[-‐‑‒–—―−ーｰ－]"
_DIGIT: Final = "[0-9０-９]"
_PATTERNS: Final = (
    # It leads to one person's case; first, or its digits would pass for an address.
    ("受付番号", re.compile(rf"[A-ZＡ-Ｚ]{_DIGIT}{{2,3}}{_HYPHEN}[A-ZＡ-Ｚ]+{_HYPHEN}{_DIGIT}{{6}}{_HYPHEN}{_DIGIT}", re.IGNORECASE)),
    ("メールアドレス", re.compile(r"[\w.+-]+[@＠][\w-]+(?:[.．][\w-]+)+")),
    ("電話番号", re.compile(rf"(?<!{_DIGIT})[0０]{_DIGIT}{{1,4}}{_HYPHEN}?{_DIGIT}{{1,4}}{_HYPHEN}?{_DIGIT}{{4}}(?!{_DIGIT})")),
    ("郵便番号", re.compile(rf"〒?(?<!{_DIGIT}){_DIGIT}{{3}}{_HYPHEN}{_DIGIT}{{4}}(?!{_DIGIT})")),
    ("住所", re.compile(rf"{_DIGIT}+丁目(?:{_DIGIT}+番(?:地)?)?(?:{_DIGIT}+号)?|{_DIGIT}+番地(?:の{_DIGIT}+)?|{_DIGIT}+番{_DIGIT}+号|{_DIGIT}+{_HYPHEN}{_DIGIT}+(?:{_HYPHEN}{_DIGIT}+)?")),
    ("氏名", re.compile(r"[\u3400-\u9fff々𠀀-𪛟]{1,4}(?:[ 　]?[\u3400-\u9fff々ぁ-んァ-ヶ𠀀-𪛟]{1,4})?(?=さん|様|氏|先生|君|ちゃん)")),
    ("車のナンバー", re.compile(rf"[ぁ-ん][ 　]?{_DIGIT}{{2}}{_HYPHEN}{_DIGIT}{{2}}(?!{_DIGIT}|{_HYPHEN})")),
)  # fmt: skip
# 「お客様」「皆さん」 name nobody.
_NOBODY: Final = frozenset({"皆", "客", "奥", "子", "父", "母", "神", "娘", "息子"})
_NOBODY_ENDINGS: Final = ("住民", "市民", "区民", "会長", "担当者", "職員", "業者", "子供")


def marks_in(text: str, *, known: Iterable[str] = ()) -> list[Mark]:
    """Mark what looks personal in a text, in order, without overlap.

    `known` are the name, telephone number and address of the person who asked: they are marked
    wherever they stand, whatever they look like.
    """
    found = [
        Mark(match.start(), match.end(), "本人の連絡先")
        for word in known
        for part in _parts(word)
        for match in re.finditer(re.escape(part), text)
    ]
    for what, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if what == "氏名" and (match[0] in _NOBODY or match[0].endswith(_NOBODY_ENDINGS)):
                continue
            found.append(Mark(match.start(), match.end(), what))
    found.sort(key=lambda mark: (mark.start, -mark.end))
    kept: list[Mark] = []
    for mark in found:
        end = kept[-1].end if kept else 0
        # Of two that overlap, what the second adds: 「2丁目の田中さん」 is an address and a name.
        if mark.end > end:
            kept.append(Mark(max(mark.start, end), mark.end, mark.what))
    return kept


def _parts(word: str) -> list[str]:
    """Return a known word and its parts of two letters or more: 姓 alone is personal too."""
    word = word.strip()
    parts = [word, *re.split(r"[ 　]", word)]
    return [part for part in dict.fromkeys(parts) if len(unicodedata.normalize("NFKC", part)) >= 2]


def pieces(text: str, marks: Iterable[Mark]) -> list[tuple[str, str]]:
    """Cut a text at its marks: each piece with what it looks like, "" for the rest."""
    cut: list[tuple[str, str]] = []
    at = 0
    for mark in marks:
        if mark.start > at:
            cut.append((text[at : mark.start], ""))
        cut.append((text[mark.start : mark.end], mark.what))
        at = mark.end
    if at < len(text):
        cut.append((text[at:], ""))
    return cut


def reasons_not_to_confirm(
    *, state: str, proposed_by: int | None, actor: int, summary: str, is_publishable: bool
) -> list[str]:
    """List why a publication cannot be confirmed by a person; empty means that it can."""
    reasons = []
    if state != PublicationState.PROPOSED:
        reasons.append(f"すでに「{PublicationState(state).label}」です。")
    if proposed_by == actor:
        reasons.append("公表案を作った人とは別の人が確認してください。")
    if not is_publishable:
        reasons.append("公表の対象ではない分野です。非公表の理由を選んでください。")
    if not summary.strip():
        reasons.append("要旨が書かれていません。")
    return reasons
