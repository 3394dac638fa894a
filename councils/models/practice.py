"""区の取扱い: what differs from ward to ward, in dated rows."""

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from wards.models import WardRow


class CouncilPracticeQuerySet(models.QuerySet):
    """Questions about a ward's practice."""

    def in_force(self, day):
        """Return the latest that has begun by a day; the first one holds for all days before."""
        begun = self.filter(valid_from__lte=day).order_by("-valid_from").first()
        return begun or self.order_by("valid_from").first()

    def label_on(self, day) -> str:
        """Return what the ward calls such bodies on a day."""
        return self.in_force(day).label


@pghistory.track()
class CouncilPractice(WardRow):
    """区の取扱い: what such bodies are called, how long they are supported, when confirmed."""

    valid_from = models.DateField("適用の初日", unique=True)
    label = models.CharField(
        "協議会の呼び名",
        max_length=40,
        default="地域活動協議会",
        help_text="区での呼び名です（大正区は「地域まちづくり実行委員会」など）。",
    )
    aid_years = models.PositiveSmallIntegerField(
        "運営助成の年数", default=3, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    counts_formation_year = models.BooleanField("形成した年度を数える", default=True)
    confirmation_months = models.PositiveSmallIntegerField(
        "要件確認の間隔（月）",
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    statement_days = models.PositiveSmallIntegerField(
        "弁明の期間（日）",
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text="取消の通知から弁明の期限までの、少なくとも置く日数です。",
    )
    posts_warned_from = models.PositiveSmallIntegerField(
        "注意する役の数",
        default=3,
        validators=[MinValueValidator(2), MaxValueValidator(20)],
        help_text="一人がこの数以上の役に就くと、注意を示します。",
    )
    source = models.CharField("根拠", max_length=200)

    objects = CouncilPracticeQuerySet.as_manager()

    class Meta:
        verbose_name = "区の取扱い"
        verbose_name_plural = "区の取扱い"
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return self.label
