"""任期, 委員, 部会, 議長, 市会議員 and 公示: what may be registered, by whom, and what the pages show."""

import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from councils.forum.choices import MemberCategory, MemberEnd, OfficeKind
from councils.forum.models import (
    ForumMember,
    ForumOffice,
    ForumPractice,
    ForumTerm,
    SubcommitteeSeat,
)
from councils.forum.services import members as services
from councils.forum.services import terms
from councils.forum.services.announcements import announce, not_yet_announced
from councils.forum.services.seats import members_on, seats_overview
from wards.desk.models import AccessEvent
from wards.spreadsheets import read_lines

from .conftest import add_member

REFUSED = pytest.raises(ValidationError)
TERMS, MEMBERS = "/admin/ward_forum/forumterm/", "/admin/ward_forum/forummember/"


def told(raised) -> str:
    return " ".join(raised.value.messages)


def engage(term, actor, name="見本 太郎", category=MemberCategory.BODIES, **more):
    fields = {"body": "見本の会", "reason": "推薦を受けたため。", **more}
    if category == MemberCategory.PUBLIC:
        fields["body"] = ""
    return services.engage_member(term, name=name, category=category, actor=actor, **fields)


@pytest.fixture
def now(at):
    """Morning of a day within the term."""
    return at("2026-07-01 10:00")


@pytest.fixture
def desk(sign_in, officer):
    """The officer's browser."""
    return sign_in(officer, "kita")


@pytest.fixture
def chief(sign_in, manager):
    """The manager's browser."""
    return sign_in(manager, "kita")


# --- terms ---


def test_a_term_takes_its_span_and_its_seats_from_the_rules(practice, manager):
    term = terms.open_term(number=8, year=2027, actor=manager)

    assert (term.valid_from, term.valid_to) == (date(2027, 10, 1), date(2029, 9, 30))
    assert list(term.seats.values()) == [12, 3, 5]


def test_terms_do_not_overlap(term, manager):
    with REFUSED as raised:
        terms.open_term(number=8, year=2026, seats={"public": 1}, actor=manager)

    assert "ほかの任期と重なっています" in told(raised)
    terms.open_term(number=8, year=2027, seats={"public": 1}, actor=manager)


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 0},
        {"number": 10**9},
        {"year": 0},
        {"year": 99999},
        {"seats": {"public": 0}},
        {"seats": {"public": -1}},
        {"seats": {"public": 10**9}},
        {"number": 7, "year": 2031},
    ],
)
def test_a_term_that_makes_no_sense_is_refused(term, manager, wrong):
    with REFUSED:
        terms.open_term(
            **{"number": 8, "year": 2029, "seats": {"public": 1}, "actor": manager, **wrong}
        )


def test_only_the_manager_opens_a_term(practice, officer, mayor):
    for wrong in (officer, mayor):
        with pytest.raises(PermissionDenied):
            terms.open_term(number=8, year=2027, actor=wrong)


# --- members ---


def test_nobody_sits_in_two_categories(term, manager):
    engage(term, manager, "髙橋　はなこ")
    with REFUSED as raised:
        engage(term, manager, "高橋 ハナコ", MemberCategory.PUBLIC)

    assert "二つの区分の委員になることはできません" in told(raised)
    other = engage(term, manager, "高橋 ハナコ", MemberCategory.PUBLIC, namesake=1)
    assert other.name == "高橋 ハナコ"


