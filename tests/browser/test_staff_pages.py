"""The staff pages beside the ward's own desk, in real Chromium: accessible, and silent consoles."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PAGES = [
    ("kita", None, "/admin/login/"),
    ("osaka", None, "/admin/login/"),
    ("kita", "officer", "/admin/kpis/result/import/"),
    ("osaka", "city_officer", "/admin/"),
    ("osaka", "city_officer", "/admin/review/?fiscal_year=2017"),
    ("osaka", "city_officer", "/admin/review/kita/?fiscal_year=2016"),
    ("osaka", "city_officer", "/admin/downloads/?fiscal_year=2016"),
    ("osaka", "city_officer", "/admin/wards/cityaccessevent/"),
    ("osaka", "operator", "/admin/runs/"),
    ("kita", "officer", "/admin/councils/communitycouncil/"),
    ("kita", "officer", "/admin/councils/communitycouncil/1/change/"),
    ("kita", "officer", "/admin/councils/schooldistrictarea/1/change/"),
    ("kita", "officer", "/admin/councils/certificationapplication/1/change/"),
    ("kita", "manager", "/admin/councils/schooldistrictarea/reorganise/"),
    ("kita", "manager", "/admin/ward_desk/accessevent/"),
    ("kita", "manager", "/admin/ward_desk/outgoingmail/"),
]


@pytest.fixture
def visit(chromium, site):
    """Open a staff page, signed in where a role is named, and note what the console says."""
    contexts = []

    def open_page(slug, role, path):
        context = chromium.new_context(viewport={"width": 1366, "height": 850})
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        if role:
            account = site.account(slug, role)
            page.goto(site.url(slug, "/admin/"))
            page.fill("[name=username]", account["email"])
            page.fill("[name=password]", account["password"])
            page.click("button:has-text('ログイン')")
            expect(page.locator("h1")).to_have_text("わたしの仕事")
        assert page.goto(site.url(slug, path)).ok
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("slug", "role", "path"), PAGES)
def test_a_staff_page_is_accessible_and_its_console_silent(visit, slug, role, path):
    page = visit(slug, role, path)
    # Before axe: it adds styles of its own, of which the policy complains.
    complaints = list(page.complaints)

    found = Axe().run(page, options=RULES).response["violations"]

    assert complaints == []
    assert [
        (item["impact"], item["id"], item["nodes"][0]["html"])
        for item in found
        if item["impact"] in {"serious", "critical"}
    ] == []


@pytest.mark.parametrize("table", ["table1", "table2"])
def test_a_printed_table_says_that_its_counts_are_published_and_its_values_are_samples(
    visit, table
):
    page = visit("osaka", None, f"/{table}/?fiscal_year=2016")

    expect(page.locator("main")).to_contain_text("この表の件数は、公表された件数です。")


def test_the_list_of_results_shows_the_next_step_without_moving_sideways(visit):
    page = visit("kita", "officer", "/admin/kpis/result/?fiscal_year=2017")

    table = page.locator("#changelist .results")
    assert table.evaluate("box => box.scrollWidth - box.clientWidth") == 0
    expect(page.locator("th.column-next_step_column")).to_be_visible()
