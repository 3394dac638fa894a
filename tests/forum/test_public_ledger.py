"""The public ledger: which opinions stand in it, one of them step by step, and the same as a PDF."""

import re
from datetime import date

import pytest

from councils.city.models.bureau_request import BureauRequest, RequestRule
from councils.forum.ledger import COLUMNS
from councils.forum.models import (
    Measure,
)
from kpis.catalog.models import Indicator
from wards import clock
from wards.models import Bureau

from .published import SECRET, answer, held, read, rows_of, say, text_of_pdf

EMOJI_TITLE = "🎉まつりの駐輪場𠮷"


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


# --- the ledger ---


def test_the_ledger_shows_answers_and_answers_taken_back_and_nothing_that_waits(
    reader, session, officer
):
    held(session, actor=officer)
    answer(say(session, officer, title="答えた意見"), officer)
    answer(say(session, officer, title="取り下げた意見"), officer, "withdrawn")
    for state in ("draft", "approved"):
        answer(say(session, officer, title=f"{SECRET}{state}"), officer, state)
    say(session, officer, title=SECRET)

    page = read(reader, "/forum/opinions/")

    assert SECRET not in page
    assert "答えた意見" in page
    assert "内容に誤りがあったため。" in page
    assert '<h2 id="found">2件</h2>' in page


def test_the_file_of_the_ledger_has_the_rows_of_all_pages(reader, session, officer):
    for number in range(27):
        answer(say(session, officer, title=f"意見{number:02}"), officer)
    say(session, officer, title=SECRET)

    first, second = read(reader, "/forum/opinions/"), read(reader, "/forum/opinions/?page=2")
    rows = rows_of(reader, "/forum/opinions/?format=csv")

    shown = re.findall(r'<h3><a href="/forum/opinions/\d+/">([^<]+)</a>', first + second)
    assert [row["title"] for row in rows] == shown
    assert len(shown) == 27
    assert list(rows[0]) == list(COLUMNS)
    assert reader.get("/forum/opinions/?format=xlsx").status_code == 200


def test_the_file_holds_what_was_asked_for(reader, session, officer):
    answer(say(session, officer, title="街灯"), officer)
    answer(
        say(session, officer, title="公園"), officer, response_class="cannot", reason="費用のため"
    )

    assert "街灯" not in read(reader, "/forum/opinions/?class=cannot")
    assert [
        row["title"] for row in rows_of(reader, "/forum/opinions/?class=cannot&format=csv")
    ] == ["公園"]


@pytest.mark.parametrize("page", ["0", "2", "-1", "あ", "１", "9" * 40, "1.5"])
def test_a_page_that_there_is_not_is_not_found(reader, session, officer, page):
    answer(say(session, officer), officer)

    for address in ("/forum/opinions/", "/forum/gatherings/", "/forum/editions/"):
        assert reader.get(address, {"page": page}).status_code == 404


def test_a_format_that_there_is_not_is_not_found(reader, kita):
    assert "この形式のファイルはありません" in read(reader, "/forum/opinions/?format=exe", 404)


def test_a_session_that_was_not_made_known_is_not_named(reader, session, officer):
    answer(say(session, officer), officer)
    (row,) = rows_of(reader, "/forum/opinions/?format=csv")
    assert row["heard_at"] == ""
    assert "令和8年度第1回" not in read(reader, "/forum/opinions/")

    held(session, actor=officer)

    (row,) = rows_of(reader, "/forum/opinions/?format=csv")
    assert row["heard_at"] == "区政会議（令和8年度第1回）"


def test_words_are_found_in_the_width_typed_or_folded(reader, session, officer):
    answer(say(session, officer, title="ABC公園"), officer)
    answer(say(session, officer, title="ＸＹＺ道路"), officer, text="２０基")

    for words, found in (
        ("ＡＢＣ", "ABC公園"), ("abc", "ABC公園"), ("ＸＹＺ", "ＸＹＺ道路"), ("２０基", "ＸＹＺ道路"),
    ):  # fmt: skip
        rows = rows_of(reader, f"/forum/opinions/?q={words}&format=csv")
        assert [row["title"] for row in rows] == [found]


def test_no_more_than_five_words_are_looked_for(reader, session, officer):
    answer(say(session, officer, title="いろはにほ"), officer)

    assert "いろはにほ</a>" in read(reader, "/forum/opinions/?q=い ろ は に ほ へ")
    assert "いろはにほ</a>" not in read(reader, "/forum/opinions/?q=い ろ は に へ")


def test_a_condition_that_there_is_not_finds_nothing(reader, session, officer):
    answer(say(session, officer), officer)

    for nonsense in ("class=exe", "state=approved", "fiscal_year=abc", "source=x"):
        assert "この条件に合う意見はありません" in read(reader, f"/forum/opinions/?{nonsense}")


