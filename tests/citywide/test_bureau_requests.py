"""要請・提案 at 本庁: 市民局 names a bureau, the bureau answers, 市民局 publishes, and everybody reads."""

import csv
import io
import re
from datetime import date, datetime, timedelta
from http import HTTPStatus

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from councils.city.models import BureauRequest, RequestRule
from councils.city.services import bureau_requests as service
from councils.city.services.reminders import standing_of
from councils.forum.models import ForumSession, ForumTerm, Opinion, Response
from osaka_kusei.citywide.request_figures import RequestRow, band_of, figures_by_bureau
from wards import clock
from wards.deadlines import Escalation
from wards.models import Bureau, CityAccessEvent, Job, Membership, Ward

DESK = "/admin/bureau-requests/"
TODAY = date(2026, 11, 25)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def titles_in(response) -> list[str]:
    return re.findall(r'/bureau-requests/[0-9a-f-]{36}/">([^<]+)</a>', response.content.decode())


@pytest.fixture(autouse=True)
def today(monkeypatch, city):
    now = timezone.make_aware(datetime(2026, 11, 25, 10))
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return TODAY


@pytest.fixture
def construction(city):
    return Bureau.objects.create(code="construction", name="建設局")


@pytest.fixture
def harbour(city):
    return Bureau.objects.create(code="harbour", name="大阪港湾局")


@pytest.fixture
def city_desk(hire, sign_in):
    """Somebody of 市民局, and their browser."""
    person = hire("osaka", "city_officer")
    client = sign_in(person, "osaka")
    client.person = person
    return client


@pytest.fixture
def serve(hire, sign_in):
    """Return a person of a bureau with their browser: `serve(construction)`."""

    def make(bureau):
        person = hire("osaka", "bureau_officer")
        Membership.objects.filter(user=person).update(bureau=bureau)
        client = sign_in(person, "osaka")
        client.person = person
        return client

    return make


@pytest.fixture
def ask(enter):
    """Send a request from a ward: `ask("街路灯", sent_on=…)`; at 本庁 again afterwards."""
    numbers = iter(range(1, 1_000))

    def make(title="街路灯の増設", *, slug="kita", due_on=None, sent_on=date(2026, 11, 10), **more):
        enter(slug)
        number, rule = next(numbers), RequestRule.objects.first()
        row = BureauRequest.objects.create(
            from_ward=Ward.objects.get(slug=slug), kind="request", opinion_id=number,
            opinion_label=f"R08-{number:04}", title=title, text=f"{title}を求めます。", sent_on=sent_on,
            sent_by_name="北野 花子", rule=rule, due_on=due_on or sent_on + timedelta(days=rule.days),
            **more,
        )  # fmt: skip
        enter("osaka")
        return row

    return make


def published(row, city_desk, bureau_desk, bureau, **answer):
    service.assign_request(row, bureau, actor=city_desk.person)
    said = {"answer_class": "next_year", "text": "来年度に増設します。", **answer}
    service.answer_request(row, actor=bureau_desk.person, **said)
    return service.publish_request(row, coordination="区とも調整しました。", actor=city_desk.person)


@pytest.fixture
def opinion_answered(enter, hire):
    """Register the opinion of a request in 北区 with an answer that stands so: make(row, state)."""

    def make(row, state):
        enter("kita")
        officer = hire("kita", "officer")
        was_out, now = state in ("published", "withdrawn"), clock.now()
        opinion = Opinion.objects.create(
            pk=row.opinion_id, fiscal_year=2026, number=1, source="session", received_on=TODAY,
            session=_session(), due_on=TODAY, title="街路灯", text="要旨", section="地域課",
            registered_by=officer,
        )  # fmt: skip
        Response.objects.create(
            opinion=opinion, response_class="this_year", text="増設します。", state=state,
            written_by=officer, written_at=now, approved_by=officer, approved_at=now,
            published_at=now if was_out else None,
            withdrawn_at=now if state == "withdrawn" else None,
            withdrawn_reason="誤り" if state == "withdrawn" else "",
        )  # fmt: skip
        enter("osaka")

    return make


