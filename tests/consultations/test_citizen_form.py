"""The citizen's form over HTTP: from the choice of a category to the receipt."""

import io
import re
import struct
import uuid
import zlib
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from consultations.forms import SaidPage
from consultations.models import (
    Attachment,
    Category,
    CategoryForm,
    Consultation,
    Contact,
    RoutingRule,
    Section,
    WaitingFile,
)
from consultations.services.intake import receipt_of, token_of
from consultations.views import sending
from wards import clock
from wards.desk.models import OutgoingMail
from wards.intake.models import SubmissionWindow

NEW = "/consultations/new/"
BODY = "街路灯が消えていて、夜道が暗いです。"
LANGUAGES = [code for code, name in settings.LANGUAGES]


@pytest.fixture
def browser(kita, client_at, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    settings.SHARED_CLIENT_ADDRESSES = []
    return client_at("kita")


def stamp(seconds_ago=60) -> str:
    """Return the stamp of a page that was opened some time ago."""
    return SaidPage(now=clock.now() - timedelta(seconds=seconds_ago)).initial["form_opened"]


def filled(**more) -> dict:
    """Return what a browser sends from the check page of an easy case."""
    values = {
        "category": "park", "place": "中之島公園", "body": BODY, "wants_reply": "no",
        "submission_key": str(uuid.uuid4()), "form_opened": stamp(), "website": "", "confirm": "1", **more,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}


WITH_REPLY = {
    "wants_reply": "yes", "name": "大阪　花子", "reply_by": "email", "email": "hanako@example.jp",
}  # fmt: skip


def hidden(html: str) -> dict[str, str]:
    """Return what a page carries in hidden fields."""
    return {
        name: unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
        if name != "csrfmiddlewaretoken"
    }


def page_title(response) -> str:
    return unescape(re.search(r"<h1>(.*?)</h1>", response.content.decode(), re.DOTALL)[1])


def picture(name="夜道.jpg", colour="navy", size=(40, 30)) -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, "JPEG")
    return SimpleUploadedFile(name, written.getvalue(), "image/jpeg")


def files_on_disk() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def turns_taken() -> int:
    row = SubmissionWindow.objects.filter(client_digest="").first()
    return row.count if row else 0


# --- Choosing -------------------------------------------------------------------------------------


def test_first_a_citizen_chooses_what_it_is_about(browser):
    html = browser.get(NEW).content.decode()

    assert '<a href="?category=road"><strong>道路・側溝・街路灯</strong>' in html
    assert "穴、段差、水たまり" in html
    assert "recorded-request" not in html
    assert '<a href="tel:119">119番</a>' in html
    assert "<textarea" not in html


def test_whoever_cannot_choose_begins_with_what_fits_nowhere(browser):
    first = hidden(browser.get(NEW).content.decode())
    assert uuid.UUID(first["submission_key"])
    response = browser.post(NEW, {**first, "category": "other"})

    assert page_title(response) == "その他・わからない"
    assert hidden(response.content.decode())["submission_key"] == first["submission_key"]
    assert "error-summary" not in response.content.decode()


def test_the_first_page_alone_is_enough_to_send_a_case(kita, settings):
    """Whoever checks the portal reads the token from the address that the contract names."""
    strict = Client(enforce_csrf_checks=True, headers={"host": f"kita.{settings.BASE_DOMAIN}"})
    html = strict.get(NEW).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)[1]

    sent = strict.post(NEW, filled(form_opened=None, csrfmiddlewaretoken=token))
    assert sent.status_code == 303
    assert Consultation.objects.get().body == BODY


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_choice_speaks_the_readers_language(browser, code):
    response = browser.get(NEW, {"lang": code})
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")]

    for category in Category.objects.for_citizens(clock.today()):
        assert category.name_in(code) in unescape(main)
    if code not in ("ja", "ja-hira"):
        assert re.search(r"[ぁ-んァ-ヶ]", main) is None


@pytest.mark.parametrize("code", ["no-such", "道路", "x" * 5_000, "recorded-request", "'--"])
def test_a_category_that_is_none_leads_back_to_the_list(browser, code):
    response = browser.get(NEW, {"category": code})

    assert response.status_code == 404
    assert "その分野は選べません。一覧から選び直してください。" in response.content.decode()
    assert "?category=road" in response.content.decode()


