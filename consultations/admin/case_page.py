"""The 情報共有カルテ: everything about one case on one page, told for the person who reads it."""

from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from consultations import case_states
from consultations.admin import columns
from consultations.admin.filters import offices_of
from consultations.admin.publication_block import publication_context
from consultations.case_states import Move
from consultations.choices import (
    CaseState,
    DeliveredBy,
    EntryKind,
    HandoverKind,
    HandoverState,
    QuestionKind,
    ResponseKind,
)
from consultations.models import Consultation, Section
from consultations.services import (
    deliveries,
    handling,
    handovers,
    likeness,
    replies,
    reply_templates,
)
from wards import clock
from wards.access import people_with_permission
from wards.badges import badge
from wards.deadlines import why_this_date
from wards.desk.choices import MailState
from wards.desk.models import OutgoingMail
from wards.models import Bureau, Office, Ward
from wards.wareki import short_wareki, wareki

ENTRY_TONES = {
    EntryKind.RECEIVED: ("plain", "●"),
    EntryKind.MOVE: ("info", "→"),
    EntryKind.NOTE: ("plain", "✎"),
    EntryKind.HANDOVER: ("warn", "⇄"),
    EntryKind.REPLY: ("good", "✓"),
    EntryKind.INTERIM: ("good", "…"),
    EntryKind.FOLLOW_UP: ("bad", "！"),
    EntryKind.PUBLICATION: ("good", "■"),
    EntryKind.READ_BACK: ("good", "✓"),
    EntryKind.HOLD: ("warn", "■"),
}
MAIL_BADGES = {
    MailState.WAITING: ("info", "…"),
    MailState.SENT: ("good", "✓"),
    MailState.PARKED: ("bad", "！"),
}
# Moves that are one form with a reason; the others have a form of their own on the page.
PLAIN_MOVES = ("file", "mark_difficult", "transfer")


@dataclass(frozen=True, slots=True)
class Offered:
    """A move as the page offers it, with what still stands against it."""

    code: str
    label: str
    needs_reason: bool
    reasons: list[str]


def offered_moves(case: Consultation, user) -> dict[str, Offered]:
    """Return the moves a person may make, by code, judged by what refuses the POST too."""
    return {
        move.code: Offered(move.code, move.label, move.needs_reason, reasons)
        for move, reasons in handling.moves_for(case, user)
    }


def case_context(request, case: Consultation, *, typed: dict | None = None) -> dict:
    """Return what the page shows: facts and thread left, next step, clock and forms right."""
    user, today = request.user, clock.today()
    facts = handling.facts_of(case)
    moves = offered_moves(case, user)
    may_change = user.has_perm("consultations.change_consultation")
    sees_all = user.has_perm("consultations.view_all_consultations")
    typed = typed or {}
    offices = offices_of(user)
    return {
        "case": case,
        "typed": typed,
        "state_badge": columns.state_badge(case.state),
        "due_badge": columns.due_badge(case, today) if case.is_open else "",
        "open_days": columns.open_days_left(today, case.due_on),
        "next_step": case_states.next_step(facts)
        if sees_all
        else case_states.next_step_of_receiver(
            [h.state for h in case.handovers.all() if h.office_id in offices]
        ),
        "why": why_this_date(case.received_on, case.deadline_rule.clock, today=today),
        "is_inherited_day": bool(case.origin_number),
        "language": dict(settings.LANGUAGES).get(case.language, case.language),
        "answers": answers_in_words(case),
        "attachments": list(case.attachments.all()),
        "has_contact": hasattr(case, "contact"),
        "may_see_contact": user.has_perm("consultations.view_contact_of_consultation"),
        "thread": thread_of(case),
        "moves": moves,
        "plain_moves": [moves[code] for code in PLAIN_MOVES if code in moves],
        "may_note": may_change or user.has_perm("consultations.answer_handover"),
        "may_change": may_change,
        "sees_all": sees_all,
        "handovers": [
            {
                "handover": handover,
                "badge": columns.handover_badge(handover.state),
                "may_respond": not handovers.reasons_not_to_respond(handover, user),
                "may_accept": handover.state == HandoverState.SENT,
                # Staff of the ward may note for an office what it said by telephone.
                "is_for_me": handover.kind != HandoverKind.OFFICE or handover.office_id in offices,
                "may_report": handover.kind == HandoverKind.OFFICE,
                "may_withdraw": handover.is_waiting
                and user.has_perm("consultations.hand_over_consultation"),
            }
            for handover in case.handovers.all()
        ],
        "receivers": _receivers(case, user),
        "follow_ups": list(case.follow_ups.all()) if sees_all else [],
        "history_url": reverse("admin:consultations_consultation_history", args=[case.pk]),
        "may_hold": user.has_perm("consultations.hold_consultation"),
        **_mails(case, user),
        **_choices_of_people(case, moves),
        **_drafting(case, user, typed),
        **_bundle(case, may_change),
        **publication_context(case, user, typed),
        "withdrawable": _withdrawable(case, user),
        "today": today,
    }


