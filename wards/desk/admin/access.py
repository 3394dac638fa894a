"""閲覧の記録: for those who answer for what their people look at."""

import json

from django.contrib import admin

from wards.admin_base import WardModelAdmin
from wards.desk.admin.filters import DayOfAccessFilter, PersonFilter
from wards.desk.choices import AccessKind
from wards.desk.exporting import ExportMixin
from wards.desk.services import note_access
from wards.list_filters import choice_filter
from wards.templatetags.portal import wareki_moment

# What the details that the portal itself notes are called; others stand under their own names.
DETAIL_LABELS = {
    "bureau": "局",
    "columns": "列",
    "filters": "条件",
    "format": "形式",
    "method": "方法",
    "number": "番号",
    "page": "画面",
    "purpose": "目的",
    "reason": "理由",
    "roles": "役割",
    "rows": "件数",
    "records": "受付番号",
    "sha256": "ファイルの要約値",
}


def note_refusal(request, reason: str) -> None:
    """Write down what a person of the ward was refused, and on which page."""
    note_access(
        request,
        what=AccessKind.REFUSED,
        about=request.path,
        method=request.method,
        reason=reason,
    )


def detail_text(event) -> str:
    """Write the detail in one line, readable without a program."""
    return "、".join(
        f"{DETAIL_LABELS.get(name, name)}：{_in_words(value)}"
        for name, value in event.detail.items()
    )


def _in_words(value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "・".join(map(str, value))
    return json.dumps(value, ensure_ascii=False)


class AccessRecordAdmin(ExportMixin, WardModelAdmin):
    """Read-only: the database itself lets nobody change it."""

    list_title = "閲覧の記録一覧"
    empty_sentence = "該当する記録はありません。"
    list_display = ("at_column", "person_column", "what", "about", "detail_column", "address")
    list_display_links = ("at_column",)
    list_filter = (choice_filter("操作", "what", AccessKind), PersonFilter, DayOfAccessFilter)
    list_select_related = ("user",)
    search_fields = ("about",)
    search_help_text = "受付番号などの対象から探します。"
    ordering = ("-at", "-pk")
    fields = ("at_column", "person_column", "what", "about", "detail_column", "address")
    readonly_fields = fields
    export_columns = (
        ("日時", "at"),
        ("職員", lambda event: event.user.name if event.user else ""),
        ("操作", "get_what_display"),
        ("対象", "about"),
        ("詳細", detail_text),
        ("接続元のアドレス", "address"),
    )
    # Of the office's people: what they looked at, and when they worked.
    export_holds_personal_data = True

    def has_add_permission(self, request) -> bool:
        """The portal writes it."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """Nobody changes it."""
        return False

    @admin.display(description="日時", ordering="at")
    def at_column(self, event):
        """When."""
        return wareki_moment(event.at)

    @admin.display(description="職員", ordering="user__kana")
    def person_column(self, event):
        """Who."""
        return event.user or self.empty_value_display

    @admin.display(description="詳細")
    def detail_column(self, event):
        """With which filters, how many rows, which file."""
        return detail_text(event) or self.empty_value_display


class AccessEventAdmin(AccessRecordAdmin):
    """閲覧の記録 of a ward."""

    export_permission = "ward_desk.export_accessevent"


class CityAccessEventAdmin(AccessRecordAdmin):
    """閲覧の記録 of 本庁: what bureaus and 市民局 looked at."""

    export_permission = "wards.export_cityaccessevent"
