"""A long list on several pages, `?page=2`."""

from django.core.paginator import EmptyPage, Page, Paginator
from django.http import Http404

from wards.row_numbers import row_number


def page_of(request, rows, per_page: int) -> Page:
    """Return the page that the address asks for, the first without; Http404 for one there is not."""
    number = row_number(request.GET.get("page") or "1")
    try:
        return Paginator(rows, per_page).page(number or 0)
    except EmptyPage as problem:
        raise Http404("このページはありません。") from problem
