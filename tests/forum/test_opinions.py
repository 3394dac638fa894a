"""An opinion from what was said to its result, in the real database."""

from datetime import date, timedelta

import psycopg2
import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, connection, transaction

from councils.forum.choices import OpinionState, ResponseState
from councils.forum.ledger import Asked, chosen, ledger_lines, public_opinions
from councils.forum.models import Opinion, Response
from councils.forum.services import (
    gatherings,
    measures,
    opinion_reminders,
    opinions,
    publications,
    responses,
)
from councils.forum.services.carried import open_opinions_before
from wards import clock
from wards.desk.models import Notice
from wards.models import Bureau

from .conftest import add_session

REFUSED = pytest.raises(ValidationError)


def messages(raised) -> str:
    return " ".join(raised.value.messages)


@pytest.fixture(autouse=True)
def summer(at):
    """It is the week after the session of 10 July 2026."""
    at("2026-07-15 10:00")


@pytest.fixture
def hear(session, officer):
    """Register an opinion of the session."""

    def register(**more):
        values = {
            "source": "session",
            "session": session,
            "title": "公園の灯りが暗い",
            "text": "見本公園の灯りが暗く、夜は通りにくい。",
            "section": "地域課",
            **more,
        }
        return opinions.register_opinion(actor=officer, **values)

    return register


@pytest.fixture
def answer(officer, manager):
    """Write, decide on and publish the answer of an opinion."""

    def do(opinion, response_class="this_year", **more):
        response = responses.write_response(
            opinion,
            response_class=response_class,
            text="灯りを増やします。",
            actor=officer,
            **more,
        )
        responses.approve_response(response, actor=manager)
        row = publications.open_publication(title="回答", planned_on=clock.today(), actor=officer)
        publications.put_in(row, [response], actor=officer)
        publications.publish(row, actor=manager)
        response.refresh_from_db()
        return response

    return do


def state_of(opinion, day=None) -> str:
    return Opinion.objects.with_state(day or clock.today()).get(pk=opinion.pk).state_on_day


# --- registering ---


def test_an_opinion_of_a_session_gets_its_day_number_and_due_day(hear, session):
    first, second = hear(), hear(title="ベンチがほしい")

    assert (first.received_on, first.due_on) == (date(2026, 7, 10), date(2026, 9, 8))
    assert (first.label, second.label) == ("R08-0001", "R08-0002")
    assert first.entries.get().title == "意見を登録"


def test_numbers_begin_anew_with_the_fiscal_year(hear, term, at):
    hear()
    at("2027-05-01 10:00")
    spring = add_session(term, "2027-04-20 19:00", fiscal_year=2027)

    assert hear(session=spring).label == "R09-0001"


def test_who_registers_at_the_same_moment_waits_for_the_number(hear):
    """Another office worker holds the year's number until they are done."""
    other = psycopg2.connect(_url())
    try:
        with other.cursor() as cursor:
            key = f"opinion:{connection.schema_name}:2026"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '300ms'")
        with pytest.raises(OperationalError), transaction.atomic():
            hear()
        other.rollback()

        assert hear().number == 1
    finally:
        other.close()


def _url() -> str:
    about = settings.DATABASES["default"]
    return psycopg2.extensions.make_dsn(
        dbname=connection.settings_dict["NAME"],
        user=about["USER"],
        password=about["PASSWORD"],
        host=about["HOST"],
        port=about["PORT"] or None,
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"received_on": date(2026, 7, 9)}, "会議の日（令和8年7月10日）以後"),
        ({"received_on": date(2026, 7, 16)}, "今日以前"),
        ({"received_on": date(1, 1, 1)}, "古すぎます"),
        ({"received_on": date.max}, "今日以前"),
        ({"source": "advance"}, "事前意見のあった日"),
        ({"source": "advance", "received_on": date(2026, 7, 11)}, "会議の日（令和8年7月10日）以前"),
        ({"source": "nothing"}, "経路"),
        ({"session": None}, "会議だけ"),
        ({"source": "talk"}, "懇談会などだけ"),
        ({"title": " "}, "見出しを入力"),
        ({"title": "二\n行"}, "改行"),
        ({"title": "あ" * 101}, "100文字以内"),
        ({"text": ""}, "意見の要旨を入力"),
        ({"text": "a\x00b"}, "制御文字"),
        ({"section": ""}, "担当課を入力"),
        ({"scope": "bureau"}, "担当局を選んで"),
        ({"scope": "city"}, "事業の別"),
    ],
)
def test_what_cannot_be_registered_is_refused_in_words(hear, values, told):
    with REFUSED as raised:
        hear(**values)

    assert told in messages(raised)
    assert not Opinion.objects.exists()


