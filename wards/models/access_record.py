"""閲覧の記録: who looked at what, in a ward and at 本庁."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from wards.access_kinds import AccessKind


class AccessRecord(models.Model):
    """A person read personal data, took a file, or was refused (SECURITY C52, C58).

    Written once: the ending of the table's name takes UPDATE, DELETE and TRUNCATE away from the
    database role that writes it (wards.database_roles), so that it needs no history of its own.
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
        abstract = True
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.about}".strip()


class CityAccessEvent(AccessRecord):
    """閲覧の記録 of 本庁: what bureaus and 市民局 looked at. No ward reads it."""

    class Meta(AccessRecord.Meta):
        verbose_name = "閲覧の記録"
        verbose_name_plural = "閲覧の記録"
        permissions = [("export_cityaccessevent", "閲覧の記録をファイルに書き出せる")]
        indexes = [
            models.Index(fields=["at"], name="city_access_by_time"),
            models.Index(fields=["user", "at"], name="city_access_by_person"),
        ]
