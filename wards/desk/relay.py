"""Sending what stands in the outbox: each mail by itself, and none twice (SECURITY F19, F20).

A worker takes a lease on one row, sends it outside any transaction, and notes how it ended. Killed
before the server took the mail, it leaves a row that the next worker takes once the lease is over;
only when the server took it and the answer was lost does it go out again, with its Message-ID.
"""

import logging
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from email.utils import formataddr
from time import monotonic

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction

from wards.desk.choices import MailState
from wards.desk.models import OutgoingMail
from wards.desk.smtp_answers import in_words, is_refused_for_good, is_silence
from wards.desk.undelivered import follow_up_undelivered

logger = logging.getLogger(__name__)

DUMMY_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# One address may stall a server; when several in a row do, the server itself is not well, and a
# worker that went on would be held up for minutes.
SILENCES_IN_A_ROW = 3
NO_MAIL_SERVER = "メールサーバーが設定されていません（EMAIL_URL）。"


@dataclass(slots=True)
class Relayed:
    """How one run over a ward's outbox went.

    `put_off` will be tried again; `server_away` says that the mail server could not be reached, so
    that nothing could be tried; `waiting` counts what stands in the outbox afterwards.
    """

    sent: int = 0
    put_off: int = 0
    parked: int = 0
    waiting: int = 0
    server_away: bool = False

    @property
    def tried(self) -> int:
        """Return how many mails were tried."""
        return self.sent + self.put_off + self.parked

    def as_dict(self) -> dict:
        """Return plain values."""
        return asdict(self)


def mail_is_set_up() -> bool:
    """Say whether there is a mail server; without one nothing may count as sent."""
    return settings.EMAIL_BACKEND != DUMMY_BACKEND


def relay_waiting(now: datetime, limit: int = 50) -> Relayed:
    """Send what is due in the ward served, `limit` mails at most; return how it went.

    `now` is the moment of the start: mail that falls due later is left to the next run.
    """
    run = Relayed()
    if mail_is_set_up():
        _park_abandoned(now, run)
        _relay(now, limit, run)
    run.waiting = OutgoingMail.objects.waiting().count()
    return run


def _relay(now: datetime, limit: int, run: Relayed) -> None:
    started = monotonic()
    silences = 0
    server = get_connection()
    try:
        while run.tried < limit and OutgoingMail.objects.due(now).exists():
            # A lease runs from the moment it is taken, however long the mails before it took.
            moment = now + timedelta(seconds=monotonic() - started)
            try:
                server.open()
            except OSError as problem:  # what smtplib raises is an OSError too
                _put_off_all(now, moment, problem, run)
                return
            mail = _take_next(now, moment)
            if mail is None:
                return
            problem = _send(server, mail, moment, run)
            if problem is None:
                silences = 0
                continue
            # A conversation that went wrong is not trusted with the next mail.
            _hang_up(server)
            silences = silences + 1 if is_silence(problem) else 0
            if silences == SILENCES_IN_A_ROW:
                _put_off_all(now, moment, problem, run)
                return
    finally:
        _hang_up(server)


def _hang_up(server) -> None:
    with suppress(Exception):
        server.close()


def _take_next(now: datetime, moment: datetime) -> OutgoingMail | None:
    """Take a lease on one mail that is due; two workers never get the same one."""
    with transaction.atomic():
        due = OutgoingMail.objects.due(now).select_for_update(skip_locked=True)
        mail = due.order_by("not_before", "pk").first()
        if mail is not None:
            mail.attempts += 1
            mail.lease_until = moment + OutgoingMail.LEASE
            mail.save(update_fields=["attempts", "lease_until"])
    return mail


def _send(server, mail: OutgoingMail, moment: datetime, run: Relayed) -> Exception | None:
    """Send one mail and note how it ended; return what went wrong, if anything."""
    try:
        if not server.send_messages([_message(mail)]):
            raise RuntimeError("The mail backend took nothing.")
    except Exception as problem:  # noqa: BLE001  one bad mail stops no other
        logger.warning("Mail %s could not be sent: %s", mail.pk, type(problem).__name__)
        _note_failure(mail, moment, problem, run)
        return problem
    _own(mail).update(
        state=MailState.SENT, sent_at=moment, lease_until=None, last_error="", bounce_reason=""
    )
    run.sent += 1
    return None


def _message(mail: OutgoingMail) -> EmailMessage:
    ward = connection.tenant
    sender = settings.MAIL_FROM or f"noreply@{ward.host}"
    return EmailMessage(
        subject=mail.subject,
        body=mail.body,
        from_email=formataddr((ward.office_name, sender)),
        to=[mail.to_address],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    )


def _own(mail: OutgoingMail):
    """Return the row as long as this try holds it: a worker that outlived its lease may not write."""
    return OutgoingMail.objects.waiting().filter(pk=mail.pk, attempts=mail.attempts)


def _note_failure(mail: OutgoingMail, moment: datetime, problem: Exception, run: Relayed) -> None:
    reason = in_words(problem)[:500]
    last_try = mail.attempts >= OutgoingMail.MAXIMUM_ATTEMPTS
    if is_refused_for_good(problem) or last_try:
        if park(mail, reason, moment):
            run.parked += 1
        else:
            run.put_off += 1
        return
    _put_off(_own(mail), moment, reason)
    run.put_off += 1


def _put_off(mails, moment: datetime, reason: str) -> None:
    mails.update(not_before=moment + OutgoingMail.RETRY_AFTER, lease_until=None, last_error=reason)


def _put_off_all(now: datetime, moment: datetime, problem: Exception, run: Relayed) -> None:
    """Wait with everything that is due: a server that is away is no fault of a mail, so no try counts."""
    logger.warning("The mail server is away: %s", type(problem).__name__)
    _put_off(OutgoingMail.objects.due(now), moment, in_words(problem)[:500])
    run.server_away = True


def _park_abandoned(now: datetime, run: Relayed) -> None:
    """Give up what killed its worker at the last try: it must not stand in the outbox for ever."""
    for mail in OutgoingMail.objects.due(now).tried_to_the_limit():
        run.parked += park(mail, mail.last_error or "送信中に作業プロセスが止まりました。", now)


def park(mail: OutgoingMail, reason: str, moment: datetime) -> bool:
    """Give the mail up and do what follows, together; return whether it was still to be given up.

    A follow-up that fails leaves the mail to be tried again, but at its last try it is parked alone
    and says so: it must be seen.
    """
    parked = {
        "state": MailState.PARKED,
        "lease_until": None,
        "last_error": reason[:500],
    }
    try:
        with transaction.atomic():
            if not _own(mail).update(**parked):
                return False
            mail.refresh_from_db()
            follow_up_undelivered(mail)
    except Exception:
        logger.exception("What follows an undelivered mail failed.")
        if mail.attempts < OutgoingMail.MAXIMUM_ATTEMPTS:
            _put_off(_own(mail), moment, reason)
            return False
        parked["last_error"] = f"{reason[:400]} 後の手続きもできませんでした。"
        return bool(_own(mail).update(**parked))
    return True


def relay_in_its_ward(ward: str, limit: int) -> Relayed:
    """Send a ward's mail in this process as a worker would: inside the ward or not at all."""
    from wards.desk.tasks import relay_outbox

    return Relayed(**relay_outbox(limit, ward=ward))


def wake_relay(ward: str) -> bool:
    """Send the ward's outbox to the workers; return False when the broker cannot be reached."""
    from wards.desk.tasks import WAKE_UP_LIVES_SECONDS, relay_outbox

    return relay_outbox.wake(ward, lives_seconds=WAKE_UP_LIVES_SECONDS)
