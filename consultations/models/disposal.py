"""廃棄の証明: what remains of a case when its time of keeping is over."""

import pghistory
from django.db import models

from consultations.choices import CaseState, IntakeChannel
from wards.models import WardRow


@pghistory.track()
class DisposalCertificate(WardRow):
    """That a case was disposed of, when and by which class; nothing of what was said or by whom."""

    number = models.CharField("受付番号", max_length=40, unique=True)
    category_name = models.CharField("分野", max_length=60)
    intake_channel = models.CharField("受付経路", max_length=20, choices=IntakeChannel)
    received_on = models.DateField("受付日")
    due_on = models.DateField("回答期限")
    answered_on = models.DateField("回答日", null=True, blank=True)
    closed_on = models.DateField("終了日")
    final_state = models.CharField("終了時の状態", max_length=20, choices=CaseState)
    handovers = models.PositiveSmallIntegerField("引継ぎの回数", default=0)
    retention_name = models.CharField("保存期間", max_length=20)
    disposed_on = models.DateField("廃棄日")
    files = models.PositiveSmallIntegerField("廃棄した添付の数", default=0)

    class Meta:
        verbose_name = "廃棄の証明"
        verbose_name_plural = "廃棄の証明"
        ordering = ["-disposed_on", "number"]

    def __str__(self) -> str:
        return self.number
