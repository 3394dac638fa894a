"""引継ぎ: to a section, an office, another ward or a bureau. The original clock goes on."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from consultations.choices import (
    CaseState,
    EntryKind,
    HandoverKind,
    HandoverState,
    IntakeChannel,
)
from consultations.city.models import Referral, ReferralFile
from consultations.models import Category, Consultation, Entry, Handover, Section
from consultations.services.handling import locked, may
from consultations.services.intake import (
    Checked,
    Circumstances,
    files_as_kept,
    receive_consultation,
)
from consultations.services.routing import tell_office, tell_section
from consultations.submission_rules import Said
from wards import attachments, clock
from wards.access import memberships_here, people_with_permission
from wards.desk.choices import NoticeKind
from wards.desk.services import mark_all_done_for, notify
from wards.models import Bureau, Office, Ward
from wards.text import faults_of_text

LONGEST_REASON = 1_000
LONGEST_ANSWER = 4_000


def _check_text(text: str, *, longest: int, missing: str) -> None:
    if not text.strip():
        raise ValidationError(missing)
    if faults := faults_of_text(text, longest=longest):
        raise ValidationError(faults)


def reasons_not_to_hand_over(consultation: Consultation, receiver) -> list[str]:
    """List why a case cannot go to a section, office, ward or bureau; empty means that it can."""
    reasons = []
    if not consultation.is_open:
        reasons.append("終わった案件は引き継げません。")
    if isinstance(receiver, Section) and receiver.pk == consultation.section_id:
        reasons.append("いま受け持っている課です。")
    if isinstance(receiver, Office) and not receiver.wards.filter(pk=connection.tenant.pk).exists():
        reasons.append("この区を担当していない事業所です。")
    if isinstance(receiver, Ward) and (
        receiver.is_headquarters or receiver.pk == connection.tenant.pk
    ):
        reasons.append("ほかの区を選んでください。")
    waiting = [handover for handover in consultation.handovers.all() if handover.is_waiting]
    if any(handover.receiver == receiver for handover in waiting):
        reasons.append("同じ引継ぎ先の返事を、すでに待っています。")
    if isinstance(receiver, Ward) and consultation.bundled.open().exists():
        reasons.append("この案件に束ねた案件が終わっていません。先に束から外してください。")
    if isinstance(receiver, Ward) and waiting:
        reasons.append(
            "ほかの引継ぎの返事を待っています。先に取り消すか、返事を受け取ってください。"
        )
    return reasons


@transaction.atomic
def hand_over(consultation: Consultation, receiver, *, actor, reason: str) -> Handover:
    """Hand a case to a section, office, ward or bureau, with the reason; the receiver is told.

    Another ward gets who asked, since it will answer; a bureau gets only what is asked, since the
    ward answers the citizen.
    """
    may(actor, "consultations.hand_over_consultation")
    case = locked(consultation)
    _check_text(reason, longest=LONGEST_REASON, missing="引き継ぐ理由を入力してください。")
    if reasons := reasons_not_to_hand_over(case, receiver):
        raise ValidationError(reasons)
    now = clock.now()
    kind, name = {
        Section: (HandoverKind.SECTION, "section"),
        Office: (HandoverKind.OFFICE, "office"),
        Ward: (HandoverKind.WARD, "ward"),
        Bureau: (HandoverKind.BUREAU, "bureau"),
    }[type(receiver)]
    handover = Handover(
        consultation=case, kind=kind, reason=reason, sent_by=actor, sent_at=now, **{name: receiver}
    )
    if kind in (HandoverKind.WARD, HandoverKind.BUREAU):
        handover.referral_id = _refer(case, receiver, actor=actor, reason=reason, now=now).pk
    handover.save()
    Entry.objects.create(
        consultation=case,
        kind=EntryKind.HANDOVER,
        text=f"{receiver}に引き継ぎました。理由：{reason}",
        author=actor,
        at=now,
    )
    if kind == HandoverKind.OFFICE:
        tell_office(case, receiver, key=f"handover:{handover.pk}")
    elif kind == HandoverKind.SECTION:
        tell_section(case, receiver)
    return handover


def _refer(case: Consultation, receiver, *, actor, reason: str, now) -> Referral:
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
        contact=None if contact is None else _contact_values(contact),
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


def _contact_values(contact) -> dict:
    names = (
        "reply_by",
        "name",
        "kana",
        "email",
        "phone",
        "postal_code",
        "address",
        "answer_in_mail",
    )
    return {name: getattr(contact, name) for name in names}


# --- the receiver in this ward: a section or an office -----------------------------------------


def reasons_not_to_respond(handover: Handover, user) -> list[str]:
    """List why a person may not accept, answer or return a handover; empty means that they may."""
    if not user.has_perm("consultations.answer_handover"):
        return ["あなたの役割では、引継ぎに応じられません。"]
    if (
        handover.kind == HandoverKind.OFFICE
        and not user.has_perm("consultations.view_all_consultations")
        and handover.office_id not in {m.office_id for m in memberships_here(user)}
    ):
        return ["ほかの事業所への引継ぎです。"]
    if handover.kind in (HandoverKind.WARD, HandoverKind.BUREAU):
        return ["区・局への引継ぎには、引継ぎ先が応じます。"]
    if not handover.is_waiting:
        return [f"この引継ぎは「{handover.get_state_display()}」で終わっています。"]
    return []


def _locked_handover(handover: Handover, actor) -> tuple[Consultation, Handover]:
    case = locked(handover.consultation)
    handover = Handover.objects.select_for_update().get(pk=handover.pk)
    if reasons := reasons_not_to_respond(handover, actor):
        raise PermissionDenied(reasons[0])
    return case, handover


def _decide(handover: Handover, state: str, *, label: str, text: str) -> None:
    handover.state = state
    handover.decided_by_label = label[:60]
    handover.decided_at = clock.now()
    if text:
        handover.answer = text
    handover.save(update_fields=["state", "decided_by_label", "decided_at", "answer"])


@transaction.atomic
def accept_handover(handover: Handover, *, actor) -> None:
    """Take over what was handed: an office becomes the case's office, a section its section."""
    case, handover = _locked_handover(handover, actor)
    if handover.state != HandoverState.SENT:
        raise ValidationError("この引継ぎは、すでに引き受けられています。")
    if handover.kind == HandoverKind.OFFICE:
        _decide(handover, HandoverState.ACCEPTED, label=actor.name, text="")
        case.office = handover.office
        case.save(update_fields=["office"])
    else:
        # A section that accepts has the case: there is nothing left to report.
        _decide(handover, HandoverState.ANSWERED, label=actor.name, text="")
        case.section, case.assignee = handover.section, None
        case.save(update_fields=["section", "assignee"])
    _tell_sender(case, handover, f"{case.number}の引継ぎを{handover.receiver}が引き受けました。")
    Entry.objects.create(
        consultation=case,
        kind=EntryKind.HANDOVER,
        text=f"{handover.receiver}が引き受けました。",
        author=actor,
        at=clock.now(),
    )


