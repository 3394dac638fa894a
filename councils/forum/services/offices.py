"""Who sits in which 部会, and who is 議長 or 副議長: both within a membership, ended by a day."""

from datetime import date
from typing import Final

from django.db import transaction

from councils.forum.choices import OfficeKind
from councils.forum.models import (
    ForumMember,
    ForumOffice,
    ForumSession,
    Subcommittee,
    SubcommitteeSeat,
)
from councils.forum.services.terms import within
from wards import clock
from wards.access import may
from wards.storing import store
from wards.typed import refuse

MAY_CHANGE: Final = "ward_forum.change_forummember"


def locked_member(member: ForumMember) -> ForumMember:
    """Return the member with nobody else changing it until the transaction ends."""
    return (
        ForumMember.objects.select_for_update(of=("self",)).select_related("term").get(pk=member.pk)
    )


def _not_ahead(day: date, first: date) -> None:
    """Refuse what would only begin later, unless the membership or the 部会 itself does.

    Nobody knows of a day to come that the member will still be there.
    """
    if day > max(clock.today(), first):
        refuse(
            [
                "初日は、今日以前の日にしてください。まだ始まっていない任期や部会は、その初日にできます。"
            ]
        )


@transaction.atomic
def seat_in_subcommittee(
    member: ForumMember, subcommittee: Subcommittee, *, valid_from: date, actor
) -> SubcommitteeSeat:
    """Seat a member in a 部会 of the same term, until the one or the other ends."""
    may(actor, MAY_CHANGE)
    row = locked_member(member)
    if subcommittee.term_id != row.term_id:
        refuse(["この部会は、委員の任期のものではありません。"])
    within(valid_from, row, f"{row.name}さんの任期")
    within(valid_from, subcommittee, "部会の期間")
    _not_ahead(valid_from, max(row.valid_from, subcommittee.valid_from))
    ends = [day for day in (row.valid_to, subcommittee.valid_to) if day]
    seat = SubcommitteeSeat(
        subcommittee=subcommittee, member=row, valid_from=valid_from, valid_to=min(ends)
    )
    store(seat)
    return seat


@transaction.atomic
def leave_subcommittee(seat: SubcommitteeSeat, *, last_day: date, actor) -> None:
    """End a seat in a 部会 with a day."""
    may(actor, MAY_CHANGE)
    _end(SubcommitteeSeat, seat, last_day, "部会への所属")


@transaction.atomic
def set_office(
    member: ForumMember,
    kind: str,
    *,
    valid_from: date,
    session: ForumSession | None = None,
    actor,
) -> ForumOffice:
    """Note that the members chose a 議長 or 副議長, in which session; the office ends with the membership."""
    may(actor, MAY_CHANGE)
    row = locked_member(member)
    if kind not in OfficeKind.values:
        refuse(["議長か副議長を選んでください。"])
    within(valid_from, row, f"{row.name}さんの任期")
    _not_ahead(valid_from, row.valid_from)
    if session is not None and session.term_id != row.term_id:
        refuse(["この会議は、委員の任期のものではありません。"])
    office = ForumOffice(
        member=row,
        term=row.term,
        kind=kind,
        session=session,
        valid_from=valid_from,
        valid_to=row.valid_to,
    )
    store(office)
    return office


@transaction.atomic
def end_office(office: ForumOffice, *, last_day: date, actor) -> None:
    """End an office with a day."""
    may(actor, MAY_CHANGE)
    _end(ForumOffice, office, last_day, "役の期間")


def _end(model, row, last_day: date, what: str) -> None:
    found = model.objects.select_for_update(of=("self",)).get(pk=row.pk)
    within(last_day, found, what)
    found.valid_to = last_day
    store(found, "valid_to")


@transaction.atomic
def move_first_day(row: SubcommitteeSeat | ForumOffice, *, valid_from: date, actor) -> None:
    """Mend the first day of a seat or an office that was typed wrong."""
    may(actor, MAY_CHANGE)
    found = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    member = ForumMember.objects.get(pk=found.member_id)
    within(valid_from, member, f"{member.name}さんの任期")
    if isinstance(found, SubcommitteeSeat):
        within(valid_from, found.subcommittee, "部会の期間")
    if valid_from > found.valid_from:
        _not_ahead(valid_from, found.valid_from)
    found.valid_from = valid_from
    store(found, "valid_from")
