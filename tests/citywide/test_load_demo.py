"""Demo data: believable, labelled, only on one machine, and never over somebody's change."""

import json
import stat
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from consultations.models import Consultation
from kpis.choices import EntryState
from kpis.models import Result
from osaka_kusei.citywide.demo import hire_demo_people
from osaka_kusei.citywide.demo_results import load_demo_results
from wards import clock
from wards.models import Membership, User, Ward


@pytest.fixture(autouse=True)
def files_of_cases(tmp_path, settings):
    """Where pictures and letters of demo cases are kept during a test."""
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture(autouse=True)
def accounts_path(tmp_path, monkeypatch):
    """Where the accounts of the demo people are kept: never where this machine keeps its own."""
    path = tmp_path / "accounts.json"
    monkeypatch.setenv("PORTAL_DEMO_ACCOUNTS_PATH", str(path))
    return path


def rows_in(city, *slugs) -> dict[str, int]:
    """Count the rows of every table of some wards and of 本庁, history included."""
    counts = {}
    for slug in ("public", *slugs):
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [slug])
            tables = [name for (name,) in cursor.fetchall()]
        connection.set_tenant(city if slug == "public" else Ward.objects.get(slug=slug))
        for table in tables:
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT count(*) FROM "{slug}"."{table}"')
                counts[f"{slug}.{table}"] = cursor.fetchone()[0]
        connection.set_schema_to_public()
    return counts


def load(capsys) -> str:
    call_command("load_demo")
    return capsys.readouterr().out


def test_demo_data_fill_wards_and_city_and_a_second_run_changes_nothing(
    city, enter, accounts_path, capsys
):
    out = load(capsys)
    accounts = json.loads(accounts_path.read_text())

    assert len(accounts) == 42
    assert {(a["host"], a["role"]) for a in accounts} >= {
        ("kita.localhost", "ward_mayor"),
        ("nishi.localhost", "officer"),
        ("yodogawa.localhost", "viewer"),
        ("osaka.localhost", "operator"),
    }
    assert stat.S_IMODE(accounts_path.stat().st_mode) == 0o600
    for account in accounts:
        user = User.objects.get(email=account["email"])
        assert user.is_demo
        assert len(account["password"]) >= 16
        assert user.check_password(account["password"])
        assert account["password"] in out
    enter("kita")
    result = Result.objects.get(fiscal_year=2017, indicator__code="1-1-a")
    Result.objects.filter(pk=result.pk).update(note="区の職員が直した備考")
    before = accounts_path.read_text()
    case = Consultation.objects.open().earliest("pk")
    Consultation.objects.filter(pk=case.pk).update(subject="区の職員が直した件名")
    rows = rows_in(city, "kita", "nishi", "yodogawa")

    again = load(capsys)

    assert "新規 0名・既存 42名" in again
    assert "見本の実績 新規 0件" in again
    assert "見本の相談・要望 新規 0件" in again
    assert rows_in(city, "kita", "nishi", "yodogawa") == rows
    assert accounts_path.read_text() == before
    enter("kita")
    result.refresh_from_db()
    assert result.note == "区の職員が直した備考"
    case.refresh_from_db()
    assert case.subject == "区の職員が直した件名"


def test_the_two_closed_years_are_final_and_the_open_one_shows_every_state(city, enter):
    hire_demo_people(None)
    load_demo_results(1)

    seen = Counter()
    for slug in ("kita", "nishi", "chuo", "abeno", "hirano"):
        enter(slug)
        closed = Result.objects.filter(fiscal_year__lt=2017)
        assert closed.count() == 34
        assert set(closed.values_list("state", flat=True)) == {EntryState.FINAL}
        opened = Result.objects.filter(fiscal_year=2017)
        assert opened.count() == 17
        seen.update(opened.values_list("state", flat=True))
        for result in opened:
            assert not result.has_entry or "見本値" in result.note
    assert set(seen) == set(EntryState.values)
    enter("kita")
    labels = {r.value_label for r in Result.objects.filter(fiscal_year=2017)}
    assert {"未入力", "該当なし", "実績0"} <= labels
    sent_back = Result.objects.get(fiscal_year=2017, state=EntryState.SENT_BACK)
    assert sent_back.state_reason


def test_who_moved_in_april_worked_elsewhere_before(city):
    hire_demo_people(None)

    moved = User.objects.get(email="kita-manager@example.jp")

    now = Membership.objects.in_force(clock.today()).get(user=moved)
    before = Membership.objects.exclude(pk=now.pk).get(user=moved)
    assert (now.ward.slug, before.ward.slug) == ("kita", "yodogawa")
    assert (now.valid_from - before.valid_to).days == 1


def test_a_lost_list_of_accounts_means_new_passwords(city, accounts_path):
    first = {account.email: account.password for account in hire_demo_people(accounts_path).made}
    accounts_path.unlink()
    User.objects.filter(email="nishi-viewer@example.jp").update(is_active=False)

    again = hire_demo_people(accounts_path)

    after = {a["email"]: a["password"] for a in json.loads(accounts_path.read_text())}
    assert len(again.renewed) == 41
    assert set(first) - set(after) == {"nishi-viewer@example.jp"}
    assert not set(first.values()) & set(after.values())


def test_clerks_and_bureau_officers_have_their_office_or_bureau(city):
    hire_demo_people(None)

    clerks = Membership.objects.filter(role="office_clerk", user__is_demo=True)
    officers = Membership.objects.filter(role="bureau_officer", user__is_demo=True)
    assert clerks.count() == 9
    assert not clerks.filter(office=None).exists()
    assert all(clerk.office.wards.filter(pk=clerk.ward_id).exists() for clerk in clerks)
    assert {row.bureau.name for row in officers} == {"建設局", "健康局"}


def test_a_bureau_officer_of_an_earlier_demo_gets_the_bureau(city):
    hire_demo_people(None)
    Membership.objects.filter(role="bureau_officer").update(bureau=None)

    hire_demo_people(None)

    assert not Membership.objects.filter(role="bureau_officer", bureau=None).exists()


def test_a_list_of_accounts_that_cannot_be_written_leaves_nobody_behind(
    city, monkeypatch, tmp_path
):
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setenv("PORTAL_DEMO_ACCOUNTS_PATH", str(blocked / "accounts.json"))

    with pytest.raises(CommandError, match="に書けません"):
        call_command("load_demo")

    assert not User.objects.filter(is_demo=True).exists()


def test_a_real_installation_gets_no_demo_people(city, settings):
    settings.PORTAL_LOCAL = False

    with pytest.raises(CommandError, match="1台のコンピューターでだけ使えます。"):
        call_command("load_demo")

    assert not User.objects.filter(is_demo=True).exists()
