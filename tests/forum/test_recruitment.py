"""公募: the call, the public form, paper, points, the decision, telling, engaging, erasing."""

import re
import uuid
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from councils.forum.admin.call_steps import DecisionForm
from councils.forum.choices import ApplicationResult, CallState, ScreeningCriterion
from councils.forum.models import ForumMember, ForumTerm, MemberApplication, MemberCall
from councils.forum.models.recruitment import PERSONAL
from councils.forum.services import recruitment, results, screening
from wards.desk.models import AccessEvent, OutgoingMail
from wards.storing import store

from .conftest import add_member

REFUSED = pytest.raises(ValidationError)
CALLS, APPLICATIONS = "/admin/ward_forum/membercall/", "/admin/ward_forum/memberapplication/"


def told(raised) -> str:
    return " ".join(raised.value.messages)


def moment(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


FACTS = {
    "title": "第7期委員の公募",
    "seats": 2,
    "opens_at": moment("2026-06-01 09:00"),
    "closes_at": moment("2026-06-30 17:30"),
    "reference_on": date(2026, 10, 1),
    "theme": "区のまちづくりについて",
}
SAID = {
    "name": "応募 花子",
    "kana": "おうぼ はなこ",
    "birth_on": date(2008, 10, 1),
    "relation": "resident",
    "address": "大阪市北区扇町二丁目",
    "phone": "06-6208-0000",
    "email": "",
    "essay": "字" * 800,
    "other_posts": 2,
}


@pytest.fixture
def call(term, officer, manager, at):
    """A published call for two seats, on a day on which it is open."""
    ForumTerm.objects.update(seats_public=3)
    term.refresh_from_db()
    at("2026-05-20 10:00")
    call = recruitment.open_call(term, actor=officer, **FACTS)
    recruitment.publish_call(call, actor=manager)
    at("2026-06-10 10:00")
    call.refresh_from_db()
    return call


def apply(call, name="応募 花子", **more):
    return recruitment.take_application(call, {**SAID, "name": name, **more}, key=uuid.uuid4())


def give(application, actor, points=3, **more):
    scores = {one.value: (points, "") for one in ScreeningCriterion}
    screening.score_application(application, {**scores, **more}, actor=actor)


@pytest.fixture
def three(call, at, officer):
    """Three applications after the call has closed; the first has an e-mail address."""
    found = [
        apply(call, "応募 一子", email="ichiko@example.jp"),
        apply(call, "応募 二子"),
        apply(call, "応募 三子"),
    ]
    at("2026-07-01 10:00")
    return found


# --- the call ---


def test_a_call_goes_from_draft_to_decided_by_its_dates(term, officer, manager, at):
    ForumTerm.objects.update(seats_public=3)
    at("2026-05-20 10:00")
    term.refresh_from_db()
    call = recruitment.open_call(term, actor=officer, **FACTS)
    assert recruitment.state_of(call) == CallState.DRAFT
    recruitment.change_call(call, {"title": "直した公募"}, actor=officer)
    recruitment.publish_call(call, actor=manager)
    call.refresh_from_db()
    assert call.title == "直した公募"
    assert recruitment.state_of(call) == CallState.COMING
    with REFUSED:
        recruitment.publish_call(call, actor=manager)
    with REFUSED as raised:
        recruitment.change_call(call, {"title": "もう一度"}, actor=officer)
    assert "公表した公募の内容は変えられません" in told(raised)
    at("2026-06-01 09:00")
    assert recruitment.state_of(call) == CallState.OPEN
    at("2026-06-30 17:30")
    assert recruitment.state_of(call) == CallState.SCREENING
    decided = screening.decide_call(call, [], reasons={}, actor=manager)
    assert recruitment.state_of(decided) == CallState.DECIDED


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"seats": 2}, "公募の定数（1人）まで"),
        ({"closes_at": moment("2026-06-01 09:00")}, "開始より後"),
        ({"most_age": 17}, "下限以上"),
        ({"least_age": 10}, ""),
        ({"longest_essay": 0}, "100から"),
        ({"longest_essay": 10**9}, "100から"),
        ({"most_terms": 0}, "1以上"),
        ({"title": " "}, "件名を入力"),
        ({"theme": "\u202e"}, "制御文字"),
        ({"text": "字" * 2001}, "2,000文字以内"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(term, officer, wrong, sentence):
    with REFUSED as raised:
        recruitment.open_call(term, actor=officer, **{**FACTS, "seats": 1, **wrong})

    assert sentence in told(raised)
    assert not MemberCall.objects.exists()


def test_a_call_that_is_over_is_not_published(term, officer, manager, at):
    at("2026-06-30 17:30")
    call = recruitment.open_call(term, actor=officer, **{**FACTS, "seats": 1})
    with REFUSED as raised:
        recruitment.publish_call(call, actor=manager)

    assert "受付の終了が過ぎています" in told(raised)


def test_who_prepares_a_call_does_not_publish_it(term, officer, mayor, at):
    at("2026-05-20 10:00")
    call = recruitment.open_call(term, actor=officer, **{**FACTS, "seats": 1})
    with pytest.raises(PermissionDenied):
        recruitment.publish_call(call, actor=officer)

    recruitment.publish_call(call, actor=mayor)
    call.refresh_from_db()
    assert recruitment.state_of(call) == CallState.COMING


# --- applying ---


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-06-01 08:59:59", "受付は、令和8年6月1日 09:00からです"),
        ("2026-06-30 17:30:00", "受付は、令和8年6月30日 17:30に終わりました"),
    ],
)
def test_one_second_beside_the_period_is_refused(call, at, day, sentence):
    at(day)
    with REFUSED as raised:
        apply(call)

    assert sentence in told(raised)
    at("2026-06-30 17:29:59")
    assert apply(call).number == 1


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"birth_on": date(2008, 10, 2)}, "birth_on", "18歳以上"),
        ({"essay": "字" * 801}, "essay", "今は801字です"),
        ({"other_posts": 3}, "other_posts", "2つまで"),
        ({"other_posts": 10**9}, "other_posts", "0から99"),
        ({"has_gang_ties": True}, "has_gang_ties", "暴力団員等"),
        ({"birth_on": None}, "birth_on", "生年月日を入力"),
        ({"relation": "nothing"}, "relation", "選んで"),
        ({"name": ""}, "name", "氏名を入力"),
        ({"kana": " "}, "kana", "ふりがなを入力"),
        ({"kana": "花子"}, "kana", "カタカナ"),
        ({"email": "x"}, "email", "読み取れません"),
        ({"essay": "\x00"}, "essay", "制御文字"),
    ],
)
def test_what_does_not_meet_the_conditions_is_told_at_its_field(call, wrong, field, sentence):
    with REFUSED as raised:
        apply(call, **wrong)

    assert list(raised.value.message_dict) == [field]
    assert sentence in told(raised)


