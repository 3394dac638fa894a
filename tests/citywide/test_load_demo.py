"""Demo data: believable, labelled, only on one machine, and never over somebody's change."""

import json
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from kpis.choices import EntryState
from kpis.models import Result
from osaka_kusei.citywide.demo import hire_demo_people
from osaka_kusei.citywide.demo_results import load_demo_results
from wards import clock
from wards.models import Membership, User


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
