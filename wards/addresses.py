"""Addresses on another ward's host, with the scheme and port the reader already uses."""

import re

from django.conf import settings

_KEYS = re.compile(r"(?<=/)[A-Za-z0-9_-]{40,}(?![A-Za-z0-9_-])")


def without_keys(text: str) -> str:
    """Return a text in which no address lets anybody in: the part that is a key becomes 「…」."""
    return _KEYS.sub("…", text)


def address_at(request, slug: str, path: str = "/") -> str:
    """Return the address of a path on a ward's host (`osaka`: the city's).

    Without the scheme, so that 408 links in one table stay short.
    """
    port = re.search(r":\d{1,5}\Z", request.get_host())
    return f"//{slug}.{settings.BASE_DOMAIN}{port.group() if port else ''}{path}"


def absolute_address(ward, path: str = "/") -> str:
    """Return the full address of a path at the ward's registered domain, for mail (C29).

    On one machine it is plain http; the port is not part of a ward's name and not told.
    """
    scheme = "http" if settings.PORTAL_LOCAL else "https"
    return f"{scheme}://{ward.host}{path}"
