"""校区等地域: the unit of a council, and who of the ward office looks after it."""

import pghistory
from django.conf import settings
from django.db import models

from councils.choices import AreaChange, AreaNoteKind
from wards.models import DatedRow, WardRow
from wards.text import names_from_text


@pghistory.track()
class SchoolDistrictArea(DatedRow):
    """校区等地域, roughly a primary-school district; old years keep the old unit.

    An area is never renamed in place: it ends, and a successor begins on the next day.
    """

    code = models.CharField(
        "校区コード",
        max_length=10,
        unique=True,
        help_text="区の中で一度だけ使う番号です。なくなった地域の番号も使い直しません。",
    )
    name = models.CharField("地域名", max_length=60)
    kana = models.CharField("ふりがな", max_length=80, blank=True)
    schools = models.CharField(
        "学校",
        max_length=200,
        blank=True,
        help_text="「○○小学校、○○中学校」のように書いてください。",
    )
    towns = models.CharField(
        "町名",
        max_length=400,
        blank=True,
        help_text="「梅田、曽根崎」のように読点で区切ってください。場所にこの町名のある相談・要望が、地域カルテに出ます。",
    )
    is_demo = models.BooleanField("見本", default=False, editable=False)

    class Meta(DatedRow.Meta):
        verbose_name = "校区等地域"
        verbose_name_plural = "校区等地域"
        ordering = ["code"]
        permissions = [("reorganise_areas", "校区等地域を変更・統合・分割する")]
        constraints = [
            *DatedRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["name", "valid_from"],
                name="one_area_per_name_and_start",
                violation_error_message="この名前の校区等地域は、この日からすでに登録されています。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def town_names(self) -> tuple[str, ...]:
        """Return its towns one by one."""
        return names_from_text(self.towns)


@pghistory.track()
class AreaSuccession(WardRow):
    """How one area became another: 名称の変更, 統合 or 分割, on a day, for a reason."""

    former = models.ForeignKey(
        SchoolDistrictArea, models.PROTECT, related_name="successions", verbose_name="前の地域"
    )
    successor = models.ForeignKey(
        SchoolDistrictArea, models.PROTECT, related_name="origins", verbose_name="後の地域"
    )
    kind = models.CharField("変更の種類", max_length=10, choices=AreaChange)
    changed_on = models.DateField("変更日")
    reason = models.CharField("理由", max_length=300)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登録した職員"
    )

    class Meta:
        verbose_name = "地域の変更"
        verbose_name_plural = "地域の変更"
        ordering = ["-changed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["former", "successor"],
                name="one_succession_per_pair",
                violation_error_message="この地域の変更は、すでに登録されています。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.former} → {self.successor}"


@pghistory.track()
class AreaStaff(DatedRow):
    """地域担当職員: who of the ward office looks after an area (事項2-①)."""

    area = models.ForeignKey(
        SchoolDistrictArea, models.PROTECT, related_name="staff", verbose_name="地域"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="職員"
    )
    is_lead = models.BooleanField("主担当", default=False)

    class Meta(DatedRow.Meta):
        verbose_name = "地域担当職員"
        verbose_name_plural = "地域担当職員"
        ordering = ["area", "-is_lead", "valid_from"]
        constraints = [
            *DatedRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["area", "person", "valid_from"],
                name="one_area_post_per_person_and_start",
                violation_error_message="この職員は、この日からこの地域の担当に登録されています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.person}"


@pghistory.track()
class AreaNote(WardRow):
    """A line of the 地域カルテ: an activity, an issue, a note; withdrawn with a reason, not rewritten."""

    area = models.ForeignKey(
        SchoolDistrictArea, models.PROTECT, related_name="notes", verbose_name="地域"
    )
    kind = models.CharField("種類", max_length=10, choices=AreaNoteKind)
    happened_on = models.DateField("日付")
    text = models.TextField("内容")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="記録した職員"
    )
    written_at = models.DateTimeField("記録日時")
    withdrawn_at = models.DateTimeField("取消日時", null=True, blank=True)
    withdrawn_reason = models.CharField("取消の理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "地域カルテの記録"
        verbose_name_plural = "地域カルテの記録"
        ordering = ["-happened_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.area} {self.get_kind_display()}"
