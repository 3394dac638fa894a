"""A file of areas, councils or rosters between its arrival and the moment it is taken in."""

import uuid

import pghistory
from django.conf import settings
from django.db import models

from councils.choices import RosterKind
from wards.models import WardRow


# Names and addresses stand in the lines: they go with the row, and so have no history.
@pghistory.track(exclude=["lines", "file_name"])
class RosterFile(WardRow):
    """A file whose differences were shown to who brought it; gone once taken in, or after a day."""

    id = models.UUIDField("番号", primary_key=True, default=uuid.uuid4, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="取り込む職員"
    )
    kind = models.CharField("種類", max_length=20, choices=RosterKind)
    file_name = models.CharField("ファイルの名前", max_length=200)
    lines = models.JSONField("行", default=list)
    fingerprint = models.CharField("差分の照合値", max_length=64)
    made_at = models.DateTimeField("受付日時")

    class Meta:
        verbose_name = "名簿のファイル"
        verbose_name_plural = "名簿のファイル"
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.file_name
