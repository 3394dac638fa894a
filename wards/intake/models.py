"""What a ward remembers about those who hand something in: how often, never who."""

from django.db import models

from wards.models.ward_row import WardRow


class SubmissionWindow(WardRow):
    """How often one client handed something in since a moment; gone a few minutes later.

    One row per client and one for the ward as a whole, whose digest is the purpose (empty for what
    is handed in). It has no history: a history would keep what the row is made to forget
    (docs/decisions/0007).
    """

    client_digest = models.CharField("送信元の符号", max_length=64, unique=True, blank=True)
    started_at = models.DateTimeField("数え始めた時刻", db_index=True)
    count = models.PositiveIntegerField("件数", default=1)

    class Meta:
        verbose_name = "受付の間隔"
        verbose_name_plural = "受付の間隔"
        # Written by code alone: no role sees or changes these rows.
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.client_digest[:8] or '区全体'} {self.count}件"
