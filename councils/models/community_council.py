"""地域活動協議会: the council, its people, its member bodies and its organs, each with dates."""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from councils.application_states import OPEN
from councils.choices import (
    ActivityField,
    ApplicationState,
    CertificationEnd,
    CouncilState,
    EntryKind,
    OrganizationKind,
    OrganKind,
    Position,
)
from councils.models.certification import (
    Certification,
    CertificationApplication,
    Confirmation,
    CorrectiveRequest,
)
from councils.models.ranges import days, number_as_range
from councils.posts import person_key
from wards.models import DatedRow, WardRow
from wards.text import search_key


def _counted(rows) -> Coalesce:
    """Count the rows of a council within the question for a list."""
    count = rows.order_by().values("council").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(count), 0)


class CommunityCouncilQuerySet(models.QuerySet):
    """Questions about councils."""

    def with_state(self, day):
        """Annotate `state`: how each council stands on a day, told from dates alone."""
        certified = Certification.objects.in_force(day).filter(council=OuterRef("pk"))
        ended = Certification.objects.filter(
            council=OuterRef("pk"), ended_on__lte=day, end_kind=CertificationEnd.REVOKED
        )
        asked = CorrectiveRequest.objects.open_on(day).filter(certification__council=OuterRef("pk"))
        applications = CertificationApplication.objects.filter(
            council=OuterRef("pk"), applied_on__lte=day
        )
        applying = applications.filter(Q(decided_on=None) | Q(decided_on__gt=day))
        applying = applying.filter(Q(state__in=OPEN) | Q(decided_on__gt=day))
        refused = applications.filter(state=ApplicationState.REFUSED, decided_on__lte=day)
        states = CouncilState
        return self.annotate(
            state=Case(
                When(dissolved_on__lte=day, then=Value(states.DISSOLVED)),
                When(Exists(certified) & Exists(asked), then=Value(states.CORRECTING)),
                When(Exists(certified), then=Value(states.CERTIFIED)),
                When(Exists(applying), then=Value(states.APPLYING)),
                When(Exists(ended), then=Value(states.REVOKED)),
                When(Exists(refused), then=Value(states.REFUSED)),
                default=Value(states.PREPARATORY),
                output_field=models.CharField(),
            )
        )

    def with_figures(self, day):
        """Annotate what a list tells of a day: state, certification, people, the next confirmation."""
        held = Certification.objects.in_force(day).filter(council=OuterRef("pk"))
        officers = CouncilOfficer.objects.in_force(day).filter(council=OuterRef("pk"))
        bodies = MemberOrganization.objects.in_force(day).filter(council=OuterRef("pk"))
        due = Confirmation.objects.open().filter(certification__council=OuterRef("pk"))
        leads = officers.filter(position=Position.REPRESENTATIVE)
        return self.with_state(day).annotate(
            certified_number=Subquery(held.values("number")[:1]),
            certified_on=Subquery(held.values("certified_on")[:1]),
            representative=Subquery(leads.values("name")[:1]),
            confirmation_due_on=Subquery(due.values("due_on")[:1]),
            bodies=_counted(bodies),
            people=_counted(officers),
        )

    def existing(self, day):
        """Keep the councils registered by a day and not dissolved on it."""
        return self.filter(registered_on__lte=day).exclude(dissolved_on__lte=day)


