"""A ward's results out to a file and back: export, upload, the differences, all or nothing."""

import csv
import io
from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.http import content_disposition_header

from kpis.formats import EXPLANATIONS, FORMATS
from kpis.import_rows import ACTUAL, VALUE_COLUMNS, Problem, RowReader, value_texts
from kpis.importing import ImportPlan, ImportRefused, PlannedRow, plan_import, write_plan
from kpis.resources import ResultResource
from wards import clock
from wards.admin_base import filters_of
from wards.fiscal_year import fiscal_year_label
from wards.spreadsheets import Line
from wards.table_files import marked_as_text
from wards.table_upload import TableFileForm
from wards.worksheets import MOST_ROWS, FileError

# What waits between preview and confirmation, in the officer's session.
SESSION_KEY = "kpis.result_import"
# What the officer was told about the import done last, by its token: a double click asks twice.
DONE_KEY = "kpis.result_import_done"
# Every bad row of the file last refused, where the page cannot show them all.
PROBLEMS_KEY = "kpis.result_import_problems"
MOST_PROBLEMS_SHOWN = 300
MOST = f"{MOST_ROWS:,}行"
EMPTY, EMPTY_WORDS = "（空欄）", {ACTUAL: "未入力"}
MAY_NOT_IMPORT = "あなたの役割では、実績をファイルから取り込めません。"
MAY_NOT_EXPORT = "あなたの役割では、実績をファイルに書き出せません。"
CHANGED_MEANWHILE = "差分を表示したあとに、ほかの人が実績を変更しました。新しい差分を確かめてから取り込んでください。"
BUSY = "ほかの人が同じ実績を変更しています。少し待ってから、もう一度取り込んでください。"
NEXT_STEP = "値はまだ提出されていません。一覧で確かめて提出してください。"


