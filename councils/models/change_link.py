"""変更の申出の案内: an address by which a council itself says what has changed."""

import pghistory
from django.conf import settings
from django.db import models

from wards.models import WardRow


@pghistory.track(exclude=["token_digest"])
class ChangeLink(WardRow):
    """A link sent to a council's mail address; it works once, until its day is over.

    Only the digest of the token is kept: whoever reads the database cannot use the link.
    """

    council = models.ForeignKey(
        "councils.CommunityCouncil",
        models.PROTECT,
        related_name="change_links",
        verbose_name="協議会",
    )
    token_digest = models.CharField("合鍵の要約値", max_length=64, unique=True)
    sent_to = models.EmailField("宛先")
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="送った職員"
    )
    sent_at = models.DateTimeField("送信日時")
    last_day = models.DateField("使える末日")
    used_at = models.DateTimeField("申出日時", null=True, blank=True)
    notice = models.ForeignKey(
        "councils.ChangeNotice",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="links",
        verbose_name="変更届",
    )

    class Meta:
        verbose_name = "変更の申出の案内"
        verbose_name_plural = "変更の申出の案内"
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.council}への案内"
