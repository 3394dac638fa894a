"""会議: the notice, the agenda, who attended, who listened, what was handed out."""

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from councils.forum.choices import AttendeeKind, Attending, Scope, SessionKind
from wards.fiscal_year import fiscal_year_label
from wards.models import WardRow


class ForumSessionQuerySet(models.QuerySet):
    """Questions about sessions."""

    def announced(self):
        """Keep those that everybody may know of, cancelled ones included."""
        return self.exclude(announced_at=None)

    def held(self):
        """Keep those that took place."""
        return self.filter(cancelled_at=None).exclude(ended_at=None)


@pghistory.track()
class ForumSession(WardRow):
    """会議: a plenary session or one of a 部会, with the fields that its notice customarily has."""

    term = models.ForeignKey(
        "ward_forum.ForumTerm", models.PROTECT, related_name="sessions", verbose_name="任期"
    )
    kind = models.CharField("種類", max_length=14, choices=SessionKind)
    subcommittee = models.ForeignKey(
        "ward_forum.Subcommittee",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name="部会",
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveSmallIntegerField(
        "回", help_text="全体会議と部会ごとに、年度の初めから数えます。"
    )
    starts_at = models.DateTimeField("開会の日時")
    planned_end_at = models.DateTimeField("閉会の予定")
    # What really was: the minutes print it (日時 from – to).
    began_at = models.DateTimeField("開会した日時", null=True, blank=True)
    ended_at = models.DateTimeField("閉会した日時", null=True, blank=True)
    place = models.CharField("場所", max_length=120)
    is_online = models.BooleanField("オンラインでも出席できる", default=False)
    observers = models.PositiveSmallIntegerField("傍聴の定員")
    desk_minutes = models.PositiveSmallIntegerField("傍聴の受付を始める時刻（分前）")
    press = models.CharField("取材", max_length=200, blank=True)
    streaming_url = models.URLField("配信のアドレス", blank=True)
    contact = models.CharField("問合せ先", max_length=120)
    note = models.TextField("案内", blank=True)
    papers_due_on = models.DateField("資料を送る日")
    papers_sent_on = models.DateField("資料を送った日", null=True, blank=True)
    announced_at = models.DateTimeField("開催を公表した日時", null=True, blank=True)
    cancelled_at = models.DateTimeField("中止した日時", null=True, blank=True)
    cancel_reason = models.CharField("中止の理由", max_length=200, blank=True)
    # What calendars know the session by, and how often it was changed (RFC 5545 UID, SEQUENCE).
    uid = models.UUIDField("予定表の番号", unique=True, default=uuid.uuid4, editable=False)
    sequence = models.PositiveIntegerField("予定表の版", default=0, editable=False)
    changed_at = models.DateTimeField("公表した内容の変更日時", null=True, blank=True)
    is_demo = models.BooleanField("見本", default=False, editable=False)

    objects = ForumSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "会議"
        verbose_name_plural = "会議"
        ordering = ["-starts_at", "-pk"]
        permissions = [
            ("announce_forumsession", "会議の開催を公表し、中止する"),
            ("export_forumsession", "区政会議の一覧を書き出す"),
        ]
        constraints = [
            models.UniqueConstraint(
                F("fiscal_year"),
                F("number"),
                F("kind"),
                F("subcommittee"),
                name="one_session_per_year_and_number",
                nulls_distinct=False,
                violation_error_message="この年度のこの回の会議が、すでにあります。",
            ),
            models.CheckConstraint(
                condition=Q(kind="plenary", subcommittee=None)
                | Q(kind="subcommittee", subcommittee__isnull=False),
                name="a_subcommittees_session_names_it",
                violation_error_message="部会の会議のときだけ、部会を選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(planned_end_at__gt=F("starts_at")),
                name="session_plans_to_end_after_it_starts",
                violation_error_message="閉会の予定は、開会の後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(began_at=None, ended_at=None) | Q(ended_at__gt=F("began_at")),
                name="session_ended_after_it_began",
                violation_error_message="閉会した日時は、開会した日時より後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | ~Q(cancel_reason=""),
                name="cancelled_session_says_why",
                violation_error_message="中止の理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(ended_at=None),
                name="a_session_is_held_or_cancelled",
                violation_error_message="開いた会議は、中止にできません。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.called}（{self.year_label}第{self.number}回）"

    def get_absolute_url(self) -> str:
        """Return the staff page of the session."""
        return reverse("admin:ward_forum_forumsession_change", args=[self.pk])

    @property
    def called(self) -> str:
        """Return 「区政会議」 or what the 部会 is called."""
        return "区政会議" if self.subcommittee is None else f"区政会議 {self.subcommittee.name}"

    @property
    def year_label(self) -> str:
        """Return the fiscal year in 和暦."""
        return fiscal_year_label(self.fiscal_year)


@pghistory.track()
class AgendaItem(WardRow):
    """議題: what is talked about, with the numbers of its papers and whose work it is."""

    session = models.ForeignKey(
        ForumSession, models.CASCADE, related_name="agenda", verbose_name="会議"
    )
    number = models.PositiveSmallIntegerField("番号")
    title = models.CharField("議題", max_length=200)
    scope = models.CharField("事業の別", max_length=10, choices=Scope, default=Scope.WARD)
    bureau = models.ForeignKey(
        "wards.Bureau", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="局"
    )
    papers = models.CharField("資料番号", max_length=60, blank=True)
    plan_item = models.CharField("運営方針の取組", max_length=120, blank=True)

    class Meta:
        verbose_name = "議題"
        verbose_name_plural = "議題"
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "number"],
                name="one_agenda_item_per_number",
                violation_error_message="この番号の議題が、すでにあります。",
            ),
            models.CheckConstraint(
                condition=Q(scope="ward", bureau=None) | Q(scope="bureau", bureau__isnull=False),
                name="agenda_of_a_bureau_names_it",
                violation_error_message="局の事業のときは、局を選んでください。",
            ),
        ]

    def __str__(self) -> str:
        return f"議題{self.number} {self.title}"

    @property
    def whose(self) -> str:
        """Say whose work it is about: 「局の事業：建設局」."""
        words = self.get_scope_display()
        return f"{words}：{self.bureau.name}" if self.bureau else words


