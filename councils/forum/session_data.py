"""A session for search engines: schema.org Event as a block of data. Pure.

It is data, which no browser runs; CSP's script-src has no say in it.
"""

import json
from typing import Final

from django.utils.safestring import SafeString, mark_safe

from councils.forum.public import PublicSession
from wards.models import Ward

_BASE: Final = "https://schema.org/"
# Nothing in the data may end the block or begin another.
_ESCAPES: Final = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def event_data(session: PublicSession, ward: Ward, address: str) -> SafeString:
    """Return a session as JSON that may stand inside a page."""
    # Online sit members alone; whoever listens comes to the place unless there is a stream.
    mode = "MixedEventAttendanceMode" if session.streaming_url else "OfflineEventAttendanceMode"
    data = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": f"{ward.name} {session.name}",
        "url": address,
        "startDate": session.starts_at.isoformat(timespec="minutes"),
        "endDate": session.ends_at.isoformat(timespec="minutes"),
        "eventStatus": f"{_BASE}Event{'Cancelled' if session.is_cancelled else 'Scheduled'}",
        "eventAttendanceMode": f"{_BASE}{mode}",
        "isAccessibleForFree": True,
        "location": {"@type": "Place", "name": session.place, "address": f"大阪市{ward.name}"},
        "organizer": {"@type": "GovernmentOrganization", "name": ward.office_name},
    }
    written = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(written)  # noqa: S308  escaped above
