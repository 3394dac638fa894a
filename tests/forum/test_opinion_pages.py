"""The staff pages of the ledger: what each person finds, types and is refused on them."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from councils.city.models import BureauRequest
from councils.forum.choices import ResponseState
from councils.forum.ledger import STAFF_COLUMNS
from councils.forum.models import (
    EvaluationSheet,
    ForumTerm,
    Gathering,
    MemberEvaluation,
    Opinion,
    Response,
    ResponsePublication,
    Subcommittee,
)
from councils.forum.services import gatherings, opinions, publications, responses
from councils.forum.services.opinion_files import HEADINGS
from wards import clock
from wards.desk.models import AccessEvent
from wards.models import Bureau
from wards.spreadsheets import read_lines

from .conftest import add_session

BASE = "/admin/ward_forum"
OPINIONS = f"{BASE}/opinion/"


@pytest.fixture(autouse=True)
def summer(at):
    """It is the week after the session of 10 July 2026."""
    at("2026-07-15 10:00")


@pytest.fixture
def desk(sign_in, officer):
    """The officer's browser in 北区."""
    return sign_in(officer, "kita")


@pytest.fixture
def chief(sign_in, manager):
    """The manager's browser in 北区."""
    return sign_in(manager, "kita")


@pytest.fixture
def hear(session, officer):
    """Register an opinion of the session."""

    def register(title="公園の灯りが暗い", **more):
        return opinions.register_opinion(
            **{
                "source": "session",
                "session": session,
                "title": title,
                "text": "夜は通りにくい。",
                "section": "地域課",
                "actor": officer,
                **more,
            }
        )

    return register


def text_of(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def rows_of(answer) -> list[tuple[str, ...]]:
    """Return the rows of a workbook that was handed out."""
    return [line.cells for line in read_lines(b"".join(answer.streaming_content))]


def act(browser, opinion, step, follow=True, **data):
    return browser.post(f"{OPINIONS}{opinion.pk}/act/{step}/", data, follow=follow)


def approve(browser, opinion, follow=True, **data):
    """Press 「決裁する」 on the page as it stands now."""
    page = text_of(browser.get(f"{OPINIONS}{opinion.pk}/change/"))
    return act(browser, opinion, "approve", follow, **{"seen": seen_on(page), **data})


def seen_on(page: str) -> str:
    return re.search(r'name="seen" value="([^"]+)"', page)[1]


# --- the whole way on the screen ---


def test_an_opinion_goes_its_whole_way_on_the_screen(desk, chief, session, at):
    page = text_of(desk.get(f"{OPINIONS}add/?session={session.pk}"))
    assert "の意見を登録します" in page
    typed = {
        "source": "session",
        "title": "公園の灯りが暗い",
        "text": "夜は通りにくい。",
        "scope": "ward",
        "section": "地域課",
    }
    page = text_of(desk.post(f"{OPINIONS}add/?session={session.pk}", typed, follow=True))
    one = Opinion.objects.get()
    assert "R08-0001" in page
    assert "期限までに対応を書き" in page
    page = text_of(act(desk, one, "write", response_class="this_year", text="増やします。"))
    assert "区課長か区長が決裁" in page
    assert 'act/approve/"' not in page
    assert act(desk, one, "approve").status_code == 403
    approve(chief, one)
    typed = {"title": "第1回の回答", "planned_on": "令和8年7月20日", "session": session.pk}
    desk.post(f"{BASE}/responsepublication/add/", typed)
    made = ResponsePublication.objects.get()
    act(desk, one, "put_in", publication=made.pk)
    page = text_of(desk.get(f"{BASE}/responsepublication/{made.pk}/preview/"))
    assert "増やします。" in page
    assert "対応中" in page
    act_url = f"{BASE}/responsepublication/{made.pk}/act/publish/"
    assert desk.post(act_url).status_code == 403
    assert "1件の対応を公表しました" in text_of(chief.post(act_url, follow=True))
    act(desk, one, "measure", done_on="令和8年7月14日", text="2基増やした。", yen="400000")
    assert "結果まで済んだものとしました" in text_of(
        act(chief, one, "close", closing="灯りを増やした。")
    )
    page = text_of(desk.get(f"{OPINIONS}{one.pk}/change/"))
    for words in ("令和8年7月14日", "400,000円", "灯りを増やした。", "対応を公表（当年度に対応）"):
        assert words in page


def test_the_next_opinion_of_a_session_is_typed_at_once(desk, session):
    address = f"{OPINIONS}add/?session={session.pk}"
    typed = {
        "source": "session", "title": "一", "text": "二", "scope": "ward", "section": "地域課",
        "next": "1",
    }  # fmt: skip

    answer = desk.post(address, typed)

    assert (answer.status_code, answer.url) == (302, address)


def test_an_opinion_of_a_talk_is_entered_from_its_page(kita, desk, officer):
    talk = gatherings.register_gathering(
        kind="talk",
        title="見本東の懇談会",
        held_on=date(2026, 7, 1),
        participants=20,
        themes="防災",
        actor=officer,
    )
    page = text_of(desk.get(f"{BASE}/gathering/{talk.pk}/change/"))
    address = f"{OPINIONS}add/?gathering={talk.pk}"
    assert address in page

    typed = {"source": "talk", "title": "一", "text": "二", "scope": "ward", "section": "地域課"}
    desk.post(address, typed)

    assert Opinion.objects.get().gathering == talk


# --- what is refused ---


@pytest.mark.parametrize(
    "address",
    [
        f"{OPINIONS}add/?session=99999999999999999999",
        f"{OPINIONS}add/?session=123456789",
        f"{OPINIONS}add/?session=１",
        f"{OPINIONS}add/?gathering=x",
        f"{OPINIONS}99999999999999999999/change/",
        f"{OPINIONS}123456789/change/",
        f"{BASE}/responsepublication/123456789/preview/",
        f"{BASE}/evaluationsheet/123456789/overview/csv/",
    ],
)
def test_what_there_is_not_is_not_found(desk, kita, address):
    assert desk.get(address).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "fiscal_year=99999999999",
        "state=nothing",
        "scope=x",
        "q=R99-999999",
        "p=999999",
    ],
)
def test_nonsense_in_an_address_finds_nothing_or_all(desk, hear, query):
    hear()

    assert desk.get(f"{OPINIONS}?{query}", follow=True).status_code == 200


