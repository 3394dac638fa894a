"""Handling a case: its steps, notes, and taking a step back. One set of rules for every way in."""

from django.core.exceptions import ValidationError
from django.db import transaction

from consultations import case_states
from consultations.case_states import Facts, Move
from consultations.choices import (
    CaseState,
    EntryKind,
    HandoverKind,
    HandoverState,
    PublicationState,
    ReplyKind,
)
from consultations.models import Consultation, Entry, Reply, Section, SectionPost
from consultations.services.routing import tell_section
from wards import clock
from wards.access import may
from wards.desk.choices import NoticeKind
from wards.desk.services import mark_all_done_for, notify, open_again
from wards.text import check_written, faults_of_text

LONGEST_NOTE = 4_000
# What the clock says of an open case; it says so again when an ended case is opened.
CLOCK_KINDS = (NoticeKind.DUE_SOON, NoticeKind.OVERDUE, NoticeKind.ESCALATED)


def facts_of(consultation: Consultation) -> Facts:
    """Return the plain values of a case that the rules judge."""
    case = consultation
    replies = list(case.replies.all())
    handovers = list(case.handovers.all())
    publication = getattr(case, "publication", None)
    return Facts(
        state=case.state,
        wants_reply=case.wants_reply,
        has_assignee=case.assignee_id is not None,
        has_draft=any(r.kind == ReplyKind.FINAL and r.sent_at is None for r in replies),
        is_answered=any(
            r.kind == ReplyKind.FINAL and r.sent_at and not r.withdrawn_at for r in replies
        ),
        publication_is_decided=publication is not None and publication.is_decided,
        publication_is_proposed=publication is not None
        and publication.state == PublicationState.PROPOSED,
        needs_read_back=case.needs_read_back,
        open_handovers=sum(handover.is_waiting for handover in handovers),
        accepted_handovers=sum(handover.state == HandoverState.ACCEPTED for handover in handovers),
        reported_handovers=sum(handover.state == HandoverState.ANSWERED for handover in handovers),
        open_bundled=case.bundled.open().count(),
        is_undelivered=any(reply.is_undelivered for reply in replies),
    )


def moves_for(consultation: Consultation, user) -> list[tuple[Move, list[str]]]:
    """List the moves a person may make from here, each with the reasons that still stand against it."""
    facts = facts_of(consultation)
    return [
        (
            move,
            list(case_states.reasons_not_to_move(move.code, facts, reason="—")),
        )
        for move in case_states.moves_from(consultation.state, user.get_all_permissions())
    ]


def locked(consultation: Consultation) -> Consultation:
    """Return the case with its row locked: two people at one case wait for each other."""
    return Consultation.objects.select_for_update().get(pk=consultation.pk)


def _refuse(reasons: list[str]) -> None:
    if reasons:
        raise ValidationError(reasons)


def make_move(
    consultation: Consultation, code: str, *, actor, reason: str = "", text: str = "", **changes
) -> Entry:
    """Take a case, locked by the caller, one step; store the step in the thread.

    `changes` are fields of the case that the step sets. Raises ValidationError with every reason,
    PermissionDenied when the role may not.
    """
    move = case_states.MOVES[code]
    may(actor, move.permission)
    _refuse(
        case_states.reasons_not_to_move(code, facts_of(consultation), reason=reason)
        + faults_of_text(reason)
    )
    entry = record_step(
        consultation, code, move.to_state, actor=actor, text=text or reason, **changes
    )
    if code == "return_draft":
        mark_all_done_for(consultation.get_absolute_url(), actor=actor, kinds=[NoticeKind.CHECK])
    if move.to_state in case_states.CLOSED:
        # Somebody who is still to be called is called, whatever is decided on publication.
        kinds = [NoticeKind.CHECK] if code == "decide_publication" else ()
        mark_all_done_for(consultation.get_absolute_url(), actor=actor, kinds=kinds)
    return entry


def record_step(
    case: Consultation, code: str, to_state: str, *, text: str, actor=None, label="", **changes
) -> Entry:
    """Put a case, locked by the caller, into a state, and the step into its thread.

    Judges nothing. `label` stands for an author who is nobody of this ward.
    """
    now = clock.now()
    entry = Entry.objects.create(
        consultation=case,
        kind=EntryKind.MOVE,
        move=code,
        text=text,
        author=actor,
        author_label=label,
        at=now,
        from_state=case.state,
        to_state=to_state,
        former_section_id=case.section_id,
        former_assignee_id=case.assignee_id,
    )
    case.state = to_state
    case.state_changed_at = now
    case.closed_on = case_states.closing_day(
        to_state, closed_on=case.closed_on, today=clock.today()
    )
    for name, value in changes.items():
        setattr(case, name, value)
    case.save(update_fields=["state", "state_changed_at", "closed_on", *changes])
    return entry


