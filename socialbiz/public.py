"""What everybody may know of 社会的ビジネス: what the ward has shown, and nobody's person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from kpis.data_files import DataFile
from kpis.notices import Notice
from socialbiz.models import CommissionedProject, Venture
from wards.fiscal_year import fiscal_year_of
from wards.models import Ward

SAMPLE: Final = Notice(
    "見本", "作成した見本のCB/SBと社会的ビジネスが含まれています。実際の団体や契約ではありません。"
)
VENTURE: Final = "CB/SB"
PROJECT: Final = "社会的ビジネス"
COLUMNS: Final = {
    "code6": "全国地方公共団体コード",
    "ward": "区名",
    "register": "区分",
    "number": "番号",
    "title": "名称",
    "kind": "種類・契約の形",
    "field": "分野",
    "operator": "担い手",
    "operator_kind": "担い手の種類",
    "started_on": "開始した日",
    "fiscal_year": "開始した年度",
    "ended_on": "終了した日",
    "yen_a_year": "年額（円）",
    "summary": "内容",
    "why": "任せる理由",
    "sharing": "責任とリスクの分担",
}


@dataclass(frozen=True, slots=True)
class PublicUndertaking:
    """A CB/SB or a 社会的ビジネス as its ward tells it."""

    register: str
    number: int
    title: str
    kind: str
    field: str
    operator: str
    operator_kind: str
    started_on: date
    ended_on: date | None
    summary: str
    is_sample: bool
    yen: int | None = None
    why: str = ""
    sharing: str = ""


def ventures() -> list[PublicUndertaking]:
    """Return the CB/SB that the ward shows, the newest first."""
    return [
        PublicUndertaking(kind=one.get_kind_display(), **_shared(one, VENTURE))
        for one in _shown(Venture)
    ]


def projects() -> list[PublicUndertaking]:
    """Return the 社会的ビジネス that the ward shows, the newest first."""
    return [
        PublicUndertaking(
            kind=one.get_contract_form_display(),
            yen=one.yen,
            why=one.why,
            sharing=one.sharing,
            **_shared(one, PROJECT),
        )
        for one in _shown(CommissionedProject)
    ]


def _shown(model) -> Iterable:
    return model.objects.filter(is_public=True).select_related("operator")


def _shared(one, register: str) -> dict:
    return {
        "register": register,
        "number": one.pk,
        "title": one.title,
        "field": one.get_field_display(),
        "operator": one.operator.name,
        "operator_kind": one.operator.get_kind_display(),
        "started_on": one.started_on,
        "ended_on": one.ended_on,
        "summary": one.summary,
        "is_sample": one.is_demo,
    }


def register_file(ward: Ward, rows: Iterable[PublicUndertaking]) -> DataFile:
    """Return what the page shows as rows, one an undertaking."""
    rows = list(rows)
    return DataFile(
        name=f"{ward.slug}_socialbiz",
        title=f"{ward.name}のCB/SBと社会的ビジネス",
        columns=COLUMNS,
        rows=tuple(
            {
                "code6": ward.code6,
                "ward": ward.name,
                "register": one.register,
                "number": one.number,
                "title": one.title,
                "kind": one.kind,
                "field": one.field,
                "operator": one.operator,
                "operator_kind": one.operator_kind,
                "started_on": one.started_on,
                "fiscal_year": fiscal_year_of(one.started_on),
                "ended_on": one.ended_on,
                "yen_a_year": one.yen,
                "summary": one.summary,
                "why": one.why,
                "sharing": one.sharing,
            }
            for one in rows
        ),
        notices=(SAMPLE,) if any(one.is_sample for one in rows) else (),
    )
