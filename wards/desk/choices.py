"""The fixed lists of the desk."""

from django.db.models import TextChoices

from wards.access_kinds import AccessKind


class MailState(TextChoices):
    """Where a mail stands."""

    WAITING = "waiting", "送信待ち"
    SENT = "sent", "送信済"
    PARKED = "parked", "送れませんでした"


class NoticeKind(TextChoices):
    """Why a person is told something."""

    ASSIGNED = "assigned", "担当になりました"
    DUE_SOON = "due_soon", "期限が近づいています"
    OVERDUE = "overdue", "期限を過ぎています"
    ESCALATED = "escalated", "上司への報告"
    HANDED_OVER = "handed_over", "引継ぎ"
    RETURNED = "returned", "差戻し"
    CALL = "call", "電話で連絡"
    CHECK = "check", "確認"
    OTHER = "other", "お知らせ"


__all__ = ["AccessKind", "MailState", "NoticeKind"]
