"""The roster of members as open data: what the page shows, one row per member."""

from datetime import date
from typing import Final

from councils.forum.public_people import PublicMember
from kpis.data_files import DataFile
from kpis.notices import Notice
from wards.models import Ward
from wards.wareki import wareki

COLUMNS: Final = {
    "code6": "全国地方公共団体コード",
    "ward": "区名",
    "as_of": "現在の日",
    "term": "期",
    "name": "氏名",
    "kana": "ふりがな",
    "category": "区分",
    "body": "推薦団体・所属",
    "reason": "選任の理由",
    "valid_from": "任期の初日",
    "valid_to": "任期の末日",
    "office": "役",
    "subcommittees": "部会",
}
SAMPLE: Final = Notice("見本", "作成した見本の委員が含まれています。実際の人ではありません。")


def members_file(ward: Ward, members: list[PublicMember], day: date) -> DataFile:
    """Return the members of a day as rows."""
    return DataFile(
        name=f"{ward.slug}_forum_members",
        title=f"{ward.name}区政会議の委員（{wareki(day)}現在）",
        columns=COLUMNS,
        rows=tuple(
            {
                "code6": ward.code6,
                "ward": ward.name,
                "as_of": day,
                "term": one.term,
                "name": one.name,
                "kana": one.kana,
                "category": one.category,
                "body": one.body,
                "reason": one.reason,
                "valid_from": one.valid_from,
                "valid_to": one.valid_to,
                "office": one.office,
                "subcommittees": "、".join(one.subcommittees),
            }
            for one in members
        ),
        notices=(SAMPLE,) if any(one.is_sample for one in members) else (),
    )