def test_what_no_keyboard_types_is_refused_and_no_error(desk, hear):
    one = hear()

    for query in ("class=%00", "q=%00"):
        assert desk.get(f"{OPINIONS}?{query}").status_code == 400
    assert act(desk, one, "write", response_class="heard", text="a\x00b").status_code == 400
    assert "制御文字" in text_of(act(desk, one, "write", response_class="heard", text="a\x07b"))
    assert not Response.objects.exists()


def test_an_export_of_nonsense_is_no_error(desk, hear):
    hear()

    assert desk.get(f"{OPINIONS}export/csv/?state=nothing").status_code == 200
    assert desk.get(f"{OPINIONS}export/pdf/").status_code == 404


@pytest.mark.parametrize(
    ("step", "data", "told"),
    [
        ("write", {"response_class": "cannot", "text": "できません。"}, "できない理由を入力"),
        ("write", {"response_class": "x", "text": "a"}, "対応区分を選び直して"),
        ("write", {"response_class": "heard", "text": ""}, "対応・考え方を入力"),
        (
            "write",
            {"response_class": "heard", "text": "a", "budget_yen": "-1", "has_budget": "yes"},
            "0から1,000,000,000,000まで",
        ),
        (
            "write",
            {"response_class": "heard", "text": "a", "budget_year": "2027", "has_budget": "no"},
            "予算措置があるときだけ",
        ),
        (
            "write",
            {"response_class": "heard", "text": "a", "budget_year": "来年", "has_budget": "yes"},
            "「来年」は年度として読み取れません",
        ),
        (
            "write",
            {"response_class": "heard", "text": "a", "indicator": "9" * 30},
            "選び直して",
        ),
        ("measure", {"done_on": "令和9年1月1日", "text": "未来"}, "今日以前"),
        ("measure", {"done_on": "きのう", "text": "x"}, "日付として読み取れません"),
        ("measure", {"done_on": "令和8年7月12日", "text": "x", "yen": "9" * 40}, "までの数字"),
    ],
)
def test_a_refused_step_says_why_and_keeps_what_was_typed(desk, hear, step, data, told):
    one = hear()

    page = text_of(act(desk, one, step, **data))

    assert told in page
    assert "次の理由で、まだ何も変えていません" in page
    assert not Response.objects.exists()
    assert not one.measures.exists()


