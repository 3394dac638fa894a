"""What every step of a council shares: nobody else moves it, and the line in its record."""

from councils.choices import EntryKind
from councils.models import CommunityCouncil, CouncilEntry
from wards import clock


def locked(council: CommunityCouncil) -> CommunityCouncil:
    """Return the council with nobody else changing it until the transaction ends."""
    return CommunityCouncil.objects.select_for_update().get(pk=council.pk)


def note(council: CommunityCouncil, kind: EntryKind, title: str, *, actor, text: str = "") -> None:
    """Write a line into the council's record."""
    CouncilEntry.objects.create(
        council=council, kind=kind, title=title[:100], text=text, author=actor, at=clock.now()
    )


def state_of(council: CommunityCouncil, day) -> str:
    """Return how a council stands on a day."""
    return (
        CommunityCouncil.objects.with_state(day).values_list("state", flat=True).get(pk=council.pk)
    )
