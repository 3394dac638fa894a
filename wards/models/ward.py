"""The 24 wards, and 本庁 as the public schema's own row."""

import pghistory
from django.conf import settings
from django.db import models
from django_tenants.models import TenantMixin
from django_tenants.utils import get_public_schema_name


class WardQuerySet(models.QuerySet):
    """Questions about wards."""

    def in_official_order(self):
        """Keep the 24 wards, 北区 first: the city's own order, which is not that of the codes."""
        return self.exclude(schema_name=get_public_schema_name()).order_by("order")

    def headquarters(self):
        """Return 本庁, the row of the public schema."""
        return self.get(schema_name=get_public_schema_name())


@pghistory.track()
class Ward(TenantMixin):
    """A ward office with a schema of its own; the row of the public schema is 本庁 (大阪市)."""

    # Schemas and their roles are made by `create_wards`, which logs in as the owner.
    auto_create_schema = False

    slug = models.SlugField(
        "略称", max_length=40, unique=True, help_text="アドレスに使う英字です。"
    )
    name = models.CharField("区名", max_length=20)
    kana = models.CharField("ふりがな", max_length=40, blank=True)
    romaji = models.CharField("ローマ字", max_length=40, blank=True)
    code5 = models.CharField("団体コード（5桁）", max_length=5, unique=True)
    code6 = models.CharField("団体コード（6桁）", max_length=6, unique=True)
    order = models.PositiveSmallIntegerField("並び順", unique=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = "区"
        verbose_name_plural = "区"
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_headquarters(self) -> bool:
        """Say whether this is 本庁, the public schema."""
        return self.schema_name == get_public_schema_name()

    @property
    def host(self) -> str:
        """Return the host name that serves this ward."""
        return f"{self.slug}.{settings.BASE_DOMAIN}"

    @property
    def office_name(self) -> str:
        """Return the office as it signs: 北区役所, or 大阪市 市民局 for 本庁."""
        return "大阪市 市民局" if self.is_headquarters else f"{self.name}役所"
