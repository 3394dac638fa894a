"""担い手: who carries a venture or a commissioned project."""

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse

from socialbiz.choices import OperatorKind
from wards.models import WardRow


@pghistory.track()
class Operator(WardRow):
    """担い手: a council, an NPO, a company, a group; known once, whatever it carries."""

    name = models.CharField("名称", max_length=100)
    name_key = models.CharField("名称（検索用）", max_length=200, editable=False)
    kind = models.CharField("種類", max_length=12, choices=OperatorKind)
    council = models.ForeignKey(
        "councils.CommunityCouncil",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="地域活動協議会",
    )
    address = models.CharField("事務所の所在地", max_length=200, blank=True)
    url = models.URLField("ホームページ", max_length=200, blank=True)
    is_demo = models.BooleanField("見本", default=False, editable=False)

    class Meta:
        verbose_name = "担い手"
        verbose_name_plural = "担い手"
        ordering = ["name_key", "pk"]
        permissions = [("export_operator", "担い手・CB/SB・社会的ビジネスをファイルに書き出せる")]
        constraints = [
            models.UniqueConstraint(
                fields=["name_key"],
                name="one_operator_of_a_name",
                violation_error_message="同じ名称の担い手が、すでに登録されています。",
            ),
            models.CheckConstraint(
                condition=Q(kind=OperatorKind.COUNCIL, council__isnull=False)
                | (~Q(kind=OperatorKind.COUNCIL) & Q(council=None)),
                name="an_operator_is_a_council_or_names_none",
                violation_error_message="種類が「地域活動協議会」のときだけ、協議会を選んでください。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the staff page of the operator."""
        return reverse("admin:socialbiz_operator_change", args=[self.pk])
