"""「書き出し」 of a list: exactly what the list shows, noted before the first byte leaves (C52)."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import path, reverse

from wards import clock
from wards.desk.noted_files import MOST_ROWS, noted_file, refuse_too_many


class ExportMixin:
    """Adds `export/csv/` and `export/xlsx/` to a list; the address's filters hold there too.

    `export_columns` names heading and reader of each column: a field, or a function of the row.
    """

    change_list_template = "admin/ward_desk/change_list.html"
    export_columns: tuple[tuple[str, object], ...] = ()
    export_permission = ""

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
        rows = self.get_changelist_instance(request).get_queryset(request)
        refuse_too_many(rows.count(), MOST_ROWS)
        return noted_file(
            request,
            kind=kind,
            name=f"{self.opts.model_name}-{clock.today():%Y%m%d}",
            headings=[heading for heading, _ in self.export_columns],
            rows=([_cell(row, read) for _, read in self.export_columns] for row in rows),
            about=str(self.opts.verbose_name_plural),
        )


def _cell(row, read):
    value = read(row) if callable(read) else getattr(row, read)
    return value() if callable(value) else value
