"""What an edition of 区政会議の運営状況 holds: the window's members, sessions, opinions and measures.

Source: 平成25年条例第53号11条2項; 平成25年規則第146号5条. Only what everybody may know goes in: no
contact, no opinion whose answer is not published, no session that was not made known.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from councils.forum.choices import AttendeeKind, MemberCategory, ResponseState
from councils.forum.models import (
    ForumMember,
    ForumSession,
    Measure,
    Opinion,
    Response,
    SubcommitteeSeat,
)
from councils.forum.services.attendance import PRESENT

# The parts in the order of the rule, with what `edition_rules.differences` calls them.
PARTS: Final = {"members": "委員", "sessions": "会議", "opinions": "意見と対応", "measures": "措置"}


def content_of(begins: date, ends: date) -> dict[str, Any]:
    """Return the content of a window as it is now; the same rows give the same text."""
    members = list(_members(begins, ends))
    sessions = list(_sessions(begins, ends))
    opinions = list(_opinions(begins, ends))
    measures = list(_measures(begins, ends))
    return {
        "ward": connection.tenant.name,
        "period": {"from": begins.isoformat(), "to": ends.isoformat()},
        "members": [_member(one) for one in members],
        "sessions": [_session(one) for one in sessions],
        "opinions": [_opinion(one) for one in opinions],
        "measures": [_measure(one) for one in measures],
    }


def holds_samples(begins: date, ends: date) -> bool:
    """Say whether anything of a window is sample data."""
    return (
        ForumMember.objects.filter(
            valid_from__lte=ends, valid_to__gte=begins, term__is_demo=True
        ).exists()
        or _held_in(begins, ends).filter(is_demo=True).exists()
        or Opinion.objects.filter(received_on__range=(begins, ends), is_demo=True).exists()
        or _measures(begins, ends).filter(opinion__is_demo=True).exists()
    )


def is_empty(content: dict[str, Any]) -> bool:
    """Say whether there is nothing to tell of a window."""
    return not any(content[part] for part in PARTS)


def with_days(content: dict[str, Any]) -> dict[str, Any]:
    """Return the content for a page: days as days, for they are written in 和暦."""
    return {
        part: [
            {name: _as_day(name, value) for name, value in row.items()}
            for row in content.get(part, [])
        ]
        for part in PARTS
    }


def _as_day(name: str, value):
    is_day = name in ("from", "to", "day") or name.endswith("_on")
    return date.fromisoformat(value) if is_day and value else value


def _members(begins: date, ends: date) -> Iterable[ForumMember]:
    seats = SubcommitteeSeat.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=begins), valid_from__lte=ends
    ).select_related("subcommittee")
    members = (
        ForumMember.objects.filter(valid_from__lte=ends, valid_to__gte=begins)
        .select_related("term")
        .prefetch_related(Prefetch("subcommittee_seats", seats.order_by("pk"), "seats_then"))
    )
    order = list(MemberCategory)
    return sorted(
        members, key=lambda one: (one.term.number, order.index(one.category), one.kana, one.pk)
    )


def _member(one: ForumMember) -> dict[str, Any]:
    return {
        "key": f"member-{one.pk}",
        "label": f"{one.name}（{one.get_category_display()}）",
        "name": one.name,
        "category": one.get_category_display(),
        "body": one.body,
        "reason": one.reason,
        "from": one.valid_from.isoformat(),
        "to": one.valid_to.isoformat(),
        "subcommittees": list(dict.fromkeys(seat.subcommittee.name for seat in one.seats_then)),
    }


def _held_in(begins: date, ends: date):
    return (
        ForumSession.objects.held()
        .announced()
        .filter(starts_at__date__gte=begins, starts_at__date__lte=ends)
    )


def _sessions(begins: date, ends: date) -> Iterable[ForumSession]:
    def count(kind: AttendeeKind, **more):
        return Count("attendances", filter=Q(attendances__kind=kind, **more), distinct=True)

    return (
        _held_in(begins, ends)
        .select_related("subcommittee")
        .prefetch_related("agenda__bureau")
        .annotate(
            members=count(AttendeeKind.MEMBER),
            members_there=count(AttendeeKind.MEMBER, attendances__attending__in=PRESENT),
            advisers_there=count(AttendeeKind.ADVISER, attendances__attending__in=PRESENT),
        )
        .order_by("starts_at", "pk")
    )


def _session(one: ForumSession) -> dict[str, Any]:
    began = timezone.localtime(one.began_at or one.starts_at)
    ended = timezone.localtime(one.ended_at)
    return {
        "key": str(one.uid),
        "label": str(one),
        "name": str(one),
        "day": began.date().isoformat(),
        "begins": f"{began:%H:%M}",
        "ends": f"{ended:%H:%M}",
        "place": one.place,
        "members": one.members,
        "members_there": one.members_there,
        "advisers_there": one.advisers_there,
        "agenda": [item.title for item in one.agenda.all()],
    }


def _published() -> Prefetch:
    answers = Response.objects.filter(state=ResponseState.PUBLISHED)
    return Prefetch("responses", answers, "published_now")


def _opinions(begins: date, ends: date) -> Iterable[Opinion]:
    return (
        Opinion.objects.published()
        .filter(received_on__gte=begins, received_on__lte=ends)
        .select_related("bureau")
        .prefetch_related(_published())
        .order_by("received_on", "fiscal_year", "number")
    )


def _opinion(one: Opinion) -> dict[str, Any]:
    answer = one.published_now[0]
    return {
        "key": one.label,
        "label": str(one),
        "number": one.label,
        "title": one.title,
        "text": one.text,
        "source": one.get_source_display(),
        "received_on": one.received_on.isoformat(),
        "office": one.bureau.name if one.bureau else one.section,
        "class": answer.get_response_class_display(),
        "answer": answer.text,
        "reason": answer.reason,
        "published_on": timezone.localdate(answer.published_at).isoformat(),
        "closed_on": one.closed_on.isoformat() if one.closed_on else "",
        "closing": one.closing,
    }


def _measures(begins: date, ends: date) -> QuerySet[Measure]:
    return (
        Measure.objects.filter(
            done_on__gte=begins,
            done_on__lte=ends,
            withdrawn_at=None,
            opinion__in=Opinion.objects.published(),
        )
        .select_related("opinion")
        .order_by("done_on", "pk")
    )


def _measure(one: Measure) -> dict[str, Any]:
    return {
        "key": f"measure-{one.pk}",
        "label": f"{one.opinion.label} {one.text[:40]}",
        "number": one.opinion.label,
        "title": one.opinion.title,
        "done_on": one.done_on.isoformat(),
        "text": one.text,
        "yen": one.yen,
    }
