"""The list of cases: order, filters, search, files, and who sees what."""

import csv
import hashlib
import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from consultations.models import Consultation, Section
from consultations.services import handling, handovers, publishing, replies
from tests.consultations.conftest import WANTS_A_CALL
from wards.desk.choices import AccessKind, NoticeKind
from wards.desk.models import AccessEvent, Notice
from wards.desk.services import notify

LIST = "/admin/consultations/consultation/"


def numbers_in(answer) -> list[str]:
    return [case.number for case in answer.context["cl"].result_list]


def test_late_cases_stand_first_and_ended_ones_last(submit, kita_officer, sign_in):
    ended = submit(days_ago=30).consultation
    fresh = submit(days_ago=1).consultation
    late = submit(days_ago=20).consultation
    handling.file_consultation(ended, actor=kita_officer, reason="読みました。")

    answer = sign_in(kita_officer, "kita").get(LIST)

    assert numbers_in(answer) == [late.number, fresh.number, ended.number]
    page = answer.content.decode()
    assert "6日超過" in page
    assert "あと13日" in page
    assert "開庁日はあと" in page
    assert answer.context["totals"] == {
        "total": 3,
        "open": 2,
        "overdue": 1,
        "today": 0,
        "unassigned": 2,
    }


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("state=open", {"road", "park"}),
        ("state=closed", {"waste"}),
        ("state=filed", {"waste"}),
        ("state=nonsense", set()),
        ("due=overdue", {"park"}),
        ("due=in_time", {"road"}),
        ("due=later", {"road"}),
        ("due=nonsense", set()),
        ("mine=me", {"road"}),
        ("mine=none", {"park", "waste"}),
        ("mine=section", {"road"}),
        ("mine=section_none", set()),
        ("reply=yes", {"road"}),
        ("reply=no", {"park", "waste"}),
        ("bundle=single", {"road", "park", "waste"}),
        ("bundle=lead", set()),
        ("publication=none", {"waste"}),
        ("intake_channel=phone", set()),
        ("intake_channel=web", {"road", "park", "waste"}),
        ("record_type=citizen_voice", {"road", "park", "waste"}),
        ("received=30days", {"road", "park", "waste"}),
        ("received=today", {"road"}),
        ("received=2000-01-01", set()),
        ("received=9999-12-31", set()),
        ("received=0001-01-01", set()),
        ("received=this_year", {"road", "park", "waste"}),
        ("received=last_year", set()),
        ("office=99999999999999999999", set()),
        ("office=waiting", set()),
        ("category=999999", set()),
        ("section=x", set()),
        ("q=工事", set()),
        ("q=ﾌﾞﾗﾝｺ", {"park"}),
        ("q=大阪 花子", set()),
        ("q=0662080000", set()),
    ],
)
def test_each_filter_keeps_what_it_says(
    query, kept, submit, section, post, kita_officer, kita_manager, sign_in, at
):
    at("2026-11-25 10:00")
    post(section, kita_officer)
    road = submit(**WANTS_A_CALL).consultation
    submit(category="park", days_ago=20, body="ブランコが壊れています。")
    waste = submit(category="waste", days_ago=3).consultation
    handling.route_consultation(road, section, actor=kita_manager)
    handling.assign_consultation(road, kita_officer, actor=kita_officer)
    handling.file_consultation(waste, actor=kita_officer, reason="読みました。")

    answer = sign_in(kita_officer, "kita").get(f"{LIST}?{query}")

    assert answer.status_code == 200
    assert {case.category.code for case in answer.context["cl"].result_list} == kept


def test_a_number_as_people_type_it_is_found(case, kita_officer, sign_in):
    typed = case.number.lower()

    assert numbers_in(sign_in(kita_officer, "kita").get(f"{LIST}?q={typed}")) == [case.number]


