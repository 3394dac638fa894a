"""The fiscal year that an address of the city's pages asks for."""

from django.http import Http404

from wards.fiscal_year import fiscal_year_from_text


def asked_year(request, *, first: int, running: int, none: str) -> int:
    """Return `?fiscal_year=`, the running year without; Http404 with `none` for one outside."""
    given = request.GET.get("fiscal_year", "")
    if not given.strip():
        return running
    try:
        year = fiscal_year_from_text(given)
    except ValueError as problem:
        raise Http404(str(problem)) from problem
    if not first <= year <= running:
        raise Http404(none)
    return year
