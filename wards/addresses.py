"""Addresses on another ward's host, with the scheme and port the reader already uses."""

import re

from django.conf import settings


def address_at(request, slug: str, path: str = "/") -> str:
    """Return the address of a path on a ward's host (`osaka`: the city's).

    Without the scheme, so that 408 links in one table stay short.
    """
    port = re.search(r":\d{1,5}\Z", request.get_host())
    return f"//{slug}.{settings.BASE_DOMAIN}{port.group() if port else ''}{path}"
