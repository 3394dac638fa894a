"""送信メール: what left, what waits, what reached nobody."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse

from wards.addresses import without_keys
from wards.admin_base import WardModelAdmin
from wards.badges import badge
from wards.desk.choices import AccessKind, MailState
from wards.desk.exporting import ExportMixin
from wards.desk.models import OutgoingMail
from wards.desk.relay import NO_MAIL_SERVER, mail_is_set_up
from wards.desk.services import note_access, record_undelivered, send_again
from wards.list_filters import DayFilter, choice_filter
from wards.templatetags.portal import wareki_moment

_BADGES = {
    MailState.WAITING: ("info", "…"),
    MailState.SENT: ("good", "●"),
    MailState.PARKED: ("bad", "×"),
}


class OutgoingMailAdmin(ExportMixin, WardModelAdmin):
    """Read by all who answer citizens, changed by nobody; a parked one can be sent again."""

    list_title = "送信メール一覧"
    change_form_template = "admin/ward_desk/mail_form.html"
    empty_sentence = "該当するメールはありません。メールを送る手続きが済むと、ここに並びます。"
    list_display = (
        "created_column",
        "about",
        "subject",
        "state_column",
        "attempts",
        "time_column",
    )
    list_display_links = ("subject",)
    list_filter = (choice_filter("状態", "state", MailState), DayFilter)
    search_fields = ("about", "subject")
    search_help_text = "受付番号などの関係する案件と、件名から探します。"
    ordering = ("-created_at", "-pk")
    actions = ("send_selected_again",)
    fields = (
        "about",
        "state_column",
        "to_address",
        "subject",
        "body_column",
        "attempts",
        "created_column",
        "next_column",
        "sent_column",
        "last_error",
        "bounced_column",
        "bounce_reason",
        "message_id",
    )
    readonly_fields = fields
    # Neither address nor text: the list of mails is no list of citizens.
    export_columns = (
        ("作成日時", "created_at"),
        ("関係する案件", "about"),
        ("件名", "subject"),
        ("状態", "get_state_display"),
        ("試行回数", "attempts"),
        ("送信日時", "sent_at"),
        ("最後の失敗の理由", "last_error"),
        ("不達の通知を受けた日時", "bounced_at"),
    )
    export_permission = "ward_desk.export_outgoingmail"

    def has_add_permission(self, request) -> bool:
        """Mail is posted by what happens, not typed."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """A mail is what was said."""
        return False

    def has_resend_permission(self, request) -> bool:
        """Say whether the bulk action is offered."""
        return request.user.has_perm("ward_desk.resend_outgoingmail")

    def changelist_view(self, request, extra_context=None):
        """Say so when no mail can leave at all."""
        warning = "" if mail_is_set_up() else f"{NO_MAIL_SERVER}メールは送信待ちのまま残ります。"
        return super().changelist_view(request, {"warning": warning, **(extra_context or {})})

    def get_urls(self):
        """Add what an officer does with one mail."""
        view = self.admin_site.admin_view(self.undelivered_view)
        return [
            path("<int:pk>/undelivered/", view, name="ward_desk_outgoingmail_undelivered"),
            *super().get_urls(),
        ]

    def undelivered_view(self, request, pk: int):
        """Note that a mail reached nobody, as a returned mail would."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        mail = OutgoingMail.objects.filter(pk=pk).first()
        if mail is None:
            raise Http404
        try:
            record_undelivered(mail, request.user)
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
        else:
            self.message_user(
                request,
                "届かなかったと記録しました。案件のメールなら、担当者に「電話で連絡」の仕事が届きます。",
            )
        return HttpResponseRedirect(reverse("admin:ward_desk_outgoingmail_change", args=[pk]))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Note who reads what was written to a citizen."""
        may_note = self.has_resend_permission(request)
        response = super().changeform_view(
            request, object_id, form_url, {"may_note": may_note, **(extra_context or {})}
        )
        # Nobody adds or changes a mail, so that whatever is answered here shows one.
        mail = response.context_data["original"]
        note_access(
            request,
            what=AccessKind.PERSONAL_DATA,
            about=mail.about or mail.subject,
            page="送信メール",
            number=mail.pk,
        )
        return response

    @admin.display(description="本文")
    def body_column(self, mail):
        """What was said; an address that is a key is its receiver's alone."""
        return without_keys(mail.body)

    @admin.display(description="作成日時", ordering="created_at")
    def created_column(self, mail):
        """When it was posted."""
        return wareki_moment(mail.created_at)

    @admin.display(description="状態", ordering="state")
    def state_column(self, mail):
        """状態 as mark and word."""
        tone, mark = _BADGES[MailState(mail.state)]
        return badge(mail.get_state_display(), tone, mark)

    @admin.display(description="送信日時（次の予定）", ordering="sent_at")
    def time_column(self, mail):
        """When the mail server took it or, in brackets, when it is tried next."""
        if mail.state == MailState.WAITING:
            return f"（{wareki_moment(mail.not_before)}）"
        return self.sent_column(mail)

    @admin.display(description="次に送る時刻")
    def next_column(self, mail):
        """When it is tried next, as long as it waits."""
        waits = mail.state == MailState.WAITING
        return wareki_moment(mail.not_before) if waits else self.empty_value_display

    @admin.display(description="送信日時")
    def sent_column(self, mail):
        """When the mail server took it."""
        return wareki_moment(mail.sent_at) or self.empty_value_display

    @admin.display(description="不達の通知を受けた日時")
    def bounced_column(self, mail):
        """When it came back."""
        return wareki_moment(mail.bounced_at) or self.empty_value_display

    @admin.action(description="もう一度送る", permissions=["resend"])
    def send_selected_again(self, request, queryset):
        """Put each chosen mail back into the outbox."""
        done = 0
        for mail in queryset:
            try:
                send_again(mail, request.user)
                done += 1
            except ValidationError as refusal:
                sentence = f"{mail}：{' '.join(refusal.messages)}"
                self.message_user(request, sentence, messages.ERROR)
        if done:
            self.message_user(
                request, f"{done}件のメールをもう一度送ります。結果はこの一覧に表示されます。"
            )
