"""Work that must happen once per ward and day, whatever the broker does."""

from datetime import timedelta

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q


class JobQuerySet(models.QuerySet):
    """Questions about jobs."""

    def claimable(self, now):
        """Keep what a worker may take: waiting and due, or taken by a worker that went silent."""
        return self.filter(attempt__lt=Job.MAXIMUM_ATTEMPTS).filter(
            Q(state=Job.State.WAITING, not_before__lte=now)
            | Q(state=Job.State.RUNNING, lease_until__lt=now)
        )

    def abandoned(self, now):
        """Keep what was tried to the limit and is still held by a worker that went silent."""
        return self.filter(
            attempt__gte=Job.MAXIMUM_ATTEMPTS, state=Job.State.RUNNING, lease_until__lt=now
        )

    def take(self, now) -> bool:
        """Take a lease on the one claimable job of this queryset; say whether it was free.

        One UPDATE decides between two workers: the loser's WHERE no longer holds.
        """
        return bool(
            self.claimable(now).update(
                state=Job.State.RUNNING,
                attempt=F("attempt") + 1,
                lease_until=now + Job.LEASE,
                started_at=now,
                finished_at=None,
                error="",
            )
        )


# Leases and retries are the noise of work; who asked, how it went and how it ended is history.
@pghistory.track(exclude=["lease_until", "not_before"])
class Job(models.Model):
    """One piece of work of one ward on one day: the truth about what ran (SECURITY §1.8).

    The broker only wakes workers. A lost message, a killed worker, a second beat or a missed 02:00
    all leave this row, and the sweep sends it again until it is done or given up.
    """

    MAXIMUM_ATTEMPTS = 5
    LEASE = timedelta(minutes=2)

    class State(models.TextChoices):
        """Where the work stands."""

        WAITING = "waiting", "待機中"
        RUNNING = "running", "実行中"
        DONE = "done", "完了"
        FAILED = "failed", "失敗"

    ward = models.ForeignKey("wards.Ward", models.PROTECT, related_name="jobs", verbose_name="区")
    name = models.CharField("処理", max_length=40)
    day = models.DateField("対象日")
    key = models.CharField("区別", max_length=60, blank=True, help_text="夜間処理は空欄です。")
    arguments = models.JSONField("引数", default=dict, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="依頼者"
    )
    state = models.CharField("状態", max_length=10, choices=State, default=State.WAITING)
    attempt = models.PositiveSmallIntegerField("試行回数", default=0)
    not_before = models.DateTimeField("次に試す時刻")
    lease_until = models.DateTimeField("占有の期限", null=True, blank=True)
    started_at = models.DateTimeField("開始", null=True, blank=True)
    finished_at = models.DateTimeField("終了", null=True, blank=True)
    last_done_at = models.DateTimeField(
        "最後に完了した時刻",
        null=True,
        blank=True,
        help_text="やり直しを頼んでも消えません。",
    )
    seconds = models.FloatField("所要秒数", null=True, blank=True)
    result = models.JSONField("結果", default=dict, blank=True)
    error = models.TextField("失敗の理由", blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "処理"
        verbose_name_plural = "処理"
        permissions = [("run_job", "夜間処理を今すぐ実行できる")]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "name", "day", "key"],
                name="one_job_per_ward_and_day",
                violation_error_message="この区のこの日の処理は、すでに登録されています。",
            )
        ]
        indexes = [models.Index(fields=["state", "not_before"], name="job_by_state")]

    def __str__(self) -> str:
        return f"{self.ward} {self.name} {self.day}"

    @property
    def rows_changed(self) -> int | None:
        """Return how many rows the work changed, once it is done."""
        return self.result.get("changed")
