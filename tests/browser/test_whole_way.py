"""One 相談・要望 on its whole way, through pages alone: sent, handed over, answered, published, read.

Five take part: a citizen with a telephone, the officer at the front desk, the clerk of a 工営所, the
区課長, and a program of somebody else's. In 淀川区, so that no other test is in the way.
"""

import json
import re

import pytest
from georeport import GeoReport
from PIL import Image
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.desk.conftest import MailServer

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WARD, OFFICE = "yodogawa", "十三工営所"
CASES = "/admin/consultations/consultation/"
BODY = "駅の出口の前で、石の車止めが傾いています。\n夜は見えにくく、ぶつかりそうです。"
DONE = "車止めを建て直し、夜も見えるように反射テープを貼りました。"
NAME, EMAIL = "新高　花子", "hanako-of-the-whole-way@example.jp"


class Citizen:
    """Somebody with a small telephone that runs no scripts."""

    def __init__(self, browser, site):
        self.site = site
        self.page = browser.new_context(
            viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="ja-JP"
        ).new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))

    def go(self, path: str):
        assert self.page.goto(self.site.url(WARD, path)).ok
        self.sees_the_whole_width()

    def press(self, name: str):
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()
        self.sees_the_whole_width()

    def reads(self, *sentences: str):
        for sentence in sentences:
            expect(self.page.locator("main")).to_contain_text(sentence)

    def sees_the_whole_width(self):
        assert self.page.evaluate("document.documentElement.scrollWidth") == 390, self.page.url

    def looks_up(self, number: str, passphrase: str):
        self.go("/consultations/track/")
        self.page.fill("#id_number", number)
        self.page.fill("#id_passphrase", passphrase)
        self.press("調べる")


