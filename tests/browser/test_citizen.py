"""A citizen with a telephone: from the choice of a category to the look-up, without a script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NEW, TRACK = "/consultations/new/", "/consultations/track/"
BODY = "街路灯が3本とも消えています。\n𠮷野家の前です。"


@pytest.fixture
def phone(chromium, site):
    """Open a page on a telephone: `phone("/consultations/new/", width=320)`."""
    contexts = []
    site.query(f"DELETE FROM {schema(site)}.ward_intake_submissionwindow")

    def open_page(path, *, width=390, **more):
        more.setdefault("java_script_enabled", False)
        context = chromium.new_context(viewport={"width": width, "height": 844}, **more)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.goto(site.url("kita", path))
        return page

    yield open_page
    for context in contexts:
        context.close()


def schema(site) -> str:
    return site.query("SELECT schema_name FROM wards_ward WHERE slug = 'kita'")[0][0]


def press(page) -> None:
    """Press the button that leads on."""
    page.locator("main .form-buttons .strong").first.click()
    page.wait_for_load_state()


def fill_in_said(page) -> None:
    page.check("[name=question_danger][value=no]")
    page.fill("#id_place", "梅田1丁目")
    page.fill("#id_body", BODY)
    page.check("[name=wants_reply][value=yes]")


def fill_in_contact(page) -> None:
    page.fill("#id_name", "大阪　花子")
    page.check("[name=reply_by][value=email]")
    page.fill("#id_email", "hanako@example.jp")


def answer_the_case(site, number: str) -> None:
    site.query(
        # The history's trigger writes into the ward's own tables.
        f"SET search_path TO {schema(site)};"
        " UPDATE consultations_consultation SET state = 'answered',"
        " answered_on = received_on, closed_on = received_on WHERE number = %s",
        [number],
    )


@pytest.mark.parametrize(
    ("code", "choose", "received", "answered"),
    [
        ("ja", "道路・側溝・街路灯", "受け付けました", "回答しました"),
        ("vi", "Đường sá, rãnh nước, đèn đường", "Đã tiếp nhận", "Đã trả lời"),
    ],
)
def test_a_citizen_comes_from_the_category_to_the_answer_without_a_script(
    phone, site, tmp_path, code, choose, received, answered
):
    page = phone(f"{NEW}?lang={code}")
    page.get_by_role("link", name=choose).click()
    photo = tmp_path / "photo.jpg"
    Image.new("RGB", (64, 48), "navy").save(photo)
    fill_in_said(page)
    page.set_input_files("#id_attachments", photo)
    press(page)
    fill_in_contact(page)
    press(page)

    check = page.locator("main").inner_text()
    for text in ("梅田1丁目", "𠮷野家の前です。", "photo.jpg", "大阪　花子", "hanako@example.jp"):
        assert text in check
    press(page)

    assert re.search("/consultations/receipt/[0-9a-f]{64}/$", page.url)
    assert page.locator("h1").inner_text() == received
    number = page.locator("#receipt-number").inner_text()
    passphrase = page.locator("#receipt-passphrase").inner_text()
    [(language, body)] = site.query(f"SELECT language, body FROM {schema(site)}.consultations_consultation WHERE number = %s", [number])  # fmt: skip
    assert (language, body) == (code, BODY)

    page.locator("main a[href='/consultations/track/']").click()
    page.fill("#id_number", number)
    page.fill("#id_passphrase", passphrase)
    press(page)
    assert page.locator("html").get_attribute("lang") == code
    assert "梅田" not in page.locator("main").inner_text()

    answer_the_case(site, number)
    page.goto(site.url("kita", TRACK))
    page.fill("#id_number", number)
    page.fill("#id_passphrase", passphrase)
    press(page)
    assert page.locator("h1").inner_text() == answered
    for name in ("reached", "understood", "handled_properly"):
        page.check(f"[name={name}][value=yes]")
    press(page)
    expect(page.locator("[role=status]")).to_be_visible()
    page.fill("#id_body", "まだ消えています。")
    page.locator("main .form-buttons .button").first.click()
    assert re.search("/consultations/receipt/[0-9a-f]{64}/$", page.url)
    assert page.locator("#receipt-number").inner_text() != number
    assert page.complaints == []


def test_going_back_and_pressing_again_neither_loses_a_text_nor_makes_a_second_case(phone, site):
    page = phone(f"{NEW}?category=park")
    page.fill("#id_body", BODY)
    page.check("[name=wants_reply][value=no]")
    press(page)
    page.go_back()
    assert page.locator("#id_body").input_value().replace("\r\n", "\n") == BODY
    press(page)
    press(page)
    first = page.url
    page.go_back()
    assert "𠮷野家の前です。" in page.locator("main").inner_text()
    press(page)

    assert page.url == first
    token = first.rstrip("/").rpartition("/")[2]
    assert site.query(f"SELECT count(*) FROM {schema(site)}.consultations_consultation WHERE submission_token = %s", [token]) == [(1,)]  # fmt: skip


def test_a_language_is_changed_in_the_middle_with_everything_typed(phone):
    page = phone(f"{NEW}?category=road")
    fill_in_said(page)
    page.locator(".languages").get_by_role("button", name="English").click()

    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("#id_body").input_value().replace("\r\n", "\n") == BODY
    assert page.locator("[name=question_danger][value=no]").is_checked()
    assert page.locator(".error-summary").count() == 0
    press(page)
    assert page.locator("h1").inner_text() == "Where to send the reply"


def test_the_enter_key_goes_on_and_changes_no_language(phone):
    page = phone(f"{NEW}?category=road")
    fill_in_said(page)
    page.locator("#id_place").press("Enter")

    assert page.locator("html").get_attribute("lang") == "ja"
    assert page.locator("h1").inner_text() == "回答の届け先"


def states(site, page):
    """Walk through every state of every page; yield the name of each."""
    go = lambda path: page.goto(site.url("kita", path))  # noqa: E731
    table = f"{schema(site)}.ward_intake_submissionwindow"
    yield "choice"
    go(f"{NEW}?category=no-such")
    yield "unknown category"
    go(f"{NEW}?category=emergency")
    yield "stop"
    go(f"{NEW}?category=road")
    yield "said, empty"
    press(page)
    yield "said, with faults"
    fill_in_said(page)
    press(page)
    yield "contact, empty"
    press(page)
    yield "contact, with faults"
    fill_in_contact(page)
    press(page)
    yield "check"
    page.locator("[name=edit][value=category]").click()
    page.wait_for_load_state()
    yield "another category"
    press(page)
    press(page)
    site.query(f"UPDATE {table} SET count = 1000, started_at = now()")
    site.query(f"INSERT INTO {table} (client_digest, started_at, count) VALUES ('', now(), 100000) ON CONFLICT DO NOTHING")  # fmt: skip
    press(page)
    yield "come back later"
    site.query(f"DELETE FROM {table}")
    press(page)
    yield "receipt"
    number = page.locator("#receipt-number").inner_text()
    passphrase = page.locator("#receipt-passphrase").inner_text()
    go(TRACK)
    yield "look-up, empty"
    press(page)
    yield "look-up, with faults"
    page.fill("#id_number", number)
    page.fill("#id_passphrase", passphrase)
    press(page)
    yield "result"
    answer_the_case(site, number)
    go(TRACK)
    page.fill("#id_number", number)
    page.fill("#id_passphrase", passphrase)
    press(page)
    yield "three questions"
    press(page)
    yield "three questions, with faults"
    for name in ("reached", "understood", "handled_properly"):
        page.check(f"[name={name}][value=yes]")
    press(page)
    yield "thanks"
    go("/")
    yield "front page"


@pytest.mark.parametrize("code", ["ja", "en"])
def test_every_state_of_every_page_is_accessible(phone, site, code):
    page = phone(f"{NEW}?lang={code}", java_script_enabled=True, bypass_csp=True)
    found = {}
    for name in states(site, page):
        violations = Axe().run(page, options=RULES).response["violations"]
        if violations:
            found[name] = [(item["id"], item["nodes"][0]["html"]) for item in violations]

    assert found == {}


@pytest.mark.parametrize("code", ["ja", "vi"])
def test_no_state_moves_sideways_on_the_narrowest_telephone_or_breaks_the_policy(phone, site, code):
    page = phone(f"{NEW}?lang={code}", width=320, java_script_enabled=True)
    wide = {
        name: width
        for name in states(site, page)
        if (width := page.evaluate("document.documentElement.scrollWidth")) != 320
    }

    assert wide == {}
    # The browser tells of a 404 and of a 429, which are wanted here.
    assert [c for c in page.complaints if "Failed to load resource" not in c] == []


def test_the_receipt_fits_one_sheet_and_leaves_navigation_out(phone, tmp_path):
    page = phone(f"{NEW}?category=park")
    page.fill("#id_body", BODY)
    page.check("[name=wants_reply][value=no]")
    press(page)
    press(page)
    page.emulate_media(media="print")

    expect(page.locator(".site-nav")).not_to_be_visible()
    expect(page.locator(".form-buttons")).not_to_be_visible()
    expect(page.locator("#receipt-passphrase")).to_be_visible()
    sheet = page.pdf(format="A4", path=tmp_path / "receipt.pdf")
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
