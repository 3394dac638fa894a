"""The night through a real worker and a real broker: one good row per ward and day (F3–F8)."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from tests.conftest import ROOT, environment_for, owner_url, with_database

pytestmark = pytest.mark.slow

DISPATCH = """
import django; django.setup()
from datetime import time
from osaka_kusei.citywide import tasks
# The night alone, whatever the clock says when the tests run.
tasks.JOBS_OF_EVERY_OFFICE = (("recompute_progress", time(0)),)
tasks.JOBS_OF_EVERY_WARD = ()
tasks.ask_to_collect = lambda: 0
print(tasks.dispatch_due_jobs()["sent"])
"""


class Night:
    """The site's job table, a worker of its own, and beats sent by hand."""

    def __init__(self, site):
        self.site = site
        self.queue = f"{site.database}_night"
        self.environment = environment_for(site.database, CELERY_QUEUE=self.queue)
        self.log = (site.folder / "night.log").open("wb")
        self.worker = subprocess.Popen(
            [
                sys.executable, "-m", "celery", "-A", "osaka_kusei.celery", "worker",
                "-c1", "-Q", self.queue, "--without-gossip", "--without-mingle",
            ],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )  # fmt: skip

    def start_beat(self, **environment: str) -> subprocess.Popen:
        """Send the dispatcher once, as beat does, without waiting for it."""
        return subprocess.Popen(
            [sys.executable, "-c", DISPATCH],
            cwd=ROOT,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def beat(self, **environment: str) -> int:
        """Send the dispatcher once; return how many workers it woke."""
        process = self.start_beat(**environment)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        return int(out)

    def forget(self) -> None:
        """Empty the job table, as on a new day."""
        self.site.query("DELETE FROM wards_job")

    def jobs(self) -> dict[str, tuple]:
        """Return state, attempt, error and result by ward; fail on a second row of a ward."""
        rows = self.site.query(
            "SELECT schema_name, state, attempt, error, result FROM wards_job"
            " JOIN wards_ward ON wards_ward.id = ward_id"
        )
        assert len({row[0] for row in rows}) == len(rows)
        return {row[0]: row[1:] for row in rows}

    def states(self) -> dict[str, str]:
        return {ward: row[0] for ward, row in self.jobs().items()}

    def wait_for(self, question, seconds: int = 60) -> None:
        """Wait until the question, asked of this night, is answered with yes."""
        deadline = time.monotonic() + seconds
        while not question(self):
            assert time.monotonic() < deadline, self.jobs()
            time.sleep(0.1)

    def child(self) -> int:
        """Return the process in which the worker does its work."""
        task = Path(f"/proc/{self.worker.pid}/task/{self.worker.pid}/children")
        return int(task.read_text().split()[0])

    def make_due(self, ward: str) -> None:
        """Let the minutes pass that a lease or a retry takes."""
        self.site.query(
            "UPDATE wards_job SET lease_until = lease_until - interval '1 hour',"
            " not_before = not_before - interval '1 hour' WHERE ward_id ="
            " (SELECT id FROM wards_ward WHERE schema_name = %s)",
            [ward],
        )

    def stop(self) -> None:
        self.worker.terminate()
        self.worker.wait(timeout=20)
        self.log.close()


def all_done(night: Night) -> bool:
    return set(night.states().values()) == {"done"}


@pytest.fixture(scope="module")
def running_night(site):
    """One worker for all tests of this file."""
    night = Night(site)
    yield night
    night.stop()
    night.forget()


@pytest.fixture
def night(running_night):
    """A new day: no row in the job table yet."""
    running_night.forget()
    return running_night


@pytest.fixture
def slow_kita(night):
    """Hold 北区's recompute up inside its transaction: `with slow_kita():`."""

    @contextlib.contextmanager
    def hold():
        session = psycopg2.connect(with_database(owner_url(), night.site.database))
        try:
            with session.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(hashtext('recompute kita'))")
                yield
        finally:
            session.close()

    return hold


def test_one_beat_ends_in_one_done_row_per_ward(night):
    assert night.beat() == 25

    night.wait_for(all_done)
    assert len(night.jobs()) == 25
    assert {attempt for _, attempt, _, _ in night.jobs().values()} == {1}
    assert night.jobs()["public"][3]["rows"] >= 2


def test_the_second_night_changes_nothing(night):
    night.beat()
    night.wait_for(all_done)
    before = night.site.query("SELECT id, progress_rate, status, counted FROM kita.kpis_result")
    night.forget()

    night.beat()
    night.wait_for(all_done)

    assert {row[3]["changed"] for row in night.jobs().values()} == {0}
    after = night.site.query("SELECT id, progress_rate, status, counted FROM kita.kpis_result")
    assert sorted(after) == sorted(before)


def test_two_beats_at_once_make_one_row_per_ward_each_done_once(night):
    beats = [night.start_beat(), night.start_beat()]
    for beat in beats:
        _, err = beat.communicate(timeout=60)
        assert beat.returncode == 0, err

    night.wait_for(all_done)
    assert len(night.jobs()) == 25
    assert {attempt for _, attempt, _, _ in night.jobs().values()} == {1}


def test_a_killed_worker_leaves_the_job_to_the_next_one(night, slow_kita):
    with slow_kita():
        night.beat()
        night.wait_for(lambda n: n.states().get("kita") == "running")
        os.kill(night.child(), signal.SIGKILL)
    night.wait_for(lambda n: all(s == "done" for w, s in n.states().items() if w != "kita"))
    assert night.jobs()["kita"][:2] == ("running", 1)
    assert night.beat() == 0

    night.make_due("kita")
    assert night.beat() == 1

    night.wait_for(all_done)
    assert night.jobs()["kita"][1] == 2


def test_a_broker_that_is_down_delays_the_night_but_loses_nothing(night):
    assert night.beat(REDIS_URL="redis://127.0.0.1:1/0") == 0
    assert list(night.states().values()) == ["waiting"] * 25

    assert night.beat() == 25

    night.wait_for(all_done)


def test_a_lost_message_is_sent_again_by_the_next_sweep(night):
    night.beat(CELERY_QUEUE=f"{night.queue}_lost")
    assert list(night.states().values()) == ["waiting"] * 25

    night.beat()

    night.wait_for(all_done)
    assert {attempt for _, attempt, _, _ in night.jobs().values()} == {1}


def test_a_ward_that_fails_is_shown_as_failed_and_the_others_finish(night):
    night.site.query("REVOKE SELECT ON nishi.kpis_result FROM w_nishi")
    try:
        night.beat()
        night.wait_for(
            lambda n: (
                n.jobs()["nishi"][2]
                and all(s == "done" for w, s in n.states().items() if w != "nishi")
            )
        )
    finally:
        night.site.query("GRANT SELECT ON nishi.kpis_result TO w_nishi")
    state, attempt, error, _ = night.jobs()["nishi"]
    assert (state, attempt) == ("waiting", 1)
    assert "permission denied" in error

    night.make_due("nishi")
    night.beat()

    night.wait_for(all_done)
    assert night.jobs()["nishi"][1:3] == (2, "")


def test_a_message_that_names_no_ward_runs_nowhere(night):
    before = Path(night.log.name).stat().st_size
    send = (
        "import django; django.setup()\n"
        "from wards.tasks import run_job\n"
        "run_job.apply_async(args=[1], kwargs={})\n"
        "run_job.apply_async(args=[1], kwargs={'ward': 'kyoto'})\n"
    )
    subprocess.run([sys.executable, "-c", send], cwd=ROOT, env=night.environment, check=True)

    night.wait_for(lambda n: Path(n.log.name).read_bytes()[before:].count(b"UnknownWardError") >= 2)
    assert night.jobs() == {}


def test_the_beat_sends_the_dispatcher_at_two_and_sweeps_every_half_minute():
    schedule = settings.CELERY_BEAT_SCHEDULE

    assert {name: entry["task"].rpartition(".")[2] for name, entry in schedule.items()} == {
        "recompute-every-ward": "dispatch_due_jobs",
        "sweep-jobs": "dispatch_due_jobs",
        "wake-outboxes": "dispatch_due_mail",
    }
    at_two = schedule["recompute-every-ward"]["schedule"]
    assert (at_two.hour, at_two.minute) == ({2}, {0})
    assert settings.CELERY_TIMEZONE == "Asia/Tokyo"
    assert schedule["sweep-jobs"]["schedule"] <= 60
    assert schedule["wake-outboxes"]["schedule"] <= 5
