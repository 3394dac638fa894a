"""The city's page of 社会的ビジネス: 24 wards in a fiscal year, the way to 50, and the file."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Final

from kpis.data_files import DataFile
from kpis.notices import Notice
from osaka_kusei.citywide.asked_year import asked_year
from osaka_kusei.citywide.report_rows import WardFacts, added_up, wards_and_total
from osaka_kusei.citywide.results import ward_facts
from osaka_kusei.citywide.socialbiz_figures import (
    WANTED_PROJECTS,
    StepOfTheWay,
    WardFigures,
    figures_of,
    way_to_the_target,
)
from osaka_kusei.citywide.socialbiz_reading import read_social_business
from wards import clock
from wards.addresses import address_at
from wards.fiscal_year import fiscal_year_label, fiscal_year_of, last_day
from wards.wareki import wareki

# 「区政運営基本方針」 asks for 社会的ビジネス from fiscal year 2011 on.
FIRST_YEAR: Final = 2011
SAMPLE: Final = Notice(
    "見本値", "作成した見本のCB/SBと社会的ビジネスが含まれています。実際の件数ではありません。"
)
COLUMNS: Final = {
    "fiscal_year": "年度",
    "code6": "全国地方公共団体コード",
    "ward": "区名",
    "new_ventures": "新しく生まれたCB/SB（件）",
    "new_projects": "新しく生まれた社会的ビジネス（件）",
    "with_the_ward": "区が関わったCB/SBと社会的ビジネス（件）",
    "ventures": "継続中のCB/SB（件）",
    "projects": "継続中の社会的ビジネス（件）",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One ward of the table, and where a click on it leads."""

    facts: WardFacts
    figures: WardFigures
    url: str


class SocialBusinessPage:
    """The figures of a fiscal year, read once per request."""

    def __init__(self, request):
        today = clock.today()
        self.running_year = fiscal_year_of(today)
        self.fiscal_year = asked_year(
            request,
            first=FIRST_YEAR,
            running=self.running_year,
            none="この年度の社会的ビジネスの集計はありません。",
        )
        self.day = min(today, last_day(self.fiscal_year))
        self.begun, standing = read_social_business(self.day)
        self.has_samples = any(one.samples for one in standing.values())
        self.lines = [
            Line(
                facts,
                figures_of(facts.slug, self.fiscal_year, self.begun, standing[facts.slug]),
                address_at(request, facts.slug, "/socialbiz/"),
            )
            for facts in ward_facts()
        ]

    @cached_property
    def total(self) -> WardFigures:
        """Return the figures of all wards."""
        return added_up(WardFigures, (line.figures for line in self.lines))

    @property
    def year_label(self) -> str:
        """Return the fiscal year in 和暦."""
        return fiscal_year_label(self.fiscal_year)

    @property
    def day_label(self) -> str:
        """Return the day on which what goes on is counted."""
        return wareki(self.day)

    @property
    def years(self) -> list[int]:
        """Return the fiscal years to choose from, the latest first."""
        return list(range(self.running_year, FIRST_YEAR - 1, -1))

    @property
    def way(self) -> list[StepOfTheWay]:
        """Return the way to 50 over the five fiscal years up to the chosen one."""
        return way_to_the_target(self.begun, self.fiscal_year)

    @property
    def wanted(self) -> int:
        """Return how many projects five years are to bring."""
        return WANTED_PROJECTS

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Say when samples are counted."""
        return (SAMPLE,) if self.has_samples else ()

    def file(self) -> DataFile:
        """Return the wards of the year as a file, ending in their total."""
        return DataFile(
            name=f"socialbiz_{self.fiscal_year}",
            title=f"社会的ビジネスの状況（{self.year_label}、{self.day_label}現在）",
            columns=COLUMNS,
            rows=wards_and_total(
                ((line.facts, line.figures) for line in self.lines),
                self.total,
                (one.name for one in fields(WardFigures)),
                fiscal_year=self.fiscal_year,
            ),
            notices=self.notices,
        )
