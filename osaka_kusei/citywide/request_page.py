"""The city's page of 要請・提案: what wards asked of bureaus, what was answered, and what still waits."""

from typing import Final

from django.http import Http404
from django.utils.functional import cached_property

from councils.city.models import BureauRequest
from councils.forum.models import Response
from kpis.data_files import DataFile
from kpis.notices import Notice
from osaka_kusei.citywide.reading import read_ward
from osaka_kusei.citywide.report_rows import TOTAL_CODE
from osaka_kusei.citywide.request_figures import (
    BAND_LABELS,
    BAND_NAMES,
    BureauFigures,
    figures_by_bureau,
    figures_of_requests,
)
from osaka_kusei.citywide.request_reading import Asked, chosen, counted_rows, years_published
from wards import clock
from wards.list_pages import page_of
from wards.models import Bureau, Ward
from wards.wareki import wareki

PER_PAGE: Final = 20
SAMPLE: Final = Notice(
    "見本", "作成した見本の要請・提案が含まれています。実際の要請や回答ではありません。"
)
COLUMNS: Final = {
    "id": "番号",
    "ward": "区名",
    "bureau": "担当局",
    "kind": "種類",
    "opinion": "もとになった意見の番号",
    "title": "件名",
    "text": "要請・提案の内容",
    "sent_on": "区が出した日",
    "answer_class": "対応区分",
    "answer": "局の回答",
    "answered_on": "局が答えた日",
    "coordination": "市民局の調整・補足",
    "published_on": "公表した日",
}
OPEN_COLUMNS: Final = {
    "day": "基準日",
    "bureau": "担当局",
    **dict(zip(BAND_NAMES, BAND_LABELS, strict=True)),
    "waiting": "計",
    "overdue": "うち期限超過",
}


class RequestPage:
    """The published requests that a reader asked for, and the counts of what waits."""

    def __init__(self, request):
        self.request = request
        self.today = clock.today()
        self.wards = list(Ward.objects.in_official_order())
        self.bureaus = list(Bureau.objects.all())
        self.asked = Asked.of(request.GET, wards=self.wards, bureaus=self.bureaus)

    @cached_property
    def page(self):
        """Return the page asked for; raise Http404 for one that there is not."""
        return page_of(self.request, chosen(self.asked), PER_PAGE)

    @cached_property
    def _waiting(self):
        return counted_rows()

    @cached_property
    def open_by_bureau(self) -> list[BureauFigures]:
        """Count what waits for each bureau, by age; of these requests no word is told."""
        return figures_by_bureau(self._waiting, self.today)

    @property
    def open_total(self) -> BureauFigures:
        """Count what waits in all."""
        return figures_of_requests(TOTAL_CODE, self._waiting, self.today, first=None, last=None)

    @property
    def bands(self) -> tuple[str, ...]:
        """Return what the bands of age are called."""
        return BAND_LABELS

    @cached_property
    def years(self) -> list[int]:
        """Return the fiscal years to choose from."""
        known = years_published()
        return known if self.asked.year in (None, *known) else [self.asked.year, *known]

    @property
    def day_label(self) -> str:
        """Return the day on which what waits is counted."""
        return wareki(self.today)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Say when samples are shown or counted."""
        shown = any(one.is_demo for one in self.page.object_list)
        return (SAMPLE,) if shown or any(row.is_sample for row in self._waiting) else ()

    def file(self, table: str = "") -> DataFile:
        """Return what was asked for as a file, all its pages, or with `open` the counts."""
        if table == "open":
            return self._open_file()
        if table:
            raise Http404("この表はありません。")
        rows = list(chosen(self.asked))
        return DataFile(
            name="bureau_requests",
            title=f"局への要請・提案と回答（{self.day_label}現在）",
            columns=COLUMNS,
            rows=tuple(row_of(one) for one in rows),
            notices=(SAMPLE,) if any(one.is_demo for one in rows) else (),
        )

    def _open_file(self) -> DataFile:
        return DataFile(
            name=f"bureau_requests_open_{self.today:%Y%m%d}",
            title=f"回答を待っている要請・提案（{self.day_label}現在）",
            columns=OPEN_COLUMNS,
            rows=tuple(
                {
                    "day": self.today,
                    "bureau": one.bureau,
                    **dict(zip(BAND_NAMES, one.bands, strict=True)),
                    "waiting": one.waiting,
                    "overdue": one.overdue,
                }
                for one in [*self.open_by_bureau, self.open_total]
            ),
            notices=(SAMPLE,) if any(row.is_sample for row in self._waiting) else (),
        )


def row_of(one: BureauRequest) -> dict:
    """Return a published request as a row of a file."""
    return {
        "id": str(one.pk),
        "ward": one.from_ward.name,
        "bureau": one.bureau.name,
        "kind": one.get_kind_display(),
        "opinion": one.opinion_label,
        "title": one.title,
        "text": one.text,
        "sent_on": one.sent_on,
        "answer_class": one.get_answer_class_display(),
        "answer": one.answer,
        "answered_on": one.answered_on,
        "coordination": one.coordination,
        "published_on": one.published_on,
    }


def opinion_is_public(one: BureauRequest) -> bool:
    """Say whether the ward's ledger shows the opinion of a request: an answer is or was published."""
    return read_ward(
        one.from_ward.slug,
        lambda ward: Response.objects.filter(
            opinion_id=one.opinion_id, published_at__isnull=False
        ).exists(),
    )
