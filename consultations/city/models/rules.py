"""Rules of the clock and of keeping that hold for all 24 wards."""

import pghistory
from django.db import models
from django.db.models import F, Q

from wards.deadlines import Clock
from wards.models import NeverMissing


class DeadlineRuleQuerySet(models.QuerySet):
    """Questions about rules of the clock."""

    def in_force(self, day):
        """Return the rule for a case received on a day; raise DeadlineRule.DoesNotExist if none."""
        return (
            self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
            .order_by("-valid_from")[:1]
            .get()
        )


@pghistory.track()
class DeadlineRule(NeverMissing):
    """How long an answer may take and who is told when; a case keeps the rule of its first day."""

    # What the due days of cases were counted by.
    FIXED_ONCE_BEGUN = (
        "name",
        "days",
        "remind_before",
        "chief_after",
        "head_after",
        "mayor_after",
        "valid_from",
        "source",
    )
    IS_REWRITTEN = (
        "適用が始まったルールは書き換えられません。末日を入れて終え、次のルールを登録してください。"
    )
    BEGINS_TOO_EARLY = (
        "適用の初日は、明日以後の日にしてください。今日までに受け付けた案件の期限は変えられません。"
    )
    LEAVES_A_GAP = (
        "{day}から適用するルールがなくなり、相談・要望を受け付けられません。"
        "先に次のルールを登録するか、末日を空欄にしてください。"
    )

    name = models.CharField("名称", max_length=60)
    days = models.PositiveSmallIntegerField(
        "期限までの日数", help_text="暦日で、受付日を数えずに入力してください。"
    )
    remind_before = models.PositiveSmallIntegerField(
        "期限前の知らせ（日前）", help_text="期限の何日前から担当者に知らせるかです。"
    )
    chief_after = models.PositiveSmallIntegerField(
        "主査に知らせる日", help_text="期限の日から数えた日数です。0は期限の日です。"
    )
    head_after = models.PositiveSmallIntegerField(
        "課長に知らせる日", help_text="期限の日から数えた日数です。"
    )
    mayor_after = models.PositiveSmallIntegerField(
        "区長室に知らせる日", help_text="期限の日から数えた日数です。"
    )
    valid_from = models.DateField("適用の初日", help_text="この日から受け付けた案件に適用します。")
    valid_to = models.DateField("適用の末日", null=True, blank=True)
    source = models.CharField("根拠", max_length=200)

    objects = DeadlineRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "回答期限のルール"
        verbose_name_plural = "回答期限のルール"
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["valid_from"],
                name="one_deadline_rule_per_start",
                violation_error_message="この日から始まるルールが、すでにあります。",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="deadline_rule_ends_after_it_begins",
                violation_error_message="末日は初日以後の日にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(chief_after__lte=F("head_after")) & Q(head_after__lte=F("mayor_after")),
                name="deadline_rule_escalates_upwards",
                violation_error_message="主査・課長・区長室の順に、遅くなるように入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1),
                name="deadline_rule_leaves_a_day",
                violation_error_message="期限までの日数は1日以上にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(remind_before__lte=F("days")),
                name="deadline_rule_reminds_after_receipt",
                violation_error_message="期限前の知らせは、受付日より前にならない日数にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def clock(self) -> Clock:
        """Return the rule as the plain values that `deadlines` computes with."""
        return Clock(
            days=self.days,
            remind_before=self.remind_before,
            chief_after=self.chief_after,
            head_after=self.head_after,
            mayor_after=self.mayor_after,
            name=self.name,
            source=self.source,
        )


@pghistory.track()
class RetentionClass(models.Model):
    """保存期間の区分: 30, 10, 5, 3, 1 years and 「1年未満」."""

    name = models.CharField("名称", max_length=20, unique=True)
    years = models.PositiveSmallIntegerField(
        "年数", unique=True, help_text="1年未満は0を入力してください。"
    )

    class Meta:
        verbose_name = "保存期間の区分"
        verbose_name_plural = "保存期間の区分"
        ordering = ["-years"]

    def __str__(self) -> str:
        return self.name
