"""The files of the published answers: exactly what a page shows, and no column more."""

from collections.abc import Iterable
from typing import Final

from consultations.choices import WithholdReason
from consultations.public_answers import PublicAnswer, PublicationMonth
from kpis.data_files import DataFile
from kpis.notices import Notice
from wards.models import Ward

ANSWER_COLUMNS: Final = {
    "code6": "全国地方公共団体コード",
    "ward": "区名",
    "publication_number": "公表番号",
    "category_code": "分野コード",
    "category": "分野",
    "title": "件名",
    "summary": "要旨",
    "city_view": "市の考え方",
    "response_kind": "対応の種別",
    "section": "担当",
    "phone": "担当の電話",
    "received_on": "受付日",
    "answered_on": "回答日",
    "published_on": "公表日",
}
MONTH_COLUMNS: Final = {
    "code6": "全国地方公共団体コード",
    "ward": "区名",
    "month": "年月",
    "published": "公表した件数",
    **{f"withheld_{reason.value}": f"非公表の件数：{reason.label}" for reason in WithholdReason},
    "withheld": "非公表の件数（合計）",
}
SAMPLE: Final = Notice(
    "見本", "作成した見本の案件が含まれています。実際の相談・要望ではありません。"
)


def answers_file(
    ward: Ward, answers: Iterable[PublicAnswer], conditions: str, *, has_samples: bool
) -> DataFile:
    """Return the answers of the list, one row each; days in the Western calendar.

    They are walked over once, when the file is written.
    """
    return DataFile(
        name=f"{ward.slug}_answers",
        title=f"{ward.name}の公表した相談・要望と回答"
        + (f"（{conditions}）" if conditions else ""),
        columns=ANSWER_COLUMNS,
        rows=(
            {
                "code6": ward.code6,
                "ward": ward.name,
                "publication_number": answer.number,
                "category_code": answer.category_code,
                "category": answer.category_name,
                "title": answer.title,
                "summary": answer.summary,
                "city_view": answer.city_view,
                "response_kind": answer.kind_label,
                "section": answer.section_name,
                "phone": answer.section_phone,
                "received_on": answer.received_on,
                "answered_on": answer.answered_on,
                "published_on": answer.published_on,
            }
            for answer in answers
        ),
        notices=(SAMPLE,) if has_samples else (),
    )


def months_file(ward: Ward, months: list[PublicationMonth]) -> DataFile:
    """Return the months with their counts, one row each."""
    return DataFile(
        name=f"{ward.slug}_publication_months",
        title=f"{ward.name}の公表の状況（月別）",
        columns=MONTH_COLUMNS,
        rows=tuple(
            {
                "code6": ward.code6,
                "ward": ward.name,
                "month": f"{month.month:%Y-%m}",
                "published": month.published,
                **{
                    f"withheld_{reason}": month.withheld.get(reason, 0)
                    for reason in WithholdReason.values
                },
                "withheld": month.withheld_total,
            }
            for month in months
        ),
    )
