"""One 地域活動協議会 on its whole way, through pages alone, by officer, manager and ward mayor.

準備的な組織 → 申請 → 補正 → 認定 → 変更届 → 要件確認 → 是正 → 取消. In 東成区, in an area of its own.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.steps import fill, in_card, in_days, take

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WARD = "higashinari"
COUNCILS = "/admin/councils/communitycouncil/"
NAME = "見本十二地域活動協議会"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PAPERS = ("認定申請書（様式第1号）", "規約", "構成団体名簿", "役員名簿")
REQUIREMENTS = 5


def judge(desk: Desk, number: int, step: str, **values: str) -> None:
    """Note what was found about one requirement."""
    row = desk.page.locator(".requirement").nth(number)
    fold = row.locator("details.fold")
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    fill(row, values)
    row.get_by_role("button", name=step, exact=True).click()
    desk.reads("を記入しました。", where=".messagelist")


def offers(desk: Desk, step: str, *, yes: bool) -> None:
    """Expect a step on the page, or none."""
    button = desk.page.get_by_role("button", name=step, exact=True)
    fold = desk.page.locator("details.fold summary", has_text=re.compile(f"^{step}$"))
    expect(button.or_(fold)).to_have_count(0) if not yes else expect(
        button.or_(fold).first
    ).to_be_visible()


def follow(desk: Desk, words: str) -> None:
    """Follow the newest notice with these words."""
    desk.go("/admin/ward_desk/notice/")
    desk.page.get_by_role("link", name=words).first.click()


def test_a_council_goes_its_whole_way(site, chromium, tmp_path):
    officer = Desk(chromium, site, "officer", slug=WARD)
    manager = Desk(chromium, site, "manager", slug=WARD)
    mayor = Desk(chromium, site, "ward_mayor", slug=WARD)
    found = []

    # The manager registers the area; the officer the body that prepares the council.
    manager.go("/admin/councils/schooldistrictarea/add/")
    for name, value in {
        "code": "12", "name": "見本十二", "kana": "みほんじゅうに", "valid_from": "平成23年4月1日",
    }.items():  # fmt: skip
        manager.page.fill(f"[name={name}]", value)
    manager.page.locator("[name=_save]").click()
    manager.reads("見本十二", where=".messagelist")
    officer.go("/admin/councils/schooldistrictarea/")
    expect(officer.page.get_by_role("link", name="校区等地域を登録する")).to_have_count(0)
    officer.go(f"{COUNCILS}add/")
    officer.page.select_option("[name=area]", label="見本十二")
    officer.page.fill("[name=name]", NAME)
    officer.page.fill("[name=registered_on]", in_days(-60))
    officer.press("登録する")
    officer.reads("準備的な組織", where="h1, .case-head")
    council = officer.page.url
    take(
        officer, "役員を登録する", "登録しました",
        name="髙橋 𠮷子", position="会長", valid_from=in_days(-60), basis="設立総会",
    )  # fmt: skip
    officer.reads("髙橋 𠮷子", where="[aria-label=役員の表]")
    found += officer.axe()

    # The application comes with its papers; something is to be mended.
    paper = tmp_path / "書類.pdf"
    paper.write_bytes(PDF)
    take(officer, "認定申請を受け付ける", "受け付けました", applied_on=in_days(-30))
    application = officer.page.url
    if "certificationapplication" not in application:
        officer.page.get_by_role("link", name=f"{in_days(-30)}の申請").click()
        application = officer.page.url
    officer.reads("がまだありません", where="main")
    officer.page.goto(council)
    for kind in PAPERS:
        form = in_card(officer, "書類を登録する")
        fill(form, {"kind": kind})
        form.locator("[type=file]").set_input_files(paper)
        form.get_by_role("button", name="書類を登録する", exact=True).click()
        officer.reads("登録しました", where=".messagelist")
    officer.page.goto(application)
    officer.press("審査を始める")
    for number in range(REQUIREMENTS - 1):
        judge(officer, number, "審査の結果を記入する", met="満たす", article="第3条")
    take(
        officer, "補正してほしい項目を書く", "書きました",
        document_kind="規約", comment="会計を公開する方法を定めてください。",
    )  # fmt: skip
    officer.press("補正を依頼する")
    officer.reads("補正を依頼しました。", where=".messagelist")
    officer.reads("補正を待っています", where=".next-step")
    take(
        officer, "補正を受け付ける", "補正を受け付けました。",
        item="規約", answered_on=in_days(0), answer="第12条を加えた規約が届いた。",
    )  # fmt: skip
    officer.press("審査を再開する")
    officer.reads("要件を一つずつ審査してください。あと1件です。", where=".next-step")
    judge(officer, REQUIREMENTS - 1, "審査の結果を記入する", met="満たす", article="第12条")
    officer.press("審査を終えて課長に回す")
    officer.reads("課長に回しました。", where=".messagelist")
    for step in ("確認して区長に回す", "認定する", "不認定とする"):
        offers(officer, step, yes=False)

    # The manager checks, the ward mayor decides; nobody else can.
    follow(manager, f"{NAME}の審査が終わりました。")
    offers(manager, "認定する", yes=False)
    manager.press("確認して区長に回す")
    manager.reads("区長に回しました。", where=".messagelist")
    follow(mayor, f"{NAME}の認定申請が、区長の決定を待っています。")
    found += mayor.axe()
    mayor.press("認定する")
    mayor.reads("認定しました。", where=".messagelist")
    follow(officer, f"{NAME}が認定されました。")
    officer.page.get_by_role("link", name="認定通知書を印刷する").click()
    officer.reads("認定通知書", NAME, "髙橋 𠮷子", "見本十二", where="body")
    sheet = officer.page.pdf(format="A4", prefer_css_page_size=True)
    assert sheet.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page[^s]", sheet)) == 1

    # A 変更届: written by the officer, accepted by the manager with the difference before the eyes.
    officer.page.goto(council)
    officer.reads("認定", where=".case-head")
    take(officer, "変更届を受け付ける", "受け付けました", received_on=in_days(0))
    take(officer, "名称・連絡先の変更を書く", "書きました", field="電話", after="06-6972-0000")
    offers(officer, "受理する", yes=False)
    notice = officer.page.url
    manager.page.goto(notice)
    manager.reads("電話の変更", "06-6972-0000", where="main")
    manager.press("受理する")
    manager.reads("変更届を受理し、名簿を書き換えました。", where=".messagelist")
    officer.page.goto(council)
    officer.reads("06-6972-0000", where="[aria-labelledby=particulars]")

    # The yearly look finds something; it is asked for, mended and confirmed.
    officer.page.locator("[aria-labelledby=certification] a", has_text="まで").first.click()
    confirmation = officer.page.url
    for number in range(REQUIREMENTS - 1):
        judge(officer, number, "確認の結果を記入する", met="満たす", article="第3条")
    judge(
        officer, REQUIREMENTS - 1, "確認の結果を記入する",
        met="満たさない", reason="今年度の会計が公開されていない。",
    )  # fmt: skip
    offers(officer, "要件を満たしていることを確認する", yes=False)
    manager.page.goto(confirmation)
    manager.reads("を満たしていません。是正を要請してください。", where=".next-step")
    due = in_days(60)
    take(
        manager, "是正を要請する", "是正を要請しました。",
        reason="会計を公開してください。", due_on=due,
    )  # fmt: skip
    manager.page.goto(council)
    manager.reads("是正要請中", where=".case-head")
    manager.reads(f"是正を待っています（{due}まで）。", where=".next-step")
    take(
        manager, "是正を確認する", "是正を確認しました。",
        request="会計を公開してください。", resolution="会計を掲示したことを確かめた。",
    )  # fmt: skip
    officer.page.goto(confirmation)
    judge(officer, REQUIREMENTS - 1, "確認の結果を直す", met="満たす", article="第12条", reason="")
    manager.page.goto(confirmation)
    manager.press("要件を満たしていることを確認する")
    manager.reads("要件確認を終えました。次の期限は", where=".messagelist")
    found += manager.axe()

    # 取消: proposed by the manager, explained by the council, decided by the ward mayor.
    manager.page.goto(council)
    take(
        manager, "認定の取消を起案する", "起案しました",
        reason="活動の実態がなくなった。", statement_due_on=in_days(30),
    )  # fmt: skip
    offers(manager, "取消を決定する", yes=False)
    mayor.page.goto(council)
    mayor.reads("までは、弁明が届くまで決定できません。", where=".next-step")
    officer.page.goto(council)
    take(
        officer, "弁明を記録する", "弁明を記録しました。",
        statement="活動を休んでいた。", received_on=in_days(0),
    )  # fmt: skip
    follow(mayor, f"{NAME}の認定の取消に、弁明が届きました。")
    take(
        mayor, "取消を決定する", "認定を取り消しました。",
        decision="認定を取り消す", reason="再開の見込みがないため。",
    )  # fmt: skip
    mayor.reads("認定取消", where=".case-head")
    certificate = re.compile("認定通知書を印刷する")
    expect(mayor.page.get_by_role("link", name=certificate)).to_have_count(0)

    # Whoever asks how it stood yesterday is told that it was preparing.
    officer.page.goto(f"{council}?day={in_days(-60)}")
    officer.reads("準備的な組織", where="[aria-labelledby=as-of]")
    assert found == []
    assert [desk.complaints for desk in (officer, manager, mayor)] == [[]] * 3
