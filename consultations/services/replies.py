"""回答: drafted, decided by the section's head, delivered; one answer may serve many."""

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction

from consultations import case_states
from consultations.choices import (
    CaseState,
    EntryKind,
    ReplyKind,
    ResponseKind,
)
from consultations.models import Consultation, Entry, Reply
from consultations.reply_texts import reasons_not_to_send
from consultations.services.deliveries import send_out
from consultations.services.handling import facts_of, locked, make_move, record_step
from wards import clock
from wards.access import may, people_with_permission
from wards.desk.choices import NoticeKind
from wards.desk.services import mark_all_done_for, notify
from wards.text import check_written, with_plain_line_ends

LONGEST_REPLY = 8_000
NO_TEXT = "回答の本文を入力してください。"


def draft_stamp(draft: Reply | None) -> str:
    """Return what tells one saved state of a draft from the next; "" while there is none."""
    return draft.drafted_at.isoformat() if draft else ""


def _refuse_unseen(draft: Reply | None, seen: str | None, *, told: str) -> None:
    """Refuse a step on a draft that somebody saved after this person's page was drawn.

    `seen` is the stamp that the page showed; None where no page was read, as in a file.
    """
    if seen is None or seen == draft_stamp(draft):
        return
    who = f"{draft.drafted_by}が" if draft and draft.drafted_by else "ほかの人が"
    raise ValidationError(f"この画面を開いたあとに、{who}回答案を変えました。{told}")


def _refuse_unfinished(text: str) -> None:
    """Refuse a text in which a template's places still wait to be written."""
    if reasons := reasons_not_to_send(text):
        raise ValidationError(reasons)


@transaction.atomic
def save_draft(
    consultation: Consultation,
    *,
    actor,
    text: str,
    response_kind: str = ResponseKind.EXPLAINED,
    template_code: str = "",
    seen: str | None = None,
    hand_in: bool = False,
) -> Reply:
    """Store the draft of an answer; a case has one, which everybody in charge may write on.

    With `hand_in` it goes on to the heads in the same transaction: both, or neither.
    """
    may(actor, "consultations.change_consultation")
    case = locked(consultation)
    check_written(text, longest=LONGEST_REPLY, missing=NO_TEXT)
    if case.state not in (CaseState.IN_PROGRESS, CaseState.DIFFICULT):
        raise ValidationError(f"状態が「{case.get_state_display()}」のため、回答案を書けません。")
    if response_kind not in ResponseKind.values:
        raise ValidationError("対応の種別を選んでください。")
    draft = case.replies.open_draft()
    _refuse_unseen(
        draft,
        seen,
        told="下の二つの文を見比べ、あなたの文を直してから、もう一度保存してください。",
    )
    draft = draft or Reply(consultation=case)
    draft.text = with_plain_line_ends(text)
    draft.response_kind = response_kind
    draft.template_code = template_code
    draft.drafted_by = actor
    draft.drafted_at = clock.now()
    draft.save()
    if hand_in:
        submit_draft(case, actor=actor)
    return draft


@transaction.atomic
def submit_draft(consultation: Consultation, *, actor) -> None:
    """Hand the draft to the heads, who are told in the same transaction."""
    case = locked(consultation)
    draft = case.replies.open_draft()
    if draft is not None:
        _refuse_unfinished(draft.text)
    entry = make_move(case, "draft", actor=actor, text=draft.text if draft else "")
    for head in people_with_permission("consultations.approve_reply"):
        if head.pk != actor.pk:
            notify(
                head,
                key=f"approve:{entry.pk}:{head.pk}",
                kind=NoticeKind.CHECK,
                text=f"{case.number}の回答案が決裁を待っています。",
                url=case.get_absolute_url(),
                due_on=case.due_on,
            )


@transaction.atomic
def return_draft(consultation: Consultation, *, actor, reason: str) -> None:
    """Send the draft back with a reason; who drafted it is told."""
    case = locked(consultation)
    entry = make_move(case, "return_draft", actor=actor, reason=reason)
    draft = case.replies.open_draft()
    if draft is not None and draft.drafted_by_id not in (None, actor.pk):
        notify(
            draft.drafted_by,
            key=f"returned:{entry.pk}",
            kind=NoticeKind.RETURNED,
            text=f"{case.number}の回答案が差し戻されました。理由を読んで直してください。",
            url=case.get_absolute_url(),
            due_on=case.due_on,
        )


@transaction.atomic
def answer_consultation(consultation: Consultation, *, actor, seen: str | None = None) -> Reply:
    """Decide the draft and let it go out, to everybody whose case is bundled with this one too.

    `seen` is the stamp of the draft that was read: no other text is decided by it. The mail is
    an outbox row of this transaction; who is to be called or written to becomes a task of the person
    in charge.
    """
    may(actor, "consultations.approve_reply")
    case = locked(consultation)
    draft = case.replies.open_draft()
    _refuse_unseen(draft, seen, told="いまの文を読んでから決裁してください。")
    if draft is None and case.state == CaseState.DRAFTED:
        raise ValidationError("回答案がありません。差し戻して、書き直してください。")
    if draft is not None:
        _refuse_unfinished(draft.text)
    make_move(
        case,
        "answer",
        actor=actor,
        text=draft.text if draft else "",
        answered_on=clock.today(),
    )
    send_out(case, draft, actor=actor)
    others = list(
        Consultation.objects.select_for_update().filter(bundle_lead=case).open().order_by("pk")
    )
    if reasons := [reason for other in others for reason in _reasons_not_to_answer_with(other)]:
        raise ValidationError(reasons)
    for other in others:
        _answer_bundled(other, draft, actor)
    return draft


