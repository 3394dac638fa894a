"""What everybody may know of the people: names, category and reason – never contact, age or sex."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q

from councils.forum.choices import AnnouncementKind, AttendeeKind, Attending, MemberCategory
from councils.forum.models import (
    Adviser,
    Attendance,
    ForumMember,
    ForumOffice,
    ForumSession,
    MemberAnnouncement,
    SubcommitteeSeat,
)
from councils.forum.services.members import EARLY_ENDS
from wards import clock
from wards.wareki import day_from_wareki

EARLIEST_DAY = date(2011, 4, 1)


@dataclass(frozen=True, slots=True)
class PublicMember:
    """A member as the ward publishes them."""

    number: int
    name: str
    kana: str
    category: str
    body: str
    reason: str
    term: str
    valid_from: date
    valid_to: date
    office: str
    subcommittees: tuple[str, ...]
    is_sample: bool


@dataclass(frozen=True, slots=True)
class PublicAttendance:
    """Who attended, as minutes print it."""

    kind: AttendeeKind
    name: str
    how: str


def day_asked(text: str) -> tuple[date, str]:
    """Read the day of `?day=`; return today and a sentence for one that cannot be shown.

    Days to come are not shown: who will be a member is told by 公示.
    """
    today = clock.today()
    if not text.strip():
        return today, ""
    try:
        day = day_from_wareki(text[:40])
    except ValueError as problem:
        return today, str(problem)
    if day > today:
        return today, "今日より後の日の名簿は、まだありません。今日までの日を入力してください。"
    if day < EARLIEST_DAY:
        return today, "区政会議は平成23年度に始まりました。その後の日を入力してください。"
    return day, ""


def members_on(day: date, *, subcommittee=None) -> list[PublicMember]:
    """Return who is a member on a day, by category; with `subcommittee` those who sit in it.

    What is to come is told by 公示 first: who begins after today, and who is released before the term.
    """
    today = clock.today()
    told = MemberAnnouncement.objects.filter(announced_on__lte=today)
    engaged = told.filter(kind=AnnouncementKind.ENGAGEMENT)
    released = told.filter(kind=AnnouncementKind.RELEASE, members=OuterRef("pk"))
    seats = SubcommitteeSeat.objects.in_force(day).select_related("subcommittee").order_by("pk")
    rows = (
        ForumMember.objects.in_force(day)
        .filter(Q(valid_from__lte=today) | Q(pk__in=engaged.values("members")))
        .annotate(release_is_told=Exists(released))
        .select_related("term")
        .prefetch_related(
            Prefetch("subcommittee_seats", seats, "seats_then"),
            Prefetch("offices", ForumOffice.objects.in_force(day), "offices_then"),
        )
    )
    if subcommittee is not None:
        rows = rows.filter(
            pk__in=SubcommitteeSeat.objects.in_force(day)
            .filter(subcommittee=subcommittee)
            .values("member")
        )
    order = list(MemberCategory)
    rows = sorted(rows, key=lambda one: (order.index(one.category), one.kana, one.pk))
    return [_member(one, today) for one in rows]


def _member(one: ForumMember, today: date) -> PublicMember:
    is_untold = one.end_kind in EARLY_ENDS and one.valid_to >= today and not one.release_is_told
    return PublicMember(
        number=one.pk,
        name=one.name,
        kana=one.kana,
        category=one.get_category_display(),
        body=one.body,
        reason=one.reason,
        term=str(one.term),
        valid_from=one.valid_from,
        valid_to=one.term.valid_to if is_untold else one.valid_to,
        office="、".join(office.get_kind_display() for office in one.offices_then),
        subcommittees=tuple(seat.subcommittee.name for seat in one.seats_then),
        is_sample=one.term.is_demo,
    )


def by_category(members: list[PublicMember]) -> list[tuple[str, list[PublicMember]]]:
    """Return the members in the order of the categories; one without members is left out."""
    groups: dict[str, list[PublicMember]] = {}
    for one in members:
        groups.setdefault(one.category, []).append(one)
    return list(groups.items())


def advisers_on(day: date) -> list[str]:
    """Return the names of the city-council members who may advise on a day."""
    rows = Adviser.objects.in_force(day).order_by("kana", "pk")
    return list(rows.values_list("name", flat=True))


def announcements(most: int = 20) -> list[MemberAnnouncement]:
    """Return the 公示, the newest first; one whose day has not come is not there yet."""
    rows = MemberAnnouncement.objects.filter(announced_on__lte=clock.today())
    return list(rows.order_by("-announced_on", "-pk")[:most])


def attendance_of(session: ForumSession) -> list[PublicAttendance]:
    """Return who attended a session whose minutes are published, in the words of the minutes."""
    rows = (
        Attendance.objects.filter(session=session)
        .exclude(attending="")
        .select_related("member", "adviser")
        .order_by("pk")
    )
    return [
        PublicAttendance(AttendeeKind(one.kind), str(one), Attending(one.attending).label)
        for one in rows
    ]


def attendance_by_kind(lines: list[PublicAttendance]) -> list[tuple[str, list[PublicAttendance]]]:
    """Return who attended as members, as advisers, for the city: three groups, never mixed."""
    return [
        (kind.label, [one for one in lines if one.kind is kind])
        for kind in AttendeeKind
        if any(one.kind is kind for one in lines)
    ]
