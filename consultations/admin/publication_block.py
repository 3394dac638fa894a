"""公表 on the page of a case: the proposal, what in it looks personal, and who may decide."""

from consultations.admin import columns
from consultations.choices import CaseState, PublicationState, WithholdReason
from consultations.models import Consultation
from consultations.publication import marks_in, pieces, reasons_not_to_confirm
from consultations.services.publishing import proposal_stamp


def publication_context(case: Consultation, user, typed: dict) -> dict:
    """Return the proposal, its marks, and who may decide what about it."""
    stands = case.state in (
        CaseState.ANSWERED,
        CaseState.FILED,
        CaseState.PUBLICATION_DECIDED,
    )
    publication = getattr(case, "publication", None)
    if not stands or not user.has_perm("consultations.view_publication"):
        return {"publication_stands": False}
    given = typed.get("propose")
    sent = [r for r in case.replies.all() if r.kind == "final" and r.sent_at and not r.withdrawn_at]
    reply = sent[-1] if sent else None
    values = given or {
        "title": publication.title if publication else f"{case.category.name}について",
        "summary": publication.summary if publication else "",
        # The answer itself names the receipt and the citizen's words: it is told anew for the public.
        "city_view": publication.city_view if publication else "",
        "response_kind": publication.response_kind
        if publication
        else (reply.response_kind if reply else ""),
    }
    known = known_words(case)
    is_open = publication is None or publication.state == PublicationState.PROPOSED
    may_confirm = user.has_perm("consultations.confirm_publication")
    reasons = (
        reasons_not_to_confirm(
            state=publication.state,
            proposed_by=publication.proposed_by_id,
            actor=user.pk,
            summary=publication.summary,
            is_publishable=case.category.is_publishable,
        )
        if publication
        else ["公表案がまだありません。"]
    )
    return {
        "publication_stands": True,
        "publication": publication,
        "publication_badge": columns.publication_badge(publication.state) if publication else "",
        "publication_stamp": proposal_stamp(publication),
        # Saved by somebody else while this person wrote: both texts are shown.
        "publication_saved_meanwhile": bool(given)
        and given.get("stamp", "") != proposal_stamp(publication),
        "publication_values": values,
        "publication_marked": marked_fields(values, known) if given or publication else [],
        "was_answered": case.answered_on is not None,
        "may_propose": is_open
        and case.state != CaseState.PUBLICATION_DECIDED
        and user.has_perm("consultations.propose_publication"),
        "may_confirm": may_confirm and is_open and publication is not None,
        "confirm_reasons": reasons,
        "may_withhold": may_confirm and is_open and case.state != CaseState.PUBLICATION_DECIDED,
        "may_take_down": may_confirm and publication is not None and not is_open,
        "withhold_reasons": WithholdReason.choices,
        "withheld_because": WithholdReason(publication.withhold_reason).label
        if publication and publication.withhold_reason
        else "",
    }


def known_words(case: Consultation) -> list[str]:
    """Return what is known of the person who asked; used as marks, never shown."""
    contact = getattr(case, "contact", None)
    if contact is None:
        return []
    return [
        word
        for word in (contact.name, contact.kana, contact.phone, contact.email, contact.address)
        if word
    ]


def marked_fields(values, known: list[str]) -> list[dict]:
    """Cut the texts of a proposal at what looks personal, for the human eye."""
    told = []
    for name, label in (("title", "件名"), ("summary", "要旨"), ("city_view", "市の考え方")):
        text = values.get(name, "")
        marks = marks_in(text, known=known)
        told.append({"label": label, "pieces": pieces(text, marks), "count": len(marks)})
    return told