@transaction.atomic
def report_on_handover(handover: Handover, *, actor, text: str) -> None:
    """Report what an office did or found; the ward answers the citizen with it."""
    _check_text(text, longest=LONGEST_ANSWER, missing="対応の内容を入力してください。")
    case, handover = _locked_handover(handover, actor)
    if handover.kind != HandoverKind.OFFICE:
        raise ValidationError("課への引継ぎは、引き受けるか返してください。")
    _decide(handover, HandoverState.ANSWERED, label=actor.name, text=text)
    if case.office_id is None:
        case.office = handover.office
        case.save(update_fields=["office"])
    Entry.objects.create(
        consultation=case,
        kind=EntryKind.HANDOVER,
        text=f"{handover.receiver}からの報告：{text}",
        author=actor,
        at=clock.now(),
    )
    _tell_sender(
        case, handover, f"{case.number}について、{handover.receiver}から報告がありました。"
    )


@transaction.atomic
def return_handover(handover: Handover, *, actor, reason: str) -> None:
    """Give back what was handed, with the reason; the case stays where it was."""
    _check_text(reason, longest=LONGEST_REASON, missing="返す理由を入力してください。")
    case, handover = _locked_handover(handover, actor)
    _decide(handover, HandoverState.RETURNED, label=actor.name, text=reason)
    if case.office_id is not None and case.office_id == handover.office_id:
        case.office = None
        case.save(update_fields=["office"])
    Entry.objects.create(
        consultation=case,
        kind=EntryKind.HANDOVER,
        text=f"{handover.receiver}から返されました。理由：{reason}",
        author=actor,
        at=clock.now(),
    )
    _tell_sender(
        case, handover, f"{case.number}が{handover.receiver}から返されました。", NoticeKind.RETURNED
    )


