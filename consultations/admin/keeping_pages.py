"""廃棄の予定: which cases have been kept long enough, and what holds some of them back."""

from itertools import islice

from django.core.exceptions import PermissionDenied
from django.urls import path

from consultations.admin.typed_values import day_of
from consultations.services.keeping import due_for_disposal
from wards import clock

MOST_SHOWN = 300
MAY_NOT_SEE = "あなたの役割では、廃棄の予定を見られません。"


class KeepingPages:
    """Mixin for the admin of cases: `disposal/`, a preview that disposes of nothing."""

    def get_urls(self):
        """Add the preview."""
        view = self.admin_site.admin_view(self.disposal_view)
        return [
            path("disposal/", view, name="consultations_consultation_disposal"),
            *super().get_urls(),
        ]

    def disposal_view(self, request):
        """Show what would be disposed of on a day, and what would not, with the reason."""
        if not request.user.has_perm("consultations.hold_consultation"):
            raise PermissionDenied(MAY_NOT_SEE)
        typed = request.GET.get("day", "")
        day = day_of(typed, otherwise=clock.today())
        rows = list(islice(due_for_disposal(day), MOST_SHOWN + 1))
        context = {
            "title": "廃棄の予定",
            "day": day,
            "is_wrong_day": bool(typed) and day_of(typed) is None,
            "rows": rows[:MOST_SHOWN],
            "has_more": len(rows) > MOST_SHOWN,
            "most_shown": MOST_SHOWN,
            "disposable": sum(not row.reasons for row in rows),
            "held": sum(bool(row.reasons) for row in rows),
        }
        return self.page(request, "admin/consultations/disposal.html", **context)
