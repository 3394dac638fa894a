"""Files chosen before the check page: kept under the submission until it is sent or forgotten."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from consultations.models import WaitingFile
from wards import attachments, clock
from wards.attachments import CleanFile, stored

FOLDER = "consultations"


def facts_of(names: Sequence[str], files: Sequence[CleanFile]) -> list[dict[str, Any]]:
    """Describe stored files as the rows of a case or of its waiting files do."""
    return [
        {
            "stored_name": name,
            "display_name": file.display_name[:120],
            "content_type": file.content_type,
            "size": len(file.content),
            "sha256": file.sha256,
        }
        for name, file in zip(names, files, strict=True)
    ]


def waiting_files(token: str) -> list[WaitingFile]:
    """List the files that wait under a submission."""
    return list(WaitingFile.objects.filter(submission_token=token))


def keep_waiting(token: str, files: Sequence[CleanFile]) -> None:
    """Keep files until the submission is sent; a failed transaction leaves none behind."""
    now = clock.now()
    with stored(files, FOLDER) as names, transaction.atomic():
        WaitingFile.objects.bulk_create(
            [
                WaitingFile(submission_token=token, added_at=now, **facts)
                for facts in facts_of(names, files)
            ]
        )


def remove_waiting(token: str, pk: str) -> None:
    """Take one file of a submission away; a number that is none of its own takes nothing away."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return
    file = WaitingFile.objects.filter(submission_token=token, pk=int(pk)).first()
    if file is not None:
        file.delete()
        attachments.remove(file.stored_name)
