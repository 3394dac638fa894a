"""出席: the roster of a session's day, who attended, and whether that is a quorum.

The members of that day make the quorum; advisers and the city's people stand beside them.
"""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import Q

from councils.forum.choices import AttendeeKind, Attending, StepKind
from councils.forum.models import Adviser, Attendance, ForumMember, ForumSession
from councils.forum.services.minutes import MAY_PUBLISH, end_confirmation
from councils.forum.services.session_rows import (
    MAY_CHANGE,
    day_of,
    locked,
    practice_of,
    reasons_over,
)
from councils.forum.services.steps import note
from councils.forum.session_rules import Attended
from wards.access import may
from wards.storing import store
from wards.typed import need_text, optional_text, refuse
from wards.wareki import wareki

PRESENT = (Attending.ON_SITE, Attending.ONLINE)
NOT_ONLINE = "この会議はオンラインでは出席できません。会場か欠席を選んでください。"


def members_on_the_day(session: ForumSession):
    """Return the members in office on the day: of the term, or of the 部会 as it sat that day."""
    day = day_of(session.starts_at)
    members = ForumMember.objects.in_force(day).filter(term_id=session.term_id)
    if session.subcommittee_id is None:
        return members
    seats = session.subcommittee.seats.in_force(day)
    return members.filter(pk__in=seats.values("member"))


def advisers_on_the_day(session: ForumSession):
    """Return the city-council members elected in the ward on the day."""
    return Adviser.objects.in_force(day_of(session.starts_at))


def _rows(session: ForumSession):
    rows = Attendance.objects.filter(session=session)
    return rows.select_related("member", "adviser").order_by("kind", "pk")


def _not_in_office(session: ForumSession):
    """Return the rows of people who are not in office on the day of the session."""
    return _rows(session).filter(
        (Q(kind=AttendeeKind.MEMBER) & ~Q(member__in=members_on_the_day(session)))
        | (Q(kind=AttendeeKind.ADVISER) & ~Q(adviser__in=advisers_on_the_day(session)))
    )


@transaction.atomic
def prepare_roster(session: ForumSession, *, actor) -> tuple[int, int]:
    """Make the roster fit the day of the session; return how many were put on it and taken off.

    Safe to repeat. Refused once the session took place: its roster is history.
    """
    may(actor, MAY_CHANGE)
    session = locked(session)
    refuse(reasons_over(session))
    return fit_roster(session)


def fit_roster(session: ForumSession) -> tuple[int, int]:
    """Put on the roster who is in office that day, take off who is not; the caller holds the lock."""
    gone = [row.pk for row in _not_in_office(session)]
    Attendance.objects.filter(pk__in=gone).delete()
    known = _rows(session)
    missing = [
        Attendance(session=session, kind=AttendeeKind.MEMBER, member=member)
        for member in members_on_the_day(session).exclude(
            pk__in=known.filter(kind=AttendeeKind.MEMBER).values("member")
        )
    ]
    missing += [
        Attendance(session=session, kind=AttendeeKind.ADVISER, adviser=adviser)
        for adviser in advisers_on_the_day(session).exclude(
            pk__in=known.filter(kind=AttendeeKind.ADVISER).values("adviser")
        )
    ]
    for row in missing:
        store(row)
    return len(missing), len(gone)


@transaction.atomic
def record_attendance(session: ForumSession, marks: Mapping[int, str], *, actor) -> Attended:
    """Note who attended how, by the numbers of the roster's rows; all of it, or nothing.

    After the session took place a change is a correction and stands in the record; once the minutes
    are published only who may publish them corrects it.
    """
    may(actor, MAY_CHANGE)
    session = locked(session)
    if session.cancelled_at is not None:
        refuse(reasons_over(session))
    rows = {row.pk: row for row in _rows(session).filter(pk__in=list(marks))}
    gone = {row.pk for row in _not_in_office(session)} if session.ended_at is None else set()
    reasons = []
    if set(marks) - set(rows):
        reasons.append("名簿が変わりました。画面を開き直して、もう一度記録してください。")
    for pk, row in rows.items():
        reasons += _reasons_against(session, row, marks[pk], is_gone=pk in gone)
    refuse(list(dict.fromkeys(reasons)))
    changed = {pk: row for pk, row in rows.items() if row.attending != marks[pk]}
    if changed and session.ended_at is not None and _is_published(session):
        may(actor, MAY_PUBLISH)
    # One statement for each of the three answers, not one for each of fifty people.
    for attending in Attending:
        chosen = [pk for pk in changed if marks[pk] == attending]
        Attendance.objects.filter(pk__in=chosen).update(attending=attending)
    now = attended(session)
    if changed and session.ended_at is not None:
        told = [
            f"{row}：{_called(row.attending)}→{_called(marks[pk])}" for pk, row in changed.items()
        ]
        title = "出席の記録を直しました。"
        end_confirmation(session, title, actor)
        note(session, StepKind.NOTE, title, actor=actor, text="\n".join([*told, now.words]))
    return now