def test_an_emergency_ends_the_form_with_numbers_to_call(browser):
    html = browser.get(NEW, {"category": "emergency"}).content.decode()

    assert '<a href="tel:119"><strong>119</strong> に電話する</a>' in html
    assert '<a href="tel:110"><strong>110</strong> に電話する</a>' in html
    assert "<textarea" not in html
    assert "<form" not in html


def test_nothing_can_be_sent_as_an_emergency_and_the_text_goes_to_another_category(browser):
    html = browser.post(NEW, filled(category="emergency")).content.decode()

    assert "tel:119" in html
    assert Consultation.objects.count() == 0
    again = browser.post(NEW, {**hidden(html), "edit": "category"}).content.decode()
    assert hidden(again)["body"] == BODY
    assert 'type="radio" name="category" value="park"' in again


def test_a_category_shows_its_notice_and_its_own_questions(browser):
    assert "水道局のお客さまセンター" in browser.get(NEW, {"category": "water"}).content.decode()
    html = browser.get(NEW, {"category": "road", "lang": "en"}).content.decode()
    assert "Is there a danger of injury or accident?" in html
    assert 'name="question_danger" value="yes"' in html
    assert 'name="question_since"' in html


def test_a_question_may_offer_choices_in_every_language(browser):
    CategoryForm.objects.create(
        category=Category.objects.get(code="park"),
        version=1,
        valid_from="2020-01-01",
        questions=[
            {
                "code": "what", "kind": "choice", "label": "何ですか", "required": True,
                "options": ["遊具", "木"], "labels": {"en": "What is it?"},
                "option_labels": {"en": ["Playground", "Tree"]},
            },
            {"code": "on_day", "kind": "day", "label": "いつですか", "required": False},
        ],
    )  # fmt: skip
    english = browser.get(NEW, {"category": "park", "lang": "en"}).content.decode()
    assert "What is it?" in english
    assert "Playground" in english

    refused = browser.post(NEW, filled(question_on_day="きのう"))
    text = refused.content.decode()
    assert "Please answer “What is it?”." in text
    assert "Please enter the date like “2026-11-25”." in text
    sent = browser.post(NEW, filled(question_what="木", question_on_day="2026-11-20"))
    assert sent.status_code == 303
    assert Consultation.objects.get().answers == {"what": "木", "on_day": "2026-11-20"}


# --- Page by page ---------------------------------------------------------------------------------


def test_contact_fields_appear_only_for_those_who_want_a_reply(browser):
    page = {**filled(confirm=None), "page": "said"}

    without = browser.post(NEW, page)
    assert page_title(without) == "内容を確かめて送る"
    assert "お名前と連絡先の使いみち" not in without.content.decode()

    wanted = browser.post(NEW, {**page, "wants_reply": "yes"})
    assert page_title(wanted) == "回答の届け先"
    html = wanted.content.decode()
    assert "error-summary" not in html
    assert "この相談・要望に回答するためと" in html
    assert "06-4301-7285" in html
    assert hidden(html)["body"] == BODY


def test_faults_are_told_at_their_fields_and_nothing_typed_is_lost(browser):
    page = {
        **filled(confirm=None, category="road", body="い" * 1_001, place="梅田"), "page": "said",
    }  # fmt: skip
    html = browser.post(NEW, page).content.decode()

    assert "1,000文字以内で入力してください（現在1,001文字）。" in html
    assert "「けがや事故のおそれがありますか」に答えてください。" in html
    assert "い" * 1_001 in html
    assert 'value="梅田"' in html
    assert "<title>エラー：" in html


@pytest.mark.parametrize(
    ("reply_by", "sentence"),
    [
        ("email", "電子メールでの回答には、メールアドレスを入力してください。"),
        ("phone", "電話での回答には、電話番号を入力してください。"),
        ("letter", "郵便での回答には、住所を入力してください。"),
    ],
)
def test_what_is_needed_depends_on_how_the_reply_goes(browser, reply_by, sentence):
    page = filled(confirm=None, **WITH_REPLY | {"reply_by": reply_by, "email": ""})
    html = browser.post(NEW, {**page, "page": "contact"}).content.decode()

    assert html.count(sentence) == 2
    assert 'value="大阪　花子"' in html