def test_a_session_that_is_still_to_come_has_no_opinions_yet(hear, term):
    autumn = add_session(term, "2026-11-20 19:00", number=2)

    with REFUSED as raised:
        hear(session=autumn)

    assert "今日以前" in messages(raised)
    assert hear(session=autumn, source="advance", received_on=clock.today()).source == "advance"


def test_an_agenda_item_belongs_to_the_session(hear, session, term):
    other = add_session(term, "2026-06-10 19:00", number=9)
    item = other.agenda.create(number=1, title="防災")

    with REFUSED as raised:
        hear(agenda_item=item)

    assert "選んだ会議のもの" in messages(raised)


def test_a_talk_feeds_the_same_ledger_and_tells_its_kind(hear, officer):
    talk = gatherings.register_gathering(
        kind="talk",
        title="見本東の懇談会",
        held_on=date(2026, 7, 1),
        participants=20,
        themes="防災",
        actor=officer,
    )

    one = hear(source="talk", session=None, gathering=talk)

    assert one.received_on == date(2026, 7, 1)
    with REFUSED as raised:
        hear(source="circle", session=None, gathering=talk)
    assert "地域懇談会です" in messages(raised)
    with REFUSED as raised:
        gatherings.change_gathering(
            talk,
            kind="circle",
            title="車座",
            held_on=date(2026, 7, 1),
            participants=20,
            themes="防災",
            place="",
            note="",
            actor=officer,
        )
    assert "種類は変えられません" in messages(raised)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"participants": -1}, "0人以上"),
        ({"participants": 10**12}, "以下"),
        ({"held_on": date(2026, 7, 16)}, "今日以前"),
        ({"kind": "party"}, "種類"),
        ({"themes": ""}, "テーマ"),
    ],
)
def test_a_gathering_is_registered_in_sound_words(kita, officer, values, told):
    with REFUSED as raised:
        gatherings.register_gathering(
            **{
                "kind": "survey",
                "title": "アンケート",
                "held_on": date(2026, 7, 1),
                "participants": 400,
                "themes": "防災",
                "actor": officer,
                **values,
            }
        )

    assert told in messages(raised)


def test_a_viewer_registers_nothing(session, hire):
    with pytest.raises(PermissionDenied):
        opinions.register_opinion(
            source="session",
            session=session,
            title="灯り",
            text="暗い。",
            section="地域課",
            actor=hire("kita", "viewer"),
        )


def test_what_was_published_is_not_rewritten(hear, answer, officer):
    one = hear()
    values = {"title": "灯り", "text": "暗い。", "scope": "ward", "section": "総務課"}
    opinions.change_opinion(one, actor=officer, **values)
    one.refresh_from_db()
    assert one.section == "総務課"
    answer(one)

    with REFUSED as raised:
        opinions.change_opinion(one, actor=officer, **values)

    assert "変えられません" in messages(raised)


