"""The city's requests to wards: one job per ward, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from kpis.entry_states import MOVES, faults_of_reason
from kpis.jobs import REVIEW
from kpis.reviewing import REVIEW_MOVES
from wards import clock
from wards.jobs import ask_for, wake_workers
from wards.models import Job, Ward


def reasons_not_to_ask(move_code: str, *, slugs: list[str], reason: str) -> list[str]:
    """List why a request to wards cannot be sent; the ward's own rules refuse the rest there."""
    move = next((move for move in REVIEW_MOVES if move.code == move_code), None)
    if move is None:
        return ["行う操作を選んでください。"]
    reasons = []
    if not slugs:
        reasons.append("区を選んでください。")
    if move.needs_reason and not reason.strip():
        reasons.append(f"「{move.label}」には、理由を入力してください。")
    return reasons + faults_of_reason(reason)


@transaction.atomic
def ask_wards(
    move_code: str,
    *,
    slugs: list[str],
    fiscal_year: int,
    indicators: list[str],
    reason: str,
    actor,
    key: str,
) -> list[Job]:
    """Leave one job per ward for the move, and wake the workers; the same key asks only once.

    Raises ValidationError with every reason. The caller has checked that the actor may review.
    """
    if reasons := reasons_not_to_ask(move_code, slugs=slugs, reason=reason):
        raise ValidationError(reasons)
    wards = list(Ward.objects.in_official_order().filter(slug__in=slugs))
    if {ward.slug for ward in wards} != set(slugs):
        raise ValidationError(["選ばれた区のうち、ないものがあります。区を選び直してください。"])
    jobs = []
    for ward in wards:
        row = ask_for(
            ward,
            REVIEW,
            day=clock.today(),
            key=key,
            arguments={
                "move": move_code,
                "fiscal_year": fiscal_year,
                "indicators": indicators,
                "reason": reason.strip(),
                "by": f"市民局 {actor}",
            },
            actor=actor,
        )
        wake_workers(row)
        jobs.append(row)
    return jobs


@dataclass(frozen=True, slots=True)
class Request:
    """What became of one request to one ward."""

    ward: str
    label: str
    state: str
    word: str
    changed: int
    refused: tuple[tuple[str, str], ...]
    error: str
    reason: str
    asked_by: str
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Say whether the page should be looked at again."""
        return self.state in {Job.State.WAITING, Job.State.RUNNING}


_WORDS = {
    Job.State.WAITING: "処理中",
    Job.State.RUNNING: "処理中",
    Job.State.DONE: "完了",
    Job.State.FAILED: "失敗",
}


def requests_of(jobs) -> list[Request]:
    """Tell each job of a review in the officer's words."""
    return [
        Request(
            ward=job.ward.name,
            label=MOVES[job.arguments["move"]].label,
            state=job.state,
            word=_WORDS[Job.State(job.state)],
            changed=job.result.get("changed", 0),
            refused=tuple(
                (refusal["indicator"], "".join(refusal["reasons"]))
                for refusal in job.result.get("refused", [])
            ),
            error=job.error,
            reason=job.arguments.get("reason", ""),
            asked_by=str(job.requested_by or ""),
            finished_at=job.finished_at,
        )
        for job in jobs.select_related("ward", "requested_by").order_by("ward__order", "-pk")
    ]


def requests_with_key(key: str) -> list[Request]:
    """Return what became of the request with the key."""
    return requests_of(Job.objects.filter(name=REVIEW, key=key)) if key else []


def recent_requests(slug: str, limit: int = 5) -> list[Request]:
    """Return the latest requests to a ward, the newest first."""
    newest = list(
        Job.objects.filter(name=REVIEW, ward__slug=slug)
        .order_by("-pk")
        .values_list("pk", flat=True)[:limit]
    )
    return requests_of(Job.objects.filter(pk__in=newest))