def test_seats_are_counted_for_every_day_of_a_membership(term, manager):
    """The seat for one expert is free at both ends, and taken for one month in the middle."""
    add_member(
        term, "見本 半ば", MemberCategory.EXPERTS, body="商店会",
        valid_from=date(2026, 5, 1), valid_to=date(2026, 5, 31),
    )  # fmt: skip
    with REFUSED as raised:
        engage(term, manager, category=MemberCategory.EXPERTS)
    assert "令和8年5月1日には" in told(raised)
    assert "定数1人" in told(raised)

    engage(term, manager, "前 人", MemberCategory.EXPERTS, valid_to=date(2026, 4, 30))
    engage(term, manager, "後 人", MemberCategory.EXPERTS, valid_from=date(2026, 6, 1))
    with REFUSED:
        engage(
            term, manager, "同日 人", MemberCategory.EXPERTS,
            valid_from=date(2026, 5, 31), valid_to=date(2026, 5, 31),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"valid_from": date(2025, 9, 30)}, "の間にしてください"),
        ({"valid_to": date(2027, 10, 1)}, "の間にしてください"),
        ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 31)}, "末日は初日以後"),
        ({"body": " "}, "推薦団体・所属を入力"),
        ({"reason": ""}, "選任の理由を入力"),
        ({"reason": "字" * 301}, "300文字以内"),
        ({"name": "\x00"}, "制御文字"),
        ({"name": "\u3000"}, "氏名を入力"),
        ({"email": "nobody"}, "メールアドレスを読み取れません"),
        ({"phone": "あ"}, "電話番号は"),
        ({"namesake": 10}, "0から9"),
        ({"category": "nothing"}, "区分を選んで"),
        ({"sex": "nothing"}, ""),
    ],
)
def test_a_membership_that_makes_no_sense_is_refused_in_words(term, manager, wrong, sentence):
    with REFUSED as raised:
        engage(term, manager, **wrong)

    assert sentence in told(raised)
    assert not ForumMember.objects.exists()


def test_a_member_of_the_call_belongs_to_no_body(term, manager):
    with REFUSED as raised:
        services.engage_member(
            term, name="見本", category="public", body="会", reason="選考", actor=manager
        )

    assert "空欄" in told(raised)


def test_an_adviser_is_no_member_and_a_member_no_adviser(term, manager):
    terms.register_adviser(name="見本 議員", valid_from=date(2023, 4, 30), actor=manager)
    with REFUSED as raised:
        engage(term, manager, "見本 議員")
    assert "市会議員は委員になれません" in told(raised)

    engage(term, manager, "見本 委員")
    with REFUSED as raised:
        terms.register_adviser(name="見本　委員", valid_from=date(2026, 4, 1), actor=manager)
    assert "市会議員は委員になれません" in told(raised)
    with REFUSED:
        terms.register_adviser(name="見本 議員", valid_from=date(2026, 4, 1), actor=manager)


def test_a_member_does_not_get_the_name_of_an_adviser_by_a_correction(term, manager):
    terms.register_adviser(name="見本 議員", valid_from=date(2023, 4, 30), actor=manager)
    member, other = (
        engage(term, manager, "見本 議院"),
        engage(term, manager, "見本 議院", namesake=1),
    )
    fields = {"kana": "", "body": "会", "reason": "推薦", "sex": "female", "age_band": "forties"}
    with REFUSED as raised:
        services.correct_member(member, name="見本　議員", actor=manager, **fields)
    assert "市会議員は委員になれません" in told(raised)
    member.refresh_from_db()
    assert member.name == "見本 議院"

    services.correct_member(other, name="見本 議員", actor=manager, **fields)
    services.correct_member(member, name="見本 議委員", actor=manager, **fields)


def test_whoever_became_an_adviser_is_no_member_again_for_those_days(term, manager, now):
    released = {"last_day": date(2026, 3, 31), "kind": "resigned", "actor": manager}
    member, other = (
        engage(term, manager, "見本 議員"),
        engage(term, manager, "見本 議員", namesake=1),
    )
    for one in (member, other):
        services.release_member(one, **released)
    terms.register_adviser(name="見本 議員", valid_from=date(2026, 5, 1), actor=manager)
    with REFUSED as raised:
        services.take_back_release(member, valid_to=date(2026, 5, 1), actor=manager)
    assert "市会議員は委員になれません" in told(raised)

    services.take_back_release(member, valid_to=date(2026, 4, 30), actor=manager)
    services.take_back_release(other, valid_to=term.valid_to, actor=manager)


def test_an_adviser_of_another_time_may_become_a_member(term, manager):
    adviser = terms.register_adviser(name="見本 議員", valid_from=date(2019, 4, 1), actor=manager)
    terms.end_adviser(adviser, last_day=date(2025, 9, 30), actor=manager)

    assert engage(term, manager, "見本 議員").pk


