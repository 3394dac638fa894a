"""選考: points of several officers, unseen by each other at first, and the decision of another one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.db import transaction

from councils.forum.choices import (
    ApplicationResult,
    CallState,
    MemberCategory,
    ScreeningCriterion,
)
from councils.forum.models import ForumMember, MemberApplication, MemberCall, ScreeningScore
from councils.forum.services.members import locked_term
from councils.forum.services.recruitment import locked_call, state_of
from councils.forum.services.seats import fullest_day
from wards import clock
from wards.access import may
from wards.storing import store
from wards.text import search_key
from wards.typed import need_text, optional_text, refuse

MAY_SCREEN: Final = "ward_forum.screen_memberapplication"
MAY_DECIDE: Final = "ward_forum.decide_membercall"
MOST_POINTS: Final = 5
MOST_TOTAL: Final = MOST_POINTS * len(ScreeningCriterion)


# --- points ---


def reasons_not_to_score(call: MemberCall, application: MemberApplication) -> list[str]:
    """List why an application is not scored now."""
    state = state_of(call)
    if state == CallState.DECIDED:
        return ["選任を決定したため、採点できません。"]
    if state != CallState.SCREENING:
        return ["採点は、受付が終わってから行います。"]
    if application.result != ApplicationResult.PENDING:
        return [f"「{application.get_result_display()}」の応募は採点しません。"]
    return []


def reasons_not_to_mend(application: MemberApplication, screener) -> list[str]:
    """List why an officer does not change the points they gave: others see them already."""
    if application.scores.exclude(screener=screener).exists():
        return ["ほかの職員も採点し、互いの点が見えているため、直せません。"]
    return []


@transaction.atomic
def score_application(
    application: MemberApplication, scores: Mapping[str, tuple[int, str]], *, actor
) -> None:
    """Store one officer's points (0–5) and comment for every criterion.

    Own points may be mended until somebody else has scored: from then on both see each other's.
    """
    may(actor, MAY_SCREEN)
    call = locked_call(application.call)
    row = MemberApplication.objects.select_for_update().get(pk=application.pk)
    refuse(reasons_not_to_score(call, row))
    missing = [one.label for one in ScreeningCriterion if one.value not in scores]
    refuse([f"「{label}」の点を入力してください。" for label in missing])
    refuse(
        [
            f"「{one.label}」の点は、0から{MOST_POINTS}で入力してください。"
            for one in ScreeningCriterion
            if not 0 <= scores[one][0] <= MOST_POINTS
        ]
    )
    own = {score.criterion: score for score in row.scores.filter(screener=actor)}
    if own:
        refuse(reasons_not_to_mend(row, actor))
    for criterion in ScreeningCriterion:
        points, comment = scores[criterion]
        score = own.get(criterion) or ScreeningScore(
            application=row, screener=actor, criterion=criterion
        )
        score.points = points
        score.comment = optional_text(comment, longest=300)
        store(score)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The points of one officer for one application."""

    screener: object
    rows: tuple[tuple[str, int, str], ...]

    @property
    def total(self) -> int:
        """Return the sum of the points."""
        return sum(points for _, points, _ in self.rows)


def visible_sheets(application: MemberApplication, viewer) -> list[Sheet]:
    """Return the sheets that a person may see: others' only beside one's own, or once decided."""
    by_screener: dict[int, list[ScreeningScore]] = {}
    for score in application.scores.select_related("screener").order_by("pk"):
        by_screener.setdefault(score.screener_id, []).append(score)
    if viewer.pk not in by_screener and application.call.decided_on is None:
        return []
    order = list(ScreeningCriterion.values)
    return [
        Sheet(
            scores[0].screener,
            tuple(
                (score.get_criterion_display(), score.points, score.comment)
                for score in sorted(scores, key=lambda one: order.index(one.criterion))
            ),
        )
        for scores in by_screener.values()
    ]


@dataclass(frozen=True, slots=True)
class Ranked:
    """An application with the mean of its screeners' totals, to one decimal; None before any."""

    application: MemberApplication
    rank: int | None
    mean: Decimal | None
    screeners: frozenset[int]


def mean_of(totals: Collection[int]) -> Decimal | None:
    """Return a mean to one decimal, half up; None of nothing."""
    if not totals:
        return None
    mean = Decimal(sum(totals)) / len(totals)
    return mean.quantize(Decimal("0.1"), ROUND_HALF_UP)


def ranking(call: MemberCall) -> list[Ranked]:
    """Return the eligible applications, the best first; equal means share a rank. Two questions."""
    eligible = call.applications.exclude(
        result__in=(ApplicationResult.INELIGIBLE, ApplicationResult.WITHDRAWN)
    )
    totals: dict[int, dict[int, int]] = {}
    scores = ScreeningScore.objects.filter(application__call=call)
    for number, screener, points in scores.values_list("application", "screener", "points"):
        sheet = totals.setdefault(number, {})
        sheet[screener] = sheet.get(screener, 0) + points
    found = [
        (one, mean_of(totals.get(one.pk, {}).values()), frozenset(totals.get(one.pk, {})))
        for one in eligible.order_by("number")
    ]
    found.sort(key=lambda row: (row[1] is None, -(row[1] or 0), row[0].number))
    means = [mean for _, mean, _ in found]
    return [
        Ranked(one, None if mean is None else means.index(mean) + 1, mean, screeners)
        for one, mean, screeners in found
    ]


