"""集計: the ward's figures of a fiscal year by category and month, on screen and as a file."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.urls import path

from consultations.admin.exports import file_links, file_response
from consultations.admin.typed_values import year_of
from consultations.figures_rules import share
from consultations.models import Consultation
from consultations.services.after_answer import satisfaction_figures
from consultations.services.figures import Figures, counted_cases, figures_of, grouped
from wards import clock
from wards.fiscal_year import first_day, fiscal_year_label, fiscal_year_of, last_day

MAY_NOT_SEE = "あなたの役割では、集計を見られません。"
HEADINGS = (
    "受付",
    "回答・供覧",
    "期限内",
    "期限内の割合（％）",
    "期限超過（対応中）",
    "平均日数",
    "中央値（日）",
    "引き継いだ案件",
    "引継ぎの回数",
    "1件当たりの引継ぎ",
    "解決していないとの申し出",
)


class FiguresPages:
    """Mixin for the admin of cases: `figures/` and its file."""

    def get_urls(self):
        """Add the figures."""
        wrap = self.admin_site.admin_view
        base = "consultations_consultation_figures"
        return [
            path("figures/", wrap(self.figures_view), name=base),
            path("figures/<slug:kind>/", wrap(self.figures_file), name=f"{base}_file"),
            *super().get_urls(),
        ]

    def _year(self, request) -> int:
        if not request.user.has_perm("consultations.view_all_consultations"):
            raise PermissionDenied(MAY_NOT_SEE)
        return year_of(request.GET.get("fiscal_year", "")) or fiscal_year_of(clock.today())

    def figures_view(self, request):
        """Show the year: all, by category, by month."""
        year = self._year(request)
        first, last = first_day(year), last_day(year)
        rows = counted_cases(first, last, clock.today())
        years = set(
            Consultation.objects.order_by().values_list("fiscal_year", flat=True).distinct()
        ) | {fiscal_year_of(clock.today())}
        said = satisfaction_figures(first, last)
        context = {
            "title": f"{fiscal_year_label(year)} 相談・要望の集計",
            "year": year,
            "years": sorted(years, reverse=True),
            "headings": HEADINGS,
            "total": cells_of(figures_of(rows)),
            "all": figures_of(rows),
            "by_category": [
                (category, cells_of(figures))
                for category, figures in grouped(rows, lambda row: row.category)
            ],
            "by_month": [
                (f"{month:%Y}年{month.month}月", cells_of(figures))
                for month, figures in sorted(grouped(rows, lambda row: row.month))
            ],
            "said": said,
            "said_rows": [
                (label, count, f"{_number(share(count, said.answered))}％")
                for label, count in (
                    ("回答が届いた", said.reached),
                    ("内容が分かった", said.understood),
                    ("適切に対応された", said.handled_properly),
                )
            ],
            "export_urls": file_links(request.user, "figures_file", f"?fiscal_year={year}"),
        }
        return self.page(request, "admin/consultations/figures.html", **context)

    def figures_file(self, request, kind: str):
        """Give the year by category and month as a file."""
        if not request.user.has_perm("consultations.export_consultation"):
            raise PermissionDenied("あなたの役割では、集計をファイルに書き出せません。")
        year = self._year(request)
        rows = counted_cases(first_day(year), last_day(year), clock.today())
        groups = grouped(rows, lambda row: (row.category, row.month))
        return file_response(
            request,
            kind=kind,
            name=f"{fiscal_year_label(year)}集計",
            headings=("分野", "月", *HEADINGS),
            rows=[
                [category, f"{month:%Y-%m}", *cells_of(figures)]
                for (category, month), figures in groups
            ],
            about=f"相談・要望の集計（{fiscal_year_label(year)}）",
        )


def cells_of(figures: Figures) -> list:
    """Return figures in the order of the headings."""
    return [
        figures.received,
        figures.ended,
        figures.in_time,
        _number(figures.in_time_rate),
        figures.overdue,
        _number(figures.mean_days),
        _number(figures.median_days),
        figures.handed_over,
        figures.handovers,
        _number(figures.handovers_per_case),
        figures.reopened,
    ]


def _number(value: Decimal | None) -> str:
    return "—" if value is None else str(value)
