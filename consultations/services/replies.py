"""回答: drafted, decided by the section's head, delivered; one answer may serve many."""

from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Count, Max

from consultations import case_states
from consultations.choices import (
    CaseState,
    DeliveredBy,
    EntryKind,
    ReplyBy,
    ReplyKind,
    ResponseKind,
)
from consultations.city.models import CityReplyTemplate
from consultations.models import Consultation, Entry, Reply, ReplyTemplate
from consultations.reply_texts import filled_in
from consultations.services.handling import facts_of, locked, make_move, may
from consultations.services.mails import post_reply_mail
from wards import clock
from wards.access import people_with_permission
from wards.desk.choices import NoticeKind
from wards.desk.services import mark_all_done_for, notify
from wards.text import faults_of_text, with_plain_line_ends
from wards.wareki import wareki

LONGEST_REPLY = 8_000


@dataclass(frozen=True, slots=True)
class Template:
    """A template as an officer chooses it: the city's, or the ward's own in its place."""

    code: str
    title: str
    body: str
    plain_body: str
    is_wards_own: bool
    city_body: str
    used: int
    last_used_on: object


def templates() -> list[Template]:
    """List the templates of the city and the ward with how often and when each was last used."""
    uses = {
        row["template_code"]: row
        for row in Reply.objects.sent()
        .exclude(template_code="")
        .order_by()
        .values("template_code")
        .annotate(used=Count("pk"), last=Max("sent_at"))
    }
    city = {row.code: row for row in CityReplyTemplate.objects.filter(is_active=True)}
    own = {row.code: row for row in ReplyTemplate.objects.all()}
    found = []
    for code in {**city, **own}:
        row = own.get(code) or city[code]
        if not row.is_active:
            continue
        use = uses.get(code, {})
        found.append(
            Template(
                code=code,
                title=row.title,
                body=row.body,
                plain_body=row.plain_body,
                is_wards_own=code in own,
                city_body=city[code].body if code in city else "",
                used=use.get("used", 0),
                last_used_on=use.get("last"),
            )
        )
    return sorted(found, key=lambda template: (-template.used, template.title))


def text_from_template(template: Template, consultation: Consultation) -> str:
    """Return the template's text with the values of a case; 「やさしい日本語」 where it was written in it."""
    plain = consultation.language == "ja-hira" and template.plain_body
    return filled_in(
        plain or template.body,
        {
            "受付番号": consultation.number,
            "受付日": wareki(consultation.received_on),
            "件名": consultation.subject,
            "回答する課": consultation.section.name,
            "期限": wareki(consultation.due_on),
            "区役所名": connection.tenant.office_name,
        },
    )


def _refuse_text(text: str) -> None:
    if not text.strip():
        raise ValidationError("回答の本文を入力してください。")
    if faults := faults_of_text(text, longest=LONGEST_REPLY):
        raise ValidationError(faults)


@transaction.atomic
def save_draft(
    consultation: Consultation,
    *,
    actor,
    text: str,
    response_kind: str = ResponseKind.EXPLAINED,
    template_code: str = "",
) -> Reply:
    """Store the draft of an answer; a case has one, which everybody in charge may write on."""
    may(actor, "consultations.change_consultation")
    case = locked(consultation)
    _refuse_text(text)
    if case.state not in (CaseState.IN_PROGRESS, CaseState.DIFFICULT):
        raise ValidationError(f"状態が「{case.get_state_display()}」のため、回答案を書けません。")
    if response_kind not in ResponseKind.values:
        raise ValidationError("対応の種別を選んでください。")
    draft = case.replies.final().filter(sent_at=None).first() or Reply(consultation=case)
    draft.text = with_plain_line_ends(text)
    draft.response_kind = response_kind
    draft.template_code = template_code
    draft.drafted_by = actor
    draft.drafted_at = clock.now()
    draft.save()
    return draft