def test_the_same_submission_twice_is_one_application(call, at):
    key = uuid.uuid4()
    first = recruitment.take_application(call, SAID, key=key)
    at("2026-07-01 10:00")
    again = recruitment.take_application(call, SAID, key=key)

    assert (again.pk, again.number, again.name) == (first.pk, 1, "応募 花子")


@pytest.mark.parametrize(
    "mended",
    [
        {"name": "応募 華子"}, {"essay": "直した小論文"}, {"phone": "06-6208-1111"},
        {"email": "hanako@example.jp"}, {"occupation": "会社員"}, {"other_posts": 1},
        {"relation": "works"}, {"birth_on": date(2000, 1, 1)}, {"kana": "おうぼ はな"},
        {"address": "大阪市北区"},
    ],
)  # fmt: skip
def test_what_was_mended_after_sending_is_not_dropped_in_silence(call, practice, mended):
    key = uuid.uuid4()
    recruitment.take_application(call, SAID, key=key)

    with REFUSED as raised:
        recruitment.take_application(call, {**SAID, **mended}, key=key)

    assert told(raised) == (
        "受付第1号として、すでに受け付けています。"
        f"内容を直したいときは、{practice.contact}にお知らせください。"
    )
    assert MemberApplication.objects.get().essay == SAID["essay"]


def test_a_second_press_at_the_same_moment_waits_for_the_first(call):
    """The call is the lock: whoever comes second cannot even look before the first has stored."""
    key = uuid.uuid4()
    with CaptureQueriesContext(connection) as asked:
        recruitment.take_application(call, SAID, key=key)
    statements = [query["sql"] for query in asked]
    lock = next(n for n, sql in enumerate(statements) if "FOR UPDATE" in sql)
    look = next(n for n, sql in enumerate(statements) if "submission_key" in sql)
    assert lock < look
    late = MemberApplication(
        call=call, number=9, submission_key=key, received_at=call.opens_at, name="遅れた人",
        kana="", relation="resident",
    )  # fmt: skip
    with REFUSED:
        store(late)


def test_terms_in_a_row_are_counted_by_name(call, officer):
    MemberCall.objects.update(most_terms=2)
    call.refresh_from_db()
    for number, year in ((6, 2023), (5, 2021), (3, 2017)):
        earlier = ForumTerm.objects.create(
            number=number, valid_from=date(year, 10, 1), valid_to=date(year + 2, 9, 30),
            seats_bodies=2, seats_experts=1, seats_public=1,
        )  # fmt: skip
        if number != 5:
            add_member(earlier, "応募 花子")
    # 第5期 was another's: the row is broken after one.
    assert recruitment.terms_before(call.term, "応募　ハナコ") == 0
    assert recruitment.terms_before(call.term, "応募 花子") == 1
    add_member(ForumTerm.objects.get(number=5), "応募 花子")
    with REFUSED as raised:
        apply(call)
    assert "続けて委員になれるのは2期まで" in told(raised)
    assert "同姓同名の別の方" in told(raised)

    paper = recruitment.type_application(call, SAID, is_namesake=True, actor=officer)
    assert paper.result == ApplicationResult.PENDING