def test_the_check_page_shows_everything_with_the_day_of_the_answer(browser, at):
    at("2026-11-25 10:00")
    section = sending.destination_of(
        Category.objects.get(code="road"), "梅田", clock.today()
    ).section
    html = browser.post(
        NEW,
        {
            **filled(confirm=None, category="road", question_danger="yes", place="梅田1丁目", **WITH_REPLY),
            "kana": "オオサカ ハナコ", "phone": "０６ー６２０８ー００００", "answer_in_mail": "yes", "page": "contact",
        },
    ).content.decode()  # fmt: skip
    shown = unescape(re.sub(r"<[^>]+>", " ", html))

    for text in (
        "道路・側溝・街路灯", "けがや事故のおそれがありますか", "梅田1丁目", BODY, "大阪　花子", "オオサカ ハナコ",
        "hanako@example.jp", "06-6208-0000", "令和8年12月9日（水）", "14日以内", str(section),
        "回答の本文をメールに書いてもよい", "保存する期間は、終わってから3年です。",
    ):  # fmt: skip
        assert text in shown
    for part in ("category", "said", "contact"):
        assert f'name="edit" value="{part}"' in html
    assert Consultation.objects.count() == 0


@pytest.mark.parametrize(
    ("part", "heading"),
    [("category", "分野を選び直す"), ("said", "公園・街路樹"), ("contact", "回答の届け先")],
)
def test_every_part_can_be_mended_without_losing_another(browser, part, heading):
    html = browser.post(NEW, {**filled(confirm=None, **WITH_REPLY), "edit": part})

    assert page_title(html) == heading
    text = html.content.decode()
    assert "error-summary" not in text
    for value in (BODY, "大阪　花子", "hanako@example.jp", "中之島公園"):
        assert value in text


def test_another_category_keeps_the_text_and_asks_its_own_questions(browser):
    page = {**filled(confirm=None), "category": "road", "page": "category"}
    html = browser.post(NEW, page).content.decode()

    assert 'name="question_danger"' in html
    assert BODY in html
    assert "error-summary" not in html


def test_another_language_keeps_the_text(browser):
    page = {**filled(confirm=None, **WITH_REPLY), "stay": "contact"}
    html = browser.post(f"{NEW}?lang=vi", page).content.decode()

    assert '<html lang="vi">' in html
    assert "Họ tên" in html
    assert hidden(html)["body"] == BODY
    assert 'value="大阪　花子"' in html


def test_the_key_and_the_stamp_travel_with_the_pages(browser):
    page = filled(confirm=None, **WITH_REPLY)
    for step in ("said", "contact"):
        html = browser.post(NEW, {**page, "page": step}).content.decode()
        assert hidden(html)["submission_key"] == page["submission_key"]
        assert hidden(html)["form_opened"] == page["form_opened"]


# --- Sending --------------------------------------------------------------------------------------


def test_the_fields_of_the_contract_alone_are_enough(browser):
    """Anyone may check the portal with plain HTTP: no stamp, no pause, any unique key."""
    response = browser.post(
        NEW,
        {
            "category": "park", "place": "", "body": BODY, "wants_reply": "yes", "reply_by": "email",
            "name": "髙橋 𠮷子", "kana": "", "email": "y@example.jp", "phone": "", "postal_code": "",
            "address": "", "submission_key": "check-1", "website": "", "confirm": "1",
        },
    )  # fmt: skip

    assert response.status_code == 303
    case = Consultation.objects.get()
    assert response["Location"] == f"/consultations/receipt/{token_of('check-1')}/"
    assert (case.body, case.contact.name, case.language) == (BODY, "髙橋 𠮷子", "ja")
    html = browser.get(response["Location"]).content.decode()
    number = re.search(r'<output id="receipt-number"[^>]*>([^<]+)<', html)[1]
    passphrase = re.search(r'<output id="receipt-passphrase"[^>]*>([^<]+)<', html)[1]
    assert number == case.number
    assert passphrase == receipt_of("check-1").passphrase
    assert OutgoingMail.objects.count() == 1


