"""The job table: whatever dies, one good row per ward and day remains (SECURITY F3–F8)."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kpis.catalog.models import Indicator
from kpis.models import Result
from osaka_kusei.citywide import tasks as city_tasks
from wards import clock, jobs
from wards.models import Job, Ward
from wards.tasks import WardTask, run_job

DAY = date(2026, 11, 21)
OSAKA = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def job(kita):
    """Tonight's recompute of 北区, waiting."""
    return jobs.ask_for(kita, "recompute_progress", day=DAY)


@pytest.fixture
def broken_work():
    """Work that always fails, for as long as the test lasts."""

    def fail(row):
        Result.objects.update(note="half done")
        raise RuntimeError("壊れた処理")

    jobs.job("broken_work", "壊れた処理")(fail)
    yield "broken_work"
    del jobs._works["broken_work"]


def test_asking_twice_makes_one_row(kita):
    first = jobs.ask_for(kita, "recompute_progress", day=DAY)
    second = jobs.ask_for(kita, "recompute_progress", day=DAY)

    assert first.pk == second.pk


def test_the_database_itself_allows_one_row_per_ward_and_day(job):
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(ward_id=job.ward_id, name=job.name, day=DAY, not_before=timezone.now())


def test_done_work_notes_what_it_did(job, kita):
    Result.objects.create(
        fiscal_year=2016, indicator=Indicator.objects.get(code="1-1-a"), actual="32.3"
    )

    done = jobs.do_job(job.pk)

    job.refresh_from_db()
    assert done.pk == job.pk
    assert (job.state, job.attempt, job.result) == ("done", 1, {"rows": 1, "changed": 1})
    assert job.finished_at >= job.started_at
    assert job.lease_until is None


def test_a_second_worker_leaves_a_job_that_is_being_done(job):
    assert Job.objects.filter(pk=job.pk).take(timezone.now())
    assert jobs.do_job(job.pk) is None


def test_a_job_is_done_in_its_own_ward_only(job, enter):
    enter("osaka")

    assert jobs.do_job(job.pk) is None
    job.refresh_from_db()
    assert job.attempt == 0


