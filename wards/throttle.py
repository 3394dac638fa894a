"""How failed logins are counted: by person, and by the address they came from (C5, C6)."""

from django.conf import settings

from wards.models.user import normalized_email
from wards.text import LONGEST_EMAIL


def name_as_counted(request, credentials) -> str:
    """Return the address as it is compared at login: other spellings get no fresh tries."""
    typed = (credentials or {}).get("username") or (
        request.POST.get("username", "") if request is not None else ""
    )
    # Small letters may be more than the capitals they come from (İ), and the column is narrow.
    return normalized_email(typed)[:LONGEST_EMAIL]


def client_address(request) -> str:
    """Return the client's address; a proxy's word counts only when one of ours stands in front.

    The last entry of `X-Forwarded-For` is the one that our proxy wrote.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.BEHIND_PROXY and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return request.META.get("REMOTE_ADDR", "")