def answers_in_words(case: Consultation) -> list[tuple[str, str]]:
    """Return the own questions of the category with the answers, in the version that was asked."""
    if case.form is None:
        return []
    words = {"yes": "はい", "no": "いいえ"}
    told = []
    for question in case.form.questions:
        answer = case.answers.get(question["code"], "")
        if question["kind"] == QuestionKind.YES_NO:
            answer = words.get(answer, answer)
        told.append((question["label"], answer or "（答えなし）"))
    return told


def thread_of(case: Consultation) -> list[dict]:
    """Return the thread, the latest first, each line with its badge and who wrote it."""
    lines = []
    for entry in case.entries.select_related("author", "withdrawn_by").order_by("-at", "-pk"):
        move = case_states.MOVES.get(entry.move)
        lines.append(
            {
                "entry": entry,
                "kind": EntryKind(entry.kind),
                "tone": ENTRY_TONES.get(EntryKind(entry.kind), ("plain", "●")),
                "title": _title_of(entry, move),
                "who": entry.author.name if entry.author else entry.author_label or "ポータル",
            }
        )
    return lines


def _title_of(entry, move: Move | None) -> str:
    if entry.kind == EntryKind.MOVE and entry.to_state:
        before, after = CaseState(entry.from_state).label, CaseState(entry.to_state).label
        return f"{before} → {after}" if before != after else (move.label if move else after)
    return EntryKind(entry.kind).label


def _choices_of_people(case: Consultation, moves: dict) -> dict:
    chosen: dict = {}
    if "assign" in moves:
        people = people_with_permission("consultations.change_consultation")
        chosen["people"] = sorted(people, key=lambda person: (person.kana, person.name, person.pk))
    if "route" in moves:
        chosen["sections"] = list(Section.objects.filter(is_active=True))
    return chosen


def _receivers(case: Consultation, user) -> list[dict]:
    """Return who a case may be handed to, by kind; empty where nobody may."""
    if not case.is_open or not user.has_perm("consultations.hand_over_consultation"):
        return []
    ward = connection.tenant
    groups = (
        ("office", "事業所", Office.objects.serving(ward)),
        (
            "section",
            "区の他の課",
            Section.objects.filter(is_active=True).exclude(pk=case.section_id),
        ),
        ("ward", "他の区", Ward.objects.in_official_order().exclude(pk=ward.pk)),
        ("bureau", "局", Bureau.objects.filter(is_active=True)),
    )
    return [
        {"label": label, "rows": [(f"{kind}:{row.pk}", str(row)) for row in rows]}
        for kind, label, rows in groups
        if rows
    ]