@pghistory.track(exclude=["search_key"])
class CommunityCouncil(WardRow):
    """地域活動協議会 or the 準備的な組織 before it: a body of one 校区等地域.

    It is certified only by 区長認定, and how it stands on a day is told from dates
    (`objects.with_state(day)`).
    """

    name = models.CharField("名称", max_length=100)
    kana = models.CharField("ふりがな", max_length=120, blank=True)
    area = models.ForeignKey(
        "councils.SchoolDistrictArea",
        models.PROTECT,
        related_name="councils",
        verbose_name="校区等地域",
    )
    registered_on = models.DateField("準備的な組織の登録日")
    dissolved_on = models.DateField("解散日", null=True, blank=True)
    dissolution_reason = models.CharField("解散の理由", max_length=300, blank=True)
    fields_of_activity = ArrayField(
        models.CharField("分野", max_length=20, choices=ActivityField),
        verbose_name="市民活動分野",
        default=list,
        blank=True,
    )
    office_place = models.CharField(
        "事務所の所在地", max_length=200, blank=True, help_text="公表しません。"
    )
    phone = models.CharField("電話", max_length=30, blank=True)
    email = models.EmailField(
        "メール", blank=True, help_text="変更の申出の案内を、この宛先に送ります。"
    )
    website = models.URLField("ウェブサイト", blank=True)
    phone_is_public = models.BooleanField("電話を公表する", default=False)
    email_is_public = models.BooleanField("メールを公表する", default=False)
    website_is_public = models.BooleanField("ウェブサイトを公表する", default=True)
    is_public = models.BooleanField(
        "名簿に載せる", default=True, help_text="外すと、公開の一覧に載せません。"
    )
    is_demo = models.BooleanField("見本", default=False, editable=False)
    search_key = models.TextField("検索用", blank=True, editable=False)

    objects = CommunityCouncilQuerySet.as_manager()

    class Meta:
        verbose_name = "地域活動協議会"
        verbose_name_plural = "地域活動協議会"
        ordering = ["area__code", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dissolved_on=None) | Q(dissolved_on__gte=F("registered_on")),
                name="council_is_dissolved_after_its_registration",
                violation_error_message="解散日は登録日以後の日にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(dissolved_on=None) | ~Q(dissolution_reason=""),
                name="dissolution_gives_its_reason",
                violation_error_message="解散の理由を入力してください。",
            ),
        ]
        permissions = [
            ("view_address_of_council", "役員の住所を見る"),
            ("export_communitycouncil", "地域活動協議会を書き出す"),
            ("import_communitycouncil", "地域活動協議会の名簿を取り込む"),
            ("dissolve_communitycouncil", "解散を登録する"),
            ("configure_councils", "地域活動協議会の設定を変える"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        """Keep what is searched in step with what is read."""
        self.search_key = search_key(f"{self.name} {self.kana}")
        if (names := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*names, "search_key"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the staff page of the council."""
        return reverse("admin:councils_communitycouncil_change", args=[self.pk])

    def part_url(self, part: str) -> str:
        """Return where a part of the staff page stands: what is told of one is done for itself."""
        return f"{self.get_absolute_url()}#{part}"

    @property
    def fields_in_words(self) -> str:
        """Return the fields of activity in the order of the list."""
        return "、".join(one.label for one in ActivityField if one in self.fields_of_activity)


class _OfACouncil(DatedRow):
    """A dated row of a council, with what it rests on."""

    basis = models.CharField(
        "根拠", max_length=200, blank=True, help_text="変更届の日付、総会の議決などです。"
    )

    class Meta(DatedRow.Meta):
        abstract = True


@pghistory.track(exclude=["person_key"])
class CouncilOfficer(_OfACouncil):
    """役員: a person, as what, from when to when. The address is never public."""

    council = models.ForeignKey(
        CommunityCouncil, models.PROTECT, related_name="officers", verbose_name="協議会"
    )
    name = models.CharField("氏名", max_length=100)
    kana = models.CharField("ふりがな", max_length=100, blank=True)
    position = models.CharField("役職", max_length=20, choices=Position)
    position_name = models.CharField(
        "役職の呼び名",
        max_length=40,
        blank=True,
        help_text="協議会での呼び名が違うときに入力します。",
    )
    address = models.CharField("住所", max_length=200, blank=True, help_text="公表しません。")
    name_is_public = models.BooleanField("氏名を公表する", default=True)
    person_key = models.CharField("同一人の照合", max_length=200, editable=False)

    class Meta(_OfACouncil.Meta):
        verbose_name = "役員"
        verbose_name_plural = "役員"
        ordering = ["council", "position", "valid_from", "pk"]
        constraints = [
            *DatedRow.Meta.constraints,
            ExclusionConstraint(
                name="one_representative_on_a_day",
                expressions=[
                    (number_as_range("council"), RangeOperators.OVERLAPS),
                    (days("valid_from", "valid_to", "[]"), RangeOperators.OVERLAPS),
                ],
                condition=Q(position=Position.REPRESENTATIVE),
                violation_error_message="同じ日に代表者（会長）が二人になります。前の代表者の末日を先に入力してください。",
            ),
            models.UniqueConstraint(
                fields=["council", "name", "position"],
                condition=Q(valid_to=None),
                name="one_current_post_per_person_and_position",
                violation_error_message="この人は、この役職にすでに登録されています。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.called} {self.name}"

    @property
    def called(self) -> str:
        """Return the post as this council calls it."""
        return self.position_name or self.get_position_display()

    def save(self, *args, **kwargs):
        """Keep the key of the person in step with the name."""
        self.person_key = person_key(self.name)[:200]
        super().save(*args, **kwargs)


@pghistory.track()
class MemberOrganization(_OfACouncil):
    """構成団体: a body that takes part in a council, from when to when."""

    council = models.ForeignKey(
        CommunityCouncil, models.PROTECT, related_name="organizations", verbose_name="協議会"
    )
    name = models.CharField("団体名", max_length=100)
    kind = models.CharField("種別", max_length=20, choices=OrganizationKind)
    is_founder = models.BooleanField(
        "立ち上げた団体", default=False, help_text="協議会を立ち上げた団体に付けます。"
    )

    class Meta(_OfACouncil.Meta):
        verbose_name = "構成団体"
        verbose_name_plural = "構成団体"
        ordering = ["council", "kind", "name", "valid_from"]
        constraints = [
            *DatedRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["council", "name"],
                condition=Q(valid_to=None),
                name="one_current_organization_per_name",
                violation_error_message="この団体は、この協議会の構成団体としてすでに登録されています。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class CouncilOrgan(DatedRow):
    """運営委員会, which decides, or 部会, which acts in one theme under it (事項1-① ア(イ))."""

    council = models.ForeignKey(
        CommunityCouncil, models.PROTECT, related_name="organs", verbose_name="協議会"
    )
    kind = models.CharField("種類", max_length=20, choices=OrganKind)
    name = models.CharField("名称", max_length=60)

    class Meta(DatedRow.Meta):
        verbose_name = "会議体"
        verbose_name_plural = "会議体"
        ordering = ["council", "kind", "name"]
        constraints = [
            *DatedRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["council", "name"],
                condition=Q(valid_to=None),
                name="one_current_organ_per_name",
                violation_error_message="この名前の会議体は、すでに登録されています。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(exclude=["person_key"])
class OrganSeat(DatedRow):
    """A seat in an organ: who, on whose behalf, from when to when."""

    organ = models.ForeignKey(
        CouncilOrgan, models.PROTECT, related_name="seats", verbose_name="会議体"
    )
    name = models.CharField("氏名", max_length=100)
    organization = models.ForeignKey(
        MemberOrganization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="選出した団体",
    )
    role = models.CharField("役割", max_length=40, blank=True, help_text="部会長などです。")
    person_key = models.CharField("同一人の照合", max_length=200, editable=False)

    class Meta(DatedRow.Meta):
        verbose_name = "会議体の委員"
        verbose_name_plural = "会議体の委員"
        ordering = ["organ", "pk"]

    def __str__(self) -> str:
        return f"{self.organ} {self.name}"

    def save(self, *args, **kwargs):
        """Keep the key of the person in step with the name."""
        self.person_key = person_key(self.name)[:200]
        super().save(*args, **kwargs)


@pghistory.track()
class CouncilEntry(WardRow):
    """A line of a council's record: what was done, by whom, when; written once."""

    council = models.ForeignKey(
        CommunityCouncil, models.PROTECT, related_name="entries", verbose_name="協議会"
    )
    kind = models.CharField("種類", max_length=20, choices=EntryKind)
    title = models.CharField("見出し", max_length=100)
    text = models.TextField("内容", blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="行った人",
    )
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "協議会の記録"
        verbose_name_plural = "協議会の記録"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.title
