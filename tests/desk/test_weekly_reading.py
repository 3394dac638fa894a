"""Whoever answers for personal data is told once a week who looked at it."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from wards import clock
from wards.desk.choices import AccessKind
from wards.desk.models import Notice
from wards.desk.services import note_access
from wards.desk.weekly_reading import tell_who_looked

MONDAY = date(2026, 11, 23)


@pytest.fixture
def look(monkeypatch):
    """Let a person look at a moment of Osaka: `look(officer, "2026-11-16 09:00", "R08-…")`."""

    def at(person, moment: str, about: str, what=AccessKind.PERSONAL_DATA):
        now = timezone.make_aware(datetime.fromisoformat(moment))
        with monkeypatch.context() as stopped:
            stopped.setattr(clock, "now", lambda: now)
            note_access(person, what=what, about=about)

    return at


def told_to(person) -> list[str]:
    return list(Notice.objects.filter(person=person).values_list("text", flat=True))


def test_the_week_is_counted_from_monday_to_sunday_in_osaka(
    kita, look, kita_officer, kita_manager, hire
):
    other = hire("kita", "officer")
    look(kita_officer, "2026-11-15 23:59", "before")
    look(kita_officer, "2026-11-16 00:00", "A")
    look(kita_officer, "2026-11-18 09:00", "A")
    look(kita_officer, "2026-11-22 23:59", "B", AccessKind.ATTACHMENT)
    look(kita_officer, "2026-11-23 00:00", "after")
    look(other, "2026-11-20 10:00", "cases.xlsx", AccessKind.EXPORT)
    look(other, "2026-11-20 10:01", "/admin/x/", AccessKind.REFUSED)

    assert tell_who_looked(MONDAY) == 1

    (text,) = told_to(kita_manager)
    assert "令和8年11月16日から令和8年11月22日まで" in text
    assert "2人が個人情報を3回見て、ファイルに1回書き出しました。" in text
    assert "許可されない操作は1回です。" in text
    assert f"多い人：{kita_officer.name}（2件を3回）" in text
    assert told_to(kita_officer) == []


def test_it_is_told_once_a_week_on_whatever_day_it_runs(kita, look, kita_officer, kita_manager):
    look(kita_officer, "2026-11-17 09:00", "A")

    tell_who_looked(date(2026, 11, 25))
    tell_who_looked(date(2026, 11, 26))
    assert len(told_to(kita_manager)) == 1
    look(kita_officer, "2026-11-25 09:00", "B")
    tell_who_looked(date(2026, 11, 30))
    assert len(told_to(kita_manager)) == 2


def test_a_week_in_which_nobody_looked_is_not_told(kita, kita_manager):
    assert tell_who_looked(MONDAY) == 0
    assert told_to(kita_manager) == []


def test_kita_is_not_told_who_looked_at_nishi(enter, look, kita_manager, nishi_officer):
    enter("nishi")
    look(nishi_officer, "2026-11-17 09:00", "A")
    enter("kita")

    assert tell_who_looked(MONDAY) == 0
