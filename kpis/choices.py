"""Fixed lists of the results, with the labels printed in 表1 and on screen."""

import unicodedata

from django.db import models


class Implementation(models.TextChoices):
    """取組状況: what a ward did about an indicator in a year, exhaustive and exclusive (表1)."""

    ALL_DONE = "all_done", "記載した取組をすべて実施"
    PARTLY_DONE = "partly_done", "記載した取組の一部を実施"
    NOT_DONE = "not_done", "記載した取組を実施せず"
    SEPARATE_ACTION = "separate_action", "区運営方針には記載していないが、別途取組"
    NO_ACTION = "no_action", "取組なし"


class EntryState(models.TextChoices):
    """入力状態: how far a result has come from the ward's desk to 「確定」."""

    DRAFT = "draft", "入力中"
    SUBMITTED = "submitted", "提出"
    WARD_CONFIRMED = "ward_confirmed", "区確認"
    CITY_CONFIRMED = "city_confirmed", "市確認"
    FINAL = "final", "確定"
    SENT_BACK = "sent_back", "差戻し"


class Status(models.TextChoices):
    """進捗判定: the two classes of 表2. 「達成」 is a subset of the first, not a third class."""

    ON_TRACK = "on_track", "概ね順調"
    NOT_ON_TRACK = "not_on_track", "必ずしも順調ではない"


# The short labels are those of the heading of 表1 as officers write them in their own lists.
_SHORT_LABELS = {
    "記載し全て実施": Implementation.ALL_DONE,
    "記載しすべて実施": Implementation.ALL_DONE,
    "一部実施": Implementation.PARTLY_DONE,
    "実施せず": Implementation.NOT_DONE,
    "別途取組": Implementation.SEPARATE_ACTION,
    "取組なし": Implementation.NO_ACTION,
}


def _folded(text: str) -> str:
    """Return `text` as it is compared: NFKC, without any white space, one spelling of 「すべて」."""
    folded = "".join(unicodedata.normalize("NFKC", text).split()).lower()
    return folded.replace("全て", "すべて")


def short_implementation(value: str) -> str:
    """Return a stored 取組状況 as officers abbreviate it in lists; "" where none is stored."""
    return next((text for text, member in _SHORT_LABELS.items() if member == value), "")


_BY_TEXT: dict[str, str] = {
    **{_folded(str(member.value)): str(member.value) for member in Implementation},
    **{_folded(str(member.label)): str(member.value) for member in Implementation},
    **{_folded(text): str(member.value) for text, member in _SHORT_LABELS.items()},
}


def implementation_from_text(text: str) -> str | None:
    """Return the stored value of a 取組状況 written in a file, or None if it is none of them.

    Takes the values themselves (`all_done`), the printed labels and the short ones
    (「記載し全て実施」), in full or half width. An empty cell is None as well: the caller
    knows whether empty is allowed there.
    """
    return _BY_TEXT.get(_folded(text))
