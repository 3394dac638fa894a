"""A call at the ward office becomes a case, a draft and an answer, in real Chromium."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
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


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Desk:
    """One person's browser; remembers what the page complained about."""

    def __init__(self, browser, site, role: str, **more):
        self.site = site
        self.page = browser.new_context(
            viewport={"width": 1366, "height": 850}, locale="ja-JP", **more
        ).new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        account = site.account("kita", role)
        self.name = account["name"]
        self.go("/admin/")
        self.page.fill("[name=username]", account["email"])
        self.page.fill("[name=password]", account["password"])
        self.page.click("button:has-text('ログイン')")
        expect(self.page.locator("h1")).to_have_text("わたしの仕事")

    def _listen(self, message):
        if message.type == "error":
            self.complaints.append(message.text)

    def go(self, path: str):
        answer = self.page.goto(self.site.url("kita", path))
        assert answer.ok, f"{path}: {answer.status}"

    def press(self, name: str):
        self.page.get_by_role("button", name=name, exact=True).click()

    def open(self, name: str):
        """Unfold what is folded; what stands open already is left open."""
        fold = self.page.locator("details", has=self.page.locator("summary", has_text=name))
        if fold.first.get_attribute("open") is None:
            fold.first.locator("summary").click()

    def axe(self) -> list[str]:
        # axe itself adds styles that the policy refuses: what it causes is no complaint of ours.
        before = list(self.complaints)
        found = Axe().run(self.page).response["violations"]
        self.complaints[:] = before
        return [
            f"{self.page.url} {item['impact']} {item['id']} {item['nodes'][0]['html'][:120]}"
            for item in found
        ]


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
