"""局への要請・提案: what a ward asks of one bureau, and the bureau's answer, in the public schema."""

import uuid

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q

from councils.forum.choices import ResponseClass
from wards.database_roles import OWN_OFFICE
from wards.deadlines import Clock
from wards.models import NeverMissing

# Row-level security says whose requests a ward sees; this says what each side may change.
# The owner of the tables is nobody's office and passes.
_ONLY_ITS_NEXT_STEP = f"""
    own := {OWN_OFFICE};
    IF own IS NULL THEN RETURN NEW; END IF;
    IF (NEW.id, NEW.from_ward_id, NEW.kind, NEW.opinion_id, NEW.opinion_label, NEW.title, NEW.text,
        NEW.sent_on, NEW.sent_by_name, NEW.is_demo)
        IS DISTINCT FROM
       (OLD.id, OLD.from_ward_id, OLD.kind, OLD.opinion_id, OLD.opinion_label, OLD.title, OLD.text,
        OLD.sent_on, OLD.sent_by_name, OLD.is_demo)
        OR (OLD.state IN ('withdrawn', 'returned', 'published') AND NEW.* IS DISTINCT FROM OLD.*)
    THEN RAISE insufficient_privilege USING MESSAGE = 'what was asked or has ended is not rewritten';
    END IF;
    IF own = OLD.from_ward_id THEN
        IF (NEW.bureau_id, NEW.assigned_on, NEW.assigned_by_name, NEW.due_on, NEW.rule_id,
            NEW.answer_class, NEW.answer, NEW.answered_on, NEW.answered_by_name, NEW.coordination,
            NEW.published_on, NEW.published_by_name)
            IS DISTINCT FROM
           (OLD.bureau_id, OLD.assigned_on, OLD.assigned_by_name, OLD.due_on, OLD.rule_id,
            OLD.answer_class, OLD.answer, OLD.answered_on, OLD.answered_by_name, OLD.coordination,
            OLD.published_on, OLD.published_by_name)
            OR NEW.state NOT IN (OLD.state, 'withdrawn')
            OR (NEW.state = 'withdrawn' AND OLD.state NOT IN ('sent', 'assigned'))
            OR (NEW.state = OLD.state AND NEW.closing_reason IS DISTINCT FROM OLD.closing_reason)
        THEN RAISE insufficient_privilege USING MESSAGE = 'a ward may only take its request back';
        END IF;
    ELSIF NEW.state = 'withdrawn'
    THEN RAISE insufficient_privilege USING MESSAGE = 'a ward alone takes its request back';
    END IF;
    RETURN NEW;
"""


class RequestState(models.TextChoices):
    """Where a request stands."""

    SENT = "sent", "担当局の決定待ち"
    ASSIGNED = "assigned", "局の回答待ち"
    ANSWERED = "answered", "市民局の取りまとめ待ち"
    PUBLISHED = "published", "回答を公表"
    RETURNED = "returned", "区に返した"
    WITHDRAWN = "withdrawn", "区が取り下げた"


class RequestRuleQuerySet(models.QuerySet):
    """Questions about rules of the clock."""

    def in_force(self, day):
        """Return the rule for a request of a day; raise RequestRule.DoesNotExist if there is none."""
        return (
            self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
            .order_by("-valid_from")[:1]
            .get()
        )


@pghistory.track()
class RequestRule(NeverMissing):
    """要請・提案の期限: how long a bureau may take, and who is told when it does not answer."""

    # What requests got their due day by.
    FIXED_ONCE_BEGUN = (
        "name",
        "days",
        "remind_before",
        "bureau_after",
        "city_after",
        "ward_after",
        "valid_from",
        "source",
    )
    IS_REWRITTEN = (
        "適用が始まった期限は書き換えられません。末日を入れて終え、次の期限を登録してください。"
    )
    BEGINS_TOO_EARLY = "適用の初日は、明日以後の日にしてください。今日までに出された要請・提案の期限は変えられません。"
    LEAVES_A_GAP = (
        "{day}から適用する期限がなくなり、区が要請・提案を出せません。"
        "先に次の期限を登録するか、末日を空欄にしてください。"
    )

    name = models.CharField("名称", max_length=60)
    days = models.PositiveSmallIntegerField(
        "期限までの日数", help_text="暦日で、区が出した日を数えずに入力してください。"
    )
    remind_before = models.PositiveSmallIntegerField("期限前の知らせ（日前）")
    bureau_after = models.PositiveSmallIntegerField(
        "局に知らせる日", help_text="期限の日から数えた日数です。0は期限の日です。"
    )
    city_after = models.PositiveSmallIntegerField("市民局に知らせる日")
    ward_after = models.PositiveSmallIntegerField("区に知らせる日")
    valid_from = models.DateField("適用の初日", unique=True)
    valid_to = models.DateField("適用の末日", null=True, blank=True)
    source = models.CharField("根拠", max_length=200)

    objects = RequestRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "要請・提案の期限"
        verbose_name_plural = "要請・提案の期限"
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="request_rule_ends_after_it_begins",
                violation_error_message="末日は初日以後の日にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(bureau_after__lte=F("city_after")) & Q(city_after__lte=F("ward_after")),
                name="request_rule_escalates_upwards",
                violation_error_message="局・市民局・区の順に、遅くなるように入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1) & Q(remind_before__lte=F("days")),
                name="request_rule_leaves_a_day",
                violation_error_message="期限までの日数は1日以上、知らせはそれより前にしてください。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def clock(self) -> Clock:
        """Return the rule as the plain values that `wards.deadlines` computes with."""
        return Clock(
            days=self.days,
            remind_before=self.remind_before,
            chief_after=self.bureau_after,
            head_after=self.city_after,
            mayor_after=self.ward_after,
            name=self.name,
            source=self.source,
        )


