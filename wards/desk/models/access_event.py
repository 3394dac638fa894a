"""閲覧の記録: who looked at what."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from wards.desk.choices import AccessKind
from wards.models import WardRow


class AccessEvent(WardRow):
    """閲覧の記録: a person read personal data, took a file, or was refused (SECURITY C52, C58).

    Written once: the ending of the table's name takes UPDATE, DELETE and TRUNCATE away from the
    ward's database role (wards.database_roles), so that it needs no history of its own.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="職員",
    )
    at = models.DateTimeField("日時")
    what = models.CharField("操作", max_length=20, choices=AccessKind)
    about = models.CharField("対象", max_length=200, blank=True)
    detail = models.JSONField("詳細", default=dict, blank=True, encoder=DjangoJSONEncoder)
    address = models.CharField("接続元のアドレス", max_length=64, blank=True)

    class Meta:
        verbose_name = "閲覧の記録"
        verbose_name_plural = "閲覧の記録"
        ordering = ["-at", "-pk"]
        permissions = [("export_accessevent", "閲覧の記録をファイルに書き出せる")]
        indexes = [
            models.Index(fields=["at"], name="access_by_time"),
            models.Index(fields=["user", "at"], name="access_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.about}".strip()