def test_years_and_amounts_are_read_as_officers_write_them(desk, hear):
    one = hear()

    act(
        desk, one, "write", response_class="heard", text="検討します。", has_budget="yes",
        budget_year="令和9年度", budget_yen="1,200,000",
    )  # fmt: skip

    draft = Response.objects.get()
    assert (draft.budget_year, draft.budget_yen) == (2027, 1_200_000)
    page = text_of(desk.get(f"/admin/ward_forum/opinion/{one.pk}/change/"))
    assert 'value="令和9年度"' in page


def test_the_writer_is_told_before_pressing_that_somebody_else_decides(chief, manager, hear):
    one = hear()
    responses.write_response(one, response_class="heard", text="案", actor=manager)

    page = text_of(chief.get(f"{OPINIONS}{one.pk}/change/"))

    assert "自分で書いた対応は、決裁できません" in page
    assert "自分で書いた対応は、決裁できません" in text_of(act(chief, one, "approve"))


def test_who_decides_reads_first_what_was_rewritten_meanwhile(chief, hear, officer, at):
    one = hear()
    responses.write_response(one, response_class="heard", text="案1", actor=officer)
    old = seen_on(text_of(chief.get(f"{OPINIONS}{one.pk}/change/")))
    at("2026-07-15 10:01")
    responses.write_response(one, response_class="heard", text="案2", actor=officer)
    for seen in (old, "", "9" * 5_000):
        page = text_of(act(chief, one, "approve", seen=seen))
        assert "もう一度読んでから決裁してください" in page
        assert "案2" in page
        assert one.responses.get().state == ResponseState.DRAFT

    act(chief, one, "approve", seen=seen_on(page))

    assert one.responses.get().state == ResponseState.APPROVED
    page = text_of(chief.get(f"{OPINIONS}{one.pk}/change/"))
    assert "決裁済みです。先に差し戻してください。" in page
    typed = {"title": "別", "text": "別", "scope": "ward", "section": "地域課"}
    assert "決裁済みです。" in text_of(act(chief, one, "change", **typed))
    one.refresh_from_db()
    assert one.title == "公園の灯りが暗い"


def test_a_decided_answer_in_no_set_waits_on_ones_own_page(desk, hear, officer, manager):
    response = responses.write_response(
        hear(), response_class="heard", text="承ります。", actor=officer
    )
    told = "決裁済みの対応が、公表のまとまりに入っていません"
    assert told not in text_of(desk.get("/admin/"))
    responses.approve_response(response, actor=manager)
    assert told in text_of(desk.get("/admin/"))
    assert "R08-0001" in text_of(desk.get(f"{OPINIONS}?state=approved"))
    row = publications.open_publication(title="回答", planned_on=clock.today(), actor=officer)

    publications.put_in(row, [response], actor=officer)

    assert told not in text_of(desk.get("/admin/"))


def test_steps_of_another_state_are_refused_in_words(chief, sign_in, mayor, hear, officer):
    one = hear()

    assert "今の状態を確かめて" in text_of(act(chief, one, "approve"))
    assert "今の状態を確かめて" in text_of(act(chief, one, "withdraw", reason="x"))
    assert "取り下げられる要請・提案がありません" in text_of(
        act(chief, one, "withdraw_request", reason="x")
    )
    assert "まだ結果まで済んでいません" in text_of(act(chief, one, "reopen", reason="x"))
    assert "入力に誤りがあります" in text_of(
        act(chief, one, "withdraw_measure", measure="5", reason="x")
    )