class BureauRequestQuerySet(models.QuerySet):
    """Questions about requests."""

    def waiting(self):
        """Keep what is still to be answered or to be published."""
        return self.filter(state__in=WAITING)


WAITING = (RequestState.SENT, RequestState.ASSIGNED, RequestState.ANSWERED)


@pghistory.track()
class BureauRequest(models.Model):
    """局への要請・提案: one matter of a ward for one bureau (「区政運営基本方針」2-⑨).

    市民局 names the bureau, the bureau answers, 市民局 coordinates and publishes. No person's name
    of the ward's people stands in it.
    """

    class Kind(models.TextChoices):
        """What the ward wants."""

        REQUEST = "request", "要請"
        PROPOSAL = "proposal", "提案"

    State = RequestState

    id = models.UUIDField("番号", primary_key=True, default=uuid.uuid4, editable=False)
    from_ward = models.ForeignKey("wards.Ward", models.PROTECT, related_name="+", verbose_name="区")
    kind = models.CharField("種類", max_length=10, choices=Kind)
    # The opinion in the ward's schema: a number there, no key across the fence.
    opinion_id = models.BigIntegerField("意見")
    opinion_label = models.CharField("意見の番号", max_length=20)
    title = models.CharField("件名", max_length=100)
    text = models.TextField("要請・提案の内容")
    sent_on = models.DateField("出した日")
    sent_by_name = models.CharField("出した職員", max_length=60)
    rule = models.ForeignKey(
        RequestRule, models.PROTECT, related_name="+", verbose_name="要請・提案の期限"
    )
    due_on = models.DateField("回答の期限")
    state = models.CharField("状態", max_length=10, choices=RequestState, default=RequestState.SENT)
    bureau = models.ForeignKey(
        "wards.Bureau",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="担当局",
    )
    assigned_on = models.DateField("担当局を決めた日", null=True, blank=True)
    assigned_by_name = models.CharField("担当局を決めた職員", max_length=60, blank=True)
    answer_class = models.CharField("対応区分", max_length=10, choices=ResponseClass, blank=True)
    answer = models.TextField("局の回答", blank=True)
    answered_on = models.DateField("局が答えた日", null=True, blank=True)
    answered_by_name = models.CharField("答えた職員", max_length=60, blank=True)
    coordination = models.TextField("市民局の調整・補足", blank=True)
    published_on = models.DateField("公表した日", null=True, blank=True)
    published_by_name = models.CharField("公表した職員", max_length=60, blank=True)
    closing_reason = models.CharField("返した・取り下げた理由", max_length=300, blank=True)
    is_demo = models.BooleanField("見本", default=False, editable=False)

    objects = BureauRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "要請・提案"
        verbose_name_plural = "要請・提案"
        ordering = ["due_on", "sent_on", "id"]
        permissions = [
            ("assign_bureaurequest", "要請・提案の担当局を決め、区に返す"),
            ("answer_bureaurequest", "要請・提案に答える"),
            ("publish_bureaurequest", "要請・提案の回答を取りまとめ、公表する"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["assigned", "answered", "published"])
                | Q(bureau__isnull=False, assigned_on__isnull=False),
                name="a_request_has_one_bureau",
                violation_error_message="担当局を決めてください。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "published"])
                | (Q(answered_on__isnull=False) & ~Q(answer="") & ~Q(answer_class="")),
                name="an_answered_request_has_a_text",
                violation_error_message="対応区分と回答を入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_on__isnull=False),
                name="a_published_request_has_its_day",
                violation_error_message="公表した日がありません。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "withdrawn"]) | ~Q(closing_reason=""),
                name="a_request_given_back_says_why",
                violation_error_message="返す理由、取り下げる理由を入力してください。",
            ),
            models.UniqueConstraint(
                fields=["from_ward", "opinion_id"],
                condition=Q(state__in=["sent", "assigned", "answered"]),
                name="one_open_request_per_opinion",
                violation_error_message="この意見には、答えを待っている要請・提案があります。",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="bureau_request_by_state"),
            models.Index(fields=["from_ward", "opinion_id"], name="bureau_request_by_opinion"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="only_its_next_step",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                declare=[("own", "BIGINT")],
                func=_ONLY_ITS_NEXT_STEP,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}「{self.title}」"

    @property
    def is_waiting(self) -> bool:
        """Say whether it is still to be answered or to be published."""
        return self.state in WAITING
