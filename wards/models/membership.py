"""Who works where, in which role, from when to when."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Role(models.TextChoices):
    """The roles of CONTRACT; what each may do stands in `wards/roles.yaml`."""

    VIEWER = "viewer", "閲覧者"
    OFFICER = "officer", "区職員"
    MANAGER = "manager", "区課長"
    WARD_MAYOR = "ward_mayor", "区長"
    OFFICE_CLERK = "office_clerk", "事業所職員"
    JUDGE = "judge", "選定委員"
    CITY_VIEWER = "city_viewer", "市民局閲覧者"
    CITY_OFFICER = "city_officer", "市民局職員"
    BUREAU_OFFICER = "bureau_officer", "局の窓口"
    OPERATOR = "operator", "運用管理者"


class MembershipQuerySet(models.QuerySet):
    """Questions about memberships."""

    def in_force(self, day):
        """Keep those that hold on the day; both ends count."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gte=day))


@pghistory.track()
class Membership(models.Model):
    """A person's role in one ward, or in 本庁, for a time.

    Personnel move every April: a membership ends by date and is never deleted, so that who could do
    what on a day can always be told.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name="職員"
    )
    ward = models.ForeignKey(
        "wards.Ward", models.PROTECT, related_name="memberships", verbose_name="所属"
    )
    role = models.CharField("役割", max_length=20, choices=Role)
    office = models.ForeignKey(
        "wards.Office",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="事業所",
        help_text="事業所職員だけに付けます。この事業所に引き継がれた案件だけが見えます。",
    )
    bureau = models.ForeignKey(
        "wards.Bureau",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="局",
        help_text="局の窓口だけに付けます。この局に引き継がれた案件だけが見えます。",
    )
    valid_from = models.DateField("開始日")
    valid_to = models.DateField(
        "終了日", null=True, blank=True, help_text="この日まで働きます。空欄は期限なしです。"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "所属と役割"
        verbose_name_plural = "所属と役割"
        ordering = ["ward__order", "valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="membership_ends_after_it_begins",
                violation_error_message="終了日は開始日以後の日にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(office=None) | Q(role=Role.OFFICE_CLERK),
                name="office_of_clerks_only",
                violation_error_message="事業所は、役割が事業所職員のときだけ付けられます。",
            ),
            models.CheckConstraint(
                condition=Q(bureau=None) | Q(role=Role.BUREAU_OFFICER),
                name="bureau_of_bureau_officers_only",
                violation_error_message="局は、役割が局の窓口のときだけ付けられます。",
            ),
            models.UniqueConstraint(
                fields=["user", "ward", "role", "valid_from"],
                name="one_membership_per_role_and_start",
                violation_error_message="同じ役割が同じ日から、すでに登録されています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}（{self.ward} {self.get_role_display()}）"