def test_the_same_key_leads_to_the_same_receipt_and_takes_one_turn(browser):
    page = filled(**WITH_REPLY)
    answers = [browser.post(NEW, page) for _ in range(12)]
    other = browser.post(NEW, {**page, "body": "別の文", "category": "no-such", "website": "x"})

    assert {(a.status_code, a["Location"]) for a in [*answers, other]} == {
        (303, f"/consultations/receipt/{token_of(page['submission_key'])}/")
    }
    assert Consultation.objects.get().body == BODY
    assert OutgoingMail.objects.count() == 1
    assert turns_taken() == 1


def test_without_a_wish_for_a_reply_no_contact_is_kept(browser):
    browser.post(NEW, filled(**WITH_REPLY | {"wants_reply": "no"}))

    assert Consultation.objects.get().wants_reply is False
    assert not Contact.objects.exists()


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_case_remembers_the_language_of_its_form(browser, code):
    response = browser.post(f"{NEW}?lang={code}", filled())

    assert Consultation.objects.get().language == code
    html = browser.get(response["Location"]).content.decode()
    assert Consultation.objects.get().number in html
    assert Category.objects.get(code="park").name_in(code) in unescape(html)


def test_a_filled_trap_is_refused_in_a_friendly_way_and_the_text_stays(browser):
    page = filled(website="https://example.com/")
    html = browser.post(NEW, page).content.decode()

    assert "目に見えない欄に文字が入っていたため、まだ送信していません。" in html
    assert hidden(html)["body"] == BODY
    assert Consultation.objects.count() == 0
    assert turns_taken() == 0
    assert browser.post(NEW, {**hidden(html), "confirm": "1"}).status_code == 303


@pytest.mark.parametrize("key", [None, "", "k" * 201])
def test_a_page_without_a_key_comes_back_with_one_and_with_the_text(browser, key):
    html = browser.post(NEW, filled(submission_key=key)).content.decode()

    fresh = hidden(html)
    assert uuid.UUID(fresh["submission_key"])
    assert fresh["body"] == BODY
    assert Consultation.objects.count() == 0
    assert browser.post(NEW, {**fresh, "confirm": "1"}).status_code == 303


