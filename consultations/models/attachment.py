"""添付: pictures and papers of a case, kept outside every public address."""

import pghistory
from django.db import models

from wards.models import WardRow


@pghistory.track()
class Attachment(WardRow):
    """A file of a case under a random name; pictures were written anew, without place and camera."""

    consultation = models.ForeignKey(
        "consultations.Consultation",
        models.CASCADE,
        related_name="attachments",
        verbose_name="案件",
    )
    stored_name = models.CharField("保存名", max_length=100, unique=True)
    display_name = models.CharField("ファイル名", max_length=120)
    content_type = models.CharField("形式", max_length=60)
    size = models.PositiveIntegerField("大きさ（バイト）")
    sha256 = models.CharField("要約値", max_length=64)
    is_original = models.BooleanField(
        "原本の写し", default=False, help_text="手紙やファクスの原本を読み取ったものです。"
    )
    added_at = models.DateTimeField("登録日時")

    class Meta:
        verbose_name = "添付"
        verbose_name_plural = "添付"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.display_name


@pghistory.track()
class WaitingFile(WardRow):
    """A file that a citizen chose, kept while they read the check page; swept when they never send."""

    submission_token = models.CharField("送信の区別", max_length=64, db_index=True)
    stored_name = models.CharField("保存名", max_length=100, unique=True)
    display_name = models.CharField("ファイル名", max_length=120)
    content_type = models.CharField("形式", max_length=60)
    size = models.PositiveIntegerField("大きさ（バイト）")
    sha256 = models.CharField("要約値", max_length=64)
    added_at = models.DateTimeField("登録日時")

    class Meta:
        verbose_name = "送信前の添付"
        verbose_name_plural = "送信前の添付"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.display_name
