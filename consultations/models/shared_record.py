"""情報共有カルテ: the thread of a case, and its handovers."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations.choices import CaseState, EntryKind, HandoverKind, HandoverState
from wards.models import WardRow


class EntryQuerySet(models.QuerySet):
    """Questions about the thread."""

    def moves(self):
        """Keep the changes of state that stand, the latest first."""
        return self.filter(kind=EntryKind.MOVE, withdrawn_at=None).order_by("-at", "-pk")


@pghistory.track()
class Entry(WardRow):
    """One line of the thread: what happened or was said, by whom, when.

    Nothing is rewritten: what was wrong is withdrawn with a reason, and both stay.
    """

    consultation = models.ForeignKey(
        "consultations.Consultation", models.CASCADE, related_name="entries", verbose_name="案件"
    )
    kind = models.CharField("種類", max_length=20, choices=EntryKind)
    text = models.TextField("内容", blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="書いた人",
    )
    author_label = models.CharField(
        "書いた人の表示", max_length=60, blank=True, help_text="市民や他の役所のときの表示です。"
    )
    at = models.DateTimeField("日時")
    move = models.CharField("手続き", max_length=20, blank=True)
    from_state = models.CharField("前の状態", max_length=20, choices=CaseState, blank=True)
    to_state = models.CharField("後の状態", max_length=20, choices=CaseState, blank=True)
    former_section = models.ForeignKey(
        "consultations.Section",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="前の課",
    )
    former_assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="前の担当者",
    )
    withdrawn_at = models.DateTimeField("取消日時", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="取り消した人",
    )
    withdrawn_reason = models.TextField("取消の理由", blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "カルテの記録"
        verbose_name_plural = "カルテの記録"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
                name="a_withdrawal_gives_its_reason",
                violation_error_message="取り消す理由を入力してください。",
            )
        ]
        indexes = [models.Index(fields=["consultation", "at"], name="entry_by_case")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"


class HandoverQuerySet(models.QuerySet):
    """Questions about handovers."""

    def waiting(self):
        """Keep those whose receiver has still to answer or return."""
        return self.filter(state__in=(HandoverState.SENT, HandoverState.ACCEPTED))


@pghistory.track()
class Handover(WardRow):
    """引継ぎ to a section, an office, another ward or a bureau; the original clock goes on."""

    consultation = models.ForeignKey(
        "consultations.Consultation", models.CASCADE, related_name="handovers", verbose_name="案件"
    )
    kind = models.CharField("引継ぎ先の種類", max_length=10, choices=HandoverKind)
    section = models.ForeignKey(
        "consultations.Section",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="課",
    )
    office = models.ForeignKey(
        "wards.Office",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="事業所",
    )
    ward = models.ForeignKey(
        "wards.Ward",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="他の区",
    )
    bureau = models.ForeignKey(
        "wards.Bureau",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="局",
    )
    referral_id = models.UUIDField(
        "共有の番号", null=True, blank=True, unique=True, help_text="区・局への引継ぎの番号です。"
    )
    reason = models.TextField("理由")
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="引き継いだ人",
    )
    sent_at = models.DateTimeField("引継ぎ日時")
    state = models.CharField(
        "状態", max_length=10, choices=HandoverState, default=HandoverState.SENT
    )
    decided_by_label = models.CharField("応じた人", max_length=60, blank=True)
    decided_at = models.DateTimeField("応じた日時", null=True, blank=True)
    answer = models.TextField("報告または返却の理由", blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = "引継ぎ"
        verbose_name_plural = "引継ぎ"
        ordering = ["sent_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind="section", section__isnull=False, office=None, ward=None, bureau=None)
                    | Q(kind="office", section=None, office__isnull=False, ward=None, bureau=None)
                    | Q(kind="ward", section=None, office=None, ward__isnull=False, bureau=None)
                    | Q(kind="bureau", section=None, office=None, ward=None, bureau__isnull=False)
                ),
                name="a_handover_has_one_receiver",
                violation_error_message="引継ぎ先を一つ選んでください。",
            )
        ]
        indexes = [
            models.Index(fields=["office", "state"], name="handover_by_office"),
            models.Index(fields=["consultation", "sent_at"], name="handover_by_case"),
        ]

    def __str__(self) -> str:
        return f"{self.receiver}への引継ぎ"

    @property
    def receiver(self):
        """Return the section, office, ward or bureau."""
        return self.section or self.office or self.ward or self.bureau

    @property
    def is_waiting(self) -> bool:
        """Say whether the receiver has still to answer or return."""
        return self.state in (HandoverState.SENT, HandoverState.ACCEPTED)
