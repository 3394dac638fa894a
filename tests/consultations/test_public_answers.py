"""What the public reads of 相談・要望: the fields of 公表, found, counted and saved, and nothing else."""

import csv
import io
import re
from datetime import date
from http import HTTPStatus
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from consultations.answer_files import ANSWER_COLUMNS, MONTH_COLUMNS
from consultations.models import Publication
from tests.consultations.conftest import WANTS_A_CALL
from wards import clock

LIST = "/consultations/answers/"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def titles_of(response) -> list[str]:
    found = re.findall(
        r'<h3><a href="/consultations/answers/\d+/">(.*?)</a>', response.content.decode()
    )
    return found


def csv_rows(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"), newline="")))


@pytest.fixture
def at_kita(client_at):
    return client_at("kita")


@pytest.fixture
def november(at):
    return at("2026-11-25 10:00")


def test_an_answer_tells_what_the_city_prints_and_nothing_of_the_citizen(
    november, publish, section, at_kita
):
    publication = publish(
        body="大阪花子の家の前が暗いです。", place="梅田1丁目2番3号", key="k", **WANTS_A_CALL
    )
    case = publication.consultation
    type(case).objects.filter(pk=case.pk).update(section=section)

    page = at_kita.get(f"{LIST}{publication.pk}/")

    words = text_of(page)
    for told in (
        "街路灯について", "街路灯が消えている。", "直しました。", "北区役所 地域課（電話 06-6313-9534）", "対応済",
        "道路・側溝・街路灯", "受付日 令和8年11月5日", "回答日 令和8年11月12日", "公表日 令和8年11月20日",
    ):  # fmt: skip
        assert told in words
    everything = page.content.decode() + "".join(
        at_kita.get(address).getvalue().decode()
        for address in (LIST, f"{LIST}feed/", f"{LIST}?format=csv", "/open311/v2/requests.json")
    )
    for hidden in ("大阪花子", "大阪 花子", "家の前", "梅田", "06-6208-0000", case.number):
        assert hidden not in everything


def test_a_case_without_a_reply_shows_its_text_alone(november, publish, at_kita):
    publication = publish(city_view="", title="商店街の花")

    words = text_of(at_kita.get(f"{LIST}{publication.pk}/"))

    assert "関係する課の職員が読み、区役所の中で共有しました（供覧）。" in words
    assert "個別の回答は行っていません。" in words
    assert "回答日 回答なし" in words
    assert "対応の種別 供覧（回答なし）" in words
    assert "市の考え方 " not in words


@pytest.mark.parametrize("state", ["proposed", "confirmed", "withheld"])
def test_what_waits_or_was_withheld_does_not_exist_for_the_public(
    november, publish, state, at_kita
):
    publication = publish(state=state, title="まだ出ない件名")

    assert at_kita.get(f"{LIST}{publication.pk}/").status_code == HTTPStatus.NOT_FOUND
    for address in (LIST, f"{LIST}feed/", f"{LIST}?format=csv", "/open311/v2/requests.xml"):
        assert "まだ出ない件名" not in at_kita.get(address).getvalue().decode()
    assert "公表した回答は、まだありません" in text_of(at_kita.get(LIST))


def test_nishis_answers_are_not_at_kita(november, publish, at_kita, client_at):
    publication = publish(title="北区の件名")
    at_nishi = client_at("nishi")

    assert titles_of(at_kita.get(LIST)) == ["北区の件名"]
    assert titles_of(at_nishi.get(LIST)) == []
    assert at_nishi.get(f"{LIST}{publication.pk}/").status_code == HTTPStatus.NOT_FOUND
    assert at_nishi.get(f"/open311/v2/requests/{publication.pk}.json").json()[0]["code"] == 404
    assert "北区の件名" not in at_nishi.get(f"{LIST}feed/").content.decode()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ハトのフン", ["駅前の鳩"]),
        ("ﾊﾄ", ["駅前の鳩"]),
        ("髙橋通り", ["放置自転車"]),
        ("高橋　自転車", ["放置自転車"]),
        ("ＪＲ", ["駅前の鳩"]),
        ("自転車 鳩", []),
        ("%", []),
        ("_", []),
        ("　", ["駅前の鳩", "放置自転車"]),
    ],
)
def test_words_are_found_however_they_are_written(november, publish, at_kita, words, found):
    publish(title="放置自転車", summary="高橋通りに自転車が多い。", on="2026-11-10")
    publish(title="駅前の鳩", summary="JRの駅前で、はとのふんがひどい。", on="2026-11-11")

    assert titles_of(at_kita.get(LIST, {"q": words})) == found


