"""The fiscal year that an address of the city's pages asks for."""

from django.http import Http404

from kpis.chosen_year import NoSuchYearError, year_in_address


def asked_year(request, *, first: int, running: int, none: str) -> int:
    """Return `?fiscal_year=`, the running year without; Http404 with `none` for one outside."""
    given = request.GET.get("fiscal_year", "")
    if not given.strip():
        return running
    try:
        return year_in_address(given, range(first, running + 1), none=none)
    except NoSuchYearError as problem:
        raise Http404(str(problem)) from problem