def test_the_officer_engages_nobody(term, officer):
    with pytest.raises(PermissionDenied):
        engage(term, officer)


def test_a_release_ends_seats_and_office_and_frees_the_seat(term, members, manager, now):
    member = members[2]
    group = terms.open_subcommittee(term, name="防災部会", theme="防災", actor=manager)
    services.seat_in_subcommittee(member, group, valid_from=date(2026, 1, 1), actor=manager)
    services.set_office(member, OfficeKind.VICE, valid_from=date(2025, 11, 1), actor=manager)

    services.release_member(
        member, last_day=date(2026, 7, 31), kind=MemberEnd.RESIGNED, note="転居", actor=manager
    )

    member.refresh_from_db()
    assert (member.valid_to, member.end_kind) == (date(2026, 7, 31), MemberEnd.RESIGNED)
    assert SubcommitteeSeat.objects.get().valid_to == date(2026, 7, 31)
    assert ForumOffice.objects.get().valid_to == date(2026, 7, 31)
    engage(term, manager, "次 人", MemberCategory.EXPERTS, valid_from=date(2026, 8, 1))


def test_what_would_begin_after_the_last_day_is_mended_first(term, members, manager, now):
    group = terms.open_subcommittee(term, name="防災部会", actor=manager)
    with REFUSED as raised:
        services.seat_in_subcommittee(members[0], group, valid_from=date(2026, 7, 2), actor=manager)
    assert "今日以前の日" in told(raised)
    seat = services.seat_in_subcommittee(
        members[0], group, valid_from=date(2026, 6, 1), actor=manager
    )
    release = {"last_day": date(2026, 5, 31), "kind": "died", "actor": manager}
    for end in (
        lambda: services.release_member(members[0], **release),
        lambda: terms.end_subcommittee(group, last_day=date(2026, 5, 31), actor=manager),
    ):
        with REFUSED as raised:
            end()
        assert "「防災部会（見本 一郎）」が令和8年6月1日に始まる" in told(raised)
    members[0].refresh_from_db()
    assert members[0].end_kind == ""

    services.move_first_day(seat, valid_from=date(2026, 5, 1), actor=manager)
    services.release_member(members[0], **release)
    seat.refresh_from_db()
    assert (seat.valid_from, seat.valid_to) == (date(2026, 5, 1), date(2026, 5, 31))


@pytest.mark.parametrize(
    ("last_day", "kind", "sentence"),
    [
        (date(2025, 9, 30), MemberEnd.RESIGNED, "の外です"),
        (date(2027, 10, 1), MemberEnd.RESIGNED, "の外です"),
        (date(2026, 3, 31), MemberEnd.EXPIRED, "任期満了は登録しなくても"),
        (date(2026, 3, 31), "", "選んでください"),
    ],
)
def test_a_release_lies_within_the_membership_and_says_why(
    members, manager, last_day, kind, sentence
):
    with REFUSED as raised:
        services.release_member(members[0], last_day=last_day, kind=kind, actor=manager)

    assert sentence in told(raised)


def test_nobody_is_released_twice_and_a_mistake_can_be_taken_back(term, members, manager, now):
    member = members[2]
    services.release_member(member, last_day=date(2026, 3, 31), kind="died", actor=manager)
    with REFUSED as raised:
        services.release_member(member, last_day=date(2026, 2, 1), kind="died", actor=manager)
    assert "すでに登録されています（死亡）" in told(raised)
    successor = engage(term, manager, "次 人", MemberCategory.EXPERTS, valid_from=date(2026, 4, 1))
    with REFUSED as raised:
        services.take_back_release(member, valid_to=term.valid_to, actor=manager)
    assert "すでに埋まっています" in told(raised)

    services.release_member(successor, last_day=date(2026, 4, 1), kind="resigned", actor=manager)
    ForumMember.objects.filter(pk=successor.pk).update(category=MemberCategory.BODIES)
    services.take_back_release(member, valid_to=term.valid_to, actor=manager)

    member.refresh_from_db()
    assert (member.valid_to, member.end_kind) == (term.valid_to, "")


