"""受付: a case is stored once, routed, given its clock, and acknowledged."""

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from consultations.choices import EntryKind, IntakeChannel, RequesterKind
from consultations.city.models import DeadlineRule
from consultations.models import (
    Attachment,
    Category,
    CategoryForm,
    Consultation,
    Contact,
    Entry,
    WaitingFile,
)
from consultations.receipts import number_from_text, passphrase_from_text, receipt_number
from consultations.services.case_files import FACTS, kept
from consultations.services.mails import post_receipt_mail
from consultations.services.routing import destination_of, send_to_destination
from consultations.submission_rules import (
    LONGEST_BODY,
    LONGEST_BODY_AT_THE_COUNTER,
    NO_CATEGORY,
    Said,
    read_submission,
    reasons_not_to_take,
    subject_of,
)
from wards import attachments, clock
from wards.attachments import CleanFile
from wards.deadlines import due_on
from wards.fiscal_year import fiscal_year_of
from wards.passwords import LETTERS
from wards.text import Fault, search_key

log = logging.getLogger(__name__)

FROM_CITIZENS = (IntakeChannel.WEB, IntakeChannel.API, IntakeChannel.FOLLOW_UP)


@dataclass(frozen=True, slots=True)
class Checked:
    """A submission as it was read: what may be stored, or why not, with the field of each fault."""

    category: Category | None
    form: CategoryForm | None
    said: Said
    faults: list[tuple[str, Fault]]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a case came in: everything that is not what the citizen said."""

    channel: IntakeChannel = IntakeChannel.WEB
    language: str = "ja"
    submission_key: str = ""
    record_type: str = ""
    requester_kind: str = RequesterKind.CITIZEN
    subject: str = ""
    received_at: datetime | None = None
    previous: Consultation | None = None
    origin_number: str = ""
    # A case that another ward handed over keeps its first day and its due day.
    received_on: date | None = None
    due_on: date | None = None
    # … and its 合言葉: the citizen looks it up under the new number with the old word.
    passphrase_hash: str = ""
    files: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the citizen keeps: the case and the 合言葉; `is_new` is False for a second sending."""

    consultation: Consultation
    passphrase: str
    is_new: bool


def check_submission(raw: Mapping[str, str], *, by_staff: bool = False) -> Checked:
    """Read a submission against the category chosen and the rules, storing nothing."""
    day = clock.today()
    code = raw.get("category", "")
    # A code is short plain ASCII: anything else cannot be one, and is not worth a query.
    known = isinstance(code, str) and code.isascii() and len(code) <= 40
    category = Category.objects.filter(code=code).first() if code and known else None
    faults: list[tuple[str, Fault]] = []
    if category is None:
        form = None
        faults.append(("category", Fault(NO_CATEGORY)))
    else:
        form = CategoryForm.objects.in_force(category, day)
        is_live = Category.objects.live(day).filter(pk=category.pk).exists()
        faults += [
            ("category", Fault(sentence))
            for sentence in reasons_not_to_take(
                is_live=is_live,
                is_staff_only=category.is_staff_only,
                stops=bool(category.stop_answer),
                by_staff=by_staff,
            )
        ]
    said, more = read_submission(
        raw,
        questions=form.questions if form else (),
        longest_body=LONGEST_BODY_AT_THE_COUNTER if by_staff else LONGEST_BODY,
    )
    return Checked(category, form, said, faults + more)


def token_of(submission_key: str) -> str:
    """Return what a submission is known by: the key itself is not kept."""
    return hashlib.sha256(submission_key.encode("utf-8", "surrogatepass")).hexdigest()


@contextmanager
def one_at_a_time(token: str) -> Iterator[None]:
    """Let those who send the same submission at the same moment wait for each other.

    The second then finds the receipt of the first and takes no turn. The lock is the session's, not
    a transaction's: turns are counted outside (`wards.intake.turns`). Whoever cannot get it goes on;
    the token is unique in the table anyway.
    """
    number = int(token[:15], 16)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [number])
        is_held = True
    except Error:
        log.exception("A submission goes on without its lock.")
        is_held = False
    try:
        yield
    finally:
        # A connection that broke has let go of the lock by itself.
        if is_held:
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def passphrase_of(token: str, secret: str | None = None) -> str:
    """Return the 合言葉 of a submission: the same each time, and known to the portal alone."""
    digest = salted_hmac("consultations.passphrase", token, secret=secret, algorithm="sha256")
    number = int.from_bytes(digest.digest()[:16], "big")
    signs = []
    for _ in range(16):
        number, rest = divmod(number, len(LETTERS))
        signs.append(LETTERS[rest])
    text = "".join(signs)
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))


def passphrase_digest(passphrase: str) -> str:
    """Return what is kept of a 合言葉.

    It is 79 random bits that nobody chose: a plain digest cannot be guessed back, and a slow hash
    would only slow down the citizen.
    """
    return hashlib.sha256(passphrase.encode()).hexdigest()


def shown_passphrase(consultation: Consultation) -> str:
    """Return the 合言葉 once more, also after the secret key was rotated; "" when it cannot be told."""
    if not consultation.submission_token:
        return ""
    for secret in (None, *settings.SECRET_KEY_FALLBACKS):
        passphrase = passphrase_of(consultation.submission_token, secret)
        if constant_time_compare(passphrase_digest(passphrase), consultation.passphrase_hash):
            return passphrase
    return ""


