"""一括更新: the filtered list to Excel, edited there, checked line by line, taken in whole."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.crypto import constant_time_compare, get_random_string

from consultations.admin.exports import file_response
from consultations.choices import CaseState, ResponseKind
from consultations.services import bulk
from consultations.services.bulk import MOST_CASES, READ_COLUMNS, SHOWN_COLUMNS
from wards.desk.noted_files import refuse_too_many
from wards.spreadsheets import MOST_BYTES, Line, read_lines, too_large
from wards.worksheets import MOST_CELL_CHARACTERS, FileError

# What waits between preview and confirmation, in the officer's session.
SESSION_KEY = "consultations.bulk"
# The token of the file done last: a double click confirms twice.
DONE_KEY = "consultations.bulk_done"
MAY_NOT = "あなたの役割では、案件をファイルから更新できません。"
MEANWHILE = "差分を表示したあとに、ほかの人が案件を変更しました。新しい差分を確かめてください。"
BUSY = "ほかの人が同じ案件を変更しています。少し待ってから、もう一度行ってください。"
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


class BulkFileForm(forms.Form):
    """The file an officer chooses."""

    file = forms.FileField(
        label="ファイル",
        max_length=200,
        allow_empty_file=True,
        help_text=f"Excel（xlsx）かCSVです。{MOST_BYTES // 1024 // 1024}MB、{MOST_CASES}件までです。",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx", "aria-describedby": "id_file_help"}),
        error_messages={
            "required": "ファイルを選んでください。",
            "max_length": "ファイルの名前が長すぎます。",
        },
    )

    def clean_file(self) -> list[Line]:
        """Return the lines of the file."""
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(too_large(upload.size))
        try:
            return read_lines(upload.read(), name=upload.name)
        except FileError as problem:
            raise forms.ValidationError(str(problem)) from problem


class BulkPages:
    """Mixin for the admin of cases: `bulk/`, `bulk/file/` and `bulk/preview/`."""

    def get_urls(self):
        """Add the pages of bulk work."""
        wrap = self.admin_site.admin_view
        base = "consultations_consultation_bulk"
        return [
            path("bulk/", wrap(self.bulk_view), name=base),
            path("bulk/file/", wrap(self.bulk_file), name=f"{base}_file"),
            path("bulk/preview/", wrap(self.bulk_preview), name=f"{base}_preview"),
            *super().get_urls(),
        ]

    def _refuse_others(self, request) -> None:
        if not request.user.has_perm("consultations.import_consultation"):
            raise PermissionDenied(MAY_NOT)

    def bulk_file(self, request):
        """Give the filtered list as the Excel that can be taken in again."""
        self._refuse_others(request)
        cases = self.filtered(request)
        refuse_too_many(cases.count(), MOST_CASES)
        rows = []
        for case in cases:
            values = bulk.values_of(case)
            rows.append(
                [
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
                    case.received_on.isoformat(),
                    case.due_on.isoformat(),
                ]
            )
        return file_response(
            request,
            kind="xlsx",
            name="一括更新",
            headings=(*READ_COLUMNS, *SHOWN_COLUMNS),
            rows=rows,
            about="相談・要望の一括更新",
        )

    def bulk_view(self, request):
        """Take a file, try every line, and go on to the differences or name every bad row."""
        self._refuse_others(request)
        if request.method != "POST":
            return self._bulk_page(request, BulkFileForm())
        request.session.pop(SESSION_KEY, None)
        form = BulkFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._bulk_page(request, form)
        lines = form.cleaned_data["file"]
        try:
            outcome = bulk.try_lines(lines, actor=request.user)
        except FileError as problem:
            form.add_error("file", str(problem))
            return self._bulk_page(request, form)
        if outcome.problems:
            return self._bulk_page(request, form, outcome.problems)
        request.session[SESSION_KEY] = {
            "lines": [(line.number, line.cells) for line in bulk.only_what_is_read(lines)],
            "file_name": request.FILES["file"].name,
            "token": get_random_string(32),
            "fingerprint": outcome.fingerprint,
        }
        return HttpResponseRedirect(reverse("admin:consultations_consultation_bulk_preview"))

    def bulk_preview(self, request):
        """Show every cell that would change; on POST change them all, or none."""
        self._refuse_others(request)
        waiting = request.session.get(SESSION_KEY)
        token = request.POST.get("token", "")
        if waiting is None:
            if token and constant_time_compare(token, request.session.get(DONE_KEY, "")):
                return HttpResponseRedirect(reverse("admin:consultations_consultation_changelist"))
            messages.warning(request, "更新するファイルを選んでください。")
            return HttpResponseRedirect(reverse("admin:consultations_consultation_bulk"))
        lines = [Line(number, tuple(cells)) for number, cells in waiting["lines"]]
        if request.method == "POST" and constant_time_compare(token, waiting["token"]):
            try:
                done = bulk.apply_lines(
                    lines, actor=request.user, fingerprint=waiting["fingerprint"]
                )
            except ValidationError:
                messages.warning(request, MEANWHILE)
            except OperationalError:
                messages.error(request, BUSY)
            else:
                request.session.pop(SESSION_KEY)
                request.session[DONE_KEY] = token
                messages.success(request, f"{len(done.changed)}件の案件を更新しました。")
                return HttpResponseRedirect(reverse("admin:consultations_consultation_changelist"))
        outcome = bulk.try_lines(lines, actor=request.user)
        if outcome.problems:
            request.session.pop(SESSION_KEY)
            return self._bulk_page(request, BulkFileForm(), outcome.problems)
        request.session[SESSION_KEY] = {**waiting, "fingerprint": outcome.fingerprint}
        context = {
            "title": "更新する前に差分を確かめる",
            "file_name": waiting["file_name"],
            "token": waiting["token"],
            "rows": outcome.changed,
            "unchanged": len(outcome.rows) - len(outcome.changed),
        }
        return self.page(request, "admin/consultations/bulk_preview.html", **context)

    def _bulk_page(self, request, form, problems=()):
        query = f"?{request.GET.urlencode()}" if request.GET else "?state=open"
        context = {
            "title": "相談・要望の一括更新",
            "form": form,
            "problems": problems,
            "bad_rows": len({problem.line for problem in problems}),
            "guide": GUIDE,
            "file_url": reverse("admin:consultations_consultation_bulk_file") + query,
            "is_filtered": bool(request.GET),
            "most": MOST_CASES,
        }
        return self.page(request, "admin/consultations/bulk.html", **context)
