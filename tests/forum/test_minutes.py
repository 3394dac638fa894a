"""会議録: two writers, two people, publication, correction, the Word file, and who is reminded."""

from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from docx import Document

from councils.forum.choices import Attending, MinutesState
from councils.forum.minutes_document import minutes_docx
from councils.forum.models import Adviser, ForumOffice, ForumPractice, Opinion
from councils.forum.services import attendance, minutes, sessions
from councils.forum.services.session_reminders import remind_of_sessions
from councils.forum.services.session_rows import part_url
from wards.desk.choices import NoticeKind
from wards.desk.models import Notice
from wards.desk.services import mark_done

from .conftest import add_session
from .published import answer
from .test_sessions import moment, move, plan, said

REFUSED = pytest.raises(ValidationError)


@pytest.fixture
def held(term, members, officer, manager, at):
    """The plenary of 10 July 2026, held that evening; its minutes are empty."""
    at("2026-06-01 10:00")
    Adviser.objects.create(name="見本 議員", valid_from=date(2023, 4, 30))
    session = plan(officer, is_online=True)
    sessions.set_agenda_item(session, number=1, title="運営方針", papers="資料1", actor=officer)
    sessions.announce_session(session, actor=manager)
    at("2026-07-10 22:00")
    marks = ["on_site", "on_site", "online", "absent", "on_site"]
    rows = session.attendances.order_by("pk").values_list("pk", flat=True)
    attendance.record_attendance(session, dict(zip(rows, marks, strict=True)), actor=officer)
    attendance.add_city_attendee(
        session, post="区長", name="見本 区長", attending="on_site", actor=officer
    )
    sessions.record_held(
        session,
        began_at=moment("2026-07-10 19:00"),
        ended_at=moment("2026-07-10 21:05"),
        actor=officer,
    )
    session.refresh_from_db()
    return session


BODY = "（議長）始めます。\n○委員：公園について。\n（市側）調べます。"


def write(session, actor, body=BODY, version=1):
    return minutes.save_minutes(session, body=body, version=version, actor=actor)


@pytest.fixture
def confirmed(held, officer, manager):
    write(held, officer)
    minutes.confirm_minutes(held, actor=manager)
    held.minutes.refresh_from_db()
    return held


@pytest.fixture
def published(confirmed, manager):
    minutes.publish_minutes(confirmed, actor=manager)
    confirmed.minutes.refresh_from_db()
    return confirmed


# --- writing ---


def test_the_second_writer_gets_the_first_text_and_saves_on_top_of_it(held, officer, hire):
    second = hire("kita", "officer")
    write(held, officer, "一人目")

    with pytest.raises(minutes.StaleMinutesError) as raised:
        write(held, second, "二人目")

    stored = raised.value.stored
    assert (stored.body, stored.version, stored.saved_by) == ("一人目", 2, officer)
    write(held, second, "一人目と二人目", stored.version)
    held.minutes.refresh_from_db()
    assert (held.minutes.body, held.minutes.version) == ("一人目と二人目", 3)


def test_the_same_text_again_is_no_new_version_and_takes_back_no_confirmation(confirmed, officer):
    assert write(confirmed, officer, BODY.replace("\n", "\r\n") + "\r\n", 1).version == 2

    confirmed.minutes.refresh_from_db()
    assert confirmed.minutes.confirmed_at is not None


@pytest.mark.parametrize(
    ("body", "refused"),
    [("あ" * 200_001, "200,000文字以内"), ("あ" * 300_000, "300,000文字"), ("a\x00b", "制御文字")],
)
def test_a_text_that_cannot_be_kept_is_refused(held, officer, body, refused):
    with REFUSED as raised:
        write(held, officer, body)

    assert refused in said(raised)


def test_the_longest_text_is_kept(held, officer):
    assert len(write(held, officer, "あ" * 200_000).body) == 200_000


def test_there_are_no_minutes_of_what_was_not_held(term, officer, manager):
    with REFUSED as raised:
        write(add_session(term), officer)
    assert minutes.NOT_HELD in said(raised)
    with REFUSED:
        minutes.publish_minutes(add_session(term, number=2), actor=manager)


# --- two people ---


def test_nobody_confirms_ones_own_text_nor_an_empty_one(held, manager, hire):
    with REFUSED as raised:
        minutes.confirm_minutes(held, actor=manager)
    assert "まだ書かれていません" in said(raised)
    write(held, manager)
    with REFUSED as raised:
        minutes.confirm_minutes(held, actor=manager)
    assert "別の人が確認" in said(raised)

    minutes.confirm_minutes(held, actor=hire("kita", "manager"))


