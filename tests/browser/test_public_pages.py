"""The public pages in real Chromium: readable by everyone, on every width, without a script."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAGES = [
    ("osaka", "/"),
    ("osaka", "/?fiscal_year=2015&indicator=1-3-b"),
    ("osaka", "/?fiscal_year=2017"),
    ("osaka", "/table1/?fiscal_year=2016"),
    ("osaka", "/table2/?fiscal_year=2016"),
    ("osaka", "/indicators/1-1-a/?fiscal_year=2016"),
    ("osaka", "/indicators/1-3-a/?fiscal_year=2016"),
    ("osaka", "/indicators/1-3-b/?fiscal_year=2016"),
    ("osaka", "/consultations/"),
    ("osaka", "/consultations/?group=category&ward=kita"),
    ("osaka", "/consultations/?fiscal_year=2013"),
    ("osaka", "/councils/"),
    ("kita", "/"),
    ("kita", "/consultations/answers/"),
    ("kita", "/consultations/answers/?q=街路灯&period=2026"),
    ("kita", "/consultations/answers/?category=water"),
    ("kita", "/consultations/answers/months/"),
    ("kita", "/kpis/?fiscal_year=2016"),
    ("kita", "/kpis/?fiscal_year=2017"),
    ("kita", "/kpis/1-3-a/?fiscal_year=2016"),
    ("kita", "/councils/"),
    ("kita", "/councils/1/"),
    ("kita", "/forum/"),
    ("kita", "/forum/sessions/1/"),
    ("kita", "/forum/members/"),
    ("kita", "/forum/opinions/"),
    ("kita", "/forum/opinions/1/"),
    ("kita", "/forum/calls/2/apply/"),
    ("kita", "/forum/editions/1/"),
    ("kita", "/socialbiz/"),
    ("osaka", "/forum/"),
    ("osaka", "/requests/"),
    ("osaka", "/socialbiz/"),
    ("fukushima", "/kpis/1-1-a/?fiscal_year=2016"),
    ("kita", "/nothing-here/"),
]


ANSWERS = """
from datetime import timedelta
from django.db import connection
from consultations.choices import PublicationState
from consultations.models import Consultation, Handover, Publication, Satisfaction, Section
from consultations.services.intake import Circumstances, check_submission, receive_consultation
from wards import clock
from wards.models import User, Ward
proposer, head = User.objects.order_by("pk")[:2]
connection.set_tenant(Ward.objects.get(slug="kita"))
for number in range(23):
    raw = {"category": "road", "body": "本文", "wants_reply": "no", "question_danger": "no"}
    when = clock.now() - timedelta(days=number + 1)
    case = receive_consultation(check_submission(raw), Circumstances(received_at=when)).consultation
    Consultation.objects.filter(pk=case.pk).update(
        state="publication_decided", answered_on=case.received_on, closed_on=case.received_on
    )
    Publication.objects.create(
        consultation=case, title=f"街路灯について{number}", summary="消えている。" * 20, city_view="直しました。",
        response_kind="done", state="withheld" if number == 22 else "published", proposed_by=proposer,
        proposed_at=clock.now(), confirmed_by=head, confirmed_at=clock.now(),
        withhold_reason="6" if number == 22 else "",
        published_on=None if number == 22 else clock.today(),
    )
    Handover.objects.create(
        consultation=case, kind="section", section=Section.objects.front_desk(), reason="担当",
        sent_at=clock.now(), state="answered",
    )
