"""区政会議 on its whole way, through pages alone, from the 公募 to the agenda of the next session.

公募 → 委嘱 → 会議 → 会議録 → 意見 → 局の回答 → 台帳 → 次の会議の議題. Seven take part: an applicant with a
telephone, officer, manager and ward mayor of 西淀川区, 市民局, the bureau, and a reader of the ledger.
"""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.browser.desk import Desk
from tests.browser.steps import fill, in_card, in_days, take
from wards import clock

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WARD = "nishiyodogawa"
FORUM = "/admin/ward_forum"
TITLE = "通学路の角に鏡を付けてほしい"
APPLICANT = "大和田　葵"
ANSWER = "現地を調べ、今年度中に鏡を設けます。"
COORDINATION = "工事の時期を地域に知らせます。"


class Phone:
    """Somebody with a telephone of 390 px that runs no scripts."""

    def __init__(self, browser, site):
        self.site = site
        self.page = browser.new_context(
            viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="ja-JP"
        ).new_page()

    def go(self, path: str):
        assert self.page.goto(self.site.url(WARD, path)).ok, path
        assert self.page.evaluate("document.documentElement.scrollWidth") == 390, path

    def press(self, name: str):
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()

    def reads(self, *sentences: str):
        for sentence in sentences:
            expect(self.page.locator("main")).to_contain_text(sentence)


def write(desk: Desk, path: str, button: str, **values: str) -> None:
    """Open a page that makes something, fill its form and press its button."""
    desk.go(path)
    fill(desk.page.locator("#content-main form.intake"), values)
    desk.press(button)


def apply_by_phone(phone: Phone, call: str) -> None:
    """Find the 公募 from the start page and apply for it."""
    phone.go("/")
    phone.page.locator("header").get_by_role("link", name="区政会議", exact=True).click()
    phone.page.get_by_role("link", name=call).first.click()
    phone.reads("18歳以上", "小論文")
    phone.page.get_by_role("link", name=re.compile("応募")).first.click()
    phone.press("内容を確かめる")
    phone.reads("「お名前」を入力してください")
    for name, value in {
        "name": APPLICANT, "kana": "おおわだ　あおい", "birth_on": "昭和60年5月6日",
        "address": "大阪市西淀川区（見本）1丁目", "phone": "０６６４７８００００",
        "email": "aoi-of-the-forum@example.jp", "essay": "歩いて暮らせるまちにしたいと考えます。" * 5,
    }.items():  # fmt: skip
        phone.page.fill(f"[name={name}]", value)
    for name in ("is_assembly_member", "is_city_employee", "has_gang_ties"):
        phone.page.check(f"[name={name}][value=no]")
    phone.page.check("[name=relation][value=resident]")
    phone.page.check("[name=other_posts] >> nth=0")
    phone.press("内容を確かめる")
    phone.reads("まだ送信していません。", APPLICANT)
    phone.press("応募する")
    phone.reads("受付")


