"""After 区長認定: yearly confirmation, 是正要請, 取消 by two people, 解散."""

from datetime import date, timedelta

from django.db import transaction

from councils.choices import CertificationEnd, EntryKind, Met, RevocationState
from councils.city.models import Requirement
from councils.confirmation_rules import next_due_on, reasons_not_to_conclude
from councils.eligibility import reasons_not_judged
from councils.models import (
    Certification,
    CommunityCouncil,
    Confirmation,
    CorrectiveRequest,
    CouncilDocument,
    CouncilPractice,
    Filing,
    Judgement,
    Revocation,
)
from councils.services.applications import judge_row, judged
from councils.services.steps import locked, note
from wards import clock
from wards.access import may, people_with_permission
from wards.desk.choices import NoticeKind
from wards.desk.services import mark_all_done_for, notify
from wards.storing import store
from wards.typed import need_text, optional_text, refuse
from wards.wareki import wareki

MAY_CONFIRM = "councils.change_confirmation"
MAY_CONCLUDE = "councils.conclude_confirmation"


def reasons_no_certificate(certification: Certification, day: date) -> list[str]:
    """List why no 認定通知書 is made on a day: one that does not hold is never handed out."""
    if certification.holds_on(day):
        return []
    if certification.ended_on is not None and certification.ended_on <= day:
        return [
            f"この認定は{wareki(certification.ended_on)}に失効しています"
            f"（{certification.get_end_kind_display()}）。認定通知書は作れません。"
        ]
    return ["まだ認定されていない日です。認定通知書は作れません。"]


# --- 要件確認 and 是正要請 ---


def _open(confirmation: Confirmation) -> Confirmation:
    found = (
        Confirmation.objects.select_for_update(of=("self",))
        .select_related("certification__council", "certification__application__requirement_set")
        .get(pk=confirmation.pk)
    )
    if found.confirmed_on is not None:
        refuse(["この要件確認は、すでに終わっています。"])
    if found.certification.ended_on is not None:
        refuse(["認定が失効しているため、要件確認はできません。"])
    return found


@transaction.atomic
def judge_confirmation(
    confirmation: Confirmation,
    requirement: Requirement,
    *,
    met: str,
    article: str = "",
    document: CouncilDocument | None = None,
    reason: str = "",
    actor,
) -> Judgement:
    """Note what was found about a requirement in the yearly look."""
    may(actor, MAY_CONFIRM)
    return judge_row(
        {"confirmation": _open(confirmation)}, requirement, met=met, article=article, document=document, reason=reason, actor=actor
    )  # fmt: skip


def findings_of(confirmation: Confirmation):
    """Return the requirements of a confirmation with what was found: those of the application's day."""
    requirements = confirmation.certification.application.requirement_set.requirements.all()
    return judged(requirements, confirmation.judgements.all())


def reasons_not_to_confirm(confirmation: Confirmation) -> list[str]:
    """List why a confirmation cannot be closed as met."""
    findings = findings_of(confirmation)
    open_requests = confirmation.certification.corrective_requests.filter(resolved_on=None)
    return reasons_not_to_conclude(
        reasons_not_judged(findings),
        [one.called for one in findings if one.met == Met.UNMET],
        has_open_request=open_requests.exists(),
    )


@transaction.atomic
def conclude_confirmation(confirmation: Confirmation, *, actor, text: str = "") -> Confirmation:
    """Close a confirmation: all requirements are met; the next one is put on the calendar."""
    may(actor, MAY_CONCLUDE)
    confirmation = _open(confirmation)
    refuse(reasons_not_to_confirm(confirmation))
    confirmation.confirmed_on = clock.today()
    confirmation.confirmed_by = actor
    confirmation.note = optional_text(text)
    store(confirmation, "confirmed_on", "confirmed_by", "note")
    council = confirmation.certification.council
    note(
        council,
        EntryKind.CONFIRMATION,
        "要件を満たしていることを確認しました。",
        actor=actor,
        text=confirmation.note,
    )
    mark_all_done_for(confirmation.get_absolute_url())
    months = CouncilPractice.objects.in_force(confirmation.confirmed_on).confirmation_months
    following = Confirmation(
        certification=confirmation.certification,
        due_on=next_due_on(confirmation.due_on, confirmation.confirmed_on, months),
    )
    store(following)
    return following


