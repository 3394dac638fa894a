"""What every step shares: the line in the record of a session or an opinion."""

from councils.forum.choices import StepKind
from councils.forum.models import ForumEntry, ForumSession
from wards import clock


def note(about, kind: StepKind, title: str, *, actor, text: str = "") -> None:
    """Write a line into the record of a session or an opinion."""
    side = "session" if isinstance(about, ForumSession) else "opinion"
    ForumEntry.objects.create(
        **{side: about}, kind=kind, title=title[:100], text=text, author=actor, at=clock.now()
    )