def _session() -> ForumSession:
    term = ForumTerm.objects.create(
        number=7, valid_from=date(2025, 10, 1), valid_to=date(2027, 9, 30),
        seats_bodies=1, seats_experts=1, seats_public=1,
    )  # fmt: skip
    begins = clock.now() - timedelta(days=30)
    return ForumSession.objects.create(
        term=term, kind="plenary", fiscal_year=2026, number=1, place="402会議室", observers=10,
        desk_minutes=30, contact="地域課", papers_due_on=TODAY, starts_at=begins,
        planned_end_at=begins + timedelta(hours=2),
    )  # fmt: skip


# --- one request through its life ---------------------------------------------------------------


def test_a_request_goes_from_its_ward_through_bureau_and_city_to_everybody(
    ask, city_desk, serve, construction, client_at
):
    row = ask()
    bureau_desk = serve(construction)
    page = f"{DESK}{row.pk}/"
    assert "市民局が、担当局を決めるか、区に返します。" in text_of(city_desk.get(page))
    assert bureau_desk.get(page).status_code == HTTPStatus.NOT_FOUND

    told = city_desk.post(page, {"step": "assign", "bureau": construction.pk}, follow=True)
    assert "担当局を決めました。" in text_of(told)
    answered = bureau_desk.post(
        page,
        {"step": "answer", "answer_class": "this_year", "text": "今年度に直します。"},
        follow=True,
    )
    assert "回答しました。" in text_of(answered)
    assert client_at("osaka").get(f"/requests/{row.pk}/").status_code == HTTPStatus.NOT_FOUND
    seen = city_desk.get(page).context["steps"][0]["form"]["seen"].value()
    done = city_desk.post(
        page, {"step": "publish", "coordination": "区と調整済です。", "seen": seen}, follow=True
    )
    assert "公表しました。" in text_of(done)

    row.refresh_from_db()
    assert (row.state, row.bureau, row.answer_class) == ("published", construction, "this_year")
    assert (row.assigned_on, row.answered_on, row.published_on) == (TODAY,) * 3
    told = text_of(client_at("osaka").get(f"/requests/{row.pk}/"))
    for words in (
        "街路灯の増設",
        "今年度に直します。",
        "区と調整済です。",
        "当年度に対応",
        "R08-0001",
    ):
        assert words in told
    assert "北野 花子" not in told


@pytest.mark.parametrize(
    ("state", "is_linked"), [("published", True), ("withdrawn", True), ("approved", False)]
)
def test_a_request_leads_to_its_opinion_as_long_as_the_ledger_shows_it(
    ask, city_desk, serve, construction, client_at, opinion_answered, state, is_linked
):
    row = published(ask(), city_desk, serve(construction), construction)
    opinion_answered(row, state)

    page = client_at("osaka").get(f"/requests/{row.pk}/").content.decode()

    assert (f"/forum/opinions/{row.opinion_id}/" in page) is is_linked


def test_each_step_that_concerns_the_ward_leaves_one_job_for_it(
    ask, city_desk, serve, construction
):
    row = published(ask(), city_desk, serve(construction), construction)
    returned = service.return_request(ask(), reason="区の件です。", actor=city_desk.person)

    jobs = Job.objects.filter(name="forum_news")
    assert {(job.ward.slug, job.key, job.day) for job in jobs} == {
        ("kita", f"{row.pk}:assigned", TODAY),
        ("kita", f"{row.pk}:published", TODAY),
        ("kita", f"{returned.pk}:returned", TODAY),
    }


def test_the_bureau_may_be_changed_until_it_answers_and_the_history_keeps_the_first(
    ask, city_desk, construction, harbour, serve
):
    row = ask()
    service.assign_request(row, harbour, actor=city_desk.person)
    with pytest.raises(ValidationError, match="すでに担当局です"):
        service.assign_request(row, harbour, actor=city_desk.person)

    service.assign_request(row, construction, actor=city_desk.person)

    assert list(row.events.order_by("pgh_id").values_list("bureau_id", flat=True)) == [
        None,
        harbour.pk,
        construction.pk,
    ]
    assert "大阪港湾局" in text_of(city_desk.get(f"{DESK}{row.pk}/"))
    service.answer_request(
        row, answer_class="heard", text="承る。", actor=serve(construction).person
    )
    with pytest.raises(ValidationError, match="局が答える前だけです"):
        service.assign_request(row, harbour, actor=city_desk.person)