def test_contact_is_stored_as_it_is_printed(members, officer):
    services.change_contact(
        members[0], email="ｈａｎａ@example.jp", phone="０６６２０８００００", actor=officer
    )

    members[0].refresh_from_db()
    assert (members[0].email, members[0].phone) == ("hana@example.jp", "06-6208-0000")


def test_a_name_that_was_announced_stays(term, members, manager, now):
    fields = {"kana": "", "body": "会", "reason": "推薦", "sex": "female", "age_band": "forties"}
    services.correct_member(members[0], name="見本 壱郎", actor=manager, **fields)
    announce(term, "engagement", members, announced_on=date(2026, 7, 1), actor=manager)
    with REFUSED as raised:
        services.correct_member(members[0], name="見本 一郎", actor=manager, **fields)

    assert "公示したため" in told(raised)


# --- 部会 and offices ---


def test_there_is_one_chair_at_a_time(members, officer, session, at):
    at("2026-10-01 09:00")
    first = services.set_office(
        members[0], "chair", valid_from=date(2026, 7, 10), session=session, actor=officer
    )
    with REFUSED as raised:
        services.set_office(members[1], "chair", valid_from=date(2026, 8, 1), actor=officer)
    assert "すでに議長がいます" in told(raised)

    services.end_office(first, last_day=date(2026, 7, 31), actor=officer)
    services.set_office(members[1], "chair", valid_from=date(2026, 8, 1), actor=officer)
    with REFUSED:
        services.set_office(members[1], "vice", valid_from=date(2026, 9, 1), actor=officer)


def test_a_member_sits_in_several_groups_of_the_own_term_once_each(
    term, members, officer, manager, now
):
    group = terms.open_subcommittee(term, name="防災部会", actor=manager)
    other = terms.open_subcommittee(term, name="福祉部会", actor=manager)
    with REFUSED as raised:
        terms.open_subcommittee(term, name="防災部会", actor=manager)
    assert "同じ名前の部会" in told(raised)
    day = date(2026, 1, 1)
    seat = services.seat_in_subcommittee(members[0], group, valid_from=day, actor=officer)
    services.seat_in_subcommittee(members[0], other, valid_from=day, actor=officer)
    with REFUSED as raised:
        services.seat_in_subcommittee(members[0], group, valid_from=day, actor=officer)
    assert "すでにこの部会に所属" in told(raised)

    services.leave_subcommittee(seat, last_day=date(2026, 6, 30), actor=officer)
    services.seat_in_subcommittee(members[0], group, valid_from=date(2026, 7, 1), actor=officer)
    next_term = terms.open_term(number=8, year=2027, seats={"public": 1}, actor=manager)
    foreign = terms.open_subcommittee(next_term, name="防災部会", actor=manager)
    with REFUSED:
        services.seat_in_subcommittee(
            members[0], foreign, valid_from=date(2027, 10, 1), actor=officer
        )
    with REFUSED:
        terms.open_subcommittee(term, name="外", valid_from=date(2027, 10, 1), actor=manager)
    terms.end_subcommittee(group, last_day=date(2026, 12, 31), actor=manager)
    assert group.seats.order_by("-valid_to").first().valid_to == date(2026, 12, 31)


# --- 公示 ---


def test_an_engagement_is_announced_once(term, members, manager, now):
    row = announce(term, "engagement", members[:2], announced_on=date(2026, 7, 1), actor=manager)

    assert "見本 一郎（公益団体等の推薦）　令和7年10月1日から令和9年9月30日まで" in row.text
    assert row.text.endswith("令和8年7月1日\n大阪市北区長")
    with REFUSED as raised:
        announce(term, "engagement", members[1:], announced_on=date(2026, 7, 1), actor=manager)
    assert "見本 花子さんについては" in told(raised)
    assert list(not_yet_announced(term, "engagement")) == [members[2], members[3]]


