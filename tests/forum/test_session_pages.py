# ruff: noqa: F811  fixtures of other files are named as such
"""The staff pages of sessions: what each person finds, two writers by HTTP, bad input, what they cost."""

import re
from datetime import date
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from councils.forum.models import ForumSession, Minutes, Observer, Opinion
from councils.forum.services import attendance, minutes, observers, sessions
from wards.desk.models import AccessEvent

from .conftest import add_member, add_session
from .test_minutes import BODY, held, write  # noqa: F401  a fixture
from .test_sessions import PDF, add_opinion, announced, mark_all, plan, planned  # noqa: F401  fixtures

LIST = "/admin/ward_forum/forumsession/"


@pytest.fixture
def desk(sign_in, officer):
    """The officer's browser in 北区."""
    return sign_in(officer, "kita")


@pytest.fixture
def chief(sign_in, manager):
    """The manager's browser in 北区."""
    return sign_in(manager, "kita")


def page_of(session) -> str:
    return f"{LIST}{session.pk}/change/"


def act(browser, session, code, **data):
    return browser.post(f"{LIST}{session.pk}/act/{code}/", data, follow=True)


def minutes_of(session) -> str:
    return f"{LIST}{session.pk}/minutes/"


# --- planning and the walk through the page ---


PLAN = {
    "day": "令和8年7月10日",
    "starts": "午後7時",
    "ends": "21:00",
    "place": "北区役所 402会議室",
}


def test_the_button_that_adds_and_its_page_have_the_same_words(desk, term):
    listed = desk.get(LIST).content.decode()
    assert 'class="addlink">会議を計画する</a>' in listed
    assert "「会議を計画する」から登録してください。" in listed
    assert "<h1>会議を計画する</h1>" in desk.get(f"{LIST}add/").content.decode()


