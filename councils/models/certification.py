"""区長認定: the application, its examination, the certification, and what may end it."""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from councils.application_states import OPEN
from councils.choices import (
    ApplicationState,
    CertificationEnd,
    DocumentKind,
    Met,
    NoticeState,
    RevocationState,
)
from councils.models.ranges import days, number_as_range
from wards.models import WardRow


def _person(name: str, **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=name,
        **options,
    )


def _nobody_yet(name: str):
    return _person(name, null=True, blank=True)


class ApplicationQuerySet(models.QuerySet):
    """Questions about applications."""

    def open(self):
        """Keep what is not decided."""
        return self.filter(state__in=OPEN)


@pghistory.track()
class CertificationApplication(WardRow):
    """認定申請（様式第1号）: judged for ever by the set of requirements of its own day."""

    council = models.ForeignKey(
        "councils.CommunityCouncil",
        models.PROTECT,
        related_name="applications",
        verbose_name="協議会",
    )
    area = models.ForeignKey(
        "councils.SchoolDistrictArea", models.PROTECT, related_name="+", verbose_name="校区等地域"
    )
    requirement_set = models.ForeignKey(
        "council_city.RequirementSet", models.PROTECT, related_name="+", verbose_name="認定要件の組"
    )
    applied_on = models.DateField("申請日")
    state = models.CharField(
        "状態", max_length=12, choices=ApplicationState, default=ApplicationState.RECEIVED
    )
    state_changed_at = models.DateTimeField("状態の変更日時")
    received_by = _person("受け付けた職員")
    decided_on = models.DateField("決定日", null=True, blank=True)
    decided_by = _nobody_yet("決定した人")
    decision_reason = models.TextField("決定の理由", blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "認定申請"
        verbose_name_plural = "認定申請"
        ordering = ["-applied_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["council"],
                condition=Q(state__in=[state.value for state in OPEN]),
                name="one_open_application_per_council",
                violation_error_message="この協議会には、終わっていない認定申請があります。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["certified", "refused"])
                | Q(decided_on__isnull=False, decided_by__isnull=False),
                name="somebody_decides_on_certification",
                violation_error_message="認定・不認定には、決定した人と日が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(decision_reason=""),
                name="refusal_gives_its_reason",
                violation_error_message="不認定の理由を入力してください。",
            ),
        ]
        permissions = [
            ("check_certificationapplication", "審査の内容を確認し、区長に回す"),
            ("decide_certification", "認定・不認定を決定する"),
        ]

    def __str__(self) -> str:
        return f"{self.council}の認定申請"

    def get_absolute_url(self) -> str:
        """Return the staff page of the application."""
        return reverse("admin:councils_certificationapplication_change", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Say whether it is still to be decided."""
        return self.state in OPEN


@pghistory.track()
class Judgement(WardRow):
    """審査の結果: what was found about one requirement, by whom, on which evidence."""

    application = models.ForeignKey(
        CertificationApplication,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="judgements",
        verbose_name="認定申請",
    )
    confirmation = models.ForeignKey(
        "councils.Confirmation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="judgements",
        verbose_name="要件確認",
    )
    requirement = models.ForeignKey(
        "council_city.Requirement", models.PROTECT, related_name="+", verbose_name="認定要件"
    )
    met = models.CharField("判断", max_length=10, choices=Met)
    article = models.CharField(
        "規約の条など",
        max_length=100,
        blank=True,
        help_text="「第5条第2項」のように書いてください。",
    )
    document = models.ForeignKey(
        "councils.CouncilDocument",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="根拠の書類",
    )
    reason = models.TextField("理由・補足", blank=True)
    judged_by = _person("審査した職員")
    judged_at = models.DateTimeField("審査日時")

    class Meta:
        verbose_name = "要件の審査"
        verbose_name_plural = "要件の審査"
        ordering = ["requirement__order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(application__isnull=False, confirmation=None)
                | Q(application=None, confirmation__isnull=False),
                name="a_judgement_belongs_to_one_thing",
                violation_error_message="審査の結果は、認定申請か要件確認のどちらか一方に付けます。",
            ),
            models.UniqueConstraint(
                fields=["application", "requirement"],
                name="one_judgement_per_application",
                violation_error_message="この要件は、この申請ですでに審査されています。",
            ),
            models.UniqueConstraint(
                fields=["confirmation", "requirement"],
                name="one_judgement_per_confirmation",
                violation_error_message="この要件は、この確認ですでに審査されています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement} {self.get_met_display()}"


class CorrectionItemQuerySet(models.QuerySet):
    """Questions about what is to be mended."""

    def open(self):
        """Keep what has not come back."""
        return self.filter(answered_on=None)


@pghistory.track()
class CorrectionItem(WardRow):
    """補正依頼: one thing that the applicant is asked to mend, and what came back."""

    application = models.ForeignKey(
        CertificationApplication,
        models.PROTECT,
        related_name="corrections",
        verbose_name="認定申請",
    )
    requirement = models.ForeignKey(
        "council_city.Requirement",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="認定要件",
    )
    document_kind = models.CharField("書類", max_length=20, choices=DocumentKind, blank=True)
    comment = models.TextField("補正してほしい内容")
    asked_by = _person("依頼した職員")
    asked_at = models.DateTimeField("記入日時")
    answered_on = models.DateField("補正の受付日", null=True, blank=True)
    answer = models.TextField("補正の内容", blank=True)

    objects = CorrectionItemQuerySet.as_manager()

    class Meta:
        verbose_name = "補正依頼"
        verbose_name_plural = "補正依頼"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.about

    @property
    def about(self) -> str:
        """Return what is to be mended: a requirement, a paper, or the whole."""
        if self.requirement is not None:
            return str(self.requirement)
        return self.get_document_kind_display() or "申請全体"


class CertificationQuerySet(models.QuerySet):
    """Questions about certifications."""

    def in_force(self, day):
        """Keep what holds on a day: from the day of certification, until the day before its end."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day), certified_on__lte=day)


@pghistory.track()
class Certification(WardRow):
    """区長認定: a council holds it in one area; the database allows one per area on a day.

    `ended_on` is the first day on which it no longer holds: 取消, 解散, or a new area.
    """

    council = models.ForeignKey(
        "councils.CommunityCouncil",
        models.PROTECT,
        related_name="certifications",
        verbose_name="協議会",
    )
    area = models.ForeignKey(
        "councils.SchoolDistrictArea",
        models.PROTECT,
        related_name="certifications",
        verbose_name="校区等地域",
    )
    application = models.ForeignKey(
        CertificationApplication, models.PROTECT, related_name="certifications", verbose_name="申請"
    )
    number = models.PositiveIntegerField("認定番号")
    certified_on = models.DateField("認定日")
    certified_by = _person("認定した人")
    ended_on = models.DateField("失効日", null=True, blank=True)
    end_kind = models.CharField("失効の理由", max_length=20, choices=CertificationEnd, blank=True)
    is_continued = models.BooleanField(
        "引き続く認定", default=False, help_text="地域の名称が変わり、認定が続いているものです。"
    )

    objects = CertificationQuerySet.as_manager()

    class Meta:
        verbose_name = "認定"
        verbose_name_plural = "認定"
        ordering = ["-certified_on", "-pk"]
        constraints = [
            ExclusionConstraint(
                name="one_certified_council_per_area",
                expressions=[
                    (number_as_range("area"), RangeOperators.OVERLAPS),
                    (days("certified_on", "ended_on", "[)"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="この校区等地域には、すでに認定された地域活動協議会があります。",
            ),
            ExclusionConstraint(
                name="one_certification_per_council",
                expressions=[
                    (number_as_range("council"), RangeOperators.OVERLAPS),
                    (days("certified_on", "ended_on", "[)"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="この協議会は、すでに認定されています。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, end_kind="")
                | Q(ended_on__gte=F("certified_on")) & ~Q(end_kind=""),
                name="certification_ends_for_a_reason",
                violation_error_message="失効日は認定日以後の日にし、失効の理由を選んでください。",
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(is_continued=False),
                name="one_certification_per_number",
                violation_error_message="この認定番号は、すでに使われています。",
            ),
        ]

    def __str__(self) -> str:
        return f"認定第{self.number}号"

    def holds_on(self, day) -> bool:
        """Say whether it holds on a day."""
        return self.certified_on <= day and (self.ended_on is None or day < self.ended_on)


class ConfirmationQuerySet(models.QuerySet):
    """Questions about confirmations."""

    def open(self):
        """Keep what is still to be confirmed, of certifications that have not ended."""
        return self.filter(confirmed_on=None, certification__ended_on=None)

    def lapsed(self, day):
        """Keep the 失効候補: not confirmed by the due day."""
        return self.open().filter(due_on__lt=day)


@pghistory.track()
class Confirmation(WardRow):
    """要件確認: once a year the ward looks whether the requirements are still met."""

    certification = models.ForeignKey(
        Certification, models.PROTECT, related_name="confirmations", verbose_name="認定"
    )
    due_on = models.DateField("確認の期限")
    confirmed_on = models.DateField("確認日", null=True, blank=True)
    confirmed_by = _nobody_yet("確認した人")
    note = models.TextField("備考", blank=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = "要件確認"
        verbose_name_plural = "要件確認"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["certification"],
                condition=Q(confirmed_on=None),
                name="one_open_confirmation_per_certification",
                violation_error_message="この認定には、終わっていない要件確認があります。",
            )
        ]
        permissions = [("conclude_confirmation", "要件確認を終える")]

    def __str__(self) -> str:
        return f"{self.certification.council}の要件確認"

    def get_absolute_url(self) -> str:
        """Return the staff page of the confirmation."""
        return reverse("admin:councils_confirmation_change", args=[self.pk])


class CorrectiveRequestQuerySet(models.QuerySet):
    """Questions about 是正要請."""

    def open_on(self, day):
        """Keep what was asked by a day and not mended on it."""
        return self.filter(Q(resolved_on=None) | Q(resolved_on__gt=day), requested_on__lte=day)


@pghistory.track()
class CorrectiveRequest(WardRow):
    """是正要請: what a certified council has to mend, by when, and what it did."""

    certification = models.ForeignKey(
        Certification, models.PROTECT, related_name="corrective_requests", verbose_name="認定"
    )
    confirmation = models.ForeignKey(
        Confirmation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrective_requests",
        verbose_name="要件確認",
    )
    requested_on = models.DateField("要請日")
    due_on = models.DateField("是正の期限")
    reason = models.TextField("是正してほしい内容")
    requested_by = _person("要請した人")
    resolved_on = models.DateField("是正の確認日", null=True, blank=True)
    resolution = models.TextField("是正の内容", blank=True)
    resolved_by = _nobody_yet("是正を確認した人")

    objects = CorrectiveRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "是正要請"
        verbose_name_plural = "是正要請"
        ordering = ["-requested_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("requested_on")),
                name="correction_is_due_after_its_request",
                violation_error_message="是正の期限は、要請日以後の日にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(resolved_on=None) | ~Q(resolution=""),
                name="correction_tells_what_was_done",
                violation_error_message="是正の内容を入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certification.council}への是正要請"


@pghistory.track()
class Revocation(WardRow):
    """取消: proposed by one, decided by another, after a chance to explain (弁明の機会)."""

    certification = models.ForeignKey(
        Certification, models.PROTECT, related_name="revocations", verbose_name="認定"
    )
    state = models.CharField(
        "状態", max_length=10, choices=RevocationState, default=RevocationState.PROPOSED
    )
    reason = models.TextField("取消の理由")
    proposed_by = _person("起案した人")
    proposed_on = models.DateField("起案日")
    statement_due_on = models.DateField("弁明の期限")
    statement = models.TextField("弁明の内容", blank=True)
    statement_on = models.DateField("弁明の受付日", null=True, blank=True)
    decided_by = _nobody_yet("決定した人")
    decided_on = models.DateField("決定日", null=True, blank=True)
    decision_reason = models.TextField("決定の理由", blank=True)

    class Meta:
        verbose_name = "認定の取消"
        verbose_name_plural = "認定の取消"
        ordering = ["-proposed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["certification"],
                condition=Q(state="proposed"),
                name="one_open_revocation_per_certification",
                violation_error_message="この認定には、終わっていない取消の手続きがあります。",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="a_second_person_revokes",
                violation_error_message="取消を起案した人とは別の人が決定してください。",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed")
                | Q(decided_by__isnull=False, decided_on__isnull=False),
                name="somebody_decides_on_revocation",
                violation_error_message="取消の決定には、決定した人と日が必要です。",
            ),
        ]
        permissions = [
            ("propose_revocation", "認定の取消を起案する"),
            ("decide_revocation", "認定の取消を決定する"),
        ]

    def __str__(self) -> str:
        return f"{self.certification.council}の認定の取消"


@pghistory.track()
class ChangeNotice(WardRow):
    """変更届（様式第3号）: what a certified council says has changed; staff accept the difference.

    `changes` is a list of lines, each with `what` (see `councils.changes`) and its values;
    `writers` are the numbers of all who added or removed one: none of them may accept it.
    """

    council = models.ForeignKey(
        "councils.CommunityCouncil",
        models.PROTECT,
        related_name="change_notices",
        verbose_name="協議会",
    )
    received_on = models.DateField("受付日")
    state = models.CharField(
        "状態", max_length=10, choices=NoticeState, default=NoticeState.RECEIVED
    )
    changes = models.JSONField("変更の内容", default=list, blank=True)
    note = models.TextField("備考", blank=True)
    received_by = _nobody_yet("受け付けた職員")
    writers = models.JSONField("内容を書いた職員", default=list, blank=True, editable=False)
    decided_by = _nobody_yet("確認した人")
    decided_on = models.DateField("確認日", null=True, blank=True)
    decision_reason = models.TextField("差戻しの理由", blank=True)

    class Meta:
        verbose_name = "変更届"
        verbose_name_plural = "変更届"
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="received")
                | Q(decided_by__isnull=False, decided_on__isnull=False),
                name="somebody_decides_on_a_change",
                violation_error_message="変更届の確認には、確認した人と日が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(decision_reason=""),
                name="a_returned_change_has_its_reason",
                violation_error_message="差戻しの理由を入力してください。",
            ),
        ]
        permissions = [("accept_changenotice", "変更届を受理する")]

    def __str__(self) -> str:
        return f"{self.council}の変更届"

    def get_absolute_url(self) -> str:
        """Return the staff page of the notice."""
        return reverse("admin:councils_changenotice_change", args=[self.pk])