# --- paper ---


def test_paper_that_came_in_time_is_typed_afterwards(call, officer, at):
    at("2026-07-02 10:00")
    with REFUSED as raised:
        recruitment.type_application(call, SAID, actor=officer)
    assert "終わりました" in told(raised)
    with REFUSED as raised:
        recruitment.type_application(
            call, SAID, received_at=moment("2026-07-02 10:01"), actor=officer
        )
    assert "今より前" in told(raised)

    key = uuid.uuid4()
    for _ in range(2):
        row = recruitment.type_application(
            call, SAID, received_at=moment("2026-06-30 17:29"), key=key, actor=officer
        )
        assert (row.number, row.is_on_paper) == (1, True)


def test_paper_that_does_not_meet_the_conditions_is_registered_only_on_purpose(
    call, officer, mayor
):
    wrong = {**SAID, "other_posts": 3, "is_city_employee": True}
    with REFUSED:
        recruitment.type_application(call, wrong, actor=officer)
    row = recruitment.type_application(call, wrong, even_if_ineligible=True, actor=officer)

    assert row.result == ApplicationResult.INELIGIBLE
    assert "2つまで" in row.result_reason
    assert "大阪市の職員" in row.result_reason
    with pytest.raises(PermissionDenied):
        recruitment.type_application(call, SAID, actor=mayor)


# --- points ---


def test_points_are_given_after_the_call_and_before_the_decision(
    call, officer, manager, mayor, viewer, at
):
    application = apply(call)
    with REFUSED as raised:
        give(application, officer)
    assert "受付が終わってから" in told(raised)
    at("2026-07-01 10:00")
    with pytest.raises(PermissionDenied):
        give(application, viewer)
    give(application, officer)
    screening.decide_call(call, [], reasons={application.pk: "今回は見送ります。"}, actor=mayor)
    with REFUSED as raised:
        give(application, manager)
    assert "決定したため" in told(raised)


@pytest.fixture
def viewer(hire):
    """Somebody who only reads."""
    return hire("kita", "viewer")


@pytest.mark.parametrize("points", [6, -1, 10**9])
def test_points_go_from_nought_to_five(three, officer, points):
    with REFUSED as raised:
        give(three[0], officer, interest=(points, ""))
    assert "0から5" in told(raised)
    with REFUSED as raised:
        screening.score_application(three[0], {"interest": (5, "")}, actor=officer)
    assert "「提案の具体性」の点を入力" in told(raised)
    assert not three[0].scores.exists()


def test_anothers_points_are_unseen_before_ones_own(three, officer, manager):
    give(three[0], officer, 5)
    assert screening.visible_sheets(three[0], manager) == []
    give(three[0], officer, 4)
    give(three[0], manager, 2)

    assert [one.total for one in screening.visible_sheets(three[0], manager)] == [16, 8]
    with REFUSED as raised:
        give(three[0], officer, 5)
    assert "直せません" in told(raised)


def test_the_ranking_is_the_mean_of_the_screeners_half_up(call, three, officer, manager):
    give(three[0], officer, 3)
    give(three[0], manager, 3, interest=(4, ""))
    give(three[1], officer, 3)
    give(three[1], manager, 3, view=(4, ""))

    ranked = screening.ranking(call)

    assert [(one.application.number, one.rank, str(one.mean)) for one in ranked] == [
        (1, 1, "12.5"),
        (2, 1, "12.5"),
        (3, None, "None"),
    ]


def test_means_are_seen_by_whoever_has_finished_or_only_decides(
    call, three, officer, manager, mayor
):
    def sees(person):
        return screening.may_see_points(call, screening.ranking(call), person)

    for one in three[:2]:
        give(one, officer)
    assert not sees(officer)
    assert not sees(mayor)
    give(three[2], officer)
    assert sees(officer)
    assert sees(mayor)
    give(three[0], manager)
    assert not sees(manager)


# --- the decision ---


def reasons_for(applications, *chosen):
    return {one.pk: "今回は見送ります。" for one in applications if one not in chosen}


def test_no_more_than_the_seats_are_selected(call, three, officer, mayor):
    for one in three:
        give(one, officer)
    with REFUSED as raised:
        screening.decide_call(call, three, reasons={}, actor=mayor)
    assert "募集人数の2人まで" in told(raised)

    add_member(call.term, "先の 人", "public")
    add_member(call.term, "後の 人", "public", valid_from=date(2027, 1, 1))
    with REFUSED as raised:
        screening.decide_call(call, three[:2], reasons=reasons_for(three, *three[:2]), actor=mayor)
    assert "空きは1人" in told(raised)
    assert not MemberApplication.objects.exclude(result="pending").exists()

    screening.decide_call(call, three[:1], reasons=reasons_for(three, three[0]), actor=mayor)
    results_now = list(call.applications.order_by("number").values_list("result", flat=True))
    assert results_now == ["selected", "not_selected", "not_selected"]