# --- the answer ---


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"text": ""}, "対応・考え方を入力"),
        ({"text": "a\x00"}, "制御文字"),
        ({"response_class": "maybe"}, "対応区分"),
        ({"response_class": "cannot"}, "できない理由"),
        ({"response_class": "cannot", "reason": " \n"}, "できない理由"),
        ({"has_budget": True, "budget_yen": -1}, "0円以上"),
        ({"has_budget": True, "budget_yen": 10**15}, "以下"),
        ({"has_budget": True, "budget_year": 99999}, "年度を確かめて"),
        ({"has_budget": False, "budget_year": 2027}, "予算措置があるときだけ"),
        ({"budget_yen": 0}, "予算措置があるときだけ"),
        ({"timing": "い\nつ"}, "改行"),
    ],
)
def test_an_answer_that_says_too_little_or_nonsense_is_refused(hear, officer, values, told):
    one = hear()

    with REFUSED as raised:
        responses.write_response(
            one, actor=officer, **{"response_class": "this_year", "text": "直します。", **values}
        )

    assert told in messages(raised)
    assert not one.responses.exists()


def test_nobody_decides_on_their_own_words(hear, manager, mayor):
    response = responses.write_response(
        hear(), response_class="heard", text="承ります。", actor=manager
    )

    with REFUSED as raised:
        responses.approve_response(response, actor=manager)

    assert "自分で書いた" in messages(raised)
    responses.approve_response(response, actor=mayor)
    response.refresh_from_db()
    assert response.state == ResponseState.APPROVED


def test_who_rewrites_a_draft_is_its_writer(hear, officer, manager):
    one = hear()
    first = responses.write_response(one, response_class="heard", text="案1", actor=officer)
    again = responses.write_response(one, response_class="heard", text="案2", actor=manager)

    assert again.pk == first.pk
    with REFUSED:
        responses.approve_response(again, actor=manager)
    with pytest.raises(PermissionDenied):
        responses.approve_response(again, actor=officer)


def test_saving_what_stood_there_is_no_change(hear, officer, manager):
    one = hear()
    values = {name: getattr(one, name) for name in ("title", "text", "scope", "section")}
    values |= {"agenda_item": one.agenda_item, "bureau": one.bureau}
    responses.write_response(one, response_class="heard", text="案1", actor=officer)
    entries = one.entries.count()

    again = responses.write_response(one, response_class="heard", text="案1", actor=manager)

    assert opinions.change_opinion(one, actor=officer, **values) is False
    assert (again.written_by, one.entries.count()) == (officer, entries)
    assert opinions.change_opinion(one, actor=officer, **{**values, "title": "街灯"}) is True
    assert one.entries.count() == entries + 1


def test_only_what_was_read_is_decided_on(hear, officer, manager, at):
    one = hear()
    response = responses.write_response(one, response_class="heard", text="案1", actor=officer)
    seen = responses.version_of(one, response)
    at("2026-07-15 10:01")
    response = responses.write_response(one, response_class="heard", text="案2", actor=officer)
    with REFUSED as raised:
        responses.approve_response(response, seen=seen, actor=manager)
    assert "書き換えられました" in messages(raised)
    seen = responses.version_of(one, response)
    values = {"title": one.title, "scope": "ward", "section": one.section}
    opinions.change_opinion(one, text="昼も暗い。", actor=officer, **values)
    with REFUSED as raised:
        responses.approve_response(response, seen=seen, actor=manager)
    assert "書き換えられました" in messages(raised)

    one.refresh_from_db()
    responses.approve_response(response, seen=responses.version_of(one, response), actor=manager)

    response.refresh_from_db()
    assert response.state == ResponseState.APPROVED


def test_an_opinion_is_not_rewritten_under_an_answer_that_was_decided_on(hear, officer, manager):
    one = hear()
    response = responses.write_response(one, response_class="heard", text="案", actor=officer)
    responses.approve_response(response, actor=manager)
    values = {"title": one.title, "text": "別のこと。", "scope": "ward", "section": one.section}

    with REFUSED as raised:
        opinions.change_opinion(one, actor=officer, **values)

    assert messages(raised) == "決裁済みです。先に差し戻してください。"
    responses.send_back_response(response, reason="意見を直すため。", actor=manager)
    opinions.change_opinion(one, actor=officer, **values)