def test_the_ward_mayor_decides_and_writes_nothing(sign_in, mayor, hear, officer):
    one = hear()
    responses.write_response(one, response_class="heard", text="案", actor=officer)
    browser = sign_in(mayor, "kita")

    page = text_of(browser.get(f"{OPINIONS}{one.pk}/change/"))

    assert 'act/approve/"' in page
    assert 'act/write/"' not in page
    assert act(browser, one, "write", response_class="heard", text="x").status_code == 403
    approve(browser, one)
    assert one.responses.get().state == ResponseState.APPROVED


def test_a_request_is_sent_and_taken_back_on_the_screen(chief, desk, hear):
    one = hear()
    page = text_of(act(chief, one, "ask", kind="proposal", title="灯り", text="市の灯りを増やす。"))
    assert "提案を市民局に出しました" in page
    assert "答えを待っている" in page
    assert 'act/ask/"' not in text_of(desk.get(f"{OPINIONS}{one.pk}/change/"))

    assert "取り下げました" in text_of(act(chief, one, "withdraw_request", reason="区で直す。"))


def test_what_waits_is_taken_back_beside_an_answer_that_is_out(chief, desk, hear, enter):
    one = hear()
    act(chief, one, "ask", kind="request", title="一", text="一")
    enter("osaka")
    bureau = Bureau.objects.create(code="roads", name="見本建設局")
    BureauRequest.objects.update(
        state="published", bureau=bureau, assigned_on=clock.today(), answered_on=clock.today(),
        answer_class="heard", answer="承ります。", published_on=clock.today(),
    )  # fmt: skip
    enter("kita")
    act(chief, one, "ask", kind="request", title="二", text="二")

    page = text_of(act(chief, one, "withdraw_request", reason="区で直す。"))

    assert "取り下げました" in page
    assert "承ります。" in page


# --- lists and files ---


def test_late_opinions_come_first_and_what_is_through_last(desk, hear, officer, manager, at):
    hear("古い")
    through = hear("済み")
    response = responses.write_response(
        through, response_class="heard", text="承ります。", actor=officer
    )
    responses.approve_response(response, actor=manager)
    row = publications.open_publication(title="回答", planned_on=clock.today(), actor=officer)
    publications.put_in(row, [response], actor=officer)
    publications.publish(row, actor=manager)
    at("2026-09-09 10:00")

    page = desk.get(OPINIONS)

    titles = [one.title for one in page.context["cl"].result_list]
    assert titles == ["古い", "済み"]
    text = text_of(page)
    assert "回答期限超過" in text
    assert "61日" in text
    found = desk.get(f"{OPINIONS}?class=heard").context["cl"].result_list
    assert [one.title for one in found] == ["済み"]
    found = desk.get(f"{OPINIONS}?q=r08-0001").context["cl"].result_list
    assert [one.title for one in found] == ["古い"]


@pytest.mark.parametrize("name", ["opinion", "responsepublication", "gathering", "evaluationsheet"])
def test_an_empty_list_says_what_to_do(desk, kita, name):
    assert "当てはまる" in text_of(desk.get(f"{BASE}/{name}/"))


def test_the_list_and_the_page_ask_a_fixed_number_of_questions(desk, hear, officer):
    def questions(address) -> int:
        desk.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(address).status_code == 200
        return len(asked)

    one = hear()
    page = f"{OPINIONS}{one.pk}/change/"
    before = [questions(OPINIONS), questions(page)]
    for number in range(5):
        hear(f"意見{number}")
    for number in range(3):
        response = responses.write_response(
            one, response_class="heard", text=f"案{number}", actor=officer
        )
        responses.withdraw_response(response, reason="直す。", actor=officer)

    after = [questions(OPINIONS), questions(page)]

    assert after[0] <= before[0]
    assert after[1] <= before[1] + 1
    assert after[0] < 45
    assert after[1] < 80


