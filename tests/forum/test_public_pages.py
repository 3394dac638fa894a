"""The public pages of 区政会議: what everybody finds there, and what nobody finds."""

import json
import re
from datetime import date, timedelta

import pytest

from councils.forum.models import (
    Adviser,
    AgendaItem,
    Attendance,
    EvaluationItem,
    EvaluationSheet,
    ForumEdition,
    ForumOffice,
    Gathering,
    MemberAnnouncement,
    MemberCall,
    MemberEvaluation,
    SessionPaper,
    Subcommittee,
    SubcommitteeSeat,
)
from wards import clock
from wards.models import Bureau

from .conftest import add_member, add_session
from .published import SECRET, announced, answer, held, read, rows_of, say


@pytest.fixture(autouse=True)
def now(at):
    """It is 1 September 2026, seven weeks after the first session."""
    return at("2026-09-01 10:00")


@pytest.fixture
def bureau(enter):
    """A bureau of the city; 本庁 registers it."""
    enter("osaka")
    row = Bureau.objects.create(code="construction-z", name="見本建設局")
    enter("kita")
    return row


@pytest.fixture
def reader(kita, client_at):
    """Somebody who reads the pages of 北区."""
    return client_at("kita")


# --- the way in ---


def test_the_first_page_shows_the_next_session_before_anything_else(reader, term, officer):
    held(add_session(term), actor=officer)
    announced(add_session(term, "2026-11-20 19:00", number=2))

    page = read(reader, "/forum/")

    assert page.index("令和8年度第2回") < page.index("新しい会議録") < page.index("令和8年度第1回")
    assert "application/rss+xml" in page
    assert "/forum/calendar.ics" in page


def test_the_first_page_says_that_there_is_nothing_yet(reader, kita):
    page = read(reader, "/forum/")

    assert "公表している次の会議はありません" in page
    assert "公表した会議録は、まだありません" in page


def test_the_menu_and_the_start_page_lead_to_the_forum(reader, kita):
    assert read(reader, "/").count('href="/forum/"') == 2


def test_the_first_page_counts_all_opinions_and_shows_none_that_waits(reader, session, officer):
    held(session, actor=officer)
    say(session, officer, title=SECRET)
    answer(say(session, officer, title="二つめ"), officer)
    answer(
        say(session, officer, title="三つめ", closed_on=date(2026, 8, 20), closing="済み"), officer
    )

    page = read(reader, "/forum/")

    assert SECRET not in page
    counted = dict(
        re.findall(r'<span class="name">([^<]+)</span><span class="number">(\d+)<small>', page)
    )
    assert counted["これまでの意見"] == "3"
    assert (counted["回答準備中"], counted["対応中"], counted["結果まで公表"]) == ("1", "1", "1")


@pytest.mark.parametrize("made_up", ["call", "opinion", "edition", "nothing"])
def test_the_first_page_says_when_anything_on_it_is_made_up(
    reader, term, session, officer, manager, made_up
):
    now = clock.now()
    MemberCall.objects.create(
        term=term, title="公募", seats=1, opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=1), reference_on=term.valid_from, theme="区政",
        published_at=now - timedelta(days=1), is_demo=made_up == "call",
    )  # fmt: skip
    say(session, officer, is_demo=made_up == "opinion")
    ForumEdition.objects.create(
        period_from=date(2024, 10, 1), period_to=date(2025, 9, 30), number=1, content={},
        sha256="0" * 64, generated_at=now, generated_by=officer, published_at=now,
        published_by=manager, is_demo=made_up == "edition",
    )  # fmt: skip

    assert ("実際のものではありません" in read(reader, "/forum/")) is (made_up != "nothing")


def test_the_first_page_costs_the_same_for_few_and_many(
    reader, term, officer, django_assert_max_num_queries
):
    for number in range(1, 6):
        one = held(add_session(term, f"2026-07-{number:02} 19:00", number=number), actor=officer)
        answer(say(one, officer), officer)
        announced(add_session(term, f"2026-10-{number:02} 19:00", number=number + 10))
    with django_assert_max_num_queries(20):
        read(reader, "/forum/")


# --- sessions ---


def test_a_session_that_is_not_announced_exists_for_nobody(reader, session, officer):
    assert "公表されていません" in read(reader, f"/forum/sessions/{session.pk}/", 404)
    for address in ("/forum/", "/forum/sessions/", "/forum/calendar.ics", "/forum/feed.xml"):
        assert "402会議室" not in read(reader, address)
    assert reader.get(f"/forum/sessions/{session.pk}/minutes.docx").status_code == 404


