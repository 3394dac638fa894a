"""The city's page of 区政会議: 24 wards in a fiscal year, requests to bureaus, and the files of both."""

from dataclasses import dataclass
from typing import Final

from django.http import Http404
from django.utils.functional import cached_property

from kpis.data_files import DataFile, Value
from kpis.notices import Notice
from osaka_kusei.citywide.asked_year import asked_year
from osaka_kusei.citywide.forum_figures import ForumFigures, total_of
from osaka_kusei.citywide.forum_reading import day_of_members, read_forums
from osaka_kusei.citywide.reading import one_snapshot
from osaka_kusei.citywide.report_rows import TOTAL_CODE, WardFacts
from osaka_kusei.citywide.request_figures import (
    BAND_LABELS,
    BAND_NAMES,
    BureauFigures,
    figures_by_bureau,
    figures_of_requests,
)
from osaka_kusei.citywide.request_reading import counted_rows
from osaka_kusei.citywide.results import ward_facts
from wards import clock
from wards.addresses import address_at
from wards.fiscal_year import (
    first_day,
    fiscal_year_label,
    fiscal_year_of,
    last_day,
)
from wards.wareki import wareki

# 「平成23年度中に全区に設置する」 (「区政運営基本方針」2-③).
FIRST_YEAR: Final = 2011
YEARS_OFFERED: Final = 5
SAMPLE: Final = Notice(
    "見本値",
    "作成した見本の会議・意見・要請が含まれています。実際の区政会議の回数や件数ではありません。",
)
SHORT: Final = "2回未満"
UNRECORDED: Final = "記録なし"
_OF_A_LINE: Final = {
    "fiscal_year": "年度",
    "code6": "全国地方公共団体コード",
    "ward": "区名",
}
# Each table of the page: its title, and column → Japanese name.
TABLES: Final = {
    "sessions": (
        "会議と会議録",
        {
            "plenaries": "全体会議の回数",
            "subcommittees": "部会の回数",
            "short": "年度を終えて全体会議が2回未満",
            "expected": "出席を記録した委員の数（延べ）",
            "attended": "うち出席",
            "attendance_rate": "委員の出席率（％）",
            "minutes_published": "公表した会議録の数",
            "minutes_mean_days": "会議録の公表までの日数（平均）",
            "minutes_open": "会議録が未公表の会議の数",
            "minutes_longest_wait": "未公表の会議の、会議からの日数（最長）",
        },
    ),
    "members": (
        "委員と公募の割合",
        {
            "members": "委員の数",
            "members_public": "うち公募の委員",
            "public_member_rate": "公募の委員の割合（％）",
            "seats": "定数",
            "seats_public": "うち公募の定数",
            "public_seat_rate": "公募の定数の割合（％）",
        },
    ),
    "opinions": (
        "意見への対応",
        {
            "opinions": "意見の数",
            "this_year": "当年度に対応",
            "next_year": "次年度に対応",
            "later": "今後検討",
            "cannot": "対応困難",
            "heard": "意見として承る",
            "unanswered": "対応を公表していない",
            "fallen_due": "回答したか期限を過ぎた意見の数",
            "in_time": "うち期限内に回答",
            "in_time_rate": "期限内に回答した割合（％）",
            "open_opinions": "結果まで済んでいない意見の数",
            "requests_sent": "局への要請・提案の数",
            "requests_published": "うち回答を公表",
            "requests_waiting": "局の回答などを待つ要請・提案の数",
        },
    ),
}
REQUESTS: Final = "requests"
REQUEST_COLUMNS: Final = {
    "fiscal_year": "年度",
    "bureau": "担当局",
    "sent": "年度内に出された要請・提案の数",
    "published": "うち回答を公表",
    **{
        name: f"待っている要請・提案（{label}）"
        for name, label in zip(BAND_NAMES, BAND_LABELS, strict=True)
    },
    "waiting": "待っている要請・提案の計",
    "overdue": "うち期限超過",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One ward of the tables, or all of them, and where a click on it leads."""

    code6: str
    ward: str
    figures: ForumFigures
    requests: BureauFigures
    is_short: bool = False
    is_unrecorded: bool = False
    url: str = ""

    @property
    def mark(self) -> str:
        """Return what stands beside the number of plenary sessions."""
        if self.is_short:
            return SHORT
        return UNRECORDED if self.is_unrecorded else ""

    def value(self, name: str) -> Value:
        """Return the value of a column."""
        if name == "short":
            return self.mark
        if name.startswith("requests_"):
            return getattr(self.requests, name.removeprefix("requests_"))
        return getattr(self.figures, name)


class ForumPage:
    """The figures of a fiscal year as of today, read once per request."""

    def __init__(self, request):
        self.today = clock.today()
        self.running_year = fiscal_year_of(self.today)
        self.fiscal_year = asked_year(
            request,
            first=FIRST_YEAR,
            running=self.running_year,
            none="この年度の区政会議の集計はありません。",
        )
        self.first, self.last = first_day(self.fiscal_year), last_day(self.fiscal_year)
        # One moment for the wards and for the public schema: a request is counted on both sides.
        with one_snapshot():
            figures = read_forums(self.fiscal_year, self.today)
            self._requests = counted_rows(first=self.first, last=self.last)
            facts = ward_facts()
        self.year_is_over = self.last < self.today
        self.lines = [self._line(request, one, figures[one.slug]) for one in facts]
        self.total = Line(
            TOTAL_CODE,
            TOTAL_CODE,
            total_of(line.figures for line in self.lines),
            self._of_requests(TOTAL_CODE, self._requests),
        )

    def _line(self, request, facts: WardFacts, figures: ForumFigures) -> Line:
        rows = [row for row in self._requests if row.ward == facts.slug]
        return Line(
            facts.code6,
            facts.ward,
            figures,
            self._of_requests(facts.ward, rows),
            is_short=figures.is_short(year_is_over=self.year_is_over),
            is_unrecorded=figures.is_unrecorded(year_is_over=self.year_is_over),
            url=address_at(request, facts.slug, "/forum/"),
        )

    def _of_requests(self, name: str, rows) -> BureauFigures:
        return figures_of_requests(name, rows, self.today, first=self.first, last=self.last)

    @property
    def year_label(self) -> str:
        """Return the fiscal year in 和暦."""
        return fiscal_year_label(self.fiscal_year)

    @property
    def day_label(self) -> str:
        """Return the day as of which everything is counted."""
        return wareki(self.today)

    @property
    def members_day_label(self) -> str:
        """Return the day on which members and seats are counted."""
        return wareki(day_of_members(self.fiscal_year, self.today))

    @property
    def years(self) -> list[int]:
        """List the years offered, oldest first."""
        offered = range(self.running_year - YEARS_OFFERED + 1, self.running_year + 1)
        return sorted({*offered, self.fiscal_year})

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Say when samples are counted."""
        has_samples = self.total.figures.samples or any(row.is_sample for row in self._requests)
        return (SAMPLE,) if has_samples else ()

    @cached_property
    def short_wards(self) -> list[Line]:
        """Return the wards that held fewer than two plenary sessions in a year that is over."""
        return [line for line in self.lines if line.is_short]

    @cached_property
    def bureaus(self) -> list[BureauFigures]:
        """Return the requests by bureau: what of the year is answered, and what waits today."""
        return figures_by_bureau(self._requests, self.today, first=self.first, last=self.last)

    @property
    def bands(self) -> tuple[str, ...]:
        """Return what the bands of age are called."""
        return BAND_LABELS

    def file(self, table: str = "") -> DataFile:
        """Return a table as a file, ending in its total; without a name all columns of the wards."""
        if table == REQUESTS:
            return self._request_file()
        if table and table not in TABLES:
            raise Http404("この表はありません。")
        title = TABLES[table][0] if table else "区ごとの状況"
        columns = TABLES[table][1] if table else {
            name: label for _, of_table in TABLES.values() for name, label in of_table.items()
        }  # fmt: skip
        return DataFile(
            name=f"forum_{table or 'wards'}_{self.fiscal_year}",
            title=f"区政会議：{title}（{self.year_label}、{self.day_label}現在）",
            columns={**_OF_A_LINE, **columns},
            rows=tuple(
                {
                    "fiscal_year": self.fiscal_year,
                    "code6": line.code6,
                    "ward": line.ward,
                    **{name: line.value(name) for name in columns},
                }
                for line in [*self.lines, self.total]
            ),
            notices=self.notices,
        )

    def _request_file(self) -> DataFile:
        return DataFile(
            name=f"forum_requests_{self.fiscal_year}",
            title=f"局への要請・提案（{self.year_label}、{self.day_label}現在）",
            columns=REQUEST_COLUMNS,
            rows=tuple(
                {
                    "fiscal_year": self.fiscal_year,
                    "bureau": one.bureau,
                    "sent": one.sent,
                    "published": one.published,
                    **dict(zip(BAND_NAMES, one.bands, strict=True)),
                    "waiting": one.waiting,
                    "overdue": one.overdue,
                }
                for one in [*self.bureaus, self.total.requests]
            ),
            notices=self.notices,
        )