def test_the_export_holds_every_column_of_the_ledger_and_is_noted(desk, hear, officer):
    one = hear("=1+1")
    responses.write_response(
        one, response_class="later", text="案", has_budget=False, actor=officer
    )

    answer = desk.get(f"{OPINIONS}export/xlsx/")

    head, row = rows_of(answer)
    assert list(head) == list(STAFF_COLUMNS.values())
    found = dict(zip(head, row, strict=False))
    assert (found["番号"], found["見出し"]) == ("R08-0001", "=1+1")
    assert (found["予算措置"], found["対応の状態"]) == ("なし", "作成中")
    csv = b"".join(desk.get(f"{OPINIONS}export/csv/").streaming_content).decode("utf-8-sig")
    assert "'=1+1" in csv
    assert AccessEvent.objects.filter(about="意見の台帳").count() == 2


def test_a_viewer_of_figures_is_kept_out(sign_in, hire, hear):
    one = hear()
    browser = sign_in(hire("kita", "viewer"), "kita")

    for address in (OPINIONS, f"{OPINIONS}{one.pk}/change/", f"{OPINIONS}import/"):
        assert browser.get(address).status_code == 403


# --- ledgers that lived in Excel ---


def upload(*rows, name="台帳.csv"):
    lines = [",".join(HEADINGS), *rows]
    return {"file": SimpleUploadedFile(name, "\n".join(lines).encode())}


GOOD = "会議での意見,令和8年度,,第1回,,,灯り,暗い。,,地域課,,今後検討,検討します。,,"


def test_a_ledger_is_taken_in_with_its_answers_as_drafts(desk, session, officer):
    desk_page = text_of(desk.get(f"{OPINIONS}import/"))
    assert "対応区分" in desk_page
    gatherings.register_gathering(
        kind="survey",
        title="防災アンケート",
        held_on=date(2026, 6, 30),
        participants=400,
        themes="防災",
        actor=officer,
    )

    page = text_of(
        desk.post(
            f"{OPINIONS}import/",
            upload(
                GOOD, "アンケート,,,,防災アンケート,R8.6.20,備え,足りない。,区の事業,地域課,,,,,"
            ),
            follow=True,
        )
    )

    assert "意見を2件取り込みました（R08-0001からR08-0002まで）" in page
    assert Response.objects.get().state == ResponseState.DRAFT
    page = text_of(desk.post(f"{OPINIONS}import/", upload(GOOD)))
    assert "すでにR08-0001として登録されています" in page


