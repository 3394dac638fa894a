"""The ledger's clock: opinions that are to be answered soon, or should have been, each told once."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from councils.forum.choices import OpinionState, ResponseState
from councils.forum.models import Opinion, Response
from councils.forum.services.opinions import place_of_answers
from councils.forum.services.publications import MAY_PUBLISH
from councils.forum.services.responses import MAY_APPROVE, MAY_CHANGE
from wards.access import people_with_permission
from wards.desk.choices import NoticeKind
from wards.desk.services import notify
from wards.wareki import wareki

SOON: Final = timedelta(days=7)
A_WEEK_LATE: Final = timedelta(days=7)


def remind_of_opinions(day: date) -> dict[str, int]:
    """Tell of opinions due in a week, late, late by a week, and of late publications; count each.

    Whoever writes answers is told of the first two, whoever decides on them of the third. Done twice
    on a day, nothing is told twice; what is answered is taken back by its approval. From then on
    whoever publishes is told when the due day has passed.
    """
    writers = people_with_permission(MAY_CHANGE)
    deciders = people_with_permission(MAY_APPROVE)
    told = {"soon": 0, "late": 0, "a_week_late": 0, "unpublished": _tell_publishers(day)}
    states = [OpinionState.WAITING, OpinionState.LATE]
    rows = Opinion.objects.with_state(day).filter(
        state_on_day__in=states, due_on__lte=day + SOON, received_on__lte=day
    )
    for row in rows.order_by("pk").iterator(chunk_size=1000):
        if row.due_on >= day:
            told["soon"] += 1
            text = f"意見{row.label}への回答の期限（{wareki(row.due_on)}）が近づいています。"
            _tell(writers, row, "soon", NoticeKind.DUE_SOON, text)
            continue
        told["late"] += 1
        text = f"意見{row.label}への回答の期限（{wareki(row.due_on)}）を過ぎました。"
        _tell(writers, row, "late", NoticeKind.OVERDUE, text)
        if day - row.due_on >= A_WEEK_LATE:
            told["a_week_late"] += 1
            text = (
                f"意見{row.label}への回答が、期限（{wareki(row.due_on)}）を1週間以上過ぎています。"
            )
            _tell(deciders, row, "a-week-late", NoticeKind.ESCALATED, text)
    return told


def _tell_publishers(day: date) -> int:
    """Tell of answers that were decided on and are not out after the due day; return how many."""
    publishers = people_with_permission(MAY_PUBLISH)
    rows = Response.objects.filter(
        state=ResponseState.APPROVED, opinion__due_on__lt=day, opinion__closed_on=None
    )
    told = 0
    for response in rows.select_related("opinion").order_by("opinion"):
        row = response.opinion
        told += 1
        for person in publishers:
            notify(
                person,
                # Decided on anew, it is another thing to publish.
                key=f"forum-response:{response.pk}:unpublished:{response.approved_at:%Y%m%d%H%M%S%f}:{person.pk}",
                kind=NoticeKind.OVERDUE,
                text=f"意見{row.label}への対応は決裁済みですが、回答の期限（{wareki(row.due_on)}）を過ぎても公表されていません。",
                url=place_of_answers(row),
                due_on=row.due_on,
            )
    return told


def _tell(people: Iterable, row: Opinion, step: str, kind: NoticeKind, text: str) -> None:
    for person in people:
        notify(
            person,
            key=f"forum-opinion:{row.pk}:{step}:{person.pk}",
            kind=kind,
            text=text,
            url=row.get_absolute_url(),
            due_on=row.due_on,
        )
