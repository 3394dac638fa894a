"""回答の公表: answers prepared one by one, checked as a whole, published at one moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from councils.forum import opinion_rules
from councils.forum.choices import ResponseState, StepKind
from councils.forum.models import Opinion, Response, ResponsePublication
from councils.forum.services import opinions, responses
from councils.forum.services.steps import note
from wards import clock
from wards.access import may
from wards.desk.services import mark_all_done_for
from wards.storing import store
from wards.typed import need_line, refuse
from wards.wareki import wareki

MAY_ADD: Final = "ward_forum.add_responsepublication"
MAY_CHANGE: Final = "ward_forum.change_responsepublication"
MAY_PUBLISH: Final = "ward_forum.publish_responsepublication"
ALREADY: Final = "この回答は、すでに公表されています。"
UNPUBLISHED: Final = (ResponseState.DRAFT, ResponseState.APPROVED)


@dataclass(frozen=True, slots=True)
class Checklist:
    """What stands between a set of answers and its publication.

    `reasons` stand against publishing; the rest is what the set leaves out, told and not refused.
    """

    reasons: tuple[str, ...]
    # Of the session, or due by the planned day: without any answer, with one that waits for its
    # decision, with one that is decided on and in no set.
    unanswered: tuple[Opinion, ...]
    undecided: tuple[Opinion, ...]
    left_out: tuple[Opinion, ...]
    ready: int

    @property
    def is_complete(self) -> bool:
        """Say whether nothing is left out."""
        return not (self.unanswered or self.undecided or self.left_out)


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did: how many answers, how many opinions ended, who waits on."""

    answers: int
    closed: int
    unanswered: tuple[Opinion, ...]

    @property
    def in_words(self) -> str:
        """Say it to whoever pressed the button."""
        words = f"{self.answers}件の対応を公表しました。"
        if self.closed:
            words += f"{self.closed}件は、対応の公表で結果まで済みました。"
        if self.unanswered:
            labels = "、".join(one.label for one in self.unanswered[:10])
            more = "ほか" if len(self.unanswered) > 10 else ""
            words += f"まだ公表していない意見が{len(self.unanswered)}件あります（{labels}{more}）。"
        return words


def _reasons_against_plan(planned_on: date) -> list[str]:
    today = clock.today()
    if planned_on < today:
        return ["公表の予定日は、今日以後の日にしてください。"]
    if planned_on.year > today.year + 2:
        return ["公表の予定日が先すぎます。日付を確かめてください。"]
    return []


@transaction.atomic
def open_publication(*, title: str, planned_on: date, actor, session=None) -> ResponsePublication:
    """Begin a set of answers, of one session or of whatever is due."""
    may(actor, MAY_ADD)
    refuse(_reasons_against_plan(planned_on))
    row = ResponsePublication(
        title=need_line(title, "件名を入力してください。", longest=100),
        planned_on=planned_on,
        session=session,
    )
    store(row)
    return row


@transaction.atomic
def change_publication(
    publication: ResponsePublication, *, title: str, planned_on: date, actor
) -> None:
    """Put title and planned day of an unpublished set right."""
    may(actor, MAY_CHANGE)
    row = _locked_open(publication)
    if planned_on != row.planned_on:
        refuse(_reasons_against_plan(planned_on))
    row.title = need_line(title, "件名を入力してください。", longest=100)
    row.planned_on = planned_on
    store(row, "title", "planned_on")


def _locked_open(publication: ResponsePublication) -> ResponsePublication:
    row = ResponsePublication.objects.select_for_update(of=("self",)).get(pk=publication.pk)
    if row.published_at is not None:
        refuse([ALREADY])
    return row


def _locked_answers(chosen: Q) -> list[Response]:
    """Return answers with nobody else moving them: opinions first, as every step of one does."""
    numbers = Response.objects.filter(chosen).values_list("opinion", flat=True)
    waiting = Opinion.objects.select_for_update(of=("self",)).order_by("pk")
    # Evaluated: this is what takes the locks.
    list(waiting.filter(pk__in=list(numbers)))
    return list(
        Response.objects.select_for_update(of=("self",))
        .select_related("opinion", "publication")
        .filter(chosen)
        .order_by("opinion__fiscal_year", "opinion__number")
    )


def candidates(publication: ResponsePublication) -> QuerySet[Response]:
    """Return the answers that may be put in: not published, in no other set."""
    rows = Response.objects.filter(state__in=UNPUBLISHED, publication=None)
    if publication.session_id is not None:
        rows = rows.filter(opinion__session=publication.session_id)
    return rows.select_related("opinion").order_by("opinion__fiscal_year", "opinion__number")


