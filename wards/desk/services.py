"""What other apps ask of the desk: post a mail, tell a person, note who looked."""

import re
from email.utils import make_msgid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django_tenants.utils import get_public_schema_name

from wards import clock
from wards.desk.choices import AccessKind, MailState, NoticeKind
from wards.desk.models import AccessEvent, Notice, OutgoingMail
from wards.desk.undelivered import follow_up_undelivered
from wards.models import AccessRecord, CityAccessEvent, User
from wards.throttle import client_address

_BREAKS_AND_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def _one_line(text: str) -> str:
    """Fold line breaks and control characters to a space: nothing typed may start a header (C46)."""
    return _BREAKS_AND_CONTROLS.sub(" ", text).strip()


def _first_of_its_key(model, key: str, fields: dict):
    """Return the row of the key, storing it when there is none; the first one stays as it is."""
    if existing := model.objects.filter(key=key).first():
        return existing
    row = model(key=key, **fields)
    row.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Another process stored the same key this moment: PostgreSQL lets one of the two.
        return model.objects.get(key=key)
    return row


# --- mail ---


def post_mail(*, key: str, to: str, subject: str, body: str, about: str = "") -> OutgoingMail:
    """Put a mail into the ward's outbox, in the caller's transaction; the same key is one mail.

    No broker and no mail server is touched: a worker sends it within seconds of the commit. Line
    breaks in the subject become spaces; raise ValidationError for an address that is none.
    """
    now = clock.now()
    fields = {
        "to_address": to,
        "subject": _one_line(subject)[:200],
        "body": body.replace("\r\n", "\n").replace("\r", "\n"),
        "about": _one_line(about)[:100],
        # The ward's registered domain, not the host of whoever asks (C29).
        "message_id": make_msgid(domain=connection.tenant.host),
        "not_before": now,
        "created_at": now,
    }
    return _first_of_its_key(OutgoingMail, key, fields)


@transaction.atomic
def send_again(mail: OutgoingMail, actor: User) -> OutgoingMail:
    """Put a parked mail back into the outbox, with all its tries; raise ValidationError for others."""
    if not actor.has_perm("ward_desk.resend_outgoingmail"):
        raise PermissionDenied("メールの再送は、区職員と区課長が行えます。")
    mail = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
    if mail.state != MailState.PARKED:
        raise ValidationError(
            f"「{mail.get_state_display()}」のメールは、もう一度送る必要がありません。"
        )
    mail.state = MailState.WAITING
    mail.attempts = 0
    mail.not_before = clock.now()
    mail.bounced_at = None
    mail.save(update_fields=["state", "attempts", "not_before", "bounced_at"])
    return mail


@transaction.atomic
def note_bounce(message_id: str, reason: str) -> OutgoingMail | None:
    """Note that a sent mail came back, and do what follows; None when no such mail was sent.

    A second notice about the same mail changes nothing.
    """
    sent = OutgoingMail.objects.select_for_update().filter(state=MailState.SENT)
    mail = sent.filter(message_id=message_id).first()
    if mail is None:
        return None
    mail.state = MailState.PARKED
    mail.bounced_at = clock.now()
    mail.bounce_reason = _one_line(reason)[:500]
    mail.save(update_fields=["state", "bounced_at", "bounce_reason"])
    follow_up_undelivered(mail)
    return mail


def record_undelivered(mail: OutgoingMail, actor: User) -> OutgoingMail:
    """Note what an officer learned otherwise: a sent mail reached nobody; do what follows a bounce.

    Raise ValidationError for a mail that is still to be sent, or is known to have come back.
    """
    if not actor.has_perm("ward_desk.resend_outgoingmail"):
        raise PermissionDenied("メールが届かなかったことの記録は、区職員と区課長が行えます。")
    noted = note_bounce(mail.message_id, f"{actor.name}が、届かなかったと記録しました。")
    if noted is None:
        mail.refresh_from_db()
        raise ValidationError(
            f"「{mail.get_state_display()}」のメールです。届かなかったと記録できるのは、送信済のメールだけです。"
        )
    return noted


# --- notices ---


def notify(
    person: User, *, key: str, kind: NoticeKind | str, text: str, url: str, due_on=None
) -> Notice:
    """Tell a person one thing, in the caller's transaction; the same key is one notice.

    `text` is a sentence without personal data of citizens (it also goes out by mail), `url` a path
    of the ward. Raise ValidationError when the path leads elsewhere or the kind is unknown.
    """
    fields = {
        "person": person,
        "kind": kind,
        "text": _one_line(text)[:300],
        "url": url,
        "due_on": due_on,
        "created_at": clock.now(),
    }
    return _first_of_its_key(Notice, key, fields)


def mark_done(notice: Notice, actor: User) -> bool:
    """Mark the person's own notice as done; return whether it was open."""
    if notice.person_id != actor.pk:
        raise PermissionDenied("ほかの職員へのお知らせは、済みにできません。")
    open_one = Notice.objects.filter(pk=notice.pk, done_at=None)
    return bool(open_one.update(done_at=clock.now(), done_by=actor))


def mark_all_done_for(url: str, *, actor: User | None = None, kinds=()) -> int:
    """Mark every open notice about a page as done, whoever it is to: the work itself is done.

    `kinds` limits it to some kinds. Return how many were open.
    """
    about = Notice.objects.filter(url=url, done_at=None)
    if kinds:
        about = about.filter(kind__in=kinds)
    return about.update(done_at=clock.now(), done_by=actor)


def open_again(url: str, *, kinds) -> int:
    """Open notices of some kinds about a page again: the work is not done after all."""
    done = Notice.objects.filter(url=url, kind__in=kinds).exclude(done_at=None)
    return done.update(done_at=None, done_by=None)


# --- the log of who looked ---


def serves_the_city() -> bool:
    """Say whether the schema served is 本庁's: it has people and a log, but no desk of a ward."""
    return connection.schema_name == get_public_schema_name()


def note_access(by, *, what: AccessKind | str, about: str = "", **detail) -> AccessRecord:
    """Write down that a person read, took or was refused something; `by` is a request or a user.

    It stands in the log of the office served, a ward's or 本庁's. `detail` is for filters, rows, columns, sha256 and the like: never the data itself.
    """
    request = by if hasattr(by, "META") else None
    user = by.user if request is not None else by
    log = CityAccessEvent if serves_the_city() else AccessEvent
    return log.objects.create(
        user=user if getattr(user, "pk", None) else None,
        at=clock.now(),
        what=AccessKind(what),
        about=_one_line(about)[:200],
        detail=detail,
        address="" if request is None else client_address(request)[:64],
    )