def test_the_search_form_asks_as_the_list_reads_and_keeps_the_filter(submit, kita_officer, sign_in):
    wanted, other = submit().consultation, submit().consultation
    ended = submit().consultation
    handling.file_consultation(ended, actor=kita_officer, reason="読みました。")
    browser = sign_in(kita_officer, "kita")
    page = browser.get(f"{LIST}?state=open").content.decode()
    form = re.search(r'<form id="changelist-search".*?</form>', page, re.DOTALL)[0]
    inputs = [
        dict(re.findall(r'(\w+)="([^"]*)"', tag)) for tag in re.findall(r"<input[^>]*>", form)
    ]

    def send(words):
        return browser.get(
            LIST,
            {i["name"]: words if i.get("id") == "searchbar" else i["value"] for i in inputs},
        )

    assert numbers_in(send(wanted.number)) == [wanted.number]
    assert numbers_in(send(ended.number)) == []
    assert set(numbers_in(send(""))) == {wanted.number, other.number}


def test_an_office_clerk_sees_only_what_was_handed_to_the_office(
    case, submit, works_office, clerk, kita_officer, sign_in
):
    submit()
    handovers.hand_over(case, works_office, actor=kita_officer, reason="修理をお願いします。")

    client = sign_in(clerk, "kita")

    assert numbers_in(client.get(LIST)) == [case.number]
    assert numbers_in(client.get(f"{LIST}?office=mine")) == [case.number]
    assert "野田工営所" in client.get(LIST).content.decode()


def test_a_viewer_is_refused_with_the_reason(case, hire, sign_in):
    answer = sign_in(hire("kita", "viewer"), "kita").get(LIST)

    assert answer.status_code == 403
    assert "閲覧者" in answer.content.decode()
    assert case.number not in answer.content.decode()


def test_the_list_asks_the_same_few_questions_however_long_it_is(
    submit, kita_officer, sign_in, django_assert_max_num_queries
):
    for n in range(12):
        submit(days_ago=n)
    client = sign_in(kita_officer, "kita")
    client.get(LIST)

    with django_assert_max_num_queries(13):
        answer = client.get(LIST)
    assert len(numbers_in(answer)) == 12


def test_the_file_holds_the_filtered_list_no_contact_and_no_formula(
    submit, kita_officer, sign_in, enter
):
    submit(body="=1+1\n＝cmd|' /C calc'!A0", place="@梅田", **WANTS_A_CALL)
    submit(category="park")

    answer = sign_in(kita_officer, "kita").post(
        f"{LIST}export/csv/?category=&q=cmd", {"purpose": "課の会議で数えるため"}
    )

    text = answer.getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["場所"] == "'@梅田"
    assert row["内容"].startswith("'=1+1")
    assert "大阪 花子" not in text
    assert "06-6208-0000" not in text
    enter("kita")
    event = AccessEvent.objects.get(what=AccessKind.EXPORT)
    assert (event.user, event.detail["rows"], event.detail["filters"]["q"]) == (
        kita_officer,
        1,
        ["cmd"],
    )
    assert event.detail["purpose"] == "課の会議で数えるため"
    assert event.detail["roles"] == ["区職員"]
    assert event.detail["sha256"] == hashlib.sha256(text.encode("utf-8-sig")).hexdigest()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "利用目的を入力してください。"),
        ("  \u3000 ", "利用目的を入力してください。"),
        ("業務", "何に使うかが分かるように"),
        ("目的\u202e", "目に見えない制御文字"),
        ("あ" * 201, "200文字以内"),
    ],
)
def test_a_file_of_cases_is_handed_out_for_a_purpose_only(
    case, kita_officer, sign_in, enter, typed, says
):
    client = sign_in(kita_officer, "kita")
    asked = client.get(f"{LIST}export/xlsx/?state=open").content.decode()
    assert "個人情報を含む1件を書き出します。" in asked
    assert f"{LIST}?state=open" in asked

    answer = client.post(f"{LIST}export/xlsx/?state=open", {"purpose": typed})

    assert says in answer.content.decode()
    enter("kita")
    assert not AccessEvent.objects.filter(what=AccessKind.EXPORT).exists()


def test_days_in_the_book_are_dates_and_texts_stay_texts(submit, kita_officer, sign_in):
    case = submit(body="=1+1\u2028二行目", place="@梅田", **WANTS_A_CALL).consultation

    book = sign_in(kita_officer, "kita").post(
        f"{LIST}export/xlsx/", {"purpose": "課の会議で数えるため"}
    )

    head, row = (
        CalamineWorkbook.from_filelike(io.BytesIO(book.getvalue()))
        .get_sheet_by_index(0)
        .to_python()
    )
    cells = dict(zip(head, row, strict=True))
    assert (cells["受付日"], cells["回答期限"]) == (case.received_on, case.due_on)
    assert (cells["場所"], cells["内容"]) == ("@梅田", "=1+1\u2028二行目")
    assert cells["回答日"] == ""


