"""課, their people, and the dated rules that send a case to one of them."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from consultations.choices import SectionPostKind
from consultations.routing import RuleFacts
from wards.models import WardRow
from wards.text import names_from_text


class SectionQuerySet(models.QuerySet):
    """Questions about sections."""

    def front_desk(self):
        """Return the 総合窓口, or None where a ward has not named it."""
        return self.filter(is_front_desk=True, is_active=True).first()

    def mayors_office(self):
        """Return the 区長室, or None where a ward has not named it."""
        return self.filter(is_mayors_office=True, is_active=True).first()


@pghistory.track()
class Section(WardRow):
    """課: the part of a ward office that answers for a case up to its own head."""

    code = models.SlugField("略称", max_length=40, unique=True)
    name = models.CharField("課名", max_length=60, unique=True)
    phone = models.CharField("電話", max_length=20, blank=True)
    is_front_desk = models.BooleanField(
        "総合窓口", default=False, help_text="当てはまる振分ルールがない案件を受け持ちます。"
    )
    is_mayors_office = models.BooleanField(
        "区長室", default=False, help_text="期限を大きく過ぎた案件の知らせが届きます。"
    )
    order = models.PositiveSmallIntegerField("並び順", default=100)
    is_active = models.BooleanField("存続", default=True)

    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = "課"
        verbose_name_plural = "課"
        ordering = ["order", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_front_desk"],
                condition=Q(is_front_desk=True, is_active=True),
                name="one_front_desk",
                violation_error_message="総合窓口は一つの課だけです。",
            ),
            models.UniqueConstraint(
                fields=["is_mayors_office"],
                condition=Q(is_mayors_office=True, is_active=True),
                name="one_mayors_office",
                violation_error_message="区長室は一つの課だけです。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SectionPostQuerySet(models.QuerySet):
    """Questions about posts."""

    def in_force(self, day):
        """Keep the posts held on a day by people who are still active."""
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day, person__is_active=True
        )


@pghistory.track()
class SectionPost(WardRow):
    """Who works in a section, as what, from when to when."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="posts", verbose_name="課")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="職員"
    )
    post = models.CharField("職", max_length=10, choices=SectionPostKind)
    valid_from = models.DateField("初日")
    valid_to = models.DateField("末日", null=True, blank=True)

    objects = SectionPostQuerySet.as_manager()

    class Meta:
        verbose_name = "課の職員"
        verbose_name_plural = "課の職員"
        ordering = ["section", "-post", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "person", "valid_from"],
                name="one_post_per_section_and_start",
                violation_error_message="この職員は、この日からこの課にすでに登録されています。",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="section_post_ends_after_it_begins",
                violation_error_message="末日は初日以後の日にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.get_post_display()} {self.person}"


class RoutingRuleQuerySet(models.QuerySet):
    """Questions about rules of routing."""

    def in_force(self, day):
        """Keep the rules that hold on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


@pghistory.track()
class RoutingRule(WardRow):
    """振分ルール: category × area × day → section, and the office that gets it at once.

    A rule that has been used is ended and followed by another, never rewritten: its number stands
    on the cases that it sent.
    """

    category = models.ForeignKey(
        "consultations.Category",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="分野",
        help_text="空欄は、どの分野でも当てはまります。",
    )
    areas = models.CharField(
        "町名・校区",
        max_length=400,
        blank=True,
        help_text="「梅田、曽根崎」のように読点で区切ってください。空欄は区の全域です。",
    )
    section = models.ForeignKey(
        Section, models.PROTECT, related_name="+", verbose_name="受け持つ課"
    )
    office = models.ForeignKey(
        "wards.Office",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="引き継ぐ事業所",
        help_text="入力すると、受付と同時にこの事業所へ引き継ぎます。",
    )
    valid_from = models.DateField("適用の初日")
    valid_to = models.DateField("適用の末日", null=True, blank=True)
    source = models.CharField("根拠", max_length=200, blank=True)

    objects = RoutingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "振分ルール"
        verbose_name_plural = "振分ルール"
        ordering = ["category__order", "areas", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="routing_rule_ends_after_it_begins",
                violation_error_message="末日は初日以後の日にしてください。",
            )
        ]

    def __str__(self) -> str:
        return f"振分ルール{self.pk}"

    @property
    def facts(self) -> RuleFacts:
        """Return the rule as the plain values that `routing` chooses among."""
        return RuleFacts(
            number=self.pk,
            category=self.category_id,
            areas=names_from_text(self.areas),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )
