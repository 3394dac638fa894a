"""What everybody may know of gatherings, of 委員評価一覧 and of the yearly editions."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from councils.forum.ledger import public_opinions
from councils.forum.models import (
    EvaluationSheet,
    ForumEdition,
    Gathering,
    Opinion,
)
from councils.forum.public_opinions import (
    OpinionLine,
    as_line,
    public_answers,
)
from wards import clock


@dataclass(frozen=True, slots=True)
class PublicGathering:
    """A gathering that the ward tells of, with the opinions that came from it."""

    number: int
    kind: str
    title: str
    held_on: date
    place: str
    participants: int
    themes: str
    note: str
    opinions: tuple[OpinionLine, ...]
    others: int
    is_sample: bool


def public_gatherings():
    """Return the rows that the ward publishes, the newest first."""
    return Gathering.objects.filter(is_public=True).order_by("-held_on", "-pk")


def gatherings_with_opinions():
    """Return the same with what `as_gathering` tells of the opinions that came from them."""
    readable = (
        public_opinions().prefetch_related(public_answers()).order_by("fiscal_year", "number")
    )
    every = Opinion.objects.only("pk", "gathering")
    return public_gatherings().prefetch_related(
        Prefetch("opinions", readable, "readable"), Prefetch("opinions", every, "every")
    )


def as_gathering(row: Gathering) -> PublicGathering:
    """Return a gathering of `gatherings_with_opinions` as everybody may know it."""
    today = clock.today()
    return PublicGathering(
        number=row.pk,
        kind=row.get_kind_display(),
        title=row.title,
        held_on=row.held_on,
        place=row.place,
        participants=row.participants,
        themes=row.themes,
        note=row.note,
        opinions=tuple(as_line(one, today) for one in row.readable),
        others=len(row.every) - len(row.readable),
        is_sample=row.is_demo,
    )


def published_sheets(session=None):
    """Return the published 委員評価一覧, the newest first; with `session` those of it."""
    rows = EvaluationSheet.objects.exclude(published_at=None).filter(
        session__announced_at__isnull=False
    )
    rows = rows.select_related("session__subcommittee").order_by("-published_at", "-pk")
    return rows if session is None else rows.filter(session=session)


def published_sheet(number: int) -> EvaluationSheet | None:
    """Return one published sheet."""
    return published_sheets().filter(pk=number).first()


def published_editions():
    """Return the published editions without their content, the newest first."""
    rows = ForumEdition.objects.exclude(published_at=None)
    return rows.defer("content").order_by("-period_from", "-number")


def published_edition(number: int) -> ForumEdition | None:
    """Return one published edition."""
    return ForumEdition.objects.exclude(published_at=None).filter(pk=number).first()
