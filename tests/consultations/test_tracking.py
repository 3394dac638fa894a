"""状況を調べる: what 受付番号 and 合言葉 open, and what they do not."""

import re
from datetime import date
from html import unescape

import pytest
from django.core import signing
from django.db import connection

from consultations.choices import CaseState
from consultations.citizens_words import words_of_state
from consultations.models import Consultation, Satisfaction
from consultations.receipts import passphrase_from_text, receipt_number
from consultations.services.after_answer import open_follow_up
from consultations.services.intake import receipt_of, token_of
from consultations.views import tracking
from tests.consultations.conftest import WANTS_A_CALL
from wards.intake.models import SubmissionWindow

TRACK = "/consultations/track/"
BODY = "街路灯が消えていて、夜道が暗いです。"


@pytest.fixture
def browser(kita, client_at, settings):
    settings.SHARED_CLIENT_ADDRESSES = []
    return client_at("kita")


@pytest.fixture
def receipt(submit):
    return submit(key="case", **WANTS_A_CALL)


def look(browser, number: str, passphrase: str, **more):
    return browser.post(
        TRACK,
        {"number": number, "passphrase": passphrase, "submission_key": "look", **more},
    )


def shown(response) -> str:
    html = response.content.decode()
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index("<main") :])))


def word_in(response) -> str:
    return re.search(r'name="word" value="([^"]+)"', response.content.decode())[1]


def answer(case, state=CaseState.ANSWERED, **more):
    Consultation.objects.filter(pk=case.pk).update(
        state=state, answered_on=date(2026, 11, 25), closed_on=date(2026, 11, 25), **more
    )


YES = {"reached": "yes", "understood": "yes", "handled_properly": "no"}


def judge(browser, word, **answers):
    page = {"step": "judge", "word": word, "submission_key": "j", **answers}
    return browser.post(TRACK, page)


def follow(browser, word, body, key="f1"):
    page = {"step": "follow_up", "word": word, "body": body, "submission_key": key}
    return browser.post(TRACK, page)


def test_number_and_passphrase_show_where_a_case_stands(browser, at, submit):
    at("2026-11-25 10:00")
    receipt = submit(key="case", **WANTS_A_CALL)
    response = look(browser, receipt.consultation.number, receipt.passphrase)
    text = shown(response)

    for words in (
        receipt.consultation.number, "受け付けました", "どの課が担当するかを決めています。", "総合窓口",
        "北区役所", "令和8年11月25日（水）", "令和8年12月9日（水）",
    ):  # fmt: skip
        assert words in text
    assert response["Cache-Control"] == "no-store"
    assert "noindex" in response["X-Robots-Tag"]


def test_neither_the_text_nor_the_person_nor_the_passphrase_is_shown(browser, receipt):
    response = look(browser, receipt.consultation.number, receipt.passphrase)
    html = response.content.decode()

    for secret in (BODY, "夜道", "梅田", "花子", "06-6208-0000", receipt.passphrase):
        assert secret not in html


def test_number_and_passphrase_may_be_typed_in_many_ways(browser, receipt):
    number = receipt.consultation.number.lower().replace("-", "ー")
    for passphrase in (receipt.passphrase.upper(), receipt.passphrase.replace("-", " ")):
        assert "受け付けました" in shown(look(browser, number, passphrase))


@pytest.mark.parametrize(
    "typed",
    [
        "abcdefghjkmnpqrs",
        "ＡＢＣＤ－ＥＦＧＨ－ＪＫＭＮ－ＰＱＲＳ",
        " abcd efgh　jkmn pqrs ",
        "abcd−efgh—jkmnーpqrs",
    ],
)
def test_a_passphrase_is_read_however_it_is_typed(typed):
    assert passphrase_from_text(typed) == "abcd-efgh-jkmn-pqrs"


def test_the_form_says_how_both_may_be_typed_and_what_is_wrong_stands_under_a_fitting_title(
    browser, receipt, at
):
    at("2026-11-25 10:00")
    form = shown(browser.get(TRACK))
    assert f"例：{receipt_number(2026, 'kita', 123)}。小文字でも全角でも" in form
    assert "16文字の英数字です。間のハイフン（-）は、なくてもかまいません。" in form

    refused = shown(look(browser, receipt.consultation.number, "wrong"))

    assert "調べられませんでした。次のところを確かめてください" in refused
    assert "送信の前に" not in refused


def test_an_interim_reply_and_an_answer_are_told_with_their_days(browser, receipt):
    answer(receipt.consultation, interim_on=date(2026, 11, 20))
    text = shown(look(browser, receipt.consultation.number, receipt.passphrase))

    assert "途中の状況をお知らせした日 令和8年11月20日（金）" in text
    assert "回答した日 令和8年11月25日（水）" in text


def test_a_case_that_is_late_says_so(browser, receipt):
    Consultation.objects.filter(pk=receipt.consultation.pk).update(
        received_on=date(2020, 1, 6), due_on=date(2020, 1, 20)
    )

    assert "期限を過ぎています。" in shown(
        look(browser, receipt.consultation.number, receipt.passphrase)
    )


