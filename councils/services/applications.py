"""認定申請: received, examined requirement by requirement, mended, decided by the ward mayor."""

from datetime import date

from django.db import transaction
from django.db.models import Max

from councils import application_states
from councils.application_states import MOVES, Facts, Move
from councils.choices import ApplicationState, CouncilState, EntryKind, Position
from councils.city.models import Requirement, RequirementSet
from councils.confirmation_rules import months_later
from councils.eligibility import (
    Judged,
    reasons_not_judged,
    reasons_not_to_certify,
    reasons_not_to_judge,
)
from councils.models import (
    Certification,
    CertificationApplication,
    CommunityCouncil,
    Confirmation,
    CorrectionItem,
    CouncilDocument,
    CouncilPractice,
    Judgement,
)
from councils.services.steps import locked, note, state_of
from wards import clock
from wards.access import may, people_with_permission
from wards.desk.choices import NoticeKind
from wards.desk.services import mark_all_done_for, notify
from wards.storing import store
from wards.typed import need_text, optional_text, refuse

MAY_APPLY = (CouncilState.PREPARATORY, CouncilState.REFUSED, CouncilState.REVOKED)


@transaction.atomic
def receive_application(
    council: CommunityCouncil, *, applied_on: date, actor
) -> CertificationApplication:
    """Take an application in; the set of requirements of its day judges it for ever."""
    may(actor, "councils.add_certificationapplication")
    council = locked(council)
    state = state_of(council, clock.today())
    reasons = []
    if state not in MAY_APPLY:
        reasons.append(
            f"状態が「{CouncilState(state).label}」のため、認定申請を受け付けられません。"
        )
    if applied_on > clock.today():
        reasons.append("申請日は、今日以前の日にしてください。")
    if applied_on < council.registered_on:
        reasons.append("申請日は、準備的な組織の登録日以後の日にしてください。")
    rules = RequirementSet.objects.in_force(applied_on)
    if rules is None:
        reasons.append("申請日に適用される認定要件が登録されていません。")
    refuse(reasons)
    application = CertificationApplication(
        council=council,
        area=council.area,
        requirement_set=rules,
        applied_on=applied_on,
        state_changed_at=clock.now(),
        received_by=actor,
    )
    store(application)
    note(
        council,
        EntryKind.APPLICATION,
        "認定申請を受け付けました。",
        actor=actor,
        text=f"適用する認定要件：{rules}",
    )
    return application


def requirements_of(application: CertificationApplication) -> list[Requirement]:
    """Return the requirements by which an application is judged."""
    return list(application.requirement_set.requirements.all())


def judged(requirements, judgements) -> list[Judged]:
    """Return requirements with what was found, as the rules take them."""
    found = {one.requirement_id: one.met for one in judgements}
    return [Judged(one.code, one.title, found.get(one.pk, "")) for one in requirements]


def reasons_against(application: CertificationApplication, day: date) -> list[str]:
    """List everything against certifying an application on a day."""
    others = Certification.objects.in_force(day).filter(area=application.area)
    other = others.select_related("council").first()
    officers = application.council.officers.in_force(day)
    return reasons_not_to_certify(
        judged(requirements_of(application), application.judgements.all()),
        documents=set(application.documents.values_list("kind", flat=True)),
        open_corrections=application.corrections.open().count(),
        has_representative=officers.filter(position=Position.REPRESENTATIVE).exists(),
        area_exists=application.area.holds_on(day),
        certified_in_area=other.council.name if other else "",
    )


def facts_of(application: CertificationApplication) -> Facts:
    """Return what the guards of the moves ask of an application, today."""
    requirements = judged(requirements_of(application), application.judgements.all())
    return Facts(
        state=application.state,
        unjudged=tuple(reasons_not_judged(requirements)),
        open_corrections=application.corrections.open().count(),
        against=tuple(reasons_against(application, clock.today())),
    )


def moves_for(application: CertificationApplication, user) -> list[tuple[Move, list[str]]]:
    """Return the moves a person may make, each with what still stands against it."""
    permissions = {move.permission for move in MOVES.values() if user.has_perm(move.permission)}
    facts = facts_of(application)
    return [
        # The reason is typed with the move; its absence is no obstacle before.
        (move, application_states.reasons_not_to_move(move.code, facts, reason="—"))
        for move in application_states.moves_from(application.state, permissions)
    ]


def _locked(application: CertificationApplication) -> CertificationApplication:
    return CertificationApplication.objects.select_for_update().get(pk=application.pk)


@transaction.atomic
def judge(
    application: CertificationApplication,
    requirement: Requirement,
    *,
    met: str,
    article: str = "",
    document: CouncilDocument | None = None,
    reason: str = "",
    actor,
) -> Judgement:
    """Note what was found about a requirement; a later finding replaces it, the history keeps both."""
    may(actor, application_states.MAY_EXAMINE)
    application = _locked(application)
    if application.state != ApplicationState.EXAMINING:
        refuse(["審査の結果は、状態が「審査中」のときだけ記入できます。"])
    return judge_row(
        {"application": application}, requirement, met=met, article=article, document=document, reason=reason, actor=actor
    )  # fmt: skip


def judge_row(belongs_to: dict, requirement: Requirement, *, actor, **found) -> Judgement:
    """Store a finding about a requirement of an application or a confirmation."""
    refuse(
        reasons_not_to_judge(
            found["met"],
            article=found["article"],
            has_document=found["document"] is not None,
            reason=found["reason"],
        )
    )
    known = Judgement.objects.filter(requirement=requirement, **belongs_to).first()
    row = known or Judgement(requirement=requirement, **belongs_to)
    row.met = found["met"]
    row.article = optional_text(found["article"], longest=100)
    row.document = found["document"]
    row.reason = optional_text(found["reason"])
    row.judged_by = actor
    row.judged_at = clock.now()
    store(row)
    return row