def test_who_may_not_publish_does_not_and_the_unconfirmed_is_not_published(
    held, officer, manager, mayor
):
    write(held, officer)
    with pytest.raises(PermissionDenied):
        minutes.confirm_minutes(held, actor=officer)
    with pytest.raises(PermissionDenied):
        write(held, mayor, "x", 2)
    with REFUSED as raised:
        minutes.publish_minutes(held, actor=manager)
    assert "確認していない会議録は公表できません" in said(raised)


def test_what_was_not_read_is_not_confirmed(held, officer, manager):
    write(held, officer)

    with REFUSED as raised:
        minutes.confirm_minutes(held, actor=manager, version=1)

    assert "読み直して" in said(raised)


def test_saving_after_the_confirmation_takes_it_back(confirmed, officer, manager):
    write(confirmed, officer, f"{BODY}\n（議長）以上です。", 2)

    confirmed.minutes.refresh_from_db()
    assert minutes.minutes_state(confirmed.minutes) == MinutesState.DRAFT
    assert "確認を取り消しました" in confirmed.entries.first().title
    with REFUSED:
        minutes.publish_minutes(confirmed, actor=manager)


def put_on_the_agenda(session, officer):
    sessions.set_agenda_item(session, number=2, title="その他", actor=officer)


def take_off_the_agenda(session, officer):
    sessions.remove_agenda_item(session.agenda.get(number=3), actor=officer)


def correct_attendance(session, officer):
    row = session.attendances.filter(attending=Attending.ABSENT).get()
    attendance.record_attendance(session, {row.pk: "online"}, actor=officer)


def bring_somebody_of_the_city(session, officer):
    attendance.add_city_attendee(session, post="副区長", attending="on_site", actor=officer)


def remove_somebody_of_the_city(session, officer):
    attendance.remove_city_attendee(session.attendances.get(kind="city"), actor=officer)


@pytest.mark.parametrize(
    "change",
    [
        put_on_the_agenda,
        take_off_the_agenda,
        correct_attendance,
        bring_somebody_of_the_city,
        remove_somebody_of_the_city,
    ],
)
def test_what_minutes_print_beside_their_text_takes_the_confirmation_back(
    held, officer, manager, change
):
    sessions.set_agenda_item(held, number=3, title="報告", actor=officer)
    write(held, officer)
    minutes.confirm_minutes(held, actor=manager)

    change(held, officer)

    held.minutes.refresh_from_db()
    assert minutes.minutes_state(held.minutes) == MinutesState.DRAFT
    assert (held.minutes.confirmed_by, held.minutes.version) == (None, 3)
    ended = held.entries.get(title=minutes.CONFIRMATION_ENDED)
    assert ended.text
    with REFUSED:
        minutes.publish_minutes(held, actor=manager)
    with REFUSED as raised:
        minutes.confirm_minutes(held, actor=manager, version=2)
    assert "読み直して" in said(raised)
    minutes.confirm_minutes(held, actor=manager, version=3)


def test_attendance_recorded_as_it_was_leaves_the_confirmation(confirmed, officer):
    marks = {row.pk: row.attending for row in confirmed.attendances.all()}

    attendance.record_attendance(confirmed, marks, actor=officer)

    confirmed.minutes.refresh_from_db()
    assert minutes.minutes_state(confirmed.minutes) == MinutesState.CONFIRMED


def test_attendance_corrected_after_publication_leaves_it_published(published, manager):
    correct_attendance(published, manager)

    published.minutes.refresh_from_db()
    assert minutes.minutes_state(published.minutes) == MinutesState.PUBLISHED
    assert published.minutes.confirmed_at is not None


def test_a_confirmation_is_taken_back_for_a_reason_before_publication_alone(confirmed, manager):
    with REFUSED as raised:
        minutes.reopen_minutes(confirmed, reason=" ", actor=manager)
    assert "理由" in said(raised)
    minutes.reopen_minutes(confirmed, reason="誤字", actor=manager)
    assert confirmed.entries.first().text == "誤字"
    with REFUSED:
        minutes.reopen_minutes(confirmed, reason="再び", actor=manager)


# --- published ---


def test_what_is_published_is_never_rewritten_in_silence(published, officer, manager):
    for step in (
        lambda: write(published, officer, "別", 2),
        lambda: minutes.reopen_minutes(published, reason="x", actor=manager),
        lambda: minutes.publish_minutes(published, actor=manager),
        lambda: sessions.set_agenda_item(published, number=2, title="x", actor=officer),
        lambda: minutes.correct_minutes(published, body=BODY, reason="x", actor=manager),
        lambda: minutes.correct_minutes(published, body=" ", reason="x", actor=manager),
        lambda: minutes.correct_minutes(published, body="別", reason=" ", actor=manager),
    ):
        with REFUSED:
            step()
    with pytest.raises(PermissionDenied):
        minutes.correct_minutes(published, body="別", reason="x", actor=officer)
    published.minutes.refresh_from_db()
    assert published.minutes.body == BODY


