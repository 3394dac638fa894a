"""What every step shares: the line in the record of a session or an opinion."""

from django.db import connection

from councils.forum.choices import StepKind
from councils.forum.models import ForumEntry, ForumSession
from wards import clock


def one_at_a_time(what: str) -> None:
    """Let whoever does the same at the same moment wait until the transaction ends; `what` names the ward."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def note(about, kind: StepKind, title: str, *, actor, text: str = "") -> None:
    """Write a line into the record of a session or an opinion."""
    side = "session" if isinstance(about, ForumSession) else "opinion"
    ForumEntry.objects.create(
        **{side: about}, kind=kind, title=title[:100], text=text, author=actor, at=clock.now()
    )