def test_a_term_that_runs_out_is_not_announced(term, members, manager, at):
    at("2027-10-01 09:00")
    with REFUSED as raised:
        announce(term, "release", members[:1], announced_on=date(2027, 10, 1), actor=manager)
    assert "任期満了は公示しません" in told(raised)

    services.release_member(members[1], last_day=date(2027, 3, 31), kind="released", actor=manager)
    row = announce(term, "release", [members[1]], announced_on=date(2027, 10, 1), actor=manager)
    assert "令和9年3月31日をもって解嘱" in row.text
    with REFUSED as raised:
        services.take_back_release(members[1], valid_to=term.valid_to, actor=manager)
    assert "公示したため" in told(raised)


def test_an_announcement_names_somebody_and_lies_near(term, members, manager, officer, now):
    for chosen, day in (([], date(2026, 7, 1)), (members, date(2026, 8, 1))):
        with REFUSED:
            announce(term, "engagement", chosen, announced_on=day, actor=manager)
    with pytest.raises(PermissionDenied):
        announce(term, "engagement", members, announced_on=date(2026, 7, 1), actor=officer)


# --- the figures ---


def test_the_overview_tells_vacancies_share_and_balance(term, members, django_assert_num_queries):
    ForumMember.objects.filter(pk=members[0].pk).update(
        sex="female", age_band="forties", valid_to=date(2026, 3, 31), end_kind="resigned"
    )
    ForumMember.objects.filter(pk=members[1].pk).update(sex="female")
    with django_assert_num_queries(1):
        before = seats_overview(term, date(2026, 3, 31))
    after = seats_overview(term, date(2026, 4, 1))

    assert [(one.held, one.vacant) for one in before.categories] == [(2, 0), (1, 0), (1, 0)]
    assert [(one.held, one.vacant) for one in after.categories] == [(1, 1), (1, 0), (1, 0)]
    assert (str(before.public_share), str(after.public_share)) == ("25.0", "33.3")
    assert dict(before.sexes)["女性"] == 2
    assert dict(after.ages)["40歳代"] == 0
    assert members_on(date(2026, 4, 1)).count() == 3


# --- the pages ---


def test_the_page_of_a_term_leads_through_its_work(chief, term, members, now):
    page = chief.get(f"{TERMS}{term.pk}/change/").content.decode()

    assert "4人／定数4人" in page
    assert "公示まだ" in page
    assert "25.0％" in page
    done = chief.post(
        f"{TERMS}{term.pk}/act/announce/",
        {"members": [one.pk for one in members], "announced_on": "令和8年7月1日"},
        follow=True,
    ).content.decode()
    assert "委嘱の公示を登録しました" in done
    assert "公示まだ" not in done
    sheet = chief.get(f"{TERMS}{term.pk}/announcements/{term.announcements.get().pk}/")
    assert "見本 公子" in sheet.content.decode()
    assert chief.get(f"{TERMS}{term.pk}/announcements/{10**18}/").status_code == 404


def test_a_member_is_engaged_seated_chosen_and_released_on_the_pages(chief, term, now):
    at = f"{TERMS}{term.pk}/act/"
    typed = {
        "name": "見本 太郎", "category": "bodies", "body": "見本の会", "reason": "推薦",
        "valid_from": "R7.10.1", "valid_to": "2027-09-30",
    }  # fmt: skip
    assert chief.post(f"{at}engage/", {**typed, "valid_from": "令和7年9月30日"}).status_code == 200
    assert chief.post(f"{at}engage/", typed).status_code == 302
    member = ForumMember.objects.get()
    assert chief.post(f"{at}open_subcommittee/", {"name": "防災部会"}).status_code == 302
    group = term.subcommittees.get()
    seat = {"subcommittee": group.pk, "members": [member.pk], "valid_from": "R8.4.1"}
    assert chief.post(f"{at}seat/", seat).status_code == 302
    chair = {"kind": "chair", "member": member.pk, "valid_from": "R8.4.1"}
    assert chief.post(f"{at}set_office/", chair).status_code == 302
    adviser = {"name": "見本 議員", "valid_from": "R5.4.30"}
    assert chief.post(f"{at}register_adviser/", adviser).status_code == 302

    page = chief.get(f"{TERMS}{term.pk}/change/").content.decode()
    for expected in ("見本 太郎", "防災部会", "<strong>議長</strong>", "見本 議員"):
        assert expected in page
    of_member = f"{MEMBERS}{member.pk}/"
    listed = chief.get(f"{MEMBERS}?office=chair&standing=now&subcommittee={group.pk}")
    assert "見本 太郎" in listed.content.decode()
    assert chief.post(
        f"{of_member}act/release/", {"kind": "resigned", "last_day": "R8.9.30"}
    ).status_code == 302  # fmt: skip
    assert "辞任による解嘱の予定" in chief.get(f"{of_member}change/").content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"members": ["x"], "announced_on": "x"},
        {"members": [str(10**30)], "announced_on": "令和8年7月1日"},
        {"members": ["\u202e"], "announced_on": "\u202e"},
        {"members": ["１"], "announced_on": "９９９９年９９月"},
    ],
)
def test_what_cannot_be_read_is_told_and_never_breaks(chief, term, members, now, typed):
    response = chief.post(f"{TERMS}{term.pk}/act/announce/", typed)

    assert response.status_code == 200
    assert refusals_of(response) == ["下の＊の付いた項目の入力に誤りがあります。"]