def test_a_session_shows_the_fields_of_a_notice(reader, term, members, bureau):
    session = announced(
        add_session(
            term,
            "2026-11-20 19:00",
            streaming_url="https://example.jp/live",
            press="前日までに連絡してください。",
            note="手話通訳があります。",
        )
    )
    AgendaItem.objects.create(
        session=session,
        number=1,
        title="来年度の予算",
        scope="bureau",
        bureau=bureau,
        papers="資料1、資料2",
    )
    Adviser.objects.create(name="見本 議員", valid_from=date(2023, 4, 30))

    page = read(reader, f"/forum/sessions/{session.pk}/")

    for words in (
        "令和8年11月20日 19:00～21:00（予定）",
        "北区役所 402会議室",
        "来年度の予算",
        "局の事業：見本建設局",
        "資料1、資料2",
        "定員10人。18:30から会場で受け付けます。定員を超えたときは抽選です。",
        "前日までに連絡してください。",
        "https://example.jp/live",
        "北区役所 地域課",
        "手話通訳があります。",
        "出席予定者（名簿）",
        "見本 公子",
        "市会議員（助言）：見本 議員",
        "会議の後に公表します。",
    ):
        assert words in page, words


def test_what_a_search_engine_reads_of_a_session_cannot_leave_its_block(reader, term):
    session = announced(add_session(term, "2026-11-20 19:00", place="</script><b>&会議室"))

    page = read(reader, f"/forum/sessions/{session.pk}/")

    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1]
    event = json.loads(block)
    assert event["location"]["name"] == "</script><b>&会議室"
    assert event["startDate"] == "2026-11-20T19:00+09:00"


@pytest.mark.parametrize(
    ("streaming_url", "mode"),
    [("", "OfflineEventAttendanceMode"), ("https://example.jp/x", "MixedEventAttendanceMode")],
)
def test_a_search_engine_is_told_of_online_only_where_everybody_can_look(
    reader, term, streaming_url, mode
):
    session = announced(
        add_session(term, "2026-11-20 19:00", is_online=True, streaming_url=streaming_url)
    )

    assert f'"https://schema.org/{mode}"' in read(reader, f"/forum/sessions/{session.pk}/")


def test_no_search_engine_is_told_of_a_made_up_session(reader, term):
    session = announced(add_session(term, "2026-11-20 19:00", is_demo=True))

    assert "ld+json" not in read(reader, f"/forum/sessions/{session.pk}/")


# --- who is to come ---


def tell(term, member, officer, day, kind="engagement"):
    """Announce by 公示 that somebody was engaged or released."""
    row = MemberAnnouncement.objects.create(
        term=term, kind=kind, announced_on=day, text="公示します。", announced_by=officer
    )
    row.members.set([member])


def test_who_is_to_be_a_member_stands_at_a_coming_session_once_told_by_notice(
    reader, term, officer, at
):
    session = announced(add_session(term, "2026-11-20 19:00"))
    address = f"/forum/sessions/{session.pk}/"
    member = add_member(term, "見本 後任", valid_from=date(2026, 10, 1))
    tell(term, member, officer, date(2026, 9, 2))

    page = read(reader, address)
    assert "見本 後任" not in page
    assert "委員は、公示の後に掲載します。" in page

    at("2026-09-02 10:00")
    page = read(reader, address)
    assert "見本 後任" in page
    assert "公示の後に" not in page


def test_who_has_begun_stands_at_a_coming_session_and_at_a_past_one_without_notice(
    reader, term, members, at
):
    session = announced(add_session(term, "2026-11-20 19:00"))
    add_member(term, "見本 後任", valid_from=date(2026, 10, 1))
    assert "見本 後任" not in read(reader, f"/forum/sessions/{session.pk}/")
    assert "見本 一郎" in read(reader, f"/forum/sessions/{session.pk}/")

    at("2026-10-01 10:00")

    assert "見本 後任" in read(reader, f"/forum/sessions/{session.pk}/")