def receipt_of(submission_key: str) -> Receipt | None:
    """Return the receipt of a submission that is stored already."""
    return receipt_by_token(token_of(submission_key))


def receipt_by_token(token: str) -> Receipt | None:
    """Return the receipt that a token stands for."""
    consultation = Consultation.objects.with_names().filter(submission_token=token).first()
    if consultation is None:
        return None
    return Receipt(consultation, shown_passphrase(consultation), is_new=False)


def find_by_passphrase(number: str, passphrase: str) -> Consultation | None:
    """Return the case of a 受付番号 and 合言葉; None when they do not belong together.

    Raises ValueError with a sentence when the number is mistyped.
    """
    number = number_from_text(number)
    consultation = Consultation.objects.with_names().filter(number=number).first()
    written = passphrase_from_text(passphrase)[:40]
    kept = consultation.passphrase_hash if consultation else ""
    fits = constant_time_compare(passphrase_digest(written), kept)
    return consultation if fits else None


def receive_consultation(checked: Checked, circumstances: Circumstances, *, actor=None) -> Receipt:
    """Store a case with its number, clock, route, thread and acknowledgement, all or nothing.

    The same submission key gives the same receipt, however often and in parallel it is sent. No
    broker is asked: the mail waits in the outbox. Raises ValidationError with every fault.
    """
    if checked.faults:
        raise ValidationError([str(fault) for _, fault in checked.faults])
    if circumstances.submission_key and (known := receipt_of(circumstances.submission_key)):
        return known
    try:
        with transaction.atomic():
            return _store(checked, circumstances, actor)
    except IntegrityError:
        # Another process stored the same submission a moment ago.
        known = circumstances.submission_key and receipt_of(circumstances.submission_key)
        if not known:
            raise
        return known


def receive_with_files(
    checked: Checked,
    circumstances: Circumstances,
    files: Sequence[CleanFile],
    *,
    actor=None,
    is_original: bool = False,
) -> Receipt:
    """Store a case with files that came along; they are gone again where no new case is stored."""
    with kept(files, is_original=is_original) as facts:
        receipt = receive_consultation(checked, replace(circumstances, files=facts), actor=actor)
    if not receipt.is_new:
        for file in facts:
            attachments.remove(file["stored_name"])
    return receipt


def _store(checked: Checked, how: Circumstances, actor) -> Receipt:
    now = how.received_at or clock.now()
    day = timezone.localdate(now)
    rule = DeadlineRule.objects.in_force(day)
    category, said = checked.category, checked.said
    destination = destination_of(category, said.place, day)
    token = token_of(how.submission_key) if how.submission_key else None
    passphrase = passphrase_of(token) if token else ""
    fiscal_year = fiscal_year_of(day)
    serial = next_serial(fiscal_year)
    consultation = Consultation(
        fiscal_year=fiscal_year,
        serial=serial,
        number=receipt_number(fiscal_year, connection.tenant.slug, serial),
        submission_token=token,
        passphrase_hash=passphrase_digest(passphrase) if passphrase else how.passphrase_hash,
        record_type=how.record_type or category.default_record_type,
        intake_channel=how.channel,
        requester_kind=how.requester_kind,
        category=category,
        form=checked.form,
        answers=said.answers,
        subject=how.subject or subject_of(said.body, category.name),
        place=said.place,
        body=said.body,
        language=how.language,
        wants_reply=said.wants_reply,
        received_at=now,
        received_on=how.received_on or day,
        due_on=how.due_on or due_on(day, rule.clock),
        deadline_rule=rule,
        state_changed_at=now,
        section=destination.section,
        rule=destination.rule,
        rule_words=destination.words,
        previous=how.previous,
        origin_number=how.origin_number,
        search_key=search_key(f"{said.place} {said.body}"),
        is_demo=how.is_demo,
    )
    consultation.save(force_insert=True)
    if said.contact is not None:
        Contact.objects.create(consultation=consultation, **said.contact)
    _keep_files(consultation, how, token, now)
    Entry.objects.create(
        consultation=consultation,
        kind=EntryKind.RECEIVED,
        text=f"{IntakeChannel(how.channel).label}で受け付けました。",
        author=actor,
        author_label="" if actor else "市民",
        at=now,
    )
    send_to_destination(consultation, destination, now=now)
    post_receipt_mail(consultation)
    return Receipt(consultation, passphrase, is_new=True)


def _keep_files(consultation: Consultation, how: Circumstances, token: str | None, now) -> None:
    """Put the files chosen into the case: those sent along, and those waiting since the check page."""
    waiting = list(WaitingFile.objects.filter(submission_token=token)) if token else []
    described = [
        *({name: getattr(file, name) for name in FACTS} for file in waiting),
        *how.files,
    ]
    Attachment.objects.bulk_create(
        [Attachment(consultation=consultation, added_at=now, **facts) for facts in described]
    )
    WaitingFile.objects.filter(pk__in=[file.pk for file in waiting]).delete()


def next_serial(fiscal_year: int) -> int:
    """Give the next serial of a fiscal year; two submissions wait for each other, none is lost."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO consultations_receiptcounter (fiscal_year, last) VALUES (%s, 1)"
            " ON CONFLICT (fiscal_year) DO UPDATE"
            " SET last = consultations_receiptcounter.last + 1 RETURNING last",
            [fiscal_year],
        )
        return cursor.fetchone()[0]
