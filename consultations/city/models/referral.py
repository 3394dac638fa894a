"""What one office hands to another across the fence between schemas."""

import uuid

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from wards.database_roles import OWN_OFFICE

# Row-level security says who sees a referral; this says what each of the two may change of it.
# The owner of the tables, who disposes of it, is nobody's office and passes.
_ONLY_ITS_NEXT_STEP = f"""
    own := {OWN_OFFICE};
    IF own IS NULL THEN RETURN NEW; END IF;
    IF (NEW.id, NEW.from_ward_id, NEW.to_ward_id, NEW.bureau_id, NEW.receipt_number,
        NEW.category_name, NEW.language, NEW.wants_reply, NEW.received_on, NEW.due_on, NEW.reason,
        NEW.sent_by_name, NEW.sent_at)
        IS DISTINCT FROM
       (OLD.id, OLD.from_ward_id, OLD.to_ward_id, OLD.bureau_id, OLD.receipt_number,
        OLD.category_name, OLD.language, OLD.wants_reply, OLD.received_on, OLD.due_on, OLD.reason,
        OLD.sent_by_name, OLD.sent_at)
        OR NEW.body NOT IN (OLD.body, '') OR NEW.place NOT IN (OLD.place, '')
        OR NEW.passphrase_hash NOT IN (OLD.passphrase_hash, '')
        OR (NEW.contact IS NOT NULL AND NEW.contact IS DISTINCT FROM OLD.contact)
    THEN RAISE insufficient_privilege USING MESSAGE = 'what was referred is not rewritten';
    END IF;
    IF NEW.state = OLD.state THEN
        IF (NEW.decided_by_name, NEW.decided_at, NEW.answer, NEW.new_number)
            IS DISTINCT FROM
           (OLD.decided_by_name, OLD.decided_at, OLD.answer, OLD.new_number)
            OR (NEW.collected_at IS DISTINCT FROM OLD.collected_at AND own <> OLD.from_ward_id)
        THEN RAISE insufficient_privilege USING MESSAGE = 'a decision is not rewritten';
        END IF;
    ELSIF own <> (CASE NEW.state WHEN 'withdrawn' THEN OLD.from_ward_id ELSE OLD.to_ward_id END)
        OR NEW.state = 'sent'
        -- What a ward has accepted is a case of its own; only a bureau still owes an answer then.
        OR NOT (OLD.state = 'sent' OR OLD.state = 'accepted' AND OLD.bureau_id IS NOT NULL)
    THEN RAISE insufficient_privilege USING MESSAGE = 'this office may not take this step';
    END IF;
    RETURN NEW;
"""


# What is in transit between two offices is nobody's history: it is erased when it has arrived.
@pghistory.track(exclude=["contact", "body", "place", "passphrase_hash"])
class Referral(models.Model):
    """A case on its way from a ward to another ward, or to a bureau that answers at 本庁.

    The two offices that it names are the only ones to see it (row-level security). A bureau gets
    what is asked, never who asks; a ward gets the contact too, because it will answer the citizen.
    Contact and text are emptied once the receiver has taken the case over or returned it.
    """

    class State(models.TextChoices):
        """Where the referral stands."""

        SENT = "sent", "引継ぎ待ち"
        ACCEPTED = "accepted", "引受済"
        ANSWERED = "answered", "回答済"
        RETURNED = "returned", "返却"
        WITHDRAWN = "withdrawn", "取消"

    id = models.UUIDField("番号", primary_key=True, default=uuid.uuid4, editable=False)
    from_ward = models.ForeignKey(
        "wards.Ward", models.PROTECT, related_name="+", verbose_name="引継ぎ元"
    )
    to_ward = models.ForeignKey(
        "wards.Ward", models.PROTECT, related_name="+", verbose_name="引継ぎ先"
    )
    bureau = models.ForeignKey(
        "wards.Bureau", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="局"
    )
    receipt_number = models.CharField("受付番号", max_length=40)
    category_name = models.CharField("分野", max_length=60)
    place = models.CharField("場所", max_length=200, blank=True)
    body = models.TextField("内容", blank=True)
    language = models.CharField("言語", max_length=10, default="ja")
    wants_reply = models.BooleanField("回答を希望", default=False)
    contact = models.JSONField("連絡先", null=True, blank=True)
    passphrase_hash = models.CharField("合言葉の照合値", max_length=64, blank=True)
    received_on = models.DateField("受付日")
    due_on = models.DateField("回答期限")
    reason = models.TextField("引継ぎの理由")
    sent_by_name = models.CharField("引き継いだ人", max_length=60)
    sent_at = models.DateTimeField("引継ぎ日時")
    state = models.CharField("状態", max_length=10, choices=State, default=State.SENT)
    decided_by_name = models.CharField("応じた人", max_length=60, blank=True)
    decided_at = models.DateTimeField("応じた日時", null=True, blank=True)
    answer = models.TextField("回答または返却の理由", blank=True)
    new_number = models.CharField(
        "引継ぎ先の受付番号",
        max_length=40,
        blank=True,
        help_text="他の区が引き受けたときの番号です。",
    )
    collected_at = models.DateTimeField("引継ぎ元が受け取った日時", null=True, blank=True)

    class Meta:
        verbose_name = "区・局への引継ぎ"
        verbose_name_plural = "区・局への引継ぎ"
        ordering = ["due_on", "sent_at"]
        permissions = [("answer_referral", "引き継がれた案件に答えられる")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_ward=models.F("to_ward")),
                name="referral_goes_elsewhere",
                violation_error_message="引継ぎ先は、別の区か局にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(bureau=None) | Q(contact=None),
                name="a_bureau_gets_no_contact",
                violation_error_message="局には連絡先を渡しません。",
            ),
        ]
        indexes = [models.Index(fields=["to_ward", "state", "due_on"], name="referral_by_receiver")]
        triggers = [
            pgtrigger.Trigger(
                name="only_its_next_step",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                declare=[("own", "BIGINT")],
                func=_ONLY_ITS_NEXT_STEP,
            )
        ]

    @property
    def is_waiting(self) -> bool:
        """Say whether the receiver has still to accept, answer or return.

        What a ward has accepted is a case of its own: only a bureau still owes an answer then.
        """
        return self.state == self.State.SENT or (
            self.state == self.State.ACCEPTED and self.bureau_id is not None
        )

    def __str__(self) -> str:
        return f"{self.receipt_number}（{self.from_ward} → {self.bureau or self.to_ward}）"


# The history tells that a file went along, never what was in it.
@pghistory.track(exclude=["content"])
class ReferralFile(models.Model):
    """A file that goes along with a referral; it is deleted once the referral has arrived."""

    referral = models.ForeignKey(
        Referral, models.CASCADE, related_name="files", verbose_name="区・局への引継ぎ"
    )
    display_name = models.CharField("ファイル名", max_length=120)
    content_type = models.CharField("形式", max_length=60)
    extension = models.CharField("拡張子", max_length=8)
    sha256 = models.CharField("要約値", max_length=64)
    content = models.BinaryField("中身")

    class Meta:
        verbose_name = "引継ぎの添付"
        verbose_name_plural = "引継ぎの添付"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.display_name