def _reasons_not_to_answer_with(other: Consultation) -> list[str]:
    """List what stands against answering a bundled case, as it would alone, with its number."""
    standing = replace(facts_of(other), state=CaseState.DRAFTED)
    return [
        f"束ねた{other.number}：{reason}"
        for reason in case_states.reasons_not_to_move("answer", standing)
    ]


def _answer_bundled(other: Consultation, lead: Reply, actor) -> None:
    """Answer a bundled case with the lead's text: the steps between are one, and are told."""
    # A draft of its own stays in the history: the bundle's text takes its place.
    reply = other.replies.open_draft() or Reply(consultation=other)
    reply.text = lead.text
    reply.response_kind = lead.response_kind
    reply.template_code = lead.template_code
    reply.drafted_by = lead.drafted_by
    reply.drafted_at = lead.drafted_at
    reply.copied_from = lead
    reply.save()
    record_step(
        other,
        "answer",
        CaseState.ANSWERED,
        actor=actor,
        text=f"{lead.consultation.number}に束ねて回答しました。\n{lead.text}",
        answered_on=clock.today(),
    )
    mark_all_done_for(other.get_absolute_url(), actor=actor)
    send_out(other, reply, actor=actor)


@transaction.atomic
def send_interim_reply(consultation: Consultation, *, actor, text: str) -> Reply:
    """Tell the citizen why the answer takes longer; the due day stays where it is."""
    may(actor, "consultations.change_consultation")
    case = locked(consultation)
    check_written(text, longest=LONGEST_REPLY, missing=NO_TEXT)
    if not case.is_open:
        raise ValidationError("終わった案件に中間回答は送れません。")
    if not case.wants_reply:
        raise ValidationError("本人は回答を希望していません。")
    _refuse_unfinished(text)
    text = with_plain_line_ends(text)
    # A button pressed twice must not write to the citizen twice.
    if case.replies.filter(kind=ReplyKind.INTERIM, text=text, withdrawn_at=None).exists():
        raise ValidationError("同じ文の中間回答を、すでに送っています。")
    now = clock.now()
    reply = Reply.objects.create(
        consultation=case,
        kind=ReplyKind.INTERIM,
        text=text,
        drafted_by=actor,
        drafted_at=now,
    )
    send_out(case, reply, actor=actor)
    Entry.objects.create(consultation=case, kind=EntryKind.INTERIM, text=text, author=actor, at=now)
    if case.interim_on is None:
        case.interim_on = clock.today()
        case.save(update_fields=["interim_on"])
    return reply


@transaction.atomic
def bundle(lead: Consultation, others: list[Consultation], *, actor) -> int:
    """Bind open cases to one: its answer will go to each citizen. Returns how many were bound."""
    may(actor, "consultations.change_consultation")
    # All at once and in order: two bundles of the same cases then never wait crosswise.
    locked_rows = list(
        Consultation.objects.select_for_update()
        .filter(pk__in=[lead.pk, *(other.pk for other in others)])
        .order_by("pk")
    )
    lead = next(row for row in locked_rows if row.pk == lead.pk)
    if lead.bundle_lead_id is not None:
        raise ValidationError(
            "すでにほかの案件に束ねられています。束ねた先の案件を選んでください。"
        )
    if not lead.is_open:
        raise ValidationError("終わった案件には束ねられません。")
    rows = [row for row in locked_rows if row.pk != lead.pk]
    reasons = [
        *(f"{row.number}は終わっているため、束ねられません。" for row in rows if not row.is_open),
        *(
            f"{row.number}には、ほかの案件が束ねられています。"
            for row in rows
            if row.bundled.exists()
        ),
        *(
            f"{row.number}は、すでにほかの案件に束ねられています。"
            for row in rows
            if row.bundle_lead_id not in (None, lead.pk)
        ),
    ]
    if reasons or not rows:
        raise ValidationError(reasons or ["束ねる案件を選んでください。"])
    now = clock.now()
    for row in rows:
        row.bundle_lead = lead
        row.save(update_fields=["bundle_lead"])
        Entry.objects.create(
            consultation=row,
            kind=EntryKind.NOTE,
            text=f"{lead.number}に束ねました。回答は、束ねた先と同じものが届きます。",
            author=actor,
            at=now,
        )
    Entry.objects.create(
        consultation=lead,
        kind=EntryKind.NOTE,
        text="次の案件を束ねました：" + "、".join(row.number for row in rows),
        author=actor,
        at=now,
    )
    return len(rows)


@transaction.atomic
def unbundle(consultation: Consultation, *, actor) -> None:
    """Free a case from its bundle; it is answered on its own again."""
    may(actor, "consultations.change_consultation")
    case = locked(consultation)
    if case.bundle_lead is None:
        raise ValidationError("束ねられていません。")
    lead, case.bundle_lead = case.bundle_lead, None
    case.save(update_fields=["bundle_lead"])
    Entry.objects.create(
        consultation=case,
        kind=EntryKind.NOTE,
        text=f"{lead.number}の束から外しました。",
        author=actor,
        at=clock.now(),
    )
