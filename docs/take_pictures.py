"""Take the pictures of this documentation again, from the demo data of a portal that runs here.

    ./dev up --detach
    .dev/venv/bin/python docs/take_pictures.py [NAME …]

Chromium and the packages of requirements-dev.lock are needed, as for the browser tests. It works
through the pages as people do. It sends one case as a citizen each time; a template is put in, a
text for publication checked and a file looked through without saving any of it. A fresh start
(`./dev up` in a new clone) gives the pictures of the guides; with names it takes only those.
"""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import python_calamine
import xlsxwriter
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
COLOURS = 128
CASES = "/admin/consultations/consultation/"
COUNCILS = "/admin/councils/communitycouncil/"
FORUM = "/admin/ward_forum/"
FOUND = {
    # Cases of fixtures/demo/consultations.json by the beginning of what was said.
    "karte": "公園の木の枝が道にはみ出していて",
    "drafted": "区の広報紙を、目の見えない家族のために",
    "undrafted": "路地の水たまりがいつまでも",
}


class Portal:
    """The running portal: addresses, demo people, and the browser that looks at it."""

    def __init__(self, browser: Browser):
        """Ask `./dev status` where the portal is."""
        told = subprocess.run(
            [sys.executable, str(ROOT / "dev"), "status", "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
        if told.returncode:
            sys.exit(told.stderr.strip() or "The portal is not running; start it with ./dev up.")
        self.base = urlsplit(json.loads(told.stdout)["base_url"])
        self.accounts = json.loads((ROOT / ".dev" / "demo_accounts.json").read_text())
        self.browser = browser
        self.desks: dict[str, Page] = {}

    def url(self, slug: str, path: str) -> str:
        """Return an address of a ward's host."""
        return f"{self.base.scheme}://{slug}.{self.base.netloc}{path}"

    def visitor(self, *, width: int = 1280) -> Page:
        """Return the page of somebody who is not signed in."""
        return self.browser.new_context(
            viewport={"width": width, "height": 844}, locale="ja-JP"
        ).new_page()

    def desk(self, email: str) -> Page:
        """Return the page of a demo person of 北区, signed in once."""
        if email not in self.desks:
            account = next(a for a in self.accounts if a["email"] == email)
            page = self.visitor()
            page.goto(self.url("kita", "/admin/"))
            page.fill("[name=username]", account["email"])
            page.fill("[name=password]", account["password"])
            page.click("button:has-text('ログイン')")
            page.wait_for_load_state()
            self.desks[email] = page
        return self.desks[email]

    def officer(self, path: str = "/admin/") -> Page:
        """Return the officer's page at an address."""
        page = self.desk("kita-officer@example.jp")
        page.goto(self.url("kita", path))
        return page

    def manager(self, path: str = "/admin/") -> Page:
        """Return the 区課長's page at an address."""
        page = self.desk("kita-manager@example.jp")
        page.goto(self.url("kita", path))
        return page


def keep(name: str, png: bytes) -> None:
    """Keep a picture in few colours: text stays sharp and a page stays small."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    few = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    path = PICTURES / f"{name}.png"
    few.save(path, optimize=True)
    print(
        f"{path.relative_to(ROOT)}: {picture.width} × {picture.height}, {path.stat().st_size // 1024} KB"
    )


def top(page: Page, *, until: str = "", height: int = 0) -> bytes:
    """Take a page from its head down to the end of an element, or so many pixels of it."""
    whole = page.evaluate("document.documentElement.scrollHeight")
    if until:
        box = page.locator(until).first.bounding_box()
        height = box["y"] + page.evaluate("scrollY") + box["height"] + 16
    width = page.viewport_size["width"]
    return page.screenshot(
        full_page=True, clip={"x": 0, "y": 0, "width": width, "height": min(height, whole)}
    )


def press(page: Page, name: str) -> None:
    """Press a button by its words."""
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def open_case(page: Page, portal: Portal, said: str) -> None:
    """Open a demo case by what was said in it."""
    page.goto(portal.url("kita", f"{CASES}?q={said}"))
    page.locator("#result_list tbody a").first.click()
    page.wait_for_load_state()


# --- what is taken -------------------------------------------------------------------------------


def citizen(portal: Portal) -> None:
    """The form, the receipt and the look-up on a telephone."""
    page = portal.visitor(width=390)
    page.goto(portal.url("kita", "/consultations/new/"))
    keep("citizen-choose", top(page, height=1100))
    page.get_by_role("link", name="道路・側溝・街路灯").click()
    page.check("[name=question_danger][value=no]")
    page.fill("#id_place", "梅田1丁目 地下鉄の出口の前")
    page.fill("#id_body", "歩道の街路灯が3本とも消えています。\n夜は足もとが見えません。")
    page.check("[name=wants_reply][value=yes]")
    keep("citizen-form", top(page, until="#id_body"))
    page.locator("main .form-buttons .strong").click()
    page.fill("#id_name", "大阪 花子")
    page.check("[name=reply_by][value=phone]")
    page.fill("#id_phone", "06-0000-0000")
    page.locator("main .form-buttons .strong").click()
    page.locator("main .form-buttons .strong").click()
    number = page.locator("#receipt-number").inner_text()
    word = page.locator("#receipt-passphrase").inner_text()
    keep("citizen-receipt", top(page, until=".slip"))
    page.goto(portal.url("kita", "/consultations/track/"))
    page.fill("#id_number", number)
    page.fill("#id_passphrase", word)
    press(page, "調べる")
    keep("citizen-track", top(page, until="dl.facts"))


def my_work(portal: Portal) -> None:
    """The officer's desk: what waits for them."""
    keep("my-work", portal.officer().locator("[aria-labelledby=my-cases]").screenshot())


def case_list(portal: Portal) -> None:
    """The list of cases."""
    keep("case-list", top(portal.officer(CASES), height=960))


def case(portal: Portal) -> None:
    """The 情報共有カルテ."""
    page = portal.officer()
    open_case(page, portal, FOUND["karte"])
    keep("case", top(page, until=".side-column"))


def answer(portal: Portal) -> None:
    """The officer's draft from a template, and the 区課長's decision."""
    page = portal.officer()
    open_case(page, portal, FOUND["undrafted"])
    template = page.locator("#draft-template option", has_text="調べた結果を説明する").first
    page.select_option("#draft-template", template.get_attribute("value"))
    press(page, "ひな形を入れる")
    keep("answer-draft", page.locator("[aria-labelledby=answer]").screenshot())
    page = portal.manager()
    open_case(page, portal, FOUND["drafted"])
    keep("answer-approve", top(page, until="[aria-labelledby=answer]"))


def office(portal: Portal) -> None:
    """What the clerk of a 工営所 sees of a case that was handed over."""
    page = portal.desk("works-noda@example.jp")
    page.goto(portal.url("kita", f"{CASES}?office=mine"))
    page.locator("#result_list tbody tr", has_text="引受待ち").locator("a").first.click()
    page.wait_for_load_state()
    keep("office", top(page, until=".side-column"))


def publication(portal: Portal) -> None:
    """The check of a text to be published, and the monthly page."""
    page = portal.officer(f"{CASES}?state=answered&publication=none")
    page.locator("#result_list tbody a").first.click()
    page.fill("#pub-title", "町会の行事について")
    page.fill(
        "#pub-summary", "天満2丁目の田中さん（06-0000-0000）から、行事の日を知りたいとの連絡。"
    )
    page.fill("#pub-view", "行事の日を、区のホームページと掲示板でお知らせします。")
    press(page, "個人が分かる箇所を点検する")
    keep("publication-check", page.locator("[aria-labelledby=publication]").screenshot())
    page = portal.manager(f"{CASES}publications/")
    keep("publication", top(page, until="[aria-labelledby=rows]"))


def routing(portal: Portal) -> None:
    """The tester of routing rules."""
    page = portal.manager(
        "/admin/consultations/routingrule/tester/?category=safety&place=梅田1丁目"
    )
    keep("routing-tester", top(page, until=".next-step"))


def bulk(portal: Portal) -> None:
    """The differences before a file is taken in."""
    page = portal.officer(f"{CASES}bulk/?mine=me&due=in_time")
    with page.expect_download() as begun:
        page.get_by_role("link", name="一括更新用のExcelを書き出す").click()
    rows = python_calamine.load_workbook(begun.value.path()).get_sheet_by_index(0).to_python()
    column = {name: place for place, name in enumerate(rows[0])}
    first, second = [row for row in rows[1:] if row[column["状態"]] == "対応中"][:2]
    first[column["状態"]], first[column["対応の種別"]] = "回答案", "対応済"
    first[column["回答案"]] = (
        "現地を確かめ、対応しました。\nお知らせいただき、ありがとうございました。"
    )
    second[column["担当者"]] = "扇町 聡子"
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("一覧")
        for y, row in enumerate(rows):
            sheet.write_row(y, 0, row)
    page.set_input_files(
        "#id_file",
        {
            "name": begun.value.suggested_filename,
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": made.getvalue(),
        },
    )
    press(page, "検査して差分を見る")
    keep("bulk-preview", top(page, until="main .buttons"))


def answers(portal: Portal) -> None:
    """The published answers."""
    page = portal.visitor()
    page.goto(portal.url("kita", "/consultations/answers/"))
    keep("answers", top(page, height=1100))


def councils(portal: Portal) -> None:
    """The list of councils, one that was asked to mend something, and the 地域カルテ."""
    page = portal.officer(COUNCILS)
    keep("council-list", top(page, until="#result_list"))
    page.locator("#result_list tbody tr", has_text="是正要請中").locator("a").first.click()
    page.wait_for_load_state()
    keep("council", top(page, height=1180))
    page.get_by_role("link", name="地域カルテ", exact=True).click()
    page.wait_for_load_state()
    keep("area-card", top(page, until="[aria-labelledby=area-cases]"))


def forum(portal: Portal) -> None:
    """The ledger, an opinion that is late, a session to come, and what everybody reads of one."""
    page = portal.officer(f"{FORUM}opinion/")
    keep("forum-ledger", top(page, until="#result_list"))
    page.locator("#result_list tbody a").first.click()
    page.wait_for_load_state()
    keep("forum-opinion", top(page, until="[aria-labelledby=thread]"))
    page.goto(portal.url("kita", f"{FORUM}forumsession/"))
    page.locator("#result_list tbody a").first.click()
    page.wait_for_load_state()
    keep("forum-session", top(page, until="[aria-labelledby=agenda]"))
    page = portal.visitor()
    page.goto(portal.url("kita", "/forum/opinions/1/"))
    keep("forum-line", top(page, height=1100))


def city(portal: Portal) -> None:
    """The city's page for FY2016."""
    page = portal.visitor()
    page.goto(portal.url("osaka", "/?fiscal_year=2016"))
    keep("city", top(page, height=1280))


TAKEN: tuple[Callable[[Portal], None], ...] = (
    # Before the citizen sends a case, so that what waits is what the demo says.
    my_work, case_list, case, answer, office, publication, routing, bulk, answers, councils, forum, city,
    citizen,
)  # fmt: skip


def main() -> None:
    """Take all pictures, or those that are named."""
    wanted = set(sys.argv[1:])
    if unknown := wanted - {take.__name__ for take in TAKEN}:
        sys.exit(
            f"No such picture: {', '.join(sorted(unknown))}. There are: {', '.join(take.__name__ for take in TAKEN)}."
        )
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        portal = Portal(playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS))
        for take in TAKEN:
            if not wanted or take.__name__ in wanted:
                take(portal)


if __name__ == "__main__":
    main()