def test_the_managers_are_told_of_a_file_with_many_people(
    submit, kita_officer, kita_manager, sign_in, enter, monkeypatch
):
    monkeypatch.setattr("wards.desk.noted_files.MANY_ROWS", 1)
    submit(**WANTS_A_CALL)
    client = sign_in(kita_officer, "kita")
    address = f"{LIST}export/csv/"
    client.post(address, {"purpose": "大阪花子さんの件"})
    enter("kita")
    assert not Notice.objects.filter(kind=NoticeKind.CHECK).exists()
    submit(category="park")
    assert "区課長と区長にも知らせます。" in client.get(address).content.decode()

    client.post(address, {"purpose": "大阪花子さんの件"})

    enter("kita")
    notice = Notice.objects.get(kind=NoticeKind.CHECK)
    assert notice.person == kita_manager
    assert notice.text == "北野 花子が「相談・要望一覧」2件をファイルに書き出しました。"
    event = AccessEvent.objects.filter(what=AccessKind.EXPORT).latest("pk")
    assert notice.url == f"/admin/ward_desk/accessevent/{event.pk}/change/"


def test_a_very_large_file_is_left_to_those_who_answer_for_the_log(
    submit, kita_officer, kita_manager, sign_in, enter, monkeypatch
):
    monkeypatch.setattr("wards.desk.noted_files.MOST_ROWS_ALONE", 1)
    submit(**WANTS_A_CALL)
    submit(category="park")
    address, purpose = f"{LIST}export/csv/", {"purpose": "課の会議で数えるため"}

    refused = sign_in(kita_officer, "kita").post(address, purpose)
    taken = sign_in(kita_manager, "kita").post(address, purpose)

    assert (refused.status_code, taken.status_code) == (403, 200)
    assert "1件を超えるファイルは、区課長か区長が書き出します。" in refused.content.decode()
    enter("kita")
    assert [event.what for event in AccessEvent.objects.order_by("pk")] == ["refused", "export"]


def test_one_file_after_another_is_left_to_them_too(submit, kita_officer, sign_in, at):
    submit(**WANTS_A_CALL)
    client = sign_in(kita_officer, "kita")
    address, purpose = f"{LIST}export/csv/", {"purpose": "課の会議で数えるため"}
    at("2026-11-25 10:00")
    assert [client.post(address, purpose).status_code for _ in range(3)] == [200] * 3

    refused = client.get(address)

    assert refused.status_code == 403
    assert "この1時間に3回書き出しています。" in refused.content.decode()
    assert client.get(f"{LIST}figures/csv/?fiscal_year=2026").status_code == 200
    at("2026-11-25 11:01")
    client = sign_in(kita_officer, "kita")
    assert client.post(address, purpose).status_code == 200


def test_a_file_of_cases_is_read_in_pieces_and_asks_no_more_for_more(
    submit, kita_officer, sign_in, monkeypatch, django_assert_num_queries
):
    client = sign_in(kita_officer, "kita")
    submit(**WANTS_A_CALL)
    address, purpose = f"{LIST}export/csv/", {"purpose": "課の会議で数えるため"}
    client.post(address, purpose)
    with CaptureQueriesContext(connection) as one:
        client.post(address, purpose)
    for _ in range(5):
        submit(category="park")

    with django_assert_num_queries(len(one)):
        client.post(address, purpose)


def test_a_manager_sees_what_waits_for_a_decision_on_the_start_page(
    case, kita_officer, kita_manager, sign_in
):
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    replies.save_draft(case, actor=kita_officer, text="直しました。")
    replies.submit_draft(case, actor=kita_officer)

    page = sign_in(kita_manager, "kita").get("/admin/").content.decode()

    assert "回答案が、あなたの決裁を待っています。" in page
    assert f"{LIST}?state=drafted" in page


