"""相談・要望: the case itself, who asked, and what they thought of the answer."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations.case_states import CLOSED, OPEN
from consultations.choices import (
    CaseState,
    HandoverState,
    IntakeChannel,
    RecordType,
    ReplyBy,
    RequesterKind,
)
from consultations.models.shared_record import Handover
from wards.access import memberships_here
from wards.models import Role, WardRow


class ConsultationQuerySet(models.QuerySet):
    """Questions about cases."""

    def visible_to(self, user):
        """Keep what a person may see: an office's clerk, only what was handed to that office."""
        if user.has_perm("consultations.view_all_consultations"):
            return self
        offices = [
            membership.office_id
            for membership in memberships_here(user)
            if membership.role == Role.OFFICE_CLERK and membership.office_id
        ]
        if not offices or not user.has_perm("consultations.view_consultation"):
            return self.none()
        return self.filter(
            pk__in=Handover.objects.filter(office__in=offices)
            .exclude(state__in=(HandoverState.RETURNED, HandoverState.WITHDRAWN))
            .values("consultation")
        )

    def open(self):
        """Keep the cases in which somebody still waits."""
        return self.filter(state__in=OPEN)

    def closed(self):
        """Keep the cases in which nothing is owed any more."""
        return self.filter(state__in=CLOSED)

    def overdue(self, day):
        """Keep the open cases whose due day has passed."""
        return self.open().filter(due_on__lt=day)

    def in_area(self, area):
        """Keep the cases whose place names a town of a 校区等地域; without towns there is none."""
        named = Q()
        for town in area.town_names:
            named |= Q(place__icontains=town)
        return self.filter(named) if named else self.none()

    def with_names(self):
        """Fetch along what every list prints."""
        return self.select_related("category", "section", "assignee", "office")