def test_an_answer_sent_back_keeps_its_text_and_shows_the_reason_until_it_is_given_again(
    ask, city_desk, construction, serve
):
    row, desk = ask(), serve(construction)
    service.assign_request(row, construction, actor=city_desk.person)
    service.answer_request(row, answer_class="later", text="検討します。", actor=desk.person)
    service.answer_request(
        row, answer_class="later", text="来年度に検討します。", actor=desk.person
    )
    page = f"{DESK}{row.pk}/"

    city_desk.post(page, {"step": "send_back", "reason": "時期を書いてください。"})

    shown = text_of(desk.get(page))
    assert "市民局が局に戻しました。" in shown
    assert "市民局が局に戻した理由 時期を書いてください。" in shown
    assert "来年度に検討します。" in desk.get(page).content.decode()
    row.refresh_from_db()
    assert (row.state, row.answer) == ("assigned", "来年度に検討します。")
    service.answer_request(row, answer_class="next_year", text="4月に直します。", actor=desk.person)
    row.refresh_from_db()
    assert (row.state, row.coordination) == ("answered", "")


def test_another_bureau_finds_nothing_of_what_the_first_one_wrote(
    ask, city_desk, construction, harbour, serve
):
    row, desk = ask(), serve(construction)
    service.assign_request(row, construction, actor=city_desk.person)
    service.answer_request(row, answer_class="cannot", text="できません。", actor=desk.person)
    service.send_back_to_bureau(row, reason="港湾の件です。", actor=city_desk.person)

    service.assign_request(row, harbour, actor=city_desk.person)

    row.refresh_from_db()
    assert (row.answer, row.answer_class, row.answered_on, row.coordination) == ("", "", None, "")
    assert desk.get(f"{DESK}{row.pk}/").status_code == HTTPStatus.NOT_FOUND


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer_class", "text", "sentences"),
    [
        ("", "", ["対応区分を選んでください。", "局の回答を入力してください。"]),
        ("nothing", "直します。", ["対応区分を選んでください。"]),
        ("heard", "　", ["局の回答を入力してください。"]),
        ("heard", "あ" * 4_001, ["4,000文字以内で入力してください（現在4,001文字）。"]),
        ("heard", "あ\x07い", ["目に見えない制御文字などが含まれています。文章を入力し直してください。"]),
    ],
)  # fmt: skip
def test_an_answer_without_class_or_text_is_refused_with_all_reasons(
    ask, city_desk, construction, serve, answer_class, text, sentences
):
    row, desk = ask(), serve(construction)
    service.assign_request(row, construction, actor=city_desk.person)

    with pytest.raises(ValidationError) as refusal:
        service.answer_request(row, answer_class=answer_class, text=text, actor=desk.person)

    assert refusal.value.messages == sentences
    page = desk.post(
        f"{DESK}{row.pk}/", {"step": "answer", "answer_class": answer_class, "text": text}
    )
    assert page.status_code == HTTPStatus.OK
    assert "次の理由で、まだ何も変えていません。" in text_of(page)
    row.refresh_from_db()
    assert row.state == "assigned"


def test_another_bureaus_request_does_not_exist_and_is_refused_by_the_service(
    ask, city_desk, construction, harbour, serve
):
    row, other = ask(), serve(harbour)
    service.assign_request(row, construction, actor=city_desk.person)
    said = {"answer_class": "heard", "text": "承る。"}

    assert titles_in(other.get(f"{DESK}?show=all")) == []
    assert other.get(f"{DESK}{row.pk}/").status_code == HTTPStatus.NOT_FOUND
    posted = other.post(f"{DESK}{row.pk}/", {"step": "answer", **said})
    assert posted.status_code == HTTPStatus.NOT_FOUND
    assert other.get(f"{DESK}?bureau=construction").status_code == HTTPStatus.NOT_FOUND
    with pytest.raises(PermissionDenied, match="ほかの局"):
        service.answer_request(row, actor=other.person, **said)


def test_whose_place_has_ended_at_a_bureau_answers_no_more(ask, city_desk, construction, serve):
    row, desk = ask(), serve(construction)
    service.assign_request(row, construction, actor=city_desk.person)
    Membership.objects.filter(user=desk.person).update(bureau=None)

    refused = desk.get(f"{DESK}{row.pk}/")

    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert "局が登録されていません" in text_of(refused)
    assert "局が登録されていません" in text_of(desk.get("/admin/"))


