"""The city's public pages of 要請・提案: the published ones, and one of them at its own address."""

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpis.data_files import file_response
from osaka_kusei.citywide.request_page import SAMPLE, RequestPage, opinion_is_public
from osaka_kusei.citywide.request_reading import published_requests
from wards.addresses import address_at


@require_safe
def requests(request) -> HttpResponseBase:
    """Show the published requests that were asked for, or give them as a file."""
    page = RequestPage(request)
    if (wanted := request.GET.get("format")) is not None:
        return file_response(wanted, page.file(request.GET.get("table", "")))
    return render(request, "city/requests.html", {"page": page, "asked": page.asked})


@require_safe
def one_request(request, pk) -> HttpResponseBase:
    """Show one published request; one that is not published is as unknown as none."""
    found = published_requests().filter(pk=pk).first()
    if found is None:
        raise Http404("この番号の要請・提案は、公表されていません。")
    slug = found.from_ward.slug
    path = f"/forum/opinions/{found.opinion_id}/" if opinion_is_public(found) else ""
    return render(
        request,
        "city/requests_one.html",
        {
            "one": found,
            "notices": (SAMPLE,) if found.is_demo else (),
            "opinion_url": address_at(request, slug, path) if path else "",
            "forum_url": address_at(request, slug, "/forum/"),
        },
    )
