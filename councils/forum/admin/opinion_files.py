"""Taking a ledger in from Excel: the columns are told, every bad line is named, nothing goes in by half."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import path, reverse

from councils.forum.choices import OpinionSource, ResponseClass, Scope
from councils.forum.services import opinion_files
from councils.forum.services.opinion_files import HEADINGS, MOST_LINES
from wards import clock
from wards.desk.noted_files import noted_file
from wards.table_upload import TableFileForm
from wards.worksheets import FileError

MOST = f"{MOST_LINES:,}行"
GUIDE = (
    ("経路", "、".join(OpinionSource.labels)),
    ("会議の年度・部会・回", "登録済みの会議を指します。例：令和8年度、（全体会議は空欄）、1"),
    ("懇談会など", "登録済みの件名です。会議での意見と事前意見では空欄にします。"),
    ("意見のあった日", "「令和8年7月10日」または「2026-07-10」。空欄のときは、会議や懇談会などの日です。同じ名の部会の同じ回が二つある年度では、必ず入れてください。"),
    ("意見の要旨", "公表します。氏名など、個人が分かることは書かないでください。"),
    ("事業の別", f"{'、'.join(Scope.labels)}。空欄のときは「{Scope.WARD.label}」です。"),
    ("担当局", "局の事業への意見のときは、必ず入れてください。"),
    ("対応区分", f"{'、'.join(ResponseClass.labels)}。空欄のときは、対応を取り込みません。"),
    ("対応・考え方など", "対応の案として取り込みます。決裁と公表は、画面で行います。"),
)  # fmt: skip


class OpinionFiles:
    """Mixin for the ledger's admin: `import/` and `import/form/`."""

    def get_urls(self):
        """Add the pages of files."""
        wrap = self.admin_site.admin_view
        name = "ward_forum_opinion_import"
        return [
            path("import/", wrap(self.import_view), name=name),
            path("import/form/", wrap(self.import_form), name=f"{name}_form"),
            *super().get_urls(),
        ]

    def tools(self, request) -> list[dict]:
        """Lead to the file from the list."""
        if not self.has_add_permission(request):
            return []
        return [{"label": "Excelから取り込む", "url": reverse("admin:ward_forum_opinion_import")}]

    def _refuse_others(self, request) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied("あなたの役割では、意見をファイルから取り込めません。")

    def import_form(self, request):
        """Give the table with its heads alone."""
        self._refuse_others(request)
        return noted_file(
            request,
            kind="xlsx",
            name=f"opinion-form-{clock.today():%Y%m%d}",
            headings=HEADINGS,
            rows=(),
            about="意見の台帳の様式",
        )

    def import_view(self, request):
        """Take a file in as a whole, or name every line to be mended."""
        self._refuse_others(request)
        form = TableFileForm(
            *((request.POST, request.FILES) if request.method == "POST" else ()), most=MOST
        )
        problems = ()
        if form.is_bound and form.is_valid():
            try:
                outcome = opinion_files.import_opinions(
                    form.cleaned_data["file"], actor=request.user
                )
            except FileError as problem:
                form.add_error("file", str(problem))
            else:
                problems = outcome.problems
                if not problems:
                    first, last = outcome.rows[0].number, outcome.rows[-1].number
                    messages.success(
                        request,
                        f"意見を{len(outcome.rows)}件取り込みました（{first}から{last}まで）。",
                    )
                    return HttpResponseRedirect(reverse("admin:ward_forum_opinion_changelist"))
        return self.page(
            request,
            "admin/forum/opinion_import.html",
            title="意見をExcelから取り込む",
            form=form,
            problems=problems,
            bad_rows=len({problem.line for problem in problems}),
            headings=HEADINGS,
            guide=GUIDE,
        )
