"""A ward's public pages: its own indicators, and how each figure came about."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpis.data_files import file_response
from kpis.explaining import explain
from kpis.page_files import list_file
from kpis.steps import run_of, steps_of
from kpis.ward_year import WardYear
from wards.fiscal_year import fiscal_year_label


@require_safe
def start(request):
    """Welcome the reader to the ward office's portal."""
    page = WardYear(request)
    return render(request, "ward/start.html", page.context(counters=page.counters()))


@require_safe
def results(request):
    """Show the ward's indicators of one year."""
    page = WardYear(request)
    if (wanted := request.GET.get("format")) is not None:
        return file_response(wanted, list_file(page, request.ward))
    return render(
        request,
        "kpis/result_list.html",
        page.context(
            counters=page.counters(), previous_label=fiscal_year_label(page.fiscal_year - 1)
        ),
    )


@require_safe
def result(request, code: str):
    """Show one indicator of the ward, with 「この数値の説明」."""
    page = WardYear(request)
    indicator = page.indicator(code)
    line = page.line(indicator)
    return render(
        request,
        "kpis/result_detail.html",
        page.context(
            indicator=indicator,
            notices=page.notices(indicator),
            line=line,
            history=page.history(indicator),
            explanation=explain(line.result)
            if line.result
            else [
                f"{fiscal_year_label(page.fiscal_year)}の実績値は未入力です（区が提出する前や、訂正している間もこう示します）。判定も集計もしません。"
            ],
            steps=steps_of(line.result, request.ward) if line.result else [],
            run=run_of(line.result, request.ward) if line.result else None,
        ),
    )
