"""A member of staff at a desk: signed in, with a page before them that must not complain."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect


class Desk:
    """One person's browser; remembers what the page complained about.

    `who` is a role (the first person who holds it at that host) or a person's e-mail address.
    """

    def __init__(self, browser, site, who: str, *, slug: str = "kita", **more):
        self.site, self.slug = site, slug
        self.page = browser.new_context(
            viewport={"width": 1366, "height": 850}, locale="ja-JP", **more
        ).new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        account = site.account(slug, who)
        self.name = account["name"]
        self.go("/admin/")
        self.page.fill("[name=username]", account["email"])
        self.page.fill("[name=password]", account["password"])
        self.page.click("button:has-text('ログイン')")
        expect(self.page.locator("h1")).to_have_text("わたしの仕事")

    def _listen(self, message):
        # The browser tells of every refusal by its number, which a test of a refusal wants.
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def go(self, path: str):
        answer = self.page.goto(self.site.url(self.slug, path))
        assert answer.ok, f"{path}: {answer.status}"

    def press(self, name: str):
        self.page.get_by_role("button", name=name, exact=True).click()

    def open(self, name: str):
        """Unfold what is folded; what stands open already is left open."""
        fold = self.page.locator("details", has=self.page.locator("summary", has_text=name))
        if fold.first.get_attribute("open") is None:
            fold.first.locator("summary").click()

    def reads(self, *sentences: str, where: str = "body"):
        """Expect each sentence somewhere on the page, or in one part of it."""
        for sentence in sentences:
            expect(self.page.locator(where).first).to_contain_text(sentence)

    def axe(self) -> list[str]:
        # axe itself adds styles that the policy refuses: what it causes is no complaint of ours.
        before = list(self.complaints)
        found = Axe().run(self.page).response["violations"]
        self.complaints[:] = before
        return [
            f"{self.page.url} {item['impact']} {item['id']} {item['nodes'][0]['html'][:120]}"
            for item in found
        ]