@pytest.fixture
def mail_server():
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def post_office(site, mail_server):
    """Let the relay deliver what is due, and return what reached our citizen, oldest first."""

    def deliver() -> list:
        done = site.manage(
            "outbox_relay", "--once", "--ward", WARD,
            environment={"EMAIL_URL": f"smtp://127.0.0.1:{mail_server.port}", "LOG_PATH": ""},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return [message for address, message in mail_server.taken if address == EMAIL]

    return deliver


def follow_notice(desk: Desk, number: str, words: str) -> None:
    """Find what a person is told about a case in their list: the start page's part depends on the day."""
    desk.go("/admin/ward_desk/notice/")
    desk.page.locator("#searchbar").fill(number)
    desk.page.locator("#searchbar").press("Enter")
    desk.page.get_by_role("link", name=words).click()


def test_a_consultation_goes_its_whole_way(
    site, chromium, tmp_path, post_office, names_of_this_machine
):
    # A citizen sends it, with a picture, and wants the answer by mail.
    citizen = Citizen(chromium, site)
    citizen.go("/")
    citizen.page.locator("header").get_by_role("link", name="相談・要望", exact=True).click()
    citizen.page.get_by_role("link", name="その他・わからない").click()
    photo = tmp_path / "bollard.jpg"
    Image.new("RGB", (640, 480), "slategray").save(photo)
    citizen.page.fill("#id_place", "新高1丁目 駅の出口の前")
    citizen.page.fill("#id_body", BODY)
    citizen.page.set_input_files("#id_attachments", photo)
    citizen.page.check("[name=wants_reply][value=yes]")
    citizen.press("次へ進む")
    citizen.reads("回答の届け先", "読むのは、区役所の担当の職員だけです。")
    citizen.page.fill("#id_name", NAME)
    citizen.page.check("[name=reply_by][value=email]")
    citizen.page.fill("#id_email", EMAIL)
    citizen.page.check("[name=answer_in_mail]")
    citizen.press("内容を確かめる")
    citizen.reads(
        "まだ送信していません。", "bollard.jpg", NAME, EMAIL, "までに回答します（14日以内）。"
    )
    citizen.press("送信する")
    citizen.reads("受け付けました", "総合窓口", "受付日の翌日から数えて14日目")
    number = citizen.page.locator("#receipt-number").inner_text()
    passphrase = citizen.page.locator("#receipt-passphrase").inner_text()
    [acknowledged] = post_office()
    assert acknowledged["Subject"].strip() == f"受け付けました（受付番号 {number}）"
    assert "相談・要望を受け付けました。" in acknowledged.get_content()
    assert passphrase not in acknowledged.as_string()
    citizen.looks_up(number, passphrase)
    citizen.reads("受け付けました", "淀川区役所 総合窓口")

    # The officer at the front desk finds it, takes it, and hands it to the office for roads.
    officer = Desk(chromium, site, "officer", slug=WARD)
    officer.page.get_by_role("link", name="受け持つ課が決まっていません。").click()
    others = officer.page.locator("#result_list tbody th a").filter(has_not_text=number)
    not_handed_over = site.url(WARD, others.first.get_attribute("href"))
    officer.page.get_by_role("link", name=number).click()
    case = officer.page.url.partition("?")[0]
    officer.reads(BODY.partition("\n")[0], "bollard.jpg", "ホームページ", where="main")
    officer.reads("受け持つ課が決まっていません。", where=".next-step")
    expect(officer.page.locator("main")).not_to_contain_text(NAME)
    found = officer.axe()
    officer.page.select_option("#route-section", label="地域課")
    officer.page.fill("#route-reason", "車止めは地域課が受け持ちます。")
    officer.press("振り分ける")
    officer.reads("地域課に振り分けました。", where=".messagelist")
    officer.press("担当者にする")
    officer.reads(f"担当者を{officer.name}にしました。", where=".messagelist")
    officer.open("引き継ぐ")
    officer.page.select_option("#receiver", label=OFFICE)
    officer.page.fill("#hand-over-reason", "車止めの傾きを現場で確かめてください。")
    officer.press("引き継ぐ")
    officer.reads(f"{OFFICE}に引き継ぎました。期限は変わりません。", where=".messagelist")

    # The office's clerk sees what was handed to the office and nothing else, and no name.
    clerk = Desk(chromium, site, "works-juso@example.jp", slug=WARD)
    clerk.reads(f"{number}が{OFFICE}に引き継がれました。", where="main")
    clerk.go(CASES)
    offices = clerk.page.locator("#result_list .field-office_column").all_inner_texts()
    assert offices, "the list of the office is empty"
    assert all(text.startswith(OFFICE) for text in offices)
    clerk.page.get_by_role("link", name=number).click()
    clerk.reads("車止めの傾きを現場で確かめてください。", "連絡先は区の担当者だけが見られます。")
    expect(clerk.page.locator("main")).not_to_contain_text(NAME)
    expect(clerk.page.get_by_role("button", name="連絡先を見る")).to_have_count(0)
    found += clerk.axe()
    clerk.page.get_by_role("button", name=re.compile("^引き受ける")).click()
    clerk.reads(f"{OFFICE}が引き受けました。", where=".thread")
    clerk.page.locator(".handover [name=text]").fill(DONE)
    clerk.press("対応を報告する")
    clerk.reads("対応を区に報告しました。", where=".messagelist")
    clerk.reads("報告は済んでいます。本人には区が回答します。", where=".next-step")
    assert clerk.page.goto(not_handed_over).status == 404

    # The officer reads the report and writes the answer from a template; the 区課長 approves it.
    follow_notice(officer, number, f"{number}について、{OFFICE}から報告がありました。")
    officer.reads(DONE, where=".thread")
    template = officer.page.locator(
        "#draft-template option", has_text="対応が終わったことを知らせる"
    )
    officer.page.select_option("#draft-template", template.first.get_attribute("value"))
    officer.press("ひな形を入れる")
    draft = officer.page.locator("#draft-text").input_value()
    assert draft.startswith(f"{number}の件です。")
    assert "【対応の内容】" in draft
    officer.page.fill("#draft-text", draft.replace("【対応の内容】", DONE))
    officer.page.select_option("#draft-kind", label="対応済")
    found += officer.axe()
    officer.press("保存して上司に回す")
    officer.reads("回答案を上司に回しました。", where=".messagelist")
    manager = Desk(chromium, site, "manager", slug=WARD)
    manager.reads("回答案が、あなたの決裁を待っています。", where="main")
    follow_notice(manager, number, f"{number}の回答案が決裁を待っています。")
    manager.reads(DONE, where=".template-text")
    manager.press("決裁して回答する")
    manager.reads("決裁し、回答しました。", where=".messagelist")

    # The mail arrives; the citizen looks the case up and answers the three questions.
    _, answer = post_office()
    assert answer["To"] == EMAIL
    assert answer["Subject"].strip() == f"回答のお知らせ（受付番号 {number}）"
    assert DONE in answer.get_content()
    assert "次の画面で教えてください。" in answer.get_content()
    manager.page.reload()
    manager.reads("送信済", where="[aria-labelledby=answer] .file-list")
    citizen.looks_up(number, passphrase)
    citizen.reads("回答しました", "回答について教えてください")
    for question in ("reached", "understood", "handled_properly"):
        citizen.page.check(f"[name={question}][value=yes]")
    citizen.press("答えを送る")
    citizen.reads("教えていただき、ありがとうございました。")

    # The officer proposes what is published, a second person confirms, and the month goes out.
    officer.page.goto(case)
    officer.reads("回答への評価", "適切に対応されたか", where="main")
    officer.page.fill("#pub-title", "傾いた車止め")
    officer.page.fill("#pub-summary", "新高さんから、車止めが傾いているとの連絡。")
    # The answer to the citizen is not offered to the public as it stands.
    expect(officer.page.locator("#pub-view")).to_have_value("")
    officer.page.fill("#pub-view", f"{number}は、{DONE}")
    officer.press("個人が分かる箇所を点検する")
    expect(officer.page.locator("mark", has_text="新高")).to_be_visible()
    expect(officer.page.locator("mark", has_text=number)).to_contain_text("受付番号")
    found += officer.axe()
    officer.page.fill("#pub-summary", "駅の前の車止めが傾いていて、夜は見えにくい。")
    officer.page.fill("#pub-view", DONE)
    officer.press("公表案を保存する")
    officer.reads("公表案を保存しました。別の人が確認します。", where=".messagelist")
    expect(officer.page.get_by_role("button", name="読んで確かめたので公表する")).to_have_count(0)
    officer.reads("別の区課長か区長が確かめ", where=".next-step")
    follow_notice(manager, number, f"{number}の公表案が確認を待っています。")
    manager.press("読んで確かめたので公表する")
    manager.reads("公表を確認しました。次の月例の公表で出ます。", where=".messagelist")
    assert "傾いた車止め" not in published_titles(citizen)
    manager.go(f"{CASES}publications/")
    manager.reads("傾いた車止め", "月例の公表", where="main")
    manager.page.get_by_role("button", name=re.compile("件を公表する$")).click()
    manager.reads("件を公表しました。", where=".messagelist")

    # Everybody can read it now: people on the page, and a client of others by Open311.
    assert "傾いた車止め" in published_titles(citizen)
    citizen.page.get_by_role("link", name="傾いた車止め").click()
    citizen.reads("駅の前の車止めが傾いていて、夜は見えにくい。", DONE, "地域課", "対応済")
    page = citizen.page.locator("main").inner_text()
    assert [word for word in (number, NAME, EMAIL, "新高", BODY) if word in page] == []
    published = citizen.page.url.rstrip("/").rpartition("/")[2]
    client = GeoReport(site.url(WARD, "/open311/v2"), output_format="json")
    told = client.get_service_requests(service_code="other", status="closed")
    assert published in [one["service_request_id"] for one in told]
    one = client.get_service_request(published)
    assert (one["status"], one["service_name"]) == ("closed", "その他・わからない")
    assert one["description"] == "駅の前の車止めが傾いていて、夜は見えにくい。"
    assert one["status_notes"] == DONE
    assert number not in json.dumps([told, one], ensure_ascii=False)

    assert found == []
    assert [p.complaints for p in (citizen, officer, clerk, manager)] == [[]] * 4


def published_titles(citizen: Citizen) -> list[str]:
    """Return the titles on the first page of the published answers."""
    citizen.go("/consultations/answers/")
    return citizen.page.locator("main h3").all_inner_texts()
