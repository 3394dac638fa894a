"""The columns of the published files: one definition for CSV, xlsx and 項目定義."""

from dataclasses import dataclass
from typing import Final

from kpis.catalog.choices import Unit
from kpis.choices import Implementation, Status
from osaka_kusei.citywide.report_data import ReportData
from osaka_kusei.citywide.report_rows import RESULT_COLUMNS, TABLE1_COLUMNS, TABLE2_COLUMNS

TEXT: Final = "文字列"
WHOLE: Final = "整数"
NUMBER: Final = "数値"
YES_NO: Final = "真偽値（true／false）"
MOMENT: Final = "日時（ISO 8601）"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a published file: its name there, its Japanese name, and what it holds."""

    name: str
    label: str
    kind: str
    meaning: str


_RESULT: Final = {
    "fiscal_year": ("年度", WHOLE, "年度の始まる西暦年。平成28年度は2016。"),
    "code6": (
        "全国地方公共団体コード",
        TEXT,
        "検査数字を含む6桁。大阪市全体の行は271004。",
    ),
    "ward": ("区名", TEXT, "区の名称。全市で1件と数える指標の行は大阪市。"),
    "indicator_code": ("指標コード", TEXT, "成果指標のコード。内容は「コード表」のとおり。"),
    "actual": (
        "実績値",
        NUMBER,
        "区が提出した値。単位は指標による。空欄は、未提出・未入力または該当なし。0は実績0。",
    ),
    "respondents": ("回答者数", WHOLE, "アンケートの回答者数（名）。"),
    "target": ("目標値", NUMBER, "成果指標の目標値。単位は指標による。"),
    "progress_rate": (
        "進捗率",
        NUMBER,
        "実績値÷目標値×100（％）。小数第2位を四捨五入。件数の指標は、方針の最初の年度からの累計で求める。",
    ),
    "status": ("判定", TEXT, "進捗の区分。内容は「コード表」のとおり。空欄は判定の対象外。"),
    "achieved": ("目標達成", YES_NO, "実績値が目標値以上か。空欄は実績値なし。"),
    "counted": ("集計対象", YES_NO, "表2の件数に含めるか。参考数値は含めない。"),
    "reference_reason": ("参考数値の理由", TEXT, "参考数値として扱う理由。空欄は参考数値でない。"),
    "implementation": ("取組状況", TEXT, "表1の区分。内容は「コード表」のとおり。空欄は未入力。"),
    "computed_at": ("算定日時", MOMENT, "進捗率と判定を算定した日時（日本時間）。"),
    "rule": ("判定の基準", TEXT, "判定に使った年度の基準。"),
}
_INDICATOR_OR_TOTAL: Final = ("指標コード", TEXT, "成果指標のコード。最後の行の「計」は合計。")
_TABLE1: Final = {
    "indicator_code": _INDICATOR_OR_TOTAL,
    "count": ("件数", WHOLE, "取組状況を入力した区の数。"),
    "in_ward_policy": ("区運営方針に記載して取組", WHOLE, "次の3つの計。"),
    "all_done": ("記載した取組をすべて実施", WHOLE, "区の数。"),
    "partly_done": ("記載した取組の一部を実施", WHOLE, "区の数。"),
    "not_done": ("記載した取組を実施せず", WHOLE, "区の数。"),
    "separate_action": ("区運営方針には記載していないが、別途取組", WHOLE, "区の数。"),
    "no_action": ("取組なし", WHOLE, "区の数。"),
}
# The name of a column is the same in every year's file; what its class is called in the year
# stands in コード表.
_TRACKS: Final = {
    "on_track": Status.ON_TRACK.label,
    "achieved": "うち目標値を達成",
    "not_on_track": Status.NOT_ON_TRACK.label,
}
_PARTS: Final = {
    "": ("", "参考数値を除く件数。空欄は判定の対象外。"),
    "ref_": ("参考：", "参考数値を含めた件数。参考数値がなければ件数と同じ。"),
    "prev_": ("前年度：", "前年度の件数（当年度が参考数値の区を除く）。空欄は比較できない。"),
    "diff_": ("差引：", "当年度から前年度を引いた件数。空欄は比較できない。"),
}
_TABLE2: Final = {
    "indicator_code": _INDICATOR_OR_TOTAL,
    "counted": (
        "件数",
        WHOLE,
        "参考数値を除く件数。途中の年度では判定しない指標も示すが、計には含めない。",
    ),
    "ref_count": ("参考：件数", WHOLE, _PARTS["ref_"][1]),
    **{
        prefix + name: (part + label, WHOLE, meaning)
        for prefix, (part, meaning) in _PARTS.items()
        for name, label in _TRACKS.items()
    },
}

COLUMNS: Final = {
    "results": tuple(Column(name, *_RESULT[name]) for name in RESULT_COLUMNS),
    "table1": tuple(Column(name, *_TABLE1[name]) for name in TABLE1_COLUMNS),
    "table2": tuple(Column(name, *_TABLE2[name]) for name in TABLE2_COLUMNS),
}
TITLES: Final = {
    "results": "区別・指標別の実績と進捗率",
    "table1": "表1 取組の実施状況",
    "table2": "表2 成果目標値達成に向けた進捗状況",
}


def code_rows(data: ReportData) -> list[tuple[str, str, str, str]]:
    """List every code of the files: column, code, name, and what an indicator measures."""
    units = dict(Unit.choices)
    rows = [("code6", office.code6, office.ward, "") for office in data.wards]
    rows += [
        (
            "indicator_code",
            indicator.code,
            f"{indicator.printed_code} {indicator.item_title}",
            f"{indicator.text}（単位：{units[indicator.unit]}）",
        )
        for indicator in data.indicators
    ]
    rows += [("status", value, data.scale.label_of(value), "") for value in Status.values]
    rows += [("implementation", value, label, "") for value, label in Implementation.choices]
    return rows