@pghistory.track()
class Attendance(WardRow):
    """出席: one person at one session; who may stand here as a member is decided by that day's roster."""

    session = models.ForeignKey(
        ForumSession, models.CASCADE, related_name="attendances", verbose_name="会議"
    )
    kind = models.CharField("立場", max_length=10, choices=AttendeeKind)
    member = models.ForeignKey(
        "ward_forum.ForumMember",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
        verbose_name="委員",
    )
    adviser = models.ForeignKey(
        "ward_forum.Adviser",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
        verbose_name="市会議員",
    )
    # Of the city: post and name, as the minutes print them.
    post = models.CharField("職名", max_length=60, blank=True)
    name = models.CharField("氏名", max_length=60, blank=True)
    attending = models.CharField("出席", max_length=10, choices=Attending, blank=True)

    class Meta:
        verbose_name = "出席"
        verbose_name_plural = "出席"
        ordering = ["session", "kind", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="member", member__isnull=False, adviser=None)
                | Q(kind="adviser", member=None, adviser__isnull=False)
                | (Q(kind="city", member=None, adviser=None) & ~Q(post="")),
                name="an_attendance_is_of_one_person",
                violation_error_message="委員、市会議員、市側のうち、一人を選んでください。",
            ),
            models.UniqueConstraint(
                fields=["session", "member"],
                condition=Q(member__isnull=False),
                name="a_member_attends_once",
                violation_error_message="この委員の出席は、すでに記録されています。",
            ),
            models.UniqueConstraint(
                fields=["session", "adviser"],
                condition=Q(adviser__isnull=False),
                name="an_adviser_attends_once",
                violation_error_message="この市会議員の出席は、すでに記録されています。",
            ),
        ]

    def __str__(self) -> str:
        return str(self.member or self.adviser or f"{self.post} {self.name}".strip())


@pghistory.track(exclude=["name"])
class Observer(WardRow):
    """傍聴: who came to the desk, in the order of arrival; beyond the quota a draw decides."""

    session = models.ForeignKey(
        ForumSession, models.CASCADE, related_name="observer_list", verbose_name="会議"
    )
    number = models.PositiveSmallIntegerField("受付番号")
    name = models.CharField("氏名", max_length=60, blank=True)
    came_at = models.DateTimeField("受付日時")
    is_admitted = models.BooleanField("傍聴できる", null=True, blank=True)
    drawn_place = models.PositiveSmallIntegerField("抽選の順位", null=True, blank=True)

    class Meta:
        verbose_name = "傍聴者"
        verbose_name_plural = "傍聴者"
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "number"],
                name="one_observer_per_number",
                violation_error_message="この受付番号の傍聴者が、すでにいます。",
            )
        ]

    def __str__(self) -> str:
        return f"傍聴 {self.number}番"


@pghistory.track()
class SessionPaper(WardRow):
    """会議資料: kept under a random name with its hash until the ward publishes it."""

    session = models.ForeignKey(
        ForumSession, models.PROTECT, related_name="papers", verbose_name="会議"
    )
    number = models.CharField("資料番号", max_length=20)
    title = models.CharField("資料名", max_length=120)
    stored_name = models.CharField("保存名", max_length=100, unique=True)
    display_name = models.CharField("ファイル名", max_length=120)
    content_type = models.CharField("形式", max_length=60)
    size = models.PositiveIntegerField("大きさ（バイト）")
    sha256 = models.CharField("要約値", max_length=64)
    is_public = models.BooleanField("公表する", default=False)
    withdrawn_reason = models.CharField("差し替えの理由", max_length=200, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登録した職員"
    )
    added_at = models.DateTimeField("登録日時")

    class Meta:
        verbose_name = "会議資料"
        verbose_name_plural = "会議資料"
        ordering = ["session", "number", "pk"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


@pghistory.track()
class Minutes(WardRow):
    """会議録: written, confirmed by a second person, published; its version tells two writers apart."""

    session = models.OneToOneField(
        ForumSession, models.PROTECT, related_name="minutes", verbose_name="会議"
    )
    body = models.TextField("議事", blank=True)
    version = models.PositiveIntegerField("版", default=1)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="保存した職員"
    )
    saved_at = models.DateTimeField("保存日時")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="確認した職員",
    )
    confirmed_at = models.DateTimeField("確認日時", null=True, blank=True)
    published_at = models.DateTimeField("公表日時", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="公表した職員",
    )

    class Meta:
        verbose_name = "会議録"
        verbose_name_plural = "会議録"
        ordering = ["-session__starts_at"]
        permissions = [("publish_minutes", "会議録を確認し、公表する")]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(confirmed_at__isnull=False),
                name="published_minutes_were_confirmed",
                violation_error_message="確認していない会議録は公表できません。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}の会議録"
