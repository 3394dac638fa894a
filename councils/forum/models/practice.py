"""区政会議の取扱い: what the 区要綱 of a ward leaves to it, in dated rows."""

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from wards.models import WardRow
from wards.wareki import wareki


class ForumPracticeQuerySet(models.QuerySet):
    """Questions about a ward's practice."""

    def in_force(self, day):
        """Return the latest that has begun by a day; the first one holds for all days before."""
        begun = self.filter(valid_from__lte=day).order_by("-valid_from").first()
        return begun or self.order_by("valid_from").first()


def _number(name: str, default: int, least: int, most: int, help_text: str = ""):
    return models.PositiveSmallIntegerField(
        name,
        default=default,
        validators=[MinValueValidator(least), MaxValueValidator(most)],
        help_text=help_text,
    )


@pghistory.track()
class ForumPractice(WardRow):
    """区政会議の取扱い: seats, quorum, observers and lengths, as the ward's 要綱 says (条例4条2項、12条1項)."""

    valid_from = models.DateField("適用の初日", unique=True)
    seats_bodies = _number("公益団体等の定数", 12, 0, 50)
    seats_experts = _number("事業者・有識者等の定数", 3, 0, 50)
    seats_public = _number("公募の定数", 5, 0, 50)
    quorum_percent = _number(
        "定足数（委員の％）", 50, 1, 100, "この割合以上の委員の出席で会議を開けます。"
    )
    observers = _number("傍聴の定員", 10, 0, 500)
    desk_minutes = _number(
        "傍聴の受付を始める時刻（分前）", 30, 0, 120, "開会の何分前から受け付けるかです。"
    )
    notice_days = _number("開催の公表（日前）", 14, 1, 90)
    papers_days = _number("資料の送付（日前）", 7, 0, 60)
    minutes_days = _number("会議録の公表の目標（日以内）", 30, 1, 180)
    answer_days = _number("意見に回答する期間（日以内）", 60, 1, 365)
    sessions_a_year = _number("1年度に開く回数", 2, 2, 24, "条例の定める回数は年2回以上です。")
    contact = models.CharField("問合せ先", max_length=120)
    source = models.CharField("根拠", max_length=200)

    objects = ForumPracticeQuerySet.as_manager()

    class Meta:
        verbose_name = "区政会議の取扱い"
        verbose_name_plural = "区政会議の取扱い"
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return f"区政会議の取扱い（{wareki(self.valid_from)}から）"