@pghistory.track(exclude=["search_key"])
class Consultation(WardRow):
    """A case of 相談・要望 from 受付 to 公表判定: the facts of the 情報共有カルテ.

    What the citizen wrote stays as it was written. Who the citizen is stands in `Contact`, and only
    when a reply is wanted.
    """

    fiscal_year = models.PositiveSmallIntegerField("受付年度", editable=False)
    serial = models.PositiveIntegerField("年度の連番", editable=False)
    number = models.CharField("受付番号", max_length=40, unique=True, editable=False)
    submission_token = models.CharField(
        "送信の区別", max_length=64, unique=True, null=True, blank=True, editable=False
    )
    passphrase_hash = models.CharField("合言葉の照合値", max_length=64, blank=True, editable=False)
    record_type = models.CharField("記録の種類", max_length=20, choices=RecordType)
    intake_channel = models.CharField("受付経路", max_length=20, choices=IntakeChannel)
    requester_kind = models.CharField(
        "要望者区分", max_length=20, choices=RequesterKind, default=RequesterKind.CITIZEN
    )
    category = models.ForeignKey(
        "consultations.Category", models.PROTECT, related_name="+", verbose_name="分野"
    )
    form = models.ForeignKey(
        "consultations.CategoryForm",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="質問の版",
    )
    answers = models.JSONField("質問への答え", default=dict, blank=True)
    subject = models.CharField("件名", max_length=100)
    place = models.CharField("場所", max_length=200, blank=True)
    body = models.TextField("内容")
    language = models.CharField("書かれた言語", max_length=10, default="ja")
    wants_reply = models.BooleanField("回答を希望", default=False)

    received_at = models.DateTimeField("受付日時")
    received_on = models.DateField("受付日")
    due_on = models.DateField("回答期限")
    deadline_rule = models.ForeignKey(
        "consultation_city.DeadlineRule",
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name="期限のルール",
    )
    state = models.CharField("状態", max_length=20, choices=CaseState, default=CaseState.RECEIVED)
    state_changed_at = models.DateTimeField("状態の変更日時")
    section = models.ForeignKey(
        "consultations.Section", models.PROTECT, related_name="+", verbose_name="受け持つ課"
    )
    office = models.ForeignKey(
        "wards.Office",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="引き継いだ事業所",
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="担当者",
    )
    rule = models.ForeignKey(
        "consultations.RoutingRule",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="振分ルール",
    )
    rule_words = models.CharField("振分の理由", max_length=300, blank=True, editable=False)
    interim_on = models.DateField("最初の中間回答日", null=True, blank=True)
    answered_on = models.DateField("回答日", null=True, blank=True)
    closed_on = models.DateField("終了日", null=True, blank=True)
    read_back_on = models.DateField(
        "読み聞かせ確認日",
        null=True,
        blank=True,
        help_text="要望等記録で、本人に内容を確認した日です。",
    )
    previous = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name="もとの案件",
    )
    origin_number = models.CharField("引継ぎ元の受付番号", max_length=40, blank=True)
    moved_to_number = models.CharField(
        "引継ぎ先の受付番号",
        max_length=40,
        blank=True,
        help_text="他の区が引き受けたときの、その区の受付番号です。",
    )
    bundle_lead = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bundled",
        verbose_name="束ねた先の案件",
        help_text="同じ趣旨の案件です。束ねた先の回答を、この人にも届けます。",
    )
    legal_hold = models.CharField(
        "保存の指定", max_length=200, blank=True, help_text="廃棄してはならない理由です。"
    )
    search_key = models.TextField("検索用", blank=True, editable=False)
    is_demo = models.BooleanField("見本", default=False, editable=False)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = "相談・要望"
        verbose_name_plural = "相談・要望"
        ordering = ["due_on", "pk"]
        permissions = [
            ("view_all_consultations", "区のすべての案件を見られる"),
            ("view_contact_of_consultation", "連絡先を見られる"),
            ("route_consultation", "案件を課に振り分けられる"),
            ("hand_over_consultation", "案件を引き継げる"),
            ("answer_handover", "引き継がれた案件に応じられる"),
            ("approve_reply", "回答案を決裁できる"),
            ("propose_publication", "公表案を作れる"),
            ("confirm_publication", "公表を確認できる"),
            ("export_consultation", "案件をファイルに書き出せる"),
            ("import_consultation", "案件をファイルから更新できる"),
            ("configure_consultations", "分野・課・振分ルールを変えられる"),
            ("hold_consultation", "保存の指定と廃棄の確認ができる"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "serial"],
                name="one_serial_per_fiscal_year",
                violation_error_message="この受付番号は、すでに使われています。",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("received_on")),
                name="due_day_is_not_before_reception",
                violation_error_message="回答期限は受付日以後の日です。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[str(state) for state in CLOSED]) | ~Q(closed_on=None),
                name="an_ended_case_has_its_day",
                violation_error_message="終わった案件には終了日が要ります。",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="case_by_state_and_due_day"),
            models.Index(fields=["received_on"], name="case_by_reception"),
            models.Index(
                fields=["category", "received_on"],
                include=["answered_on", "due_on", "state", "closed_on"],
                name="case_for_figures",
            ),
            models.Index(fields=["section", "state", "due_on"], name="case_by_section"),
            models.Index(fields=["assignee", "state", "due_on"], name="case_by_assignee"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    def get_absolute_url(self) -> str:
        """Return the address of the 情報共有カルテ."""
        # No `reverse`: services name this page also where the city's addresses are served.
        return f"/admin/consultations/consultation/{self.pk}/change/"

    @property
    def is_open(self) -> bool:
        """Say whether somebody still waits for something."""
        return self.state in OPEN

    @property
    def needs_read_back(self) -> bool:
        """Say whether a 要望等記録 has still to be confirmed with the person who spoke."""
        return self.record_type == RecordType.RECORDED_REQUEST and self.read_back_on is None


@pghistory.track()
class Contact(WardRow):
    """Who asked, and how to reach them; kept only where a reply is wanted (個人情報保護法61条).

    Reading it is written into the access log.
    """

    consultation = models.OneToOneField(
        Consultation, models.CASCADE, related_name="contact", verbose_name="相談・要望"
    )
    reply_by = models.CharField("回答の方法", max_length=10, choices=ReplyBy)
    name = models.CharField("氏名", max_length=100)
    kana = models.CharField("ふりがな", max_length=100, blank=True)
    email = models.EmailField("メールアドレス", blank=True)
    phone = models.CharField("電話番号", max_length=20, blank=True)
    postal_code = models.CharField("郵便番号", max_length=8, blank=True)
    address = models.CharField("住所", max_length=200, blank=True)
    answer_in_mail = models.BooleanField(
        "回答の本文をメールに書いてよい",
        default=False,
        help_text="本人が同意したときだけ、回答の本文をメールで送ります。",
    )

    class Meta:
        verbose_name = "連絡先"
        verbose_name_plural = "連絡先"
        constraints = [
            models.CheckConstraint(
                condition=(~Q(reply_by=ReplyBy.EMAIL) | ~Q(email=""))
                & (~Q(reply_by=ReplyBy.PHONE) | ~Q(phone=""))
                & (~Q(reply_by=ReplyBy.LETTER) | ~Q(address="")),
                name="contact_can_be_reached",
                violation_error_message="選んだ回答の方法に要る連絡先を入力してください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.consultation.number}の連絡先"

    def values(self) -> dict[str, object]:
        """Return what another case of the same person is given, here or in another ward."""
        own = ("id", "consultation")
        return {
            field.name: getattr(self, field.name)
            for field in self._meta.fields
            if field.name not in own
        }


@pghistory.track()
class ReceiptCounter(WardRow):
    """The last serial given in a fiscal year: numbers of disposed cases are never given again."""

    fiscal_year = models.PositiveSmallIntegerField("受付年度", primary_key=True)
    last = models.PositiveIntegerField("最後の連番", default=0)

    class Meta:
        verbose_name = "受付番号の連番"
        verbose_name_plural = "受付番号の連番"

    def __str__(self) -> str:
        return f"{self.fiscal_year}: {self.last}"


@pghistory.track()
class Satisfaction(WardRow):
    """What the citizen said of the answer: reached, understood, handled properly (指標 2-2-a)."""

    consultation = models.OneToOneField(
        Consultation, models.CASCADE, related_name="satisfaction", verbose_name="相談・要望"
    )
    reached = models.BooleanField("回答が届いたか")
    understood = models.BooleanField("内容が分かったか")
    handled_properly = models.BooleanField("適切に対応されたか")
    said_on = models.DateField("回答日")

    class Meta:
        verbose_name = "回答への評価"
        verbose_name_plural = "回答への評価"

    def __str__(self) -> str:
        return f"{self.consultation.number}の評価"
