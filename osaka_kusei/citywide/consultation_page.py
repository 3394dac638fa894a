"""The city's page of 相談・要望: what was asked, the table, the map, and the file of the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from django.http import Http404
from django.utils.functional import cached_property

from consultations.choices import IntakeChannel
from kpis.data_files import DataFile
from kpis.notices import Notice
from osaka_kusei.citywide.asked_year import asked_year
from osaka_kusei.citywide.charts import TileMap, tile_map
from osaka_kusei.citywide.consultation_figures import Figures, figures_by, figures_of
from osaka_kusei.citywide.consultation_reading import GROUPS, Asked, CategoryName, read_figures
from osaka_kusei.citywide.report_rows import TOTAL_CODE, WardFacts
from osaka_kusei.citywide.results import ward_facts
from wards import clock
from wards.addresses import address_at
from wards.fiscal_year import (
    first_day,
    fiscal_year_label,
    fiscal_year_of,
    last_day,
)
from wards.fixtures_reader import read_fixture

FIRST_YEAR: Final = 2012
YEARS_OFFERED: Final = 5
GROUP_LABELS: Final = {"ward": "区", "category": "分野", "month": "受付月", "channel": "受付経路"}
NO_SUCH_CONDITION: Final = "この条件では集計できません。一覧から選び直してください。"
# Shades of the map only: no source says which share is good, so nothing is judged.
SHADES: Final = (
    (Decimal(90), "done"),
    (Decimal(75), "on"),
    (Decimal(50), "near"),
    (Decimal(0), "far"),
)
SAMPLE: Final = Notice(
    "見本値", "作成した見本の案件が含まれています。実際の相談・要望の件数ではありません。"
)
COLUMNS: Final = {
    "fiscal_year": "年度",
    "group": "集計の単位",
    "code": "区分コード（区は全国地方公共団体コード）",
    "name": "区分",
    "received": "受付件数",
    "ended": "終了件数（回答または供覧）",
    "in_time": "期限内に終了した件数",
    "in_time_rate": "期限内の割合（％）",
    "mean_days": "解決までの日数（平均）",
    "median_days": "解決までの日数（中央値）",
    "handed_over": "引き継いだ案件の数",
    "handovers": "引継ぎの回数",
    "handovers_per_case": "1件あたりの引継ぎ回数",
    "follow_ups": "解決していないとの申出による件数",
    "still_open": "対応中の件数",
    "overdue": "うち期限を過ぎた件数",
    "transferred": "移ちょうした件数",
    "judged": "回答への評価の数",
    "handled_properly_rate": "適切に対応されたと答えた割合（％）",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what it counts, and where a click on it leads."""

    code: str
    name: str
    figures: Figures
    query: str = ""


@dataclass(frozen=True, slots=True)
class TileFigure:
    """What a tile of the map says; carries the names that the drawing asks of a judged value."""

    css: str
    figure: str
    spoken: str
    mark: str = ""
    word: str = ""
    is_reference_only: bool = False