def test_of_two_sessions_of_one_number_the_day_tells_which(desk, term, at):
    at("2026-12-15 10:00")
    following = ForumTerm.objects.create(
        number=8, valid_from=date(2027, 10, 1), valid_to=date(2029, 9, 30),
        seats_bodies=2, seats_experts=1, seats_public=1,
    )  # fmt: skip
    early, late = (
        add_session(
            of,
            starts,
            kind="subcommittee",
            subcommittee=Subcommittee.objects.create(
                term=of, name="防災部会", valid_from=of.valid_from, valid_to=of.valid_to
            ),
        )
        for of, starts in ((term, "2026-07-10 19:00"), (following, "2026-11-20 19:00"))
    )
    line = "{},令和8年度,防災部会,1,,{},{},暗い。,,地域課,,,,,"
    for source, day in (
        ("会議での意見", ""), ("会議での意見", "2026-07-09"), ("事前意見", "2026-11-21"),
    ):  # fmt: skip
        page = text_of(desk.post(f"{OPINIONS}import/", upload(line.format(source, day, "灯り"))))
        assert "令和8年7月10日" in page
        assert "令和8年11月20日" in page
        assert not Opinion.objects.exists()

    rows = [
        ("会議での意見", "2026-07-10", "一", early),
        ("会議での意見", "2026-11-19", "二", early),
        ("会議での意見", "2026-11-20", "三", late),
        ("事前意見", "2026-07-10", "四", early),
        ("事前意見", "2026-07-11", "五", late),
    ]
    desk.post(f"{OPINIONS}import/", upload(*(line.format(*row[:3]) for row in rows)))

    found = {one.title: one.session for one in Opinion.objects.select_related("session")}
    assert found == {title: session for _, _, title, session in rows}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("電話,令和8年度,,1,,,別の灯り,暗い。,,地域課,,,,,", "「電話」は使えません"),
        ("会議での意見,令和8年度,,9,,,別の灯り,暗い。,,地域課,,,,,", "会議は登録されていません"),
        ("会議での意見,いつか,,1,,,別の灯り,暗い。,,地域課,,,,,", "年度として読み取れません"),
        ("会議での意見,R8,,1,,2026-07-09,別の灯り,暗い。,,地域課,,,,,", "以後にして"),
        ("会議での意見,R8,,1,,2099-01-01,別の灯り,暗い。,,地域課,,,,,", "今日以前"),
        ("会議での意見,R8,,1,,,,暗い。,,地域課,,,,,", "見出しを入力"),
        ("会議での意見,R8,,1,,,別の灯り,暗い。,局の事業,地域課,,,,,", "担当局を選んで"),
        ("会議での意見,R8,,1,,,別の灯り,暗い。,,地域課,無い局,,,,", "という局はありません"),
        ("会議での意見,R8,,1,,,別の灯り,暗い。,,地域課,,対応困難,できません。,,", "できない理由"),
        ("会議での意見,R8,,1,,,別の灯り,暗い。,,地域課,,,やります。,,", "対応区分を入力"),
        ("地域懇談会,,,,無い会,,別の灯り,暗い。,,地域課,,,,,", "登録されていません"),
        ("地域懇談会,R8,,,会,,別の灯り,暗い。,,地域課,,,,,", "空欄にして"),
    ],
)
def test_one_bad_row_keeps_the_whole_file_out_and_is_named(desk, session, row, told):
    page = text_of(desk.post(f"{OPINIONS}import/", upload(GOOD, row)))

    assert "3行目" in page
    assert told in page
    assert "一行も取り込んでいません" in page
    assert not Opinion.objects.exists()


def test_all_that_is_wrong_with_a_row_is_named_with_its_column(desk, session):
    row = "電話,令和8年度,,1,,きのう,,,町の事業,,無い局,やる,,,"

    page = text_of(desk.post(f"{OPINIONS}import/", upload(GOOD, row)))

    for told in (
        "「電話」は使えません", "日付として読み取れません", "見出しを入力", "意見の要旨を入力",
        "「町の事業」は使えません", "担当課を入力", "という局はありません", "「やる」は使えません",
    ):  # fmt: skip
        assert told in page
    assert "直す行が1行あります" in page
    assert not Opinion.objects.exists()


def test_a_file_of_another_shape_is_refused_in_words(desk, session):
    for name, content, told in (
        ("台帳.csv", b"a,b\n1,2", "見出し"),
        ("台帳.xlsx", b"PK\x03\x04nonsense", ""),
        ("台帳.csv", b"", ""),
        ("台帳.csv", ",".join(HEADINGS).encode(), "値の行がありません"),
    ):
        page = text_of(desk.post(f"{OPINIONS}import/", {"file": SimpleUploadedFile(name, content)}))
        assert "＊" in page
        assert told in page
    assert "ファイルを選んでください" in text_of(desk.post(f"{OPINIONS}import/"))


def test_the_form_for_excel_has_the_heads_alone(desk, kita):
    answer = desk.get(f"{OPINIONS}import/form/")

    assert rows_of(answer) == [HEADINGS]


# --- sets, gatherings, sheets ---


