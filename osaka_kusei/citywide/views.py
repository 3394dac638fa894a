"""The city's public pages: one year of 24 wards, readable by everyone, without JavaScript."""

from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.http import StreamingHttpResponse as Streaming
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpis.catalog.choices import Counting
from kpis.catalog.models import CityResult
from kpis.data_files import file_response
from kpis.explaining import explain
from kpis.models.result import HANDED_IN
from kpis.presentation import target_text
from kpis.steps import run_of, steps_of
from osaka_kusei.citywide import exports
from osaka_kusei.citywide.charts import SHARE_WIDTH
from osaka_kusei.citywide.page_files import heat_map_file, indicator_file
from osaka_kusei.citywide.pages import CityYear
from osaka_kusei.citywide.printed_lines import printed_lines, scales_of_parts
from osaka_kusei.citywide.report_data import table_notices
from osaka_kusei.citywide.report_rows import CITY_SLUG
from wards.addresses import address_at
from wards.fiscal_year import fiscal_year_label
from wards.models import Ward

DOWNLOADS = {
    ("table1", "csv"): exports.table1_csv,
    ("table1", "xlsx"): exports.table1_xlsx,
    ("table2", "csv"): exports.table2_csv,
    ("table2", "xlsx"): exports.table2_xlsx,
}


@require_safe
def dashboard(request) -> HttpResponseBase:
    """Show the year of all wards: counters, map, heat map, small multiples."""
    page = CityYear(request)
    if (wanted := request.GET.get("format")) is not None:
        return file_response(wanted, heat_map_file(page))
    chosen = page.indicator(request.GET.get("indicator") or page.indicators[0].code)
    return render(
        request,
        "city/dashboard.html",
        page.context(
            total=page.table2.total,
            chosen=chosen,
            target_text=target_text(chosen.target, chosen.unit),
            tile_map=page.tile_map(chosen.code),
            named=page.named_groups(chosen.code),
            heat_rows=page.heat_rows(),
            summaries=page.summaries(),
            share_width=SHARE_WIDTH,
            panels=page.small_multiples(chosen.code),
            notices=page.notices(),
        ),
    )


@require_safe
def table1_page(request) -> HttpResponseBase:
    """Show 表1「取組の実施状況」, or give it as a file."""
    return _table(request, "table1")


@require_safe
def table2_page(request) -> HttpResponseBase:
    """Show 表2「成果目標値達成に向けた進捗状況」, or give it as a file."""
    return _table(request, "table2")


def _table(request, name: str) -> HttpResponseBase:
    page = CityYear(request)
    wanted = request.GET.get("format")
    if wanted is not None:
        if (name, wanted) not in DOWNLOADS:
            raise Http404("この形式のファイルはありません。")
        return _as_response(DOWNLOADS[name, wanted](page.fiscal_year))
    table = getattr(page, name)
    return render(
        request,
        f"city/{name}.html",
        page.context(
            table=table,
            lines=printed_lines(page.indicators, table),
            previous_label=fiscal_year_label(page.fiscal_year - 1),
            scales=scales_of_parts(page.scale(), page.scale(page.fiscal_year - 1)),
            notices=table_notices(
                name, page.fiscal_year, page.rows(page.fiscal_year), page.rows(page.fiscal_year - 1)
            ),
        ),
    )


def _as_response(download: exports.Download) -> Streaming:
    return Streaming(
        download.chunks,
        content_type=download.content_type,
        headers={"Content-Disposition": f'attachment; filename="{download.filename}"'},
    )


@require_safe
def indicator_page(request, code: str) -> HttpResponseBase:
    """Show one indicator: what it measures, and where each ward stands."""
    page = CityYear(request)
    indicator = page.indicator(code)
    if (wanted := request.GET.get("format")) is not None:
        return file_response(wanted, indicator_file(page, indicator))
    own = explanation = None
    if indicator.counting == Counting.ONCE_FOR_CITY:
        own = (
            CityResult.objects.filter(
                indicator__code=code, fiscal_year=page.fiscal_year, state__in=HANDED_IN
            )
            .select_related("indicator", "rule")
            .first()
        )
        explanation = explain(own) if own else None
    summary = next(one for one in page.summaries() if one.indicator is indicator)
    return render(
        request,
        "city/indicator.html",
        page.context(
            indicator=indicator,
            summary=summary,
            target_text=target_text(indicator.target, indicator.unit),
            share_width=SHARE_WIDTH,
            tile_map=page.tile_map(code),
            named=page.named_groups(code),
            lines=page.ward_lines(code),
            panels=page.small_multiples(code),
            own=own,
            own_shown=page.shown(CITY_SLUG, code) if own else None,
            explanation=explanation,
            steps=steps_of(own, request.ward) if own else [],
            run=run_of(own, request.ward) if own else None,
            notices=page.notices(code),
        ),
    )


@require_safe
def ward_redirect(request, slug: str) -> HttpResponseBase:
    """Send the reader to the ward's own host."""
    if not Ward.objects.in_official_order().filter(slug=slug).exists():
        raise Http404("この区はありません。")
    query = request.META.get("QUERY_STRING", "")
    path = f"/kpis/?{query}" if "fiscal_year" in request.GET else "/"
    return HttpResponseRedirect(f"{request.scheme}:{address_at(request, slug, path)}")
