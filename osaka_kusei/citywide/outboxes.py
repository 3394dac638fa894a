"""How much mail waits in which ward: read as the city, without addresses or texts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Min

from osaka_kusei.citywide.reading import read_each_ward
from wards.desk.models import OutgoingMail
from wards.models import Ward

# Mail that waits longer than this makes the portal «degraded» (CONTRACT, /readyz).
LATE_AFTER: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Outbox:
    """One ward's outbox: whether a worker should look at it, and since when its oldest mail waits."""

    slug: str
    schema_name: str
    is_due: bool
    oldest: datetime | None


def read_outboxes(now: datetime) -> list[Outbox]:
    """Return every ward's outbox; a ward whose schema is gone is left out, and stops no other."""
    standing = _schemas_with_an_outbox()

    def look(ward: Ward) -> Outbox | None:
        if ward.schema_name not in standing:
            return None
        waiting = OutgoingMail.objects.waiting()
        oldest = waiting.aggregate(oldest=Min("created_at"))["oldest"]
        is_due = oldest is not None and OutgoingMail.objects.due(now).exists()
        return Outbox(ward.slug, ward.schema_name, is_due, oldest)

    return [outbox for outbox in read_each_ward(look) if outbox is not None]


def _schemas_with_an_outbox() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname FROM pg_tables WHERE tablename = %s", [OutgoingMail._meta.db_table]
        )
        return {name for (name,) in cursor.fetchall()}