def test_who_never_opened_the_page_gets_fewer_turns_and_loses_nothing(browser):
    bare = {"form_opened": None, "submission_key": None}
    answers = [
        browser.post(NEW, filled(**bare) | {"submission_key": f"k{n}"}) for n in range(3)
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    late = answers[-1]
    assert 0 < int(late["Retry-After"]) <= 600
    html = late.content.decode()
    assert "まだ受け付けていません" in html
    assert "06-4301-7285" in html
    assert hidden(html)["body"] == BODY
    assert hidden(html)["submission_key"] == "k2"

    # Whoever read the page still has turns left.
    assert browser.post(NEW, filled()).status_code == 303


def test_a_school_s_address_sends_thirty_without_having_opened_the_page(browser, settings):
    from ipaddress import ip_network

    settings.SHARED_CLIENT_ADDRESSES = [ip_network("127.0.0.1")]
    answers = [browser.post(NEW, filled(form_opened=None)).status_code for _ in range(31)]

    assert answers == [303] * 30 + [429]


def test_a_limiter_that_fails_lets_the_case_in(browser, monkeypatch):
    from wards.intake import turns

    monkeypatch.setattr(turns, "_COUNT", "SELECT * FROM no_such_table")

    assert [browser.post(NEW, filled()).status_code for _ in range(7)] == [303] * 7


def test_who_goes_back_after_sending_and_changes_something_begins_another_case(browser):
    page = filled()
    browser.post(NEW, page)
    number = Consultation.objects.get().number

    html = browser.post(NEW, {**page, "body": "もう一つあります。", "page": "said", "confirm": ""})
    text = html.content.decode()
    assert f"受付番号 {number} で受け付けています。" in text
    again = hidden(text)
    assert again["submission_key"] != page["submission_key"]
    assert browser.post(NEW, {**again, "confirm": "1"}).status_code == 303
    assert Consultation.objects.count() == 2


def test_the_form_is_answered_with_few_questions_to_the_database(
    browser, django_assert_max_num_queries
):
    browser.get(NEW)
    with django_assert_max_num_queries(8):
        browser.get(NEW)
    with django_assert_max_num_queries(10):
        browser.get(NEW, {"category": "road"})
    with django_assert_max_num_queries(20):
        browser.post(NEW, {**filled(confirm=None), "page": "said"})
    with django_assert_max_num_queries(45):
        browser.post(NEW, filled(**WITH_REPLY))


# --- Files ----------------------------------------------------------------------------------------


def test_files_wait_while_the_check_page_is_read_and_go_with_the_case(browser):
    page = {**filled(confirm=None), "page": "said", "attachments": [picture("一.jpg"), picture("二.jpg", "red")]}  # fmt: skip
    html = browser.post(NEW, page).content.decode()

    assert "一.jpg" in html
    assert "二.jpg" in html
    waiting = WaitingFile.objects.filter(submission_token=token_of(page["submission_key"]))
    assert waiting.count() == 2
    assert browser.post(NEW, {**hidden(html), "confirm": "1"}).status_code == 303
    case = Consultation.objects.get()
    assert [file.display_name for file in case.attachments.all()] == ["一.jpg", "二.jpg"]
    assert not WaitingFile.objects.exists()
    assert len(files_on_disk()) == 2


def test_a_file_can_be_taken_away_on_the_check_page(browser):
    page = {**filled(confirm=None), "page": "said", "attachments": [picture("一.jpg"), picture("二.jpg", "red")]}  # fmt: skip
    html = browser.post(NEW, page).content.decode()
    first = re.search(r'name="remove_file" value="(\d+)"', html)[1]

    html = browser.post(NEW, {**hidden(html), "remove_file": first}).content.decode()

    assert page_title_of(html) == "内容を確かめて送る"
    assert "一.jpg" not in html
    assert "二.jpg" in html
    assert len(files_on_disk()) == 1


def page_title_of(html: str) -> str:
    return re.search(r"<h1>(.*?)</h1>", html, re.DOTALL)[1]


def test_nobody_takes_away_the_file_of_another(browser):
    page = {**filled(confirm=None), "page": "said", "attachments": [picture()]}
    browser.post(NEW, page)
    number = WaitingFile.objects.get().pk

    for wrong in (str(number), "-1", "９", "x", "9" * 30):
        browser.post(NEW, {**filled(confirm=None), "page": "check", "remove_file": wrong})

    assert WaitingFile.objects.count() == 1


def test_files_in_good_order_are_kept_while_something_else_is_mended(browser):
    page = {**filled(confirm=None, body=""), "page": "said", "attachments": [picture("一.jpg")]}
    html = browser.post(NEW, page).content.decode()

    assert "すでに選んだファイル" in html
    assert "一.jpg" in html
    assert "もう一度選んでください" not in html


def test_a_file_that_cannot_be_taken_does_not_lose_the_others(browser):
    bad = SimpleUploadedFile("悪い.jpg", b"MZ" * 50, "image/jpeg")
    files = [picture("一.jpg"), bad, picture("二.jpg", "red")]
    page = {**filled(confirm=None), "page": "said"}

    html = browser.post(NEW, {**page, "attachments": files}).content.decode()

    assert [file.display_name for file in WaitingFile.objects.order_by("pk")] == [
        "一.jpg",
        "二.jpg",
    ]
    assert "写真・書類：「悪い.jpg」の形式は受け付けられません。" in html
    assert "読み取れたファイルは、下に残っています。" in html
    assert html.count('name="remove_file"') == 2
    browser.post(NEW, {**page, "confirm": "1"})
    assert Consultation.objects.get().attachments.count() == 2


def test_the_summary_names_the_field_of_every_fault(browser):
    html = browser.post(NEW, {**filled(confirm=None, place="あ" * 201), "page": "said"})

    assert "場所：200文字以内で入力してください（現在201文字）。</a>" in html.content.decode()


def test_a_category_that_has_no_translation_is_marked_as_japanese(browser):
    Category.objects.filter(code="road").update(names={}, notice="お知らせ", notices={})

    for address in (f"{NEW}?lang=vi", f"{NEW}?lang=vi&category=road"):
        html = browser.get(address).content.decode()
        assert 'lang="ja">道路・側溝・街路灯</' in html
    assert '<p lang="ja">お知らせ</p>' in html
    html = browser.get(f"{NEW}?lang=ja&category=road").content.decode()
    assert "<h1>道路・側溝・街路灯</h1>" in html


def test_the_same_file_once_more_is_still_one_and_a_fourth_is_too_many(browser):
    page = {**filled(confirm=None), "page": "said"}
    browser.post(
        NEW, {**page, "attachments": [picture("一.jpg", "red"), picture("二.jpg", "green")]}
    )
    browser.post(NEW, {**page, "attachments": [picture("一.jpg", "red")]})
    assert WaitingFile.objects.count() == 2

    html = browser.post(NEW, {**page, "attachments": [picture(f"{c}.jpg", c) for c in ("blue", "white")]}).content.decode()  # fmt: skip
    assert "合わせて3個までです" in html
    assert WaitingFile.objects.count() == 2


def test_files_sent_at_once_with_the_case_are_kept_without_their_place(browser):
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (34.0, 41.0, 0.0)}
    written = io.BytesIO()
    Image.new("RGB", (20, 20)).save(written, "JPEG", exif=exif)
    photo = SimpleUploadedFile("家の前.jpg", written.getvalue(), "image/jpeg")

    assert browser.post(NEW, filled(attachments=[photo])).status_code == 303
    [path] = files_on_disk()
    assert Attachment.objects.get().stored_name in str(path)
    assert not Image.open(path).getexif()
    assert re.fullmatch(r"[0-9a-f]{32}\.jpg", path.name)