@transaction.atomic
def put_in(publication: ResponsePublication, answers: Iterable[Response], *, actor) -> int:
    """Put answers into a set; drafts too, so that the list tells what is still to be decided."""
    may(actor, MAY_CHANGE)
    row = _locked_open(publication)
    found = _locked_answers(Q(pk__in=[one.pk for one in answers]))
    if not found:
        refuse(["まとまりに入れる対応を選んでください。"])
    reasons = []
    for one in found:
        if one.state not in UNPUBLISHED:
            reasons.append(
                f"{one.opinion.label}への対応は「{one.get_state_display()}」のため、入れられません。"
            )
        elif one.publication_id is not None and one.publication_id != row.pk:
            reasons.append(
                f"{one.opinion.label}への対応は、すでに「{one.publication}」に入っています。"
            )
    refuse(reasons)
    for one in found:
        one.publication = row
        store(one, "publication")
    return len(found)


@transaction.atomic
def take_out(publication: ResponsePublication, answers: Iterable[Response], *, actor) -> int:
    """Take answers out of an unpublished set."""
    may(actor, MAY_CHANGE)
    row = _locked_open(publication)
    found = _locked_answers(Q(pk__in=[one.pk for one in answers], publication=row.pk))
    if not found:
        refuse(["まとまりから外す対応を選んでください。"])
    for one in found:
        one.publication = None
        store(one, "publication")
    return len(found)


def opinions_of(publication: ResponsePublication) -> QuerySet[Opinion]:
    """Return what the set is about: its session's opinions, or all that are due by its day."""
    if publication.session_id is not None:
        return Opinion.objects.filter(session=publication.session_id)
    return Opinion.objects.filter(due_on__lte=publication.planned_on)


def checklist(publication: ResponsePublication) -> Checklist:
    """Look a set over; of answers that are in it, every one has to be whole and decided on."""
    inside = list(publication.responses.select_related("opinion").order_by("opinion"))
    reasons = [] if inside else ["対応が一つも入っていません。"]
    for one in inside:
        lacks = responses.lacks_of(one)
        if one.state == ResponseState.DRAFT:
            lacks.append("決裁されていません。")
        reasons += [f"{one.opinion.label}：{lack}" for lack in lacks]

    def with_answer(**limits):
        living = Response.objects.filter(opinion=OuterRef("pk"), **limits)
        return Exists(living.exclude(state=ResponseState.WITHDRAWN))

    waiting = (
        opinions_of(publication)
        .filter(~with_answer(state=ResponseState.PUBLISHED), closed_on=None)
        .order_by("fiscal_year", "number")
    )
    return Checklist(
        reasons=tuple(reasons),
        unanswered=tuple(waiting.filter(~with_answer())),
        undecided=tuple(waiting.filter(with_answer(state=ResponseState.DRAFT))),
        left_out=tuple(waiting.filter(with_answer(state=ResponseState.APPROVED, publication=None))),
        ready=sum(one.state == ResponseState.APPROVED for one in inside),
    )


@transaction.atomic
def publish(publication: ResponsePublication, *, actor) -> Published:
    """Publish all answers of a set at one moment, or none of them.

    An opinion that its answer ends is closed with its class; the others go on until something was
    done. Opinions that stay without a published answer are named in the result.
    """
    may(actor, MAY_PUBLISH)
    row = _locked_open(publication)
    answers = _locked_answers(Q(publication=row.pk))
    refuse(checklist(row).reasons)
    moment = clock.now()
    closed = 0
    for one in answers:
        one.state, one.published_at = ResponseState.PUBLISHED, moment
        store(one, "state", "published_at")
        opinion, said = one.opinion, one.get_response_class_display()
        mark_all_done_for(opinions.place_of_answers(opinion), actor=actor)
        note(opinion, StepKind.RESPONSE, f"対応を公表（{said}）", actor=actor, text=row.title)
        if opinion_rules.ends_with_its_answer(one.response_class) and opinion.closed_on is None:
            opinions.close_with(opinion, said, actor=actor)
            closed += 1
    row.published_at, row.published_by = moment, actor
    store(row, "published_at", "published_by")
    left = checklist(row)
    return Published(
        answers=len(answers),
        closed=closed,
        unanswered=tuple(
            sorted(
                (*left.unanswered, *left.undecided, *left.left_out),
                key=lambda one: (one.fiscal_year, one.number),
            )
        ),
    )


def standing_of(publication: ResponsePublication) -> str:
    """Say how a set stands, in the words of a list."""
    if publication.published_at is not None:
        return "公表済"
    if publication.planned_on < clock.today():
        return "予定日超過"
    return f"{wareki(publication.planned_on)}に公表予定"
