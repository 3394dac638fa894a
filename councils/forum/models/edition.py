"""区政会議の運営状況: the yearly publication (条例11条2項), frozen as numbered editions."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from wards.models import WardRow
from wards.wareki import wareki


@pghistory.track(exclude=["content"])
class ForumEdition(WardRow):
    """運営状況の公表: from 1 October to 30 September; what was published is kept word for word."""

    period_from = models.DateField("期間の初日")
    period_to = models.DateField("期間の末日")
    number = models.PositiveSmallIntegerField("版")
    # As generated: members, sessions, opinions, measures. Its hash is of the same text.
    content = models.JSONField("内容")
    sha256 = models.CharField("要約値", max_length=64)
    changes = models.TextField("前の版からの変更", blank=True)
    generated_at = models.DateTimeField("作成日時")
    generated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="作成した職員"
    )
    published_at = models.DateTimeField("公表日時", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="公表した人",
    )
    is_demo = models.BooleanField("見本", default=False, editable=False)

    class Meta:
        verbose_name = "運営状況の公表"
        verbose_name_plural = "運営状況の公表"
        ordering = ["-period_from", "-number"]
        permissions = [("publish_forumedition", "運営状況を確認し、公表する")]
        constraints = [
            models.UniqueConstraint(
                fields=["period_from", "number"],
                name="one_forum_edition_per_number",
                violation_error_message="この期間のこの版が、すでにあります。",
            ),
            models.UniqueConstraint(
                fields=["period_from"],
                condition=Q(published_at=None),
                name="one_unpublished_forum_edition",
                violation_error_message="この期間には、公表していない版があります。先に公表するか、作り直してください。",
            ),
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("generated_by")),
                name="a_forum_edition_has_two_people",
                violation_error_message="作成した人とは別の人が確認し、公表してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"区政会議の運営状況（{wareki(self.period_from)}から）第{self.number}版"

    def get_absolute_url(self) -> str:
        """Return the staff page of the edition."""
        return reverse("admin:ward_forum_forumedition_change", args=[self.pk])