def test_a_budget_without_its_year_is_not_decided_on(hear, officer, manager):
    response = responses.write_response(
        hear(), response_class="next_year", text="直します。", has_budget=True, actor=officer
    )

    with REFUSED as raised:
        responses.approve_response(response, actor=manager)

    assert "予算の年度" in messages(raised)


def test_an_answer_goes_back_to_its_writer_who_is_told(hear, officer, manager, at):
    one = hear()
    response = responses.write_response(one, response_class="heard", text="案", actor=officer)
    responses.approve_response(response, actor=manager)
    with REFUSED as raised:
        responses.write_response(one, response_class="heard", text="案2", actor=officer)
    assert "差し戻して" in messages(raised)

    responses.send_back_response(response, reason="もっと具体的に。", actor=manager)
    at("2026-07-15 10:01")
    responses.send_back_response(response, reason="もう一度。", actor=manager)

    response.refresh_from_db()
    assert (response.state, response.approved_by) == (ResponseState.DRAFT, None)
    assert Notice.objects.filter(person=officer, kind="returned").count() == 2
    responses.write_response(one, response_class="heard", text="案2", actor=officer)


def test_a_withdrawn_answer_is_shown_with_its_reason_and_another_can_be_written(
    hear, answer, officer, manager
):
    one = hear()
    response = answer(one, "heard")
    one.refresh_from_db()
    assert one.closing == "意見として承る"
    with pytest.raises(PermissionDenied):
        responses.withdraw_response(response, reason="誤り", actor=officer)
    with REFUSED as raised:
        responses.withdraw_response(response, reason="", actor=manager)
    assert "理由" in messages(raised)

    responses.withdraw_response(response, reason="数字を誤ったため。", actor=manager)

    one.refresh_from_db()
    assert one.closed_on is None
    [line] = ledger_lines(public_opinions(), clock.today())
    assert (line.withdrawn_on, line.withdrawn_reason) == (clock.today(), "数字を誤ったため。")
    assert (line.response_class, line.response_text, line.state) == ("", "", "回答準備中")
    assert line.published_on == clock.today()
    with REFUSED as raised:
        responses.withdraw_response(response, reason="もう一度", actor=manager)
    assert "すでに" in messages(raised)
    new = responses.write_response(one, response_class="later", text="検討します。", actor=officer)
    [line] = ledger_lines(public_opinions(), clock.today())
    assert line.response_text == ""
    responses.approve_response(new, actor=manager)
    assert one.responses.count() == 2
    assert state_of(one) == OpinionState.APPROVED
    [line] = ledger_lines(public_opinions(), clock.today())
    assert line.state == "回答準備中"


def test_the_database_keeps_one_living_answer(hear, officer):
    one = hear()
    response = responses.write_response(one, response_class="heard", text="案", actor=officer)
    twin = Response(
        opinion=one,
        response_class="heard",
        text="別の案",
        written_by=officer,
        written_at=response.written_at,
    )

    with REFUSED as raised:
        twin.full_clean()

    assert "すでに対応があります" in messages(raised)


# --- what was done, and the end ---


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"done_on": date(2026, 7, 16)}, "今日以前"),
        ({"done_on": date(2026, 7, 9)}, "令和8年7月10日）以後"),
        ({"text": ""}, "実施したことを入力"),
        ({"yen": -1}, "0円以上"),
        ({"yen": 2**63}, "以下"),
    ],
)
def test_a_measure_is_neither_in_the_future_nor_before_its_opinion(hear, officer, values, told):
    one = hear()

    with REFUSED as raised:
        measures.record_measure(
            one, actor=officer, **{"done_on": date(2026, 7, 12), "text": "点検した。", **values}
        )

    assert told in messages(raised)


