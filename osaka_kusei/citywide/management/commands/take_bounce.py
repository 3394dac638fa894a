"""Take in a mail that came back, as the mail server pipes it: `manage.py take_bounce < mail`."""

import logging
import os
import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connection

from osaka_kusei.citywide.writing import inside_ward
from wards.desk.models import OutgoingMail
from wards.desk.returned_mails import MOST_BYTES, Returned, read_returned
from wards.desk.services import note_bounce
from wards.models import Ward

logger = logging.getLogger(__name__)

PIECE = 65_536


class Command(BaseCommand):
    """Ends with 0 for whatever is no notification about a mail of ours: it must not be returned, too.

    75 (EX_TEMPFAIL) asks the mail server to try again: when the database is away, or when the mail
    came back before the worker had noted that it went out.
    """

    help = (
        "Note that a mail came back: a delivery status notification (RFC 3464) on standard input."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args, **options):
        returned = read_returned(_standard_input())
        if returned is None:
            logger.info("A mail to the returns was no notification of failure; ignored.")
            return
        try:
            connection.set_schema_to_public()
            outcome = self._note(returned)
        except (DatabaseError, InterfaceError) as problem:
            logger.warning("A returned mail must wait: %s", type(problem).__name__)
            raise CommandError("データベースを使えません。", returncode=os.EX_TEMPFAIL) from problem
        logger.info("A returned mail: %s", outcome)

    def _note(self, returned: Returned) -> str:
        wards = Ward.objects.in_official_order()
        ward = next((ward for ward in wards if ward.host == returned.host), None)
        if ward is None:
            return "its Message-ID names no ward; ignored."
        with inside_ward(ward):
            if mail := note_bounce(returned.message_id, returned.reason):
                return f"mail {mail.pk} of {ward.slug} reached nobody."
            if OutgoingMail.objects.waiting().filter(message_id=returned.message_id).exists():
                raise CommandError("このメールはまだ送信中です。", returncode=os.EX_TEMPFAIL)
        return f"{ward.slug} has sent no such mail, or knows already; ignored."


def _standard_input() -> bytes:
    """Read what may matter, and let the rest go by: a mail server minds a closed pipe."""
    raw = sys.stdin.buffer.read(MOST_BYTES)
    while sys.stdin.buffer.read(PIECE):
        pass
    return raw
