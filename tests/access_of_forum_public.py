"""Who gets which answer on the public pages of 区政会議 and on the editions' desk: rows of test_access.py."""

from datetime import date, timedelta

from councils.forum.edition_rules import window_of
from councils.forum.models import (
    EvaluationSheet,
    ForumEdition,
    ForumMember,
    ForumSession,
    ForumTerm,
    Minutes,
    Opinion,
    Response,
)
from councils.forum.services.editions import generate_edition
from wards import clock
from wards.text import search_key

READERS = "officer manager ward_mayor"
WORKERS = "officer manager"
MOVED, NOT_FOUND = 302, 404


def of_forum_public(row, of_a_model, staff: str) -> list:
    """Return the rows; `row` and `of_a_model` are those of the table."""

    def public(pattern: str, address: str, gets: int = 200):
        return row(pattern, address, "", gets, others=gets, outsiders=gets)

    session, opinion = "forum/sessions/<int:number>/", "forum/opinions/<int:number>/"
    told, hidden = "/forum/sessions/{forum_told}/", "/forum/sessions/{forum_hidden}/"
    read, waits = "/forum/opinions/{forum_answered}/", "/forum/opinions/{forum_waiting}/"
    edition, sheet = "forum/editions/<int:number>/", "forum/evaluations/<int:number>/"
    desk, at = (
        "admin/ward_forum/forumedition/",
        "/admin/ward_forum/forumedition/{forum_forumedition}/",
    )
    act = f"{desk}<int:pk>/act/<slug:code>/"
    return [
        public("forum/", "/forum/"),
        public("forum/sessions/", "/forum/sessions/"),
        public(session, told),
        public(session, hidden, NOT_FOUND),
        public(f"{session}minutes.docx", f"{told}minutes.docx"),
        public(f"{session}minutes.docx", f"{hidden}minutes.docx", NOT_FOUND),
        public(f"{session}papers/<int:paper>/", f"{told}papers/1/", NOT_FOUND),
        public("forum/members/", "/forum/members/"),
        public("forum/opinions/", "/forum/opinions/"),
        public("forum/opinions/", "/forum/opinions/?format=exe", NOT_FOUND),
        public(opinion, read),
        public(opinion, waits, NOT_FOUND),
        public(f"{opinion}document.pdf", f"{read}document.pdf"),
        public(f"{opinion}document.pdf", f"{waits}document.pdf", NOT_FOUND),
        public("forum/gatherings/", "/forum/gatherings/"),
        public(sheet, "/forum/evaluations/{forum_shown_sheet}/"),
        public(sheet, "/forum/evaluations/{forum_hidden_sheet}/", NOT_FOUND),
        public("forum/editions/", "/forum/editions/"),
        public(edition, "/forum/editions/{forum_published_edition}/"),
        public(edition, "/forum/editions/{forum_forumedition}/", NOT_FOUND),
        public("forum/calendar.ics", "/forum/calendar.ics"),
        public("forum/feed.xml", "/forum/feed.xml"),
        *of_a_model(
            "ward_forum/forumedition", "forum_forumedition", staff, see=READERS, add=WORKERS
        ),
        row(act, f"{at}act/generate/", READERS, MOVED),
        row(act, f"{at}act/nothing/", READERS, NOT_FOUND, method="post"),
        row(act, f"{at}act/generate/", WORKERS, MOVED, method="post"),
        row(act, f"{at}act/publish/", "manager ward_mayor", method="post"),
        row(f"{desk}export/<slug:kind>/", f"/{desk}export/xlsx/", READERS),
    ]


def forum_public_things(officer, manager, mayor) -> dict[str, int]:
    """Make what the addresses name in the ward served; return the numbers."""
    today, now = clock.today(), clock.now()
    term = ForumTerm.objects.on(today) or ForumTerm.objects.create(
        number=99,
        valid_from=today - timedelta(days=100),
        valid_to=today + timedelta(days=500),
        seats_bodies=1,
        seats_experts=0,
        seats_public=0,
    )
    ForumMember.objects.create(
        term=term,
        name="見本 公開",
        name_key=search_key("見本 公開"),
        category="bodies",
        reason="見本",
        valid_from=term.valid_from,
        valid_to=term.valid_to,
    )
    told, hidden = (
        ForumSession.objects.create(
            term=term, kind="plenary", fiscal_year=2013, number=number, place="区役所",
            starts_at=now - timedelta(days=3), planned_end_at=now - timedelta(days=2),
            observers=10, desk_minutes=30, contact="地域課", papers_due_on=today,
            announced_at=announced_at,
        )
        for number, announced_at in ((98, now - timedelta(days=20)), (99, None))
    )  # fmt: skip
    told.began_at, told.ended_at = told.starts_at, told.planned_end_at
    told.save()
    Minutes.objects.create(
        session=told, body="（議長）　開会します。", saved_by=officer, saved_at=now,
        confirmed_by=manager, confirmed_at=now, published_at=now, published_by=manager,
    )  # fmt: skip
    answered, waiting = (
        Opinion.objects.create(
            fiscal_year=2013, number=number, source="session", session=told, received_on=today,
            due_on=today, title="灯り", text="暗い。", section="地域課", registered_by=officer,
        )
        for number in (98, 99)
    )  # fmt: skip
    Response.objects.create(
        opinion=answered, response_class="heard", text="承りました。", state="published",
        written_by=officer, written_at=now, approved_by=manager, approved_at=now, published_at=now,
    )  # fmt: skip
    shown, unseen = (
        EvaluationSheet.objects.create(
            session=told, title="評価", due_on=today, published_at=published_at
        )
        for published_at in (now, None)
    )
    published = ForumEdition.objects.create(
        period_from=date(2013, 10, 1), period_to=date(2014, 9, 30), number=1, content={},
        sha256="0" * 64, generated_at=now, generated_by=officer, published_at=now,
        published_by=manager,
    )  # fmt: skip
    return {
        "forum_told": told.pk,
        "forum_hidden": hidden.pk,
        "forum_answered": answered.pk,
        "forum_waiting": waiting.pk,
        "forum_shown_sheet": shown.pk,
        "forum_hidden_sheet": unseen.pk,
        "forum_published_edition": published.pk,
        # Of the running window: nobody can publish it yet.
        "forum_forumedition": generate_edition(window_of(today)[0], actor=officer).pk,
    }
