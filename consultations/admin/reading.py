"""Who read which case: written down each time it is shown (SECURITY C58)."""

from collections.abc import Iterable

from consultations.models import Consultation
from wards.desk.choices import AccessKind
from wards.desk.services import note_access


def note_case(request, case: Consultation) -> None:
    """Write down that a person was shown a case: its text may name people."""
    note_access(request, what=AccessKind.PERSONAL_DATA, about=case.number, page="情報共有カルテ")


def note_numbers(request, *, page: str, numbers: Iterable[str]) -> None:
    """Write down each case whose text a list has shown, so that the log is searched by number."""
    for number in numbers:
        note_access(request, what=AccessKind.PERSONAL_DATA, about=number, page=page)