@transaction.atomic
def ask_correction(
    application: CertificationApplication,
    *,
    comment: str,
    requirement: Requirement | None = None,
    document_kind: str = "",
    actor,
) -> CorrectionItem:
    """Write down one thing that the applicant has to mend."""
    may(actor, application_states.MAY_EXAMINE)
    application = _locked(application)
    if application.state != ApplicationState.EXAMINING:
        refuse(["補正してほしい項目は、状態が「審査中」のときだけ書けます。"])
    item = CorrectionItem(
        application=application,
        requirement=requirement,
        document_kind=document_kind,
        comment=need_text(comment, "補正してほしい内容を入力してください。"),
        asked_by=actor,
        asked_at=clock.now(),
    )
    store(item)
    return item


@transaction.atomic
def answer_correction(item: CorrectionItem, *, answered_on: date, answer: str, actor) -> None:
    """Note what came back for one thing that was to be mended."""
    may(actor, application_states.MAY_EXAMINE)
    item = CorrectionItem.objects.select_for_update().get(pk=item.pk)
    if item.answered_on is not None:
        refuse(["この補正は、すでに受け付けています。"])
    if not item.application.is_open:
        refuse(["この申請は終わっています。"])
    if answered_on > clock.today():
        refuse(["補正の受付日は、今日以前の日にしてください。"])
    item.answered_on = answered_on
    item.answer = need_text(answer, "補正の内容を入力してください。")
    store(item, "answered_on", "answer")


@transaction.atomic
def make_move(application: CertificationApplication, code: str, *, actor, reason: str = "") -> None:
    """Take an application one step, in nobody else's way; certify and refuse decide it."""
    move = MOVES[code]
    may(actor, move.permission)
    council = locked(application.council)
    application = _locked(application)
    application.council = council
    refuse(application_states.reasons_not_to_move(code, facts_of(application), reason=reason))
    application.state = move.to_state
    application.state_changed_at = clock.now()
    changed = ["state", "state_changed_at"]
    if move.to_state not in application_states.OPEN:
        application.decided_on = clock.today()
        application.decided_by = actor
        application.decision_reason = optional_text(reason)
        changed += ["decided_on", "decided_by", "decision_reason"]
    store(application, *changed)
    if code == "certify":
        _certify(application, actor)
    note(
        council,
        EntryKind.APPLICATION,
        move.label,
        actor=actor,
        text=_words_of(application, code, reason),
    )
    _tell(application, move)


def _words_of(application: CertificationApplication, code: str, reason: str) -> str:
    if code == "return":
        items = application.corrections.open().select_related("requirement")
        return "\n".join(f"{item.about}：{item.comment}" for item in items)
    return reason.strip()


def _certify(application: CertificationApplication, actor) -> Certification:
    day = clock.today()
    last = Certification.objects.aggregate(last=Max("number"))["last"] or 0
    certification = Certification(
        council=application.council,
        area=application.area,
        application=application,
        number=last + 1,
        certified_on=day,
        certified_by=actor,
    )
    store(certification)
    plan_confirmation(certification, day)
    note(
        application.council,
        EntryKind.CERTIFICATION,
        f"認定第{certification.number}号として認定しました。",
        actor=actor,
    )
    return certification


def plan_confirmation(certification: Certification, day: date) -> Confirmation:
    """Put the next 要件確認 on the calendar, as many months after a day as the ward's practice says."""
    months = CouncilPractice.objects.in_force(day).confirmation_months
    confirmation = Confirmation(certification=certification, due_on=months_later(day, months))
    store(confirmation)
    return confirmation


def _tell(application: CertificationApplication, move: Move) -> None:
    """Tell who has to act next; what was told about earlier steps is done."""
    url = application.get_absolute_url()
    mark_all_done_for(url)
    waits_for = {
        ApplicationState.EXAMINED: (application_states.MAY_CHECK, "の審査が終わりました。内容を確かめて区長に回してください。"),
        ApplicationState.PROPOSED: (application_states.MAY_DECIDE, "が、区長の決定を待っています。"),
    }  # fmt: skip
    told = application.council.name
    if move.to_state in waits_for:
        permission, words = waits_for[ApplicationState(move.to_state)]
        people = people_with_permission(permission)
        kind = NoticeKind.CHECK
        if move.to_state == ApplicationState.EXAMINED:
            # The mayor decides; the step before is the managers'.
            people = [
                p for p in people if p not in people_with_permission(application_states.MAY_DECIDE)
            ] or people
    elif move.code in ("send_back", "certify", "refuse"):
        people, kind = [application.received_by], NoticeKind.OTHER
        words = {
            "send_back": "の認定申請が差し戻されました。理由を読んで審査を直してください。",
            "certify": "が認定されました。認定通知書を渡してください。",
            "refuse": "は不認定となりました。理由を添えて通知してください。",
        }[move.code]
    else:
        return
    for person in people:
        notify(
            person,
            key=f"council-application:{application.pk}:{move.code}:{application.state_changed_at:%Y%m%d%H%M%S%f}:{person.pk}",
            kind=kind,
            text=f"{told}{words}"
            if move.to_state != ApplicationState.PROPOSED
            else f"{told}の認定申請{words}",
            url=url,
        )