def test_a_release_shortens_no_term_before_it_is_told(reader, term, officer, at):
    member = add_member(term, "見本 辞任", valid_to=date(2026, 9, 30), end_kind="resigned")
    tell(term, member, officer, date(2026, 9, 10), "release")
    add_member(term, "見本 未公示", valid_to=date(2026, 9, 30), end_kind="released")
    add_member(term, "見本 短期", valid_to=date(2026, 12, 31))

    def ends(day=""):
        rows = rows_of(reader, f"/forum/members/?day={day}&format=csv")
        found = {row["name"]: row["valid_to"] for row in rows}
        return [found[f"見本 {name}"] for name in ("辞任", "未公示", "短期")]

    assert ends() == ["2027-09-30", "2027-09-30", "2026-12-31"]
    assert ends("2026-01-01") == ["2027-09-30", "2027-09-30", "2026-12-31"]
    assert "令和8年9月30日" not in read(reader, "/forum/members/")
    at("2026-09-10 10:00")
    assert ends() == ["2026-09-30", "2027-09-30", "2026-12-31"]
    at("2026-10-01 10:00")
    assert ends("2026-09-30") == ["2026-09-30", "2026-09-30", "2026-12-31"]


def test_a_cancelled_session_stays_with_its_reason(reader, session):
    announced(session, cancelled_at=clock.now(), cancel_reason="大雨のため")

    assert "大雨のため" in read(reader, f"/forum/sessions/{session.pk}/")
    assert "大雨のため" in read(reader, "/forum/sessions/")


def test_minutes_stand_in_the_layout_of_the_city(reader, session, members, officer):
    held(session, actor=officer)
    Attendance.objects.create(
        session=session, kind="member", member=members[0], attending="on_site"
    )
    Attendance.objects.create(session=session, kind="member", member=members[1], attending="online")
    Attendance.objects.create(
        session=session, kind="city", post="区長", name="見本 市子", attending="on_site"
    )

    page = read(reader, f"/forum/sessions/{session.pk}/")

    places = [page.index(f"<h3>{part}</h3>") for part in ("日時", "場所", "出席者", "議題", "議事")]
    assert places == sorted(places)
    assert "<h4>議長</h4>" in page
    assert "街灯が暗いです。" in page
    assert "見本 花子（オンライン）" in page
    assert "区長 見本 市子" in page
    response = reader.get(f"/forum/sessions/{session.pk}/minutes.docx")
    assert b"".join(response.streaming_content).startswith(b"PK")


def test_minutes_that_are_not_published_are_nowhere(reader, session, officer):
    held(session, published=False, actor=officer, body=SECRET)

    for address in (f"/forum/sessions/{session.pk}/", "/forum/", "/forum/feed.xml"):
        assert SECRET not in read(reader, address)
    assert reader.get(f"/forum/sessions/{session.pk}/minutes.docx").status_code == 404


@pytest.mark.parametrize(("day", "is_told"), [("2026-08-09", False), ("2026-08-10", True)])
def test_days_without_minutes_are_told_once_the_wards_own_target_has_passed(
    reader, session, officer, at, day, is_told
):
    held(session, published=False, actor=officer)
    at(f"{day} 10:00")

    page = read(reader, f"/forum/sessions/{session.pk}/")

    assert ("会議の日から31日たち" in page) is is_told


def test_only_published_papers_can_be_read(reader, session, officer):
    announced(session)
    fields = {
        "session": session, "display_name": "a.pdf", "content_type": "application/pdf", "size": 1,
        "sha256": "0" * 64, "added_by": officer, "added_at": clock.now(),
    }  # fmt: skip
    hidden = SessionPaper.objects.create(number="1", title=SECRET, stored_name="a/1", **fields)
    SessionPaper.objects.create(
        number="2", title="公表した資料", stored_name="a/2", is_public=True, **fields
    )

    page = read(reader, f"/forum/sessions/{session.pk}/")

    assert SECRET not in page
    assert "公表した資料" in page
    for number in (hidden.pk, 2**63, 10**30):
        address = f"/forum/sessions/{session.pk}/papers/{number}/"
        assert "公表されていません" in read(reader, address, 404)


def test_a_session_shows_its_answered_opinions_and_counts_the_others(reader, session, officer):
    held(session, actor=officer)
    answer(say(session, officer, title="街灯を明るく"), officer)
    say(session, officer, title=SECRET)
    answer(say(session, officer, title=f"{SECRET}二"), officer, "approved")

    page = read(reader, f"/forum/sessions/{session.pk}/")

    assert SECRET not in page
    assert "街灯を明るく" in page
    assert "回答を準備している意見が2件あります" in page


