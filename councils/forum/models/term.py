"""委員の任期: who sits in the 区政会議, in which category, since when and why."""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.urls import reverse

from councils.forum.choices import (
    AgeBand,
    AnnouncementKind,
    MemberCategory,
    MemberEnd,
    OfficeKind,
    Sex,
)
from councils.models.ranges import days, number_as_range
from wards.models import DatedRow, WardRow
from wards.models.dated_row import DatedQuerySet


class ForumTermQuerySet(DatedQuerySet):
    """Questions about terms."""

    def on(self, day):
        """Return the term of a day, or None between two."""
        return self.in_force(day).first()


@pghistory.track()
class ForumTerm(DatedRow):
    """任期: two years from 1 October, with the seats of each category as they were set for it."""

    number = models.PositiveSmallIntegerField("期", unique=True)
    seats_bodies = models.PositiveSmallIntegerField("公益団体等の定数")
    seats_experts = models.PositiveSmallIntegerField("事業者・有識者等の定数")
    seats_public = models.PositiveSmallIntegerField("公募の定数")
    is_demo = models.BooleanField("見本", default=False, editable=False)

    objects = ForumTermQuerySet.as_manager()

    class Meta(DatedRow.Meta):
        verbose_name = "委員の任期"
        verbose_name_plural = "委員の任期"
        ordering = ["-valid_from"]
        constraints = [
            *DatedRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(valid_to__isnull=False),
                name="forum_term_has_a_last_day",
                violation_error_message="任期の末日を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(seats_bodies__gte=1) | Q(seats_experts__gte=1) | Q(seats_public__gte=1),
                name="forum_term_has_seats",
                violation_error_message="定数は、合わせて1人以上にしてください。",
            ),
            ExclusionConstraint(
                name="forum_terms_do_not_overlap",
                expressions=[(days("valid_from", "valid_to", "[]"), RangeOperators.OVERLAPS)],
                violation_error_message="この期間は、ほかの任期と重なっています。",
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.number}期"

    def get_absolute_url(self) -> str:
        """Return the staff page of the term."""
        return reverse("admin:ward_forum_forumterm_change", args=[self.pk])

    @property
    def seats(self) -> dict[str, int]:
        """Return 定数 by category."""
        return {
            MemberCategory.BODIES: self.seats_bodies,
            MemberCategory.EXPERTS: self.seats_experts,
            MemberCategory.PUBLIC: self.seats_public,
        }


