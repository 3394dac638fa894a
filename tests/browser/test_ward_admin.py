"""A year's result from the officer's desk to the ward's confirmation, in real Chromium."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]


@pytest.fixture
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Desk:
    """One person's browser; remembers what the page complained about."""

    def __init__(self, browser, site, slug: str, role: str):
        self.site, self.slug = site, slug
        self.page = browser.new_context(viewport={"width": 1366, "height": 850}).new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        account = site.account(slug, role)
        self.go("/admin/")
        self.page.fill("[name=username]", account["email"])
        self.page.fill("[name=password]", account["password"])
        self.page.click("button:has-text('ログイン')")
        expect(self.page.locator("h1")).to_have_text("わたしの仕事")

    def _listen(self, message):
        if "Content Security Policy" in message.text or "Refused" in message.text:
            self.complaints.append(message.text)

    def go(self, path: str):
        self.page.goto(self.site.url(self.slug, path))

    def press(self, name: str):
        self.page.get_by_role("button", name=name, exact=True).click()

    def axe(self) -> list[str]:
        # axe itself adds styles that the policy refuses: what it causes is no complaint of ours.
        before = list(self.complaints)
        found = Axe().run(self.page).response["violations"]
        self.complaints[:] = before
        return [f"{self.page.url} {item['impact']} {item['id']}" for item in found]


def test_a_result_is_entered_submitted_sent_back_resubmitted_and_confirmed(site, chromium):
    officer = Desk(chromium, site, "kita", "officer")
    found = officer.axe()
    officer.go("/admin/kpis/result/grid/?fiscal_year=2017")
    field = officer.page.locator("[name='2-2-a-actual']")
    field.fill("４７．６")
    field.press("Tab")
    officer.page.keyboard.type("555")
    officer.page.locator("[name='2-1-b-2-actual']").fill("120")
    officer.press("まとめて保存")
    expect(officer.page.locator(".errornote")).to_contain_text("割合は100％を超える")
    found += officer.axe()
    officer.page.locator("[name='2-1-b-2-actual']").fill("")
    officer.press("まとめて保存")
    expect(officer.page.locator(".messagelist")).to_contain_text("1件を保存しました。")
    found += officer.axe()

    officer.page.get_by_role("link", name=re.compile(r"^2\(2\)㋐")).first.click()
    result_page = officer.page.url
    expect(officer.page.locator("[name=actual]")).to_have_value("47.6")
    expect(officer.page.locator("[name=respondents]")).to_have_value("555")
    officer.press("保存して提出する")
    expect(officer.page.locator("body")).to_contain_text("取組状況を選んでください。")
    officer.page.select_option("[name=implementation]", "all_done")
    officer.press("保存して提出する")
    expect(officer.page.locator(".next-step")).to_contain_text(
        "区の責任者（区課長または区長）が確認します。"
    )

    manager = Desk(chromium, site, "kita", "manager")
    manager.page.goto(result_page)
    manager.page.fill("[name=reason]", "回答者数を確かめてください。")
    manager.press("差し戻す")
    expect(manager.page.locator(".next-step")).to_contain_text("差戻し")

    officer.go("/admin/")
    expect(officer.page.locator("main")).to_contain_text("回答者数を確かめてください。")
    found += officer.axe()
    officer.page.goto(result_page)
    officer.page.fill("[name=respondents]", "556")
    officer.press("保存して提出する")

    manager.page.goto(result_page)
    found += manager.axe()
    manager.press("区として確認する")
    expect(manager.page.locator(".next-step")).to_contain_text("市民局が確認します。")
    expect(manager.page.locator("table.changes")).to_contain_text("回答者数：555 → 556")
    manager.go("/admin/")
    manager.press("今すぐ算定する")
    expect(manager.page.locator(".messagelist")).to_contain_text("件を算定し")
    manager.go("/admin/kpis/result/?fiscal_year=2016")
    found += manager.axe()

    assert found == []
    assert officer.complaints + manager.complaints == []


def test_the_list_does_not_make_a_narrow_screen_scroll_sideways(site, chromium):
    desk = Desk(chromium, site, "kita", "viewer" if _has(site, "viewer") else "officer")
    desk.page.set_viewport_size({"width": 320, "height": 700})

    for path in ("/admin/", "/admin/kpis/result/", "/admin/kpis/result/grid/?fiscal_year=2016"):
        desk.go(path)

        assert desk.page.evaluate("document.documentElement.scrollWidth") <= 320, path


def _has(site, role: str) -> bool:
    return any(a["role"] == role and a["host"].startswith("kita.") for a in site.accounts)
