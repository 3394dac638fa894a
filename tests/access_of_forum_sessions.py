"""Who gets which answer on the pages of sessions: rows of tests/test_access.py."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from councils.forum.models import ForumMember, ForumTerm, Minutes
from councils.forum.services import sessions
from wards import clock
from wards.text import search_key

READERS = "officer manager ward_mayor"
WORKERS = "officer manager"
MOVED, NOT_FOUND = 302, 404


def of_forum_sessions(row, of_a_model, staff: str) -> list:
    """Return the rows; `row` and `of_a_model` are those of the table."""
    base = "admin/ward_forum/forumsession/"
    one, at = f"{base}<int:pk>/", f"/{base}{{forum_forumsession}}/"
    none = f"/{base}{{forum_unheld}}/"
    act = f"{one}act/<slug:code>/"
    return [
        *of_a_model(
            "ward_forum/forumsession", "forum_forumsession", staff, see=READERS, add=WORKERS
        ),
        row(f"{base}export/<slug:kind>/", f"/{base}export/xlsx/", READERS),
        row(act, f"{at}act/set_item/", READERS, MOVED),
        row(act, f"{at}act/nothing/", READERS, NOT_FOUND, method="post"),
        row(act, f"{at}act/set_item/", WORKERS, method="post"),
        row(act, f"{at}act/announce/", "manager", method="post"),
        row(act, f"{at}act/confirm/", "manager", method="post"),
        row(f"{one}papers/<int:paper>/", f"{at}papers/1/", READERS, NOT_FOUND),
        row(f"{one}minutes/", f"{at}minutes/", READERS),
        row(f"{one}minutes/", f"{at}minutes/", WORKERS, method="post"),
        row(f"{one}minutes/", f"{none}minutes/", READERS, NOT_FOUND),
        row(f"{one}minutes/word/", f"{at}minutes/word/", READERS),
        row(f"{one}observers/", f"{at}observers/", READERS),
        row(f"{one}observers/names/", f"{at}observers/names/", READERS, MOVED),
        row(f"{one}observers/names/", f"{at}observers/names/", WORKERS, method="post"),
    ]


def forum_session_things(officer, manager, mayor) -> dict[str, int]:
    """Make what the addresses name in the ward served; return the numbers."""
    now, today = clock.now(), clock.today()
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
        name="見本 会員",
        name_key=search_key("見本 会員"),
        category="bodies",
        reason="見本",
        valid_from=term.valid_from,
        valid_to=term.valid_to,
    )

    def plan(day: date):
        begin = timezone.make_aware(datetime.combine(day, time(19)))
        return sessions.plan_session(
            kind="plenary",
            starts_at=begin,
            planned_end_at=begin + timedelta(hours=2),
            place="見本会議室",
            actor=officer,
        )

    held, unheld = plan(today - timedelta(days=3)), plan(today + timedelta(days=40))
    held.announced_at = held.began_at = held.starts_at
    held.ended_at = held.planned_end_at
    held.save()
    Minutes.objects.create(session=held, saved_by=manager, saved_at=now)
    return {"forum_forumsession": held.pk, "forum_unheld": unheld.pk}