@pytest.fixture
def another(call, three, officer, manager, at):
    """Another call of the same term, with two applications, closed on the same day and scored."""
    at("2026-05-20 10:00")
    second = recruitment.open_call(call.term, actor=officer, **{**FACTS, "title": "追加の公募"})
    recruitment.publish_call(second, actor=manager)
    at("2026-06-20 10:00")
    found = [apply(second, "追加 一子"), apply(second, "追加 二子")]
    at("2026-07-01 10:00")
    for one in (*three, *found):
        give(one, officer)
    return found


def test_two_calls_of_a_term_select_no_more_than_its_seats_together(
    call, three, another, manager, mayor
):
    screening.decide_call(call, three[:2], reasons=reasons_for(three, *three[:2]), actor=mayor)
    second = another[0].call
    for _ in range(2):
        with REFUSED as raised:
            screening.decide_call(second, another, reasons={}, actor=mayor)
        assert "空きは1人" in told(raised)
        # Who is engaged meanwhile is counted once.
        if not ForumMember.objects.exists():
            days = {"valid_from": date(2026, 10, 1), "valid_to": call.term.valid_to}
            results.engage_selected(three[0], reason="選考", actor=manager, **days)

    # Who withdraws gives the seat back.
    recruitment.withdraw_application(three[1], actor=manager)
    screening.decide_call(second, another, reasons={}, actor=mayor)
    assert screening.vacant_public_seats(second, date(2026, 7, 1)) == 2


def test_two_decisions_at_the_same_moment_wait_for_each_other(call, three, another, mayor):
    """The term is the lock of both calls: it is taken after the call and before counting."""
    with CaptureQueriesContext(connection) as asked:
        screening.decide_call(call, [], reasons=reasons_for(three), actor=mayor)
    statements = [query["sql"] for query in asked]
    locks = [n for n, sql in enumerate(statements) if "FOR UPDATE" in sql]
    assert '"ward_forum_membercall"' in statements[locks[0]]
    assert 'FROM "ward_forum_forumterm"' in statements[locks[1]]
    counting = next(n for n, sql in enumerate(statements) if 'FROM "ward_forum_forummember"' in sql)
    assert locks[1] < counting


def test_whoever_has_begun_to_score_finishes_before_deciding(call, three, officer, manager):
    for one in three:
        give(one, officer)
    give(three[0], manager)
    with REFUSED as raised:
        screening.decide_call(call, [], reasons=reasons_for(three), actor=manager)
    assert "採点を始めた応募が残っています" in told(raised)

    for one in three[1:]:
        give(one, manager)
    screening.decide_call(call, [], reasons=reasons_for(three), actor=manager)


def test_the_form_of_the_decision_does_not_tell_the_ranking(call, three, officer):
    for points, one in enumerate(three, start=1):
        give(one, officer, points)
    assert [row.application.number for row in screening.ranking(call)] == [3, 2, 1]

    form = DecisionForm(about=call)

    chosen = [name for name in form.fields if name.startswith("select_")]
    assert chosen == [f"select_{one.pk}" for one in three]


def test_a_decision_needs_points_of_somebody_else_and_a_reason_for_each(
    call, three, officer, manager, at
):
    with REFUSED as raised:
        screening.decide_call(call, [], reasons=reasons_for(three), actor=manager)
    assert "まだだれも採点していません" in told(raised)
    for one in three:
        give(one, manager)
    with REFUSED as raised:
        screening.decide_call(call, [], reasons=reasons_for(three), actor=manager)
    assert "採点したのは、あなただけ" in told(raised)
    for one in three:
        give(one, officer)
    with pytest.raises(PermissionDenied):
        screening.decide_call(call, [], reasons=reasons_for(three), actor=officer)
    with REFUSED as raised:
        screening.decide_call(call, three[:1], reasons={three[1].pk: "理由"}, actor=manager)
    assert "受付第3号を選外とする理由" in told(raised)
    with REFUSED as raised:
        screening.decide_call(
            call, [], reasons={**reasons_for(three), three[0].pk: "応募　二子さんのほうが…"},
            actor=manager,
        )  # fmt: skip
    assert "ほかの応募者の氏名" in told(raised)

    screening.decide_call(call, three[:1], reasons=reasons_for(three, three[0]), actor=manager)
    with REFUSED as raised:
        screening.decide_call(call, [], reasons=reasons_for(three), actor=manager)
    assert "すでに決定しています" in told(raised)


def test_only_those_of_the_call_can_be_selected(call, three, officer, mayor):
    for one in three[:2]:
        give(one, officer)
    recruitment.withdraw_application(three[2], reason="転居", actor=officer)
    with REFUSED as raised:
        screening.decide_call(call, [three[2]], reasons=reasons_for(three), actor=mayor)

    assert "選考中の応募だけ" in told(raised)


def test_a_call_is_not_decided_while_it_is_open(call, mayor):
    with REFUSED as raised:
        screening.decide_call(call, [], reasons={}, actor=mayor)

    assert "受付が終わってから" in told(raised)


# --- afterwards ---


