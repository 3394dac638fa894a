"""What is in transit between two offices: sent by a ward, decided by another ward or a bureau.

Its rows lie in the public schema; row-level security and a trigger hold each side to its own steps.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from consultations.choices import IntakeChannel
from consultations.city.models import Referral, ReferralFile
from consultations.models import Category, Consultation
from consultations.services.case_files import kept
from consultations.services.intake import Checked, Circumstances, receive_consultation
from consultations.submission_rules import Said
from wards import attachments, clock
from wards.access import may, memberships_here
from wards.models import Bureau, Ward
from wards.text import check_written

LONGEST_REASON = 1_000
LONGEST_ANSWER = 4_000


def refer(case: Consultation, receiver, *, actor, reason: str, now) -> Referral:
    """Write what another ward or a bureau needs of a case, in the caller's transaction.

    A ward gets the contact and the files, since it will answer; a bureau never gets the contact.
    """
    to_bureau = isinstance(receiver, Bureau)
    contact = None if to_bureau else getattr(case, "contact", None)
    referral = Referral.objects.create(
        from_ward=connection.tenant,
        to_ward=Ward.objects.headquarters() if to_bureau else receiver,
        bureau=receiver if to_bureau else None,
        receipt_number=case.number,
        category_name=case.category.name,
        place=case.place,
        body=case.body,
        language=case.language,
        wants_reply=case.wants_reply,
        contact=None if contact is None else contact.values(),
        passphrase_hash="" if to_bureau else case.passphrase_hash,
        received_on=case.received_on,
        due_on=case.due_on,
        reason=reason,
        sent_by_name=actor.name,
        sent_at=now,
    )
    for file in case.attachments.all():
        with attachments.open_stored(file.stored_name) as opened:
            ReferralFile.objects.create(
                referral=referral,
                display_name=file.display_name,
                content_type=file.content_type,
                extension=f".{file.stored_name.rpartition('.')[2]}",
                sha256=file.sha256,
                content=opened.read(),
            )
    return referral


def take_back(referral_id, *, actor, reason: str) -> None:
    """Empty a referral whose receiver has not answered yet; raise ValidationError when it has."""
    referral = Referral.objects.select_for_update().get(pk=referral_id)
    if not referral.is_waiting:
        raise ValidationError("引継ぎ先がすでに応じています。画面を開き直してください。")
    _empty(referral, Referral.State.WITHDRAWN, by=actor.name, text=reason)


def _empty(
    referral: Referral, state: str, *, by: str, text: str = "", new_number: str = ""
) -> None:
    """End a referral's way: what was in transit is emptied once it has arrived or come back."""
    referral.state = state
    referral.decided_by_name = by[:60]
    referral.decided_at = clock.now()
    referral.answer = text
    referral.new_number = new_number
    # The sender has news to collect, also where it had collected an earlier step.
    referral.collected_at = None
    referral.contact = None
    referral.passphrase_hash = ""
    if state != Referral.State.ANSWERED:
        referral.body = referral.place = ""
    referral.save()
    referral.files.all().delete()


def _locked_referral(referral: Referral, actor, permission: str) -> Referral:
    may(actor, permission)
    referral = Referral.objects.select_for_update().get(pk=referral.pk)
    if referral.to_ward_id != connection.tenant.pk:
        raise PermissionDenied("この引継ぎの宛先ではありません。")
    if referral.bureau_id is not None and referral.bureau_id not in {
        membership.bureau_id for membership in memberships_here(actor)
    }:
        raise PermissionDenied("ほかの局への引継ぎです。")
    if not referral.is_waiting:
        raise ValidationError(f"この引継ぎは「{referral.get_state_display()}」で終わっています。")
    return referral


@transaction.atomic
def answer_referral(referral: Referral, *, actor, text: str) -> None:
    """Answer as a bureau; the ward's page shows it at once."""
    check_written(text, longest=LONGEST_ANSWER, missing="回答を入力してください。")
    referral = _locked_referral(referral, actor, "consultation_city.answer_referral")
    if referral.bureau_id is None:
        raise ValidationError("他の区からの引継ぎは、引き受けるか返してください。")
    _empty(referral, Referral.State.ANSWERED, by=actor.name, text=text)


@transaction.atomic
def accept_referral_as_bureau(referral: Referral, *, actor) -> None:
    """Say as a bureau that the matter is ours and will be answered."""
    referral = _locked_referral(referral, actor, "consultation_city.answer_referral")
    if referral.state != Referral.State.SENT:
        raise ValidationError("すでに引き受けられています。")
    referral.state = Referral.State.ACCEPTED
    referral.decided_by_name = actor.name[:60]
    referral.decided_at = clock.now()
    referral.collected_at = None
    referral.save(update_fields=["state", "decided_by_name", "decided_at", "collected_at"])


@transaction.atomic
def return_referral(referral: Referral, *, actor, reason: str) -> None:
    """Give a referral back to the ward that sent it, with the reason."""
    check_written(reason, longest=LONGEST_REASON, missing="返す理由を入力してください。")
    permission = (
        "consultation_city.answer_referral"
        if referral.bureau_id
        else "consultations.hand_over_consultation"
    )
    referral = _locked_referral(referral, actor, permission)
    _empty(referral, Referral.State.RETURNED, by=actor.name, text=reason)


@transaction.atomic
def accept_referral_as_ward(referral: Referral, category: Category, *, actor) -> Consultation:
    """Take a case over from another ward: a case of ours, with its first day and its due day."""
    referral = _locked_referral(referral, actor, "consultations.hand_over_consultation")
    if referral.bureau_id is not None:
        raise ValidationError("局への引継ぎです。")
    contact = dict(referral.contact) if referral.contact else None
    said = Said(
        place=referral.place,
        body=referral.body,
        wants_reply=referral.wants_reply and contact is not None,
        contact=contact,
    )
    carried = [
        attachments.CleanFile(
            content_type=file.content_type,
            extension=file.extension,
            content=bytes(file.content),
            sha256=file.sha256,
            display_name=file.display_name,
        )
        for file in referral.files.all()
    ]
    with kept(carried) as facts:
        receipt = receive_consultation(
            Checked(category, None, said, []),
            Circumstances(
                channel=IntakeChannel.OTHER_WARD,
                language=referral.language,
                origin_number=referral.receipt_number,
                due_on=referral.due_on,
                received_on=referral.received_on,
                passphrase_hash=referral.passphrase_hash,
                files=facts,
            ),
            actor=actor,
        )
        _empty(
            referral,
            Referral.State.ACCEPTED,
            by=actor.name,
            new_number=receipt.consultation.number,
        )
    return receipt.consultation
