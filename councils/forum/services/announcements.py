"""公示: that members were engaged, or went before their time; 任期満了 is not announced."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from django.db import connection, transaction

from councils.forum.choices import AnnouncementKind
from councils.forum.member_rules import Named, engagement_text, release_text
from councils.forum.models import ForumMember, ForumTerm, MemberAnnouncement
from councils.forum.services.members import EARLY_ENDS, MAY_ENGAGE, locked_term
from wards import clock
from wards.access import may
from wards.storing import store
from wards.typed import refuse

# A 公示 is written before the day on which it is put up, but not long before.
ANNOUNCED_AHEAD: Final = timedelta(days=30)


def not_yet_announced(term: ForumTerm, kind: str):
    """Return the members of a term of whom an announcement of a kind is still to be made."""
    members = term.members.exclude(
        pk__in=MemberAnnouncement.objects.filter(term=term, kind=kind).values("members")
    ).order_by("category", "kana", "name_key", "pk")
    if kind == AnnouncementKind.RELEASE:
        return members.filter(end_kind__in=EARLY_ENDS)
    return members


@transaction.atomic
def announce(
    term: ForumTerm, kind: str, members: Collection[ForumMember], *, announced_on: date, actor
) -> MemberAnnouncement:
    """Write the 公示 of an engagement or of an early release; 任期満了 is not announced."""
    may(actor, MAY_ENGAGE)
    if kind not in AnnouncementKind.values:
        refuse(["公示の種類を選んでください。"])
    term = locked_term(term.pk)
    numbers = {member.pk for member in members}
    if not numbers:
        refuse(["公示する委員を選んでください。"])
    if announced_on > clock.today() + ANNOUNCED_AHEAD:
        refuse([f"公示日は、今日から{ANNOUNCED_AHEAD.days}日以内の日にしてください。"])
    chosen = list(term.members.filter(pk__in=numbers).order_by("category", "kana", "pk"))
    if len(chosen) != len(numbers):
        refuse(["この任期の委員だけを選んでください。"])
    if kind == AnnouncementKind.RELEASE:
        refuse(
            [
                f"{one.name}さんは途中で終わっていません。任期満了は公示しません。"
                for one in chosen
                if one.end_kind not in EARLY_ENDS
            ]
        )
    open_ones = set(not_yet_announced(term, kind).values_list("pk", flat=True))
    label = AnnouncementKind(kind).label
    refuse(
        [
            f"{one.name}さんについては、{label}をすでに公示しています。"
            for one in chosen
            if one.pk not in open_ones
        ]
    )
    write = release_text if kind == AnnouncementKind.RELEASE else engagement_text
    named = [
        Named(one.name, one.get_category_display(), one.valid_from, one.valid_to) for one in chosen
    ]
    announcement = MemberAnnouncement(
        term=term,
        kind=kind,
        announced_on=announced_on,
        text=write(connection.tenant.name, named, announced_on),
        announced_by=actor,
    )
    store(announcement)
    announcement.members.set(chosen)
    return announcement
