"""The city's public page of 社会的ビジネス."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpis.data_files import file_response
from osaka_kusei.citywide.socialbiz_page import SocialBusinessPage


@require_safe
def social_business(request) -> HttpResponseBase:
    """Show the figures of the year asked for, or give them as a file from the same address."""
    page = SocialBusinessPage(request)
    if (wanted := request.GET.get("format")) is not None:
        return file_response(wanted, page.file())
    return render(request, "city/socialbiz.html", {"page": page})
