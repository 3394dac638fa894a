"""What a ward asks of a bureau: sent, taken back, heard of, and rewritten by nobody."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.utils import ProgrammingError

from councils.city.models import BureauRequest, RequestRule
from councils.city.models.bureau_request import RequestState
from councils.forum.jobs import REMIND, remind_forum
from councils.forum.ledger import ledger_lines
from councils.forum.models import Opinion
from councils.forum.services import bureau_requests, opinions, responses
from wards import clock
from wards.desk.models import Notice
from wards.models import Bureau, Job

REFUSED = pytest.raises(ValidationError)


def messages(raised) -> str:
    return " ".join(raised.value.messages)


@pytest.fixture(autouse=True)
def summer(at):
    """It is the week after the session of 10 July 2026."""
    at("2026-07-15 10:00")


@pytest.fixture
def bureau(enter):
    """A bureau that looks after roads."""
    enter("osaka")
    made = Bureau.objects.create(code="roads", name="見本建設局")
    enter("kita")
    return made


@pytest.fixture
def opinion(bureau, session, officer):
    """An opinion on the work of a bureau."""
    return opinions.register_opinion(
        source="session",
        session=session,
        title="歩道を広げてほしい",
        text="見本通りの歩道が狭い。",
        scope="bureau",
        bureau=bureau,
        section="地域課",
        actor=officer,
    )


@pytest.fixture
def ask(opinion, manager):
    """Send a request about the opinion."""

    def send(**more):
        values = {"kind": "request", "title": "歩道の拡幅", "text": "広げてください。", **more}
        return bureau_requests.ask_bureau(opinion, actor=manager, **values)

    return send


@pytest.fixture
def at_the_city(enter, bureau):
    """Change a request as 本庁 does, and come back to 北区."""

    def change(request, **values):
        enter("osaka")
        assigned = {"bureau": bureau, "assigned_on": date(2026, 7, 16)}
        BureauRequest.objects.filter(pk=request.pk).update(**{**assigned, **values})
        enter("kita")

    return change


ANSWERED = {
    "state": RequestState.ANSWERED,
    "answer_class": "next_year",
    "answer": "次年度に調査します。",
    "answered_on": date(2026, 7, 20),
}
PUBLISHED = {**ANSWERED, "state": RequestState.PUBLISHED, "published_on": date(2026, 7, 25)}


def test_a_request_is_sent_under_the_rule_of_the_day(ask, opinion, manager):
    sent = ask()

    rule = RequestRule.objects.get()
    assert (sent.rule, sent.due_on, sent.state) == (rule, date(2026, 8, 14), "sent")
    assert (sent.opinion_label, sent.sent_by_name) == (opinion.label, manager.name)
    assert list(bureau_requests.requests_of(opinion)) == [sent]
    assert opinion.entries.filter(title="要請を市民局に提出").exists()


def test_one_request_waits_at_a_time(ask):
    first = ask()

    with REFUSED as raised:
        ask()

    assert "答えを待っている" in messages(raised)
    assert BureauRequest.objects.get() == first


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"kind": "order"}, "要請か提案か"),
        ({"title": ""}, "件名"),
        ({"text": "\x00"}, "制御文字"),
        ({"text": " "}, "内容を入力"),
    ],
)
def test_a_request_says_what_it_wants(ask, values, told):
    with REFUSED as raised:
        ask(**values)

    assert told in messages(raised)


def test_only_who_may_asks_and_only_about_what_is_open(opinion, officer, ask):
    with pytest.raises(PermissionDenied):
        bureau_requests.ask_bureau(opinion, kind="request", title="a", text="b", actor=officer)
    Opinion.objects.filter(pk=opinion.pk).update(closed_on=clock.today(), closing="済み")

    with REFUSED as raised:
        ask()

    assert "結果まで済んでいます" in messages(raised)


def test_a_request_is_taken_back_until_the_bureau_answers(ask, manager, opinion, at_the_city):
    first = ask()
    with REFUSED as raised:
        bureau_requests.withdraw_request(first, reason=" ", actor=manager)
    assert "理由" in messages(raised)
    at_the_city(first, state=RequestState.ASSIGNED)
    bureau_requests.withdraw_request(first, reason="区で直せるため。", actor=manager)
    with REFUSED as raised:
        bureau_requests.withdraw_request(first, reason="また", actor=manager)
    assert "取り下げられません" in messages(raised)
    second = ask(title="もう一度")
    at_the_city(second, **ANSWERED)

    with REFUSED as raised:
        bureau_requests.withdraw_request(second, reason="また", actor=manager)

    assert "取り下げられません" in messages(raised)
    assert [one.title for one in bureau_requests.requests_of(opinion)] == [
        "もう一度",
        "歩道の拡幅",
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"text": "別のこと"},
        {"title": "別の件名"},
        {"due_on": date(2027, 1, 1)},
        {"state": RequestState.ASSIGNED, "bureau_id": 1, "assigned_on": date(2026, 7, 16)},
        {"answer": "やります。", "answer_class": "this_year"},
        {"state": RequestState.RETURNED, "closing_reason": "x"},
        {"closing_reason": "x"},
    ],
)
def test_a_ward_neither_rewrites_nor_answers_its_request(ask, values):
    sent = ask()

    with pytest.raises(ProgrammingError), transaction.atomic():
        BureauRequest.objects.filter(pk=sent.pk).update(**values)


def test_another_ward_sees_and_moves_nothing(ask, enter, hire, manager):
    sent = ask()
    nishi_manager = hire("nishi", "manager")
    enter("nishi")

    assert not BureauRequest.objects.exists()
    assert BureauRequest.objects.filter(pk=sent.pk).update(state="withdrawn") == 0
    with REFUSED as raised:
        bureau_requests.withdraw_request(sent, reason="x", actor=nishi_manager)
    assert "この区のものではありません" in messages(raised)
    with pytest.raises(ProgrammingError), transaction.atomic():
        BureauRequest.objects.create(
            from_ward=sent.from_ward,
            kind="request",
            opinion_id=1,
            opinion_label="R08-0001",
            title="ほかの区の名で",
            text="x",
            sent_on=sent.sent_on,
            sent_by_name="x",
            rule=sent.rule,
            due_on=sent.due_on,
        )


def test_news_is_told_once_and_written_once(ask, opinion, manager, officer, at_the_city):
    sent = ask()
    assert bureau_requests.take_news_of_requests(date(2026, 7, 25)) == {"requests": 0}
    at_the_city(sent, **PUBLISHED)
    assert bureau_requests.take_news_of_requests(date(2026, 7, 24)) == {"requests": 0}

    assert bureau_requests.take_news_of_requests(date(2026, 7, 25)) == {"requests": 1}
    assert bureau_requests.take_news_of_requests(date(2026, 7, 26)) == {"requests": 0}

    assert Notice.objects.get(url=opinion.get_absolute_url()).person == manager
    [line] = opinion.entries.filter(title__startswith="要請：局の回答が公表")
    assert line.text == "次年度に調査します。"


def test_who_is_new_to_the_ward_hears_nothing_of_long_ago(ask, hire, at_the_city):
    at_the_city(ask(), **PUBLISHED)
    bureau_requests.take_news_of_requests(date(2026, 7, 25))
    newcomer = hire("kita", "manager")

    bureau_requests.take_news_of_requests(date(2026, 7, 26))

    assert not Notice.objects.filter(person=newcomer).exists()


def test_a_late_bureau_is_told_once_until_it_ends(ask, opinion, manager, officer, at_the_city):
    sent = ask()
    told_from = sent.due_on + timedelta(days=sent.rule.ward_after)

    def waiting():
        return list(Notice.objects.filter(text__contains="過ぎても", done_at=None))

    assert bureau_requests.remind_of_requests(told_from - timedelta(days=1)) == {"bureaus_late": 0}
    assert waiting() == []
    assert bureau_requests.remind_of_requests(told_from) == {"bureaus_late": 1}
    assert bureau_requests.remind_of_requests(told_from + timedelta(days=1)) == {"bureaus_late": 1}
    [notice] = waiting()
    assert notice.person == manager
    assert opinion.label in notice.text
    response = responses.write_response(opinion, response_class="heard", text="案", actor=officer)
    responses.approve_response(response, actor=manager)
    assert waiting() == [notice]
    at_the_city(sent, **{**PUBLISHED, "published_on": told_from})

    bureau_requests.take_news_of_requests(told_from)

    assert waiting() == []
    assert bureau_requests.remind_of_requests(told_from) == {"bureaus_late": 0}


def test_a_late_request_that_is_taken_back_is_no_longer_told(ask, manager):
    sent = ask()
    bureau_requests.remind_of_requests(sent.due_on + timedelta(days=365))

    bureau_requests.withdraw_request(sent, reason="区で直す。", actor=manager)

    assert not Notice.objects.filter(done_at=None).exists()


def test_the_night_tells_of_late_bureaus(ask, kita):
    sent = ask()
    day = sent.due_on + timedelta(days=sent.rule.ward_after)

    told = remind_forum(Job(ward=kita, name=REMIND, day=day))

    assert told["bureaus_late"] == 1


def test_a_bureaus_published_answer_is_not_hidden_by_what_is_asked_next(
    ask, opinion, manager, at_the_city
):
    first = ask()
    at_the_city(first, **PUBLISHED)
    second = ask(title="もっと広げてほしい")
    assert bureau_requests.requests_of(opinion).first() == first
    at_the_city(second, state=RequestState.RETURNED, closing_reason="区の事業です。")
    third = ask(title="もう一度")

    assert list(bureau_requests.requests_of(opinion)) == [first, third, second]
    bureau_requests.withdraw_request(third, reason="区で直すため。", actor=manager)

    assert list(bureau_requests.requests_of(opinion)) == [first, second, third]


def test_two_requests_of_one_title_are_two_pieces_of_news(ask, opinion, at_the_city):
    first = ask()
    at_the_city(first, state=RequestState.RETURNED, closing_reason="区の事業です。")
    bureau_requests.take_news_of_requests(date(2026, 7, 25))
    second = ask()
    at_the_city(second, state=RequestState.RETURNED, closing_reason="やはり区の事業です。")

    assert bureau_requests.take_news_of_requests(date(2026, 7, 26)) == {"requests": 1}
    assert bureau_requests.take_news_of_requests(date(2026, 7, 27)) == {"requests": 0}
    assert opinion.entries.filter(title__startswith="要請：区に返却").count() == 2


def test_the_ledger_tells_a_bureaus_answer_once_it_is_published(ask, opinion, at_the_city):
    sent = ask()
    at_the_city(sent, **ANSWERED)
    [line] = ledger_lines(Opinion.objects.all(), clock.today(), of_staff=True)
    assert (line.request_state, line.request_answer) == ("市民局の取りまとめ待ち", "")
    [line] = ledger_lines(Opinion.objects.all(), clock.today())
    assert (line.request_kind, line.request_bureau, line.request_state) == ("", "", "")

    at_the_city(sent, **PUBLISHED)

    [line] = ledger_lines(Opinion.objects.all(), clock.today())
    assert (line.request_kind, line.request_answer) == ("要請", "次年度に調査します。")
    assert line.request_on == date(2026, 7, 25)


def test_a_new_request_does_not_hide_the_answer_published_before(ask, at_the_city):
    at_the_city(ask(), **PUBLISHED)
    ask(title="もう一度")

    [public] = ledger_lines(Opinion.objects.all(), clock.today())
    [of_staff] = ledger_lines(Opinion.objects.all(), clock.today(), of_staff=True)

    assert public.request_answer == "次年度に調査します。"
    # Both tell the answer that is out before what is only asked.
    assert (of_staff.request_kind, of_staff.request_answer) == ("要請", "次年度に調査します。")


def test_a_withdrawn_request_is_not_told_publicly(ask, opinion, manager, officer):
    sent = ask()
    bureau_requests.withdraw_request(sent, reason="区で直せるため。", actor=manager)
    responses.write_response(opinion, response_class="heard", text="案", actor=officer)

    [line] = ledger_lines(Opinion.objects.all(), clock.today())

    assert line.request_kind == ""