@transaction.atomic
def submit_draft(consultation: Consultation, *, actor) -> None:
    """Hand the draft to the heads, who are told in the same transaction."""
    case = locked(consultation)
    draft = case.replies.final().filter(sent_at=None).first()
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
    draft = case.replies.final().filter(sent_at=None).first()
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
def answer_consultation(consultation: Consultation, *, actor) -> Reply:
    """Decide the draft and let it go out, to everybody whose case is bundled with this one too.

    The mail is an outbox row of this transaction; who is to be called or written to becomes a task
    of the person in charge.
    """
    case = locked(consultation)
    draft = case.replies.final().filter(sent_at=None).first()
    if draft is None and case.state == CaseState.DRAFTED:
        raise ValidationError("回答案がありません。差し戻して、書き直してください。")
    make_move(
        case,
        "answer",
        actor=actor,
        text=draft.text if draft else "",
        answered_on=clock.today(),
    )
    _send(case, draft, actor)
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
    reply = other.replies.final().filter(sent_at=None).first() or Reply(consultation=other)
    reply.text = lead.text
    reply.response_kind = lead.response_kind
    reply.template_code = lead.template_code
    reply.drafted_by = lead.drafted_by
    reply.drafted_at = lead.drafted_at
    reply.copied_from = lead
    reply.save()
    now = clock.now()
    Entry.objects.create(
        consultation=other,
        kind=EntryKind.MOVE,
        move="answer",
        text=f"{lead.consultation.number}に束ねて回答しました。\n{lead.text}",
        author=actor,
        at=now,
        from_state=other.state,
        to_state=CaseState.ANSWERED,
        former_section_id=other.section_id,
        former_assignee_id=other.assignee_id,
    )
    mark_all_done_for(other.get_absolute_url(), actor=actor)
    other.state = CaseState.ANSWERED
    other.state_changed_at = now
    other.answered_on = other.closed_on = clock.today()
    other.save(update_fields=["state", "state_changed_at", "answered_on", "closed_on"])
    _send(other, reply, actor)


def _send(case: Consultation, reply: Reply, actor) -> None:
    reply.approved_by = actor
    reply.sent_at = clock.now()
    contact = getattr(case, "contact", None)
    told_all = post_reply_mail(reply)
    if contact is None:
        reply.delivered_by = DeliveredBy.NOT_WANTED
    elif contact.reply_by == ReplyBy.EMAIL:
        reply.delivered_by = DeliveredBy.EMAIL
    else:
        reply.delivered_by = DeliveredBy(contact.reply_by)
    reply.save(update_fields=["approved_by", "sent_at", "delivered_by"])
    if contact is not None and not told_all:
        ask_to_deliver(case, reply)


def ask_to_deliver(case: Consultation, reply: Reply) -> None:
    """Open a task for whoever is in charge: call, write, or hand the answer over."""
    person = case.assignee or reply.drafted_by or reply.approved_by
    by_letter = case.contact.reply_by == ReplyBy.LETTER
    notify(
        person,
        key=f"deliver:{reply.pk}",
        kind=NoticeKind.CALL,
        text=(
            f"{case.number}の{reply.get_kind_display()}を郵便で送ってください。"
            if by_letter
            else f"{case.number}の{reply.get_kind_display()}を電話で連絡してください。"
        ),
        url=case.get_absolute_url(),
        due_on=case.due_on,
    )


@transaction.atomic
def send_interim_reply(consultation: Consultation, *, actor, text: str) -> Reply:
    """Tell the citizen why the answer takes longer; the due day stays where it is."""
    may(actor, "consultations.change_consultation")
    case = locked(consultation)
    _refuse_text(text)
    if not case.is_open:
        raise ValidationError("終わった案件に中間回答は送れません。")
    if not case.wants_reply:
        raise ValidationError("本人は回答を希望していません。")
    now = clock.now()
    reply = Reply.objects.create(
        consultation=case,
        kind=ReplyKind.INTERIM,
        text=with_plain_line_ends(text),
        drafted_by=actor,
        drafted_at=now,
    )
    _send(case, reply, actor)
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
