"""一括更新: a file of changes between its arrival and what became of it."""

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from wards.models import WardRow


# Drafts stand in the lines and differences: they go with the row, and so have no history.
@pghistory.track(exclude=["lines", "rows", "problems", "file_name"])
class BulkUpdate(WardRow):
    """A file that changes many cases: tried, shown to who brought it, done in whole or not at all.

    It is that person's alone, and lives some days: long enough to take the former values away.
    """

    class State(models.TextChoices):
        """Where the file stands."""

        CHECKING = "checking", "検査中"
        CHECKED = "checked", "検査済"
        APPLYING = "applying", "更新中"
        APPLIED = "applied", "更新済"

    id = models.UUIDField("番号", primary_key=True, default=uuid.uuid4, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="更新する職員"
    )
    file_name = models.CharField("ファイルの名前", max_length=200)
    state = models.CharField("状態", max_length=10, choices=State, default=State.CHECKING)
    lines = models.JSONField("行", default=list, help_text="更新が済むと空になります。")
    rows = models.JSONField("差分", default=list)
    problems = models.JSONField("直す行", default=list)
    fingerprint = models.CharField("差分の照合値", max_length=64, blank=True)
    is_stale = models.BooleanField(
        "差分が変わった",
        default=False,
        help_text="差分を表示したあとに案件が変わり、検査し直したことを示します。",
    )
    made_at = models.DateTimeField("受付日時")
    applied_at = models.DateTimeField("更新日時", null=True, blank=True)

    class Meta:
        verbose_name = "一括更新"
        verbose_name_plural = "一括更新"
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(applied_at__isnull=False),
                name="applied_bulk_update_says_when",
                violation_error_message="更新済の一括更新には更新日時が必要です。",
            )
        ]

    def __str__(self) -> str:
        return self.file_name