def test_a_session_walks_from_the_plan_to_its_published_minutes(
    desk, chief, term, members, at, officer
):
    at("2026-06-01 10:00")
    found = desk.post(f"{LIST}add/", PLAN, follow=True)
    session = ForumSession.objects.get()
    assert "議題を登録してください。" in found.content.decode()
    act(desk, session, "set_item", number="1", title="運営方針", scope="ward")
    found = act(
        desk,
        session,
        "add_paper",
        number="1",
        title="方針",
        file=SimpleUploadedFile("方針.pdf", PDF, "application/pdf"),
    )
    assert "資料「1 方針」を登録しました。" in found.content.decode()
    paper = session.papers.get()
    got = desk.get(f"{LIST}{session.pk}/papers/{paper.pk}/")
    assert b"".join(got.streaming_content) == PDF
    assert "開催を公表しました。" in act(chief, session, "announce").content.decode()
    act(chief, session, "publish_paper", paper=paper.pk)
    paper.refresh_from_db()
    assert paper.is_public
    at("2026-07-02 10:00")
    act(desk, session, "sent", day="令和8年7月2日")
    at("2026-07-10 18:40")
    assert "傍聴1番を受け付けました。" in act(desk, session, "take", name="見本").content.decode()
    assert "（1人）" in act(desk, session, "draw").content.decode()
    at("2026-07-10 22:00")
    marks = {f"a{row.pk}": "on_site" for row in session.attendances.all()}
    assert "委員4人のうち4人が出席" in act(desk, session, "record", **marks).content.decode()
    act(desk, session, "add_city", post="区長", name="見本", attending="on_site")
    found = act(desk, session, "hold", began="19:00", ended="21時05分").content.decode()
    assert "会議を開いたことを記録しました。" in found
    assert "会議から0日（目標まで30日）" in found
    desk.post(minutes_of(session), {"body": BODY, "version": "1"})
    assert "内容を確認しました。" in act(chief, session, "confirm", version="2").content.decode()
    found = act(chief, session, "publish").content.decode()
    assert "会議録を公表しました。" in found
    assert "会議録まで公表しました。" in found


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"day": "令和2年7月10日"}, "任期がありません"),
        ({"day": "令和99年13月1日"}, "という日はありません"),
        ({"day": "9999-12-31"}, "任期がありません"),
        ({"day": "0001-01-01"}, "任期がありません"),
        ({"starts": "25:00"}, "その時刻はありません"),
        ({"starts": "夜"}, "時刻を読み取れません"),
        ({"ends": "午後6時半"}, "開会の後に"),
        ({"place": ""}, "場所を入力"),
        ({"observers": "9" * 40}, "0から500までの数字"),
        ({"observers": "-1"}, "0から500までの数字"),
        ({"subcommittee": "9" * 30}, "選び直して"),
        ({"streaming_url": "javascript:alert(1)"}, "URL"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_and_keeps_what_was_typed(desk, term, more, refused):
    found = desk.post(f"{LIST}add/", {**PLAN, **more})

    assert found.status_code == HTTPStatus.OK
    assert refused in found.content.decode()
    assert "北区役所 402会議室" in found.content.decode() or "place" in more
    assert not ForumSession.objects.exists()


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("set_item", {"number": "9" * 30, "title": "x", "scope": "ward"}),
        ("set_item", {"number": "1", "title": "x", "scope": "bureau", "bureau": "99999999999999999999"}),
        ("remove_item", {"item": "x"}),
        ("change", {}),
        ("change", {**PLAN, "number": "0"}),
        ("sent", {"day": "令和99年1月1日"}),
        ("record", {"a1": "on_site"}),
        ("record", {"a99999999999999999": "absent"}),
        ("record", {"a１": "absent", "a": "x"}),
        ("add_city", {"post": "", "attending": "on_site"}),
        ("add_city", {"post": "区長", "attending": "online"}),
        ("remove_city", {"row": "0"}),
        ("add_paper", {"number": "1", "title": "x", "file": "文字"}),
        ("publish_paper", {"paper": "'"}),
        ("withdraw_paper", {"paper": "1"}),
        ("hold", {"began": "あ", "ended": ""}),
        ("hold", {"began": "21:00", "ended": "19:00"}),
        ("confirm", {"version": "9" * 30}),
        ("confirm", {}),
        ("publish", {}),
        ("reopen", {"reason": ""}),
        ("cancel", {"reason": "あ" * 2_000}),
        ("take", {"name": "あ" * 61}),
        ("draw", {}),
    ],
)  # fmt: skip
def test_bad_input_is_answered_in_words(chief, planned, code, data):
    found = act(chief, planned, code, **data)

    assert found.status_code == HTTPStatus.OK
    assert "次の理由で、まだ何も変えていません。" in found.content.decode() or code == "record"
    planned.refresh_from_db()
    assert planned.cancelled_at is None
    assert not Minutes.objects.exists()


def test_who_may_not_announce_is_told_so_when_moving_what_was_announced(desk, chief, announced):
    same = {"number": "1", "observers": "10", "desk_minutes": "30", "contact": "地域課"}
    moved = {**PLAN, **same, "day": "令和8年7月11日", "papers_due_on": "令和8年7月3日"}
    assert "開催の公表を行える人（区課長）です。" in desk.get(page_of(announced)).content.decode()

    found = act(desk, announced, "change", **moved)

    assert found.status_code == HTTPStatus.FORBIDDEN
    assert "開催の公表を行える人（区課長）です。" in found.content.decode()
    assert "保存しました。" in act(chief, announced, "change", **moved).content.decode()
    announced.refresh_from_db()
    assert announced.starts_at.date() == date(2026, 7, 11)


def test_that_a_session_with_opinions_is_not_called_off_is_told_beforehand(
    chief, announced, officer
):
    add_opinion(announced, officer, "session", date(2026, 7, 10))

    assert "この会議での意見が登録されています。" in chief.get(page_of(announced)).content.decode()


def test_nul_bytes_are_turned_away_at_the_door(desk, planned):
    found = desk.post(f"{LIST}{planned.pk}/act/set_item/", {"number": "1", "title": "a\x00b"})

    assert found.status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    "address",
    ["999999/change/", "9" * 40 + "/change/", "x/change/", "1/minutes/", "999999999999999999999/minutes/", "999999/observers/"],
)  # fmt: skip
def test_a_number_of_no_session_is_not_found(desk, kita, address):
    assert desk.get(f"{LIST}{address}").status_code == HTTPStatus.NOT_FOUND