@transaction.atomic
def route_consultation(
    consultation: Consultation, section: Section, *, actor, reason: str = ""
) -> None:
    """Give a case to a section; its people are told."""
    case = locked(consultation)
    make_move(
        case,
        "route",
        actor=actor,
        reason=reason,
        text=f"{section}が受け持ちます。{reason}".strip(),
        section=section,
        assignee=None,
    )
    tell_section(case, section)


@transaction.atomic
def assign_consultation(consultation: Consultation, person, *, actor) -> None:
    """Make a person of the ward answerable for a case; they are told in the same transaction."""
    case = locked(consultation)
    if not person.is_active or not person.has_perm("consultations.change_consultation"):
        raise ValidationError("この職員は案件を担当できません。区職員か区課長を選んでください。")
    make_move(case, "assign", actor=actor, text=f"担当者：{person}", assignee=person)
    mark_all_done_for(case.get_absolute_url(), actor=actor, kinds=[NoticeKind.HANDED_OVER])
    if person.pk != actor.pk:
        notify(
            person,
            key=f"assigned:{case.pk}:{person.pk}:{case.state_changed_at.isoformat()}",
            kind=NoticeKind.ASSIGNED,
            text=f"{case.number}の担当になりました。",
            url=case.get_absolute_url(),
            due_on=case.due_on,
        )


@transaction.atomic
def file_consultation(consultation: Consultation, *, actor, reason: str) -> None:
    """End a case by 供覧: it was read by those it concerns, and no answer is owed."""
    make_move(locked(consultation), "file", actor=actor, reason=reason)


@transaction.atomic
def transfer_consultation(consultation: Consultation, *, actor, reason: str) -> None:
    """End a case by 移ちょう: it is no matter of the city; the reason says whose it is."""
    make_move(locked(consultation), "transfer", actor=actor, reason=reason)


@transaction.atomic
def mark_difficult(consultation: Consultation, *, actor, reason: str) -> None:
    """Say that the city cannot do what is asked, and why; who wants a reply is still answered."""
    make_move(locked(consultation), "mark_difficult", actor=actor, reason=reason)


@transaction.atomic
def add_note(consultation: Consultation, text: str, *, actor) -> Entry:
    """Add an internal note; people named 「@氏名」 of this ward are told.

    The same words again, with nothing in between, are a button pressed twice: one note.
    """
    if not actor.has_perm("consultations.change_consultation") and not actor.has_perm(
        "consultations.answer_handover"
    ):
        may(actor, "consultations.change_consultation")
    check_written(text, longest=LONGEST_NOTE, missing="メモを入力してください。")
    locked(consultation)
    latest = consultation.entries.order_by("-at", "-pk").first()
    if latest and (latest.kind, latest.text, latest.author_id) == (EntryKind.NOTE, text, actor.pk):
        return latest
    entry = Entry.objects.create(
        consultation=consultation, kind=EntryKind.NOTE, text=text, author=actor, at=clock.now()
    )
    if "@" in text or "＠" in text:
        plain = text.replace("＠", "@").replace(" ", "").replace("　", "")
        for post in SectionPost.objects.in_force(clock.today()).select_related("person"):
            name = post.person.name.replace(" ", "").replace("　", "")
            if f"@{name}" in plain and post.person_id != actor.pk:
                notify(
                    post.person,
                    key=f"mention:{entry.pk}:{post.person_id}",
                    kind=NoticeKind.OTHER,
                    text=f"{consultation.number}のメモで、あなたが呼ばれています。",
                    url=consultation.get_absolute_url(),
                )
    return entry


@transaction.atomic
def confirm_read_back(consultation: Consultation, *, actor) -> None:
    """Note that a 要望等記録 was read back to the person and found right (要望等記録制度)."""
    may(actor, "consultations.change_consultation")
    case = locked(consultation)
    if not case.needs_read_back:
        raise ValidationError("読み聞かせ確認は済んでいるか、要らない案件です。")
    case.read_back_on = clock.today()
    case.save(update_fields=["read_back_on"])
    Entry.objects.create(
        consultation=case,
        kind=EntryKind.READ_BACK,
        text="記録の内容を本人に読み聞かせ、間違いのないことを確認しました。",
        author=actor,
        at=clock.now(),
    )


def reasons_it_is_not_withdrawn_here(entry: Entry) -> list[str]:
    """List why a line of the thread is taken back in another way than as a change of state."""
    if entry.kind != EntryKind.MOVE:
        return ["取り消せるのは状態の変更だけです。"]
    if entry.move == "decide_publication":
        return ["公表の判定は「判定を取り下げる」で取り消してください。"]
    if entry.move == "transfer" and entry.author_id is None:
        return ["他の区が引き受けた案件です。引き継いだ先の区に連絡してください。"]
    return []