def test_a_set_is_filled_and_emptied_on_its_page(desk, hear, officer, manager):
    response = responses.write_response(
        hear(), response_class="heard", text="承ります。", actor=officer
    )
    typed = {"title": "回答", "planned_on": "2026-07-20"}
    desk.post(f"{BASE}/responsepublication/add/", typed)
    made = ResponsePublication.objects.get()
    address = f"{BASE}/responsepublication/{made.pk}/"
    page = text_of(desk.get(f"{address}change/"))
    assert "対応が一つも入っていません" in page
    assert "R08-0001" in page
    assert "選び直して" in text_of(desk.post(f"{address}act/put_in/", {"answers": ["x"]}))
    assert "選び直して" in text_of(desk.post(f"{address}act/put_in/", {"answers": ["9" * 30]}))

    page = text_of(desk.post(f"{address}act/put_in/", {"answers": [response.pk]}, follow=True))

    assert "1件の対応を入れました" in page
    assert "R08-0001：決裁されていません" in page
    desk.post(f"{address}act/take_out/", {"answers": [response.pk]})
    assert made.responses.count() == 0
    assert desk.get(f"{BASE}/responsepublication/export/xlsx/").status_code == 200


def test_a_set_with_an_impossible_day_is_refused(desk, kita):
    for day in ("きのう", "2026-07-14", "9999-12-31"):
        typed = {"title": "回答", "planned_on": day}
        page = text_of(desk.post(f"{BASE}/responsepublication/add/", typed))
        assert "まだ何も変えていません" in page
    assert not ResponsePublication.objects.exists()


def test_a_gathering_is_registered_put_right_and_published(desk, kita):
    typed = {
        "kind": "talk", "title": "見本東の懇談会", "held_on": "令和8年7月1日", "participants": "20",
        "themes": "防災", "place": "会館", "note": "",
    }  # fmt: skip
    for wrong in ({"participants": "-1"}, {"held_on": "令和9年1月1日"}, {"kind": "x"}):
        text_of(desk.post(f"{BASE}/gathering/add/", {**typed, **wrong}))
    assert not Gathering.objects.exists()

    desk.post(f"{BASE}/gathering/add/", typed)

    one = Gathering.objects.get()
    address = f"{BASE}/gathering/{one.pk}/"
    desk.post(f"{address}act/change/", {**typed, "participants": "25"})
    assert "公表しました" in text_of(desk.post(f"{address}act/publish/", follow=True))
    one.refresh_from_db()
    assert (one.participants, one.is_public) == (25, True)
    assert "公表をやめました" in text_of(desk.post(f"{address}act/hide/", follow=True))
    assert "25人" in text_of(desk.get(f"{BASE}/gathering/"))


def test_a_sheet_is_made_filled_in_and_published(desk, chief, session, members, at):
    typed = {
        "session": session.pk, "title": "第1回の評価", "due_on": "令和8年7月31日",
        "items": "防災の取組\r\n\r\n会議の進め方",
    }  # fmt: skip
    desk.post(f"{BASE}/evaluationsheet/add/", typed)
    sheet = EvaluationSheet.objects.get()
    address = f"{BASE}/evaluationsheet/{sheet.pk}/"
    page = text_of(desk.get(f"{address}change/"))
    assert "2 会議の進め方" in page
    assert all(member.name in page for member in members)
    for wrong, told in (
        ({"member": "x", "rating_1": "valid"}, "委員を選び直して"),
        ({"member": members[0].pk}, "一つ以上"),
        ({"member": members[0].pk, "comment_1": "よい"}, "評価を選んで"),
        ({"member": members[0].pk, "rating_1": "great"}, "選び直して"),
    ):
        assert told in text_of(desk.post(f"{address}act/enter/", wrong))
    assert not MemberEvaluation.objects.exists()

    entered = {"member": members[0].pk, "rating_1": "valid", "comment_1": "よい取組"}
    desk.post(f"{address}act/enter/", entered)

    assert "よい取組" in text_of(desk.get(f"{address}change/"))
    assert desk.post(f"{address}act/publish/").status_code == 403
    for page in (chief.get(f"{address}change/"), chief.post(f"{address}act/publish/")):
        assert "あと3人の委員が提出できます" in text_of(page)
    at("2026-08-01 10:00")
    assert "公表しました" in text_of(chief.post(f"{address}act/publish/", follow=True))
    csv = b"".join(desk.get(f"{address}overview/csv/").streaming_content).decode("utf-8-sig")
    assert "よい取組" in csv
    assert members[0].name not in csv
