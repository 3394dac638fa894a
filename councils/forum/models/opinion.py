"""意見の台帳: an opinion, what was answered, what was done, each step with its day."""

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.urls import reverse

from councils.forum.choices import (
    OpinionSource,
    OpinionState,
    ResponseClass,
    ResponseState,
    Scope,
    StepKind,
)
from wards.fiscal_year import short_label
from wards.models import WardRow


class OpinionQuerySet(models.QuerySet):
    """Questions about opinions."""

    def open_on(self, day):
        """Keep what had come by a day and had not been brought to its result by it."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day), received_on__lte=day)

    def open_before(self, day):
        """Keep what had come before a day and was open on it: what a session of the day finds."""
        return self.open_on(day).filter(received_on__lt=day)

    def published(self):
        """Keep what the public ledger shows: those with a published response."""
        return self.filter(
            Exists(Response.objects.filter(opinion=OuterRef("pk"), state=ResponseState.PUBLISHED))
        )

    def with_state(self, day):
        """Annotate `state_on_day`, the twin in SQL of `opinion_rules.opinion_state`."""

        def has(state):
            return Exists(Response.objects.filter(opinion=OuterRef("pk"), state=state))

        states = OpinionState
        return self.annotate(
            has_published=has(ResponseState.PUBLISHED),
            has_approved=has(ResponseState.APPROVED),
            state_on_day=Case(
                When(closed_on__lte=day, then=Value(states.CLOSED)),
                When(has_published=True, then=Value(states.ACTING)),
                When(has_approved=True, then=Value(states.APPROVED)),
                When(due_on__lt=day, then=Value(states.LATE)),
                default=Value(states.WAITING),
                output_field=models.CharField(),
            ),
        )


@pghistory.track()
class Opinion(WardRow):
    """意見: what somebody said in or around the 区政会議, in the ward's words and without a name."""

    fiscal_year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveIntegerField("番号")
    source = models.CharField("経路", max_length=10, choices=OpinionSource)
    session = models.ForeignKey(
        "ward_forum.ForumSession",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="opinions",
        verbose_name="会議",
    )
    agenda_item = models.ForeignKey(
        "ward_forum.AgendaItem",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="opinions",
        verbose_name="議題",
    )
    gathering = models.ForeignKey(
        "ward_forum.Gathering",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="opinions",
        verbose_name="懇談会など",
    )
    received_on = models.DateField("意見のあった日")
    due_on = models.DateField("回答の期限")
    title = models.CharField("見出し", max_length=100)
    text = models.TextField(
        "意見の要旨", help_text="公表します。氏名など、個人が分かることは書かないでください。"
    )
    scope = models.CharField("事業の別", max_length=10, choices=Scope, default=Scope.WARD)
    section = models.CharField("担当課", max_length=60, help_text="意見に答える区の課です。")
    bureau = models.ForeignKey(
        "wards.Bureau",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="担当局",
    )
    closed_on = models.DateField("結果まで済んだ日", null=True, blank=True)
    closing = models.CharField("結果", max_length=300, blank=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登録した職員"
    )
    is_demo = models.BooleanField("見本", default=False, editable=False)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = "意見"
        verbose_name_plural = "意見の台帳"
        ordering = ["-fiscal_year", "-number"]
        permissions = [
            ("export_opinion", "意見の台帳を書き出す"),
            ("close_opinion", "意見を結果まで済んだものとする"),
            ("ask_bureau", "局に要請・提案を出し、取り下げる"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "number"],
                name="one_opinion_per_number",
                violation_error_message="この番号の意見が、すでにあります。",
            ),
            models.CheckConstraint(
                condition=Q(
                    source__in=["session", "advance"], session__isnull=False, gathering=None
                )
                | Q(
                    source__in=["talk", "circle", "monitor", "survey"],
                    session=None,
                    gathering__isnull=False,
                ),
                name="an_opinion_says_where_it_came_from",
                violation_error_message="会議での意見と事前意見には会議を、そのほかには懇談会などを選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("received_on")),
                name="an_opinion_is_due_after_it_came",
                violation_error_message="回答の期限は、意見のあった日以後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | (Q(closed_on__gte=F("received_on")) & ~Q(closing="")),
                name="a_closed_opinion_tells_its_result",
                violation_error_message="結果を入力してください。日は、意見のあった日以後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(scope="ward") | Q(bureau__isnull=False),
                name="an_opinion_on_a_bureau_names_it",
                violation_error_message="局の事業への意見のときは、担当局を選んでください。",
            ),
        ]
        indexes = [models.Index(fields=["received_on", "closed_on"], name="opinion_open_by_day")]

    def __str__(self) -> str:
        return f"{self.label} {self.title}"

    @property
    def label(self) -> str:
        """Return the number as it is printed: 「R08-0012」 of 令和8年度."""
        year = short_label(self.fiscal_year)
        return f"{year[0]}{year[1:]:0>2}-{self.number:04}"

    def get_absolute_url(self) -> str:
        """Return the staff page of the opinion."""
        return reverse("admin:ward_forum_opinion_change", args=[self.pk])


