"""What a line of a file means: 年度, 区, 指標 and the values, each read by the rules of entry."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kpis.catalog.choices import Counting
from kpis.catalog.models import Indicator, Policy, RecordedResult
from kpis.choices import Implementation, implementation_from_text
from kpis.entry_rules import NO_NUMBER_WORDS, parse_actual, parse_count, parse_fiscal_year
from kpis.models import Result
from wards import clock
from wards.file_trial import Problem
from wards.fiscal_year import fiscal_year_label, short_label
from wards.models import Ward
from wards.spreadsheets import Line
from wards.table_columns import cells_of, columns_of, folded, has_cells_without_heading
from wards.worksheets import FileError

YEAR, WARD, INDICATOR = "年度", "区コード", "指標コード"
ACTUAL, RESPONDENTS, REFERENCE = "実績値", "回答者数", "参考理由"
IMPLEMENTATION, NOTE = "取組状況", "備考"
HEADERS = (YEAR, WARD, INDICATOR, ACTUAL, RESPONDENTS, REFERENCE, IMPLEMENTATION, NOTE)
"""The columns of a file of results, the same on the way out and in."""

VALUE_COLUMNS = {
    "actual": ACTUAL,
    "respondents": RESPONDENTS,
    "reference_note": REFERENCE,
    "implementation": IMPLEMENTATION,
    "note": NOTE,
}
"""The fields of a result that a file holds, by their columns."""

LONGEST_TEXTS = {"reference_note": 300, "note": 2_000}
"""How many characters the entry forms take; a file may not bring more."""

_HYPHENS = str.maketrans(dict.fromkeys("‐‑–—−ー―", "-"))


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One readable line: whose result of which indicator and year, and the values it states.

    `values` holds every field of VALUE_COLUMNS that the office's results have; 未入力 is None.
    """

    line: int
    office: Ward
    fiscal_year: int
    indicator: Indicator
    values: dict[str, Any]


def folded_code(text: str) -> str:
    """Return a code as it is compared; every kind of dash is a hyphen."""
    return folded(text).translate(_HYPHENS)


