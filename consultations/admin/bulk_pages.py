"""一括更新: the filtered list to Excel, edited there, checked line by line, taken in whole."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import Prefetch
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse

from consultations.admin import former_values
from consultations.admin.exports import case_file_response, file_response
from consultations.choices import CaseState, ResponseKind
from consultations.models import BulkUpdate, Consultation
from consultations.services import bulk, bulk_updates
from consultations.services.bulk import MOST_CASES, READ_COLUMNS, SHOWN_COLUMNS
from wards.desk.noted_files import ROWS_AT_A_TIME, refuse_too_many
from wards.table_upload import TableFileForm
from wards.worksheets import MOST_CELL_CHARACTERS, FileError

MAY_NOT = "あなたの役割では、案件をファイルから更新できません。"
MEANWHILE = "差分を表示したあとに、ほかの人が案件を変更しました。新しい差分を確かめてください。"
BUSY = "ほかの人が同じ案件を変更しています。少し待ってから、もう一度行ってください。"
MOST = f"{MOST_CASES}件"
GUIDE = (
    ("受付番号", "変えないでください。どの案件かは、この番号で決まります。"),
    (
        "状態",
        "・".join(CaseState(state).label for state in bulk.STEPS)
        + "のどれかに書き換えると、その手続きをします。ほかの状態には変えられません。",
    ),
    ("受け持つ課", "課の名前に書き換えると、その課に振り分けます。"),
    ("担当者", "職員の氏名かメールアドレスに書き換えると、担当者になります。"),
    ("回答案", "回答案の本文です。空欄のままなら変わりません。"),
    ("対応の種別", "・".join(str(kind.label) for kind in ResponseKind) + "のどれかです。"),
    ("理由", "供覧・対応困難・移ちょうにするときに要ります。"),
)


def _address_of(update: BulkUpdate) -> str:
    return reverse("admin:consultations_consultation_bulk_update", args=[update.pk])


def _cells(case: Consultation) -> list:
    values = bulk.values_with(case, next(iter(case.open_drafts), None))
    return [
        case.number,
        values[bulk.STATE],
        values[bulk.SECTION],
        values[bulk.PERSON],
        # Left out when no cell can bring it back; an empty cell changes nothing.
        values[bulk.DRAFT] if len(values[bulk.DRAFT]) <= MOST_CELL_CHARACTERS else "",
        values[bulk.KIND],
        "",
        case.category.name,
        case.subject,
        case.place,
        # A cell of a sheet holds so much; the text is here to be read, not to be changed.
        case.body[:4_000],
        case.received_on,
        case.due_on,
    ]


class BulkPages:
    """Mixin for the admin of cases: `bulk/`, `bulk/file/` and a page for each file."""

    def get_urls(self):
        """Add the pages of bulk work."""
        wrap = self.admin_site.admin_view
        base = "consultations_consultation_bulk"
        return [
            path("bulk/", wrap(self.bulk_view), name=base),
            path("bulk/file/", wrap(self.bulk_file), name=f"{base}_file"),
            path("bulk/<uuid:pk>/", wrap(self.bulk_update_view), name=f"{base}_update"),
            path("bulk/<uuid:pk>/former/", wrap(self.bulk_former_values), name=f"{base}_former"),
            *super().get_urls(),
        ]

    def _refuse_others(self, request) -> None:
        if not request.user.has_perm("consultations.import_consultation"):
            raise PermissionDenied(MAY_NOT)

    def bulk_file(self, request):
        """Give the filtered list as the Excel that can be taken in again."""
        self._refuse_others(request)
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        drafts = Prefetch("replies", bulk.open_drafts(), to_attr="open_drafts")
        cases = self.filtered(request).prefetch_related(drafts)
        count = cases.count()
        refuse_too_many(count, MOST_CASES)
        return case_file_response(
            request,
            page=self.page,
            count=count,
            back=reverse("admin:consultations_consultation_bulk") + query,
            kind="xlsx",
            name="一括更新",
            headings=(*READ_COLUMNS, *SHOWN_COLUMNS),
            rows=map(_cells, cases.iterator(chunk_size=ROWS_AT_A_TIME)),
            about="相談・要望の一括更新",
        )

    def bulk_view(self, request):
        """Take a file, have every line tried, and go on to what came of it."""
        self._refuse_others(request)
        if request.method != "POST":
            return self._bulk_page(request, TableFileForm(most=MOST))
        form = TableFileForm(request.POST, request.FILES, most=MOST)
        if not form.is_valid():
            return self._bulk_page(request, form)
        try:
            update = bulk_updates.receive_file(
                form.cleaned_data["file"],
                file_name=request.FILES["file"].name,
                actor=request.user,
            )
        except FileError as problem:
            form.add_error("file", str(problem))
            return self._bulk_page(request, form)
        if update.problems:
            return self._bulk_page(request, form, bulk_updates.outcome_of(update).problems)
        return HttpResponseRedirect(_address_of(update))

    def bulk_update_view(self, request, pk):
        """Show where a file stands and every cell that changes; on POST change them all, or none."""
        self._refuse_others(request)
        update = self._own_update(request, pk)
        if request.method == "POST":
            try:
                bulk_updates.confirm(update)
            except OperationalError:
                messages.error(request, BUSY)
            return HttpResponseRedirect(_address_of(update))
        outcome = bulk_updates.outcome_of(update)
        if outcome.problems:
            return self._bulk_page(request, TableFileForm(most=MOST), outcome.problems)
        if update.state in (BulkUpdate.State.CHECKING, BulkUpdate.State.APPLYING):
            context = {
                "title": f"一括更新：{update.get_state_display()}",
                "update": update,
                "count": len(update.lines) - 1,
                "has_failed": bulk_updates.has_failed(update),
            }
            return self.page(request, "admin/consultations/bulk_waiting.html", **context)
        is_done = update.state == BulkUpdate.State.APPLIED
        context = {
            "title": "一括更新の結果" if is_done else "更新する前に差分を確かめる",
            "update": update,
            "is_done": is_done,
            "warning": MEANWHILE if update.is_stale and not is_done else "",
            "rows": outcome.changed,
            "unchanged": len(outcome.rows) - len(outcome.changed),
            "former_url": reverse("admin:consultations_consultation_bulk_former", args=[pk]),
        }
        return self.page(request, "admin/consultations/bulk_preview.html", **context)

    def bulk_former_values(self, request, pk):
        """Give the values that a file has replaced, to be kept, or taken in again."""
        self._refuse_others(request)
        update = self._own_update(request, pk)
        if update.state != BulkUpdate.State.APPLIED:
            raise Http404
        return file_response(
            request,
            kind="xlsx",
            name="一括更新の前の値",
            headings=former_values.HEADINGS,
            rows=former_values.rows_of(bulk_updates.outcome_of(update).changed),
            about=f"一括更新の前の値（{update.file_name}）",
            purpose="一括更新の前の値の控え",
        )

    def _own_update(self, request, pk) -> BulkUpdate:
        """Return a file of the person's own; another's is as unknown as one that never was."""
        update = BulkUpdate.objects.filter(pk=pk, actor=request.user).first()
        if update is None:
            raise Http404
        return update

    def _bulk_page(self, request, form, problems=()):
        # A refused file is chosen again beside the same cases, so the choice stays in the address.
        chosen = f"?{request.GET.urlencode()}" if request.GET else ""
        context = {
            "title": "相談・要望の一括更新",
            "form": form,
            "problems": problems,
            "bad_rows": len({problem.line for problem in problems}),
            "guide": GUIDE,
            "file_url": reverse("admin:consultations_consultation_bulk_file")
            + (chosen or "?state=open"),
            "chosen": chosen,
            "is_filtered": bool(request.GET),
            "most": MOST_CASES,
        }
        return self.page(request, "admin/consultations/bulk.html", **context)
