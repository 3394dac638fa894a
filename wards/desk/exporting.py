"""「書き出し」 of a list: exactly what the list shows, noted before the first byte leaves (C52)."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import path, reverse

from wards import clock
from wards.desk.noted_files import (
    ROWS_AT_A_TIME,
    file_for_a_purpose,
    noted_file,
    refuse_too_many,
)


class ExportMixin:
    """Adds `export/csv/` and `export/xlsx/` to a list; the address's filters hold there too.

    `export_columns` names heading and reader of each column: a field, or a function of the row.
    """

    change_list_template = "admin/ward_desk/change_list.html"
    export_columns: tuple[tuple[str, object], ...] = ()
    export_permission = ""
    # True where a file tells of people: it is handed out for a purpose only.
    export_holds_personal_data = False

    def get_urls(self):
        """Add the file beside the list."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/<slug:kind>/", view, name=name), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        """Offer the files to those who may take them."""
        urls = []
        if request.user.has_perm(self.export_permission):
            base = f"admin:{self.opts.app_label}_{self.opts.model_name}_export"
            query = f"?{request.GET.urlencode()}" if request.GET else ""
            urls = [
                {"label": label, "url": f"{reverse(base, args=[kind])}{query}"}
                for kind, label in (("csv", "CSV"), ("xlsx", "Excel"))
            ]
        return super().changelist_view(request, {"export_urls": urls, **(extra_context or {})})

    def export_view(self, request, kind: str) -> HttpResponse:
        """Return the list as a file and note who took it."""
        if not request.user.has_perm(self.export_permission):
            raise PermissionDenied
        rows = self.filtered(request)
        count = rows.count()
        refuse_too_many(count)
        table = {
            "kind": kind,
            "name": f"{self.opts.model_name}-{clock.today():%Y%m%d}",
            "headings": [heading for heading, _ in self.export_columns],
            "rows": (
                [_cell(row, read) for _, read in self.export_columns]
                for row in rows.iterator(chunk_size=ROWS_AT_A_TIME)
            ),
            "about": str(self.opts.verbose_name_plural),
        }
        if not self.export_holds_personal_data:
            return noted_file(request, **table)
        list_url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        back = f"{list_url}?{request.GET.urlencode()}" if request.GET else list_url
        return file_for_a_purpose(request, page=self.page, count=count, back=back, **table)


def _cell(row, read):
    value = read(row) if callable(read) else getattr(row, read)
    return value() if callable(value) else value