@pghistory.track()
class Subcommittee(DatedRow):
    """部会（分科会）: a part of the 区政会議 for one theme, within a term."""

    term = models.ForeignKey(
        ForumTerm, models.PROTECT, related_name="subcommittees", verbose_name="任期"
    )
    name = models.CharField("部会名", max_length=60)
    theme = models.CharField("テーマ", max_length=200, blank=True)

    class Meta(DatedRow.Meta):
        verbose_name = "部会"
        verbose_name_plural = "部会"
        ordering = ["term", "pk"]
        constraints = [
            *DatedRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["term", "name"],
                name="one_subcommittee_of_a_name_per_term",
                violation_error_message="この任期には、同じ名前の部会がすでにあります。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class ForumMember(DatedRow):
    """委員: engaged by 業務の委託 from a day to a day; name and reason are published, contact is not."""

    term = models.ForeignKey(ForumTerm, models.PROTECT, related_name="members", verbose_name="任期")
    name = models.CharField("氏名", max_length=60)
    kana = models.CharField("ふりがな", max_length=80, blank=True)
    # The name as people search it: whoever sits in one category cannot sit in another.
    name_key = models.CharField("照合用の氏名", max_length=120, editable=False)
    namesake = models.PositiveSmallIntegerField(
        "同姓同名の別の人の番号",
        default=0,
        help_text="同じ氏名の別の人がいるときだけ、1以上を入力してください。",
    )
    category = models.CharField("区分", max_length=10, choices=MemberCategory)
    body = models.CharField(
        "推薦団体・所属", max_length=100, blank=True, help_text="公募の委員は空欄にしてください。"
    )
    reason = models.CharField("選任の理由", max_length=300)
    sex = models.CharField("性別", max_length=10, choices=Sex, default=Sex.NOT_GIVEN)
    age_band = models.CharField("年代", max_length=10, choices=AgeBand, default=AgeBand.NOT_GIVEN)
    email = models.EmailField(
        "メール", blank=True, help_text="開催の案内に使います。公表しません。"
    )
    phone = models.CharField("電話", max_length=30, blank=True, help_text="公表しません。")
    end_kind = models.CharField("終わった理由", max_length=10, choices=MemberEnd, blank=True)
    end_note = models.CharField("終わった事情", max_length=200, blank=True)
    application = models.OneToOneField(
        "ward_forum.MemberApplication",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="member",
        verbose_name="公募の応募",
    )

    class Meta(DatedRow.Meta):
        verbose_name = "委員"
        verbose_name_plural = "委員"
        ordering = ["term", "category", "kana", "pk"]
        permissions = [
            ("engage_forummember", "委員を委嘱し、解嘱する"),
            ("view_contact_of_forummember", "委員の連絡先を見る"),
        ]
        constraints = [
            *DatedRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["term", "name_key", "namesake"],
                name="one_seat_per_person_and_term",
                violation_error_message="この任期には、この氏名の委員がすでにいます。一人が二つの区分の委員になることはできません。同姓同名の別の人のときは、番号を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=False),
                name="forum_member_has_a_last_day",
                violation_error_message="委員の任期の末日を入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class SubcommitteeSeat(DatedRow):
    """部会への所属: a member may sit in several."""

    subcommittee = models.ForeignKey(
        Subcommittee, models.PROTECT, related_name="seats", verbose_name="部会"
    )
    member = models.ForeignKey(
        ForumMember, models.PROTECT, related_name="subcommittee_seats", verbose_name="委員"
    )

    class Meta(DatedRow.Meta):
        verbose_name = "部会への所属"
        verbose_name_plural = "部会への所属"
        ordering = ["subcommittee", "member"]
        constraints = [
            *DatedRow.Meta.constraints,
            ExclusionConstraint(
                name="one_subcommittee_seat_at_a_time",
                expressions=[
                    (number_as_range("subcommittee"), RangeOperators.OVERLAPS),
                    (number_as_range("member"), RangeOperators.OVERLAPS),
                    (days("valid_from", "valid_to", "[]"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="この委員は、すでにこの部会に所属しています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subcommittee}（{self.member}）"


@pghistory.track()
class ForumOffice(DatedRow):
    """議長・副議長: chosen by the members at the first session of a term."""

    member = models.ForeignKey(
        ForumMember, models.PROTECT, related_name="offices", verbose_name="委員"
    )
    term = models.ForeignKey(ForumTerm, models.PROTECT, related_name="offices", verbose_name="任期")
    kind = models.CharField("役", max_length=10, choices=OfficeKind)
    session = models.ForeignKey(
        "ward_forum.ForumSession",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="選んだ会議",
    )

    class Meta(DatedRow.Meta):
        verbose_name = "議長・副議長"
        verbose_name_plural = "議長・副議長"
        ordering = ["term", "kind", "valid_from"]
        constraints = [
            *DatedRow.Meta.constraints,
            ExclusionConstraint(
                name="one_chair_at_a_time",
                expressions=[
                    (number_as_range("term"), RangeOperators.OVERLAPS),
                    (days("valid_from", "valid_to", "[]"), RangeOperators.OVERLAPS),
                ],
                condition=Q(kind="chair"),
                violation_error_message="この期間には、すでに議長がいます。先に前の議長の末日を入力してください。",
            ),
            ExclusionConstraint(
                name="one_office_per_member_at_a_time",
                expressions=[
                    (number_as_range("member"), RangeOperators.OVERLAPS),
                    (days("valid_from", "valid_to", "[]"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="この委員は、すでに議長か副議長です。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.member}"


@pghistory.track()
class Adviser(DatedRow):
    """市会議員: elected in the ward, may attend and advise, and is no member (「区政運営基本方針」2-③)."""

    name = models.CharField("氏名", max_length=60)
    kana = models.CharField("ふりがな", max_length=80, blank=True)
    is_demo = models.BooleanField("見本", default=False, editable=False)

    class Meta(DatedRow.Meta):
        verbose_name = "市会議員（助言）"
        verbose_name_plural = "市会議員（助言）"
        ordering = ["kana", "pk"]
        constraints = [*DatedRow.Meta.constraints]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class MemberAnnouncement(WardRow):
    """公示: that members were engaged, or released before their time; 任期満了 is not announced."""

    term = models.ForeignKey(
        ForumTerm, models.PROTECT, related_name="announcements", verbose_name="任期"
    )
    kind = models.CharField("種類", max_length=12, choices=AnnouncementKind)
    announced_on = models.DateField("公示日")
    text = models.TextField("公示の文")
    members = models.ManyToManyField(ForumMember, related_name="announcements", verbose_name="委員")
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="公示した職員"
    )

    class Meta:
        verbose_name = "委員の公示"
        verbose_name_plural = "委員の公示"
        ordering = ["-announced_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}の公示"
