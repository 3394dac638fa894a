"""公表: proposed by one person, confirmed by another, published in monthly batches."""

from django.core.exceptions import ValidationError
from django.db import transaction

from consultations.choices import (
    CaseState,
    EntryKind,
    PublicationState,
    ResponseKind,
    WithholdReason,
)
from consultations.models import Consultation, Entry, Publication
from consultations.publication import reasons_not_to_confirm
from consultations.services.handling import locked, make_move
from wards import clock
from wards.access import may, people_with_permission
from wards.desk.choices import NoticeKind
from wards.desk.services import notify
from wards.text import faults_of_text, with_plain_line_ends

LONGEST_TITLE = 100
LONGEST_TEXT = 4_000


def proposal_stamp(publication: Publication | None) -> str:
    """Return what tells one saved state of a proposal from the next; "" while there is none."""
    return publication.proposed_at.isoformat() if publication else ""


def _publication_of(case: Consultation) -> Publication | None:
    """Return the publication of a case that the caller has locked, locked itself."""
    return Publication.objects.select_for_update().filter(consultation=case).first()


def _reasons_not_seen(publication: Publication | None, seen: str | None, *, told: str) -> list[str]:
    """Say that somebody saved the proposal after this person's page was drawn, if so.

    `seen` is the stamp that the page showed; None where no page was read.
    """
    if seen is None or seen == proposal_stamp(publication):
        return []
    who = publication.proposed_by if publication else None
    return [f"この画面を開いたあとに、{who or 'ほかの人'}が公表案を変えました。{told}"]


@transaction.atomic
def propose_publication(
    consultation: Consultation,
    *,
    actor,
    title: str,
    summary: str,
    city_view: str,
    response_kind: str,
    seen: str | None = None,
) -> Publication:
    """Write what the public may read of an ended case; a second person will confirm it.

    市の考え方 is only for cases that were answered: without a reply the text stands alone.
    """
    may(actor, "consultations.propose_publication")
    case = locked(consultation)
    reasons = []
    if case.state not in (CaseState.ANSWERED, CaseState.FILED):
        reasons.append("公表案は、回答か供覧が済んだ案件に作れます。")
    if not title.strip() or not summary.strip():
        reasons.append("件名と要旨を入力してください。")
    if case.state == CaseState.ANSWERED and not city_view.strip():
        reasons.append("市の考え方を入力してください。")
    if case.state == CaseState.FILED and city_view.strip():
        reasons.append("回答していない案件では、市の考え方を空欄にしてください。")
    if response_kind and response_kind not in ResponseKind.values:
        reasons.append("対応の種別を選んでください。")
    reasons += faults_of_text(title, longest=LONGEST_TITLE)
    reasons += faults_of_text(summary, longest=LONGEST_TEXT)
    reasons += faults_of_text(city_view, longest=LONGEST_TEXT)
    publication = _publication_of(case)
    reasons += _reasons_not_seen(
        publication,
        seen,
        told="下の二つの文を見比べ、あなたの文を直してから、もう一度保存してください。",
    )
    if publication is not None and publication.is_decided:
        reasons.append(
            f"すでに「{publication.get_state_display()}」です。先に判定を取り消してください。"
        )
    if reasons:
        raise ValidationError(reasons)
    publication = publication or Publication(consultation=case)
    publication.title = title.strip()
    publication.summary = with_plain_line_ends(summary)
    publication.city_view = with_plain_line_ends(city_view)
    publication.response_kind = response_kind
    publication.state = PublicationState.PROPOSED
    publication.proposed_by = actor
    publication.proposed_at = clock.now()
    publication.save()
    for person in people_with_permission("consultations.confirm_publication"):
        if person.pk != actor.pk:
            notify(
                person,
                key=f"publication:{publication.pk}:{publication.proposed_at.isoformat()}:{person.pk}",
                kind=NoticeKind.CHECK,
                text=f"{case.number}の公表案が確認を待っています。",
                url=case.get_absolute_url(),
            )
    return publication


def _decide(case: Consultation, publication: Publication, *, actor, text: str) -> None:
    publication.confirmed_by = actor
    publication.confirmed_at = clock.now()
    publication.save()
    # The reverse one-to-one was read before it was decided.
    case.publication = publication
    make_move(case, "decide_publication", actor=actor, text=text)