def test_an_opinion_walks_from_what_was_said_to_its_result(hear, answer, officer, manager, at):
    one = hear()
    assert state_of(one) == OpinionState.WAITING
    assert state_of(one, date(2026, 9, 8)) == OpinionState.WAITING
    assert state_of(one, date(2026, 9, 9)) == OpinionState.LATE
    with REFUSED as raised:
        opinions.close_opinion(one, closing="済み", actor=manager)
    assert "対応を公表" in messages(raised)
    answer(one)
    assert state_of(one) == OpinionState.ACTING
    with REFUSED as raised:
        opinions.close_opinion(one, closing="済み", actor=manager)
    assert "実施したこと" in messages(raised)
    at("2026-08-01 10:00")
    done = measures.record_measure(
        one, done_on=date(2026, 7, 31), text="灯りを2基増やした。", yen=400_000, actor=officer
    )
    with pytest.raises(PermissionDenied):
        opinions.close_opinion(one, closing="済み", actor=officer)
    with REFUSED as raised:
        opinions.close_opinion(one, closing="", actor=manager)
    assert "結果を入力" in messages(raised)

    opinions.close_opinion(one, closing="灯りを2基増やした。", actor=manager)

    assert state_of(one) == OpinionState.CLOSED
    [line] = ledger_lines(public_opinions(), date(2026, 12, 1))
    assert (line.state, line.age_days, line.closing) == (
        "結果まで公表",
        22,
        "灯りを2基増やした。",
    )
    assert line.measures_in_words == "令和8年7月31日　灯りを2基増やした。（費用400,000円）"
    for step in (
        lambda: measures.withdraw_measure(done, reason="誤り", actor=officer),
        lambda: measures.record_measure(one, done_on=date(2026, 7, 31), text="また", actor=officer),
        lambda: responses.write_response(one, response_class="heard", text="a", actor=officer),
        lambda: opinions.close_opinion(one, closing="また", actor=manager),
    ):
        with REFUSED as raised:
            step()
        assert "結果まで済んでいます" in messages(raised)
    opinions.reopen_opinion(one, reason="まだ暗いため。", actor=manager)
    assert state_of(one) == OpinionState.ACTING
    measures.withdraw_measure(done, reason="別の公園だった。", actor=officer)
    told = " ".join(one.entries.values_list("text", flat=True))
    assert "まだ暗いため。" in told
    assert "灯りを2基増やした。" in told
    [line] = ledger_lines(public_opinions(), clock.today())
    assert line.measures == ()


def test_open_opinions_are_carried_over_with_their_age(hear, answer, term, at):
    old, through = hear(), hear(title="済み")
    answer(through, "heard")
    at("2026-11-25 10:00")
    autumn = add_session(term, "2026-11-20 19:00", number=2)
    hear(session=autumn, title="その日の意見")

    [one] = open_opinions_before(autumn, published_only=False)

    assert one.opinion == old
    assert one.age == "4か月"


# --- the clock ---


def test_late_opinions_are_told_once_to_writers_and_after_a_week_to_deciders(
    hear, officer, manager, mayor, at
):
    one = hear()
    due = one.due_on

    def told(person):
        return Notice.objects.filter(person=person, done_at=None).count()

    for days, counts in (
        (-8, {"soon": 0, "late": 0, "a_week_late": 0}),
        (-7, {"soon": 1, "late": 0, "a_week_late": 0}),
        (0, {"soon": 1, "late": 0, "a_week_late": 0}),
        (1, {"soon": 0, "late": 1, "a_week_late": 0}),
        (6, {"soon": 0, "late": 1, "a_week_late": 0}),
        (7, {"soon": 0, "late": 1, "a_week_late": 1}),
        (7, {"soon": 0, "late": 1, "a_week_late": 1}),
    ):
        found = opinion_reminders.remind_of_opinions(due + timedelta(days=days))
        assert found == {**counts, "unpublished": 0}
    assert (told(officer), told(manager), told(mayor)) == (2, 3, 1)

    at("2026-09-20 10:00")
    response = responses.write_response(one, response_class="later", text="案", actor=officer)
    assert told(officer) == 2
    responses.approve_response(response, actor=manager)

    assert (told(officer), told(manager), told(mayor)) == (0, 0, 0)
    assert opinion_reminders.remind_of_opinions(date(2026, 9, 21))["late"] == 0
    responses.withdraw_response(response, reason="書き直すため。", actor=officer)
    assert told(officer) == 2


