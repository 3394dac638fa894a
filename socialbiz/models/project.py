"""社会的ビジネス: the city's own work, carried by those who do it better."""

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse

from socialbiz.choices import ContractForm
from socialbiz.models.undertaking import Undertaking


@pghistory.track()
class CommissionedProject(Undertaking):
    """社会的ビジネス: work that the administration answers for, handed to an operator.

    It is no kind of venture, and counted by another 成果指標 (1-3-c); the venture it came of, where
    there is one, is named.
    """

    venture = models.ForeignKey(
        "socialbiz.Venture",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name="元になったCB/SB",
    )
    section = models.CharField("担当課", max_length=60)
    contract_form = models.CharField("契約の形", max_length=12, choices=ContractForm)
    yen = models.BigIntegerField("年額（円）", null=True, blank=True)
    why = models.TextField("任せる理由")
    sharing = models.TextField("責任とリスクの分担")

    class Meta(Undertaking.Meta):
        verbose_name = "社会的ビジネス"
        verbose_name_plural = "社会的ビジネス"
        constraints = [
            *Undertaking.Meta.constraints,
            models.CheckConstraint(
                condition=Q(yen=None) | Q(yen__gte=0),
                name="a_project_costs_nothing_or_more",
                violation_error_message="年額は0円以上にしてください。",
            ),
            models.CheckConstraint(
                condition=~Q(sharing="") & ~Q(why=""),
                name="a_project_says_why_and_who_answers",
                violation_error_message="任せる理由と、責任とリスクの分担を入力してください。",
            ),
        ]

    def get_absolute_url(self) -> str:
        """Return the staff page of the project."""
        return reverse("admin:socialbiz_commissionedproject_change", args=[self.pk])