def _called(attending: str) -> str:
    return Attending(attending).label if attending else "未記入"


def _is_published(session: ForumSession) -> bool:
    minutes = getattr(session, "minutes", None)
    return minutes is not None and minutes.published_at is not None


def _reasons_against(session, row: Attendance, attending: str, *, is_gone: bool) -> list[str]:
    if attending not in Attending.values:
        return [f"{row}さんの出席は、会場・オンライン・欠席から選んでください。"]
    if is_gone:
        return [
            f"{row}さんは、{wareki(day_of(session.starts_at))}には在任していないため、出席を記録できません。"
            "名簿を用意し直してください。"
        ]
    if attending == Attending.ONLINE and not session.is_online:
        return [NOT_ONLINE]
    return []


@transaction.atomic
def add_city_attendee(
    session: ForumSession, *, post: str, name: str = "", attending: str, actor
) -> Attendance:
    """Put somebody of the city on the roster, with post and name as the minutes print them."""
    may(actor, MAY_CHANGE)
    session = locked(session)
    refuse(_reasons_not_to_change_city(session))
    if attending not in Attending.values:
        refuse(["出席は、会場・オンライン・欠席から選んでください。"])
    if attending == Attending.ONLINE and not session.is_online:
        refuse([NOT_ONLINE])
    row = Attendance(
        session=session,
        kind=AttendeeKind.CITY,
        post=need_text(post, "職名を入力してください。", longest=60),
        name=optional_text(name, longest=60),
        attending=attending,
    )
    store(row)
    end_confirmation(session, f"市側の出席者（{row}）を加えました。", actor)
    return row


@transaction.atomic
def remove_city_attendee(row: Attendance, *, actor) -> None:
    """Take somebody of the city off the roster."""
    may(actor, MAY_CHANGE)
    session = locked(row.session)
    refuse(_reasons_not_to_change_city(session))
    if row.kind != AttendeeKind.CITY:
        refuse(["委員と市会議員は、在任期間によって名簿に載ります。名簿を用意し直してください。"])
    gone, _ = Attendance.objects.filter(pk=row.pk, session=session).delete()
    if gone:
        end_confirmation(session, f"市側の出席者（{row}）を消しました。", actor)


def _reasons_not_to_change_city(session: ForumSession) -> list[str]:
    if session.cancelled_at is not None:
        return reasons_over(session)
    if _is_published(session):
        return ["会議録を公表したため、市側の出席者は変えられません。"]
    return []


def attended(session: ForumSession) -> Attended:
    """Return how many members attend of how many in office on the day; nobody else is counted.

    Before the session those in office count, whatever the roster says; afterwards the roster is what
    was found, and stays.
    """
    rows = Attendance.objects.filter(session=session, kind=AttendeeKind.MEMBER)
    if session.ended_at is None:
        in_office = members_on_the_day(session)
        rows, members = rows.filter(member__in=in_office), in_office.count()
    else:
        members = rows.count()
    present = rows.filter(attending__in=PRESENT).count()
    return Attended(members, present, practice_of(session).quorum_percent)


def attendance_in_words(session: ForumSession, today: date) -> str:
    """Say how many attended, or while nobody is marked how many have to; of a session that is off, nothing."""
    if session.cancelled_at is not None:
        return ""
    found = attended(session)
    starts_on = day_of(session.starts_at)
    if starts_on > today:
        return f"会議は{wareki(starts_on)}です。{found.needed_in_words}出席は、会議の日から記録できます。"
    if session.ended_at is None and not _rows(session).exclude(attending="").exists():
        return f"出席は、まだ記録していません。{found.needed_in_words}"
    return found.words


def reasons_roster_is_not_complete(session: ForumSession) -> list[str]:
    """List what the roster lacks before a session can be recorded as held."""
    in_office = members_on_the_day(session)
    if not in_office.exists():
        return ["この日に在任する委員が登録されていません。先に委員を登録してください。"]
    rows = Attendance.objects.filter(session=session, kind=AttendeeKind.MEMBER)
    stale = _not_in_office(session).exists()
    if stale or in_office.exclude(pk__in=rows.values("member")).exists():
        return ["出席者名簿が、この日に在任する委員と合いません。名簿を用意し直してください。"]
    unmarked = list(_rows(session).filter(kind=AttendeeKind.MEMBER, attending=""))
    if unmarked:
        names = "、".join(str(row) for row in unmarked[:5])
        more = f"ほか{len(unmarked) - 5}人" if len(unmarked) > 5 else ""
        return [f"出席がまだ記録されていない委員がいます（{names}{more}）。"]
    return []