def may_see_points(call: MemberCall, ranked: list[Ranked], viewer) -> bool:
    """Say whether a person sees the means: once decided, after own work, or when about to decide."""
    if call.decided_on is not None:
        return True
    if not ranked or state_of(call) != CallState.SCREENING:
        return False
    if all(viewer.pk in row.screeners for row in ranked):
        return True
    # Who has begun to score finishes first; who only decides waits for those who score.
    return (
        viewer.has_perm(MAY_DECIDE)
        and not _has_begun(ranked, viewer)
        and all(row.screeners for row in ranked)
    )


def _has_begun(ranked: list[Ranked], viewer) -> bool:
    return any(viewer.pk in row.screeners for row in ranked)


# --- the decision ---


def vacant_public_seats(call: MemberCall, today: date) -> int:
    """Return how many seats of the 公募 stay free from now to the end of the call's term.

    Whoever another call of the term has selected holds a seat before being engaged.
    """
    term = call.term
    first = max(today, term.valid_from)
    if first > term.valid_to:
        return 0
    _, held = fullest_day(term, MemberCategory.PUBLIC, first, term.valid_to)
    selected = MemberApplication.objects.filter(
        call__term=term, result=ApplicationResult.SELECTED
    ).exclude(call=call)
    engaged = ForumMember.objects.filter(term=term).exclude(application=None)
    promised = selected.exclude(pk__in=engaged.values("application")).count()
    return max(0, term.seats_public - held - promised)


def reasons_not_to_decide(call: MemberCall, ranked: list[Ranked], actor) -> list[str]:
    """List why a call cannot be decided by a person, whoever is selected."""
    state = state_of(call)
    if state == CallState.DECIDED:
        return ["選任は、すでに決定しています。"]
    if state != CallState.SCREENING:
        return ["選任は、受付が終わってから決定します。"]
    reasons = [
        f"受付第{row.application.number}号を、まだだれも採点していません。"
        for row in ranked
        if not row.screeners
    ]
    if _has_begun(ranked, actor) and not all(actor.pk in row.screeners for row in ranked):
        reasons.append("採点を始めた応募が残っています。採点を終えてから決定してください。")
    alone = [row for row in ranked if row.screeners == {actor.pk}]
    return reasons + [
        f"受付第{row.application.number}号を採点したのは、あなただけです。"
        "ほかの職員も採点してから決定してください。"
        for row in alone
    ]


@transaction.atomic
def decide_call(
    call: MemberCall,
    selected: Collection[MemberApplication],
    *,
    reasons: Mapping[int, str],
    actor,
) -> MemberCall:
    """Decide who becomes a member; fewer than the seats may be chosen.

    `reasons` tells by the primary key of each application that is not selected why; it is told to
    the applicant, and must name no other one.
    """
    may(actor, MAY_DECIDE)
    row = locked_call(call)
    # Another call of the term may be decided at the same moment: both count the same seats.
    row.term = locked_term(row.term_id)
    list(row.applications.select_for_update().values_list("pk", flat=True))
    ranked = ranking(row)
    refuse(reasons_not_to_decide(row, ranked, actor))
    pending = {one.application.pk: one.application for one in ranked}
    chosen = {one.pk for one in selected}
    if not chosen <= set(pending):
        refuse(["この公募で選考中の応募だけを選んでください。"])
    free = vacant_public_seats(row, clock.today())
    if len(chosen) > row.seats:
        refuse([f"選任できるのは、募集人数の{row.seats}人までです。"])
    if len(chosen) > free:
        refuse([f"公募の委員の空きは{free}人です。それより多くは選任できません。"])
    names = {one.number: search_key(one.name) for one in row.applications.all()}
    for application in pending.values():
        is_chosen = application.pk in chosen
        application.result = (
            ApplicationResult.SELECTED if is_chosen else ApplicationResult.NOT_SELECTED
        )
        application.result_reason = (
            "" if is_chosen else _reason_for(application, reasons.get(application.pk, ""), names)
        )
        store(application, "result", "result_reason")
    row.decided_on = clock.today()
    row.decided_by = actor
    store(row, "decided_on", "decided_by")
    return row


def _reason_for(application: MemberApplication, typed: str, names: Mapping[int, str]) -> str:
    about = f"受付第{application.number}号"
    reason = need_text(typed, f"{about}を選外とする理由を入力してください。", longest=300)
    key = search_key(reason)
    if any(name in key for number, name in names.items() if number != application.number):
        refuse(
            [
                f"{about}の理由に、ほかの応募者の氏名が書かれています。本人に知らせる文なので、消してください。"
            ]
        )
    return reason
