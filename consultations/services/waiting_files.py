"""Files chosen before the check page: kept under the submission until it is sent or forgotten."""

from collections.abc import Sequence

from django.db import transaction

from consultations.models import WaitingFile
from consultations.services.case_files import kept
from wards import attachments, clock
from wards.attachments import CleanFile
from wards.row_numbers import row_number


def waiting_files(token: str) -> list[WaitingFile]:
    """List the files that wait under a submission."""
    return list(WaitingFile.objects.filter(submission_token=token))


def keep_waiting(token: str, files: Sequence[CleanFile]) -> None:
    """Keep files until the submission is sent; a failed transaction leaves none behind."""
    now = clock.now()
    with kept(files) as described, transaction.atomic():
        WaitingFile.objects.bulk_create(
            [WaitingFile(submission_token=token, added_at=now, **facts) for facts in described]
        )


def remove_waiting(token: str, pk: str) -> None:
    """Take one file of a submission away; a number that is none of its own takes nothing away."""
    file = WaitingFile.objects.filter(submission_token=token, pk=row_number(pk)).first()
    if file is not None:
        file.delete()
        attachments.remove(file.stored_name)