def test_a_case_that_cannot_be_stored_leaves_no_file_behind(browser, monkeypatch):
    def broken(*arguments, **more):
        raise RuntimeError("storing failed")

    monkeypatch.setattr("consultations.services.intake.post_receipt_mail", broken)
    with pytest.raises(RuntimeError):
        browser.post(NEW, filled(attachments=[picture()]))

    assert files_on_disk() == []
    assert Consultation.objects.count() == 0


def test_too_many_files_in_a_short_time_are_refused_without_losing_the_text(browser):
    for number in range(15):
        page = {**filled(confirm=None), "page": "said"}
        browser.post(NEW, {**page, "attachments": [picture("a.jpg", (number, 0, 0))]})
    html = browser.post(NEW, {**filled(confirm=None), "page": "said", "attachments": [picture()]})

    assert "短い時間に多くのファイルが送られたため" in html.content.decode()
    assert BODY in html.content.decode()
    assert WaitingFile.objects.count() == 15


def huge_png() -> bytes:
    """Return a PNG that announces 100 million pixels in a few bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))  # fmt: skip

    head = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("広い.png", huge_png(), "画素数が多すぎます"),
        ("page.jpg", b"<script>alert(1)</script>" * 9, "形式は受け付けられません"),
        ("page.html", b"\xff\xd8\xff\xe0" + b"<script>" * 90, "示す形式と違います"),
        ("空.jpg", b"", "中身が空です"),
    ],
)
def test_a_file_that_cannot_be_taken_is_named_and_nothing_is_stored(
    browser, name, content, sentence
):
    file = SimpleUploadedFile(name, content, "image/png")
    html = browser.post(NEW, filled(attachments=[file])).content.decode()

    assert sentence in html
    assert BODY in html
    assert Consultation.objects.count() == 0
    assert files_on_disk() == []


def test_a_picture_that_is_a_page_as_well_is_kept_as_a_picture_only(browser):
    written = io.BytesIO()
    Image.new("RGB", (8, 8)).save(written, "JPEG")
    both = written.getvalue() + b"<html><script>alert(1)</script></html>"

    browser.post(NEW, filled(attachments=[SimpleUploadedFile("a.jpg", both, "text/html")]))

    [path] = files_on_disk()
    assert b"<script>" not in path.read_bytes()


# --- Bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("あ\u0301" + "\u0301" * 10_000, "1,000文字以内"),
        ("あ" + "\u0301" * 900, "記号が重なりすぎています"),
        ("x" * 200_000, "現在200,000文字"),
        ("x" * 1_000_000, "文章は短くして"),
        ("\u202e逆", "制御文字"),
        ("\ufffd", "制御文字"),
        ("\u200b\u200d", "目に見える文字が入力されていません"),
        (" \n　", "「相談・要望の内容」を入力してください。"),
    ],
)
def test_a_text_that_cannot_be_stored_comes_back_with_a_sentence(browser, body, sentence):
    response = browser.post(NEW, filled(body=body))

    assert sentence in response.content.decode()
    assert Consultation.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        "𠮷野家の前の神社（神）で、葛󠄀城さんが㈱①と書いた看板を見た👨‍👩‍👧。",
        "=1+1\n＝cmd|' /C calc'!A0\n@SUM\n-2+3",
        '<script>alert(1)</script>"><img src=x onerror=alert(1)>',
        "' OR 1=1; DROP TABLE consultations_consultation; --",
        "{{ request }} {% debug %} %(day)s %s",
    ],
)
def test_what_was_typed_is_stored_and_shown_as_it_was_typed(browser, body):
    page = filled(confirm=None, body=body, place="<b>梅田</b>")
    html = browser.post(NEW, {**page, "page": "said"}).content.decode()
    assert "<script>alert" not in html
    assert "<b>梅田" not in html
    assert hidden(html)["body"] == body

    browser.post(NEW, {**hidden(html), "confirm": "1"})
    assert Consultation.objects.get().body == body


def test_nul_and_bytes_that_are_no_text_are_refused_with_a_page(browser):
    form = "application/x-www-form-urlencoded"
    for raw in (b"category=park&body=a%00b", b"category=park&body=%ED%A0%80", b"body=%82%A0"):
        response = browser.post(NEW, raw, content_type=form)
        assert response.status_code == 400
        assert "読み取れません" in response.content.decode()
    assert browser.post(NEW, filled(body="a\0b")).status_code == 400
    assert Consultation.objects.count() == 0


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data"])
def test_a_body_of_another_type_says_what_is_missing(browser, content_type):
    response = browser.post(NEW, b'{"category": "park"}', content_type=content_type)

    assert response.status_code in (200, 400)
    assert re.search("を選んでください。|読み取れません", response.content.decode())
    assert Consultation.objects.count() == 0


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_not_for_citizens(browser, method):
    response = getattr(browser, method)(NEW)

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")


def test_without_the_token_the_page_says_why_and_gives_the_text_back(kita):
    strict = Client(enforce_csrf_checks=True, headers={"host": f"kita.{settings.BASE_DOMAIN}"})
    response = strict.post(NEW, filled(body="消えては困る<b>長い文"))

    assert response.status_code == 403
    html = response.content.decode()
    assert "操作を受け付けられませんでした" in html
    assert "消えては困る&lt;b&gt;長い文</textarea>" in html
    assert Consultation.objects.count() == 0


def test_an_unknown_category_in_what_was_sent_lets_choose_again_with_the_text_kept(browser):
    html = browser.post(NEW, filled(category="no-such")).content.decode()

    assert "分野" in page_title_of(html)
    assert hidden(html)["body"] == BODY
    assert Consultation.objects.count() == 0


def test_many_fields_and_long_names_of_questions_do_no_harm(browser):
    extra = {f"question_{letter * 30}{number}": "x" for letter in "ab" for number in range(40)}
    response = browser.post(NEW, filled(**extra, question_evil="x" * 9_000))

    assert response.status_code == 303
    assert Consultation.objects.get().answers == {}


# --- Receipt --------------------------------------------------------------------------------------


def test_the_receipt_names_office_day_and_what_comes_next_and_is_kept_nowhere(browser, at):
    at("2026-11-25 10:00")
    response = browser.get(browser.post(NEW, filled(**WITH_REPLY))["Location"])
    html = unescape(response.content.decode())

    case = Consultation.objects.get()
    for text in ("北区役所", case.section.name, "令和8年12月9日（水）", "14日目", "このあとのこと"):
        assert text in html
    assert BODY not in html
    assert "花子" not in html
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("waiting", "受け付けたことを、メールでもお知らせします。"),
        ("sent", "受け付けたことを、メールでもお知らせしました。"),
        ("parked", "お知らせのメールは届けられませんでした。"),
    ],
)
def test_the_receipt_tells_of_the_mail_as_it_stands_and_not_of_the_address(browser, state, words):
    by_mail = {**WITH_REPLY, "reply_by": "email", "email": "hanako@example.jp"}
    address = browser.post(NEW, filled(**by_mail))["Location"]
    OutgoingMail.objects.update(state=state, sent_at=clock.now() if state == "sent" else None)

    html = browser.get(address).content.decode()

    assert words in html
    assert "hanako" not in html


def test_the_receipt_of_somebody_without_an_address_tells_of_no_mail(browser):
    html = browser.get(browser.post(NEW, filled())["Location"]).content.decode()

    assert "メール" not in html[html.index("<main") :]


def test_sample_numbers_cannot_be_pressed_and_names_are_explained_abroad(browser):
    address = browser.post(NEW, filled())["Location"]
    Section.objects.update(phone="06-0000-0101")

    html = browser.get(f"{address}?lang=en").content.decode()

    assert "tel:06-0000" not in html
    assert "(a sample number; it cannot be called)" in html
    assert "Names of sections and offices are their official Japanese names." in html
    Section.objects.update(phone="06-6313-9986")
    html = browser.get(f"{address}?lang=ja").content.decode()
    assert 'href="tel:06-6313-9986"' in html
    assert "正式な名前" not in html


def test_the_passphrase_is_shown_for_a_day_only(browser, at):
    at("2026-11-25 10:00")
    address = browser.post(NEW, filled())["Location"]
    at("2026-11-26 09:59")
    assert 'id="receipt-passphrase"' in browser.get(address).content.decode()
    at("2026-11-26 10:00")
    html = browser.get(address).content.decode()

    assert 'id="receipt-passphrase"' not in html
    assert "受付から24時間が過ぎたため、合言葉は表示しません。" in html
    assert 'id="receipt-number"' in html


@pytest.mark.parametrize("token", ["a" * 64, "x", "g" * 64, "0" * 200, "-"])
def test_a_forged_receipt_does_not_exist(browser, token):
    response = browser.get(f"/consultations/receipt/{token}/")

    assert response.status_code == 404
    assert "ページが見つかりません" in response.content.decode()


def test_a_receipt_of_kita_does_not_exist_in_nishi(browser, client_at):
    address = browser.post(NEW, filled())["Location"]

    assert client_at("nishi").get(address).status_code == 404


def test_the_one_who_answers_is_told_before_sending(browser, section):
    RoutingRule.objects.create(
        category=Category.objects.get(code="park"), section=section, valid_from="2020-04-01"
    )
    html = browser.post(NEW, {**filled(confirm=None), "page": "said"}).content.decode()
    assert "地域課" in html

    receipt = browser.get(browser.post(NEW, filled())["Location"]).content.decode()
    assert "地域課" in receipt
    assert "06-6313-9534" in receipt


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("2026-11-25 10:00", None),
        ("2026-11-25 08:59", "受付時間外です。<br>送信は、いつでもできます。職員が読むのは令和8年11月25日（水）から"),
        ("2026-11-25 17:30", "職員が読むのは令和8年11月26日（木）から"),
        ("2026-11-22 12:00", "今日は区役所の閉庁日です。<br>送信は、いつでもできます。職員が読むのは令和8年11月24日（火）から"),
        ("2026-12-29 12:00", "職員が読むのは令和9年1月4日（月）から"),
    ],
)  # fmt: skip
def test_outside_office_hours_the_page_says_when_somebody_reads_it(browser, at, moment, sentence):
    at(moment)
    html = browser.get(NEW).content.decode()

    if sentence is None:
        assert "職員が読むのは" not in html
    else:
        assert sentence in html


def test_the_front_page_leads_to_the_form_and_to_the_look_up(browser):
    html = browser.get("/").content.decode()

    assert '<a href="/consultations/new/">相談・要望を送る</a>' in html
    assert '<a href="/consultations/track/">状況を調べる</a>' in html
    assert 'href="/consultations/new/?lang=vi" lang="vi">Tiếng Việt</a>' in html


def test_the_lock_of_a_submission_is_let_go(browser):
    browser.post(NEW, filled())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")  # fmt: skip
        assert cursor.fetchone()[0] == 0