@pytest.fixture
def decided(call, three, officer, mayor):
    """The first is selected, the others are not."""
    for one in three:
        give(one, officer)
    screening.decide_call(call, three[:1], reasons=reasons_for(three, three[0]), actor=mayor)
    for one in three:
        one.refresh_from_db()
    call.refresh_from_db()
    return call


def test_whoever_is_selected_is_engaged_once(decided, three, manager):
    term = decided.term
    days = {"valid_from": date(2026, 10, 1), "valid_to": term.valid_to, "reason": "選考による。"}
    member = results.engage_selected(three[0], actor=manager, **days)

    assert (member.category, member.email, member.age_band) == (
        "public", "ichiko@example.jp", "under_30",
    )  # fmt: skip
    with REFUSED as raised:
        results.engage_selected(three[0], actor=manager, **days)
    assert "すでに委嘱しています" in told(raised)
    with REFUSED as raised:
        results.engage_selected(three[1], actor=manager, **days)
    assert "選任した応募だけ" in told(raised)
    with REFUSED:
        recruitment.withdraw_application(three[0], actor=manager)


def test_whoever_withdrew_after_the_page_was_opened_is_not_engaged(
    decided, three, officer, manager
):
    recruitment.withdraw_application(
        MemberApplication.objects.get(pk=three[0].pk), reason="転居", actor=officer
    )
    assert three[0].result == ApplicationResult.SELECTED
    days = {"valid_from": date(2026, 10, 1), "valid_to": decided.term.valid_to}
    with REFUSED as raised:
        results.engage_selected(three[0], reason="選考", actor=manager, **days)
    assert "選任した応募だけ" in told(raised)
    assert not ForumMember.objects.exists()


def test_each_is_told_the_own_result_once(decided, three, officer):
    assert results.tell_results(decided, actor=officer) == 1
    assert results.tell_results(decided, actor=officer) == 0

    mail = OutgoingMail.objects.get()
    assert mail.to_address == "ichiko@example.jp"
    assert "委員に選任しました" in mail.body
    for foreign in ("二子", "三子", "点", "12"):
        assert foreign not in mail.body
    assert MemberApplication.objects.get(pk=three[1].pk).told_at is None
    assert results.note_letters(decided, actor=officer) == 2
    assert results.note_letters(decided, actor=officer) == 0


def test_nothing_is_told_before_the_decision(call, three, officer):
    with REFUSED:
        results.tell_results(call, actor=officer)
    assert not OutgoingMail.objects.exists()


def test_what_is_personal_is_erased_a_year_after_the_decision(decided, three, manager):
    member = results.engage_selected(
        three[0], valid_from=date(2026, 10, 1), valid_to=date(2027, 9, 30), reason="選考", actor=manager
    )  # fmt: skip
    assert recruitment.erase_applications(date(2026, 7, 1)) == 0
    assert recruitment.erase_applications(date(2026, 7, 2)) == 3
    assert recruitment.erase_applications(date(2026, 7, 2)) == 0
    MemberCall.objects.update(decided_on=None, decided_by=None)
    MemberApplication.objects.update(erased_at=None)
    closed_on = timezone.localdate(three[0].call.closes_at)
    assert recruitment.erase_applications(closed_on) == 0
    assert recruitment.erase_applications(closed_on + timedelta(days=1)) == 3

    three[0].refresh_from_db()
    left = {name: getattr(three[0], name) for name in PERSONAL}
    assert left == {**dict.fromkeys(PERSONAL, ""), "name": "（消去済）", "birth_on": None}
    history = MemberApplication._meta.get_field("events").related_model
    assert not {field.name for field in history._meta.get_fields()} & set(PERSONAL)
    member.refresh_from_db()
    assert member.email == "ichiko@example.jp"


# --- the public form ---


@pytest.fixture
def citizen(client_at):
    """A citizen's browser."""
    return client_at("kita")


TYPED = {
    "name": "応募 花子",
    "kana": "おうぼ はなこ",
    "birth_on": "平成20年10月1日",
    "relation": "resident",
    "address": "大阪市北区扇町二丁目",
    "phone": "０６６２０８００００",
    "email": "",
    "occupation": "会社員",
    "other_posts": "2",
    "is_assembly_member": "no",
    "is_city_employee": "no",
    "has_gang_ties": "no",
    "essay": "字" * 400 + "\r\n" + "字" * 400,
    "submission_key": "11111111-2222-4333-8444-555555555555",
    "website": "",
}


def test_all_that_is_wrong_is_told_in_one_answer(citizen, desk, call):
    wrong = {**TYPED, "phone": "", "birth_on": "平成30年10月1日", "has_gang_ties": "yes"}
    page = citizen.post(f"/forum/calls/{call.pk}/apply/", wrong).content.decode()
    paper = {**wrong, "received_on": "R8.6.9", "received_time": "朝", "has_gang_ties": "on"}
    paper |= {"is_assembly_member": "", "is_city_employee": ""}
    of_paper = desk.post(f"{CALLS}{call.pk}/act/paper/", paper).content.decode()

    assert "「電話番号」を入力してください。" in page
    assert "時刻を読み取れません。" in of_paper
    for answer in (page, of_paper):
        assert "18歳以上の方が応募できます。" in answer
        assert "暴力団員等の方は応募できません。" in answer
    on_purpose = desk.post(
        f"{CALLS}{call.pk}/act/paper/", {**paper, "even_if_ineligible": "on"}
    ).content.decode()
    assert "18歳以上の方" not in on_purpose