@pytest.mark.parametrize("state", CaseState.values)
@pytest.mark.parametrize("code", ["ja", "en", "ko"])
def test_every_state_has_words_that_a_citizen_understands(browser, receipt, state, code):
    closed = date(2026, 11, 25) if state in ("answered", "filed", "transferred", "publication_decided") else None  # fmt: skip
    Consultation.objects.filter(pk=receipt.consultation.pk).update(state=state, closed_on=closed)
    browser.get(f"{TRACK}?lang={code}")
    response = look(browser, receipt.consultation.number, receipt.passphrase)
    heading = unescape(re.search(r"<h1>(.*?)</h1>", response.content.decode())[1])

    assert heading
    assert (heading == words_of_state(state, is_answered=False).short) is (code == "ja")
    assert CaseState(state).label not in ("公表判定済", "供覧", "移ちょう") or (
        CaseState(state).label not in heading
    )


def test_a_case_whose_publication_was_decided_is_an_answered_one_to_the_citizen():
    decided = CaseState.PUBLICATION_DECIDED
    assert words_of_state(decided, is_answered=True).short == "回答しました"
    assert words_of_state(decided, is_answered=False).short == "対応を終えました"


@pytest.mark.parametrize(
    ("number", "passphrase", "sentence"),
    [
        ("R08-KITA-1", "x", "最後の1けたまで入力してください。"),
        ("R08-KITA-000001-0", "x", "受付番号に打ち間違いがあります。"),
        ("", "x", "「受付番号」を入力してください。"),
        ("R08-KITA-000999-2", "", "「合言葉」を入力してください。"),
        ("x" * 5_000, "y" * 5_000, "100文字以内で入力してください"),
        ("<script>", "\u202e", "最後の1けたまで入力してください。|制御文字"),
    ],
)
def test_what_cannot_be_looked_up_is_said_in_a_sentence(browser, number, passphrase, sentence):
    response = look(browser, number, passphrase)

    assert re.search(sentence, shown(response))
    assert "<script>" not in response.content.decode()


def test_a_wrong_passphrase_and_an_unknown_number_are_told_apart_by_nobody(browser, receipt):
    wrong = look(browser, receipt.consultation.number, "abcd-abcd-abcd-abcd")
    unknown = look(browser, unknown_number(), receipt.passphrase)

    sentence = "受付番号と合言葉の組み合わせが違います。控えを確かめてください。"
    assert sentence in shown(wrong)
    assert sentence in shown(unknown)


def unknown_number() -> str:
    from consultations.receipts import receipt_number

    return receipt_number(2026, "kita", 987_654)


def test_after_ten_wrong_tries_even_the_right_one_waits(browser, receipt):
    number = receipt.consultation.number
    for _ in range(10):
        assert look(browser, number, "abcd-abcd-abcd-abcd").status_code == 200
    late = look(browser, number, receipt.passphrase)

    assert late.status_code == 429
    assert 0 < int(late["Retry-After"]) <= 600
    assert "番号と合言葉の間違いが続いたため" in shown(late)
    assert receipt.consultation.number not in shown(late)


def test_right_tries_and_slips_of_the_finger_cost_nothing(browser, receipt):
    for _ in range(12):
        assert look(browser, receipt.consultation.number, receipt.passphrase).status_code == 200
        assert look(browser, "R08-KITA-1", "x").status_code == 200

    assert "受け付けました" in shown(look(browser, receipt.consultation.number, receipt.passphrase))


def test_wrong_tries_do_not_eat_the_turns_of_the_form(browser, receipt):
    for _ in range(11):
        look(browser, receipt.consultation.number, "abcd-abcd-abcd-abcd")

    assert not SubmissionWindow.objects.filter(client_digest="").exists()


def test_a_case_of_another_ward_is_unknown(client_at, receipt, settings):
    settings.SHARED_CLIENT_ADDRESSES = []
    at_nishi = client_at("nishi")

    assert "組み合わせが違います" in shown(
        look(at_nishi, receipt.consultation.number, receipt.passphrase)
    )


def test_a_look_up_by_address_shows_the_empty_form_only(browser, receipt):
    response = browser.get(
        TRACK, {"number": receipt.consultation.number, "passphrase": receipt.passphrase}
    )

    assert "どの課が担当するか" not in shown(response)
    assert receipt.passphrase not in re.sub(r'href="[^"]*"', "", response.content.decode())


