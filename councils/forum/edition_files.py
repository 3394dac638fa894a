"""An edition of 運営状況 for machines: the same words as JSON, and as a workbook of one table a sheet."""

from typing import Final

import xlsxwriter
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils import timezone

from councils.forum.edition_content import PARTS
from councils.forum.models import ForumEdition
from kpis.data_files import XLSX_TYPE, write_rows
from wards.models import Ward
from wards.spooled_files import download_of, spooled_file
from wards.table_files import DAY_FORMAT

COLUMNS: Final = {
    "members": {
        "name": "氏名",
        "category": "区分",
        "body": "推薦団体・所属",
        "reason": "選任の理由",
        "from": "初日",
        "to": "末日",
        "subcommittees": "部会",
    },
    "sessions": {
        "name": "会議",
        "day": "開催日",
        "begins": "開会",
        "ends": "閉会",
        "place": "場所",
        "members": "委員数",
        "members_there": "出席した委員数",
        "advisers_there": "出席した市会議員数",
        "agenda": "議題",
    },
    "opinions": {
        "number": "意見番号",
        "title": "見出し",
        "text": "意見の要旨",
        "source": "経路",
        "received_on": "意見のあった日",
        "office": "担当",
        "class": "対応区分",
        "answer": "対応・考え方",
        "reason": "できない理由",
        "published_on": "対応の公表日",
        "closed_on": "結果まで済んだ日",
        "closing": "結果",
    },
    "measures": {
        "number": "意見番号",
        "title": "意見の見出し",
        "done_on": "実施した日",
        "text": "実施したこと",
        "yen": "かかった費用（円）",
    },
}
# What the keys of the JSON are called in the workbook.
ABOUT: Final = {
    "title": "表題",
    "code6": "全国地方公共団体コード",
    "ward": "区名",
    "period_from": "期間の初日",
    "period_to": "期間の末日",
    "number": "版",
    "published_on": "公表日",
    "sha256": "内容の照合値（SHA-256）",
    "is_sample": "見本",
}


def edition_response(
    wanted: str, ward: Ward, edition: ForumEdition
) -> HttpResponse | StreamingHttpResponse:
    """Answer `?format=json` or `?format=xlsx`; any other format is 404."""
    if wanted == "json":
        return _json(ward, edition)
    if wanted == "xlsx":
        return _xlsx(ward, edition)
    raise Http404("この形式のファイルはありません。")


def _name(ward: Ward, edition: ForumEdition) -> str:
    return f"{ward.slug}_forum_{edition.period_from.year}_{edition.number}"


def _about(ward: Ward, edition: ForumEdition) -> dict[str, str | int]:
    return {
        "title": "区政会議の運営状況",
        "code6": ward.code6,
        "ward": ward.name,
        "period_from": edition.period_from.isoformat(),
        "period_to": edition.period_to.isoformat(),
        "number": edition.number,
        "published_on": timezone.localdate(edition.published_at).isoformat(),
        "sha256": edition.sha256,
        "is_sample": "見本を含む" if edition.is_demo else "",
    }


def _json(ward: Ward, edition: ForumEdition) -> JsonResponse:
    answer = JsonResponse(
        {
            **_about(ward, edition),
            "changes": edition.changes.splitlines(),
            "content": edition.content,
        },
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{_name(ward, edition)}.json"'
    return answer


def _xlsx(ward: Ward, edition: ForumEdition) -> StreamingHttpResponse:
    spooled = spooled_file()
    book = xlsxwriter.Workbook(
        spooled,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_date_format": DAY_FORMAT,
        },
    )
    book.set_properties({"title": "区政会議の運営状況"})
    for part, name in PARTS.items():
        columns = COLUMNS[part]
        rows = [tuple(columns.values())]
        rows += [
            tuple(_cell(row.get(column)) for column in columns)
            for row in edition.content.get(part, [])
        ]
        _sheet(book, name, 24, rows)
    about = [(ABOUT[name], value) for name, value in _about(ward, edition).items()]
    _sheet(book, "説明", 60, [("項目", "内容"), *about])
    book.close()
    return download_of(spooled, name=f"{_name(ward, edition)}.xlsx", content_type=XLSX_TYPE)


def _sheet(book, name: str, width: int, rows) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 20, width)
    write_rows(sheet, rows)


def _cell(value):
    return "、".join(value) if isinstance(value, list) else value
