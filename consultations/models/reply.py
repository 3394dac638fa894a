"""回答: drafts, decisions, and how they reached the citizen."""

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from consultations.choices import DeliveredBy, ReplyKind, ResponseKind
from consultations.reply_texts import faults_of_template
from wards.models import WardRow


@pghistory.track()
class ReplyTemplate(WardRow):
    """A ward's own 回答のひな形; with the code of a city template it stands in its place."""

    code = models.SlugField(
        "略称",
        max_length=40,
        unique=True,
        help_text="全市のひな形と同じ略称にすると、置き換わります。",
    )
    title = models.CharField("題名", max_length=80)
    body = models.TextField(
        "本文",
        help_text="{受付番号}{受付日}{件名}{回答する課}{期限}{区役所名}は、案件の値に置き換わります。",
    )
    plain_body = models.TextField("やさしい日本語の本文", blank=True)
    is_active = models.BooleanField("使用する", default=True)

    class Meta:
        verbose_name = "回答のひな形"
        verbose_name_plural = "回答のひな形"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a text that no case can fill in, whichever way it comes."""
        faults = {name: faults_of_template(getattr(self, name)) for name in ("body", "plain_body")}
        if found := {name: of_text for name, of_text in faults.items() if of_text}:
            raise ValidationError(found)


class ReplyQuerySet(models.QuerySet):
    """Questions about answers."""

    def final(self):
        """Keep the answers themselves, without 中間回答."""
        return self.filter(kind=ReplyKind.FINAL)

    def sent(self):
        """Keep what was decided and went out."""
        return self.exclude(sent_at=None)

    def undelivered(self):
        """Keep what was decided, stands, and has not reached the citizen yet."""
        return self.filter(sent_at__isnull=False, withdrawn_at=None, delivered_by="")

    def open_draft(self):
        """Return the 回答案 that waits to be decided, of the one case asked about; None without one."""
        return self.final().filter(sent_at=None).first()


@pghistory.track()
class Reply(WardRow):
    """An answer or 中間回答 from its draft to its delivery."""

    consultation = models.ForeignKey(
        "consultations.Consultation", models.CASCADE, related_name="replies", verbose_name="案件"
    )
    kind = models.CharField("種類", max_length=10, choices=ReplyKind, default=ReplyKind.FINAL)
    text = models.TextField("本文")
    response_kind = models.CharField(
        "対応の種別", max_length=20, choices=ResponseKind, default=ResponseKind.EXPLAINED
    )
    template_code = models.CharField("使ったひな形", max_length=40, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="起案者"
    )
    drafted_at = models.DateTimeField("起案日時")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="決裁者",
    )
    sent_at = models.DateTimeField("回答日時", null=True, blank=True)
    delivered_by = models.CharField(
        "届けた方法",
        max_length=12,
        choices=DeliveredBy,
        blank=True,
        help_text="空欄は、まだ本人に届いていないことを示します。",
    )
    delivered_at = models.DateTimeField(
        "届けた日時",
        null=True,
        blank=True,
        help_text="職員が電話・郵便・窓口で届けて記録した日時です。電子メールの日時は送信メールにあります。",
    )
    withdrawn_at = models.DateTimeField(
        "取消日時", null=True, blank=True, help_text="回答の決裁を取り消した日時です。"
    )
    copied_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="束ねた先の回答",
    )

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = "回答"
        verbose_name_plural = "回答"
        ordering = ["drafted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"],
                condition=models.Q(kind="final", sent_at=None),
                name="one_open_draft_per_case",
                violation_error_message="回答案は一つの案件に一つです。",
            )
        ]
        indexes = [
            models.Index(fields=["template_code", "sent_at"], name="reply_by_template"),
            models.Index(
                fields=["consultation"],
                condition=models.Q(sent_at__isnull=False, withdrawn_at=None, delivered_by=""),
                name="reply_undelivered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.consultation.number}）"

    @property
    def is_undelivered(self) -> bool:
        """Say whether it was decided, stands, and has not reached the citizen yet."""
        return bool(self.sent_at) and self.withdrawn_at is None and not self.delivered_by