def test_a_citizen_fills_in_checks_and_gets_a_number(citizen, call):
    address = f"/forum/calls/{call.pk}/apply/"
    assert "小論文" in citizen.get(address).content.decode()
    check = citizen.post(address, TYPED).content.decode()
    assert "この内容で応募しますか" in check
    assert "平成20年10月1日" in check
    assert "区内に住んでいる" in check
    assert not MemberApplication.objects.exists()
    back = citizen.post(address, {**TYPED, "edit": "1"}).content.decode()
    assert "公募に応募する" in back

    sent = citizen.post(address, {**TYPED, "confirm": "1"})

    assert sent.status_code == 303
    row = MemberApplication.objects.get()
    assert (row.phone, row.birth_on, row.is_on_paper) == ("06-6208-0000", date(2008, 10, 1), False)
    receipt = citizen.get(sent["Location"]).content.decode()
    assert '<output id="receipt-number" aria-labelledby="number-title">第1号</output>' in receipt
    assert "花子" not in receipt
    again = citizen.post(address, {**TYPED, "confirm": "1"})
    assert again["Location"] == sent["Location"]
    assert MemberApplication.objects.count() == 1


def test_the_check_page_sends_what_was_typed(citizen, call):
    address = f"/forum/calls/{call.pk}/apply/"
    page = citizen.post(address, TYPED).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))

    assert citizen.post(address, {**hidden, "confirm": "1"}).status_code == 303
    assert MemberApplication.objects.get().essay == "字" * 400 + "\n" + "字" * 400


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"birth_on": "平成20年10月2日"}, "18歳以上の方が応募できます"),
        ({"birth_on": "平成31年5月1日"}, "正しくは令和元年5月1日"),
        ({"birth_on": "きのう"}, "日付として読み取れません"),
        ({"essay": "字" * 801}, "今は801字です"),
        ({"essay": ""}, "「小論文」を入力してください"),
        ({"other_posts": "3"}, "2つまでの方が応募できます"),
        ({"other_posts": "９"}, "もう一度選び直してください"),
        ({"is_city_employee": "yes"}, "大阪市の職員は応募できません"),
        ({"has_gang_ties": ""}, "選んでください"),
        ({"relation": "x"}, "もう一度選び直してください"),
        ({"phone": "1" * 500}, "電話番号は"),
        ({"name": "\u202e"}, "制御文字"),
        ({"website": "http://example.com"}, "目に見えない欄"),
        ({"submission_key": ""}, "もう一度ボタンを押してください"),
    ],
)
def test_what_has_to_be_mended_is_told_and_nothing_is_stored(citizen, call, wrong, sentence):
    response = citizen.post(f"/forum/calls/{call.pk}/apply/", {**TYPED, **wrong, "confirm": "1"})

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not MemberApplication.objects.exists()


def test_one_second_late_the_form_is_refused_and_keeps_the_text(citizen, call, at):
    at("2026-06-30 17:30:00")
    page = citizen.post(f"/forum/calls/{call.pk}/apply/", {**TYPED, "confirm": "1"})

    assert page.status_code == 200
    assert "令和8年6月30日 17:30に終わりました" in page.content.decode()
    assert "字字字" in page.content.decode()
    assert "いまは応募できません" in citizen.get(page.request["PATH_INFO"]).content.decode()


def test_a_form_sent_again_with_another_text_keeps_it_and_tells_whom_to_call(
    citizen, call, practice
):
    address = f"/forum/calls/{call.pk}/apply/"
    sent = citizen.post(address, {**TYPED, "confirm": "1"})
    mended = {**TYPED, "essay": "直した小論文です。"}

    for pressed in ({"confirm": "1"}, {}, {"edit": "1"}):
        page = citizen.post(address, {**mended, **pressed})
        assert page.status_code == 200
        assert "受付第1号として、すでに受け付けています" in page.content.decode()
        assert f"{practice.contact}にお知らせください" in page.content.decode()
        assert "直した小論文です。" in page.content.decode()

    assert MemberApplication.objects.get().essay == "字" * 400 + "\n" + "字" * 400
    again = citizen.post(address, {**TYPED, "confirm": "1"})
    assert (again.status_code, again["Location"]) == (303, sent["Location"])


def test_every_page_of_applying_for_a_made_up_call_says_so(citizen, call, at):
    MemberCall.objects.update(is_demo=True)
    address = f"/forum/calls/{call.pk}/apply/"

    pages = [citizen.get(address), citizen.post(address, TYPED)]
    pages.append(citizen.get(citizen.post(address, {**TYPED, "confirm": "1"})["Location"]))
    at("2026-07-01 10:00")
    pages.append(citizen.get(address))

    assert ["実際の募集ではありません" in page.content.decode() for page in pages] == [True] * 4