def test_a_paper_of_another_session_or_of_none_is_not_found(desk, planned):
    for number in ("1", "9" * 25):
        found = desk.get(f"{LIST}{planned.pk}/papers/{number}/")
        assert found.status_code == HTTPStatus.NOT_FOUND


def test_a_roster_that_changed_meanwhile_is_told_of(desk, planned, officer, members):
    rows = {f"a{row.pk}": "on_site" for row in planned.attendances.all()}
    members[0].valid_to = date(2026, 7, 9)
    members[0].save()
    attendance.prepare_roster(planned, actor=officer)

    found = act(desk, planned, "record", **rows).content.decode()

    assert "名簿が変わりました" in found
    assert not planned.attendances.exclude(attending="").exists()


def test_what_comes_back_from_before_hangs_below_the_agenda(
    desk,
    planned,
    officer,
    monkeypatch,
):
    monkeypatch.setattr(Opinion, "get_absolute_url", lambda self: "/admin/")
    Opinion.objects.create(
        fiscal_year=2025, number=12, source="session", session=planned, title="公園の灯り",
        received_on=date(2026, 3, 10), due_on=date(2026, 5, 10), text="見本", section="地域課",
        registered_by=officer,
    )  # fmt: skip

    found = desk.get(page_of(planned)).content.decode()

    assert "前回までの意見（対応中）" in found
    assert re.search(r"R07-0012 公園の灯り</a> <span class=\"quiet-text\">4か月　地域課", found)


def test_of_a_session_to_come_no_quorum_is_judged(desk, announced, members, officer, at):
    to_come = desk.get(page_of(announced)).content.decode()
    assert "会議は令和8年7月10日です。委員4人のうち2人の出席で、定足数を満たします。" in to_come
    assert "定足数（" not in to_come
    assert "まだ記録していません" not in to_come
    assert "act/record/" not in to_come
    assert "開会前（2人）" in desk.get(LIST).content.decode()
    at("2026-07-10 18:50")
    on_the_day = desk.get(page_of(announced)).content.decode()
    assert "出席は、まだ記録していません。委員4人のうち2人の出席で" in on_the_day
    assert "act/record/" in on_the_day
    mark_all(announced, officer)
    assert "委員4人のうち4人が出席。" in desk.get(page_of(announced)).content.decode()


def test_where_minutes_lead_on_nothing_says_that_there_is_no_step(desk, held):
    page = desk.get(page_of(held)).content.decode()
    assert "会議録のページへ" in page
    assert "手続きは、いまありません" not in page


def test_every_page_marks_the_tab_it_stands_under(chief, held, members):
    pages = (LIST, f"{LIST}add/", page_of(held), minutes_of(held), f"{LIST}{held.pk}/observers/")
    found = [marked_tabs(chief.get(address)) for address in pages]
    assert found == [[("page", "会議")], *[[("true", "会議")]] * 4]
    member = "/admin/ward_forum/forummember/"
    assert marked_tabs(chief.get(member)) == [("true", "委員の任期")]
    assert marked_tabs(chief.get(f"{member}{members[0].pk}/change/")) == [("true", "委員の任期")]


def marked_tabs(response) -> list[tuple[str, str]]:
    """Return how the tabs of a page are marked, and which."""
    nav = re.search(r'<nav class="places".*?</nav>', response.content.decode(), re.S)[0]
    return re.findall(r'aria-current="(\w+)">(\S+)', nav.replace("<span", " ").replace("</a>", " "))


def test_the_mayor_reads_and_changes_nothing(sign_in, mayor, planned):
    browser = sign_in(mayor, "kita")
    found = browser.get(page_of(planned)).content.decode()

    assert "/act/" not in found
    forbidden = browser.post(f"{LIST}{planned.pk}/act/set_item/", {})
    assert forbidden.status_code == HTTPStatus.FORBIDDEN
    assert browser.post(f"{LIST}add/", PLAN).status_code == HTTPStatus.FORBIDDEN


# --- minutes by HTTP ---


