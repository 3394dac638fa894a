"""The files of the city's public pages: exactly the figures that a page shows, one row per cell."""

from typing import Final

from kpis.data_files import DataFile, Value
from kpis.presentation import Shown
from osaka_kusei.citywide.pages import CityYear
from osaka_kusei.citywide.report_rows import CITY_NAME, IndicatorFacts, WardFacts
from osaka_kusei.citywide.results import office_facts
from wards.fiscal_year import fiscal_year_label

HEAT_COLUMNS: Final = {
    "fiscal_year": "年度",
    "code6": "全国地方公共団体コード",
    "ward": "区名",
    "indicator_code": "指標コード",
    "judged_value": "判定に使う値（件数の指標は累計）",
    "progress_rate": "進捗率（％）",
    "judgement": "判定",
    "reference_reason": "参考数値の理由",
}
INDICATOR_COLUMNS: Final = {
    "fiscal_year": "年度",
    "code6": "全国地方公共団体コード",
    "ward": "区名",
    "indicator_code": "指標コード",
    "actual": "実績値",
    "respondents": "回答者数",
    "judged_value": "判定に使う値（件数の指標は累計）",
    "progress_rate": "進捗率（％）",
    "judgement": "判定",
    "reference_reason": "参考数値の理由",
    "previous_actual": "前年度の実績値",
    "previous_progress_rate": "前年度の進捗率（％）",
    "previous_judgement": "前年度の判定",
    "implementation": "取組状況",
}


def heat_map_file(page: CityYear) -> DataFile:
    """Return the heat map in long form: one row per ward and indicator."""
    return DataFile(
        name=f"progress_{page.fiscal_year}",
        title=f"24区×{len(page.indicators)}指標の一覧（{fiscal_year_label(page.fiscal_year)}）",
        columns=HEAT_COLUMNS,
        rows=tuple(
            _values(page, ward, indicator) for ward in page.wards for indicator in page.indicators
        ),
        notices=tuple(page.notices()),
    )


def indicator_file(page: CityYear, indicator: IndicatorFacts) -> DataFile:
    """Return the wards' table of one indicator; where the city has one result, that one first."""
    offices = [*page.wards]
    if indicator in page.of_city:
        offices.insert(0, office_facts())
    return DataFile(
        name=f"indicator_{indicator.code}_{page.fiscal_year}",
        title=f"{indicator.printed_code} {indicator.short_title}"
        f"（{CITY_NAME}、{fiscal_year_label(page.fiscal_year)}）",
        columns=INDICATOR_COLUMNS,
        rows=tuple(_values(page, office, indicator) for office in offices),
        notices=tuple(page.notices(indicator.code)),
    )


def _values(page: CityYear, office: WardFacts, indicator: IndicatorFacts) -> dict[str, Value]:
    year, before_year = page.fiscal_year, page.fiscal_year - 1
    row = page.row(office.slug, indicator.code)
    before = page.row(office.slug, indicator.code, before_year)
    shown = page.shown(office.slug, indicator.code)
    shown_before = page.shown(office.slug, indicator.code, before_year)
    return {
        "fiscal_year": year,
        "code6": office.code6,
        "ward": office.ward,
        "indicator_code": indicator.code,
        "actual": row and row.actual,
        "respondents": row and row.respondents,
        "judged_value": row.judged_value if row and is_judged(shown) else None,
        "progress_rate": row.progress_rate if row and shown.rate else None,
        "judgement": shown.word,
        "reference_reason": shown.reference_reason,
        "previous_actual": before and before.actual,
        "previous_progress_rate": before.progress_rate if before and shown_before.rate else None,
        "previous_judgement": shown_before.word,
        "implementation": row and row.implementation,
    }


def is_judged(shown: Shown) -> bool:
    """Say whether a value is shown with its judgement: neither 未入力, 該当なし nor 算定待ち."""
    return shown.css not in {"missing", "na"}