def test_any_key_of_a_form_makes_one_application(citizen, call):
    address = f"/forum/calls/{call.pk}/apply/"
    odd = {**TYPED, "submission_key": "鍵" * 50, "confirm": "1"}

    assert citizen.post(address, odd)["Location"] == citizen.post(address, odd)["Location"]


def test_too_many_in_a_short_time_wait(citizen, call, settings):
    # On one machine everybody comes from the same address, which is then one of many people.
    settings.SHARED_CLIENT_ADDRESSES = []
    address = f"/forum/calls/{call.pk}/apply/"
    answers = [
        citizen.post(address, {**TYPED, "submission_key": str(uuid.uuid4()), "confirm": "1"})
        for _ in range(6)
    ]

    assert answers[-1].status_code == 429
    assert "字字字" in answers[-1].content.decode()
    assert int(answers[-1]["Retry-After"]) > 0


def test_the_public_sees_published_calls_and_only_how_many_were_chosen(
    citizen, call, three, officer, mayor, term, at
):
    hidden = recruitment.open_call(term, actor=officer, **{**FACTS, "title": "準備中の公募"})
    page = citizen.get("/forum/calls/").content.decode()
    assert "第7期委員の公募" in page
    assert "準備中の公募" not in page
    for number in (hidden.pk, 10**30, 0):
        for rest in ("", "apply/", f"applied/{uuid.uuid4()}/"):
            assert citizen.get(f"/forum/calls/{number}/{rest}").status_code == 404
    assert citizen.post("/forum/calls/").status_code == 405
    one = citizen.get(f"/forum/calls/{call.pk}/").content.decode()
    assert "令和8年10月1日に18歳以上であること" in one
    assert "3つ以上していないこと" in one
    for application in three:
        give(application, officer)
    screening.decide_call(call, three[:1], reasons=reasons_for(three, three[0]), actor=mayor)

    for address in ("/forum/calls/", f"/forum/calls/{call.pk}/"):
        page = citizen.get(address).content.decode()
        assert "1人" in page
        assert "一子" not in page


def test_no_calls_are_told_in_a_sentence(citizen, kita):
    page = citizen.get("/forum/calls/").content.decode()

    assert "いま募集している公募はありません" in page


# --- the staff pages ---


@pytest.fixture
def desk(sign_in, officer):
    """The officer's browser."""
    return sign_in(officer, "kita")


@pytest.fixture
def head(sign_in, mayor):
    """The 区長's browser."""
    return sign_in(mayor, "kita")


def test_a_call_is_prepared_mended_and_published_on_its_page(desk, head, term, at):
    at("2026-05-20 10:00")
    typed = {
        "term": term.pk, "title": "見本の公募", "seats": "1", "opens_on": "R8.6.1",
        "opens_time": "9:00", "closes_on": "R8.6.30", "closes_time": "17:30",
        "reference_on": "R8.10.1", "least_age": "18", "most_other_posts": "2",
        "theme": "まちづくり", "longest_essay": "800",
    }  # fmt: skip
    for wrong in ({"seats": "5"}, {"opens_time": "25:00"}, {"term": "x"}, {"closes_on": "R8.5.1"}):
        assert desk.post(f"{CALLS}add/", {**typed, **wrong}).status_code == 200
    assert desk.post(f"{CALLS}add/", typed).status_code == 302
    call = MemberCall.objects.get()
    assert call.closes_at == moment("2026-06-30 17:30")
    changed = {**typed, "title": "直した公募", "longest_essay": "600"}
    assert desk.post(f"{CALLS}{call.pk}/act/change/", changed).status_code == 302
    assert "act/publish/" not in desk.get(f"{CALLS}{call.pk}/change/").content.decode()
    assert desk.post(f"{CALLS}{call.pk}/act/publish/").status_code == 403
    assert head.post(f"{CALLS}{call.pk}/act/publish/").status_code == 302
    call.refresh_from_db()
    assert (call.title, call.longest_essay, call.published_at is None) == ("直した公募", 600, False)
    assert "受付前" in desk.get(f"{CALLS}?state=coming").content.decode()


