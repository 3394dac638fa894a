"""News of a ward's referrals: what their receivers decided, and what other wards have sent."""

from django.db import connection, transaction

from consultations.choices import CaseState, EntryKind, HandoverKind, HandoverState
from consultations.city.models import Referral
from consultations.models import Consultation, Entry, Handover
from consultations.services.handling import locked, record_step
from consultations.services.handovers import decide, tell_sender
from wards import clock
from wards.access import people_with_permission
from wards.desk.choices import NoticeKind
from wards.desk.services import mark_all_done_for, notify


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
    decide(handover, state, label=referral.decided_by_name, text=referral.answer)
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
    tell_sender(
        case,
        handover,
        f"{case.number}について、{handover.receiver}から返事がありました。",
        NoticeKind.RETURNED if state == HandoverState.RETURNED else NoticeKind.HANDED_OVER,
    )
    return True


def _end_as_handed_to_ward(case: Consultation, handover: Handover, referral: Referral) -> None:
    """End our case: the other ward has it now, under its own number and with the same due day."""
    record_step(
        case,
        "transfer",
        CaseState.TRANSFERRED,
        text=f"{handover.ward}が{referral.new_number}として引き受けました。",
        label=str(handover.ward),
        moved_to_number=referral.new_number,
    )
    mark_all_done_for(case.get_absolute_url())


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
