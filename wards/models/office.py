"""事業所 and 局: who acts for several wards at once."""

import pghistory
from django.db import models


class OfficeQuerySet(models.QuerySet):
    """Questions about 事業所."""

    def serving(self, ward):
        """Keep the offices that serve a ward and still exist."""
        return self.filter(wards=ward, is_active=True)


@pghistory.track()
class Bureau(models.Model):
    """局: a bureau of the city; its 地域支援窓口 answers what wards refer to it, on the city host."""

    code = models.SlugField("略称", max_length=30, unique=True)
    name = models.CharField("局名", max_length=40, unique=True)
    is_active = models.BooleanField("存続", default=True)

    class Meta:
        verbose_name = "局"
        verbose_name_plural = "局"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Office(models.Model):
    """事業所: 工営所, 公園事務所 or 環境事業センター, which serves several wards.

    Which office serves which ward is data: the map was not published in full (DOMAIN §7.2).
    """

    class Kind(models.TextChoices):
        """What an office looks after."""

        WORKS = "works", "工営所"
        PARKS = "parks", "公園事務所"
        WASTE = "waste", "環境事業センター"

    code = models.SlugField("略称", max_length=30, unique=True)
    name = models.CharField("事業所名", max_length=40, unique=True)
    kind = models.CharField("種別", max_length=10, choices=Kind)
    bureau = models.ForeignKey(
        Bureau, models.PROTECT, null=True, blank=True, related_name="offices", verbose_name="所管局"
    )
    phone = models.CharField("電話", max_length=20, blank=True)
    wards = models.ManyToManyField(
        "wards.Ward", blank=True, related_name="offices", verbose_name="担当する区"
    )
    is_active = models.BooleanField("存続", default=True)
    is_demo = models.BooleanField("見本", default=False, editable=False)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = "事業所"
        verbose_name_plural = "事業所"
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name
