"""The public pages of what came of it: gatherings, 委員評価一覧, and the yearly editions."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from councils.forum import public_results
from councils.forum.edition_content import with_days
from councils.forum.edition_files import edition_response
from councils.forum.services.evaluations import overview
from wards.list_pages import page_of

PER_PAGE = 20


@require_safe
def gatherings(request):
    """Show the gatherings that the ward tells of, with the opinions from them."""
    page = page_of(request, public_results.gatherings_with_opinions(), PER_PAGE)
    found = [public_results.as_gathering(row) for row in page.object_list]
    return render(
        request,
        "forum/gatherings.html",
        {
            "page": page,
            "gatherings": found,
            "has_samples": any(one.is_sample for one in found),
        },
    )


@require_safe
def evaluation(request, number: int):
    """Show a published 委員評価一覧: counts and comments, nobody's name."""
    sheet = public_results.published_sheet(number)
    if sheet is None:
        raise Http404("この番号の委員評価一覧は、公表されていません。")
    return render(
        request,
        "forum/evaluation.html",
        {
            "sheet": sheet,
            "items": overview(sheet).items,
            "has_samples": sheet.is_demo,
        },
    )


@require_safe
def editions(request):
    """Show the published editions of the yearly publication."""
    page = page_of(request, public_results.published_editions(), PER_PAGE)
    return render(
        request,
        "forum/edition_list.html",
        {"page": page, "has_samples": any(one.is_demo for one in page.object_list)},
    )


@require_safe
def edition(request, number: int):
    """Show one edition as it was published, or give it as a file."""
    row = public_results.published_edition(number)
    if row is None:
        raise Http404("この番号の運営状況は、公表されていません。")
    if (wanted := request.GET.get("format")) is not None:
        return edition_response(wanted, request.ward, row)
    return render(
        request,
        "forum/edition_detail.html",
        {
            "edition": row,
            "parts": with_days(row.content),
            "changes": row.changes.splitlines(),
            "has_samples": row.is_demo,
        },
    )
