"""地域懇談会・車座会議・区民モニター・アンケート: a light record, because they feed the same ledger."""

import pghistory
from django.db import models
from django.urls import reverse

from councils.forum.choices import GatheringKind
from wards.models import WardRow


@pghistory.track()
class Gathering(WardRow):
    """懇談会など: when, where, how many, about what."""

    kind = models.CharField("種類", max_length=10, choices=GatheringKind)
    title = models.CharField("件名", max_length=100)
    held_on = models.DateField("開いた日・締め切った日")
    place = models.CharField("場所", max_length=120, blank=True)
    participants = models.PositiveIntegerField("参加者数・回答者数")
    themes = models.CharField("テーマ", max_length=300)
    note = models.TextField("概要", blank=True)
    is_public = models.BooleanField("公表する", default=False)
    is_demo = models.BooleanField("見本", default=False, editable=False)

    class Meta:
        verbose_name = "懇談会など"
        verbose_name_plural = "懇談会など"
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the staff page of the gathering."""
        return reverse("admin:ward_forum_gathering_change", args=[self.pk])