def test_two_officers_write_at_once_and_nothing_is_lost(sign_in, desk, hire, held):
    other = sign_in(hire("kita", "officer"), "kita")
    for browser in (desk, other):
        assert 'name="version" value="1"' in browser.get(minutes_of(held)).content.decode()
    first = desk.post(minutes_of(held), {"body": "（議長）一人目の文。", "version": "1"})
    assert first.status_code == HTTPStatus.FOUND

    second = other.post(minutes_of(held), {"body": "（議長）二人目の文。", "version": "1"})

    found = second.content.decode()
    assert second.status_code == HTTPStatus.CONFLICT
    assert "先に保存しました" in found
    assert '<del><span class="visually-hidden">前の値 </span>（議長）一人目の文。</del>' in found
    assert "（議長）二人目の文。</textarea>" in found
    assert 'name="version" value="2"' in found
    assert Minutes.objects.get().body == "（議長）一人目の文。"
    merged = {"body": "（議長）一人目の文。\n（議長）二人目の文。", "version": "2"}
    assert other.post(minutes_of(held), merged).status_code == HTTPStatus.FOUND
    assert Minutes.objects.get().body == merged["body"]


def test_three_hundred_thousand_characters_are_refused_and_stay_in_the_form(desk, held):
    body = "会議の記録" * 60_000

    found = desk.post(minutes_of(held), {"body": body, "version": "1"})

    assert found.status_code == HTTPStatus.OK
    text = found.content.decode()
    assert "200,000文字以内で入力してください（現在300,000文字）。" in text
    assert body in text
    assert Minutes.objects.get().version == 1
    assert 'enctype="multipart/form-data"' in desk.get(minutes_of(held)).content.decode()


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "１"])
def test_a_version_that_is_none_loses_nothing(desk, held, version):
    found = desk.post(minutes_of(held), {"body": "書いた文", "version": version})

    assert found.status_code in (HTTPStatus.OK, HTTPStatus.FOUND)
    if found.status_code == HTTPStatus.OK:
        assert "書いた文" in found.content.decode()
        assert Minutes.objects.get().version == 1


def test_odd_characters_in_minutes_are_told_and_kept(desk, held):
    found = desk.post(minutes_of(held), {"body": "文\x08章", "version": "1"})

    assert "制御文字" in found.content.decode()


def test_the_confirmed_text_is_read_by_the_mayor_and_corrected_by_the_manager(
    desk,
    chief,
    sign_in,
    mayor,
    held,
    officer,
    manager,
):
    write(held, officer)
    minutes.confirm_minutes(held, actor=manager)
    minutes.publish_minutes(held, actor=manager)
    reader = sign_in(mayor, "kita")

    assert "（市側）調べます。" in reader.get(minutes_of(held)).content.decode()
    for browser in (reader, desk):
        refused = browser.post(minutes_of(held), {"body": "x", "version": "2"})
        assert refused.status_code == HTTPStatus.FORBIDDEN
    found = chief.post(
        minutes_of(held), {"body": "（議長）直しました。", "version": "2", "reason": ""}
    )
    assert "訂正の理由を入力してください。" in found.content.decode()
    chief.post(
        minutes_of(held), {"body": "（議長）直しました。", "version": "2", "reason": "聞き違い"}
    )
    assert Minutes.objects.get().body == "（議長）直しました。"


def test_the_word_file_comes_under_its_name(desk, held):
    got = desk.get(f"{minutes_of(held)}word/")

    assert b"".join(got.streaming_content)[:2] == b"PK"
    assert "wordprocessingml" in got.headers["Content-Type"]
    assert "filename*=utf-8''%E4%BC%9A" in got.headers["Content-Disposition"]


# --- observers ---


def test_names_of_observers_are_shown_when_asked_for_and_that_is_noted(
    desk,
    announced,
    officer,
    at,
    sign_in,
    mayor,
):
    at("2026-07-10 18:40")
    observers.take_observer(announced, name="見本 傍聴子", actor=officer)
    observers.draw_observers(announced, actor=officer)
    address = f"{LIST}{announced.pk}/observers/"

    listed = desk.get(address).content.decode()
    assert "1番" in listed
    assert "見本 傍聴子" not in listed
    assert "見本 傍聴子" in desk.post(f"{address}names/").content.decode()
    assert AccessEvent.objects.filter(detail__page="傍聴者の氏名").count() == 1
    assert desk.get(f"{address}names/").status_code == HTTPStatus.FOUND
    forbidden = sign_in(mayor, "kita").post(f"{address}names/")
    assert forbidden.status_code == HTTPStatus.FORBIDDEN
    assert "見本 傍聴子" not in desk.get(page_of(announced)).content.decode()


