"""Texts as people type them: what is kept, what is folded, what is refused and in which words."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wards.text import (
    MOST_MARKS,
    Fault,
    email_address,
    faults_of_text,
    kana,
    length_of,
    long_text,
    phone_number,
    postal_code,
    search_key,
    short_text,
    shows_something,
)

NAMES = [
    "髙橋・𠮷田・葛󠄀城",
    "神\ufa19社",
    "﨑①㈱㍻",
    "👨‍👩‍👧‍👦と🏳️‍🌈",
    "Nguyễn Thị Hoa",
    "กำนัน ผู้ใหญ่บ้าน",
    "山田　太郎",
    "1️⃣番地",
]


@pytest.mark.parametrize(
    "odd",
    ["\0", "\x0b", "\x1f", "\x7f", "\x85", "\u202a", "\u202e", "\u2066", "\u2069", "\ufdd0",
     "\ufffd", "\ufffe", "\uffff", "\U0010ffff", chr(0xD83D)],
)  # fmt: skip
def test_a_text_holds_nothing_that_nobody_can_see_or_find(odd):
    assert faults_of_text(f"見本{odd}値") == [
        "目に見えない制御文字などが含まれています。文章を入力し直してください。"
    ]


@pytest.mark.parametrize("text", ["", "一行目\r\n\t二行目", "\u200b−▲①", *NAMES])
def test_every_text_that_people_write_may_stand(text):
    assert faults_of_text(text) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_kept_to_the_byte(name):
    assert short_text(name).encode() == name.encode()
    assert long_text(name, longest=4_000).encode() == name.encode()


@pytest.mark.parametrize(("marks", "faults"), [(MOST_MARKS, 0), (MOST_MARKS + 1, 1), (10_000, 1)])
def test_marks_pile_up_to_a_point(marks, faults):
    assert len(faults_of_text("が" + "\u0301" * marks)) == faults


def test_joiners_between_marks_do_not_hide_the_tower():
    assert len(faults_of_text("e" + "\u0301\u200d" * (MOST_MARKS + 1))) == 1


def test_a_million_marks_are_refused_at_once():
    started = time.process_time()

    with pytest.raises(Fault, match="4,000文字以内で入力してください（現在1,000,001文字）"):
        long_text("a" + "\u0301" * 1_000_000, longest=4_000)

    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("text", "length"),
    [("", 0), ("あ\r\nい", 3), ("あ\nい", 3), ("あ\rい", 3), ("𠮷", 1), ("葛󠄀", 2)],
)
def test_a_line_end_counts_once_and_a_character_of_two_units_too(text, length):
    assert length_of(text) == length


def test_a_text_may_be_exactly_as_long_as_announced():
    assert long_text("あ\r\n" * 5, longest=10) == "あ\n" * 5
    with pytest.raises(Fault, match=r"10文字以内で入力してください（現在11文字）。"):
        long_text("あ\r\n" * 5 + "い", longest=10)


@pytest.mark.parametrize(
    "text",
    ["\u200b", " \u3000\u200d", "\ufeff", "\u3164", "\u2800", "\u115f\uffa0", "\ufe0f", "\u00ad"],
)
def test_a_name_that_nobody_sees_is_none(text):
    assert not shows_something(text)
    if text.strip():
        with pytest.raises(Fault, match="目に見える文字"):
            short_text(text)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\t", "\u2028"])
def test_a_line_stays_one_line(end):
    with pytest.raises(Fault, match="1行で入力してください"):
        short_text(f"山田{end}Bcc: all@example.jp")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("06-6208-0000", "06-6208-0000"),
        ("0662080000", "06-6208-0000"),
        ("０６－６２０８－００００", "06-6208-0000"),
        ("06‐6208–0000", "06-6208-0000"),
        ("06−6208―0000", "06-6208-0000"),
        ("06ー6208ｰ0000", "06-6208-0000"),
        ("（06）6208　0000", "06-6208-0000"),
        ("06.6208.0000", "06-6208-0000"),
        ("+81 6 6208 0000", "06-6208-0000"),
        ("０９０１２３４５６７８", "090-1234-5678"),
        ("060-1234-5678", "060-1234-5678"),
        ("0120123456", "0120-123-456"),
        ("0721234567", "0721-23-4567"),
        ("＋82 2-1234-5678", "+82 2-1234-5678"),
    ],
)
def test_a_telephone_number_is_read_however_it_is_typed(typed, printed):
    assert phone_number(typed) == printed
    assert phone_number(printed) == printed


@pytest.mark.parametrize(
    "typed", ["", "6208-0000", "110", "06-6308-12", "0" * 10, "06-6208-00001", "-", "+", "0" * 39]
)
def test_a_number_that_rings_nowhere_is_answered_with_how_to_mend_it(typed):
    with pytest.raises(Fault, match="市外局番から、10けたまたは11けたの数字で入力してください"):
        phone_number(typed)


@pytest.mark.parametrize(
    "typed", ["06-6208-0000 内線12", "電話なし", "０" * 400, "06_6208", "٠٦٦٢٠٨٠٠٠٠"]
)
def test_a_number_with_words_is_answered_with_how_to_mend_it(typed):
    with pytest.raises(Fault, match="数字とハイフンだけで入力してください"):
        phone_number(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "532-8501",
        "5328501",
        "５３２－８５０１",
        "〒532-8501",
        "〒 532ー8501",
        "532 8501",
        " 532−8501 ",
    ],
)
def test_a_postal_code_is_read_however_it_is_typed(typed):
    assert postal_code(typed) == "532-8501"


@pytest.mark.parametrize(
    "typed", ["", "532-850", "532-85011", "5-328501", "五三二-八五〇一", "〒〒532-8501"]
)
def test_what_is_no_postal_code_is_refused(typed):
    with pytest.raises(Fault, match="7けたの数字"):
        postal_code(typed)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("hanako@example.jp", "hanako@example.jp"),
        (" ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ ", "hanako@example.jp"),
        ("Hana.Ko+ward@example.co.jp", "Hana.Ko+ward@example.co.jp"),
        ("a" * 64 + "@example.jp", "a" * 64 + "@example.jp"),
    ],
)
def test_an_email_address_is_read_in_half_width(typed, read):
    assert email_address(typed) == read


@pytest.mark.parametrize(
    "typed",
    ["", "hanako", "hanako@", "@example.jp", "a b@example.jp", "a@example.jp\nBcc: b@example.jp",
     "a@" + "b" * 300 + ".jp", "a@example.jp,b@example.jp"],
)  # fmt: skip
def test_what_is_no_email_address_is_refused(typed):
    with pytest.raises(Fault, match="メールアドレスを読み取れません"):
        email_address(typed)


@pytest.mark.parametrize(
    "typed",
    ["ヤマダ　ハナコ", "やまだ はなこ", "ﾔﾏﾀﾞ ﾊﾅｺ", "ジャン・ルイ", "リー", "Nguyễn Thị Hoa", "O’Neil-Smith", "ヴ",
     "か\u3099", "いすゞ"],
)  # fmt: skip
def test_a_reading_is_kept_as_typed(typed):
    assert kana(typed) == typed


@pytest.mark.parametrize("typed", ["山田", "やまだ1", "Ямада", "야마다", "ヤマダ😀"])
def test_a_reading_is_no_other_script(typed):
    with pytest.raises(Fault, match="カタカナ、ひらがな、またはアルファベット"):
        kana(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋　はなこ", "高橋ハナコ"),
        ("山﨑", "山崎"),
        ("渡邉 渡邊", "渡辺渡辺"),
        ("葛󠄀城", "葛城"),
        ("𠮷田", "吉田"),
        ("神\ufa19", "神神"),
        ("㈱ﾔﾏﾀﾞ", "(株)ヤマダ"),
        ("ＡＢＣ１２３", "abc123"),
        ("齋藤さん", "斉藤サン"),
        ("06−6208", "06-6208"),
        ("bench  in the　park", "Bench in the park"),
        ("Straße", "strasse"),
    ],
)
def test_spellings_that_people_mix_up_have_one_key(one, other):
    assert search_key(one) == search_key(other)


def test_different_names_keep_different_keys():
    names = ["高橋", "高端", "坂本", "阪本", "park bench", "parkbench", "ハナコ", "バナコ"]

    assert len({search_key(name) for name in names}) == len(names)


@given(st.text())
def test_a_key_of_a_key_is_the_key(text):
    key = search_key(text)

    assert search_key(key) == key


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_a_text_is_kept_or_refused_but_never_changed(text):
    try:
        kept = long_text(text, longest=4_000)
    except Fault:
        return

    assert kept == text.replace("\r\n", "\n").replace("\r", "\n")
    assert not any(unicodedata.category(c) in ("Cs", "Cc") and c not in "\t\n" for c in kept)


@given(st.text(max_size=60))
@pytest.mark.parametrize("read", [phone_number, postal_code, email_address, kana, short_text])
def test_reading_answers_with_a_text_or_a_sentence_and_reads_its_own_answer(read, text):
    try:
        answer = read(text)
    except Fault:
        return

    assert read(answer) == answer


@given(st.from_regex(r"0(6[2-7]|3[3-5])[0-9]{7}", fullmatch=True), st.sampled_from("-‐–−ー－ 　."))
def test_a_number_means_the_same_with_any_mark_between(digits, mark):
    typed = f"{digits[:2]}{mark}{digits[2:6]}{mark}{digits[6:]}"
    try:
        expected = phone_number(digits)
    except Fault:
        return
    assert phone_number(typed) == expected