def _tell_sender(
    case: Consultation, handover: Handover, text: str, kind=NoticeKind.HANDED_OVER
) -> None:
    mark_all_done_for(case.get_absolute_url(), kinds=[NoticeKind.HANDED_OVER])
    person = case.assignee or handover.sent_by
    if person is not None:
        notify(
            person,
            key=f"handover:{handover.pk}:{handover.state}",
            kind=kind,
            text=text,
            url=case.get_absolute_url(),
            due_on=case.due_on,
        )
    elif handover.kind == HandoverKind.OFFICE:
        tell_section(case, case.section)


@transaction.atomic
def withdraw_handover(handover: Handover, *, actor, reason: str) -> None:
    """Take a handover back before the receiver has answered; both stay in the thread."""
    may(actor, "consultations.hand_over_consultation")
    _check_text(reason, longest=LONGEST_REASON, missing="取り消す理由を入力してください。")
    case = locked(handover.consultation)
    handover = Handover.objects.select_for_update().get(pk=handover.pk)
    if not handover.is_waiting:
        raise ValidationError(f"この引継ぎは「{handover.get_state_display()}」で終わっています。")
    if handover.referral_id:
        referral = Referral.objects.select_for_update().get(pk=handover.referral_id)
        if referral.state not in (Referral.State.SENT, Referral.State.ACCEPTED):
            raise ValidationError("引継ぎ先がすでに応じています。画面を開き直してください。")
        _empty(referral, Referral.State.WITHDRAWN, by=actor.name, text=reason)
    _decide(handover, HandoverState.WITHDRAWN, label=actor.name, text=reason)
    if handover.office_id is not None and case.office_id == handover.office_id:
        case.office = None
        case.save(update_fields=["office"])
    Entry.objects.create(
        consultation=case,
        kind=EntryKind.HANDOVER,
        text=f"{handover.receiver}への引継ぎを取り消しました。理由：{reason}",
        author=actor,
        at=clock.now(),
    )


# --- the receiver in another schema: a ward, or a bureau at 本庁 -------------------------------


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
    # What a ward has accepted is a case of its own: only a bureau still owes an answer then.
    waiting = [Referral.State.SENT, *([Referral.State.ACCEPTED] if referral.bureau_id else [])]
    if referral.state not in waiting:
        raise ValidationError(f"この引継ぎは「{referral.get_state_display()}」で終わっています。")
    return referral


