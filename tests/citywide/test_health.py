"""Alive and ready, for the machine that watches."""

from datetime import timedelta

import pytest
from django.utils import timezone

from osaka_kusei import health
from wards.models import Job, Ward


@pytest.fixture
def every_night_was_good(city):
    """A good recompute of every ward an hour ago."""
    hour_ago = timezone.now() - timedelta(hours=1)
    for ward in Ward.objects.all():
        Job.objects.create(
            ward=ward, name="recompute_progress", day=hour_ago.date(), not_before=hour_ago,
            finished_at=hour_ago, last_done_at=hour_ago, state=Job.State.DONE,
        )  # fmt: skip


def test_alive_touches_no_database(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert client.get("/livez").content == b"ok\n"


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_stranger_is_told_that_there_is_no_such_page(client, db, path):
    assert client.get(path, REMOTE_ADDR="192.0.2.7").status_code == 404


def test_a_stranger_behind_the_proxy_on_this_machine_is_a_stranger(client, db, settings):
    settings.BEHIND_PROXY = True

    assert client.get("/livez", headers={"x-forwarded-for": "192.0.2.7"}).status_code == 404
    assert (
        client.get("/livez", headers={"x-forwarded-for": "192.0.2.7, 127.0.0.1"}).status_code == 200
    )


def test_one_year_judged_by_hand_does_not_make_the_ward_look_fresh(client, every_night_was_good):
    Job.objects.filter(ward__slug="kita").update(key="2015")

    assert client.get("/readyz").json()["recompute_stale"] == ["kita"]


def test_ready_when_every_schema_is_migrated_and_every_night_was_good(client, every_night_was_good):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["schemas_behind"] == []
    assert len(answer.json()["recompute_age_seconds"]) == 25


def test_an_old_night_is_degraded_and_named(client, every_night_was_good):
    Job.objects.filter(ward__slug="kita").update(
        last_done_at=timezone.now() - timedelta(hours=26, minutes=1)
    )

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["recompute_stale"] == ["kita"]


def test_a_broker_that_is_down_is_degraded_and_not_down(client, every_night_was_good, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["broker"]) == (200, "degraded")


def test_a_migration_that_a_ward_lacks_is_down_and_named(client, every_night_was_good, monkeypatch):
    class Loader:
        def __init__(self, connection):
            self.disk_migrations = {("kpis", "9999_not_there_yet"): None}

    monkeypatch.setattr(health, "MigrationLoader", Loader)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert len(answer.json()["schemas_behind"]) == 24