def test_the_ledger_costs_the_same_for_few_and_many(
    reader, session, officer, django_assert_max_num_queries
):
    for _ in range(25):
        opinion = say(session, officer)
        answer(opinion, officer)
        Measure.objects.create(
            opinion=opinion, done_on=date(2026, 8, 1), text="した", recorded_by=officer,
            recorded_at=clock.now(),
        )  # fmt: skip
    with django_assert_max_num_queries(10):
        read(reader, "/forum/opinions/")


# --- one opinion ---


@pytest.fixture
def told(session, officer, bureau):
    """An opinion with all its steps: answered by ward and bureau, done, brought to its result."""
    held(session, actor=officer)
    opinion = say(
        session,
        officer,
        scope="bureau",
        bureau=bureau,
        closed_on=date(2026, 8, 31),
        closing="街灯が明るくなりました。",
    )
    answer(opinion, officer, "withdrawn", text="前の答えです。")
    answer(
        opinion,
        officer,
        plan_item="1-1 安全なまち",
        indicator=Indicator.objects.first(),
        has_budget=True,
        budget_year=2026,
        budget_yen=1_200_000,
    )
    Measure.objects.create(
        opinion=opinion, done_on=date(2026, 8, 25), text="街灯を20基替えた。", yen=900_000,
        recorded_by=officer, recorded_at=clock.now(),
    )  # fmt: skip
    return opinion


def ask(opinion, enter, **later):
    """Put a request of 北区 to the bureau of an opinion; `later` is what 本庁 made of it."""
    request = BureauRequest.objects.create(
        from_ward=enter("kita"),
        kind="request",
        opinion_id=opinion.pk,
        opinion_label=opinion.label,
        title=opinion.title,
        text="街灯の更新を求めます。",
        sent_on=date(2026, 7, 20),
        sent_by_name="北野 花子",
        rule=RequestRule.objects.first(),
        due_on=date(2026, 8, 20),
    )
    enter("osaka")
    BureauRequest.objects.filter(pk=request.pk).update(
        bureau=opinion.bureau, assigned_on=date(2026, 7, 21), **later
    )
    enter("kita")


def test_an_opinion_is_one_line_from_what_was_said_to_what_came_of_it(reader, told):
    page = read(reader, f"/forum/opinions/{told.pk}/")

    steps = [
        "意見の要旨",
        "前の答えです。",
        "理由：内容に誤りがあったため。",
        "明るくします。",
        "担当局",
        "街灯を20基替えた。",
        "1-1 安全なまち",
        "予算措置あり（令和8年度 1,200,000円）",
        f'href="/kpis/{Indicator.objects.first().code}/"',
        "街灯が明るくなりました。",
    ]
    places = [page.index(words) for words in steps]
    assert places == sorted(places)
    assert "900,000円" in page
    assert "結果まで公表" in page


def test_the_pdf_tells_the_same_as_the_page(reader, told):
    response = reader.get(f"/forum/opinions/{told.pk}/document.pdf")
    text = text_of_pdf(response.content)

    assert response.content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b(?!s)", response.content)) <= 2
    for words in (
        "街灯を明るくしてほしい",
        "前の答えです。",
        "街灯を20基替えた。",
        "1-1 安全なまち",
        told.label,
    ):
        assert words in text.replace("\n", ""), words


def test_an_emoji_and_a_long_text_do_not_break_the_pdf(reader, session, officer):
    opinion = say(session, officer, title=EMOJI_TITLE, text="<b>&" + "長い意見です。" * 400)
    answer(opinion, officer)

    content = reader.get(f"/forum/opinions/{opinion.pk}/document.pdf").content

    assert "U+1F389" in text_of_pdf(content)
    assert "<b>&" in text_of_pdf(content)


def test_what_is_being_prepared_is_in_no_page_and_no_pdf(reader, session, officer):
    opinion = say(session, officer)
    answer(opinion, officer, "withdrawn")
    answer(opinion, officer, "approved", text=SECRET, plan_item=SECRET)
    waits = say(session, officer)

    assert SECRET not in read(reader, f"/forum/opinions/{opinion.pk}/")
    pdf = reader.get(f"/forum/opinions/{opinion.pk}/document.pdf").content
    assert SECRET not in text_of_pdf(pdf)
    assert "回答を見直しています" in text_of_pdf(pdf).replace("\n", "")
    assert reader.get(f"/forum/opinions/{waits.pk}/").status_code == 404
    assert reader.get(f"/forum/opinions/{waits.pk}/document.pdf").status_code == 404


@pytest.mark.parametrize(
    ("state", "published_on", "is_told"),
    [("sent", None, False), ("answered", None, False), ("published", date(2026, 8, 10), True)],
)
def test_a_bureaus_answer_is_shown_once_the_city_has_published_it(
    reader, told, enter, state, published_on, is_told
):
    ask(
        told, enter, state=state, published_on=published_on, answer="来年度に替えます。",
        answer_class="next_year", answered_on=date(2026, 8, 1), coordination="市全体で進めます。",
    )  # fmt: skip

    page = read(reader, f"/forum/opinions/{told.pk}/")

    assert ("来年度に替えます。" in page) is is_told
    assert ("市全体で進めます。" in page) is is_told
