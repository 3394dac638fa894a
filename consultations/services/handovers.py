"""引継ぎ: to a section, an office, another ward or a bureau. The original clock goes on."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from consultations.choices import EntryKind, HandoverKind, HandoverState
from consultations.models import Consultation, Entry, Handover, Section
from consultations.services.handling import locked
from consultations.services.referrals import LONGEST_ANSWER, LONGEST_REASON, refer, take_back
from consultations.services.routing import tell_office, tell_section
from wards import clock
from wards.access import may, memberships_here
from wards.desk.choices import NoticeKind
from wards.desk.services import mark_all_done_for, notify
from wards.models import Bureau, Office, Ward
from wards.text import check_written


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
    check_written(reason, longest=LONGEST_REASON, missing="引き継ぐ理由を入力してください。")
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
        handover.referral_id = refer(case, receiver, actor=actor, reason=reason, now=now).pk
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


def decide(handover: Handover, state: str, *, label: str, text: str) -> None:
    """Store what became of a handover, by whom it was decided, and their words."""
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
        decide(handover, HandoverState.ACCEPTED, label=actor.name, text="")
        case.office = handover.office
        case.save(update_fields=["office"])
    else:
        # A section that accepts has the case: there is nothing left to report.
        decide(handover, HandoverState.ANSWERED, label=actor.name, text="")
        case.section, case.assignee = handover.section, None
        case.save(update_fields=["section", "assignee"])
    tell_sender(case, handover, f"{case.number}の引継ぎを{handover.receiver}が引き受けました。")
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
    check_written(text, longest=LONGEST_ANSWER, missing="対応の内容を入力してください。")
    case, handover = _locked_handover(handover, actor)
    if handover.kind != HandoverKind.OFFICE:
        raise ValidationError("課への引継ぎは、引き受けるか返してください。")
    decide(handover, HandoverState.ANSWERED, label=actor.name, text=text)
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
    tell_sender(case, handover, f"{case.number}について、{handover.receiver}から報告がありました。")


@transaction.atomic
def return_handover(handover: Handover, *, actor, reason: str) -> None:
    """Give back what was handed, with the reason; the case stays where it was."""
    check_written(reason, longest=LONGEST_REASON, missing="返す理由を入力してください。")
    case, handover = _locked_handover(handover, actor)
    decide(handover, HandoverState.RETURNED, label=actor.name, text=reason)
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
    tell_sender(
        case, handover, f"{case.number}が{handover.receiver}から返されました。", NoticeKind.RETURNED
    )


def tell_sender(
    case: Consultation, handover: Handover, text: str, kind=NoticeKind.HANDED_OVER
) -> None:
    """Tell whoever is in charge of the case what its receiver did with it."""
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
    check_written(reason, longest=LONGEST_REASON, missing="取り消す理由を入力してください。")
    case = locked(handover.consultation)
    handover = Handover.objects.select_for_update().get(pk=handover.pk)
    if not handover.is_waiting:
        raise ValidationError(f"この引継ぎは「{handover.get_state_display()}」で終わっています。")
    if handover.referral_id:
        take_back(handover.referral_id, actor=actor, reason=reason)
    decide(handover, HandoverState.WITHDRAWN, label=actor.name, text=reason)
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