@transaction.atomic
def confirm_publication(
    consultation: Consultation, *, actor, seen: str | None = None
) -> Publication:
    """Confirm as the second person what was read; the case goes out with the next monthly batch."""
    may(actor, "consultations.confirm_publication")
    case = locked(consultation)
    publication = _publication_of(case)
    if publication is None:
        raise ValidationError("公表案がありません。")
    if reasons := reasons_not_to_confirm(
        state=publication.state,
        proposed_by=publication.proposed_by_id,
        actor=actor.pk,
        summary=publication.summary,
        is_publishable=case.category.is_publishable,
    ) or _reasons_not_seen(publication, seen, told="いまの文を読んでから確認してください。"):
        raise ValidationError(reasons)
    publication.state = PublicationState.CONFIRMED
    _decide(case, publication, actor=actor, text="公表することにしました。次の月例の公表で出ます。")
    return publication


@transaction.atomic
def withhold_publication(consultation: Consultation, *, actor, reason: str) -> Publication:
    """Decide not to publish, by one of the numbered reasons."""
    may(actor, "consultations.confirm_publication")
    case = locked(consultation)
    if reason not in WithholdReason.values:
        raise ValidationError("非公表の理由を選んでください。")
    publication = _publication_of(case)
    if publication is None:
        publication = Publication(consultation=case, proposed_at=clock.now())
    if publication.is_decided:
        raise ValidationError(f"すでに「{publication.get_state_display()}」です。")
    # Not publishing shows nobody anything: it needs no second person.
    publication.state = PublicationState.WITHHELD
    publication.withhold_reason = reason
    label = WithholdReason(reason).label
    _decide(case, publication, actor=actor, text=f"公表しません。理由：{label}")
    return publication


@transaction.atomic
def publish_batch(*, actor) -> int:
    """Publish everything that was confirmed, under today's date; return how many."""
    may(actor, "consultations.confirm_publication")
    # Cases first, in order, as every other step locks them: two of them then never wait crosswise.
    cases = Consultation.objects.filter(publication__state=PublicationState.CONFIRMED)
    numbers = list(
        cases.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
    )
    rows = list(
        Publication.objects.select_for_update()
        .filter(state=PublicationState.CONFIRMED, consultation__in=numbers)
        .order_by("pk")
    )
    today, now = clock.today(), clock.now()
    for row in rows:
        row.state = PublicationState.PUBLISHED
        row.published_on = today
    Publication.objects.bulk_update(rows, ["state", "published_on"])
    Entry.objects.bulk_create(
        [
            Entry(
                consultation_id=row.consultation_id,
                kind=EntryKind.PUBLICATION,
                text="公表しました。",
                author=actor,
                at=now,
            )
            for row in rows
        ]
    )
    return len(rows)


@transaction.atomic
def take_down(consultation: Consultation, *, actor, reason: str) -> None:
    """Take a publication back with a reason: it leaves the public pages and can be proposed anew."""
    may(actor, "consultations.confirm_publication")
    case = locked(consultation)
    publication = _publication_of(case)
    if publication is None or not publication.is_decided:
        raise ValidationError("取り下げる公表はありません。")
    if not reason.strip():
        raise ValidationError("取り下げる理由を入力してください。")
    if faults := faults_of_text(reason, longest=500):
        raise ValidationError(faults)
    publication.state = PublicationState.PROPOSED
    publication.withhold_reason = ""
    publication.confirmed_by = publication.confirmed_at = publication.published_on = None
    publication.save()
    decided = case.entries.moves().filter(move="decide_publication").first()
    now = clock.now()
    if decided is not None:
        decided.withdrawn_at, decided.withdrawn_by, decided.withdrawn_reason = now, actor, reason
        decided.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        case.state = decided.from_state
        case.state_changed_at = now
        case.save(update_fields=["state", "state_changed_at"])
    Entry.objects.create(
        consultation=case,
        kind=EntryKind.PUBLICATION,
        text=f"公表の判定を取り下げました。理由：{reason}",
        author=actor,
        at=now,
    )
