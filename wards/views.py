"""Pages of no app: refusals in the officer's and the citizen's language."""

import sys

from django.shortcuts import render

from wards.middleware import DATABASE_IS_AWAY, away, plain_page


def csrf_failure(request, reason=""):
    """Tell how to go on after a form grew old or cookies are refused.

    The long text of a public form (`body`) is shown once more, so that it can be copied.
    """
    return render(request, "403_csrf.html", {"typed": request.POST.get("body", "")}, status=403)


def server_error(request):
    """Answer 503 where the database went away outside a view, such as in a middleware; else 500."""
    if isinstance(sys.exc_info()[1], DATABASE_IS_AWAY):
        return away()
    return plain_page("500.html", 500)
