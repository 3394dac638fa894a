"""The columns of the files of areas, councils and rosters, the same on the way out and in. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from councils.choices import RosterKind
from wards.table_columns import folded
from wards.wareki import day_from_wareki

CODE, AREA, KANA = "校区コード", "地域名", "ふりがな"
SCHOOLS, TOWNS = "学校", "町名"
FIRST, LAST, BASIS = "初日", "末日", "根拠"
NAME, REGISTERED, FIELDS = "名称", "登録日", "市民活動分野"
PLACE, PHONE, EMAIL, WEBSITE = "事務所の所在地", "電話", "メール", "ウェブサイト"
PHONE_PUBLIC, EMAIL_PUBLIC = "電話を公表する", "メールを公表する"
WEBSITE_PUBLIC, LISTED = "ウェブサイトを公表する", "名簿に載せる"
COUNCIL, POSITION, CALLED = "協議会", "役職", "役職の呼び名"
PERSON, ADDRESS, NAME_PUBLIC = "氏名", "住所", "氏名を公表する"
BODY, KIND, FOUNDER = "団体名", "種別", "立ち上げた団体"

HEADINGS: Final[dict[RosterKind, Sequence[str]]] = {
    RosterKind.AREAS: (CODE, AREA, KANA, SCHOOLS, TOWNS, FIRST),
    RosterKind.COUNCILS: (
        CODE, NAME, KANA, REGISTERED, FIELDS, PLACE, PHONE, EMAIL, WEBSITE,
        PHONE_PUBLIC, EMAIL_PUBLIC, WEBSITE_PUBLIC, LISTED,
    ),
    RosterKind.OFFICERS: (
        COUNCIL, POSITION, CALLED, PERSON, KANA, ADDRESS, NAME_PUBLIC, FIRST, LAST, BASIS,
    ),
    RosterKind.ORGANIZATIONS: (COUNCIL, BODY, KIND, FOUNDER, FIRST, LAST, BASIS),
}  # fmt: skip
# What tells a row of a file from the others; its other cells may change the thing.
KEYS: Final[dict[RosterKind, Sequence[str]]] = {
    RosterKind.AREAS: (CODE,),
    RosterKind.COUNCILS: (CODE, NAME),
    RosterKind.OFFICERS: (COUNCIL, POSITION, PERSON, FIRST),
    RosterKind.ORGANIZATIONS: (COUNCIL, BODY, FIRST),
}
YES, NO = "はい", "いいえ"
MOST_LINES: Final = 300
"""Each line goes through the services of the screen: 1,000 took 15 seconds (2 cores), too long for a
request."""


def yes_or_no(text: str) -> bool:
    """Read はい or いいえ; raise ValueError with a sentence for the officer."""
    if text.strip() not in (YES, NO):
        raise ValueError(f"「{YES}」か「{NO}」を入力してください。")
    return text.strip() == YES


def yes_or_no_text(value: bool) -> str:
    """Write はい or いいえ."""
    return YES if value else NO


def one_of(choices, text: str) -> str:
    """Return the value of a label of a fixed list; raise ValueError naming what may be typed."""
    known = {folded(str(one.label)): str(one.value) for one in choices}
    found = known.get(folded(text))
    if found is None:
        labels = "、".join(str(one.label) for one in choices)
        raise ValueError(f"「{text.strip()[:20]}」は使えません。{labels}のどれかにしてください。")
    return found


def several_of(choices, text: str) -> list[str]:
    """Return the values of labels with 「、」 between them; empty is none."""
    parts = [
        part for part in text.replace(",", "、").replace("，", "、").split("、") if part.strip()
    ]
    return [one_of(choices, part) for part in parts]


def day(text: str) -> date:
    """Read a day in 和暦 or the Western calendar; raise ValueError for none."""
    if not text.strip():
        raise ValueError("日付を入力してください。")
    return day_from_wareki(text)
