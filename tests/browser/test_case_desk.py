"""A call at the ward office becomes a case, a draft and an answer, in real Chromium."""

import re

import pytest
import python_calamine
import xlsxwriter
from playwright.sync_api import expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

CASES = "/admin/consultations/consultation/"
PAGES = (
    CASES,
    f"{CASES}add/",
    f"{CASES}figures/",
    f"{CASES}publications/?state=proposed",
    f"{CASES}bulk/",
    f"{CASES}referrals/",
    f"{CASES}disposal/",
    f"{CASES}settings/",
    "/admin/consultations/routingrule/",
    "/admin/consultations/routingrule/tester/?category=road&place=梅田",
    "/admin/consultations/routingrule/check/",
    "/admin/consultations/category/",
    "/admin/consultations/category/1/questions/",
    "/admin/consultations/replytemplate/add/",
    "/admin/consultations/section/",
)


def test_a_call_is_entered_routed_assigned_drafted_and_answered(site, chromium):
    officer = Desk(chromium, site, "officer")
    officer.go(f"{CASES}add/")
    officer.page.get_by_role("link", name=re.compile("^商売")).click()
    officer.page.select_option("[name=intake_channel]", "phone")
    officer.press("受け付ける")
    expect(officer.page.locator(".errornote")).to_contain_text("内容を入力してください。")
    found = officer.axe()
    officer.page.fill("[name=place]", "天神橋筋商店街")
    officer.page.fill(
        "[name=body]", "商店街のアーケードの灯りが切れています。\n夜は暗くて歩けません。"
    )
    officer.page.check("[name=wants_reply][value=yes]")
    officer.page.select_option("[name=reply_by]", "phone")
    officer.page.fill("[name=name]", "大阪 花子")
    officer.page.fill("[name=phone]", "06-6208-0000")
    officer.press("受け付ける")
    expect(officer.page.locator(".messagelist")).to_contain_text("受付番号は R")
    case = officer.page.url

    expect(officer.page.locator("main")).not_to_contain_text("大阪 花子")
    officer.press("連絡先を見る")
    expect(officer.page.locator(".contact-box")).to_contain_text("大阪 花子")
    found += officer.axe()
    officer.page.goto(case)
    officer.open("受け持つ課を決める")
    officer.press("振り分ける")
    expect(officer.page.locator(".next-step")).to_contain_text("担当者が決まっていません。")
    officer.open("担当者を")
    officer.press("担当者にする")
    expect(officer.page.locator(".next-step")).to_contain_text(
        "回答案を書き、上司に回してください。"
    )
    officer.open("なぜこの日か")
    expect(officer.page.locator(".why")).to_contain_text("受付日は数えません。")
    officer.open("対応困難とする")
    found += officer.axe()
    officer.page.fill("#draft-text", "商店会に伝え、灯りを取り替えました。")
    officer.page.select_option("#draft-kind", "done")
    officer.press("保存して上司に回す")
    expect(officer.page.locator(".messagelist")).to_contain_text("回答案を上司に回しました。")

    manager = Desk(chromium, site, "manager")
    expect(manager.page.locator("main")).to_contain_text("回答案が、あなたの決裁を待っています。")
    found += manager.axe()
    manager.page.goto(case)
    manager.open("回答案を差し戻す")
    manager.press("差し戻す")
    expect(manager.page.locator(".errornote")).to_contain_text("理由を入力してください。")
    found += manager.axe()
    manager.press("決裁して回答する")
    expect(manager.page.locator(".messagelist")).to_contain_text("決裁し、回答しました。")

    number = officer.page.locator(".case-number").inner_text()
    officer.go(f"/admin/ward_desk/notice/?q={number}")
    expect(officer.page.locator("main")).to_contain_text(
        f"{number}の回答を電話で連絡してください。"
    )
    officer.page.goto(case)
    officer.page.fill("#pub-summary", "大阪さんから、灯りが切れているとの連絡。")
    officer.press("個人が分かる箇所を点検する")
    expect(officer.page.locator("mark")).to_contain_text("大阪")
    found += officer.axe()
    officer.page.fill("#pub-summary", "灯りが切れているとの連絡。")
    officer.page.fill("#pub-view", "商店会が灯りを取り替えました。")
    officer.press("公表案を保存する")
    manager.page.goto(case)
    manager.press("読んで確かめたので公表する")
    expect(manager.page.locator(".messagelist")).to_contain_text("公表を確認しました。")
    manager.go(f"{CASES}publications/")
    found += manager.axe()
    manager.page.locator("button", has_text="件を公表する").click()
    expect(manager.page.locator(".messagelist")).to_contain_text("件を公表しました。")

    assert found == []
    assert officer.complaints + manager.complaints == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_beside_the_case_is_accessible_and_silent(path, site, chromium):
    desk = Desk(chromium, site, "manager")
    desk.go(path)

    assert desk.axe() == []
    assert desk.complaints == []