@pytest.mark.parametrize("step", ["assign", "return", "publish", "send_back", "answer"])
def test_what_has_been_returned_takes_no_step(ask, city_desk, construction, serve, step):
    row = service.return_request(ask(), reason="区の件です。", actor=city_desk.person)
    steps = {
        "assign": lambda: service.assign_request(row, construction, actor=city_desk.person),
        "return": lambda: service.return_request(row, reason="再", actor=city_desk.person),
        "publish": lambda: service.publish_request(row, coordination="", actor=city_desk.person),
        "send_back": lambda: service.send_back_to_bureau(row, reason="再", actor=city_desk.person),
        "answer": lambda: service.answer_request(
            row, answer_class="heard", text="承る。", actor=serve(construction).person
        ),
    }

    with pytest.raises((ValidationError, PermissionDenied)):
        steps[step]()

    row.refresh_from_db()
    assert (row.state, row.closing_reason) == ("returned", "区の件です。")
    if step == "assign":
        page = city_desk.post(f"{DESK}{row.pk}/", {"step": "assign", "bureau": construction.pk})
        assert "いま「区に返した」です。" in text_of(page)


def test_of_two_who_publish_at_once_the_second_is_told_so(ask, city_desk, construction, serve):
    row = ask()
    service.assign_request(row, construction, actor=city_desk.person)
    service.answer_request(
        row, answer_class="heard", text="承る。", actor=serve(construction).person
    )
    # Both opened the page while it was answered.
    first, second = (BureauRequest.objects.get(pk=row.pk) for _ in range(2))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        service.publish_request(first, coordination="一人目", actor=city_desk.person)
    assert any("FOR UPDATE" in one["sql"] for one in asked)

    with pytest.raises(ValidationError, match="いま「回答を公表」です。"):
        service.publish_request(second, coordination="二人目", actor=city_desk.person)

    row.refresh_from_db()
    assert row.coordination == "一人目"
    with pytest.raises(ValidationError, match="公表されるまでです"):
        service.answer_request(
            row, answer_class="heard", text="書き直す。", actor=serve(construction).person
        )


def test_nobody_publishes_an_answer_that_was_rewritten_after_they_read_it(
    ask, city_desk, construction, serve
):
    row, desk = ask(), serve(construction)
    page = f"{DESK}{row.pk}/"
    service.assign_request(row, construction, actor=city_desk.person)
    service.answer_request(row, answer_class="heard", text="承る。", actor=desk.person)
    seen = city_desk.get(page).context["steps"][0]["form"]["seen"].value()
    service.answer_request(row, answer_class="cannot", text="できない。", actor=desk.person)

    for number in (seen, "", "x", "9" * 30, "-1"):
        told = city_desk.post(page, {"step": "publish", "coordination": "", "seen": number})
        assert "ほかの人がこの要請・提案を変更しました" in text_of(told)

    row.refresh_from_db()
    assert row.state == "answered"


def test_a_bureau_that_is_closed_or_unknown_is_not_chosen(ask, city_desk, construction):
    row, page = ask(), None
    Bureau.objects.filter(pk=construction.pk).update(is_active=False)
    for bureau in (construction.pk, "", "9" * 30, "x", "\x07"):
        page = city_desk.post(f"{DESK}{row.pk}/", {"step": "assign", "bureau": bureau})
        assert page.status_code == HTTPStatus.OK
        assert "担当局を選" in text_of(page)

    with pytest.raises(ValidationError, match="廃止された局です"):
        service.assign_request(row, construction, actor=city_desk.person)


def test_each_takes_only_the_steps_of_their_role(
    ask, city_desk, construction, serve, hire, sign_in
):
    row, desk = ask(), serve(construction)
    service.assign_request(row, construction, actor=city_desk.person)
    viewer = sign_in(hire("osaka", "city_viewer"), "osaka")
    page = f"{DESK}{row.pk}/"

    def steps_of(client):
        return [step["code"] for step in client.get(page).context["steps"]]

    assert steps_of(city_desk) == ["assign", "return"]
    assert steps_of(desk) == ["answer"]
    assert steps_of(viewer) == []
    for client, step in ((viewer, "assign"), (desk, "publish"), (city_desk, "answer")):
        refused = client.post(page, {"step": step})
        assert refused.status_code == HTTPStatus.FORBIDDEN
        assert "あなたの役割では、この手続きはできません。" in text_of(refused)
    assert city_desk.post(page, {"step": "delete"}).status_code == HTTPStatus.NOT_FOUND
    assert city_desk.post(DESK).status_code == HTTPStatus.METHOD_NOT_ALLOWED