def test_what_was_open_before_a_session_is_carried_over_with_its_age(reader, term, officer):
    first = held(add_session(term), actor=officer)
    answer(say(first, officer, title="残っている意見"), officer)
    done = say(first, officer, title="済んだ意見", closed_on=date(2026, 8, 20), closing="済み")
    answer(done, officer)
    say(first, officer, title=SECRET)
    second = announced(add_session(term, "2026-09-20 19:00", number=2))

    page = read(reader, f"/forum/sessions/{second.pk}/")
    carried = page[page.index("前の会議までの意見") :]

    assert "残っている意見" in carried
    assert "2か月前" in carried
    assert "済んだ意見" not in carried
    assert SECRET not in carried
    assert "回答を準備している意見が1件あります" in carried


def test_sessions_are_listed_by_year_and_kind(reader, term):
    group = Subcommittee.objects.create(term=term, name="防災部会", valid_from=term.valid_from)
    announced(add_session(term))
    announced(add_session(term, "2026-07-11 19:00", kind="subcommittee", subcommittee=group))
    announced(add_session(term, "2025-11-10 19:00", fiscal_year=2025, place="北区民センター"))

    assert "北区民センター" not in read(reader, "/forum/sessions/")
    assert "北区民センター" in read(reader, "/forum/sessions/?year=2025")
    assert "令和8年度：1回" in read(reader, "/forum/sessions/?kind=subcommittee")
    for year in (2011, 2100):
        assert "この条件に合う会議はありません" in read(reader, f"/forum/sessions/?year={year}")
    for nonsense in (
        "year=0000",
        "year=2010",
        "year=2101",
        "year=１９９９",
        "year=abc",
        "kind=exe",
        "year=" + "9" * 50,
    ):
        assert "令和8年度：2回" in read(reader, f"/forum/sessions/?{nonsense}")


def test_a_session_of_a_subcommittee_names_those_who_sit_in_it(reader, term, members):
    group = Subcommittee.objects.create(term=term, name="防災部会", valid_from=term.valid_from)
    SubcommitteeSeat.objects.create(
        subcommittee=group, member=members[2], valid_from=term.valid_from
    )
    session = announced(add_session(term, kind="subcommittee", subcommittee=group))

    page = read(reader, f"/forum/sessions/{session.pk}/")

    assert "見本 次郎" in page
    assert "見本 一郎" not in page


def test_a_session_costs_the_same_for_few_and_many(
    reader, session, members, officer, django_assert_max_num_queries
):
    held(session, actor=officer)
    for number in range(1, 9):
        answer(say(session, officer), officer)
        answer(say(session, officer, received_on=date(2026, 6, 1)), officer)
        AgendaItem.objects.create(session=session, number=number, title="議題")
    with django_assert_max_num_queries(24):
        read(reader, f"/forum/sessions/{session.pk}/")