def test_conditions_add_up_and_stay_chosen(november, publish, at_kita):
    publish(title="十月の公園", category="park", on="2026-10-09", days_ago=60)
    publish(title="十一月の公園", category="park", response_kind="planned")
    publish(title="十一月の道路")

    chosen = at_kita.get(LIST, {"category": "park", "period": "2026-11", "kind": "planned"})

    assert titles_of(chosen) == ["十一月の公園"]
    assert "分野「公園・街路樹」、対応の種別「対応予定」、令和8年11月に公表：1件" in text_of(chosen)
    assert '<option value="park" selected>' in chosen.content.decode()
    assert titles_of(at_kita.get(LIST, {"period": "2026"})) == [
        "十一月の道路",
        "十一月の公園",
        "十月の公園",
    ]
    assert "令和8年10月（1件）" in text_of(at_kita.get(LIST))
    nothing = at_kita.get(LIST, {"category": "waste"})
    assert "この条件に合う公表はありません" in text_of(nothing)


@pytest.mark.parametrize(
    "query",
    ["category=nothing", "kind=x", "period=2026-13", "period=0000", "page=0", "page=99", "page=x", "format=pdf"],
)  # fmt: skip
def test_a_condition_that_does_not_exist_is_not_found(november, publish, at_kita, query):
    publish()

    response = at_kita.get(f"{LIST}?{query}")

    assert response.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("number", ["0", "99999999999999999999999999", "9223372036854775808"])
def test_a_number_that_no_answer_has_is_not_found(kita, at_kita, number):
    assert at_kita.get(f"{LIST}{number}/").status_code == HTTPStatus.NOT_FOUND
    assert at_kita.get(f"/open311/v2/requests/{number}.xml").status_code == HTTPStatus.NOT_FOUND


def test_pages_hold_twenty_and_lead_on_with_the_conditions(november, publish, at_kita):
    for number in range(23):
        publish(title=f"件名{number:02}", category="park")

    first = at_kita.get(LIST, {"category": "park"})
    second = at_kita.get(LIST, {"category": "park", "page": "2"})

    assert titles_of(first) == [f"件名{number:02}" for number in range(22, 2, -1)]
    assert titles_of(second) == ["件名02", "件名01", "件名00"]
    assert '?category=park&amp;page=2"' in first.content.decode()
    assert len(csv_rows(at_kita.get(LIST, {"category": "park", "format": "csv"}))) == 23


def test_a_page_of_the_list_costs_the_same_however_long_it_is(
    november, publish, at_kita, django_assert_num_queries
):
    publish()
    at_kita.get(LIST)
    with django_assert_num_queries(6):
        at_kita.get(LIST)
    for number in range(25):
        publish(title=f"件名{number}")
    with django_assert_num_queries(6):
        at_kita.get(LIST)


