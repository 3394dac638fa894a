"""The pure rules of 相談・要望, at their boundaries."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations import case_states, questions, retention, routing, similarity
from consultations.case_states import MOVES, Facts
from consultations.choices import CaseState
from consultations.publication import marks_in, pieces, reasons_not_to_confirm
from consultations.receipts import (
    check_digit,
    number_from_text,
    receipt_number,
    ward_of_number,
)
from consultations.reply_texts import filled_in, unfilled_places, unknown_fields
from consultations.submission_rules import read_submission, subject_of
from wards import deadlines
from wards.deadlines import Clock, Escalation
from wards.text import names_from_text

FOURTEEN = Clock(
    days=14, remind_before=3, chief_after=0, head_after=3, mayor_after=7, name="14日の規則"
)


# --- 受付番号 ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fiscal_year", "slug", "serial", "start"),
    [
        (2026, "kita", 123, "R08-KITA-000123-"),
        (2018, "nishi", 1, "H30-NISHI-000001-"),
        # 令和元年度 is the whole of FY2019, though it began in 平成.
        (2019, "higashisumiyoshi", 999_999, "R01-HIGASHISUMIYOSHI-999999-"),
    ],
)
def test_a_receipt_number_names_year_ward_and_serial(fiscal_year, slug, serial, start):
    number = receipt_number(fiscal_year, slug, serial)

    assert number.startswith(start)
    assert len(number) == len(start) + 1
    assert number_from_text(number) == number
    assert ward_of_number(number) == slug


@pytest.mark.parametrize("serial", [0, -1, 1_000_000])
def test_a_serial_beyond_six_digits_is_refused(serial):
    with pytest.raises(ValueError, match="does not fit"):
        receipt_number(2026, "kita", serial)


def test_the_check_digit_is_that_of_iso_7064_mod_11_10():
    # The example of the standard: 0794 has the check digit 5.
    assert check_digit("0794") == "5"


@pytest.mark.parametrize(
    "typed",
    [
        "R08-KITA-000123-{}",
        "r08-kita-000123-{}",
        "Ｒ０８－ＫＩＴＡ－０００１２３－{}",
        "R08KITA000123{}",
        " R08 KITA 000123 {} ",
        "R08ーKITAー000123ー{}",
    ],
)
def test_a_number_is_read_as_people_type_it(typed):
    number = receipt_number(2026, "kita", 123)

    assert number_from_text(typed.format(number[-1])) == number


@given(st.integers(1, 999_999), st.integers(0, 5), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(serial, place, more):
    number = receipt_number(2026, "kita", serial)
    at = len("R08-KITA-") + place
    wrong = number[:at] + str((int(number[at]) + more) % 10) + number[at + 1 :]

    with pytest.raises(ValueError, match="打ち間違い"):
        number_from_text(wrong)


@pytest.mark.parametrize(
    "typed", ["", "R08-KITA-000123", "R08-KITA-123-4", "😀", "R08-北区-000123-4"]
)
def test_what_is_no_number_is_answered_with_how_one_looks(typed):
    with pytest.raises(ValueError, match="R08-KITA-000123-4"):
        number_from_text(typed)


# --- the clock -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received_on", "due"),
    [
        # The example of the city: the first day is not counted.
        (date(2020, 11, 2), date(2020, 11, 16)),
        (date(2026, 12, 25), date(2027, 1, 8)),
        (date(2028, 2, 20), date(2028, 3, 5)),
    ],
)
def test_an_answer_is_due_after_fourteen_days_without_the_first(received_on, due):
    assert deadlines.due_on(received_on, FOURTEEN) == due


@pytest.mark.parametrize(
    ("day", "overdue", "words", "soon", "told"),
    [
        (date(2020, 11, 12), False, "あと4日", False, Escalation.NONE),
        (date(2020, 11, 13), False, "あと3日", True, Escalation.NONE),
        (date(2020, 11, 15), False, "あと1日", True, Escalation.NONE),
        (date(2020, 11, 16), False, "今日まで", True, Escalation.CHIEF),
        (date(2020, 11, 17), True, "1日超過", False, Escalation.CHIEF),
        (date(2020, 11, 18), True, "2日超過", False, Escalation.CHIEF),
        (date(2020, 11, 19), True, "3日超過", False, Escalation.HEAD),
        (date(2020, 11, 22), True, "6日超過", False, Escalation.HEAD),
        (date(2020, 11, 23), True, "7日超過", False, Escalation.MAYORS_OFFICE),
        (date(2021, 11, 23), True, "372日超過", False, Escalation.MAYORS_OFFICE),
    ],
)
def test_a_late_case_climbs_from_day_to_day(day, overdue, words, soon, told):
    due = date(2020, 11, 16)

    assert deadlines.is_overdue(due, day) is overdue
    assert deadlines.words_left(due, day) == words
    assert deadlines.is_due_soon(due, day, FOURTEEN) is soon
    assert deadlines.escalation(due, day, FOURTEEN) == told


@pytest.mark.parametrize(
    ("answered_on", "in_time"),
    [(None, False), (date(2020, 11, 16), True), (date(2020, 11, 17), False)],
)
def test_an_answer_on_the_due_day_is_in_time(answered_on, in_time):
    assert deadlines.answered_in_time(date(2020, 11, 16), answered_on) is in_time


def test_the_reasons_of_a_date_name_start_rule_open_days_and_a_closed_due_day():
    words = deadlines.why_this_date(date(2026, 12, 18), FOURTEEN, today=date(2026, 12, 21))

    assert words[0] == "受付日は令和8年12月18日です。受付日は数えません。"
    assert "14日の規則により14日後（暦日）の令和9年1月1日が期限です。" in words[1]
    assert words[2] == "この間の開庁日は6日です。"
    assert words[3] == "今日から期限までの開庁日は、あと5日です。"
    assert words[4].startswith(
        "期限の日は年末年始で閉庁日です。期限は延びません（次の開庁日は令和9年1月4日）。"
    )


# --- routing -------------------------------------------------------------------------------------

DAY = date(2026, 11, 25)


def rule(number, *, category=None, areas="", since=date(2026, 4, 1), until=None):
    return routing.RuleFacts(number, category, names_from_text(areas), since, until)


@pytest.mark.parametrize(
    ("place", "category", "chosen"),
    [
        ("梅田1丁目の歩道", 1, 4),
        ("曽根崎2丁目", 1, 4),
        ("梅田1丁目", 2, 3),
        ("中津", 1, 2),
        ("中津", 2, 1),
        ("梅田北1丁目", 1, 5),
        ("", 1, 2),
        ("ウメダ", 1, 2),
    ],
)
def test_the_most_particular_rule_wins(place, category, chosen):
    rules = [
        rule(1),
        rule(2, category=1),
        rule(3, areas="梅田"),
        rule(4, category=1, areas="梅田、曽根崎"),
        rule(5, category=1, areas="梅田北"),
    ]

    assert routing.rule_for(rules, category=category, place=place, day=DAY).number == chosen


@pytest.mark.parametrize(
    ("since", "until", "applies"),
    [
        (DAY, None, True),
        (date(2026, 11, 26), None, False),
        (date(2026, 4, 1), DAY, True),
        (date(2026, 4, 1), date(2026, 11, 24), False),
    ],
)
def test_a_rule_holds_on_both_its_ends(since, until, applies):
    found = routing.rule_for([rule(1, since=since, until=until)], category=1, place="", day=DAY)

    assert (found is not None) is applies


def test_of_two_alike_the_later_rule_wins_and_without_any_the_front_desk_takes_it():
    rules = [rule(7, category=1), rule(8, category=1)]

    assert routing.rule_for(rules, category=1, place="", day=DAY).number == 8
    assert routing.rule_for([], category=1, place="", day=DAY) is None
    assert "総合窓口" in routing.why_this_rule(None, category_name="道路", place="")


def test_the_reason_of_a_route_names_rule_category_and_area():
    words = routing.why_this_rule(
        rule(12, category=1, areas="梅田、曽根崎"), category_name="道路", place="曽根崎1丁目"
    )

    assert words == "振分ルール12：分野が「道路」の案件で、場所に「曽根崎」を含むものに当たります。"


# --- the states ----------------------------------------------------------------------------------


def facts(state, **more):
    given = {
        "wants_reply": True,
        "has_assignee": True,
        "has_draft": True,
        "is_answered": False,
        "publication_is_decided": False,
        "needs_read_back": False,
        "open_handovers": 0,
    }
    return Facts(state=state, **{**given, **more})


ALLOWED = {
    "route": "received routed in_progress",
    "assign": "received routed in_progress difficult",
    "draft": "in_progress difficult",
    "return_draft": "drafted",
    "answer": "drafted",
    "decide_publication": "answered filed",
    "file": "received routed in_progress difficult",
    "transfer": "received routed in_progress",
    "mark_difficult": "in_progress",
}


@pytest.mark.parametrize("code", MOVES)
@pytest.mark.parametrize("state", CaseState.values)
def test_each_step_leads_on_from_its_states_only(code, state):
    given = facts(state, publication_is_decided=True, wants_reply=False)
    refused = case_states.reasons_not_to_move(code, given, reason="理由")

    assert (refused == []) is (state in ALLOWED[code].split())
    if refused:
        assert CaseState(state).label in refused[0]


@pytest.mark.parametrize(
    ("code", "state", "more", "said"),
    [
        ("draft", "in_progress", {"has_draft": False}, "回答案が書かれていません"),
        ("draft", "in_progress", {"needs_read_back": True}, "読み聞かせ"),
        ("file", "in_progress", {}, "回答を希望"),
        ("file", "in_progress", {"wants_reply": False, "open_handovers": 1}, "引継ぎ"),
        ("transfer", "routed", {"open_handovers": 2}, "引継ぎ"),
        ("answer", "drafted", {"open_handovers": 1}, "引継ぎ"),
        ("decide_publication", "answered", {}, "公表するか"),
    ],
)
def test_a_step_is_refused_with_what_is_missing(code, state, more, said):
    (reason,) = case_states.reasons_not_to_move(code, facts(state, **more), reason="理由")

    assert said in reason


@pytest.mark.parametrize(
    ("reason", "refused"),
    [("", True), ("  \n", True), ("県の道路です", False), ("長" * 500, False), ("長" * 501, True)],
)
def test_ending_a_case_aside_asks_for_a_reason_of_bounded_length(reason, refused):
    reasons = case_states.reasons_not_to_move("transfer", facts("routed"), reason=reason)

    assert bool(reasons) is refused


@pytest.mark.parametrize("state", CaseState.values)
def test_every_state_says_what_comes_next(state):
    assert case_states.next_step(facts(state)).endswith("。")
    assert case_states.next_step(facts(state, publication_is_decided=True)).endswith("。")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"open_handovers": 1}, "引継ぎ先の返事を待っています。"),
        ({"open_handovers": 1, "accepted_handovers": 1}, "報告を待っています。"),
        ({"open_handovers": 2, "accepted_handovers": 1}, "引継ぎ先の返事を待っています。"),
        ({"open_handovers": 1, "has_assignee": False}, "区の担当者も決めてください。"),
    ],
)
def test_a_case_that_was_handed_over_says_what_is_waited_for(more, words):
    assert words in case_states.next_step(facts("routed", **more))


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (["sent"], "引き受けるか"),
        (["returned", "accepted"], "報告してください"),
        (["answered"], "済んでいます"),
    ],
)
def test_an_office_reads_what_it_has_to_do_itself(states, words):
    assert words in case_states.next_step_of_receiver(states)


def test_every_state_is_either_open_or_closed():
    assert sorted((*case_states.OPEN, *case_states.CLOSED)) == sorted(CaseState.values)


@pytest.mark.parametrize(
    ("latest", "already", "reason", "said"),
    [
        (True, False, "誤り", None),
        (True, True, "誤り", "すでに取り消され"),
        (False, False, "誤り", "いちばん新しい"),
        (True, False, " ", "理由を入力"),
        (True, False, "長" * 501, "500字以内"),
    ],
)
def test_only_the_latest_change_is_withdrawn_and_with_a_reason(latest, already, reason, said):
    reasons = case_states.reasons_not_to_withdraw(
        is_latest_move=latest, already=already, reason=reason
    )

    assert (reasons == []) if said is None else (said in reasons[0])


# --- what is said --------------------------------------------------------------------------------

GOOD = {"body": "街路灯が消えています。", "wants_reply": "no"}
CONTACT = {
    "wants_reply": "yes",
    "name": "葛󠄀城 花子",
    "reply_by": "phone",
    "phone": "０６ー６２０８ー００００",
}


def fault_fields(raw, **more):
    return {name for name, _ in read_submission(raw, **more)[1]}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"body": ""}, "body"),
        ({"body": "あ" * 1001}, "body"),
        ({"body": "a\u202eb"}, "body"),
        ({"place": "あ" * 201}, "place"),
        ({"place": "一行目\n二行目"}, "place"),
        ({"wants_reply": ""}, "wants_reply"),
        ({"wants_reply": "maybe"}, "wants_reply"),
        ({**CONTACT, "name": ""}, "name"),
        ({**CONTACT, "name": "\u200b"}, "name"),
        ({**CONTACT, "reply_by": ""}, "reply_by"),
        ({**CONTACT, "reply_by": "pigeon"}, "reply_by"),
        ({**CONTACT, "phone": ""}, "phone"),
        ({**CONTACT, "phone": "123"}, "phone"),
        ({**CONTACT, "reply_by": "email"}, "email"),
        ({**CONTACT, "reply_by": "letter"}, "address"),
        ({**CONTACT, "kana": "漢字"}, "kana"),
        ({**CONTACT, "postal_code": "53"}, "postal_code"),
    ],
)
def test_a_fault_is_told_at_its_field(change, field):
    assert fault_fields({**GOOD, **change}) == {field}


def test_a_body_of_just_a_thousand_letters_is_taken_and_kept_as_typed():
    body = "😀𠮷髙﨑葛󠄀①㈱" + "あ" * 992
    said, faults = read_submission({**GOOD, "body": body})

    assert (faults, said.body) == ([], body)


def test_without_a_wish_for_a_reply_no_contact_is_kept_whatever_was_sent():
    said, faults = read_submission({**CONTACT, **GOOD})

    assert (faults, said.contact) == ([], None)


def test_a_contact_is_read_as_it_is_printed_and_agrees_to_nothing_by_itself():
    said, faults = read_submission({**GOOD, **CONTACT})

    assert faults == []
    assert said.contact["phone"] == "06-6208-0000"
    assert said.contact["name"] == "葛󠄀城 花子"
    assert said.contact["answer_in_mail"] is False


QUESTIONS = [
    {"code": "danger", "kind": "yes_no", "label": "危険ですか", "required": True},
    {"code": "kind", "kind": "choice", "label": "種類", "options": ["穴", "段差"]},
    {"code": "since", "kind": "day", "label": "いつから"},
]


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"danger": "yes"}, set()),
        ({}, {"question_danger"}),
        ({"danger": "はい"}, {"question_danger"}),
        ({"danger": "no", "kind": "川"}, {"question_kind"}),
        ({"danger": "no", "since": "2026-02-30"}, {"question_since"}),
        ({"danger": "no", "since": "2026-02-28"}, set()),
    ],
)
def test_a_categorys_own_questions_are_answered_by_their_kind(answers, wrong):
    raw = {**GOOD, **{f"question_{code}": answer for code, answer in answers.items()}}

    assert fault_fields(raw, questions=QUESTIONS) == wrong


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (QUESTIONS, None),
        ({}, "一覧の形"),
        ([{"code": "A", "kind": "text", "label": "あ"}], "略称"),
        ([QUESTIONS[0], QUESTIONS[0]], "略称"),
        ([{"code": "a", "kind": "essay", "label": "あ"}], "種類"),
        ([{"code": "a", "kind": "text", "label": " "}], "質問の文"),
        ([{"code": "a", "kind": "choice", "label": "あ", "options": ["一つ"]}], "選択肢"),
        ([QUESTIONS[0]] * 11, "10個まで"),
        (["text"], "形が正しく"),
    ],
)
def test_a_form_that_cannot_be_asked_is_refused(form, said):
    faults = questions.faults_of_questions(form)

    assert (faults == []) if said is None else (said in faults[0])


def test_a_subject_is_the_category_and_the_beginning():
    assert subject_of("\n  穴があります。\n危ない", "道路") == "穴があります。"
    assert subject_of("あ" * 200, "道路") == f"{'あ' * 39}…"


# --- publication, templates, likeness, keeping ---------------------------------------------------


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("田中さんの家の前", [("田中", "氏名")]),
        ("佐藤 花子様に聞いた", [("佐藤 花子", "氏名")]),
        ("電話は０６－６２０８－００００です", [("０６－６２０８－００００", "電話番号")]),
        ("090-1234-5678へ", [("090-1234-5678", "電話番号")]),
        ("梅田1丁目3番1号", [("1丁目3番1号", "住所")]),
        ("〒530-8401", [("〒530-8401", "郵便番号")]),
        ("a.b@example.jp まで", [("a.b@example.jp", "メールアドレス")]),
        ("R08-KITA-000123-4の件です", [("R08-KITA-000123-4", "受付番号")]),
        ("ｒ０８−ｋｉｔａ−０００１２３−４", [("ｒ０８−ｋｉｔａ−０００１２３−４", "受付番号")]),
        ("天満2丁目の田中さんから", [("2丁目", "住所"), ("の田中", "氏名")]),
        ("皆さんのために公園を", []),
        ("平成28年度の予算は100円", []),
    ],
)
def test_what_looks_personal_is_marked(text, marked):
    marks = marks_in(text)

    assert [(text[mark.start : mark.end], mark.what) for mark in marks] == marked
    assert "".join(piece for piece, _ in pieces(text, marks)) == text


def test_the_name_of_who_asked_is_marked_in_whole_and_in_part():
    marks = marks_in("𠮷田は困っています。𠮷田 次郎", known=["𠮷田 次郎"])

    assert [mark.what for mark in marks] == ["本人の連絡先", "本人の連絡先"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, None),
        ({"actor": 1}, "別の人"),
        ({"state": "published"}, "公表済"),
        ({"summary": " "}, "要旨"),
        ({"is_publishable": False}, "公表の対象ではない"),
    ],
)
def test_a_second_person_confirms_a_written_summary(change, said):
    given = {
        "state": "proposed", "proposed_by": 1, "actor": 2, "summary": "要旨", "is_publishable": True,
    }  # fmt: skip
    reasons = reasons_not_to_confirm(**{**given, **change})

    assert (reasons == []) if said is None else (said in reasons[0])


def test_merge_fields_are_filled_and_other_braces_left_alone():
    text = "{受付番号}の{件名}について{不明}{"

    assert filled_in(text, {"受付番号": "R08", "件名": "道路"}) == "R08の道路について{不明}{"
    assert unknown_fields(text) == ["不明"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            "【調べたこと】\n\n【分かったこと】\n\nお尋ねください。",
            ["【調べたこと】", "【分かったこと】"],
        ),
        ("【調べたこと】\n現地を見ました。\n\n【分かったこと】電球が切れていました。", []),
        ("前文\n\n 【理由】 ", ["【理由】"]),
        ("前文\n\n【理由】\n", ["【理由】"]),
        ("前文\n\n【理由】\n　\n次", ["【理由】"]),
        ("「【注意】の札」を立てました。", []),
        ("{件名}の{不明}", ["{件名}"]),
        ("", []),
    ],
)
def test_a_place_of_a_template_that_nobody_wrote_into_is_found(text, places):
    assert unfilled_places(text) == places


@pytest.mark.parametrize(
    ("state", "more", "words"),
    [
        ("in_progress", {}, "内容を調べて"),
        ("in_progress", {"reported_handovers": 1}, "報告を読んで"),
        ("in_progress", {"reported_handovers": 1, "wants_reply": False}, "供覧で終える"),
        ("in_progress", {"reported_handovers": 1, "has_draft": True}, "書き終えたら"),
        ("answered", {}, "要旨と市の考え方"),
        ("answered", {"publication_is_proposed": True}, "別の区課長"),
        ("filed", {"publication_is_proposed": True}, "別の区課長"),
        ("answered", {"publication_is_decided": True}, "すべて終わって"),
    ],
)
def test_the_next_step_follows_what_has_come_in_since(state, more, words):
    given = {"wants_reply": True, "has_draft": False, **more}
    assert words in case_states.next_step(facts(state, **given))


def test_the_same_complaint_in_other_words_is_found_and_another_one_is_not():
    others = [(1, "梅田一丁目の街路灯が消えて夜道が暗いです"), (2, "保育所の申込みについて")]
    alike = similarity.most_alike("梅田1丁目で街路灯が消えている。夜道が暗くて怖い", others)

    assert [number for number, _ in alike] == [1]
    assert similarity.likeness(similarity.pairs_of("同じ文"), similarity.pairs_of("同じ文")) == 1
    assert similarity.likeness(frozenset(), similarity.pairs_of("文です")) == 0


@pytest.mark.parametrize(
    ("closed_on", "years", "due"),
    [
        (date(2027, 3, 31), 3, date(2030, 4, 1)),
        (date(2027, 4, 1), 3, date(2031, 4, 1)),
        (date(2027, 3, 31), 0, date(2027, 4, 1)),
        (date(2026, 4, 1), 30, date(2057, 4, 1)),
    ],
)
def test_years_of_keeping_count_from_the_april_after_the_end(closed_on, years, due):
    assert retention.disposal_due_on(closed_on, years) == due
    assert closed_on < retention.closed_before(due, years)
    assert closed_on >= retention.closed_before(due - timedelta(days=1), years)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, None),
        ({"as_of": date(2030, 3, 31)}, "保存期間"),
        ({"legal_hold": "訴訟"}, "訴訟"),
        ({"has_open_companion": True}, "続きの案件"),
        ({"closed_on": None}, "終わっていません"),
    ],
)
def test_nothing_is_disposed_of_before_its_time_or_under_a_hold(change, said):
    given = {
        "closed_on": date(2027, 3, 31),
        "years": 3,
        "legal_hold": "",
        "as_of": date(2030, 4, 1),
        "has_open_companion": False,
    }
    reasons = retention.reasons_not_to_dispose(**{**given, **change})

    assert (reasons == []) if said is None else (said in reasons[0])
