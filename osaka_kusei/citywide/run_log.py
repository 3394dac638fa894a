"""The run log: whether each ward's night ended well, today and in the fortnight before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kpis.jobs import RECOMPUTE
from osaka_kusei.citywide.tasks import JOBS_OF_EVERY_WARD
from wards import clock
from wards.jobs import job_label
from wards.models import Job, Ward

DAYS_SHOWN = 15
NOT_ASKED = "none"
# The list begins with what somebody has to look at.
_ORDER = (Job.State.FAILED, Job.State.RUNNING, Job.State.WAITING, NOT_ASKED, Job.State.DONE)
_WORDS = {
    Job.State.DONE: ("完了", "good", "●"),
    Job.State.FAILED: ("失敗", "bad", "×"),
    Job.State.RUNNING: ("実行中", "info", "▶"),
    Job.State.WAITING: ("待機", "plain", "…"),
    NOT_ASKED: ("未登録", "plain", "—"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One ward's run of one day."""

    slug: str
    ward: str
    label: str
    state: str
    attempt: int
    seconds: float | None
    rows: int | None
    changed: int | None
    finished_at: datetime | None
    next_at: datetime | None
    reason: str
    detail: str
    asked_by: str

    @property
    def word(self) -> str:
        """Return the state in one word."""
        return _WORDS[self.state][0]

    @property
    def tone(self) -> str:
        """Return the tone of the badge."""
        return _WORDS[self.state][1]

    @property
    def mark(self) -> str:
        """Return the mark of the badge."""
        return _WORDS[self.state][2]


@dataclass(frozen=True, slots=True)
class Night:
    """How the nightly runs of one day ended, over all wards."""

    day: date
    done: int
    failed: int
    open: int

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was asked for on the day."""
        return not (self.done or self.failed or self.open)


# What an exception means for people; the text itself is for the operator.
_SENTENCES = {
    "OperationalError": "データベースとの接続が切れました。",
    "InterfaceError": "データベースとの接続が切れました。",
    "DeadlockDetected": "ほかの処理と重なったため、中断しました。",
    "LockNotAvailable": "ほかの処理と重なったため、中断しました。",
    "QueryCanceled": "決められた時間内に終わりませんでした。",
    "SoftTimeLimitExceeded": "決められた時間内に終わりませんでした。",
}


def _sentence(error: str) -> str:
    if not error or error.endswith("。"):
        return error
    return _SENTENCES.get(error.split(":")[0], "処理の途中でエラーが起きました。")


def _run(ward: Ward, job: Job | None, label: str) -> Run:
    office = "本庁" if ward.is_headquarters else ward.name
    if job is None:
        return Run(ward.slug, office, label, NOT_ASKED, 0, None, None, None, None, None, "", "", "")
    put_off = job.state == Job.State.WAITING and job.attempt
    return Run(
        slug=ward.slug,
        ward=office,
        label=label,
        state=job.state,
        attempt=job.attempt,
        seconds=job.seconds if job.state in {Job.State.DONE, Job.State.FAILED} else None,
        rows=job.result.get("rows") if job.state == Job.State.DONE else None,
        changed=job.rows_changed if job.state == Job.State.DONE else None,
        finished_at=job.finished_at,
        next_at=job.not_before if put_off else None,
        reason=_sentence(job.error),
        detail="" if job.error.endswith("。") else job.error,
        asked_by=str(job.requested_by or ""),
    )


def nightly_runs(day: date) -> list[Run]:
    """Return the nightly run of 本庁 and the 24 wards on a day, failed ones first."""
    jobs = {
        job.ward_id: job
        for job in Job.objects.filter(name=RECOMPUTE, day=day, key="").select_related(
            "requested_by"
        )
    }
    label = job_label(RECOMPUTE)
    runs = [_run(ward, jobs.get(ward.pk), label) for ward in Ward.objects.order_by("order")]
    return sorted(runs, key=lambda run: _ORDER.index(run.state))


def other_runs(day: date) -> list[Run]:
    """Return what people asked for on a day, and which daily work of a ward went wrong, newest first."""
    jobs = Job.objects.filter(day=day).exclude(name=RECOMPUTE, key="")
    daily = [name for name, _ in JOBS_OF_EVERY_WARD]
    jobs = jobs.exclude(name__in=daily, requested_by=None, error="")
    jobs = jobs.select_related("ward", "requested_by").order_by("-pk")
    return [_run(job.ward, job, job_label(job.name)) for job in jobs[:100]]


def nights(today: date) -> list[Night]:
    """Return the fortnight's nights in counts, today first."""
    first = today - timedelta(days=DAYS_SHOWN - 1)
    counts: dict[date, dict[str, int]] = {}
    jobs = Job.objects.filter(name=RECOMPUTE, key="", day__gte=first, day__lte=today)
    for day, state in jobs.values_list("day", "state"):
        states = counts.setdefault(day, {})
        states[state] = states.get(state, 0) + 1
    found = []
    for back in range(DAYS_SHOWN):
        day = today - timedelta(days=back)
        states = counts.get(day, {})
        found.append(
            Night(
                day=day,
                done=states.get(Job.State.DONE, 0),
                failed=states.get(Job.State.FAILED, 0),
                open=states.get(Job.State.WAITING, 0) + states.get(Job.State.RUNNING, 0),
            )
        )
    return found


def failed_tonight() -> list[str]:
    """Name the offices whose run of today failed or is put off after a failure."""
    return [run.ward for run in nightly_runs(clock.today()) if run.reason]
