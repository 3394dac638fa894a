"""The outbox: mail that a ward has to send, written with the fact it tells."""

from datetime import datetime, timedelta

import pghistory
from django.db import models
from django.db.models import Q

from wards.desk.choices import MailState
from wards.models import WardRow


class OutgoingMailQuerySet(models.QuerySet):
    """Questions about mail."""

    def waiting(self):
        """Keep what has not been sent yet and is not given up."""
        return self.filter(state=MailState.WAITING)

    def due(self, now: datetime):
        """Keep what may be sent now: waiting, its time come, held by no worker that is alive."""
        return self.waiting().filter(
            Q(lease_until=None) | Q(lease_until__lt=now), not_before__lte=now
        )

    def tried_to_the_limit(self):
        """Keep what has been tried as often as it may be."""
        return self.filter(attempts__gte=OutgoingMail.MAXIMUM_ATTEMPTS)


# Who it went to and what it said are personal data: they stand once, in the row, so that erasing
# the row erases them. Leases and tries are the noise of work.
@pghistory.track(
    exclude=[
        "to_address",
        "subject",
        "body",
        "last_error",
        "bounce_reason",
        "attempts",
        "not_before",
        "lease_until",
    ]
)
class OutgoingMail(WardRow):
    """A mail of the ward: stored in the transaction of what it tells, sent afterwards by a worker.

    The same key is the same mail, and every try carries the same Message-ID, so that a mail server
    which got one twice can tell.
    """

    # GOV.UK Notify's schedule: every five minutes for four hours.
    MAXIMUM_ATTEMPTS = 48
    RETRY_AFTER = timedelta(minutes=5)
    # Longer than one mail can take: six answers of ten seconds each (EMAIL_TIMEOUT).
    LEASE = timedelta(minutes=2)

    key = models.CharField(
        "区別", max_length=200, unique=True, help_text="同じ区別のメールは一通だけ送ります。"
    )
    to_address = models.EmailField("宛先")
    subject = models.CharField("件名", max_length=200)
    body = models.TextField("本文")
    about = models.CharField(
        "関係する案件",
        max_length=100,
        blank=True,
        help_text="受付番号など、何のメールかを示します。",
    )
    message_id = models.CharField(
        "メッセージID",
        max_length=200,
        unique=True,
        editable=False,
        help_text="送り直しても変わりません。",
    )
    state = models.CharField("状態", max_length=10, choices=MailState, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField("試行回数", default=0)
    not_before = models.DateTimeField("次に送る時刻")
    lease_until = models.DateTimeField("占有の期限", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("作成日時")
    sent_at = models.DateTimeField("送信日時", null=True, blank=True)
    last_error = models.CharField("最後の失敗の理由", max_length=500, blank=True)
    bounced_at = models.DateTimeField("不達の通知を受けた日時", null=True, blank=True)
    bounce_reason = models.CharField("不達の理由", max_length=500, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "送信メール"
        verbose_name_plural = "送信メール"
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("resend_outgoingmail", "送れなかったメールをもう一度送れる"),
            ("export_outgoingmail", "送信メールの一覧をファイルに書き出せる"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=MailState.SENT) | Q(sent_at__isnull=False),
                name="sent_mail_says_when",
                violation_error_message="送信済のメールには送信日時が必要です。",
            )
        ]
        indexes = [
            models.Index(
                fields=["not_before"], condition=Q(state=MailState.WAITING), name="mail_waiting"
            ),
            models.Index(fields=["created_at"], name="mail_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.subject}".strip()
