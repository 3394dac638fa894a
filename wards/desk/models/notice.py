"""What waits for one person."""

from datetime import date, timedelta

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from wards.desk.choices import NoticeKind
from wards.models import WardRow


class NoticeQuerySet(models.QuerySet):
    """Questions about notices."""

    def open_for(self, user):
        """Keep what the person has not done yet: the longest overdue first, without day last."""
        return self.filter(person_id=user.pk, done_at=None).order_by(
            F("due_on").asc(nulls_last=True), "created_at", "pk"
        )

    def overdue(self, day: date):
        """Keep what was due before the day and is not done."""
        return self.filter(done_at=None, due_on__lt=day)

    def due_within(self, days: int, *, of: date):
        """Keep what is due on the day or up to so many days later, and is not done."""
        return self.filter(done_at=None, due_on__range=(of, of + timedelta(days=days)))


@pghistory.track()
class Notice(WardRow):
    """お知らせ・仕事: one sentence to one person of the ward, with the page where it is done.

    It names no citizen: it is shown on start pages and goes out in the morning's mail.
    """

    key = models.CharField(
        "区別", max_length=200, unique=True, help_text="同じ区別のお知らせは一つだけです。"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="宛先の職員"
    )
    kind = models.CharField("種類", max_length=20, choices=NoticeKind)
    text = models.CharField(
        "内容", max_length=300, help_text="区民の氏名など、個人情報は書かないでください。"
    )
    url = models.CharField("画面", max_length=300, help_text="この区の画面のパスです。")
    due_on = models.DateField("期限", null=True, blank=True)
    created_at = models.DateTimeField("作成日時")
    done_at = models.DateTimeField("済みにした日時", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="済みにした職員",
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "お知らせ・仕事"
        verbose_name_plural = "お知らせ・仕事"
        ordering = [F("due_on").asc(nulls_last=True), "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                # `//host` and `/\host` would lead a browser away from the ward.
                condition=Q(url__regex=r"^/([^/\\]|$)"),
                name="notice_leads_into_its_ward",
                violation_error_message="画面は「/」で始まるこの区のパスにしてください。",
            ),
            models.CheckConstraint(
                condition=Q(done_by=None) | Q(done_at__isnull=False),
                name="done_notice_says_when",
                violation_error_message="済みにした職員があるときは、日時も必要です。",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "due_on"], condition=Q(done_at=None), name="notice_open")
        ]

    def __str__(self) -> str:
        return self.text

    def is_overdue(self, day: date) -> bool:
        """Say whether it should have been done before the day."""
        return self.done_at is None and self.due_on is not None and self.due_on < day