class ResultImportExport:
    """Mixin for the admin of results: `export/`, `import/` and `import/preview/`."""

    def get_urls(self):
        """Put the pages of files before those of one result."""
        wrap = self.admin_site.admin_view
        return [
            path("export/", wrap(self.export_view), name="kpis_result_export"),
            path("import/", wrap(self.import_view), name="kpis_result_import"),
            path("import/problems/", wrap(self.problems_view), name="kpis_result_import_problems"),
            path("import/preview/", wrap(self.preview_view), name="kpis_result_import_preview"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        """Offer the files above the list; a download carries the list's filters."""
        return super().changelist_view(
            request, {**(extra_context or {}), **self.file_links(request)}
        )

    def file_links(self, request) -> dict:
        """Return the addresses of the file pages as far as the person may use them."""
        may_import = request.user.has_perm("kpis.import_result")
        may_export = request.user.has_perm("kpis.export_result")
        return {
            "import_url": reverse("admin:kpis_result_import") if may_import else "",
            "export_urls": _export_urls(request.GET) if may_export else [],
        }

    # --- out ---

    def export_view(self, request):
        """Give exactly what the list with these filters shows, all its pages, as a file."""
        if not request.user.has_perm("kpis.export_result"):
            raise PermissionDenied(MAY_NOT_EXPORT)
        chosen = FORMATS.get(request.GET.get("format", "csv"))
        if chosen is None:
            raise Http404
        results = (
            self.filtered(request)
            .select_related("indicator")
            .order_by("-fiscal_year", "indicator__number")
        )
        content = chosen().export_data(ResultResource().export(results))
        name = f"実績_{request.ward}_{clock.today():%Y%m%d}.{chosen().get_extension()}"
        return HttpResponse(
            content,
            content_type=chosen().get_content_type(),
            headers={"Content-Disposition": content_disposition_header(True, name)},
        )

    # --- in ---

    def import_view(self, request):
        """Take a file, check every line, and go on to the differences or name every bad row."""
        self._refuse_others(request)
        if request.method != "POST":
            return self._import_page(request, TableFileForm(most=MOST))
        request.session.pop(SESSION_KEY, None)
        form = TableFileForm(request.POST, request.FILES, most=MOST)
        if not form.is_valid():
            return self._import_page(request, form)
        lines = form.cleaned_data["file"]
        try:
            plan = self._check(request, lines)
        except FileError as problem:
            form.add_error("file", str(problem))
            return self._import_page(request, form)
        except ImportRefused as refused:
            return self._import_page(request, form, refused.problems)
        # Kept as it stands in the file: the confirmation reads and checks it all again. A good
        # file has one line per indicator and year at most, so this stays small.
        request.session[SESSION_KEY] = {
            "lines": [(line.number, line.cells) for line in lines],
            "file_name": request.FILES["file"].name,
            **_agreement(plan),
        }
        return HttpResponseRedirect(reverse("admin:kpis_result_import_preview"))

    def preview_view(self, request):
        """Show every cell that would change; on POST change them all, or none."""
        self._refuse_others(request)
        waiting = request.session.get(SESSION_KEY)
        token = request.POST.get("token", "")
        if waiting is None:
            done = request.session.get(DONE_KEY)
            if done and constant_time_compare(token, done["token"]):
                return self._done(request, token, done["counts"])
            messages.warning(request, "取り込むファイルを選んでください。")
            return HttpResponseRedirect(reverse("admin:kpis_result_import"))
        lines = [Line(number, tuple(cells)) for number, cells in waiting["lines"]]
        is_post = request.method == "POST"
        try:
            with transaction.atomic():
                plan = self._check(request, lines, lock=is_post)
                is_token = is_post and constant_time_compare(token, waiting["token"])
                agreed = is_token and plan.fingerprint == waiting["fingerprint"]
                if agreed:
                    write_plan(plan, actor=request.user)
        except ImportRefused as refused:
            # Since the preview a value was handed in, or a definition changed.
            request.session.pop(SESSION_KEY, None)
            return self._import_page(request, TableFileForm(most=MOST), refused.problems)
        except (IntegrityError, OperationalError):
            messages.error(request, BUSY)
            return HttpResponseRedirect(reverse("admin:kpis_result_import_preview"))
        # Where nothing is left to write, the other click of a double click has written it.
        if agreed or (is_token and not any(planned.writes for planned in plan.rows)):
            return self._done(request, token, waiting.get("counts", str(plan.counts)))
        if is_post or plan.fingerprint != waiting["fingerprint"]:
            messages.warning(request, CHANGED_MEANWHILE)
            waiting |= _agreement(plan)
            request.session[SESSION_KEY] = waiting
        context = {
            "title": "取り込む前に差分を確かめる",
            "file_name": waiting["file_name"],
            "token": waiting["token"],
            "counts": plan.counts,
            "emptied": plan.emptied,
            "rows": [_shown(planned) for planned in plan.rows if planned.writes],
            "columns": list(VALUE_COLUMNS.values()),
        }
        return self.page(request, "admin/kpis/result/import_preview.html", **context)

    def _done(self, request, token: str, counts: str) -> HttpResponseRedirect:
        """Say that all is written, as often as the same preview is confirmed."""
        request.session.pop(SESSION_KEY, None)
        request.session[DONE_KEY] = {"token": token, "counts": counts}
        messages.success(request, f"取り込みました（{counts}）。{NEXT_STEP}")
        return HttpResponseRedirect(reverse("admin:kpis_result_changelist"))

    def problems_view(self, request):
        """Give every bad row of the file last refused as CSV, however many there are."""
        self._refuse_others(request)
        problems = request.session.get(PROBLEMS_KEY)
        if problems is None:
            return HttpResponseRedirect(reverse("admin:kpis_result_import"))
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(("行", "列", "理由"))
        writer.writerows(
            (line, column, marked_as_text(reason)) for line, column, reason in problems
        )
        return HttpResponse(
            out.getvalue().encode("utf-8-sig"),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": content_disposition_header(True, "直す行.csv")},
        )

    def _refuse_others(self, request) -> None:
        if not request.user.has_perm("kpis.import_result"):
            raise PermissionDenied(MAY_NOT_IMPORT)

    def _check(self, request, lines: list[Line], *, lock=False) -> ImportPlan:
        """Check the lines by all rules; raise ImportRefused with every bad row."""
        reader = RowReader(own=request.ward)
        plan = plan_import(reader.read(lines), lock=lock)
        if reader.problems or plan.problems:
            raise ImportRefused([*reader.problems, *plan.problems])
        return plan

    def _import_page(self, request, form, problems: Sequence[Problem] = ()) -> TemplateResponse:
        may_export = request.user.has_perm("kpis.export_result")
        request.session.pop(PROBLEMS_KEY, None)
        if len(problems) > MOST_PROBLEMS_SHOWN:
            request.session[PROBLEMS_KEY] = [(p.line, p.column, p.reason) for p in problems]
        context = {
            "title": "実績をファイルから取り込む",
            "form": form,
            "problems": problems[:MOST_PROBLEMS_SHOWN],
            "more_problems": max(len(problems) - MOST_PROBLEMS_SHOWN, 0),
            "bad_rows": len({problem.line for problem in problems}),
            "explanations": EXPLANATIONS,
            "export_urls": _export_urls(QueryDict("fiscal_year=all")) if may_export else [],
        }
        return self.page(request, "admin/kpis/result/import.html", **context)


def _export_urls(filters: QueryDict) -> list[dict[str, str]]:
    kept = filters_of(filters)
    urls = []
    for name, chosen in FORMATS.items():
        kept["format"] = name
        url = f"{reverse('admin:kpis_result_export')}?{kept.urlencode()}"
        urls.append({"label": chosen().get_title(), "url": url})
    return urls


def _agreement(plan: ImportPlan) -> dict[str, str]:
    """Return what a confirmation has to match: the person saw these differences and no others."""
    return {
        "token": get_random_string(32),
        "fingerprint": plan.fingerprint,
        "counts": str(plan.counts),
    }


def _shown(planned: PlannedRow) -> dict:
    """Return a row of the preview: every value of the line, the changed ones before and after."""
    changes = {change.column: change for change in planned.changes}
    after = value_texts(planned.result)
    return {
        "line": planned.row.line,
        "is_new": planned.is_new,
        "fiscal_year": fiscal_year_label(planned.row.fiscal_year),
        "indicator": str(planned.row.indicator),
        "cells": [
            {
                "column": column,
                "after": after[column] or EMPTY_WORDS.get(column, ""),
                "before": changes[column].before or EMPTY_WORDS.get(column, EMPTY)
                if column in changes
                else "",
                "is_changed": column in changes,
            }
            for column in VALUE_COLUMNS.values()
        ],
        "questions": planned.questions,
    }