@transaction.atomic
def withdraw_move(entry: Entry, *, actor, reason: str) -> Consultation:
    """Take the latest change of state back; the change and its withdrawal both stay in the thread.

    An answer that went out is not unsaid by this: the case is open again, and so is its publication.
    """
    case = locked(entry.consultation)
    latest = case.entries.moves().first()
    _refuse(reasons_it_is_not_withdrawn_here(entry))
    may(actor, case_states.MOVES[entry.move].permission)
    entry.refresh_from_db()
    _refuse(
        case_states.reasons_not_to_withdraw(
            is_latest_move=latest is not None and latest.pk == entry.pk,
            already=entry.withdrawn_at is not None,
            reason=reason,
        )
        + faults_of_text(reason)
    )
    entry.withdrawn_at = clock.now()
    entry.withdrawn_by = actor
    entry.withdrawn_reason = reason
    entry.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _undo(case, entry)
    case.state = entry.from_state
    case.state_changed_at = clock.now()
    if case.state not in case_states.CLOSED:
        case.closed_on = None
    case.save(
        update_fields=[
            "state",
            "state_changed_at",
            "closed_on",
            "answered_on",
            "section",
            "assignee",
        ]
    )
    if entry.move == "draft":
        mark_all_done_for(case.get_absolute_url(), actor=actor, kinds=[NoticeKind.CHECK])
    if entry.to_state in case_states.CLOSED and case.is_open:
        open_again(case.get_absolute_url(), kinds=CLOCK_KINDS)
    return case


def _undo(case: Consultation, entry: Entry) -> None:
    publication = getattr(case, "publication", None)
    if entry.to_state == CaseState.ANSWERED:
        case.answered_on = None
        _open_draft_again(case)
        _open_bundled_again(case, entry)
    if publication is not None and publication.state == PublicationState.PUBLISHED:
        raise ValidationError("公表されています。先に公表を取り下げてください。")
    if entry.move in ("route", "assign") and entry.former_section_id is not None:
        case.assignee_id = entry.former_assignee_id
        taken_over = case.handovers.filter(
            kind=HandoverKind.SECTION, state=HandoverState.ANSWERED, decided_at__gt=entry.at
        )
        # A section that has accepted the case since keeps it.
        if not taken_over.exists():
            case.section_id = entry.former_section_id


def _open_bundled_again(lead: Consultation, withdrawn: Entry) -> None:
    """Open the cases again that got the lead's answer: its next answer goes to them as well."""
    for other in (
        Consultation.objects.select_for_update()
        .filter(bundle_lead=lead, state=CaseState.ANSWERED)
        .order_by("pk")
    ):
        step = other.entries.moves().first()
        sent = other.replies.final().sent().filter(withdrawn_at=None).last()
        if step is None or step.move != "answer" or sent is None or sent.copied_from_id is None:
            continue
        step.withdrawn_at = withdrawn.withdrawn_at
        step.withdrawn_by = withdrawn.withdrawn_by
        step.withdrawn_reason = withdrawn.withdrawn_reason
        step.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        other.replies.filter(pk=sent.pk).update(withdrawn_at=withdrawn.withdrawn_at)
        other.state, other.state_changed_at = step.from_state, withdrawn.withdrawn_at
        other.answered_on = other.closed_on = None
        other.save(update_fields=["state", "state_changed_at", "answered_on", "closed_on"])
        open_again(other.get_absolute_url(), kinds=CLOCK_KINDS)


def _open_draft_again(case: Consultation) -> None:
    """Give the case a draft once more, with the text that was sent; what was sent stays as it was."""
    sent = case.replies.final().sent().order_by("-sent_at", "-pk").first()
    if sent is None or case.replies.open_draft() is not None:
        return
    case.replies.filter(pk=sent.pk).update(withdrawn_at=clock.now())
    Reply.objects.create(
        consultation=case,
        text=sent.text,
        response_kind=sent.response_kind,
        template_code=sent.template_code,
        drafted_by=sent.drafted_by,
        drafted_at=clock.now(),
    )


@transaction.atomic
def hold_consultation(consultation: Consultation, *, actor, reason: str) -> None:
    """Keep a case beyond its time for a stated reason, or with "" release it again."""
    may(actor, "consultations.hold_consultation")
    case = locked(consultation)
    if len(reason) > 200:
        raise ValidationError("保存の指定の理由は200字以内で入力してください。")
    _refuse(faults_of_text(reason))
    if not reason.strip() and not case.legal_hold:
        raise ValidationError("保存の指定の理由を入力してください。")
    case.legal_hold = reason.strip()
    case.save(update_fields=["legal_hold"])
    Entry.objects.create(
        consultation=case,
        kind=EntryKind.HOLD,
        text=f"保存を指定しました。{reason}" if reason.strip() else "保存の指定を解きました。",
        author=actor,
        at=clock.now(),
    )