def _mails(case: Consultation, user) -> dict:
    """Return how each mail about the case stands, for those who may read mails (delivery evidence)."""
    if not user.has_perm("ward_desk.view_outgoingmail"):
        return {}
    mails = [
        {
            "subject": mail.subject,
            "at": mail.sent_at or mail.created_at,
            "badge": badge(mail.get_state_display(), *MAIL_BADGES[MailState(mail.state)]),
        }
        for mail in OutgoingMail.objects.filter(about=case.number).order_by("-created_at")
    ]
    url = f"{reverse('admin:ward_desk_outgoingmail_changelist')}?q={case.number}"
    return {"mails": mails, "mails_url": url if mails else ""}


def _drafting(case: Consultation, user, typed: dict) -> dict:
    """Return the draft, the templates, and the words for what happens to the answer."""
    draft = next((r for r in case.replies.all() if r.kind == "final" and r.sent_at is None), None)
    may_write = user.has_perm("consultations.change_consultation") and case.state in (
        CaseState.IN_PROGRESS,
        CaseState.DIFFICULT,
    )
    may_send_interim = (
        user.has_perm("consultations.change_consultation") and case.is_open and case.wants_reply
    )
    return {
        "draft": draft,
        "draft_text": typed.get("draft", {}).get("text", draft.text if draft else ""),
        "draft_kind": typed.get("draft", {}).get(
            "response_kind", draft.response_kind if draft else ResponseKind.EXPLAINED
        ),
        "draft_template": typed.get("draft", {}).get(
            "template_code", draft.template_code if draft else ""
        ),
        "draft_stamp": replies.draft_stamp(draft),
        # Saved by somebody else while this person wrote: both texts are shown.
        "draft_saved_meanwhile": typed.get("draft", {}).get("stamp", replies.draft_stamp(draft))
        != replies.draft_stamp(draft),
        "may_draft": may_write,
        "templates": _templates_in_words() if may_write or may_send_interim else [],
        "response_kinds": ResponseKind.choices,
        "may_send_interim": may_send_interim,
        "sent_replies": [
            {
                "reply": reply,
                "delivered": _delivered(reply),
                "may_note": reply.is_undelivered
                and user.has_perm("consultations.change_consultation"),
                "ways": [(way.value, way.label) for way in deliveries.WAYS],
            }
            for reply in case.replies.all()
            if reply.sent_at
        ],
    }


def _delivered(reply) -> str:
    """Say how a reply reached the citizen, or that it has not."""
    if reply.withdrawn_at:
        return "取り消しました"
    if not reply.delivered_by:
        return "まだ届いていません"
    return DeliveredBy(reply.delivered_by).label


def _templates_in_words() -> list[tuple[str, str]]:
    return [
        (
            template.code,
            f"{template.title}（使用{template.used}回"
            + (
                f"、最後は{short_wareki(timezone.localtime(template.last_used_on).date())}"
                if template.used
                else ""
            )
            + ("、区の文" if template.is_wards_own else "、全市の文")
            + "）",
        )
        for template in reply_templates.templates()
    ]


def _bundle(case: Consultation, may_change: bool) -> dict:
    may_bundle = may_change and case.is_open
    similar = likeness.similar_cases(case) if may_bundle else []
    return {
        "bundle_lead": case.bundle_lead,
        "bundled": list(case.bundled.all()) if may_change else [],
        "may_bundle": may_bundle and case.bundle_lead_id is None,
        "similar": [
            {
                "case": other,
                "percent": percent,
                "badge": columns.state_badge(other.state),
                "is_bundled": other.bundle_lead_id is not None,
            }
            for other, percent in similar
        ],
    }


def _withdrawable(case: Consultation, user):
    """Return the latest change of state if this person may take it back."""
    latest = case.entries.moves().first()
    if latest is None or handling.reasons_it_is_not_withdrawn_here(latest):
        return None
    return latest if user.has_perm(case_states.MOVES[latest.move].permission) else None


def receipt_words(case: Consultation) -> str:
    """Say to the officer what to tell the person who stands at the counter."""
    words = f"受け付けました。受付番号は {case.number}、回答期限は{wareki(case.due_on)}です。"
    if case.needs_read_back:
        words += "要望等記録です。記録の内容を本人に読み聞かせて確認してください。"
    return words
