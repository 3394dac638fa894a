"""会議 from the plan to the day: term, number, notice, agenda, papers, roster, quorum, observers."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from councils.forum.choices import SessionState
from councils.forum.models import (
    Adviser,
    Attendance,
    ForumPractice,
    ForumSession,
    Observer,
    Opinion,
    Subcommittee,
    SubcommitteeSeat,
)
from councils.forum.services import attendance, observers, papers, sessions
from councils.forum.services.session_rows import (
    minutes_are_late,
    part_url,
    session_state_of,
    state_in_sql,
)
from wards.desk.choices import NoticeKind
from wards.desk.models import Notice
from wards.desk.services import notify
from wards.models import Bureau

from .conftest import add_member, add_session

REFUSED = pytest.raises(ValidationError)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def said(raised) -> str:
    return " ".join(raised.value.messages)


def moment(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def plan(actor, starts="2026-07-10 19:00", **more) -> ForumSession:
    begin = moment(starts)
    fields = {
        "kind": "plenary",
        "starts_at": begin,
        "planned_end_at": begin + timedelta(hours=2),
        "place": "北区役所 402会議室",
        **more,
    }
    return sessions.plan_session(actor=actor, **fields)


@pytest.fixture
def planned(term, members, officer, at):
    """The plenary of 10 July 2026 with one item on its agenda, not announced."""
    at("2026-06-01 10:00")
    session = plan(officer)
    sessions.set_agenda_item(session, number=1, title="運営方針", actor=officer)
    session.refresh_from_db()
    return session


@pytest.fixture
def announced(planned, manager):
    """The same, announced in time."""
    sessions.announce_session(planned, actor=manager)
    planned.refresh_from_db()
    return planned


def mark_all(session, actor, attending="on_site", **but):
    """Mark every member; `but` names a member and says otherwise."""
    rows = session.attendances.filter(kind="member").select_related("member")
    marks = {row.pk: but.get(row.member.name.split()[1], attending) for row in rows}
    return attendance.record_attendance(session, marks, actor=actor)


def hold(session, actor, began="2026-07-10 19:00", ended="2026-07-10 21:05"):
    return sessions.record_held(
        session, began_at=moment(began), ended_at=moment(ended), actor=actor
    )


# --- planning ---


def test_term_year_number_and_practice_follow_from_the_day(planned, practice):
    assert planned.term.number == 7
    assert (planned.fiscal_year, planned.number) == (2026, 1)
    assert (planned.observers, planned.desk_minutes) == (practice.observers, practice.desk_minutes)
    assert planned.contact == practice.contact
    assert planned.papers_due_on == date(2026, 7, 3)
    assert planned.attendances.filter(kind="member").count() == 4


def test_numbers_go_on_within_a_year_and_kind_and_begin_anew_in_april(planned, officer, term):
    part = Subcommittee.objects.create(term=term, name="防災部会", valid_from=term.valid_from)

    assert plan(officer, "2027-03-31 19:00").number == 2
    assert plan(officer, "2027-04-01 19:00").number == 1
    first = plan(officer, "2026-09-01 19:00", kind="subcommittee", subcommittee=part)
    assert (first.number, str(first)) == (1, "区政会議 防災部会（令和8年度第1回）")


@pytest.mark.parametrize("day", ["2025-09-30", "2027-10-01", "9999-12-31", "0001-01-01"])
def test_a_session_on_a_day_without_a_term_is_refused(term, officer, day):
    with REFUSED as raised:
        plan(officer, f"{day} 19:00")

    assert "を含む委員の任期がありません" in said(raised)
    assert not ForumSession.objects.exists()


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"planned_end_at": moment("2026-07-10 19:00")}, "開会の後に"),
        ({"planned_end_at": moment("2026-07-11 01:00")}, "同じ日に"),
        ({"place": " "}, "場所を入力"),
        ({"place": "北区\x00役所"}, "制御文字"),
        ({"place": "あ" * 121}, "120文字以内"),
        ({"kind": "party"}, "種類を選んで"),
        ({"kind": "subcommittee"}, "部会を選んで"),
        ({"papers_due_on": date(2026, 7, 11)}, "会議の日以前"),
        ({"streaming_url": "javascript:alert(1)"}, "URL"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_a_sentence(term, officer, more, refused):
    with REFUSED as raised:
        plan(officer, **more)

    assert refused in said(raised)


def test_a_subcommittee_that_is_not_there_on_the_day_does_not_meet(term, officer):
    part = Subcommittee.objects.create(
        term=term, name="防災部会", valid_from=date(2026, 8, 1), valid_to=date(2027, 3, 31)
    )
    for day in ("2026-07-31", "2027-04-01"):
        with REFUSED as raised:
            plan(officer, f"{day} 19:00", kind="subcommittee", subcommittee=part)
        assert "には置かれていません" in said(raised)
    assert plan(officer, "2026-08-01 19:00", kind="subcommittee", subcommittee=part).pk


def test_who_may_not_plan_announce_or_change_does_not(term, mayor, planned, officer):
    with pytest.raises(PermissionDenied):
        plan(mayor)
    with pytest.raises(PermissionDenied):
        sessions.announce_session(planned, actor=officer)
    with pytest.raises(PermissionDenied):
        sessions.cancel_session(planned, reason="台風", actor=officer)
    with pytest.raises(PermissionDenied):
        sessions.change_session(planned, place="別の場所", actor=mayor)


# --- agenda ---


def test_an_item_is_written_anew_under_its_number_and_a_bureau_is_named(planned, officer):
    served = connection.tenant
    item = sessions.set_agenda_item(planned, number=1, title="決算", papers="1-2", actor=officer)

    assert [one.title for one in planned.agenda.all()] == ["決算"]
    with REFUSED as raised:
        sessions.set_agenda_item(planned, number=2, title="道路", scope="bureau", actor=officer)
    assert "局を選んで" in said(raised)
    connection.set_schema_to_public()
    bureau = Bureau.objects.create(code="mihon", name="見本局")
    connection.set_tenant(served)
    sessions.set_agenda_item(
        planned, number=2, title="道路", scope="bureau", bureau=bureau, actor=officer
    )
    sessions.remove_agenda_item(item, actor=officer)
    assert [one.number for one in planned.agenda.all()] == [2]


@pytest.mark.parametrize("number", [0, -1, 51, 10**12])
def test_a_number_that_no_agenda_has_is_refused(planned, officer, number):
    with REFUSED:
        sessions.set_agenda_item(planned, number=number, title="x", actor=officer)


def test_the_last_announced_item_and_one_with_an_opinion_stay(announced, officer):
    item = announced.agenda.get()
    with REFUSED as raised:
        sessions.remove_agenda_item(item, actor=officer)
    assert "1つ以上必要" in said(raised)
    sessions.set_agenda_item(announced, number=2, title="その他", actor=officer)
    Opinion.objects.create(
        fiscal_year=2026, number=1, source="session", session=announced, agenda_item=item,
        received_on=date(2026, 7, 10), due_on=date(2026, 9, 1), title="見本", text="見本",
        section="地域課", registered_by=officer,
    )  # fmt: skip
    with REFUSED as raised:
        sessions.remove_agenda_item(item, actor=officer)
    assert "意見が登録されている" in said(raised)


# --- notice, change, cancelling ---


def test_a_session_without_agenda_or_contact_is_not_announced(term, officer, manager):
    session = add_session(term, contact=" ")

    with REFUSED as raised:
        sessions.announce_session(session, actor=manager)

    assert "議題を1つ以上" in said(raised)
    assert "問合せ先" in said(raised)


@pytest.mark.parametrize(("day", "warns"), [("2026-06-26", False), ("2026-06-27", True)])
def test_a_late_notice_is_told_and_not_refused(planned, manager, at, day, warns):
    at(f"{day} 10:00")

    told = sessions.announce_session(planned, actor=manager)

    assert bool(told) == warns
    planned.refresh_from_db()
    assert session_state_of(planned) == SessionState.ANNOUNCED
    with REFUSED as raised:
        sessions.announce_session(planned, actor=manager)
    assert "すでに公表" in said(raised)


def test_a_change_before_the_notice_is_no_change_of_the_calendar(planned, officer):
    sessions.change_session(planned, place="別の会議室", actor=officer)

    planned.refresh_from_db()
    assert (planned.place, planned.sequence, planned.changed_at) == ("別の会議室", 0, None)


@pytest.mark.parametrize(
    ("fields", "sequence"),
    [
        ({"place": "別の会議室"}, 1),
        ({"starts_at": moment("2026-07-10 18:30")}, 1),
        ({"number": 3}, 1),
        ({"press": "できます"}, 0),
        ({"place": "北区役所 402会議室"}, 0),
    ],
)
def test_what_calendars_show_counts_as_their_change_after_the_notice(
    announced, manager, fields, sequence
):
    sessions.change_session(announced, actor=manager, **fields)

    announced.refresh_from_db()
    assert announced.sequence == sequence
    unchanged = fields == {"place": "北区役所 402会議室"}
    assert (announced.changed_at is None) == unchanged


def move(session, day, actor, **more):
    """Move a session to another day, with its papers a week before."""
    begin = moment(f"{day} 19:00")
    due = begin.date() - timedelta(days=7)
    sessions.change_session(
        session,
        starts_at=begin,
        planned_end_at=begin + timedelta(hours=2),
        papers_due_on=due,
        actor=actor,
        **more,
    )


def test_another_day_is_judged_anew(announced, manager, term):
    late = add_member(term, "見本 遅子", valid_from=date(2027, 4, 1))
    move(announced, "2027-04-10", manager)

    announced.refresh_from_db()
    assert (announced.fiscal_year, announced.number) == (2027, 1)
    assert announced.attendances.filter(member=late).exists()
    with REFUSED as raised:
        move(announced, "2027-10-10", manager)
    assert "任期がありません" in said(raised)


@pytest.mark.parametrize(
    "fields",
    [
        {"place": "別の会議室"},
        {"streaming_url": "https://example.jp/live"},
        {
            "starts_at": moment("2026-07-11 19:00"),
            "planned_end_at": moment("2026-07-11 21:00"),
        },
    ],
)
def test_day_place_and_streaming_once_announced_are_for_who_announces(
    planned, officer, manager, fields
):
    first = {name: getattr(planned, name) for name in fields}
    sessions.change_session(planned, actor=officer, **fields)
    sessions.change_session(planned, actor=officer, **first)
    sessions.announce_session(planned, actor=manager)

    with pytest.raises(PermissionDenied) as raised:
        sessions.change_session(planned, actor=officer, **fields)
    assert "開催の公表を行える人" in str(raised.value)
    planned.refresh_from_db()
    assert {name: getattr(planned, name) for name in fields} == first
    # What is typed on the same form and stays as it was asks for nothing more.
    sessions.change_session(planned, note="手話通訳があります。", **first, actor=officer)
    sessions.change_session(planned, actor=manager, **fields)
    planned.refresh_from_db()
    assert planned.note == "手話通訳があります。"
    assert {name: getattr(planned, name) for name in fields} == fields


def add_opinion(session, officer, source, day, number=1):
    return Opinion.objects.create(
        fiscal_year=2026, number=number, source=source, session=session, received_on=day,
        due_on=day + timedelta(days=30), title="見本", text="見本", section="地域課",
        registered_by=officer,
    )  # fmt: skip


def test_a_session_at_which_opinions_were_said_is_not_called_off(announced, officer, manager):
    add_opinion(announced, officer, "session", date(2026, 7, 10))

    with REFUSED as raised:
        sessions.cancel_session(announced, reason="台風", actor=manager)

    assert "この会議での意見が登録されています" in said(raised)
    assert "開いたことを記録" in said(raised)


def test_opinions_in_advance_keep_no_session_from_being_called_off(announced, officer, manager):
    add_opinion(announced, officer, "advance", date(2026, 7, 1))

    sessions.cancel_session(announced, reason="台風", actor=manager)

    announced.refresh_from_db()
    assert announced.cancelled_at is not None


def test_advance_opinions_stay_before_the_session_when_it_moves(announced, officer, manager):
    for number, day in enumerate((date(2026, 7, 1), date(2026, 7, 5)), start=1):
        add_opinion(announced, officer, "advance", day, number)

    with REFUSED as raised:
        move(announced, "2026-07-04", manager)

    assert "令和8年7月5日に受けた事前意見" in said(raised)
    assert "その日以後に" in said(raised)
    move(announced, "2026-07-05", manager)
    move(announced, "2026-08-01", manager)


def test_opinions_of_a_session_do_not_come_before_it_when_it_moves(announced, officer, manager):
    add_opinion(announced, officer, "session", date(2026, 7, 10))

    with REFUSED as raised:
        move(announced, "2026-07-11", manager)

    assert "令和8年7月10日に受けた、この会議での意見" in said(raised)
    move(announced, "2026-07-09", manager)


def test_a_cancelled_session_says_why_and_moves_no_more(announced, officer, manager):
    with REFUSED as raised:
        sessions.cancel_session(announced, reason=" ", actor=manager)
    assert "理由" in said(raised)
    sessions.cancel_session(announced, reason="台風のため", actor=manager)

    announced.refresh_from_db()
    assert (announced.sequence, session_state_of(announced)) == (1, SessionState.CANCELLED)
    for step in (
        lambda: sessions.cancel_session(announced, reason="再び", actor=manager),
        lambda: sessions.change_session(announced, place="x", actor=officer),
        lambda: sessions.set_agenda_item(announced, number=2, title="x", actor=officer),
        lambda: attendance.prepare_roster(announced, actor=officer),
        lambda: observers.take_observer(announced, actor=officer),
        lambda: hold(announced, officer),
    ):
        with REFUSED as raised:
            step()
        assert "中止になっています" in said(raised)


def test_papers_sent_are_noted_and_their_notices_done(announced, officer, at):
    url = part_url(announced, "papers")
    notify(officer, key="k", kind=NoticeKind.OVERDUE, text="資料。", url=url)
    at("2026-07-04 10:00")
    with REFUSED:
        sessions.record_papers_sent(announced, day=date(2026, 7, 5), actor=officer)

    sessions.record_papers_sent(announced, day=date(2026, 7, 4), actor=officer)

    assert "期限の後" in announced.entries.first().title
    assert not Notice.objects.filter(url=url, done_at=None).exists()


# --- roster and quorum ---


def test_the_roster_is_who_is_in_office_that_day_and_is_made_twice_without_harm(
    planned, officer, term, members
):
    add_member(term, "見本 先人", valid_to=date(2026, 7, 9))
    last_day = add_member(term, "見本 末子", valid_to=date(2026, 7, 10))
    adviser = Adviser.objects.create(name="見本 議員", valid_from=date(2023, 4, 30))
    Adviser.objects.create(
        name="見本 前議員", valid_from=date(2019, 4, 30), valid_to=date(2023, 4, 29)
    )

    assert attendance.prepare_roster(planned, actor=officer) == (2, 0)
    assert attendance.prepare_roster(planned, actor=officer) == (0, 0)

    rows = planned.attendances.all()
    assert {row.member for row in rows if row.kind == "member"} == {*members, last_day}
    assert [row.adviser for row in rows if row.kind == "adviser"] == [adviser]


def test_a_subcommittee_has_its_own_members(term, members, officer):
    part = Subcommittee.objects.create(term=term, name="防災部会", valid_from=term.valid_from)
    for member, until in ((members[0], None), (members[1], date(2026, 7, 9))):
        SubcommitteeSeat.objects.create(
            subcommittee=part, member=member, valid_from=term.valid_from, valid_to=until
        )

    session = plan(officer, kind="subcommittee", subcommittee=part)

    assert [row.member for row in session.attendances.all()] == [members[0]]


def test_whoever_left_before_the_day_cannot_attend_and_is_taken_off(planned, officer, members):
    gone = members[0]
    gone.valid_to = date(2026, 7, 9)
    gone.save()
    row = planned.attendances.get(member=gone)

    with REFUSED as raised:
        attendance.record_attendance(planned, {row.pk: "on_site"}, actor=officer)

    assert "見本 一郎さんは、令和8年7月10日には在任していない" in said(raised)
    assert attendance.prepare_roster(planned, actor=officer) == (0, 1)


def test_nobody_attends_online_where_that_is_not_offered(planned, officer):
    row = planned.attendances.first()
    with REFUSED as raised:
        attendance.record_attendance(planned, {row.pk: "online"}, actor=officer)
    assert "オンラインでは出席できません" in said(raised)
    with REFUSED:
        attendance.add_city_attendee(planned, post="区長", attending="online", actor=officer)

    sessions.change_session(planned, is_online=True, actor=officer)
    attendance.record_attendance(planned, {row.pk: "online"}, actor=officer)
    with REFUSED as raised:
        sessions.change_session(planned, is_online=False, actor=officer)
    assert "オンラインの出席が記録" in said(raised)


@pytest.mark.parametrize("marks", [{10**9: "on_site"}, {0: "absent"}])
def test_a_row_of_no_roster_is_refused_and_nothing_is_noted(planned, officer, marks):
    good = planned.attendances.first()
    with REFUSED as raised:
        attendance.record_attendance(planned, {good.pk: "on_site", **marks}, actor=officer)

    assert "名簿が変わりました" in said(raised)
    assert not Attendance.objects.exclude(attending="").exists()


def test_an_unknown_answer_is_refused(planned, officer):
    row = planned.attendances.first()
    with REFUSED as raised:
        attendance.record_attendance(planned, {row.pk: "asleep"}, actor=officer)

    assert "会場・オンライン・欠席から" in said(raised)


def test_advisers_and_the_city_make_no_quorum(planned, officer, at):
    Adviser.objects.create(name="見本 議員", valid_from=date(2023, 4, 30))
    attendance.prepare_roster(planned, actor=officer)
    adviser = planned.attendances.get(kind="adviser")
    attendance.record_attendance(planned, {adviser.pk: "on_site"}, actor=officer)
    attendance.add_city_attendee(planned, post="区長", attending="on_site", actor=officer)
    found = mark_all(planned, officer, "absent", 一郎="on_site")

    assert (found.members, found.attending, found.needed, found.is_enough) == (4, 1, 2, False)
    assert mark_all(planned, officer, "absent", 一郎="on_site", 花子="on_site").is_enough


def test_only_people_of_the_city_are_taken_off_by_hand(planned, officer):
    row = attendance.add_city_attendee(
        planned, post="区長", name="見本 区子", attending="on_site", actor=officer
    )
    attendance.remove_city_attendee(row, actor=officer)
    assert not Attendance.objects.filter(pk=row.pk).exists()
    with REFUSED as raised:
        attendance.remove_city_attendee(planned.attendances.first(), actor=officer)
    assert "在任期間によって" in said(raised)
    with REFUSED:
        attendance.add_city_attendee(planned, post="\x00", attending="on_site", actor=officer)


# --- held ---


def test_a_session_is_held_with_everybody_marked_and_its_minutes_begin(announced, officer, at):
    at("2026-07-10 22:00")
    mark_all(announced, officer, "on_site", 次郎="absent")

    found = hold(announced, officer)

    announced.refresh_from_db()
    assert found.words == "委員4人のうち3人が出席。定足数（2人）を満たしています。"
    assert announced.entries.first().text == found.words
    assert (announced.minutes.version, announced.minutes.body) == (1, "")
    assert session_state_of(announced) == SessionState.MINUTES
    with REFUSED as raised:
        hold(announced, officer)
    assert "すでに開かれています" in said(raised)


def test_a_session_without_a_quorum_is_recorded_and_says_so(announced, officer, at):
    at("2026-07-10 22:00")
    mark_all(announced, officer, "absent", 一郎="on_site")

    assert not hold(announced, officer).is_enough

    entry = announced.entries.first()
    assert "定足数を満たさず" in entry.title
    assert "満たしていません" in entry.text


@pytest.mark.parametrize(
    ("began", "ended", "refused"),
    [
        ("2026-07-10 19:00", "2026-07-10 19:00", "開会した日時より後"),
        ("2026-07-10 21:00", "2026-07-10 19:00", "開会した日時より後"),
        ("2026-07-10 22:01", "2026-07-10 22:30", "今より前"),
        ("2026-07-10 19:00", "2026-07-10 22:01", "今より前"),
        ("2026-07-09 19:00", "2026-07-09 21:00", "予定の日（令和8年7月10日）と違います"),
    ],
)
def test_the_times_of_a_session_have_to_be_possible(announced, officer, at, began, ended, refused):
    at("2026-07-10 22:00")
    mark_all(announced, officer)

    with REFUSED as raised:
        hold(announced, officer, began, ended)

    assert refused in said(raised)


def test_before_its_day_unannounced_or_with_gaps_no_session_was_held(
    planned, announced, officer, at, term
):
    with REFUSED as raised:
        hold(announced, officer)
    assert "まだ来ていません" in said(raised)
    assert "出席がまだ記録されていない委員がいます" in said(raised)
    at("2026-07-10 22:00")
    mark_all(announced, officer)
    add_member(term, "見本 追子", valid_from=date(2026, 7, 10))
    with REFUSED as raised:
        hold(announced, officer)
    assert "名簿を用意し直して" in said(raised)
    unannounced = add_session(term, number=2)
    with REFUSED as raised:
        hold(unannounced, officer)
    assert "先に公表" in said(raised)


def test_what_was_held_is_neither_called_off_nor_moved(announced, officer, manager, at):
    at("2026-07-10 22:00")
    mark_all(announced, officer)
    hold(announced, officer)

    with REFUSED as raised:
        sessions.cancel_session(announced, reason="台風", actor=manager)
    assert "中止にできません" in said(raised)
    with REFUSED:
        sessions.change_session(announced, place="x", actor=officer)
    with REFUSED:
        attendance.prepare_roster(announced, actor=officer)


def test_a_correction_of_attendance_after_the_session_stands_in_the_record(
    announced, officer, members, at
):
    at("2026-07-10 22:00")
    mark_all(announced, officer)
    hold(announced, officer)
    # Released afterwards, with effect from before: the roster of the session stays.
    members[0].valid_to = date(2026, 7, 1)
    members[0].save()

    found = mark_all(announced, officer, "on_site", 花子="absent")

    assert (found.members, found.attending) == (4, 3)
    entry = announced.entries.first()
    assert entry.title == "出席の記録を直しました。"
    assert "見本 花子：会場→欠席" in entry.text


# --- states in SQL ---


def test_the_state_in_sql_is_that_of_the_rule(term, members, officer, manager, at):
    at("2026-07-10 22:00")
    for number, (announces, cancels, holds) in enumerate(
        [(0, 0, 0), (1, 0, 0), (1, 1, 0), (1, 0, 1), (0, 1, 0)], start=1
    ):
        session = add_session(term, number=number)
        attendance.prepare_roster(session, actor=officer)
        sessions.set_agenda_item(session, number=1, title="x", actor=officer)
        if announces:
            sessions.announce_session(session, actor=manager)
        if cancels:
            sessions.cancel_session(session, reason="台風", actor=manager)
        if holds:
            mark_all(session, officer)
            hold(session, officer)

    rows = ForumSession.objects.annotate(state=state_in_sql())

    assert [row.state for row in rows.order_by("number")] == [
        "preparing", "announced", "cancelled", "minutes", "cancelled",
    ]  # fmt: skip
    assert all(row.state == session_state_of(row) for row in rows)


@pytest.mark.parametrize(("today", "late"), [("2026-08-09", False), ("2026-08-10", True)])
def test_minutes_are_late_past_the_target_of_their_day(
    announced, officer, practice, at, today, late
):
    at("2026-07-10 22:00")
    mark_all(announced, officer)
    hold(announced, officer)
    ForumPractice.objects.create(
        valid_from=date(2026, 7, 11), minutes_days=1, contact="x", source="x"
    )
    practices = list(ForumPractice.objects.order_by("-valid_from"))

    found = ForumSession.objects.filter(minutes_are_late(practices, date.fromisoformat(today)))

    assert found.exists() == late


# --- observers ---


@pytest.mark.parametrize(("now", "open_"), [("18:29", False), ("18:30", True), ("20:00", True)])
def test_the_desk_opens_half_an_hour_before(announced, officer, at, now, open_):
    at(f"2026-07-10 {now}")
    if open_:
        assert observers.take_observer(announced, name="見本", actor=officer).number == 1
        return
    with REFUSED as raised:
        observers.take_observer(announced, actor=officer)
    assert "令和8年7月10日 18:30から" in said(raised)


@pytest.fixture
def queue(announced, officer, at):
    """Make a queue of some people at the desk: `queue(3)`."""

    def come(number: int):
        at("2026-07-10 18:40")
        for _ in range(number):
            observers.take_observer(announced, actor=officer)
        return announced

    return come


def test_within_the_quota_everybody_listens_and_the_late_as_long_as_seats_are_left(queue, officer):
    session = queue(9)

    assert observers.draw_observers(session, actor=officer) == 9

    assert not Observer.objects.filter(drawn_place__isnull=False).exists()
    late = [observers.take_observer(session, actor=officer).is_admitted for _ in range(2)]
    assert late == [True, False]


def test_beyond_the_quota_the_lot_decides_once(queue, officer):
    session = queue(12)

    assert observers.draw_observers(session, actor=officer) == 10

    rows = list(Observer.objects.order_by("drawn_place"))
    assert [row.drawn_place for row in rows] == list(range(1, 13))
    assert [row.is_admitted for row in rows] == [True] * 10 + [False] * 2
    with REFUSED as raised:
        observers.draw_observers(session, actor=officer)
    assert "結果は変えられません" in said(raised)
    assert [row.pk for row in Observer.objects.order_by("drawn_place")] == [row.pk for row in rows]
    assert observers.take_observer(session, actor=officer).is_admitted is False


def test_nobody_is_drawn_of_nobody_and_odd_names_are_refused(announced, officer, at):
    at("2026-07-10 18:40")
    with REFUSED as raised:
        observers.draw_observers(announced, actor=officer)
    assert "受け付けた人がいません" in said(raised)
    with REFUSED:
        observers.take_observer(announced, name="見本\x00", actor=officer)
    with REFUSED:
        observers.take_observer(announced, name="あ" * 61, actor=officer)


def test_names_of_observers_are_emptied_for_sessions_before_a_day(announced, officer, at):
    at("2026-07-10 18:40")
    for name in ("見本 傍聴子", ""):
        observers.take_observer(announced, name=name, actor=officer)

    assert not observers.observers_to_erase(date(2026, 7, 10)).exists()
    assert observers.erase_observers(date(2026, 7, 10)) == 0
    assert observers.observers_to_erase(date(2026, 7, 11)).count() == 1
    assert observers.erase_observers(date(2026, 7, 11)) == 1
    assert observers.erase_observers(date(2026, 7, 11)) == 0

    rows = Observer.objects.order_by("number")
    assert [(row.number, row.name) for row in rows] == [(1, ""), (2, "")]


# --- papers ---


def pdf(name="資料.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


def test_a_paper_is_kept_published_withdrawn_and_replaced(planned, officer, manager):
    paper = papers.add_paper(planned, number="1", title="運営方針", file=pdf(), actor=officer)
    with REFUSED as raised:
        papers.publish_paper(paper, actor=manager)
    assert "先に会議の開催を公表" in said(raised)
    sessions.announce_session(planned, actor=manager)
    with pytest.raises(PermissionDenied):
        papers.publish_paper(paper, actor=officer)
    papers.publish_paper(paper, actor=manager)
    with REFUSED as raised:
        papers.add_paper(planned, number="1", title="別", file=pdf(), actor=officer)
    assert "すでにあります" in said(raised)

    papers.withdraw_paper(paper, reason="数字の誤り", actor=manager)

    paper.refresh_from_db()
    assert not paper.is_public
    with REFUSED:
        papers.publish_paper(paper, actor=manager)
    with REFUSED:
        papers.withdraw_paper(paper, reason="再び", actor=manager)
    assert papers.add_paper(planned, number="1", title="改", file=pdf(), actor=officer).pk


@pytest.mark.parametrize(
    ("file", "refused"),
    [
        (None, "ファイルを選んで"),
        (pdf("資料.exe", b"MZ" + b"\0" * 60), "受け付けられません"),
        (pdf("資料.pdf", b""), "空です"),
    ],
)
def test_a_file_that_is_no_paper_is_refused(planned, officer, file, refused):
    with REFUSED as raised:
        papers.add_paper(planned, number="1", title="x", file=file, actor=officer)

    assert refused in said(raised)
