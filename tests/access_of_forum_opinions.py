"""Who gets which answer on the pages of the opinions ledger: rows of tests/test_access.py."""

from datetime import timedelta

from councils.forum.models import ForumSession, ForumTerm
from councils.forum.services import evaluations, gatherings, opinions, publications
from wards import clock

READERS = "officer manager ward_mayor"
WORKERS = "officer manager"
MOVED, NOT_FOUND = 302, 404


def of_forum_opinions(row, of_a_model, staff: str) -> list:
    """Return the rows; `row` and `of_a_model` are those of the table."""
    rows = []
    for model, step in (
        ("opinion", "write"),
        ("responsepublication", "change"),
        ("gathering", "change"),
        ("evaluationsheet", "enter"),
    ):
        base, at = f"admin/ward_forum/{model}/", f"/admin/ward_forum/{model}/{{forum_{model}}}/"
        rows += of_a_model(f"ward_forum/{model}", f"forum_{model}", staff, see=READERS, add=WORKERS)
        act = f"{base}<int:pk>/act/<slug:code>/"
        rows += [
            row(act, f"{at}act/{step}/", READERS, MOVED),
            row(act, f"{at}act/nothing/", READERS, NOT_FOUND, method="post"),
            row(act, f"{at}act/{step}/", WORKERS, method="post"),
            row(f"{base}export/<slug:kind>/", f"/{base}export/xlsx/", READERS),
        ]
    opinion, sheet = "admin/ward_forum/opinion/", "admin/ward_forum/evaluationsheet/"
    publication = "admin/ward_forum/responsepublication/"
    return [
        *rows,
        row(f"{opinion}import/", f"/{opinion}import/", WORKERS),
        row(f"{opinion}import/form/", f"/{opinion}import/form/", WORKERS),
        row(
            f"{publication}<int:pk>/preview/",
            f"/{publication}{{forum_responsepublication}}/preview/",
            READERS,
        ),
        row(
            f"{sheet}<int:pk>/overview/<slug:kind>/",
            f"/{sheet}{{forum_evaluationsheet}}/overview/csv/",
            READERS,
        ),
        row(
            f"{sheet}<int:pk>/overview/<slug:kind>/",
            f"/{sheet}{{forum_evaluationsheet}}/overview/pdf/",
            READERS,
            NOT_FOUND,
        ),
    ]


def forum_opinions_things(officer, manager, mayor) -> dict[str, int]:
    """Make what the addresses name in the ward served; return the numbers."""
    today, now = clock.today(), clock.now()
    term = ForumTerm.objects.on(today) or ForumTerm.objects.create(
        number=99,
        valid_from=today - timedelta(days=30),
        valid_to=today + timedelta(days=30),
        seats_bodies=1,
        seats_experts=0,
        seats_public=0,
    )
    session = ForumSession.objects.create(
        term=term,
        kind="plenary",
        fiscal_year=2012,
        number=99,
        starts_at=now - timedelta(days=1),
        planned_end_at=now - timedelta(hours=22),
        place="区役所",
        observers=10,
        desk_minutes=30,
        contact="地域課",
        papers_due_on=today,
    )
    gathering = gatherings.register_gathering(
        kind="talk",
        title="懇談会",
        held_on=today,
        participants=10,
        themes="防災",
        actor=officer,
    )
    opinion = opinions.register_opinion(
        source="talk",
        gathering=gathering,
        title="灯り",
        text="暗い。",
        section="地域課",
        actor=officer,
    )
    publication = publications.open_publication(title="回答", planned_on=today, actor=officer)
    sheet = evaluations.open_sheet(
        session, title="評価", due_on=today, items=["防災"], actor=officer
    )
    return {
        "forum_opinion": opinion.pk,
        "forum_responsepublication": publication.pk,
        "forum_gathering": gathering.pk,
        "forum_evaluationsheet": sheet.pk,
    }
