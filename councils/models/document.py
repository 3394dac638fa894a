"""Papers of councils, kept outside every public address until the ward publishes them."""

import pghistory
from django.conf import settings
from django.db import models

from councils.choices import DocumentKind
from wards.models import WardRow


@pghistory.track()
class CouncilDocument(WardRow):
    """書類: an application form, a 規約, a roster, accounts; kept under a random name with its hash."""

    council = models.ForeignKey(
        "councils.CommunityCouncil",
        models.PROTECT,
        related_name="documents",
        verbose_name="協議会",
    )
    kind = models.CharField("種類", max_length=20, choices=DocumentKind)
    application = models.ForeignKey(
        "councils.CertificationApplication",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name="認定申請",
    )
    filing = models.ForeignKey(
        "councils.Filing",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name="年度の提出書類",
    )
    stored_name = models.CharField("保存名", max_length=100, unique=True)
    display_name = models.CharField("ファイル名", max_length=120)
    content_type = models.CharField("形式", max_length=60)
    size = models.PositiveIntegerField("大きさ（バイト）")
    sha256 = models.CharField("要約値", max_length=64)
    is_public = models.BooleanField(
        "公表する",
        default=False,
        help_text="個人の住所や電話番号が書かれた書類は公表しないでください。",
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="登録した職員",
    )
    added_at = models.DateTimeField("登録日時")

    class Meta:
        verbose_name = "協議会の書類"
        verbose_name_plural = "協議会の書類"
        ordering = ["-added_at", "-pk"]
        permissions = [("publish_councildocument", "協議会の書類を公表する")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.display_name}）"
