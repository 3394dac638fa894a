"""公募: the call for members, the applications, and what was found about each."""

import uuid

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from councils.forum.choices import ApplicationResult, Relation, ScreeningCriterion
from wards.models import WardRow

# What an applicant told of themselves; a year after the decision the purge empties it.
PERSONAL = ("name", "kana", "birth_on", "address", "phone", "email", "occupation", "essay")


@pghistory.track()
class MemberCall(WardRow):
    """公募: how many members are sought until when, with the conditions as data."""

    term = models.ForeignKey(
        "ward_forum.ForumTerm", models.PROTECT, related_name="calls", verbose_name="任期"
    )
    title = models.CharField("件名", max_length=100)
    seats = models.PositiveSmallIntegerField("募集人数", validators=[MinValueValidator(1)])
    opens_at = models.DateTimeField("受付の開始")
    closes_at = models.DateTimeField("受付の終了")
    reference_on = models.DateField("年齢の基準日")
    least_age = models.PositiveSmallIntegerField(
        "年齢の下限", default=18, validators=[MinValueValidator(15), MaxValueValidator(40)]
    )
    most_age = models.PositiveSmallIntegerField(
        "年齢の上限", null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    most_other_posts = models.PositiveSmallIntegerField(
        "本市のほかの審議会等の委員数の上限",
        default=2,
        help_text="三つ以上の委員を兼ねる人は応募できません。",
    )
    most_terms = models.PositiveSmallIntegerField(
        "続けて委員になれる期数",
        null=True,
        blank=True,
        help_text="定めがないときは空欄にしてください。",
    )
    theme = models.CharField("小論文のテーマ", max_length=200)
    longest_essay = models.PositiveSmallIntegerField("小論文の文字数の上限", default=800)
    text = models.TextField("案内の文", blank=True)
    published_at = models.DateTimeField("公表日時", null=True, blank=True)
    decided_on = models.DateField("選任を決定した日", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="決定した人",
    )
    is_demo = models.BooleanField("見本", default=False, editable=False)

    class Meta:
        verbose_name = "委員の公募"
        verbose_name_plural = "委員の公募"
        ordering = ["-opens_at", "-pk"]
        permissions = [("decide_membercall", "公募の選任を決定する")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="member_call_closes_after_it_opens",
                violation_error_message="受付の終了は、開始より後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(most_age=None) | Q(most_age__gte=F("least_age")),
                name="member_call_ages_in_order",
                violation_error_message="年齢の上限は、下限以上にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the staff page of the call."""
        return reverse("admin:ward_forum_membercall_change", args=[self.pk])


# Who applied is nobody's history beyond the call: what can be erased is left out of it.
@pghistory.track(exclude=[*PERSONAL, "submission_key"])
class MemberApplication(WardRow):
    """応募: sent by the public form or typed from paper; seen by those who screen, and never published."""

    call = models.ForeignKey(
        MemberCall, models.PROTECT, related_name="applications", verbose_name="公募"
    )
    number = models.PositiveIntegerField("受付番号")
    submission_key = models.UUIDField("送信の鍵", unique=True, default=uuid.uuid4, editable=False)
    received_at = models.DateTimeField("受付日時")
    is_on_paper = models.BooleanField("紙で受け付けた", default=False)
    name = models.CharField("氏名", max_length=60)
    kana = models.CharField("ふりがな", max_length=80)
    birth_on = models.DateField("生年月日", null=True, blank=True)
    relation = models.CharField("区との関わり", max_length=10, choices=Relation)
    address = models.CharField("住所", max_length=200, blank=True)
    phone = models.CharField("電話", max_length=30, blank=True)
    email = models.EmailField("メール", blank=True)
    occupation = models.CharField("職業・活動", max_length=100, blank=True)
    other_posts = models.PositiveSmallIntegerField("本市のほかの審議会等の委員の数", default=0)
    is_assembly_member = models.BooleanField("国会議員・地方議会の議員である", default=False)
    is_city_employee = models.BooleanField("本市の職員である", default=False)
    has_gang_ties = models.BooleanField("暴力団員等である", default=False)
    essay = models.TextField("小論文", blank=True)
    result = models.CharField(
        "結果", max_length=14, choices=ApplicationResult, default=ApplicationResult.PENDING
    )
    result_reason = models.CharField("結果の理由", max_length=300, blank=True)
    told_at = models.DateTimeField("結果を知らせた日時", null=True, blank=True)
    erased_at = models.DateTimeField("個人情報を消した日時", null=True, blank=True)
    is_demo = models.BooleanField("見本", default=False, editable=False)

    class Meta:
        verbose_name = "公募の応募"
        verbose_name_plural = "公募の応募"
        ordering = ["call", "number"]
        permissions = [("screen_memberapplication", "公募の応募を読み、採点する")]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "number"],
                name="one_application_per_number",
                violation_error_message="この受付番号の応募が、すでにあります。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call} 受付第{self.number}号"

    def get_absolute_url(self) -> str:
        """Return the staff page of the application."""
        return reverse("admin:ward_forum_memberapplication_change", args=[self.pk])


@pghistory.track()
class ScreeningScore(WardRow):
    """選考の採点: points of one officer for one criterion; another one's are not seen before."""

    application = models.ForeignKey(
        MemberApplication, models.PROTECT, related_name="scores", verbose_name="公募の応募"
    )
    screener = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="採点した職員"
    )
    criterion = models.CharField("観点", max_length=10, choices=ScreeningCriterion)
    points = models.PositiveSmallIntegerField("点")
    comment = models.CharField("所見", max_length=300, blank=True)

    class Meta:
        verbose_name = "選考の採点"
        verbose_name_plural = "選考の採点"
        ordering = ["application", "screener", "criterion"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "screener", "criterion"],
                name="one_score_per_screener_and_criterion",
                violation_error_message="この観点は、すでに採点しています。",
            ),
            models.CheckConstraint(
                condition=Q(points__lte=5),
                name="screening_points_to_five",
                violation_error_message="点は0から5で入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}（{self.get_criterion_display()}）"
