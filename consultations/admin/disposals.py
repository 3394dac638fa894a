"""廃棄の証明."""

from django.contrib import admin

from wards.admin_base import WardModelAdmin
from wards.wareki import short_wareki


class DisposalCertificateAdmin(WardModelAdmin):
    """廃棄の証明: what remains of a case; read by those who answer for it."""

    is_in_menu = False
    list_title = "廃棄の証明一覧"
    empty_sentence = "廃棄した案件はありません。"
    list_display = (
        "number",
        "category_name",
        "received_column",
        "closed_column",
        "final_state",
        "retention_name",
        "disposed_column",
        "files",
    )
    search_fields = ("number",)
    search_help_text = "受付番号から探します。"
    ordering = ("-disposed_on", "number")

    def has_add_permission(self, request) -> bool:
        """The disposal writes it."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """It is a certificate."""
        return False

    @admin.display(description="受付日", ordering="received_on")
    def received_column(self, row):
        """The first day."""
        return short_wareki(row.received_on)

    @admin.display(description="終了日", ordering="closed_on")
    def closed_column(self, row):
        """The day it ended."""
        return short_wareki(row.closed_on)

    @admin.display(description="廃棄日", ordering="disposed_on")
    def disposed_column(self, row):
        """The day it was disposed of."""
        return short_wareki(row.disposed_on)