# --- the list ---------------------------------------------------------------------------------------


def test_the_overdue_stand_first_and_each_filter_keeps_its_own(
    ask, city_desk, construction, serve, hire
):
    late = ask("遅い件", due_on=TODAY - timedelta(days=2))
    ask("新しい件", due_on=TODAY + timedelta(days=20))
    soon = ask("今日の件", due_on=TODAY, slug="nishi")
    ended = ask("終わった件")
    service.assign_request(soon, construction, actor=city_desk.person)
    service.return_request(ended, reason="区の件です。", actor=city_desk.person)

    def shown(query=""):
        return titles_in(city_desk.get(f"{DESK}{query}"))

    assert shown() == ["遅い件", "今日の件", "新しい件"]
    assert shown("?show=overdue") == ["遅い件"]
    assert shown("?show=sent") == ["遅い件", "新しい件"]
    assert shown("?show=assigned&bureau=construction") == ["今日の件"]
    assert shown("?show=returned") == ["終わった件"]
    assert shown("?ward=nishi") == ["今日の件"]
    assert shown("?q=新しい") == ["新しい件"]
    assert len(shown("?show=all")) == 4
    assert titles_in(serve(construction).get(DESK)) == ["今日の件"]
    words = text_of(city_desk.get(DESK))
    assert "2日超過" in words
    assert "担当局が確かめる段階" in words
    assert "この条件に合う要請・提案はありません" in text_of(city_desk.get(f"{DESK}?ward=chuo"))
    assert late.state == "sent"


@pytest.mark.parametrize(
    "query", ["show=nothing", "ward=sakai", "bureau=none", "q=%07", "page=99", "page=x", "format=exe"]
)  # fmt: skip
def test_a_list_that_there_is_not_is_not_found(ask, city_desk, query):
    ask()

    assert city_desk.get(f"{DESK}?{query}").status_code == HTTPStatus.NOT_FOUND


def test_the_list_asks_the_same_few_questions_however_long_it_is(
    ask, city_desk, construction, django_assert_max_num_queries
):
    for number in range(30):
        row = ask(f"件{number:02}", due_on=TODAY + timedelta(days=number))
        if number % 2:
            service.assign_request(row, construction, actor=city_desk.person)

    with django_assert_max_num_queries(14):
        first = city_desk.get(DESK)
    assert len(titles_in(first)) == 25
    assert titles_in(city_desk.get(f"{DESK}?page=2")) == [f"件{n}" for n in range(25, 30)]


def test_the_file_of_the_list_holds_all_its_pages_and_is_noted(ask, city_desk, enter):
    for number in range(27):
        ask(f"=件{number}")

    content = city_desk.get(f"{DESK}?show=sent&format=csv").getvalue().decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == 27
    assert rows[0]["件名"].startswith("'=件")
    enter("osaka")
    event = CityAccessEvent.objects.get(what="export")
    assert (event.about, event.detail["rows"]) == ("要請・提案", 27)


def test_the_start_page_tells_each_what_waits_for_them(ask, city_desk, construction, serve):
    late, _ = ask("遅い件", due_on=TODAY - timedelta(days=1)), ask()
    service.assign_request(late, construction, actor=city_desk.person)

    of_the_city = text_of(city_desk.get("/admin/"))
    of_the_bureau = text_of(serve(construction).get("/admin/"))

    assert "1 件 要請・提案の担当局が決まっていません。" in of_the_city
    assert "期限超過： 建設局 1件" in of_the_city
    assert "回答するもの 1件 （うち期限を過ぎたもの 1件）" in of_the_bureau.replace("件（", "件 （")
    assert "遅い件" in of_the_bureau


@pytest.mark.parametrize(
    ("days", "left", "rung", "step"),
    [
        (-8, "あと8日", "", Escalation.NONE),
        (-7, "あと7日", "期限が近い", Escalation.NONE),
        (0, "今日まで", "担当局が確かめる段階", Escalation.CHIEF),
        (3, "3日超過", "市民局が促す段階", Escalation.HEAD),
        (7, "7日超過", "区に遅れを知らせる段階", Escalation.MAYORS_OFFICE),
    ],
)
def test_the_ladder_climbs_by_the_requests_own_rule(ask, days, left, rung, step):
    row = ask(due_on=TODAY)

    standing = standing_of(row, TODAY + timedelta(days=days))

    assert (standing.left, standing.rung, standing.step) == (left, rung, step)
    assert standing.is_overdue is (days > 0)
    row.state = "published"
    assert standing_of(row, TODAY).rung == ""


