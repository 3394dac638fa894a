"""対応・考え方: written by one person, decided by another, published with others, never rewritten."""

import hashlib
from typing import Any, Final

from django.db import transaction

from councils.forum import opinion_rules
from councils.forum.choices import ResponseClass, ResponseState, StepKind
from councils.forum.models import Opinion, Response
from councils.forum.services import opinions
from councils.forum.services.steps import note
from councils.forum.services.typed import LONGEST_OPINION
from wards import clock
from wards.access import may
from wards.desk.choices import NoticeKind
from wards.desk.services import mark_all_done_for, notify
from wards.storing import store
from wards.typed import Reading, need_text, one_of, optional_line, optional_text, refuse, whole_yen

MAY_ADD: Final = "ward_forum.add_response"
MAY_CHANGE: Final = "ward_forum.change_response"
MAY_APPROVE: Final = "ward_forum.approve_response"
# Who publishes also takes back what was published.
MAY_WITHDRAW_PUBLISHED: Final = "ward_forum.publish_responsepublication"
BUDGET_YEARS: Final = range(2011, 2100)
REWRITTEN: Final = (
    "画面を開いた後に、対応か意見が書き換えられました。もう一度読んでから決裁してください。"
)
WRITTEN: Final = (
    "response_class", "text", "reason", "timing", "plan_item", "indicator",
    "has_budget", "budget_year", "budget_yen", "written_by", "written_at",
)  # fmt: skip


def living_response(opinion: Opinion) -> Response | None:
    """Return the answer of an opinion that was not taken back, if there is one."""
    return opinion.responses.exclude(state=ResponseState.WITHDRAWN).first()


def reasons_not_to_write(response: Response | None) -> list[str]:
    """List why an answer cannot be written or rewritten; `response` is the living one."""
    if response is None or response.state == ResponseState.DRAFT:
        return []
    if response.state == ResponseState.APPROVED:
        return ["この対応は決裁済みです。直すときは、先に差し戻してください。"]
    return ["この対応は公表されています。変えるときは、先に取り下げてください。"]


@transaction.atomic
def write_response(opinion: Opinion, *, actor, indicator=None, **typed: Any) -> Response:
    """Write the answer of an opinion, or rewrite its draft; who changed it last is its writer.

    `typed` are the fields of `read_answer`.
    """
    row = opinions.locked(opinion)
    opinions.refuse_closed(row)
    response = living_response(row)
    may(actor, MAY_ADD if response is None else MAY_CHANGE)
    refuse(reasons_not_to_write(response))
    values = read_answer(**typed)
    is_new = response is None
    response = response or Response(opinion=row)
    values["indicator"] = indicator
    if not is_new and all(getattr(response, name) == value for name, value in values.items()):
        return response
    for name, value in values.items():
        setattr(response, name, value)
    response.written_by, response.written_at = actor, clock.now()
    store(response, *(() if is_new else WRITTEN))
    title = "対応の案を作成" if is_new else "対応の案を修正"
    note(row, StepKind.RESPONSE, title, actor=actor, text=response.get_response_class_display())
    return response


def read_answer(
    *,
    response_class: str,
    text: str,
    reason: str = "",
    timing: str = "",
    plan_item: str = "",
    has_budget: bool | None = None,
    budget_year: int | None = None,
    budget_yen: int | None = None,
) -> dict[str, Any]:
    """Return what an answer says, by field.

    Raises ValidationError with all that is wrong, by field.
    """
    reading = Reading()
    values = {
        "response_class": reading.of(
            "response_class", one_of, ResponseClass, response_class, "対応区分を選んでください。"
        ),
        "text": reading.of(
            "text", need_text, text, "対応・考え方を入力してください。", longest=LONGEST_OPINION
        ),
        "reason": reading.of("reason", optional_text, reason),
        "timing": reading.of("timing", optional_line, timing, longest=60),
        "plan_item": reading.of("plan_item", optional_line, plan_item, longest=120),
        "has_budget": has_budget,
        "budget_year": budget_year,
        "budget_yen": reading.of("budget_yen", whole_yen, budget_yen, "予算額"),
    }
    if response_class == ResponseClass.CANNOT and values["reason"] == "":
        reading.fault("reason", "対応困難のときは、できない理由を入力してください。")
    if not has_budget and (budget_year is not None or budget_yen is not None):
        reading.fault("has_budget", "予算の年度と額は、予算措置があるときだけ入力してください。")
    if budget_year is not None and budget_year not in BUDGET_YEARS:
        reading.fault("budget_year", "予算の年度を確かめてください。")
    reading.refuse()
    return values