@transaction.atomic
def answer_referral(referral: Referral, *, actor, text: str) -> None:
    """Answer as a bureau; the ward's page shows it at once."""
    _check_text(text, longest=LONGEST_ANSWER, missing="回答を入力してください。")
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
    _check_text(reason, longest=LONGEST_REASON, missing="返す理由を入力してください。")
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
    with attachments.stored(carried, "consultations") as names:
        receipt = receive_consultation(
            Checked(category, None, said, []),
            Circumstances(
                channel=IntakeChannel.OTHER_WARD,
                language=referral.language,
                origin_number=referral.receipt_number,
                due_on=referral.due_on,
                received_on=referral.received_on,
                passphrase_hash=referral.passphrase_hash,
                files=files_as_kept(carried, names),
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


@transaction.atomic
def collect_referral(handover: Handover) -> bool:
    """Carry into the case what the ward or bureau did with its referral; True when there was news.

    Run by a job moments after the receiver's step, and harmless to repeat.
    """
    case = locked(handover.consultation)
    handover = Handover.objects.select_for_update().get(pk=handover.pk)
    referral = Referral.objects.select_for_update().get(pk=handover.referral_id)
    if not handover.is_waiting:
        return False
    news = {
        Referral.State.ANSWERED: (
            HandoverState.ANSWERED,
            f"{handover.receiver}からの回答：{referral.answer}",
        ),
        Referral.State.RETURNED: (
            HandoverState.RETURNED,
            f"{handover.receiver}から返されました。理由：{referral.answer}",
        ),
        Referral.State.ACCEPTED: (
            HandoverState.ANSWERED
            if handover.kind == HandoverKind.WARD
            else HandoverState.ACCEPTED,
            f"{handover.receiver}が引き受けました。{referral.new_number}",
        ),
    }.get(referral.state)
    if news is None or news[0] == handover.state:
        return False
    state, text = news
    _decide(handover, state, label=referral.decided_by_name, text=referral.answer)
    Entry.objects.create(
        consultation=case,
        kind=EntryKind.HANDOVER,
        text=text,
        author_label=str(handover.receiver),
        at=referral.decided_at,
    )
    if handover.kind == HandoverKind.WARD and state == HandoverState.ANSWERED:
        _end_as_handed_to_ward(case, handover, referral)
    referral.collected_at = clock.now()
    if referral.state == Referral.State.ANSWERED:
        # It has arrived: what was in transit has no more to do here.
        referral.body = referral.place = ""
    referral.save(update_fields=["collected_at", "body", "place"])
    _tell_sender(
        case,
        handover,
        f"{case.number}について、{handover.receiver}から返事がありました。",
        NoticeKind.RETURNED if state == HandoverState.RETURNED else NoticeKind.HANDED_OVER,
    )
    return True


def _end_as_handed_to_ward(case: Consultation, handover: Handover, referral: Referral) -> None:
    """End our case: the other ward has it now, under its own number and with the same due day."""
    now = clock.now()
    Entry.objects.create(
        consultation=case,
        kind=EntryKind.MOVE,
        move="transfer",
        text=f"{handover.ward}が{referral.new_number}として引き受けました。",
        author_label=str(handover.ward),
        at=now,
        from_state=case.state,
        to_state=CaseState.TRANSFERRED,
    )
    case.state = CaseState.TRANSFERRED
    case.state_changed_at = now
    case.closed_on = clock.today()
    mark_all_done_for(case.get_absolute_url())
    case.moved_to_number = referral.new_number
    case.save(update_fields=["state", "state_changed_at", "closed_on", "moved_to_number"])


def collect_referrals() -> int:
    """Carry in whatever other offices decided about this ward's handovers; return how many."""
    waiting = Handover.objects.waiting().exclude(referral_id=None)
    decided = Referral.objects.exclude(
        state__in=(Referral.State.SENT, Referral.State.WITHDRAWN)
    ).filter(from_ward=connection.tenant, collected_at=None)
    numbers = set(decided.values_list("pk", flat=True))
    return sum(
        collect_referral(handover)
        for handover in waiting.filter(referral_id__in=numbers).order_by("pk")
    )


def tell_of_new_referrals() -> int:
    """Tell the 振り分け people of this ward about cases that other wards sent; return how many."""
    told = 0
    for referral in Referral.objects.filter(
        to_ward=connection.tenant, bureau=None, state=Referral.State.SENT
    ):
        for person in people_with_permission("consultations.route_consultation"):
            notify(
                person,
                key=f"referral:{referral.pk}:{person.pk}",
                kind=NoticeKind.HANDED_OVER,
                text=f"{referral.from_ward}から{referral.receipt_number}の引継ぎが届いています。",
                url="/admin/consultations/consultation/referrals/",
                due_on=referral.due_on,
            )
        told += 1
    return told