def test_a_correction_stands_in_the_record_with_both_texts(published, manager):
    body = BODY.replace("公園", "道路")
    with pytest.raises(minutes.StaleMinutesError):
        minutes.correct_minutes(published, body=body, reason="聞き違い", version=1, actor=manager)

    minutes.correct_minutes(published, body=body, reason="聞き違い", version=2, actor=manager)

    entry = published.entries.first()
    assert (
        entry.text == "理由：聞き違い\n2行目：「○委員：公園について。」→「○委員：道路について。」"
    )
    published.minutes.refresh_from_db()
    assert published.minutes.published_at is not None
    assert published.minutes.body == body


def test_attendance_after_publication_is_for_who_publishes(published, officer, manager):
    row = published.attendances.filter(attending=Attending.ABSENT).get()

    with pytest.raises(PermissionDenied):
        attendance.record_attendance(published, {row.pk: "online"}, actor=officer)
    assert attendance.record_attendance(published, {row.pk: "online"}, actor=manager).attending == 4


# --- the Word file ---


def text_of(file) -> str:
    return "\n".join(one.text for one in Document(BytesIO(file.read())).paragraphs)


def opinion(number, received_on, officer, session, **more):
    return Opinion.objects.create(
        fiscal_year=2025, number=number, source="session", session=session, title=f"意見{number}",
        received_on=received_on, due_on=received_on, text="見本", section="地域課",
        registered_by=officer, **more,
    )  # fmt: skip


def test_the_word_file_has_the_citys_layout(published, term, members, officer):
    ForumOffice.objects.create(
        member=members[0], term=term, kind="chair", valid_from=term.valid_from
    )

    text = text_of(minutes_docx(published))

    for line in (
        "令和8年度 第1回 区政会議 会議録",
        "令和8年7月10日（金曜日）午後7時00分から午後9時05分まで",
        "北区役所 402会議室（オンラインを併用）",
        "（会場）見本 一郎（議長）、見本 花子",
        "（オンライン）見本 次郎",
        "（欠席）見本 公子",
        "（会場）見本 議員",
        "（会場）区長 見本 区長",
        "（1）運営方針（区の事業）　資料：資料1",
        "（委員）\n公園について。",
    ):
        assert line in text
    assert "案です" not in text
    assert "別紙" not in text


def test_a_draft_is_for_staff_and_says_that_it_is_one(held):
    with REFUSED:
        minutes_docx(held)

    assert "※公表前の案です。" in text_of(minutes_docx(held, for_staff=True))


def test_open_opinions_from_before_hang_at_the_end_for_the_public_only_if_published(
    published, officer
):
    old = opinion(1, date(2026, 3, 10), officer, published)
    opinion(2, date(2026, 7, 10), officer, published)
    opinion(
        3, date(2026, 3, 1), officer, published, closed_on=date(2026, 7, 10), closing="できました。"
    )
    closed_later = opinion(
        4, date(2026, 7, 9), officer, published, closed_on=date(2026, 7, 11), closing="できました。"
    )

    text = text_of(minutes_docx(published, for_staff=True))

    assert "別紙　前回までの意見（対応中）" in text
    assert f"{old.label}　意見1（4か月）\n{closed_later.label}　意見4（1日）" in text
    assert "意見2" not in text
    assert "意見3" not in text
    text = text_of(minutes_docx(published))
    assert "別紙　前回までの意見（対応中）\n回答を準備している意見が2件あります。" in text
    assert old.label not in text


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_the_appendix_lists_what_the_page_lists_and_counts_the_others(
    published, officer, client_at, state
):
    shown = opinion(1, date(2026, 3, 10), officer, published)
    answer(shown, officer, state)
    answer(opinion(2, date(2026, 3, 11), officer, published), officer, "approved")

    text = text_of(minutes_docx(published))
    page = client_at("kita").get(f"/forum/sessions/{published.pk}/").content.decode()

    assert f"{shown.label}　意見1（4か月）" in text
    assert "意見2" not in text
    assert "意見1</a>" in page[page.index("前の会議までの意見") :]
    for told_in in (text, page):
        assert "ほかに、回答を準備している意見が1件あります。" in told_in


def test_made_up_minutes_say_so_in_their_heading(published):
    assert "【見本】" not in text_of(minutes_docx(published))
    published.is_demo = True

    assert "【見本】令和8年度 第1回 区政会議 会議録" in text_of(minutes_docx(published))


def test_characters_that_xml_cannot_write_do_not_spoil_the_file(published):
    published.place = "会議室\x0b￾"

    assert "会議室（オンライン" in text_of(minutes_docx(published))


# --- reminders ---


