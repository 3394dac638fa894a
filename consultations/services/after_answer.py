"""After the answer: what the citizen thought of it, and a case that follows when it did not help."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from consultations.case_states import CLOSED
from consultations.choices import EntryKind, IntakeChannel
from consultations.models import CategoryForm, Consultation, Contact, Entry, Satisfaction
from consultations.services.intake import (
    Checked,
    Circumstances,
    Receipt,
    receipt_of,
    receive_consultation,
)
from consultations.submission_rules import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    NO_BODY,
    Said,
    subject_of,
)
from wards import clock
from wards.desk.choices import NoticeKind
from wards.desk.services import notify
from wards.text import Fault, long_text


def reasons_not_to_judge(consultation: Consultation) -> list[str]:
    """List why the three questions cannot be asked now; empty means that they can."""
    if consultation.answered_on is None:
        return ["回答が済んでから答えられます。"]
    if Satisfaction.objects.filter(consultation=consultation).exists():
        return ["すでに答えていただきました。"]
    return []


@transaction.atomic
def record_satisfaction(
    consultation: Consultation, *, reached: bool, understood: bool, handled_properly: bool
) -> Satisfaction:
    """Keep the citizen's three answers, once per case."""
    if reasons := reasons_not_to_judge(consultation):
        raise ValidationError(reasons)
    try:
        with transaction.atomic():
            return Satisfaction.objects.create(
                consultation=consultation,
                reached=reached,
                understood=understood,
                handled_properly=handled_properly,
                said_on=clock.today(),
            )
    except IntegrityError as twice:
        raise ValidationError("すでに答えていただきました。") from twice


@dataclass(frozen=True, slots=True)
class SatisfactionFigures:
    """The ward's figures beside indicator 2-2-a: how many answered, and how many said yes."""

    asked: int
    answered: int
    reached: int
    understood: int
    handled_properly: int


def satisfaction_figures(first_day, last_day) -> SatisfactionFigures:
    """Count what citizens said of answers given from `first_day` to `last_day`."""
    asked = Consultation.objects.filter(
        answered_on__range=(first_day, last_day), wants_reply=True
    ).count()
    counts = Satisfaction.objects.filter(
        consultation__answered_on__range=(first_day, last_day)
    ).aggregate(
        answered=Count("pk"),
        reached=Count("pk", filter=Q(reached=True)),
        understood=Count("pk", filter=Q(understood=True)),
        handled_properly=Count("pk", filter=Q(handled_properly=True)),
    )
    return SatisfactionFigures(asked=asked, **counts)


def reasons_not_to_follow_up(consultation: Consultation) -> list[str]:
    """List why 「解決していない」 cannot be said now; empty means that it can."""
    if consultation.state not in CLOSED:
        return ["対応中の案件です。回答をお待ちください。"]
    if consultation.moved_to_number:
        return ["ほかの区が引き継いだ案件です。引継ぎ先の区で申し出てください。"]
    if consultation.follow_ups.filter(closed_on=None).exists():
        return ["この案件の続きを、すでに受け付けています。"]
    return []


@transaction.atomic
def open_follow_up(consultation: Consultation, body: str, *, submission_key: str) -> Receipt:
    """Open a case that follows one that was not solved, with the same contact and a clock of its own.

    Never a silent reopening: the first case and its answer stay as they are.
    """
    if known := receipt_of(submission_key):
        return known
    previous = Consultation.objects.select_for_update().get(pk=consultation.pk)
    # Whoever pressed twice waited here for the first of both.
    if known := receipt_of(submission_key):
        return known
    if reasons := reasons_not_to_follow_up(previous):
        raise ValidationError(reasons)
    try:
        text = long_text(body, longest=LONGEST_BODY)
    except Fault as fault:
        raise ValidationError(str(fault)) from fault
    if not text:
        raise ValidationError(NO_BODY)
    contact = Contact.objects.filter(consultation=previous).first()
    values = None if contact is None else contact.values()
    receipt = receive_consultation(
        Checked(
            previous.category,
            CategoryForm.objects.in_force(previous.category, clock.today()),
            Said(
                place=previous.place,
                body=text,
                wants_reply=contact is not None,
                contact=values,
            ),
            [],
        ),
        Circumstances(
            channel=IntakeChannel.FOLLOW_UP,
            language=previous.language,
            submission_key=submission_key,
            previous=previous,
            # In its own words: those of the first case go when that case is disposed of.
            subject=f"（続き）{subject_of(text, previous.category.name)}"[:LONGEST_SUBJECT],
            is_demo=previous.is_demo,
        ),
    )
    Entry.objects.create(
        consultation=previous,
        kind=EntryKind.FOLLOW_UP,
        text=f"「解決していない」との申し出があり、{receipt.consultation.number}として受け付けました。",
        author_label="市民",
        at=clock.now(),
    )
    if previous.assignee is not None:
        notify(
            previous.assignee,
            key=f"follow-up:{receipt.consultation.pk}",
            kind=NoticeKind.OTHER,
            text=f"{previous.number}について「解決していない」との申し出がありました。",
            url=receipt.consultation.get_absolute_url(),
            due_on=receipt.consultation.due_on,
        )
    return receipt