def test_the_work_needs_no_script(site, chromium):
    desk = Desk(chromium, site, "officer", java_script_enabled=False)
    desk.go(f"{CASES}add/?category=business")
    desk.page.select_option("[name=intake_channel]", "counter")
    desk.page.fill("[name=body]", "店を始めるときの手続きを知りたいです。")
    desk.page.check("[name=wants_reply][value=no]")
    desk.press("受け付ける")
    desk.open("担当者を")
    desk.press("担当者にする")
    desk.open("供覧で終える")
    desk.page.fill("#reason-file", "工事の予定を確かめました。")
    desk.press("供覧で終える")

    expect(desk.page.locator(".case-head")).to_contain_text("供覧")
    expect(desk.page.locator(".thread")).to_contain_text("工事の予定を確かめました。")


def test_a_narrow_screen_does_not_scroll_sideways(site, chromium):
    desk = Desk(chromium, site, "officer")
    desk.go(f"{CASES}add/?category=other")
    desk.page.select_option("[name=intake_channel]", "counter")
    desk.page.fill("[name=body]", "あ" * 300)
    desk.page.check("[name=wants_reply][value=no]")
    desk.press("受け付ける")
    case = desk.page.url
    desk.page.set_viewport_size({"width": 320, "height": 700})

    for address in (
        case,
        desk.site.url("kita", CASES),
        desk.site.url("kita", f"{CASES}add/?category=road"),
    ):
        desk.page.goto(address)
        wide = desk.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, f"{address}: {wide}"


def test_an_office_gets_a_case_at_once_and_reports_what_it_did(site, chromium):
    officer = Desk(chromium, site, "officer")
    officer.go(f"{CASES}add/?category=road")
    officer.page.select_option("[name=intake_channel]", "counter")
    officer.page.fill("[name=body]", "歩道の敷石が浮いていて、つまずきます。")
    officer.page.check("[name=question_danger][value=yes]")
    officer.page.check("[name=wants_reply][value=yes]")
    officer.page.select_option("[name=reply_by]", "phone")
    officer.page.fill("[name=name]", "曽根崎 太郎")
    officer.page.fill("[name=phone]", "06-6208-0000")
    officer.press("受け付ける")
    expect(officer.page.locator(".next-step")).to_contain_text("引継ぎ先の返事を待っています。")
    case = officer.page.url

    clerk = Desk(chromium, site, "office_clerk")
    expect(clerk.page.locator("main")).to_contain_text(
        "あなたの事業所に引き継がれ、返事を待っています。"
    )
    found = clerk.axe()
    clerk.page.goto(case)
    expect(clerk.page.locator(".contact-box")).to_contain_text("区の担当者だけが見られます。")
    found += clerk.axe()
    clerk.page.get_by_role("button", name=re.compile("^引き受ける")).click()
    clerk.page.locator("[name=text]").last.fill("敷石を入れ替えました。")
    clerk.press("対応を報告する")
    expect(clerk.page.locator(".messagelist")).to_contain_text("対応を区に報告しました。")

    officer.page.goto(case)
    expect(officer.page.locator(".thread")).to_contain_text("敷石を入れ替えました。")
    expect(officer.page.locator("main")).not_to_contain_text("曽根崎 太郎")
    assert found == []
    assert officer.complaints + clerk.complaints == []


def cells_of(file) -> list[list]:
    return python_calamine.load_workbook(file).get_sheet_by_index(0).to_python()


def test_a_file_goes_out_for_a_purpose_and_comes_back_as_differences(site, chromium, tmp_path):
    desk = Desk(chromium, site, "manager")
    desk.go(f"{CASES}bulk/?state=in_progress")
    desk.page.get_by_role("link", name="一括更新用のExcelを書き出す").click()
    desk.reads("利用目的")
    found = desk.axe()
    desk.page.fill("[name=purpose]", "回答案を課でまとめて書くため。")
    with desk.page.expect_download() as leaving:
        desk.page.locator("main form button[type=submit]").click()
    file = tmp_path / "cases.xlsx"
    leaving.value.save_as(file)
    rows = cells_of(file)
    rows[1][rows[0].index("回答案")] = "道路の係に伝え、直しました。"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, map(str, row))

    desk.go(f"{CASES}bulk/")
    desk.page.set_input_files("[name=file]", file)
    desk.press("検査して差分を見る")
    desk.reads("まだ何も更新していません。", "道路の係に伝え、直しました。")
    found += desk.axe()
    desk.page.get_by_role("button", name=re.compile("件を更新する$")).click()
    desk.reads("1件の案件を更新しました。", "更新前の値を残す")
    found += desk.axe()
    with desk.page.expect_download() as leaving:
        desk.page.get_by_role("link", name="更新前の値をExcelに書き出す").click()
    leaving.value.save_as(file)
    assert "道路の係に伝え、直しました。" in cells_of(file)[1]

    desk.go("/admin/ward_desk/outgoingmail/?state=sent")
    desk.page.locator("#result_list tbody th a").first.click()
    desk.reads("相手に届かなかったとき")
    found += desk.axe()
    assert found == []
    assert desk.complaints == []