# --- the public page --------------------------------------------------------------------------------


@pytest.fixture
def some_published(ask, city_desk, construction, harbour, serve):
    """街路灯 of 北区 by 建設局, 護岸 of 西区 by 港湾局; one more waits and one is answered only."""
    of_construction, of_harbour = serve(construction), serve(harbour)
    light = published(ask("街路灯の増設"), city_desk, of_construction, construction)
    quay = published(ask("護岸の補修", slug="nishi"), city_desk, of_harbour, harbour)
    ask("まだ秘密の件", sent_on=TODAY - timedelta(days=31))
    answered = ask("回答だけの件", sent_on=TODAY - timedelta(days=91))
    service.assign_request(answered, construction, actor=city_desk.person)
    said = {"answer_class": "heard", "text": "未公表の回答。"}
    service.answer_request(answered, actor=of_construction.person, **said)
    return light, quay, answered


def test_everybody_reads_what_is_published_and_of_the_rest_only_counts(some_published, client_at):
    light, _, answered = some_published
    client = client_at("osaka")

    page = client.get("/requests/")

    words = text_of(page)
    assert "公表した要請・提案と回答 2件" in words
    assert "区とも調整しました。" in words
    assert f'id="r-{light.pk}"' in page.content.decode()
    assert f'href="/requests/{light.pk}/"' in page.content.decode()
    for secret in ("まだ秘密の件", "回答だけの件", "未公表の回答。"):
        assert secret not in page.content.decode()
    lines = {one.bureau: (one.bands, one.overdue) for one in page.context["page"].open_by_bureau}
    assert lines == {"（担当局の決定待ち）": ((0, 1, 0, 0), 1), "建設局": ((0, 0, 0, 1), 1)}
    assert client.get(f"/requests/{answered.pk}/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ward=kita", ["街路灯の増設"]),
        ("bureau=harbour", ["護岸の補修"]),
        ("fiscal_year=2026", ["街路灯の増設", "護岸の補修"]),
        ("fiscal_year=R8", ["街路灯の増設", "護岸の補修"]),
        ("fiscal_year=2020", []),
        ("q=来年度%E3%80%80護岸", ["護岸の補修"]),
        ("q=調整", ["街路灯の増設", "護岸の補修"]),
        ("q=Ｒ０８－０００１", ["街路灯の増設"]),
    ],
)
def test_the_file_gives_exactly_what_is_shown(some_published, client_at, query, found):
    client = client_at("osaka")

    page = client.get(f"/requests/?{query}")
    content = client.get(f"/requests/?{query}&format=csv").getvalue().decode("utf-8-sig")

    assert sorted(one.title for one in page.context["page"].page.object_list) == sorted(found)
    rows = list(csv.DictReader(io.StringIO(content)))
    assert sorted(row["title"] for row in rows) == sorted(found)


def test_the_counts_are_a_file_of_their_own(some_published, client_at):
    content = client_at("osaka").get("/requests/?table=open&format=xlsx").getvalue()

    header, *rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    )
    assert header[1:] == ["bureau", "days_0_30", "days_31_60", "days_61_90", "days_over_90", "waiting", "overdue"]  # fmt: skip
    assert rows[-1][1:] == ["計", 0, 1, 0, 1, 2, 2]


@pytest.mark.parametrize(
    "address",
    [
        "/requests/?format=exe", "/requests/?table=x&format=csv", "/requests/?fiscal_year=99999",
        "/requests/?fiscal_year=9999", "/requests/?fiscal_year=x", "/requests/?ward=sakai",
        "/requests/?bureau=none", "/requests/?q=%07", "/requests/?page=0", "/requests/?page=99999999999999999999",
        "/requests/3f7c47b6-291e-41a3-8ae8-9dc240c6ad03/", "/requests/1/",
    ],
)  # fmt: skip
def test_what_there_is_not_is_not_found(some_published, client_at, address):
    assert client_at("osaka").get(address).status_code == HTTPStatus.NOT_FOUND


