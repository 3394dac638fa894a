"""委員評価シート: what members say about plan items; published together and without names."""

import pghistory
from django.conf import settings
from django.db import models
from django.urls import reverse

from councils.forum.choices import Rating
from wards.models import WardRow


@pghistory.track()
class EvaluationSheet(WardRow):
    """委員評価シート: asked of the members at a session, filled in until a day."""

    session = models.ForeignKey(
        "ward_forum.ForumSession", models.PROTECT, related_name="sheets", verbose_name="会議"
    )
    title = models.CharField("件名", max_length=100)
    due_on = models.DateField("提出の期限")
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
        verbose_name = "委員評価シート"
        verbose_name_plural = "委員評価シート"
        ordering = ["-due_on", "-pk"]
        permissions = [("publish_evaluationsheet", "委員評価一覧を公表する")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the staff page of the sheet."""
        return reverse("admin:ward_forum_evaluationsheet_change", args=[self.pk])


@pghistory.track()
class EvaluationItem(WardRow):
    """評価の項目: a plan item, or the session itself."""

    sheet = models.ForeignKey(
        EvaluationSheet, models.CASCADE, related_name="items", verbose_name="委員評価シート"
    )
    number = models.PositiveSmallIntegerField("番号")
    title = models.CharField("項目", max_length=200)

    class Meta:
        verbose_name = "評価の項目"
        verbose_name_plural = "評価の項目"
        ordering = ["sheet", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "number"],
                name="one_evaluation_item_per_number",
                violation_error_message="この番号の項目が、すでにあります。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


@pghistory.track()
class MemberEvaluation(WardRow):
    """委員の評価: of one member about one item; whose it is, is known to the office alone."""

    item = models.ForeignKey(
        EvaluationItem, models.CASCADE, related_name="evaluations", verbose_name="評価の項目"
    )
    member = models.ForeignKey(
        "ward_forum.ForumMember", models.PROTECT, related_name="evaluations", verbose_name="委員"
    )
    rating = models.CharField("評価", max_length=10, choices=Rating)
    comment = models.TextField("意見", blank=True)

    class Meta:
        verbose_name = "委員の評価"
        verbose_name_plural = "委員の評価"
        ordering = ["item", "member"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "member"],
                name="one_evaluation_per_member_and_item",
                violation_error_message="この委員の評価は、すでに入力されています。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item}の評価"