def test_the_file_holds_what_the_list_shows_and_no_formula(november, publish, at_kita):
    publish(title="=1+1", summary="＝SUM(A1)", city_view="@cmd\n二行目")
    publish(title="ほかの分野", category="park")

    got = at_kita.get(LIST, {"category": "road", "format": "csv"})

    content = got.getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    assert int(got.headers["Content-Length"]) == len(content)
    assert got.headers["Content-Type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert list(row) == list(ANSWER_COLUMNS)
    assert (row["title"], row["summary"], row["city_view"]) == (
        "'=1+1",
        "'＝SUM(A1)",
        "'@cmd\n二行目",
    )
    assert (row["code6"], row["ward"], row["received_on"], row["published_on"]) == (
        "271276", "北区", "2026-11-05", "2026-11-20",
    )  # fmt: skip

    book = CalamineWorkbook.from_filelike(
        io.BytesIO(at_kita.get(LIST, {"category": "road", "format": "xlsx"}).getvalue())
    )
    cells = book.get_sheet_by_name("kita_answers").to_python()
    assert cells[0] == list(ANSWER_COLUMNS)
    assert cells[1][5] == "=1+1"
    assert cells[1][11:] == [date(2026, 11, 5), date(2026, 11, 12), date(2026, 11, 20)]
    assert len(cells) == 2
    assert ["title", "件名"] in book.get_sheet_by_name("項目定義").to_python()


def test_months_count_what_was_published_and_what_was_withheld_by_which_reason(
    november, publish, at_kita
):
    publish(on="2026-10-09", days_ago=60)
    publish()
    publish()
    for reason, day in (
        ("1", "2026-10-31 23:59"),
        ("6", "2026-11-01 00:01"),
        ("6", "2026-11-20 09:00"),
    ):
        publication = publish(state="withheld")
        Publication.objects.filter(pk=publication.pk).update(
            withhold_reason=reason, confirmed_at=f"{day}+09:00"
        )

    words = text_of(at_kita.get(f"{LIST}months/"))
    assert "令和8年11月 2 0 0 0 0 0 2 0 2" in words
    assert "令和8年10月 1 1 0 0 0 0 0 0 1" in words
    assert "計 3 1 0 0 0 0 2 0 3" in words
    assert "6 趣旨が不明なもの、または専ら個人的なもの" in words

    rows = csv_rows(at_kita.get(f"{LIST}months/", {"format": "csv"}))
    assert list(rows[0]) == list(MONTH_COLUMNS)
    assert [
        (row["month"], row["published"], row["withheld_6"], row["withheld"]) for row in rows
    ] == [
        ("2026-11", "2", "2", "2"),
        ("2026-10", "1", "0", "1"),
    ]


def test_months_before_the_first_decision_say_so(kita, at_kita):
    assert "まだありません" in text_of(at_kita.get(f"{LIST}months/"))


def test_the_feed_tells_the_newest_answers_with_their_day(november, publish, at_kita):
    publish(title="<b>太字</b>&", category="park", on="2026-11-19")
    newest = publish(title="新しい件名")

    feed = at_kita.get(f"{LIST}feed/")

    channel = ElementTree.fromstring(feed.content).find("channel")
    assert feed.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert channel.findtext("title") == "北区役所 市民の声と回答".replace(" ", "　")
    items = channel.findall("item")
    assert [item.findtext("title") for item in items] == ["新しい件名", "<b>太字</b>&"]
    assert items[0].findtext("link").endswith(f"kita.localhost{LIST}{newest.pk}/")
    assert items[0].findtext("guid") == items[0].findtext("link")
    assert items[0].findtext("pubDate") == "Fri, 20 Nov 2026 00:00:00 +0900"
    assert "【市の考え方】\n直しました。" in items[0].findtext("description")
    park = ElementTree.fromstring(at_kita.get(f"{LIST}feed/", {"category": "park"}).content)
    assert [item.findtext("title") for item in park.iter("item")] == ["<b>太字</b>&"]


def test_sample_answers_say_that_they_are_samples(november, publish, at_kita):
    publication = publish()
    assert "見本" not in text_of(at_kita.get(LIST))
    case = publication.consultation
    type(case).objects.filter(pk=case.pk).update(is_demo=True)

    assert "実際の相談・要望ではありません" in text_of(at_kita.get(LIST))
    assert "実際の相談・要望ではありません" in text_of(at_kita.get(f"{LIST}{publication.pk}/"))


def test_what_is_mended_is_found_by_its_new_words(november, publish, at_kita):
    publication = publish(title="旧い件名")
    publication.title = "直した件名"
    publication.save(update_fields=["title"])

    assert titles_of(at_kita.get(LIST, {"q": "直した"})) == ["直した件名"]
    assert titles_of(at_kita.get(LIST, {"q": "旧い"})) == []
    assert clock.today().isoformat() == "2026-11-25"