class ConsultationPage:
    """One fiscal year of 相談・要望, filtered, grouped and added up; read once per request."""

    def __init__(self, request):
        self.request = request
        self.today = clock.today()
        self.running_year = fiscal_year_of(self.today)
        self.fiscal_year = asked_year(
            request,
            first=FIRST_YEAR,
            running=self.running_year,
            none="この年度の相談・要望の集計はありません。",
        )
        self.group = self._one_of("group", GROUPS) or "ward"
        self.channel = self._one_of("channel", IntakeChannel.values)
        self.month = self._month(request.GET.get("month", ""))
        self.wards = ward_facts()
        self.ward = self._one_of("ward", [ward.slug for ward in self.wards])
        self.category = request.GET.get("category", "")[:40]
        if "\0" in self.category:
            raise Http404(NO_SUCH_CONDITION)
        rows, self.categories = read_figures(
            Asked(self.fiscal_year, self.group, self.today, self.category, self.channel, self.month)
        )
        if self.category and self.category not in {one.code for one in self.categories}:
            raise Http404(NO_SUCH_CONDITION)
        rows = [row for row in rows if self.ward in ("", row.slug)]
        self._rows = [row for row in rows if not row.is_previous_year]
        self._rows_before = [row for row in rows if row.is_previous_year]

    def _one_of(self, name: str, allowed) -> str:
        given = self.request.GET.get(name, "")
        if given and given not in allowed:
            raise Http404(NO_SUCH_CONDITION)
        return given

    def _month(self, given: str) -> str:
        if given and given not in dict(self.months):
            raise Http404(NO_SUCH_CONDITION)
        return given

    @property
    def years(self) -> list[int]:
        """List the years offered, oldest first."""
        offered = range(self.running_year - YEARS_OFFERED + 1, self.running_year + 1)
        return sorted({*offered, self.fiscal_year})

    @cached_property
    def months(self) -> list[tuple[str, str]]:
        """List the months of the year that have begun: 2026-11 and 11月."""
        begun = min(last_day(self.fiscal_year), self.today)
        start = first_day(self.fiscal_year)
        count = (begun.year - start.year) * 12 + begun.month - start.month + 1
        numbers = [(start.month - 1 + step) for step in range(count)]
        return [
            (f"{start.year + number // 12}-{number % 12 + 1:02}", f"{number % 12 + 1}月")
            for number in numbers
        ]

    @cached_property
    def total(self) -> Figures:
        """Return the figures of everything that was asked for."""
        return figures_of(self._rows)

    @cached_property
    def before(self) -> Figures:
        """Return the same of the year before."""
        return figures_of(self._rows_before)

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was received that meets the conditions."""
        return not self.total.received

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Say that the figures are made up, where some are."""
        return (SAMPLE,) if self.total.samples or self.before.samples else ()

    @cached_property
    def lines(self) -> list[Line]:
        """Return the lines of the table; every ward and every month has one, also without a case."""
        found = figures_by(self._rows, lambda row: row.slug if self.group == "ward" else row.key)
        return [
            Line(code, name, found.get(key, Figures()), query)
            for key, code, name, query in self._keys(found)
        ]

    def _keys(self, found) -> list[tuple[str, str, str, str]]:
        if self.group == "ward":
            return [
                (ward.slug, ward.code6, ward.ward, self.address(ward=ward.slug, group="month"))
                for ward in self.wards
                if self.ward in ("", ward.slug)
            ]
        if self.group == "month":
            return [
                (key, key, name, self.address(month=key, group="ward"))
                for key, name in self.months
                if self.month in ("", key)
            ]
        if self.group == "channel":
            return [
                (key, key, str(label), self.address(channel=key, group="ward"))
                for key, label in IntakeChannel.choices
                if key in found
            ]
        names = [*self.categories, CategoryName("", "廃止した分野", 0)]
        return [
            (one.code, one.code, one.name, self.address(category=one.code, group="ward"))
            for one in names
            if one.code in found
        ]

    def address(self, **changed: str) -> str:
        """Return the query of this page with some conditions changed."""
        values = {
            "fiscal_year": str(self.fiscal_year),
            "ward": self.ward,
            "category": self.category,
            "channel": self.channel,
            "month": self.month,
            "group": self.group,
        }
        return urlencode({name: value for name, value in {**values, **changed}.items() if value})

    @property
    def query(self) -> str:
        """Return the query of exactly this page."""
        return self.address()

    @property
    def group_links(self) -> list[tuple[str, str, bool]]:
        """List the ways of grouping: query, label, and whether it is this one."""
        return [
            (self.address(group=key), label, key == self.group)
            for key, label in GROUP_LABELS.items()
        ]

    @property
    def year_links(self) -> list[tuple[str, int]]:
        """List the years, each with a query; a month belongs to its year and is dropped."""
        return [(self.address(fiscal_year=str(year), month=""), year) for year in self.years]

    @property
    def group_label(self) -> str:
        """Return what the first column is called."""
        return GROUP_LABELS[self.group]

    @property
    def conditions(self) -> str:
        """Say in words what the figures are narrowed to."""
        names: Sequence[WardFacts] = self.wards
        told = [
            *(ward.ward for ward in names if ward.slug == self.ward),
            *(one.name for one in self.categories if self.category and one.code == self.category),
            *([str(IntakeChannel(self.channel).label)] if self.channel else []),
            *(f"{name}受付" for key, name in self.months if key == self.month),
        ]
        return "、".join(told)

    @property
    def channels(self) -> list[tuple[str, str]]:
        """List the channels to choose from."""
        return [(key, str(label)) for key, label in IntakeChannel.choices]

    @property
    def tile_map(self) -> TileMap | None:
        """Draw the share in time of each ward; only where all wards are in the table."""
        if self.group != "ward" or self.ward or self.is_empty:
            return None
        by_ward = figures_by(self._rows, lambda row: row.slug)
        shown = {ward.slug: tile_figure(by_ward.get(ward.slug, Figures())) for ward in self.wards}
        hrefs = {
            ward.slug: address_at(self.request, ward.slug, "/consultations/answers/")
            for ward in self.wards
        }
        return tile_map(read_fixture("tile_grid.json")["tiles"], shown, hrefs)

    def file(self) -> DataFile:
        """Return the table as a file, ending in its total."""
        title = f"相談・要望の状況（{fiscal_year_label(self.fiscal_year)}、{self.group_label}別）"
        lines = [*self.lines, Line(TOTAL_CODE, TOTAL_CODE, self.total)] if not self.is_empty else []
        return DataFile(
            name=f"consultations_{self.fiscal_year}_{self.group}",
            title=f"{title}{self.conditions and f'：{self.conditions}'}",
            columns=COLUMNS,
            rows=tuple(
                {
                    "fiscal_year": self.fiscal_year,
                    "group": self.group_label,
                    "code": line.code,
                    "name": line.name,
                    **{
                        name: getattr(line.figures, name)
                        for name in COLUMNS
                        if name not in ("fiscal_year", "group", "code", "name")
                    },
                }
                for line in lines
            ),
            notices=self.notices,
        )


def tile_figure(figures: Figures) -> TileFigure:
    """Say how a ward's share in time is drawn: a shade, the figure, and the same in words."""
    rate = figures.in_time_rate
    if rate is None:
        return TileFigure("missing", "", "期限の来た案件なし", word="―")
    css = next(name for least, name in SHADES if rate >= least)
    return TileFigure(
        css, f"{rate}％", f"期限内{rate}％（{figures.fallen_due}件のうち{figures.in_time}件）"
    )