def test_a_look_up_asks_the_database_few_things(browser, receipt, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        look(browser, receipt.consultation.number, receipt.passphrase)


# --- After the answer -----------------------------------------------------------------------------


def test_the_three_questions_are_asked_once_and_after_the_answer_only(browser, receipt):
    number, passphrase = receipt.consultation.number, receipt.passphrase
    before = look(browser, number, passphrase)
    assert "回答は届きましたか" not in shown(before)
    answer(receipt.consultation)

    asked = look(browser, number, passphrase)
    assert "回答は届きましたか" in shown(asked)
    thanked = judge(browser, word_in(asked), **YES)
    assert "ありがとうございました" in shown(thanked)
    told = Satisfaction.objects.get()
    assert (told.reached, told.understood, told.handled_properly) == (True, True, False)

    again = judge(browser, word_in(asked), **YES | {"handled_properly": "yes"})
    assert "すでに答えていただきました" in shown(again)
    assert Satisfaction.objects.get().handled_properly is False
    assert "回答は届きましたか" not in shown(look(browser, number, passphrase))


def test_a_question_left_open_is_asked_again_with_the_other_answers_kept(browser, receipt):
    answer(receipt.consultation)
    word = word_in(look(browser, receipt.consultation.number, receipt.passphrase))
    response = judge(browser, word, reached="yes", understood="maybe")

    assert "「適切に対応されたと思いますか」を選んでください。" in shown(response)
    assert 'name="reached" value="yes" id="id_reached_0" checked' in re.sub(
        r"\s+", " ", response.content.decode().replace("required ", "")
    ) or re.search(r'name="reached" value="yes"[^>]*checked', response.content.decode())
    assert not Satisfaction.objects.exists()


def test_what_is_not_solved_becomes_a_case_of_its_own_with_a_receipt(browser, receipt):
    answer(receipt.consultation)
    word = word_in(look(browser, receipt.consultation.number, receipt.passphrase))
    response = follow(browser, word, "まだ暗いままです。")

    assert response.status_code == 303
    assert response["Location"] == f"/consultations/receipt/{token_of('f1')}/"
    opened = Consultation.objects.get(previous=receipt.consultation)
    assert (opened.body, opened.contact.phone) == ("まだ暗いままです。", "06-6208-0000")
    assert opened.number in browser.get(response["Location"]).content.decode()
    assert follow(browser, word, "もう一度", key="f1")["Location"] == response["Location"]
    assert Consultation.objects.count() == 2
    other = follow(browser, word, "別の鍵で", key="f2")
    assert "すでに受け付けているか" in shown(other)
    assert Consultation.objects.count() == 2


def test_a_follow_up_pressed_twice_at_once_is_one(receipt):
    """The second press waits for the first and then sees its receipt, whatever it saw before."""
    answer(receipt.consultation)
    first = open_follow_up(receipt.consultation, "まだ暗い", submission_key="f1")
    second = open_follow_up(receipt.consultation, "まだ暗い", submission_key="f1")

    assert second.consultation.pk == first.consultation.pk
    assert receipt_of("f1").consultation.pk == first.consultation.pk


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "「解決していないこと」を入力してください。"),
        ("い" * 1_001, "1,000文字以内"),
        ("\u202e", "制御文字"),
    ],
)
def test_a_follow_up_without_sound_text_comes_back_with_a_sentence(
    browser, receipt, body, sentence
):
    answer(receipt.consultation)
    word = word_in(look(browser, receipt.consultation.number, receipt.passphrase))
    response = follow(browser, word, body)

    assert sentence in shown(response)
    assert Consultation.objects.count() == 1


def test_a_case_in_work_takes_no_follow_up(browser, receipt):
    response = look(browser, receipt.consultation.number, receipt.passphrase)
    assert "解決していないとき" not in shown(response)

    refused = follow(browser, tracking.signed_word(receipt.consultation), "まだ")
    assert "まだ受け付けられません" in shown(refused)
    assert Consultation.objects.count() == 1


def forged_words(case) -> list[str]:
    elsewhere = signing.dumps(["nishi", case.pk], salt="consultations.track")
    other_salt = signing.dumps([connection.schema_name, case.pk], salt="x")
    good = tracking.signed_word(case)
    return ["", "x", good[:-1], elsewhere, other_salt, "x" * 100_000, signing.dumps(7, salt="consultations.track")]  # fmt: skip


def test_a_forged_word_opens_nothing_and_the_text_is_kept(browser, receipt):
    answer(receipt.consultation)
    for word in forged_words(receipt.consultation):
        response = follow(browser, word, "まだ暗いままです。")
        assert "もう一度、受付番号と合言葉を入力してください。" in shown(response)
        assert 'name="body" value="まだ暗いままです。"' in response.content.decode()
        assert "時間がたちました" in shown(judge(browser, word, **YES))
    assert not Satisfaction.objects.exists()
    assert Consultation.objects.count() == 1


def test_an_old_word_asks_for_the_passphrase_and_brings_the_text_back(
    browser, receipt, monkeypatch
):
    answer(receipt.consultation)
    word = word_in(look(browser, receipt.consultation.number, receipt.passphrase))
    monkeypatch.setattr(tracking, "ALLOWED_FOR_SECONDS", -1)
    response = follow(browser, word, "まだ暗いままです。")
    assert "まだ送られていません" in shown(response)
    monkeypatch.undo()

    back = look(browser, receipt.consultation.number, receipt.passphrase, body="まだ暗いままです。")
    assert re.search(r"<textarea[^>]*>\s*まだ暗いままです。</textarea>", back.content.decode())


@pytest.mark.parametrize("method", ["put", "delete"])
def test_other_methods_are_not_for_citizens(browser, method):
    response = getattr(browser, method)(TRACK)

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")