def test_paper_is_typed_scored_decided_and_told_on_the_pages(
    desk, head, sign_in, manager, call, officer, at
):
    typed = {
        "received_on": "R8.6.9", "received_time": "10:00", "name": "応募 紙子", "kana": "おうぼ かみこ",
        "birth_on": "S55.4.1", "relation": "works", "other_posts": "0", "essay": "小論文です。",
        "address": "大阪市北区", "submission_key": str(uuid.uuid4()),
    }  # fmt: skip
    page = desk.post(f"{CALLS}{call.pk}/act/paper/", {**typed, "other_posts": "3"})
    assert "2つまでの方" in page.content.decode()
    assert desk.post(f"{CALLS}{call.pk}/act/paper/", typed).status_code == 302
    assert desk.post(f"{CALLS}{call.pk}/act/paper/", typed).status_code == 302
    application = MemberApplication.objects.get()
    at("2026-07-01 10:00")
    of_one = f"{APPLICATIONS}{application.pk}/"
    points = {f"points_{one.value}": "5" for one in ScreeningCriterion}
    wrong = desk.post(f"{of_one}act/score/", {**points, "points_interest": "6"})
    assert "0から5で選んで" in wrong.content.decode()
    assert desk.post(f"{of_one}act/score/", points).status_code == 302
    mend = desk.get(f"{of_one}change/").content.decode()
    assert f"{of_one}act/score/" not in mend
    assert len(re.findall(r'value="5"[^>]* checked', mend)) == len(ScreeningCriterion)
    mended = {**points, "comment_interest": "よく調べている。"}
    assert desk.post(f"{of_one}act/mend/", mended).status_code == 302

    page = head.get(f"{CALLS}{call.pk}/change/").content.decode()
    assert "20.0点" in page
    refused = head.post(f"{CALLS}{call.pk}/act/decide/", {})
    assert "受付第1号を選外とする理由" in refused.content.decode()
    chosen = {f"select_{application.pk}": "on"}
    assert head.post(f"{CALLS}{call.pk}/act/decide/", chosen).status_code == 302
    letters = desk.get(f"{CALLS}{call.pk}/letters/").content.decode()
    assert "応募 紙子" in letters
    assert "委員に選任しました" in letters
    assert "20" not in re.sub(r"令和.*?日", "", letters.split("<article")[1])
    assert "令和8年7月1日" in letters
    at("2026-07-05 10:00")
    assert desk.get(f"{CALLS}{call.pk}/letters/").content.decode() == letters
    steps = next_words_of(desk, call)
    assert desk.post(f"{CALLS}{call.pk}/act/letters/").status_code == 302
    steps += next_words_of(desk, call)
    chief = sign_in(manager, "kita")
    engaged = {"valid_from": "R8.10.1", "valid_to": "R9.9.30", "reason": "選考", "sex": "female"}
    assert chief.post(f"{of_one}act/engage/", engaged).status_code == 302
    assert ForumMember.objects.get().application == application
    steps += next_words_of(desk, call)
    assert steps == [
        "結果を知らせ、選任した人を委嘱してください。",
        "選任した人を委嘱してください。",
        "結果を知らせ、委嘱も済みました。手続きはありません。",
    ]
    sheet = desk.get(f"{of_one}sheet/").content.decode()
    assert '<th scope="col">観点</th><th scope="col">点（0〜5）</th>' in sheet


def next_words_of(browser, call) -> list[str]:
    """Return what a call's page says is next, and see that the list says the same."""
    page = browser.get(f"{CALLS}{call.pk}/change/").content.decode()
    words = re.search(r'<p class="next-words">(.*?)</p>', page)[1]
    assert words in browser.get(CALLS).content.decode()
    return [words]


def test_every_look_at_an_application_is_noted(desk, sign_in, viewer, three):
    stranger = sign_in(viewer, "kita")
    of_one = f"{APPLICATIONS}{three[0].pk}/"
    for address in (f"{of_one}change/", f"{of_one}sheet/", APPLICATIONS):
        before = AccessEvent.objects.count()
        assert desk.get(address).status_code == 200
        assert AccessEvent.objects.count() == before + 1
        assert stranger.get(address).status_code == 403
    sheet = desk.get(f"{of_one}sheet/").content.decode()
    assert "一子" not in sheet
    assert "字字字" in sheet


def test_anothers_points_are_not_on_the_page_before_ones_own(
    desk, sign_in, manager, three, officer
):
    give(three[0], manager, 1, interest=(1, "課長の所見"))
    page = desk.get(f"{APPLICATIONS}{three[0].pk}/change/").content.decode()
    assert "課長の所見" not in page
    assert "課長の所見" not in desk.get(f"{APPLICATIONS}{three[0].pk}/sheet/").content.decode()
    give(three[0], officer)
    assert "課長の所見" in desk.get(f"{APPLICATIONS}{three[0].pk}/change/").content.decode()


def test_the_file_of_applications_asks_what_it_is_for(desk, three):
    asked = desk.get(f"{APPLICATIONS}export/csv/")
    assert "利用目的" in asked.content.decode()
    file = desk.post(f"{APPLICATIONS}export/csv/", {"purpose": "選考の会議で配るため。"})
    content = b"".join(file.streaming_content).decode()
    assert "応募 一子" in content
    assert "扇町" not in content


@pytest.mark.parametrize("address", [CALLS, APPLICATIONS, f"{CALLS}{{call}}/change/"])
def test_a_page_asks_a_fixed_number_of_questions(desk, call, officer, at, address):
    def questions() -> int:
        desk.get(address.format(call=call.pk))
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(address.format(call=call.pk)).status_code == 200
        return len(asked)

    apply(call)
    few = questions()
    for number in range(6):
        apply(call, f"応募 {number}")

    assert questions() == few <= 60
