"""区政会議 of all wards as one calendar: announced sessions to come, and those of the past year."""

from datetime import datetime, timedelta
from typing import Final

from councils.forum.calendar_file import SessionEntry, calendar_of, last_change, summary_of
from councils.forum.models import ForumSession
from osaka_kusei.citywide.reading import read_each_ward
from wards.addresses import absolute_address
from wards.models import Ward

NAME: Final = "大阪市 区政会議（24区）"
PAST: Final = timedelta(days=365)
# Exactly what `portal_city` may read of a notice (wards/database_roles.py).
_COLUMNS: Final = (
    "pk", "fiscal_year", "number", "subcommittee__name", "starts_at", "planned_end_at", "place",
    "announced_at", "cancelled_at", "changed_at", "uid", "sequence", "is_demo",
)  # fmt: skip


def read_sessions(now: datetime) -> list[SessionEntry]:
    """Return what was announced in each ward, from a year ago on; one question per ward."""

    def look(ward: Ward) -> list[SessionEntry]:
        rows = (
            ForumSession.objects.announced()
            .filter(starts_at__gte=now - PAST)
            .order_by("starts_at", "pk")
            .values(*_COLUMNS)
        )
        return [_entry(ward, row) for row in rows]

    return [entry for of_ward in read_each_ward(look) for entry in of_ward]


def _entry(ward: Ward, row: dict) -> SessionEntry:
    return SessionEntry(
        uid=f"{row['uid']}@{ward.host}",
        sequence=row["sequence"],
        starts_at=row["starts_at"],
        ends_at=row["planned_end_at"],
        summary=summary_of(
            ward.name,
            row["fiscal_year"],
            row["number"],
            subcommittee=row["subcommittee__name"] or "",
            is_sample=row["is_demo"],
        ),
        place=row["place"],
        url=absolute_address(ward, f"/forum/sessions/{row['pk']}/"),
        changed_at=last_change(row["announced_at"], row["changed_at"], row["cancelled_at"]),
        is_cancelled=row["cancelled_at"] is not None,
    )


def city_calendar(now: datetime) -> bytes:
    """Return the calendar of all wards."""
    return calendar_of(read_sessions(now), NAME)