def same_text(text: str) -> str:
    """Return a free text as it is compared and stored: no outer white space, one kind of line end.

    No more than that: NFC or NFKC would change people's names.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def value_texts(result: RecordedResult) -> dict[str, str]:
    """Return the values of a result as they stand in a file, by column."""
    actual = "" if result.actual is None else f"{result.actual.normalize():f}"
    texts = {
        ACTUAL: NO_NUMBER_WORDS if result.not_applicable else actual,
        RESPONDENTS: "" if result.respondents is None else str(result.respondents),
        REFERENCE: result.reference_note,
        NOTE: result.note,
    }
    if isinstance(result, Result):
        value = result.implementation
        texts[IMPLEMENTATION] = str(Implementation(value).label) if value else ""
    return texts


class RowReader:
    """Read the lines of one file. `own` is the ward whose screen takes it in, None for the city."""

    def __init__(self, *, own: Ward | None = None):
        self.own = own
        self.problems: list[Problem] = []
        self._offices = {}
        for ward in Ward.objects.order_by("order"):
            self._offices[ward.slug] = self._offices[ward.code6] = ward
        self._begun = Policy.objects.begun(clock.today())
        self._indicators = {}
        for indicator in Indicator.objects.select_related("policy"):
            self._indicators[folded_code(indicator.printed_code)] = indicator
            self._indicators[folded_code(indicator.code)] = indicator

    def read(self, lines: Sequence[Line]) -> list[ImportRow]:
        """Return every line that can be read; the others are in `problems`, all of them."""
        if not lines:
            raise FileError("ファイルに値の入ったセルがありません。")
        places = columns_of(lines[0], HEADERS)
        if len(lines) == 1:
            raise FileError("見出しの行だけで、実績の行がありません。")
        rows = [row for line in lines[1:] if (row := self._row(line, places))]
        self._refuse_duplicates(rows)
        bad = {problem.line for problem in self.problems}
        return [row for row in rows if row.line not in bad]

    def _row(self, line: Line, places: dict[str, int]) -> ImportRow | None:
        if has_cells_without_heading(line, places):
            self._refuse(line, "", "見出しのない列に値があります。")
            return None
        cells = cells_of(line, places)
        office = self._office(line, cells[WARD])
        indicator = self._indicator(line, cells[INDICATOR])
        fiscal_year = self._read(line, YEAR, parse_fiscal_year, cells[YEAR])
        values = {
            "actual": self._read(line, ACTUAL, parse_actual, cells[ACTUAL]),
            "respondents": self._read(line, RESPONDENTS, parse_count, cells[RESPONDENTS]),
            "reference_note": self._text(line, REFERENCE, "reference_note", cells[REFERENCE]),
            "note": self._text(line, NOTE, "note", cells[NOTE]),
            "implementation": self._implementation(line, cells[IMPLEMENTATION]),
        }
        if office is None or indicator is None or fiscal_year is None:
            return None
        self._refuse_unfitting(line, office, indicator, fiscal_year, values)
        if office.is_headquarters:
            del values["implementation"]
        return ImportRow(line.number, office, fiscal_year, indicator, values)

    def _refuse(self, line: Line, column: str, reason: str) -> None:
        self.problems.append(Problem(line.number, column, reason))

    def _read(self, line: Line, column: str, parse: Callable[[str], Any], text: str) -> Any:
        try:
            return parse(text)
        except ValueError as problem:
            self._refuse(line, column, str(problem))
            return None

    def _office(self, line: Line, text: str) -> Ward | None:
        office = self._offices.get(folded(text))
        if not text.strip():
            self._refuse(line, WARD, "区コードを入力してください。")
        elif office is None:
            self._refuse(
                line,
                WARD,
                f"区コード「{text.strip()[:20]}」はありません。"
                "6桁の団体コードか、「kita」のような略称を入力してください。",
            )
        elif self.own is not None and office != self.own:
            self._refuse(
                line,
                WARD,
                f"区コード「{text.strip()[:20]}」は{office}のものです。"
                f"ここでは{self.own}（{self.own.code6}）の実績だけを取り込めます。",
            )
            return None
        return office

    def _indicator(self, line: Line, text: str) -> Indicator | None:
        indicator = self._indicators.get(folded_code(text))
        if not text.strip():
            self._refuse(line, INDICATOR, "指標コードを入力してください。")
        elif indicator is None:
            self._refuse(line, INDICATOR, f"指標コード「{text.strip()[:20]}」はありません。")
        return indicator

    def _text(self, line: Line, column: str, name: str, text: str) -> str:
        text = same_text(text)
        longest = LONGEST_TEXTS[name]
        if len(text) > longest:
            self._refuse(
                line, column, f"{len(text):,}文字あります。{longest:,}文字以内にしてください。"
            )
        return text

    def _implementation(self, line: Line, text: str) -> str:
        value = implementation_from_text(text)
        if value is None and text.strip():
            labels = "・".join(str(label) for label in Implementation.labels)
            self._refuse(
                line,
                IMPLEMENTATION,
                f"「{text.strip()[:20]}」は選択肢にありません（{labels}）。",
            )
        return value or ""

    def _refuse_unfitting(
        self, line: Line, office: Ward, indicator: Indicator, fiscal_year: int, values: dict
    ) -> None:
        policy = indicator.policy
        if fiscal_year not in policy.fiscal_years:
            self._refuse(
                line,
                YEAR,
                f"{fiscal_year_label(fiscal_year)}は、この指標の対象年度"
                f"（{short_label(policy.first_fiscal_year)}〜{short_label(policy.last_fiscal_year)}）"
                "ではありません。",
            )
        elif fiscal_year not in self._begun:
            self._refuse(line, YEAR, f"{fiscal_year_label(fiscal_year)}は、まだ始まっていません。")
        if not office.is_headquarters:
            return
        if indicator.counting != Counting.ONCE_FOR_CITY:
            self._refuse(line, WARD, "この指標は区ごとの実績です。大阪市の行では取り込めません。")
        elif values["implementation"]:
            self._refuse(
                line,
                IMPLEMENTATION,
                "大阪市の行には取組状況を入力できません。取組状況は区の行に入力してください。",
            )

    def _refuse_duplicates(self, rows: Iterable[ImportRow]) -> None:
        lines: dict[tuple, list[int]] = {}
        for row in rows:
            key = (row.fiscal_year, row.office.pk, row.indicator.pk)
            lines.setdefault(key, []).append(row.line)
        for numbers in lines.values():
            if len(numbers) == 1:
                continue
            # The first few are named: a file may hold one row ten thousand times.
            for number in numbers:
                others = [other for other in numbers[:6] if other != number][:5]
                named = "・".join(f"{other}行目" for other in others)
                rest = len(numbers) - 1 - len(others)
                self.problems.append(
                    Problem(
                        number,
                        "",
                        f"{named}{f'ほか{rest:,}行' if rest else ''}と、年度・区・指標が同じです。"
                        "一行だけにしてください。",
                    )
                )