def test_an_approved_answer_that_is_not_out_is_told_to_who_publishes(hear, officer, manager, at):
    one = hear()
    response = responses.write_response(one, response_class="heard", text="案", actor=officer)
    responses.approve_response(response, actor=manager)

    def told_on(day):
        return opinion_reminders.remind_of_opinions(day)["unpublished"]

    def waiting():
        rows = Notice.objects.filter(text__contains="決裁済み", done_at=None)
        return {notice.person for notice in rows}

    assert told_on(one.due_on) == 0
    assert told_on(one.due_on + timedelta(days=1)) == 1
    assert told_on(one.due_on + timedelta(days=2)) == 1
    assert waiting() == {manager}
    assert Notice.objects.filter(person=manager).count() == 1
    responses.send_back_response(response, reason="直す。", actor=manager)
    assert waiting() == set()
    at("2026-09-10 10:00")
    responses.approve_response(response, actor=manager)
    assert told_on(clock.today()) == 1
    assert waiting() == {manager}
    row = publications.open_publication(title="回答", planned_on=clock.today(), actor=officer)
    publications.put_in(row, [response], actor=officer)

    publications.publish(row, actor=manager)

    assert waiting() == set()
    assert told_on(clock.today()) == 0


# --- the ledger ---


def test_the_public_ledger_holds_nothing_before_its_publication(hear, officer, manager):
    one = hear()
    response = responses.write_response(one, response_class="later", text="案", actor=officer)
    assert not public_opinions().exists()
    [line] = ledger_lines(Opinion.objects.all(), clock.today())
    assert (line.response_text, line.state) == ("", "回答準備中")
    [line] = ledger_lines(Opinion.objects.all(), clock.today(), of_staff=True)
    assert (line.response_text, line.response_state) == ("案", "作成中")
    responses.approve_response(response, actor=manager)

    assert not public_opinions().exists()


def test_the_ledger_is_found_by_year_class_source_state_and_words(hear, answer):
    light, bench, swing = hear(), hear(title="ベンチ"), hear(title="ぶらんこ")
    answer(light)
    answer(bench, "heard")
    answer(swing, "cannot", reason="法令によります。")

    def found(**asked):
        rows = chosen(public_opinions(), Asked(**asked), clock.today())
        return {one.title for one in rows}

    assert found() == {"公園の灯りが暗い", "ベンチ", "ぶらんこ"}
    assert found(fiscal_year=2025) == set()
    assert found(response_class="heard") == {"ベンチ"}
    assert found(state="acting") == {"公園の灯りが暗い"}
    assert found(state="approved") == set()
    assert found(open_only=True) == {"公園の灯りが暗い"}
    assert found(words="法令 ぶらんこ") == {"ぶらんこ"}
    assert found(words="%") == set()
    assert found(is_nonsense=True) == set()


def test_the_lines_cost_a_fixed_number_of_questions(hear, answer, django_assert_num_queries):
    for number in range(3):
        answer(hear(title=f"意見{number}"))
    with django_assert_num_queries(4):
        assert len(ledger_lines(public_opinions(), clock.today())) == 3
    with django_assert_num_queries(4):
        assert len(ledger_lines(public_opinions()[:1], clock.today())) == 1


def test_a_bureaus_opinion_names_a_bureau_of_today(hear, enter):
    enter("osaka")
    gone = Bureau.objects.create(code="gone", name="見本の昔の局", is_active=False)
    enter("kita")

    with REFUSED as raised:
        hear(scope="bureau", bureau=gone)

    assert "今はありません" in messages(raised)
