"""A year's result from the officer's desk to the ward's confirmation, in real Chromium."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk

pytestmark = pytest.mark.browser


def test_a_result_is_entered_submitted_sent_back_resubmitted_and_confirmed(site, chromium):
    officer = Desk(chromium, site, "officer")
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

    manager = Desk(chromium, site, "manager")
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
    desk = Desk(chromium, site, "viewer" if _has(site, "viewer") else "officer")
    desk.page.set_viewport_size({"width": 320, "height": 700})

    for path in ("/admin/", "/admin/kpis/result/", "/admin/kpis/result/grid/?fiscal_year=2016"):
        desk.go(path)

        assert desk.page.evaluate("document.documentElement.scrollWidth") <= 320, path


def _has(site, role: str) -> bool:
    return any(a["role"] == role and a["host"].startswith("kita.") for a in site.accounts)
