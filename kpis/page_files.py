"""The file of a ward's public list: exactly the figures that the page shows."""

from typing import Final

from kpis.data_files import DataFile, Value
from kpis.ward_year import ResultLine, WardYear
from wards.fiscal_year import fiscal_year_label
from wards.models import Ward

COLUMNS: Final = {
    "fiscal_year": "年度",
    "code6": "全国地方公共団体コード",
    "ward": "区名",
    "indicator_code": "指標コード",
    "target": "目標値",
    "actual": "実績値",
    "respondents": "回答者数",
    "judged_value": "判定に使う値（件数の指標は累計）",
    "progress_rate": "進捗率（％）",
    "judgement": "判定",
    "reference_reason": "参考数値の理由",
    "previous_actual": "前年度の実績値",
    "previous_progress_rate": "前年度の進捗率（％）",
}


def list_file(page: WardYear, ward: Ward) -> DataFile:
    """Return the ward's indicators of one year, one row each."""
    return DataFile(
        name=f"{ward.slug}_{page.fiscal_year}",
        title=f"{ward.name}の指標と実績（{fiscal_year_label(page.fiscal_year)}）",
        columns=COLUMNS,
        rows=tuple(_values(ward, line, before) for line, before in page.lines),
        notices=tuple(page.notices()),
    )


def _values(ward: Ward, line: ResultLine, before: ResultLine) -> dict[str, Value]:
    result = line.result
    is_judged = line.shown.css not in {"missing", "na"}
    return {
        "fiscal_year": line.fiscal_year,
        "code6": ward.code6,
        "ward": ward.name,
        "indicator_code": line.indicator.code,
        "target": line.indicator.target,
        "actual": result and result.actual,
        "respondents": result and result.respondents,
        "judged_value": result.judged_value if result and is_judged else None,
        "progress_rate": result.progress_rate if result and line.shown.rate else None,
        "judgement": line.shown.word,
        "reference_reason": line.shown.reference_reason,
        "previous_actual": before.result and before.result.actual,
        "previous_progress_rate": (
            before.result.progress_rate if before.result and before.shown.rate else None
        ),
    }