def test_the_wake_up_is_sent_when_the_job_stands_in_the_table_and_not_before(
    kita, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(run_job, "apply_async", lambda args, **_: sent.append(args))
    monkeypatch.setattr(WardTask, "silent_until", 0.0)

    with django_capture_on_commit_callbacks(execute=True):
        row = jobs.ask_for(kita, "recompute_progress", day=DAY)
        jobs.wake_workers(row)
        assert sent == []

    assert sent == [(row.pk,)]


def test_a_broker_that_just_failed_is_left_alone_for_a_while(kita, monkeypatch):
    asked = []

    def hang(*args, **kwargs):
        asked.append(args)
        raise OSError("timed out")

    monkeypatch.setattr(run_job, "apply_async", hang)
    monkeypatch.setattr(WardTask, "silent_until", 0.0)

    assert [run_job.wake("kita", number) for number in range(24)] == [False] * 24
    assert len(asked) == 1


def test_done_work_is_not_done_again(job):
    jobs.do_job(job.pk)

    assert jobs.do_job(job.pk) is None
    job.refresh_from_db()
    assert job.attempt == 1


def test_a_worker_that_goes_silent_loses_the_job_after_its_lease(job):
    before = timezone.now()
    Job.objects.filter(pk=job.pk).take(before)

    too_early = Job.objects.filter(pk=job.pk).claimable(before + Job.LEASE)
    in_time = Job.objects.filter(pk=job.pk).claimable(before + Job.LEASE + timedelta(seconds=1))

    assert (too_early.exists(), in_time.exists()) == (False, True)


def test_a_worker_that_outlived_its_lease_cannot_end_the_job_of_the_next(job):
    now = timezone.now()
    Job.objects.filter(pk=job.pk).take(now - timedelta(minutes=10))
    late = Job.objects.get(pk=job.pk)
    Job.objects.filter(pk=job.pk).take(now)

    with pytest.raises(RuntimeError, match="taken over"):
        jobs._end(late, seconds=1, result={})


def test_failed_work_leaves_nothing_but_its_reason_and_is_tried_again_later(kita, broken_work):
    Result.objects.create(fiscal_year=2016, indicator=Indicator.objects.get(code="1-1-a"))
    row = jobs.ask_for(kita, broken_work, day=DAY)

    with pytest.raises(RuntimeError):
        jobs.do_job(row.pk)

    row.refresh_from_db()
    assert (row.state, row.error) == ("waiting", "RuntimeError: 壊れた処理")
    assert row.not_before > timezone.now()
    assert not Result.objects.exclude(note="").exists()


def test_work_that_fails_five_times_is_given_up_and_shown(kita, broken_work):
    row = jobs.ask_for(kita, broken_work, day=DAY)
    for _ in range(Job.MAXIMUM_ATTEMPTS):
        Job.objects.filter(pk=row.pk).update(not_before=timezone.now() - timedelta(seconds=1))
        with pytest.raises(RuntimeError):
            jobs.do_job(row.pk)

    row.refresh_from_db()
    assert (row.state, row.attempt) == ("failed", 5)
    assert jobs.do_job(row.pk) is None


def test_recompute_now_opens_the_days_row_again_instead_of_adding_one(job, kita):
    jobs.do_job(job.pk)

    again = jobs.ask_for(kita, "recompute_progress", day=DAY, again=True)

    assert (again.pk, again.state, again.attempt) == (job.pk, "waiting", 0)
    assert again.last_done_at is not None
    assert jobs.do_job(job.pk).pk == job.pk


@pytest.fixture
def messages(monkeypatch):
    """Collect the wake-ups instead of sending them: the broker is tried in the nightly test."""
    sent = []
    monkeypatch.setattr(run_job, "wake", lambda ward, job_id: sent.append((ward, job_id)) or True)
    return sent


@pytest.mark.parametrize(
    ("hour", "minute", "nights", "mornings"),
    [(1, 59, 0, 0), (2, 0, 25, 0), (6, 59, 25, 0), (7, 0, 25, 24), (23, 59, 25, 24)],
)
def test_the_days_rows_are_made_from_two_and_from_seven_oclock_in_osaka(
    city, monkeypatch, messages, hour, minute, nights, mornings
):
    moment = timezone.datetime(2026, 11, 21, hour, minute, tzinfo=OSAKA)
    monkeypatch.setattr(clock, "now", lambda: moment)
    monkeypatch.setattr(clock, "today", lambda: moment.date())

    city_tasks.dispatch_due_jobs()
    city_tasks.dispatch_due_jobs()

    rows, local_time = Job.objects.filter(day=DAY), moment.time()
    assert rows.filter(name="recompute_progress").count() == nights
    # 本庁 has no desk.
    assert rows.filter(name="morning_mail").exclude(ward__slug="osaka").count() == mornings
    offices = sum(local_time >= at for _, at in city_tasks.JOBS_OF_EVERY_OFFICE)
    wards = sum(local_time >= at for _, at in city_tasks.JOBS_OF_EVERY_WARD)
    assert rows.count() == len(set(messages)) == 25 * offices + 24 * wards


def test_a_beat_that_finds_the_nights_rows_asks_few_questions(
    city, monkeypatch, messages, django_assert_max_num_queries
):
    moment = timezone.datetime(2026, 11, 21, 9, 30, tzinfo=OSAKA)
    monkeypatch.setattr(clock, "now", lambda: moment)
    monkeypatch.setattr(clock, "today", lambda: moment.date())
    city_tasks.dispatch_due_jobs()
    rows = set(Job.objects.values_list("pk", flat=True))

    # The schema, the wards without a row, what ended too early, what was decided on referrals (as
    # the city, there and back), what died, what is due.
    with django_assert_max_num_queries(8):
        city_tasks.dispatch_due_jobs()

    assert set(Job.objects.values_list("pk", flat=True)) == rows


def test_the_night_makes_the_rows_that_are_missing_beside_those_that_are_there(
    city, monkeypatch, messages
):
    moment = timezone.datetime(2026, 11, 21, 2, 0, tzinfo=OSAKA)
    monkeypatch.setattr(clock, "now", lambda: moment)
    monkeypatch.setattr(clock, "today", lambda: DAY)
    by_hand = jobs.ask_for(Ward.objects.get(slug="kita"), "recompute_progress", day=DAY)

    city_tasks.dispatch_due_jobs()

    assert Job.objects.filter(day=DAY, key="").count() == 25
    assert Job.objects.get(ward=by_hand.ward, day=DAY).pk == by_hand.pk


def test_the_first_quarter_of_the_day_is_still_yesterday_in_utc_but_today_in_osaka(
    city, monkeypatch, messages
):
    moment = timezone.datetime(2026, 11, 20, 17, 30, tzinfo=ZoneInfo("UTC"))
    monkeypatch.setattr(clock, "now", lambda: moment)
    monkeypatch.setattr(clock, "today", lambda: moment.astimezone(OSAKA).date())

    city_tasks.dispatch_due_jobs()

    assert set(Job.objects.values_list("day", flat=True)) == {DAY}


def test_a_morning_mail_asked_for_by_hand_at_six_is_not_the_mornings(city, monkeypatch, messages):
    row = jobs.ask_for(Ward.objects.get(slug="kita"), "morning_mail", day=DAY)
    at_six = timezone.datetime(2026, 11, 21, 6, 0, tzinfo=OSAKA)
    Job.objects.filter(pk=row.pk).update(state="done", started_at=at_six)
    moment = timezone.datetime(2026, 11, 21, 6, 30, tzinfo=OSAKA)
    monkeypatch.setattr(clock, "now", lambda: moment)
    monkeypatch.setattr(clock, "today", lambda: DAY)

    city_tasks.dispatch_due_jobs()
    row.refresh_from_db()
    assert row.state == "done"

    moment += timedelta(minutes=31)
    city_tasks.dispatch_due_jobs()
    row.refresh_from_db()
    assert row.state == "waiting"


@pytest.mark.parametrize("ended", ["done", "failed"])
@pytest.mark.parametrize(("begun_at", "is_due"), [((1, 59), True), ((2, 0), False)])
def test_a_recompute_by_hand_before_two_oclock_does_not_stand_for_the_night(
    city, monkeypatch, messages, begun_at, is_due, ended
):
    row = jobs.ask_for(Ward.objects.get(slug="kita"), "recompute_progress", day=DAY)
    Job.objects.filter(pk=row.pk).update(
        state=ended,
        attempt=5,
        started_at=timezone.datetime(2026, 11, 21, *begun_at, tzinfo=OSAKA),
    )
    moment = timezone.datetime(2026, 11, 21, 2, 0, 1, tzinfo=OSAKA)
    monkeypatch.setattr(clock, "now", lambda: moment)
    monkeypatch.setattr(clock, "today", lambda: DAY)

    city_tasks.dispatch_due_jobs()

    row.refresh_from_db()
    assert (row.state, row.attempt) == (("waiting", 0) if is_due else (ended, 5))


def test_a_job_whose_workers_died_to_the_limit_is_given_up(city, messages):
    row = jobs.ask_for(Ward.objects.get(slug="kita"), "recompute_progress", day=date(2026, 1, 1))
    Job.objects.filter(pk=row.pk).update(
        state=Job.State.RUNNING, attempt=5, lease_until=timezone.now() - timedelta(minutes=1)
    )

    city_tasks.dispatch_due_jobs()

    row.refresh_from_db()
    assert row.state == "failed"
    assert "打ち切りました" in row.error


def test_a_recompute_waits_for_the_one_that_is_running(kita):
    jobs.do_job(jobs.ask_for(kita, "recompute_progress", day=DAY).pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        assert cursor.fetchone()[0] >= 1