@transaction.atomic
def request_correction(
    certification: Certification,
    *,
    reason: str,
    due_on: date,
    actor,
    confirmation: Confirmation | None = None,
) -> CorrectiveRequest:
    """Ask a certified council to mend something by a day (是正要請)."""
    may(actor, MAY_CONCLUDE)
    council = locked(certification.council)
    certification = Certification.objects.select_for_update().get(pk=certification.pk)
    today = clock.today()
    if not certification.holds_on(today):
        refuse(["認定が失効しているため、是正を要請できません。"])
    if due_on <= today:
        refuse(["是正の期限は、明日以後の日にしてください。"])
    request = CorrectiveRequest(
        certification=certification,
        confirmation=confirmation,
        requested_on=today,
        due_on=due_on,
        reason=need_text(reason, "是正してほしい内容を入力してください。"),
        requested_by=actor,
    )
    store(request)
    note(
        council,
        EntryKind.CORRECTION,
        f"{wareki(due_on)}までの是正を要請しました。",
        actor=actor,
        text=request.reason,
    )
    return request


@transaction.atomic
def resolve_correction(request: CorrectiveRequest, *, resolution: str, actor) -> None:
    """Note that a council has mended what was asked, and what it did."""
    may(actor, MAY_CONCLUDE)
    request = CorrectiveRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.resolved_on is not None:
        refuse(["この是正要請は、すでに終わっています。"])
    request.resolved_on = clock.today()
    request.resolution = need_text(resolution, "是正の内容を入力してください。")
    request.resolved_by = actor
    store(request, "resolved_on", "resolution", "resolved_by")
    council = request.certification.council
    if not request.certification.corrective_requests.filter(resolved_on=None).exists():
        mark_all_done_for(council.part_url("corrections"))
    note(
        council, EntryKind.CORRECTION, "是正を確認しました。", actor=actor, text=request.resolution
    )


# --- 取消 ---


@transaction.atomic
def propose_revocation(
    certification: Certification, *, reason: str, statement_due_on: date, actor
) -> Revocation:
    """Begin to take a certification back: the council is told why and may explain itself."""
    may(actor, "councils.propose_revocation")
    council = locked(certification.council)
    certification = Certification.objects.select_for_update().get(pk=certification.pk)
    today = clock.today()
    practice = CouncilPractice.objects.in_force(today)
    earliest = today + timedelta(days=practice.statement_days)
    reasons = []
    if not certification.holds_on(today):
        reasons.append("認定が失効しているため、取消の手続きはできません。")
    if statement_due_on < earliest:
        reasons.append(
            f"弁明の期限は、{practice.statement_days}日以上先の{wareki(earliest)}以後の日にしてください。"
        )
    refuse(reasons)
    revocation = Revocation(
        certification=certification,
        reason=need_text(reason, "取消の理由を入力してください。"),
        proposed_by=actor,
        proposed_on=today,
        statement_due_on=statement_due_on,
    )
    store(revocation)
    note(
        council,
        EntryKind.REVOCATION,
        f"認定の取消を起案し、{wareki(statement_due_on)}までの弁明の機会を通知しました。",
        actor=actor,
        text=revocation.reason,
    )
    return revocation


def _running(revocation: Revocation) -> Revocation:
    found = Revocation.objects.select_for_update(of=("self",)).get(pk=revocation.pk)
    if found.state != RevocationState.PROPOSED:
        refuse(["この取消の手続きは、すでに終わっています。"])
    return found


@transaction.atomic
def record_statement(revocation: Revocation, *, statement: str, received_on: date, actor) -> None:
    """Note what the council said for itself (弁明)."""
    may(actor, MAY_CONFIRM)
    revocation = _running(revocation)
    if received_on > clock.today():
        refuse(["弁明の受付日は、今日以前の日にしてください。"])
    if received_on < revocation.proposed_on:
        refuse(["弁明の受付日は、通知の日以後の日にしてください。"])
    revocation.statement = need_text(statement, "弁明の内容を入力してください。")
    revocation.statement_on = received_on
    store(revocation, "statement", "statement_on")
    council = revocation.certification.council
    note(
        council,
        EntryKind.REVOCATION,
        "弁明を受け付けました。",
        actor=actor,
        text=revocation.statement,
    )
    for person in people_with_permission("councils.decide_revocation"):
        notify(
            person,
            key=f"council-revocation:{revocation.pk}:statement:{person.pk}",
            kind=NoticeKind.CHECK,
            text=f"{council.name}の認定の取消に、弁明が届きました。決定してください。",
            url=council.part_url("revocation"),
        )


