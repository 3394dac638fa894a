"""The city's page of 地域活動協議会: 24 wards on a day, aid by fiscal year, and the file of the same."""

from dataclasses import dataclass
from typing import Final

from django.http import Http404
from django.utils.functional import cached_property

from councils.choices import SupportKind
from kpis.data_files import DataFile
from kpis.notices import Notice
from osaka_kusei.citywide.council_figures import CouncilFigures, total_of
from osaka_kusei.citywide.council_reading import YEARS_OF_AID, read_councils
from osaka_kusei.citywide.report_rows import WardFacts, wards_and_total
from osaka_kusei.citywide.results import ward_facts
from wards import clock
from wards.addresses import address_at
from wards.fiscal_year import fiscal_year_label, fiscal_year_of
from wards.wareki import day_from_wareki, wareki

# The first day on which a ward may have had an area or a council.
FIRST_YEAR: Final = 2011
SAMPLE: Final = Notice(
    "見本値", "作成した見本の協議会が含まれています。実際の協議会の数や金額ではありません。"
)
COLUMNS: Final = {
    "day": "基準日",
    "code6": "全国地方公共団体コード",
    "ward": "区名",
    "areas": "校区等地域数",
    "certified": "認定された協議会数",
    "formation_rate": "認定された地域の割合（％）",
    "correcting": "うち是正要請中",
    "applying": "認定申請中",
    "preparing": "準備的な組織など",
    "confirmations_overdue": "要件確認の期限超過",
    "filings_required": "提出書類の数（要するもの）",
    "filings_accepted": "うち受理",
    "filing_rate": "受理の割合（％）",
    "filings_late": "期限超過の書類の数",
    "operating_yen": "運営助成の交付決定額（円）",
    "area_grant_yen": "地域交付金の交付決定額（円）",
    "project_yen": "事業助成の交付決定額（円）",
    "subsidy_yen": "補助金の交付決定額（円）",
    "aid_yen": "支援の交付決定額の計（円）",
}

AID_COLUMNS: Final = {
    "fiscal_year": "年度",
    "code6": "全国地方公共団体コード",
    "ward": "区名",
    "kind": "支援の種類",
    "count": "交付決定の件数",
    "decided_yen": "交付決定額（円）",
    "settled_yen": "うち確定額（円）",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One ward of the table, and where a click on it leads."""

    facts: WardFacts
    figures: CouncilFigures
    url: str


class CouncilPage:
    """The figures of a day, read once per request."""

    def __init__(self, request):
        self.today = clock.today()
        self.day = self._day(request.GET.get("day", ""))
        self.fiscal_year = fiscal_year_of(self.day)
        figures, self.aid = read_councils(self.day)
        self.lines = [
            Line(facts, figures[facts.slug], address_at(request, facts.slug, "/councils/"))
            for facts in ward_facts()
        ]
        self.total = total_of(line.figures for line in self.lines)

    def _day(self, given: str):
        if not given.strip():
            return self.today
        try:
            day = day_from_wareki(given)
        except ValueError as problem:
            raise Http404(str(problem)) from problem
        if day > self.today or fiscal_year_of(day) < FIRST_YEAR:
            raise Http404(
                "この日の集計はありません。平成23年4月1日から今日までの日を入れてください。"
            )
        return day

    @property
    def day_label(self) -> str:
        """Return the day in 和暦."""
        return wareki(self.day)

    @property
    def year_label(self) -> str:
        """Return the fiscal year of the day."""
        return fiscal_year_label(self.fiscal_year)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Say when samples are counted."""
        return (SAMPLE,) if self.total.samples else ()

    @cached_property
    def years_of_aid(self) -> list[int]:
        """Return the fiscal years of which aid is told, the latest first."""
        return list(range(self.fiscal_year, self.fiscal_year - YEARS_OF_AID, -1))

    @property
    def aid_years(self) -> list[str]:
        """Return these years in 和暦."""
        return [fiscal_year_label(year) for year in self.years_of_aid]

    @cached_property
    def aid_by_ward(self) -> list[dict]:
        """Return what was decided in each ward in each of the years, in yen."""
        sums: dict[tuple[str, int], int] = {}
        for row in self.aid:
            place = (row.slug, row.fiscal_year)
            sums[place] = sums.get(place, 0) + row.decided_yen
        return [
            {
                "ward": line.facts.ward,
                "sums": [sums.get((line.facts.slug, year), 0) for year in self.years_of_aid],
            }
            for line in self.lines
        ]

    @cached_property
    def aid_by_year(self) -> list[dict]:
        """Return the aid of all wards by fiscal year and kind, the latest year first."""
        return [
            {
                "year": fiscal_year_label(year),
                "sums": [
                    sum(row.decided_yen for row in self.aid if (row.fiscal_year, row.kind) == (year, kind))
                    for kind in SupportKind.values
                ],
                "total": sum(row.decided_yen for row in self.aid if row.fiscal_year == year),
                "settled": sum(row.settled_yen for row in self.aid if row.fiscal_year == year),
            }
            for year in self.years_of_aid
        ]  # fmt: skip

    @property
    def kinds(self) -> list[str]:
        """Return the four kinds of aid."""
        return [str(kind.label) for kind in SupportKind]

    def file(self, table: str = "") -> DataFile:
        """Return a table as a file: the wards on the day, ending in their total, or `aid`."""
        if table == "aid":
            return self._aid_file()
        if table:
            raise Http404("この表はありません。")
        counted = [name for name in COLUMNS if name not in ("day", "code6", "ward")]
        return DataFile(
            name=f"councils_{self.day:%Y%m%d}",
            title=f"地域活動協議会の状況（{self.day_label}現在）",
            columns=COLUMNS,
            rows=wards_and_total(
                ((line.facts, line.figures) for line in self.lines),
                self.total,
                counted,
                day=self.day,
            ),
            notices=self.notices,
        )

    def _aid_file(self) -> DataFile:
        facts = {line.facts.slug: line.facts for line in self.lines}
        order = {slug: place for place, slug in enumerate(facts)}
        kinds = list(SupportKind.values)
        rows = sorted(
            self.aid, key=lambda row: (-row.fiscal_year, order[row.slug], kinds.index(row.kind))
        )
        return DataFile(
            name=f"council_aid_{self.day:%Y%m%d}",
            title=f"地域活動協議会への支援（{self.day_label}まで）",
            columns=AID_COLUMNS,
            rows=tuple(
                {
                    "fiscal_year": row.fiscal_year,
                    "code6": facts[row.slug].code6,
                    "ward": facts[row.slug].ward,
                    "kind": SupportKind(row.kind).label,
                    "count": row.count,
                    "decided_yen": row.decided_yen,
                    "settled_yen": row.settled_yen,
                }
                for row in rows
            ),
            notices=self.notices,
        )
