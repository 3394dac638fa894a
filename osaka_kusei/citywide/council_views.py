"""The city's public page of 地域活動協議会: numbers of 24 wards on a day."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpis.data_files import file_response
from osaka_kusei.citywide.council_page import CouncilPage


@require_safe
def councils(request) -> HttpResponseBase:
    """Show the figures of the day asked for, or give them as a file from the same address."""
    page = CouncilPage(request)
    if (wanted := request.GET.get("format")) is not None:
        return file_response(wanted, page.file(request.GET.get("table", "")))
    return render(request, "city/councils.html", {"page": page})