"""


@pytest.fixture(scope="module", autouse=True)
def published_answers(site):
    """北区 of the running portal has answers enough for two pages."""
    done = site.manage("shell", "-c", ANSWERS)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def visit(chromium, site):
    """Open a page as a visitor: `visit("kita", "/kpis/", width=320)`."""
    contexts = []

    def open_page(slug, path, *, width=1280, **more):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **more)
        contexts.append(context)
        page = context.new_page()
        page.complaints, page.hosts = [], set()
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.hosts.add(urlsplit(request.url).netloc))
        page.goto(site.url(slug, path))
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("slug", "path"), PAGES)
def test_a_page_keeps_the_policy_asks_no_other_host_and_never_moves_sideways(
    visit, site, slug, path
):
    page = visit(slug, path, width=320)

    assert [c for c in page.complaints if "Failed to load resource" not in c] == []
    assert page.hosts == {f"{slug}.localhost:{site.port}"}
    wider_by = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wider_by == 0


@pytest.mark.parametrize(("slug", "path"), PAGES)
def test_a_page_is_accessible(visit, slug, path):
    # axe brings its own style, which the policy would refuse. Its best practices also ask for one
    # first heading, and for headings that go down one step at a time.
    page = visit(slug, path, bypass_csp=True)

    found = Axe().run(page, options=RULES).response["violations"]

    assert [(item["id"], item["nodes"][0]["html"]) for item in found] == []


def test_everything_works_without_javascript(visit):
    page = visit("osaka", "/?fiscal_year=2016", java_script_enabled=False)

    page.select_option("#indicator", "1-3-b")
    page.get_by_role("button", name="表示する").click()
    assert "indicator=1-3-b" in page.url
    page.get_by_role("link", name="平成27年度").click()
    assert "fiscal_year=2015" in page.url
    assert "indicator=1-3-b" in page.url


def test_a_resident_comes_from_the_map_to_the_explanation_of_a_figure(visit):
    page = visit("osaka", "/?fiscal_year=2016&indicator=1-1-a", java_script_enabled=False)

    page.get_by_role("link", name="中央区 進捗率64.6％ 必ずしも順調ではない").click()

    assert urlsplit(page.url).hostname == "chuo.localhost"
    assert page.url.endswith("#explanation")
    assert "32.3 ÷ 50 × 100 = 64.6" in page.locator("#explanation").inner_text()


def test_the_keyboard_reaches_the_content_first_and_shows_where_it_is(visit):
    page = visit("kita", "/kpis/?fiscal_year=2016")

    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("link => document.activeElement === link")
    assert skip.bounding_box()["y"] >= 0
    assert skip.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    # Chromium drops a key that comes before the frame is drawn; a person presses again.
    for _ in range(20):
        page.keyboard.press("Enter")
        page.wait_for_timeout(250)
        if page.url.endswith("#main"):
            return
    pytest.fail("The first link does not lead to the content.")


def test_a_wide_table_moves_by_keyboard_inside_its_own_frame(visit):
    page = visit("osaka", "/?fiscal_year=2016", width=390)
    frame = page.get_by_role("region", name="24区×17指標の表（横に動かせます）")

    frame.focus()
    # Chromium drops a key that comes before the frame is drawn; a person presses again.
    for _ in range(20):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(250)
        if frame.evaluate("frame => frame.scrollLeft") > 0:
            return
    pytest.fail("The arrow key does not move the table.")


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("table", ["table1", "table2"])
def test_a_phone_shows_figures_beside_the_indicator_that_stays(visit, table, width):
    page = visit("osaka", f"/{table}/?fiscal_year=2016", width=width)
    frame, line = page.locator(".scroll"), page.locator(".printed tbody tr").first
    name, figure = line.locator(".text"), line.locator("td").nth(1)

    expect(page.get_by_text("表は横に動かせます。")).to_be_visible()
    assert figure.bounding_box()["x"] + figure.bounding_box()["width"] <= width
    before = name.bounding_box()["x"]
    frame.evaluate("frame => { frame.scrollLeft = 200 }")
    assert abs(name.bounding_box()["x"] - before) <= 1


def test_paper_carries_the_marks_and_drops_the_navigation(visit):
    page = visit("osaka", "/?fiscal_year=2016")

    page.emulate_media(media="print")

    expect(page.locator(".site-nav")).not_to_be_visible()
    expect(page.locator(".heat").get_by_text("64.6△")).to_be_visible()
    assert page.locator(".heat .done").first.evaluate(
        "cell => getComputedStyle(cell).printColorAdjust"
    ) == "exact"  # fmt: skip


def test_a_table_is_saved_as_a_file(visit):
    page = visit("osaka", "/table2/?fiscal_year=2016")

    with page.expect_download() as download:
        page.get_by_role("link", name="表2をExcelで保存").click()

    assert download.value.suggested_filename == "table2_2016.xlsx"


def test_a_resident_finds_an_answer_by_a_word_and_reads_it(visit):
    page = visit("kita", "/consultations/answers/", width=390, java_script_enabled=False)

    page.get_by_label("言葉で探す").fill("ガイトウ 街路灯について１２")
    page.get_by_role("button", name="探す").click()
    expect(page.get_by_text("この条件に合う公表はありません")).to_be_visible()
    page.get_by_label("言葉で探す").fill("街路灯について１２")
    page.get_by_role("button", name="探す").click()
    page.get_by_role("link", name="街路灯について12").click()
    expect(page.get_by_role("heading", name="市の考え方")).to_be_visible()
    expect(page.get_by_text("受付番号は公表しません")).to_be_visible()


def test_a_click_on_a_wards_figures_shows_its_months(visit):
    page = visit("osaka", "/consultations/", java_script_enabled=False)

    page.get_by_role("link", name="北区", exact=True).click()

    assert "ward=kita" in page.url
    expect(page.get_by_role("heading", name="受付月ごとの件数と日数")).to_be_visible()
    assert page.locator("tfoot td").first.inner_text() == page.locator(
        ".counters .number"
    ).first.inner_text().rstrip("件")
