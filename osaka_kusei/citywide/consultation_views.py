"""The city's public page of 相談・要望: numbers of 24 wards, no case among them."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpis.data_files import file_response
from osaka_kusei.citywide.consultation_page import ConsultationPage
from wards.fiscal_year import fiscal_year_label


@require_safe
def consultations(request) -> HttpResponseBase:
    """Show the figures as they were asked for, or give them as a file from the same address."""
    page = ConsultationPage(request)
    if (wanted := request.GET.get("format")) is not None:
        return file_response(wanted, page.file())
    return render(
        request,
        "city/consultations.html",
        {
            "page": page,
            "fiscal_year": page.fiscal_year,
            "year_label": fiscal_year_label(page.fiscal_year),
            "previous_label": fiscal_year_label(page.fiscal_year - 1),
            "notices": page.notices,
            "tile_map": page.tile_map,
        },
    )