@pytest.mark.parametrize(
    "address",
    [
        "/forum/sessions/{}/", "/forum/sessions/{}/minutes.docx", "/forum/opinions/{}/",
        "/forum/opinions/{}/document.pdf", "/forum/evaluations/{}/", "/forum/editions/{}/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("number", [0, 999_999, 2**63, 10**40])
def test_a_number_of_nothing_is_not_found(reader, kita, address, number):
    assert "公表されていません" in read(reader, address.format(number), 404)


def test_a_number_of_another_ward_is_not_found_here(reader, session, officer, enter, client_at):
    held(session, actor=officer)
    opinion = say(session, officer)
    answer(opinion, officer)
    enter("nishi")
    nishi = client_at("nishi")

    assert nishi.get(f"/forum/sessions/{session.pk}/").status_code == 404
    assert nishi.get(f"/forum/opinions/{opinion.pk}/document.pdf").status_code == 404
    assert "402会議室" not in read(nishi, "/forum/calendar.ics")


def test_pages_are_only_read(reader, kita):
    for address in ("/forum/", "/forum/members/", "/forum/opinions/", "/forum/calendar.ics"):
        assert reader.post(address).status_code in (403, 405)


# --- members ---


def test_members_stand_by_category_and_advisers_apart(reader, term, members):
    ForumOffice.objects.create(
        member=members[0], term=term, kind="chair", valid_from=term.valid_from
    )
    Adviser.objects.create(name="見本 議員", valid_from=date(2023, 4, 30))

    page = read(reader, "/forum/members/")

    assert "公益団体等の推薦（2人）" in page
    assert "議長" in page
    assert page.index("見本 公子") < page.index("委員ではありません") < page.index("見本 議員")
    assert '<h2 id="found">4人</h2>' in page


def test_contact_age_and_sex_of_a_member_are_nowhere(reader, term):
    add_member(
        term,
        "見本 一郎",
        email="ichiro@example.jp",
        phone="06-0000-1234",
        sex="male",
        age_band="fifties",
    )

    texts = [read(reader, "/forum/members/")]
    texts.append(str(rows_of(reader, "/forum/members/?format=csv")))

    for text in texts:
        assert "見本 一郎" in text
        for private in ("ichiro@example.jp", "06-0000-1234", "男性", "50歳代"):
            assert private not in text


@pytest.mark.parametrize("day", ["令和7年10月1日", "2025-10-01", "R7.10.1"])
def test_members_of_another_day(reader, term, day):
    add_member(term, "見本 前任", valid_to=date(2026, 3, 31), end_kind="resigned")
    add_member(term, "見本 後任", valid_from=date(2026, 4, 1))

    page = reader.get("/forum/members/", {"day": day}).content.decode()

    assert "見本 前任" in page
    assert "見本 後任" not in page


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("あさって", "日付として読み取れません"),
        ("平成31年5月1日", "令和元年5月1日"),
        ("2026-02-30", "という日はありません"),
        ("2026-09-02", "今日より後の日の名簿は、まだありません"),
        ("1990-01-01", "平成23年度に始まりました"),
        ("9" * 3000, "日付として読み取れません"),
    ],
)
def test_a_day_that_cannot_be_shown_is_told_and_today_is_shown(reader, members, day, sentence):
    page = reader.get("/forum/members/", {"day": day}).content.decode()

    assert sentence in page
    assert "見本 一郎" in page


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_there_is_no_file_of_a_day_that_cannot_be_shown(reader, members, form):
    assert "日付として読み取れません" in read(reader, f"/forum/members/?day=bad&format={form}", 404)


def test_the_file_of_members_holds_what_the_page_shows(reader, members):
    rows = rows_of(reader, "/forum/members/?format=csv")

    assert [row["name"] for row in rows] == [
        "見本 一郎", "見本 花子", "見本 次郎", "見本 公子"
    ]  # fmt: skip
    assert {row["as_of"] for row in rows} == {"2026-09-01"}
    assert reader.get("/forum/members/?format=exe").status_code == 404


def test_announcements_are_shown_from_their_day_on(reader, term, members, officer):
    for day, text in ((date(2025, 10, 1), "委嘱しました"), (date(2026, 9, 2), SECRET)):
        MemberAnnouncement.objects.create(
            term=term, kind="engagement", announced_on=day, text=text, announced_by=officer
        )

    page = read(reader, "/forum/members/")

    assert "委嘱しました" in page
    assert SECRET not in page


# --- gatherings and evaluations ---


def test_only_published_gatherings_are_told_with_their_opinions(reader, officer, kita):
    fields = {"kind": "talk", "held_on": date(2026, 6, 1), "participants": 12, "themes": "防災"}
    told = Gathering.objects.create(title="北の懇談会", is_public=True, **fields)
    Gathering.objects.create(title=SECRET, **fields)
    answer(say(None, officer, title="備蓄を増やして", source="talk", gathering=told), officer)
    say(None, officer, title=f"{SECRET}二", source="talk", gathering=told)

    page = read(reader, "/forum/gatherings/")

    assert SECRET not in page
    assert "備蓄を増やして" in page
    assert "ほかに、回答を準備している意見が1件あります" in page


def test_an_evaluation_names_nobody_and_is_shown_once_published(reader, session, members):
    announced(session)
    sheet = EvaluationSheet.objects.create(
        session=session, title="令和7年度の評価", due_on=date(2026, 7, 31)
    )
    item = EvaluationItem.objects.create(sheet=sheet, number=1, title="安全なまち")
    for member, rating, comment in zip(
        members[:3], ("valid", "valid", "lacking"), ("うい", "", "あい"), strict=True
    ):
        MemberEvaluation.objects.create(item=item, member=member, rating=rating, comment=comment)
    address = f"/forum/evaluations/{sheet.pk}/"
    assert reader.get(address).status_code == 404

    sheet.published_at = clock.now()
    sheet.save()
    page = read(reader, address)

    assert "<dt>適切である</dt><dd>2人</dd>" in page
    assert page.index("あい") < page.index("うい")
    assert not any(member.name in page for member in members)
    assert address in read(reader, f"/forum/sessions/{session.pk}/")
