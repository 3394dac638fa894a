"""The cast of 区政会議: a term with members of the three categories, a session, and who works on it."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from councils.forum.choices import MemberCategory
from councils.forum.models import ForumMember, ForumPractice, ForumSession, ForumTerm
from wards import clock
from wards.text import search_key


@pytest.fixture
def at(monkeypatch):
    """Stop the clock at a moment in Osaka: `at("2026-11-25 10:00")`."""

    def stop(moment: str):
        now = timezone.make_aware(datetime.fromisoformat(moment))
        monkeypatch.setattr(clock, "now", lambda: now)
        monkeypatch.setattr(clock, "today", lambda: timezone.localdate(now))
        return now

    return stop


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """Keep the files of a test in its own folder."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def officer(hire):
    """The 担当 of 区政会議 in 北区."""
    return hire("kita", "officer")


@pytest.fixture
def manager(hire):
    """The 課長 of 区政会議 in 北区."""
    return hire("kita", "manager")


@pytest.fixture
def mayor(hire):
    """The 区長 of 北区."""
    return hire("kita", "ward_mayor")


@pytest.fixture
def practice(kita):
    """The ward's first practice."""
    return ForumPractice.objects.get()


@pytest.fixture
def term(kita):
    """A term from 2025-10-01 to 2027-09-30 with four seats."""
    return ForumTerm.objects.create(
        number=7,
        valid_from=date(2025, 10, 1),
        valid_to=date(2027, 9, 30),
        seats_bodies=2,
        seats_experts=1,
        seats_public=1,
    )


def add_member(term, name, category=MemberCategory.BODIES, **more):
    """Store a member of the whole term without a service."""
    more.setdefault("reason", "推薦を受けたため。")
    return ForumMember.objects.create(
        term=term,
        name=name,
        name_key=search_key(name),
        category=category,
        valid_from=more.pop("valid_from", term.valid_from),
        valid_to=more.pop("valid_to", term.valid_to),
        **more,
    )


@pytest.fixture
def members(term):
    """Four members: two of bodies, one expert, one of the 公募."""
    return [
        add_member(term, "見本 一郎", body="見本連合振興町会"),
        add_member(term, "見本 花子", body="見本社会福祉協議会"),
        add_member(term, "見本 次郎", MemberCategory.EXPERTS, body="見本商店会"),
        add_member(term, "見本 公子", MemberCategory.PUBLIC),
    ]


def add_session(term, starts="2026-07-10 19:00", **more):
    """Store a plenary session of two hours without a service."""
    begin = timezone.make_aware(datetime.fromisoformat(starts))
    fields = {
        "kind": "plenary",
        "fiscal_year": 2026,
        "number": 1,
        "place": "北区役所 402会議室",
        "observers": 10,
        "desk_minutes": 30,
        "contact": "北区役所 地域課",
        "papers_due_on": timezone.localdate(begin),
        **more,
    }
    return ForumSession.objects.create(
        term=term, starts_at=begin, planned_end_at=begin.replace(hour=begin.hour + 2), **fields
    )


@pytest.fixture
def session(term):
    """第1回 of 令和8年度, on 10 July 2026 at 19:00."""
    return add_session(term)
