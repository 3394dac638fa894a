"""What every step shares: refusing with all reasons, and the line in a council's record."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError

from councils.choices import EntryKind
from councils.models import CommunityCouncil, CouncilEntry
from wards import clock
from wards.text import check_written, faults_of_text

LONGEST_TEXT = 2_000


def refuse(reasons: Sequence[str]) -> None:
    """Raise ValidationError with every reason; do nothing without any."""
    if reasons:
        raise ValidationError(list(reasons))


def need_text(text: str, missing: str, *, longest: int = LONGEST_TEXT) -> str:
    """Return a text without white space around it; refuse an empty or unreadable one."""
    check_written(text, longest=longest, missing=missing)
    return text.strip()


def optional_text(text: str, *, longest: int = LONGEST_TEXT) -> str:
    """Return a text that may be empty, without white space around it; refuse an unreadable one."""
    refuse(faults_of_text(text, longest=longest))
    return text.strip()


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
