"""The public ledger of opinions, one opinion from what was said to what came of it, and its PDF."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from councils.forum import ledger as lines_of
from councils.forum.choices import OpinionSource, OpinionState, ResponseClass
from councils.forum.ledger import Asked, public_opinions
from councils.forum.opinion_document import opinion_pdf
from councils.forum.opinion_line import public_opinion
from kpis.data_files import file_response
from wards import clock
from wards.addresses import absolute_address
from wards.list_pages import page_of

PER_PAGE = 25
NO_SUCH_OPINION = (
    "この番号の意見は、公表されていません。対応を準備している意見は、公表するまで見られません。"
)
# Publicly a decided answer is still being prepared.
STATES = [choice for choice in OpinionState.choices if choice[0] != OpinionState.APPROVED]


@require_safe
def ledger(request):
    """Show the opinions with a public answer that meet the conditions, or give all as a file."""
    today = clock.today()
    asked = Asked.read(request.GET)
    rows = lines_of.chosen(public_opinions(), asked, today).order_by("-fiscal_year", "-number")
    if (wanted := request.GET.get("format")) is not None:
        file = lines_of.ledger_file(
            request.ward, lines_of.ledger_lines(rows, today), "区政会議の意見の台帳"
        )
        return file_response(wanted, file)
    page = page_of(request, rows, PER_PAGE)
    lines = lines_of.ledger_lines(page.object_list, today)
    years = public_opinions().order_by("-fiscal_year").values_list("fiscal_year", flat=True)
    kept = request.GET.copy()
    kept.pop("page", None)
    return render(
        request,
        "forum/ledger.html",
        {
            "asked": asked,
            "page": page,
            "lines": lines,
            "query": kept.urlencode(),
            "years": list(years.distinct()),
            "classes": ResponseClass.choices,
            "sources": OpinionSource.choices,
            "states": STATES,
            "has_samples": any(line.is_sample for line in lines),
        },
    )


def _opinion_or_404(number: int):
    found = public_opinion(number)
    if found is None:
        raise Http404(NO_SUCH_OPINION)
    return found


@require_safe
def opinion(request, number: int):
    """Show one opinion as a line of steps."""
    one = _opinion_or_404(number)
    return render(
        request, "forum/opinion_detail.html", {"opinion": one, "has_samples": one.is_sample}
    )


@require_safe
def document(request, number: int):
    """Give the same as a PDF of a page or two."""
    one = _opinion_or_404(number)
    address = absolute_address(request.ward, reverse("forum:opinion", args=[number]))
    content = opinion_pdf(request.ward, one, clock.today(), address)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{request.ward.slug}_opinion_{one.label}.pdf"',
            "X-Content-Type-Options": "nosniff",
        },
    )