def test_a_forum_goes_its_whole_way(site, chromium):
    officer, manager, mayor = (
        Desk(chromium, site, role, slug=WARD) for role in ("officer", "manager", "ward_mayor")
    )
    city = Desk(chromium, site, "city_officer", slug="osaka")
    bureau = Desk(chromium, site, "bureau-officer@example.jp", slug="osaka")
    phone = Phone(chromium, site)
    found = []

    # The manager opens the term; the officer prepares the 公募, the manager makes it known.
    year = clock.today().year - (clock.today().month < 10)
    write(manager, f"{FORUM}/forumterm/add/", "登録する", number="8", year=str(year),
          seats_bodies="1", seats_experts="0", seats_public="1")  # fmt: skip
    term = manager.page.url
    manager.reads("第8期", where="h1")
    call = "西淀川区の区政会議の委員の公募"
    write(
        officer, f"{FORUM}/membercall/add/", "公募を準備する",
        term="第8期", title=call, seats="1", opens_on=in_days(-1), opens_time="9:00",
        closes_on=in_days(20), closes_time="17:00", reference_on=in_days(0), least_age="18",
        most_other_posts="2", theme="これからの区", longest_essay="800",
    )  # fmt: skip
    at_the_call = officer.page.url
    manager.page.goto(at_the_call)
    take(manager, "公表する", "公表")
    apply_by_phone(phone, call)

    # Time passes: the call has closed. The officer scores, the ward mayor decides.
    site.query(
        "SET search_path TO nishiyodogawa;"
        " UPDATE ward_forum_membercall SET closes_at = now() - interval '1 minute'"
    )
    officer.page.goto(at_the_call)
    officer.reads("選考中", where=".case-head")
    officer.page.get_by_role("link", name=re.compile("受付第1号|第1号")).first.click()
    officer.reads(APPLICANT.replace("　", "　"), "歩いて暮らせるまち", where="main")
    form = in_card(officer, "採点する")
    for choice in form.locator("[type=radio][value='4']").all():
        choice.check()
    form.get_by_role("button", name="採点する", exact=True).click()
    officer.reads("採点", where=".messagelist")
    found += officer.axe()
    application = officer.page.url
    mayor.page.goto(at_the_call)
    form = in_card(mayor, "選任を決定する")
    form.locator("[type=checkbox]").first.check()
    form.get_by_role("button", name="選任を決定する", exact=True).click()
    mayor.reads("決定しました", where=".messagelist")

    # Engaged and made known by 公示; a body's member joins.
    first_day = in_days(-5)
    manager.page.goto(application)
    take(manager, "委嘱する", "委嘱", valid_from=first_day, valid_to=f"令和{year + 2 - 2018}年9月30日",
         reason="公募の選考の結果、選任することとしたため。")  # fmt: skip
    manager.page.goto(term)
    take(
        manager, "委員を委嘱する", "委嘱",
        name="見本　団体", category="公益団体等", body="見本連合振興町会", reason="団体の推薦による。",
        valid_from=first_day, valid_to=f"令和{year + 2 - 2018}年9月30日",
    )  # fmt: skip
    form = in_card(manager, "委嘱を公示する")
    for box in form.locator("[type=checkbox]").all():
        box.check()
    form.locator("[name=announced_on]").fill(in_days(0))
    form.get_by_role("button", name="委嘱を公示する", exact=True).click()
    manager.reads("公示を登録しました", where=".messagelist")
    phone.go("/forum/members/")
    phone.reads(APPLICANT.replace("　", "　"), "公募の選考の結果", "見本連合振興町会")

    # A session of yesterday evening: planned, announced, held with a quorum.
    write(
        officer, f"{FORUM}/forumsession/add/", "計画する",
        day=in_days(-1), starts="19:00", ends="20:30", place="西淀川区役所 大会議室",
    )  # fmt: skip
    session = officer.page.url
    take(officer, "議題を登録する", "議題", number="1", title="通学路の安全について", scope="局の事業",
         bureau="建設局", papers="資料1")  # fmt: skip
    manager.page.goto(session)
    take(manager, "開催を公表する", "公表")
    officer.page.goto(session)
    form = in_card(officer, "出席を記録する")
    for choice in form.locator("[type=radio][value=on_site]").all():
        choice.check()
    form.get_by_role("button", name="出席を記録する", exact=True).click()
    officer.reads("委員2人のうち2人が出席", where="main")
    take(officer, "会議を開いたことを記録する", "記録", began="19:00", ended="20:20")
    found += officer.axe()

    # The minutes: written by one, confirmed and published by another, read on a telephone.
    officer.page.get_by_role("link", name="会議録", exact=True).first.click()
    officer.page.fill("[name=body]", "○議長：開会します。\n○委員：通学路の角に鏡がほしい。")
    officer.press("保存する")
    officer.reads("保存しました", where=".messagelist")
    manager.page.goto(session)
    take(manager, "会議録を確認する", "確認しました")
    take(manager, "会議録を公表する", "公表しました")
    number = re.search(r"/forumsession/(\d+)/", session)[1]
    phone.go(f"/forum/sessions/{number}/")
    phone.reads("通学路の角に鏡がほしい。", "西淀川区役所 大会議室", "資料1")
    with phone.page.expect_download() as word:
        phone.page.get_by_role("link", name=re.compile("Word")).first.click()
    assert word.value.suggested_filename.endswith(".docx")

    # The opinion enters the ledger, and goes to the bureau.
    officer.page.goto(session)
    officer.page.get_by_role("link", name="意見を登録する").click()
    fill(
        officer.page.locator("#content-main form.intake"),
        {"source": "会議での意見", "title": TITLE, "text": "見通しの悪い角に鏡を付けてほしい。",
         "scope": "局の事業", "section": "地域課", "bureau": "建設局"},
    )  # fmt: skip
    officer.press("登録する")
    opinion = officer.page.url
    manager.page.goto(opinion)
    take(manager, "局に要請・提案を出す", "出しました", kind="要請", title="通学路の鏡の設置",
         text="角に鏡を設けてください。")  # fmt: skip
    city.go("/admin/bureau-requests/")
    city.page.get_by_role("link", name="通学路の鏡の設置").first.click()
    request = city.page.url
    take(city, "担当局を決める", "決めました", bureau="建設局")
    bureau.page.goto(request)
    take(bureau, "回答する", "回答", answer_class="当年度に対応", text=ANSWER)
    city.page.goto(request)
    take(city, "公表する", "公表しました", coordination=COORDINATION)
    found += city.axe()
    city.go("/requests/")
    city.reads("通学路の鏡の設置", ANSWER, COORDINATION, where="main")

    # The ward answers: written by one, decided by another, published together.
    officer.page.goto(opinion)
    officer.reads(ANSWER, where="main")
    take(officer, "対応を書く", "対応", response_class="当年度に対応", text="建設局が鏡を設けます。",
         has_budget="ない")  # fmt: skip
    manager.page.goto(opinion)
    take(manager, "決裁する", "決裁しました")
    write(officer, f"{FORUM}/responsepublication/add/", "まとまりを作る", title="第1回の意見への回答",
          planned_on=in_days(0))  # fmt: skip
    publication = officer.page.url
    form = in_card(officer, "対応を入れる")
    form.locator("[type=checkbox]").first.check()
    form.get_by_role("button", name="対応を入れる", exact=True).click()
    officer.reads("入れました", where=".messagelist")
    phone.go("/forum/opinions/")
    expect(phone.page.get_by_text(TITLE)).to_have_count(0)
    manager.page.goto(publication)
    take(manager, "まとめて公表する", "公表しました")

    # The reader follows the line, and takes it home as a table and a sheet.
    phone.go("/forum/opinions/")
    phone.page.get_by_role("link", name=TITLE).click()
    phone.reads("建設局が鏡を設けます。", ANSWER, COORDINATION, "当年度に対応")
    rows = list(csv.DictReader(io.StringIO(taken(phone, "CSV").decode("utf-8-sig"))))
    [line] = [row for row in rows if TITLE in row.values()]
    assert ANSWER in "".join(line.values())
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(taken(phone, "Excel"))).get_sheet_by_index(0)
    head, *body = sheet.to_python()
    assert [str(value) for value in head] == list(line)
    assert TITLE in [str(cell) for row in body for cell in row]

    # What is not through yet stands on the next agenda by itself, with its age.
    write(
        officer, f"{FORUM}/forumsession/add/", "計画する",
        day=in_days(30), starts="19:00", ends="20:30", place="西淀川区役所 大会議室",
    )  # fmt: skip
    officer.reads(
        TITLE, "1か月" if clock.today().day > 31 else "日", where="[aria-labelledby=agenda]"
    )
    assert (clock.today() + timedelta(days=30)).year >= year
    assert found == []
    assert [desk.complaints for desk in (officer, manager, mayor, city, bureau)] == [[]] * 5


def taken(phone: Phone, kind: str) -> bytes:
    """Return the ledger as a file of a kind, saved by its link."""
    phone.go("/forum/opinions/")
    with phone.page.expect_download() as file:
        phone.page.get_by_role("link", name=f"{kind}で保存").click()
    return Path(file.value.path()).read_bytes()