@pghistory.track()
class ResponsePublication(WardRow):
    """公表のまとまり: responses prepared one by one, checked and published at one moment."""

    title = models.CharField("件名", max_length=100)
    planned_on = models.DateField("公表の予定日")
    session = models.ForeignKey(
        "ward_forum.ForumSession",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="publications",
        verbose_name="会議",
    )
    published_at = models.DateTimeField("公表日時", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="公表した人",
    )

    class Meta:
        verbose_name = "回答の公表"
        verbose_name_plural = "回答の公表"
        ordering = ["-planned_on", "-pk"]
        permissions = [("publish_responsepublication", "回答をまとめて公表する")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the staff page of the publication."""
        return reverse("admin:ward_forum_responsepublication_change", args=[self.pk])


@pghistory.track()
class Response(WardRow):
    """対応・考え方: what the ward says to an opinion; a published one is withdrawn, never rewritten."""

    opinion = models.ForeignKey(
        Opinion, models.PROTECT, related_name="responses", verbose_name="意見"
    )
    response_class = models.CharField("対応区分", max_length=10, choices=ResponseClass)
    text = models.TextField("対応・考え方")
    reason = models.TextField(
        "できない理由", blank=True, help_text="対応困難のときは、必ず入力してください。"
    )
    timing = models.CharField("実施の時期", max_length=60, blank=True)
    plan_item = models.CharField("運営方針の取組", max_length=120, blank=True)
    indicator = models.ForeignKey(
        "kpi_catalog.Indicator",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="関係する成果指標",
    )
    has_budget = models.BooleanField("予算措置", null=True, blank=True)
    budget_year = models.PositiveSmallIntegerField("予算の年度", null=True, blank=True)
    budget_yen = models.BigIntegerField(
        "予算額（円）",
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(10**12)],
    )
    publication = models.ForeignKey(
        ResponsePublication,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="responses",
        verbose_name="回答の公表",
    )
    state = models.CharField(
        "状態", max_length=10, choices=ResponseState, default=ResponseState.DRAFT
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="書いた職員"
    )
    written_at = models.DateTimeField("書いた日時")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="決裁した人",
    )
    approved_at = models.DateTimeField("決裁日時", null=True, blank=True)
    published_at = models.DateTimeField("公表日時", null=True, blank=True)
    withdrawn_at = models.DateTimeField("取り下げた日時", null=True, blank=True)
    withdrawn_reason = models.CharField("取下げの理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "対応・考え方"
        verbose_name_plural = "対応・考え方"
        ordering = ["opinion", "-written_at"]
        permissions = [("approve_response", "意見への対応を決裁する")]
        constraints = [
            models.UniqueConstraint(
                fields=["opinion"],
                condition=~Q(state="withdrawn"),
                name="one_living_response_per_opinion",
                violation_error_message="この意見には、すでに対応があります。変えるときは、先に取り下げてください。",
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="a_response_has_a_text",
                violation_error_message="対応・考え方を入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(response_class="cannot") | ~Q(reason=""),
                name="what_cannot_be_done_says_why",
                violation_error_message="対応困難のときは、できない理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(has_budget=True) | Q(budget_year=None, budget_yen=None),
                name="a_budget_is_there_or_not",
                violation_error_message="予算の年度と額は、予算措置があるときだけ入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(budget_yen=None) | Q(budget_yen__gte=0),
                name="a_budget_is_not_negative",
                violation_error_message="予算額は0円以上にしてください。",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(withdrawn_reason=""),
                name="a_withdrawn_response_says_why",
                violation_error_message="取下げの理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(published_at__isnull=False, approved_at__isnull=False),
                name="a_published_response_was_approved",
                violation_error_message="決裁していない対応は公表できません。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opinion.label}への対応（{self.get_response_class_display()}）"


@pghistory.track()
class Measure(WardRow):
    """講じた措置: what was really done about an opinion, on which day."""

    opinion = models.ForeignKey(
        Opinion, models.PROTECT, related_name="measures", verbose_name="意見"
    )
    done_on = models.DateField("実施した日")
    text = models.TextField("実施したこと")
    yen = models.BigIntegerField(
        "かかった費用（円）",
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(10**12)],
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="記録した職員"
    )
    recorded_at = models.DateTimeField("記録日時")
    withdrawn_at = models.DateTimeField("取り消した日時", null=True, blank=True)
    withdrawn_reason = models.CharField("取消の理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "講じた措置"
        verbose_name_plural = "講じた措置"
        ordering = ["opinion", "done_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="a_measure_says_what_was_done",
                violation_error_message="実施したことを入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(yen=None) | Q(yen__gte=0),
                name="a_measure_costs_nothing_or_more",
                violation_error_message="費用は0円以上にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opinion.label}の措置"


@pghistory.track()
class ForumEntry(WardRow):
    """経過: a line of the record of a session or an opinion; added, never rewritten."""

    session = models.ForeignKey(
        "ward_forum.ForumSession",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name="会議",
    )
    opinion = models.ForeignKey(
        Opinion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name="意見",
    )
    kind = models.CharField("種類", max_length=12, choices=StepKind)
    title = models.CharField("見出し", max_length=100)
    text = models.TextField("内容", blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="記録した人",
    )
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "経過"
        verbose_name_plural = "経過"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(session=None) ^ Q(opinion=None),
                name="an_entry_is_about_one_thing",
                violation_error_message="会議か意見のどちらか一つの経過です。",
            )
        ]

    def __str__(self) -> str:
        return self.title
