"""回答が届くまで: by mail from the outbox, or by somebody who calls, writes or hands it over.

A reply has reached its citizen when `delivered_by` says how. What went by mail has its evidence in
the outbox; what a person told or posted is noted by that person, with the moment.
"""

from django.core.exceptions import ValidationError
from django.db import transaction

from consultations.choices import DeliveredBy, EntryKind, ReplyBy
from consultations.models import Consultation, Entry, Reply
from consultations.services.handling import locked
from consultations.services.mails import post_reply_mail
from wards import clock
from wards.access import may
from wards.desk.choices import NoticeKind
from wards.desk.models import OutgoingMail
from wards.desk.services import mark_all_done_for, notify
from wards.text import faults_of_text

LONGEST_NOTE = 200
# What a person may note; a mail is noted by the outbox.
WAYS = (DeliveredBy.PHONE, DeliveredBy.LETTER, DeliveredBy.COUNTER)


def send_out(case: Consultation, reply: Reply, *, actor) -> None:
    """Let a reply go out in the caller's transaction: a mail, or a task to tell it otherwise."""
    reply.approved_by = actor
    reply.sent_at = clock.now()
    contact = getattr(case, "contact", None)
    if contact is None:
        reply.delivered_by = DeliveredBy.NOT_WANTED
    elif post_reply_mail(reply):
        reply.delivered_by = DeliveredBy.EMAIL
    reply.save(update_fields=["approved_by", "sent_at", "delivered_by"])
    if not reply.delivered_by:
        _ask_to_deliver(case, reply)


def _ask_to_deliver(case: Consultation, reply: Reply) -> None:
    """Open a task for whoever is in charge: call, write, or hand the answer over."""
    person = case.assignee or reply.drafted_by or reply.approved_by
    by_letter = case.contact.reply_by == ReplyBy.LETTER
    what = f"{case.number}の{reply.get_kind_display()}"
    notify(
        person,
        key=f"deliver:{reply.pk}",
        kind=NoticeKind.CALL,
        text=f"{what}を郵便で送ってください。"
        if by_letter
        else f"{what}を電話で連絡してください。",
        url=case.get_absolute_url(),
        due_on=case.due_on,
    )


def reasons_not_to_note(reply: Reply, way: str, note: str) -> list[str]:
    """List why it cannot be noted that a reply was told in a way; empty means that it can."""
    reasons = []
    if way not in WAYS:
        reasons.append("伝えた方法を選んでください。")
    if reply.sent_at is None or reply.withdrawn_at is not None:
        reasons.append("決裁が済んでいない回答です。")
    elif reply.delivered_by:
        reasons.append(f"すでに「{DeliveredBy(reply.delivered_by).label}」で届けています。")
    return reasons + faults_of_text(note, longest=LONGEST_NOTE)


@transaction.atomic
def note_delivery(reply: Reply, *, actor, way: str, note: str = "") -> None:
    """Note that somebody told, posted or handed over a reply; the task of doing so is done."""
    may(actor, "consultations.change_consultation")
    case = locked(reply.consultation)
    reply = Reply.objects.select_for_update().get(pk=reply.pk)
    if reasons := reasons_not_to_note(reply, way, note):
        raise ValidationError(reasons)
    now = clock.now()
    reply.delivered_by, reply.delivered_at = way, now
    reply.save(update_fields=["delivered_by", "delivered_at"])
    done = {
        DeliveredBy.PHONE: "電話で伝えました。",
        DeliveredBy.LETTER: "郵便で送りました。",
        DeliveredBy.COUNTER: "窓口で渡しました。",
    }[DeliveredBy(way)]
    Entry.objects.create(
        consultation=case,
        kind=EntryKind.REPLY,
        text=f"{reply.get_kind_display()}を{done}{note}",
        author=actor,
        at=now,
    )
    if not case.replies.undelivered().exists():
        mark_all_done_for(case.get_absolute_url(), actor=actor, kinds=[NoticeKind.CALL])


def reply_came_back(mail: OutgoingMail) -> None:
    """Note that a mail with a reply did not reach anybody: the reply is still to be told."""
    kind, _, rest = mail.key.partition(":")
    number = rest.rpartition(":")[2]
    if kind == "reply" and number.isdigit():
        Reply.objects.filter(pk=number, delivered_by=DeliveredBy.EMAIL).update(delivered_by="")