def refusals_of(response) -> list[str]:
    """Return the reasons in the box above a form that was not taken."""
    box = response.content.decode().split('class="errornote"')[1].split("</div>")[0]
    return re.findall(r"<li>(.*?)</li>", box)


def test_every_page_of_beginning_says_in_the_same_words_what_is_to_be_mended(chief, term):
    for model in (
        "forumterm",
        "membercall",
        "forumsession",
        "opinion",
        "forumedition",
        "gathering",
    ):
        response = chief.post(f"/admin/ward_forum/{model}/add/", {})
        assert refusals_of(response) == ["下の＊の付いた項目の入力に誤りがあります。"]


def test_a_term_is_opened_on_its_page_and_refused_in_words(chief, desk, practice):
    page = chief.post(f"{TERMS}add/", {"number": "8", "year": "2027", "seats_public": "3"})
    assert "三つの区分のすべて" in page.content.decode()
    page = chief.post(f"{TERMS}add/", {"number": "99999999999999999999", "year": "二千"})
    assert page.status_code == 200
    assert chief.post(f"{TERMS}add/", {"number": "8", "year": "令和9年"}).status_code == 302
    assert ForumTerm.objects.get().seats_public == 5
    page = chief.post(f"{TERMS}add/", {"number": "9", "year": "2027"})
    assert "ほかの任期と重なっています" in page.content.decode()
    assert desk.get(f"{TERMS}add/").status_code == 403


def test_contact_is_shown_on_request_and_noted(desk, sign_in, mayor, members):
    ForumMember.objects.filter(pk=members[0].pk).update(email="ichiro@example.jp")
    at = f"{MEMBERS}{members[0].pk}/"

    assert "ichiro@example.jp" not in desk.get(f"{at}change/").content.decode()
    assert not AccessEvent.objects.exists()
    assert "ichiro@example.jp" in desk.post(f"{at}contact/").content.decode()
    assert AccessEvent.objects.get().detail["page"] == "委員の連絡先"
    assert sign_in(mayor, "kita").post(f"{at}contact/").status_code == 403


def test_the_roster_goes_out_as_a_table_without_contact(desk, term, members):
    ForumMember.objects.update(email="secret@example.jp", sex="female")
    content = b"".join(desk.get(f"{MEMBERS}export/csv/?term={term.pk}").streaming_content).decode()

    assert "見本 一郎" in content
    assert "secret" not in content
    assert "女性" not in content


@pytest.mark.parametrize(
    "query",
    [
        "?term=x",
        "?term=99999999999999999999999",
        "?standing=x",
        "?office=x",
        "?category=x",
    ],
)
def test_a_filter_that_there_is_not_keeps_nothing(desk, members, query):
    response = desk.get(f"{MEMBERS}{query}")

    assert response.status_code == 200
    assert "見本 一郎" not in response.content.decode()


HEADINGS = "氏名,ふりがな,区分,推薦団体・所属,選任の理由,初日,末日,性別,年代,メール,電話"


def upload(client, term, *lines):
    file = SimpleUploadedFile("名簿.csv", "\n".join([HEADINGS, *lines]).encode())
    return client.post(f"{MEMBERS}file/{term.pk}/", {"file": file})