def told(person, part, session) -> list[str]:
    rows = Notice.objects.filter(person=person, url=part_url(session, part), done_at=None)
    return [row.text for row in rows.order_by("pk")]


def test_papers_are_told_of_three_days_before_and_when_late(term, officer, manager, at):
    at("2026-06-01 10:00")
    session = plan(officer)
    for day, count, notices in (
        (date(2026, 6, 29), 0, 0),
        (date(2026, 6, 30), 1, 1),
        (date(2026, 7, 3), 1, 1),
        (date(2026, 7, 4), 1, 2),
        (date(2026, 7, 10), 1, 2),
        (date(2026, 7, 11), 0, 2),
    ):
        assert remind_of_sessions(day)["papers"] == count
        assert len(told(officer, "papers", session)) == notices
    at("2026-07-10 10:00")
    sessions.record_papers_sent(session, day=date(2026, 7, 10), actor=officer)
    assert told(officer, "papers", session) == []
    assert remind_of_sessions(date(2026, 7, 10))["papers"] == 0


def test_a_session_not_announced_by_its_day_is_told_to_who_announces(term, officer, manager, at):
    at("2026-06-01 10:00")
    session = plan(officer)
    sessions.set_agenda_item(session, number=1, title="x", actor=officer)

    assert remind_of_sessions(date(2026, 6, 25))["notices"] == 0
    assert remind_of_sessions(date(2026, 6, 26))["notices"] == 1
    remind_of_sessions(date(2026, 6, 26))
    remind_of_sessions(date(2026, 6, 27))

    assert len(told(manager, "notice", session)) == 2
    assert told(officer, "notice", session) == []
    sessions.announce_session(session, actor=manager)
    assert told(manager, "notice", session) == []


def test_a_session_moved_away_and_back_is_told_of_again(term, officer, manager, hire, at):
    at("2026-06-01 10:00")
    session = plan(officer)
    other = hire("kita", "manager")
    remind_of_sessions(date(2026, 6, 30))
    first = told(manager, "notice", session), told(officer, "papers", session)
    dismissed = Notice.objects.get(person=other, url=part_url(session, "notice"))
    mark_done(dismissed, other)

    move(session, "2026-08-10", officer)
    remind_of_sessions(date(2026, 8, 1))
    assert len(told(manager, "notice", session)) == 1
    move(session, "2026-07-10", officer)
    assert told(manager, "notice", session) == told(officer, "papers", session) == []

    remind_of_sessions(date(2026, 6, 30))
    assert (told(manager, "notice", session), told(officer, "papers", session)) == first
    # What somebody put away by hand stays away.
    assert told(other, "notice", session) == []


def test_a_session_of_which_nothing_was_recorded_is_told_of(term, members, officer, manager, at):
    at("2026-06-01 10:00")
    session = plan(officer)
    sessions.set_agenda_item(session, number=1, title="x", actor=officer)
    sessions.announce_session(session, actor=manager)

    assert remind_of_sessions(date(2026, 7, 10))["unrecorded"] == 0
    assert remind_of_sessions(date(2026, 7, 11))["unrecorded"] == 1
    assert len(told(officer, "held", session)) == 1
    sessions.cancel_session(session, reason="台風", actor=manager)
    assert told(officer, "held", session) == []
    assert remind_of_sessions(date(2026, 7, 12))["unrecorded"] == 0


def test_missing_minutes_are_told_to_writers_twice_and_past_the_target_to_the_head(
    held, officer, manager
):
    for day, to_officer, to_manager in (
        (date(2026, 7, 12), 0, 0),
        (date(2026, 7, 13), 1, 1),
        (date(2026, 7, 16), 1, 1),
        (date(2026, 7, 17), 2, 2),
        (date(2026, 8, 9), 2, 2),
        (date(2026, 8, 10), 2, 3),
        (date(2026, 8, 11), 2, 3),
    ):
        remind_of_sessions(day)
        assert len(told(officer, "minutes", held)) == to_officer
        assert len(told(manager, "minutes", held)) == to_manager
    last = Notice.objects.filter(person=manager).order_by("pk").last()
    assert last.kind == NoticeKind.ESCALATED
    assert "会議から31日たっても" in last.text
    write(held, officer)
    minutes.confirm_minutes(held, actor=manager)
    minutes.publish_minutes(held, actor=manager)
    assert told(manager, "minutes", held) == []
    assert remind_of_sessions(date(2026, 8, 12))["minutes"] == 0


def test_the_target_is_that_of_the_day_of_the_session(held, manager):
    ForumPractice.objects.create(
        valid_from=date(2026, 7, 10), minutes_days=10, contact="x", source="x"
    )

    remind_of_sessions(date(2026, 7, 21))

    assert "目標は10日以内" in told(manager, "minutes", held)[0]
