"""CB/SB: what people of the ward carry by methods of business for the area or for society."""

import pghistory
from django.db import models
from django.urls import reverse

from socialbiz.choices import VentureKind, WardPart
from socialbiz.models.undertaking import Undertaking


@pghistory.track()
class Venture(Undertaking):
    """CB/SB: a registration; what began in a year is counted by 成果指標 1-3-b."""

    kind = models.CharField("種類", max_length=12, choices=VentureKind)
    area = models.ForeignKey(
        "councils.SchoolDistrictArea",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="校区等地域",
    )
    ward_part = models.CharField("区の関わり", max_length=10, choices=WardPart)

    class Meta(Undertaking.Meta):
        verbose_name = "CB/SB事業"
        verbose_name_plural = "CB/SB事業"

    def get_absolute_url(self) -> str:
        """Return the staff page of the venture."""
        return reverse("admin:socialbiz_venture_change", args=[self.pk])