def test_a_roster_is_taken_in_whole_or_every_bad_row_is_named(chief, term):
    good = "見本 太郎,みほん,公益団体等の推薦,見本の会,推薦,,,女性,40歳代,a@example.jp,06-6208-0000"
    page = upload(
        chief, term, good,
        "見本 次郎,,どこか,会,推薦,,,,,,",
        "見本 三郎,,公募,,選考,令和8年13月1日,,,,,",
        "見本 四郎,,公募,会,選考,,,,,,",
        "見本　太郎,,公募,,選考,,,,,,",
    ).content.decode()  # fmt: skip
    for line in (3, 4, 5, 6):
        assert f"{line}行目" in page
    assert "だれも委嘱していません" in page
    assert not ForumMember.objects.exists()

    assert upload(chief, term, good, "見本 公子,,公募,,選考,2026-04-01,,,,,").status_code == 302
    assert ForumMember.objects.count() == 2
    assert ForumMember.objects.get(category="public").valid_from == date(2026, 4, 1)


def test_more_members_than_seats_are_named_by_their_row(chief, term):
    page = upload(chief, term, *(f"人{n},,公募,,選考,,,,,," for n in ("一", "二"))).content.decode()

    assert "3行目" in page
    assert "定数1人は、すでに埋まっています" in page
    assert not ForumMember.objects.exists()


def test_a_file_of_another_shape_is_refused_and_only_some_may_take_one_in(chief, desk, term):
    file = SimpleUploadedFile("x.csv", "氏名,年齢\n見本,3\n".encode())
    page = chief.post(f"{MEMBERS}file/{term.pk}/", {"file": file}).content.decode()
    assert "見出し「ふりがな" in page
    assert desk.get(f"{MEMBERS}file/{term.pk}/").status_code == 403
    assert chief.get(f"{MEMBERS}file/{10**19}/").status_code == 404
    blank = b"".join(chief.get(f"{MEMBERS}file/{term.pk}/blank/").streaming_content)
    assert list(read_lines(blank)[0].cells) == HEADINGS.split(",")


def test_a_practice_that_has_begun_is_followed_by_another(chief, desk, practice, now):
    base = "/admin/ward_forum/forumpractice/"
    page = chief.get(f"{base}{practice.pk}/change/").content.decode()
    assert "書き換えられません" in page
    assert "適用中" in chief.get(base).content.decode()
    typed = {
        "valid_from": "令和8年10月1日", "seats_bodies": "10", "seats_experts": "3", "seats_public": "7",
        "quorum_percent": "50", "observers": "10", "desk_minutes": "30", "notice_days": "14",
        "papers_days": "7", "minutes_days": "30", "answer_days": "60", "sessions_a_year": "1",
        "contact": "地域課", "source": "区要綱",
    }  # fmt: skip
    assert chief.post(f"{base}add/", typed).status_code == 200
    assert chief.post(f"{base}add/", {**typed, "sessions_a_year": "3"}).status_code == 302
    assert ForumPractice.objects.in_force(date(2026, 10, 1)).seats_public == 7
    assert desk.get(f"{base}add/").status_code == 403


@pytest.mark.parametrize("address", [TERMS, MEMBERS, f"{TERMS}{{term}}/change/"])
def test_a_page_asks_a_fixed_number_of_questions(chief, term, members, manager, now, address):
    def questions() -> int:
        chief.get(address.format(term=term.pk))
        with CaptureQueriesContext(connection) as asked:
            assert chief.get(address.format(term=term.pk)).status_code == 200
        return len(asked)

    few = questions()
    for number in range(8):
        member = add_member(term, f"多い {number}", body="会")
        group = terms.open_subcommittee(term, name=f"部会{number}", actor=manager)
        services.seat_in_subcommittee(member, group, valid_from=date(2026, 1, 1), actor=manager)
    first = questions()
    for number in range(8, 16):
        member = add_member(term, f"多い {number}", body="会")
        services.seat_in_subcommittee(member, group, valid_from=date(2026, 1, 1), actor=manager)

    assert few <= first == questions() <= 75