def test_of_two_presses_of_the_draw_the_second_is_refused(desk, announced, officer, at):
    at("2026-07-10 18:40")
    for _ in range(12):
        observers.take_observer(announced, actor=officer)
    act(desk, announced, "draw")
    order = list(Observer.objects.values_list("number", "drawn_place"))

    with CaptureQueriesContext(connection) as asked:
        found = act(desk, announced, "draw").content.decode()

    assert "結果は変えられません" in found
    assert list(Observer.objects.values_list("number", "drawn_place")) == order
    # Decided under the lock of the session: two at the same moment are one after the other.
    locks = [one["sql"] for one in asked if "FOR UPDATE" in one["sql"]]
    assert "forumsession" in locks[0]


# --- the list ---


def names_of(browser, query="") -> list[str]:
    rows = browser.get(f"{LIST}{query}").context["cl"].result_list
    return [str(row) for row in rows]


def test_late_minutes_come_first_then_what_comes_by_its_day(
    desk, term, members, officer, manager, at
):
    at("2026-06-01 10:00")
    days = ["2026-06-10", "2026-07-01", "2026-09-10", "2026-08-20", "2026-10-01"]
    made = []
    for number, day in enumerate(days, start=1):
        session = add_session(term, f"{day} 19:00", number=number)
        attendance.prepare_roster(session, actor=officer)
        sessions.set_agenda_item(session, number=1, title=f"議題{number}", actor=officer)
        sessions.announce_session(session, actor=manager)
        made.append(session)
    sessions.cancel_session(made[4], reason="台風", actor=manager)
    for session, day in ((made[0], days[0]), (made[1], days[1])):
        at(f"{day} 22:00")
        mark_all(session, officer)
        begin = session.starts_at
        sessions.record_held(
            session, began_at=begin, ended_at=begin.replace(hour=begin.hour + 1), actor=officer
        )
    at("2026-07-20 10:00")

    found = desk.get(LIST).content.decode()

    numbers = [int(re.search(r"第(\d+)回", name)[1]) for name in names_of(desk)]
    assert numbers == [1, 4, 3, 2, 5]
    assert "会議から40日（目標を10日超過）" in found
    assert "会議から19日（目標まで11日）" in found
    assert "4／4人（2人）" in found
    assert len(names_of(desk, "?state=announced")) == 2
    assert len(names_of(desk, "?state=nothing")) == 0
    assert len(names_of(desk, "?fiscal_year=2026&kind=plenary")) == 5
    assert len(names_of(desk, "?q=議題3")) == 1


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_goes_out_as_a_file(desk, planned, kind):
    got = desk.get(f"{LIST}export/{kind}/")

    assert got.status_code == HTTPStatus.OK
    assert b"".join(got.streaming_content)


def test_list_and_page_ask_a_fixed_number_of_questions(
    desk, term, members, officer, at, monkeypatch
):
    at("2026-06-01 10:00")
    monkeypatch.setattr(Opinion, "get_absolute_url", lambda self: "/admin/")
    first = plan(officer)

    def questions(address) -> int:
        desk.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(address).status_code == HTTPStatus.OK
        return len(asked)

    few = questions(LIST), questions(page_of(first))
    for number in range(2, 12):
        plan(officer, "2026-08-01 19:00")
        sessions.set_agenda_item(first, number=number, title="x", actor=officer)
        add_member(term, f"見本 {number}子")
        Opinion.objects.create(
            fiscal_year=2026, number=number, source="session", session=first, title="x",
            received_on=date(2026, 4, 10), due_on=date(2026, 5, 10), text="見本", section="地域課",
            registered_by=officer,
        )  # fmt: skip
    attendance.prepare_roster(first, actor=officer)

    many = questions(LIST), questions(page_of(first))
    assert many[0] == few[0] <= 45
    assert many[1] <= few[1] + 1 <= 60