def test_the_count_of_proposals_to_confirm_is_the_list_behind_it(
    submit, hire, kita_officer, sign_in
):
    """Who made a proposal does not confirm it: neither the count nor the list holds it."""
    heads = [hire("kita", "manager") for _ in range(2)]
    for proposer in [*heads, kita_officer]:
        case = submit(days_ago=5).consultation
        handling.file_consultation(case, actor=kita_officer, reason="読みました。")
        publishing.propose_publication(
            case, actor=proposer, title="件名", summary="要旨。", city_view="", response_kind=""
        )
    browser = sign_in(heads[0], "kita")

    page = browser.get("/admin/").content.decode()

    row = re.search(
        r'<li[^>]*>\s*<a href="([^"]*publication=to_confirm)">(.*?)</a>', page, re.DOTALL
    )
    assert re.sub(r"<[^>]+>|\s", "", row[2]) == "2件公表案が、あなたの確認を待っています。"
    assert len(numbers_in(browser.get(row[1]))) == 2


def test_an_officers_late_cases_lead_the_start_page(case, kita_officer, sign_in):
    Consultation.objects.filter(pk=case.pk).update(
        due_on=date(2026, 1, 1), received_on=date(2025, 12, 1)
    )
    handling.assign_consultation(case, kita_officer, actor=kita_officer)

    page = sign_in(kita_officer, "kita").get("/admin/").content.decode()

    assert "あなたの担当で、回答期限を過ぎています。" in page
    assert page.index("あなたの担当で、回答期限を過ぎています。") < page.index("my-notices")
    assert page.index("my-notices") < page.index("年度ごとの状況")


def test_a_case_stands_on_the_start_page_once_with_what_is_told_about_it(
    case, kita_officer, sign_in, enter
):
    handling.assign_consultation(case, kita_officer, actor=kita_officer)
    notify(
        kita_officer, key="call", kind="call", text=f"{case.number}の回答を電話で連絡してください。",
        url=case.get_absolute_url(),
    )  # fmt: skip

    page = sign_in(kita_officer, "kita").get("/admin/").content.decode()

    assert page.count(case.get_absolute_url()) == 1
    assert page.count("<span>回答を電話で連絡してください。</span>") == 1
    assert f"{case.number}の担当になりました。" not in page
    assert "上の案件のほかに、あなた宛ての仕事とお知らせはありません。" in page


def test_the_list_behind_my_cases_in_time_holds_no_late_ones(submit, kita_officer, sign_in):
    late, fresh = submit(days_ago=20).consultation, submit(days_ago=1).consultation
    for one in (late, fresh):
        handling.assign_consultation(one, kita_officer, actor=kita_officer)
    client = sign_in(kita_officer, "kita")

    page = client.get("/admin/").content.decode()

    assert "あなたの担当で、期限内に対応中です。" in page
    assert f"{LIST}?mine=me&amp;due=in_time" in page
    assert numbers_in(client.get(f"{LIST}?mine=me&due=in_time")) == [fresh.number]


def test_the_menu_keeps_its_place_on_the_pages_below_a_list(case, kita_manager, sign_in):
    client = sign_in(kita_manager, "kita")

    def place(path):
        page = client.get(path).content.decode()
        return re.findall(r'<a href="(/admin/[^"]+)" aria-current="(page|true)">', page)

    assert place(LIST) == [(LIST, "page")]
    assert place(case.get_absolute_url()) == [(LIST, "true")]
    assert place(f"{LIST}settings/") == [(f"{LIST}settings/", "page")]


def test_a_clerks_start_page_leads_to_what_was_handed_over(
    case, works_office, clerk, kita_officer, sign_in
):
    handovers.hand_over(case, works_office, actor=kita_officer, reason="お願いします。")

    page = sign_in(clerk, "kita").get("/admin/").content.decode()

    assert "あなたの事業所に引き継がれ、返事を待っています。" in page
    assert f"{LIST}?office=mine" in page


def test_another_wards_cases_are_not_in_the_list(case, nishi_officer, sign_in, enter):
    enter("nishi")
    assert Section.objects.front_desk() is not None

    answer = sign_in(nishi_officer, "nishi").get(LIST)

    assert numbers_in(answer) == []