def reasons_not_to_revoke(revocation: Revocation, actor, day: date) -> list[str]:
    """List why a revocation is not decided: a chance to explain first, and another person."""
    reasons = []
    if revocation.proposed_by_id == actor.pk:
        reasons.append("取消を起案した人とは別の人が決定してください。")
    if revocation.statement_on is None and day <= revocation.statement_due_on:
        reasons.append(
            f"弁明の期限（{wareki(revocation.statement_due_on)}）までは、弁明が届くまで決定できません。"
        )
    return reasons


@transaction.atomic
def decide_revocation(revocation: Revocation, *, revoke: bool, reason: str, actor) -> None:
    """Take the certification back, or leave it; both with a reason."""
    may(actor, "councils.decide_revocation")
    council = locked(revocation.certification.council)
    revocation = _running(revocation)
    today = clock.today()
    refuse(reasons_not_to_revoke(revocation, actor, today))
    revocation.decision_reason = need_text(reason, "決定の理由を入力してください。")
    revocation.state = RevocationState.DONE if revoke else RevocationState.DROPPED
    revocation.decided_by = actor
    revocation.decided_on = today
    store(revocation, "decision_reason", "state", "decided_by", "decided_on")
    if revoke:
        end_certification(revocation.certification, CertificationEnd.REVOKED, today)
    title = "認定を取り消しました。" if revoke else "認定を取り消さないことにしました。"
    note(council, EntryKind.REVOCATION, title, actor=actor, text=revocation.decision_reason)
    mark_all_done_for(council.part_url("revocation"))


def end_certification(certification: Certification, kind: CertificationEnd, day: date) -> None:
    """Let a certification no longer hold from a day on; what was to be confirmed or mended is over."""
    certification.ended_on = day
    certification.end_kind = kind
    store(certification, "ended_on", "end_kind")
    council = certification.council
    # A body that is not certified owes no papers: what it still owed is not late for ever.
    owed = Filing.objects.filter(council=council, submitted_on=None, not_required_reason="")
    owed.update(not_required_reason="認定が終わったため。")
    mark_all_done_for(council.part_url("filings"))
    mark_all_done_for(council.part_url("corrections"))
    for confirmation in certification.confirmations.filter(confirmed_on=None):
        mark_all_done_for(confirmation.get_absolute_url())


# --- 解散 ---


@transaction.atomic
def dissolve_council(council: CommunityCouncil, *, dissolved_on: date, reason: str, actor) -> None:
    """Note that a council has dissolved itself; its certification ends that day."""
    may(actor, "councils.dissolve_communitycouncil")
    council = locked(council)
    reasons = []
    if council.dissolved_on is not None:
        reasons.append("すでに解散が登録されています。")
    if dissolved_on > clock.today():
        reasons.append("解散日は、今日以前の日にしてください。")
    if council.applications.open().exists():
        reasons.append("終わっていない認定申請があります。先に取下げを受け付けてください。")
    if Revocation.objects.filter(
        certification__council=council, state=RevocationState.PROPOSED
    ).exists():
        reasons.append("認定の取消の手続き中です。先に決定してください。")
    held = council.certifications.filter(ended_on=None).first()
    if held is not None and dissolved_on < held.certified_on:
        reasons.append("解散日は、認定日以後の日にしてください。")
    refuse(reasons)
    council.dissolved_on = dissolved_on
    council.dissolution_reason = need_text(reason, "解散の理由を入力してください。", longest=300)
    store(council, "dissolved_on", "dissolution_reason")
    if held is not None:
        end_certification(held, CertificationEnd.DISSOLVED, dissolved_on)
    note(
        council,
        EntryKind.DISSOLUTION,
        f"{wareki(dissolved_on)}に解散しました。",
        actor=actor,
        text=council.dissolution_reason,
    )