def _locked(response: Response) -> tuple[Opinion, Response]:
    """Return opinion and answer with nobody else moving them; always in this order."""
    opinion = opinions.locked(response.opinion)
    row = Response.objects.select_for_update(of=("self",)).select_related("written_by")
    return opinion, row.get(pk=response.pk)


def lacks_of(response: Response) -> list[str]:
    """List what an answer lacks before somebody decides on it or publishes it."""
    return opinion_rules.reasons_not_to_approve(
        response.response_class,
        response.text,
        response.reason,
        has_budget=response.has_budget,
        budget_year=response.budget_year,
    )


def reasons_not_to_approve(response: Response, actor) -> list[str]:
    """List why this person cannot decide on an answer now."""
    if response.state != ResponseState.DRAFT:
        return [f"この対応は「{response.get_state_display()}」のため、決裁できません。"]
    own = ["自分で書いた対応は、決裁できません。ほかの人が決裁してください。"]
    return [*(own if response.written_by_id == actor.pk else []), *lacks_of(response)]


def version_of(opinion: Opinion, response: Response) -> str:
    """Name what a person reads before deciding: this answer as written then, to this opinion."""
    said = "\0".join(str(getattr(opinion, name)) for name in opinions.SAID)
    return f"{response.pk}:{response.written_at.timestamp()}:{hashlib.sha256(said.encode()).hexdigest()}"


@transaction.atomic
def approve_response(response: Response, *, actor, seen: str | None = None) -> None:
    """Decide that an answer is to be published; somebody else than its writer does.

    `seen` is the `version_of` what the person read: nobody decides on another text. Who decides
    without a page, on what was written in the same breath, has none.
    """
    may(actor, MAY_APPROVE)
    opinion, row = _locked(response)
    refuse(reasons_not_to_approve(row, actor))
    if seen is not None and seen != version_of(opinion, row):
        refuse([REWRITTEN])
    row.state = ResponseState.APPROVED
    row.approved_by, row.approved_at = actor, clock.now()
    store(row, "state", "approved_by", "approved_at")
    note(opinion, StepKind.RESPONSE, "対応を決裁", actor=actor)
    mark_all_done_for(opinion.get_absolute_url(), actor=actor, kinds=opinions.REMINDERS)


@transaction.atomic
def send_back_response(response: Response, *, reason: str, actor) -> None:
    """Give an unpublished answer back to its writer, who is told."""
    may(actor, MAY_APPROVE)
    opinion, row = _locked(response)
    if row.state not in (ResponseState.DRAFT, ResponseState.APPROVED):
        refuse([f"この対応は「{row.get_state_display()}」のため、差し戻せません。"])
    reason = need_text(reason, "差し戻す理由を入力してください。", longest=1_000)
    row.state = ResponseState.DRAFT
    row.approved_by = row.approved_at = row.publication = None
    store(row, "state", "approved_by", "approved_at", "publication")
    note(opinion, StepKind.RESPONSE, "対応を差戻し", actor=actor, text=reason)
    notify(
        row.written_by,
        key=f"forum-response:{row.pk}:returned:{clock.now():%Y%m%d%H%M%S%f}",
        kind=NoticeKind.RETURNED,
        text=f"意見{opinion.label}への対応が差し戻されました。",
        url=opinion.get_absolute_url(),
    )
    opinions.remind_again(opinion)
    mark_all_done_for(opinions.place_of_answers(opinion), actor=actor)


@transaction.atomic
def withdraw_response(response: Response, *, reason: str, actor) -> None:
    """Take an answer back, a published one too: text and reason stay, and another can be written.

    An opinion that had ended is open again: nothing answers it any more.
    """
    opinion, row = _locked(response)
    was_published = row.state == ResponseState.PUBLISHED
    may(actor, MAY_WITHDRAW_PUBLISHED if was_published else MAY_CHANGE)
    if row.state == ResponseState.WITHDRAWN:
        refuse(["この対応は、すでに取り下げられています。"])
    row.withdrawn_reason = optional_line(
        need_text(reason, "取り下げる理由を入力してください。", longest=300), longest=300
    )
    row.state = ResponseState.WITHDRAWN
    row.withdrawn_at = clock.now()
    if not was_published:
        row.publication = None
    store(row, "state", "withdrawn_at", "withdrawn_reason", "publication")
    note(opinion, StepKind.RESPONSE, "対応を取下げ", actor=actor, text=row.withdrawn_reason)
    if opinion.closed_on is not None:
        opinions.open_up(opinion, "対応を取り下げたため。", actor=actor)
    opinions.remind_again(opinion)
    mark_all_done_for(opinions.place_of_answers(opinion), actor=actor)