def test_a_ward_knows_none_of_the_citys_pages(some_published, client_at, hire, sign_in):
    staff = sign_in(hire("kita", "viewer"), "kita")

    for address in ("/requests/", f"/requests/{some_published[0].pk}/"):
        assert client_at("kita").get(address).status_code == HTTPStatus.NOT_FOUND
    for address in (DESK, f"{DESK}{some_published[0].pk}/"):
        assert staff.get(address).status_code == HTTPStatus.NOT_FOUND
    assert client_at("osaka").post("/requests/").status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_made_up_requests_are_called_so(ask, client_at, city_desk, construction, serve):
    row = published(ask(is_demo=True), city_desk, serve(construction), construction)

    for address in ("/requests/", f"/requests/{row.pk}/"):
        assert "見本 ： 作成した見本の要請・提案" in text_of(
            client_at("osaka").get(address)
        ).replace("見本：", "見本 ：")


@pytest.mark.parametrize(
    ("age", "band"), [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (4_000, 3)]
)
def test_bands_of_age_end_with_their_last_day(age, band):
    assert band_of(TODAY - timedelta(days=age), TODAY) == band


def test_requests_of_a_year_are_counted_by_what_became_of_them():
    def row(bureau, sent_on, *, waits):
        return RequestRow(
            "kita", bureau, sent_on, sent_on, is_waiting=waits, is_published=not waits
        )

    rows = [
        row("建設局", date(2026, 4, 1), waits=False),
        row("建設局", date(2026, 3, 31), waits=True),
        row("", TODAY, waits=True),
    ]
    unnamed, construction = figures_by_bureau(
        rows, TODAY, first=date(2026, 4, 1), last=date(2027, 3, 31)
    )

    assert (construction.sent, construction.published, construction.bands) == (1, 1, (0, 0, 0, 1))
    assert (unnamed.sent, unnamed.waiting, unnamed.overdue) == (1, 1, 0)


# --- the rule of the clock --------------------------------------------------------------------------

RULES = "/admin/council_city/requestrule/"
NEW_RULE = {
    "name": "新しい期限", "days": "20", "remind_before": "5", "bureau_after": "0", "city_after": "2",
    "ward_after": "5", "valid_from": "令和8年12月1日", "valid_to": "", "source": "通知",
}  # fmt: skip


def test_a_rule_is_written_before_it_begins_and_then_only_ended(city_desk):
    stored = city_desk.post(f"{RULES}add/", NEW_RULE)
    assert stored.status_code == HTTPStatus.FOUND
    assert RequestRule.objects.get(name="新しい期限").valid_from == date(2026, 12, 1)
    first = RequestRule.objects.order_by("valid_from").first()

    page = city_desk.get(f"{RULES}{first.pk}/change/")
    assert 'name="valid_to"' in page.content.decode()
    assert 'name="days"' not in page.content.decode()
    city_desk.post(f"{RULES}{first.pk}/change/", {"valid_to": "令和8年11月30日", "days": "1"})

    first.refresh_from_db()
    assert (first.valid_to, first.days) == (date(2026, 11, 30), 30)
    assert "適用中" in text_of(city_desk.get(RULES))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"valid_from": "令和8年11月25日"}, "適用の初日は、明日以後の日にしてください。"),
        ({"valid_from": "明日"}, "日付として読み取れません"),
        ({"days": "0"}, "期限までの日数は1日以上"),
        ({"remind_before": "21"}, "期限までの日数は1日以上"),
        ({"city_after": "9"}, "局・市民局・区の順に"),
        ({"valid_to": "令和8年11月30日"}, "末日は初日以後の日にしてください。"),
        ({"days": "9" * 20}, "以下"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused_in_words(city_desk, changed, sentence):
    page = city_desk.post(f"{RULES}add/", {**NEW_RULE, **changed})

    assert sentence in text_of(page)
    assert RequestRule.objects.count() == 1


def test_the_last_rule_is_not_ended_without_another(city_desk):
    first = RequestRule.objects.get()

    for day, sentence in (
        ("令和8年12月1日", "令和8年12月2日から適用する期限がなくなり"),
        ("令和8年11月1日", "今日以後の日"),
    ):
        page = city_desk.post(f"{RULES}{first.pk}/change/", {"valid_to": day})
        assert sentence in text_of(page)
    first.refresh_from_db()
    assert first.valid_to is None
