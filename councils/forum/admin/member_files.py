"""A roster from Excel: taken in whole, or every bad row named."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse

from councils.forum.choices import AgeBand, MemberCategory, Sex
from councils.forum.models import ForumTerm
from councils.forum.services import member_files
from councils.forum.services.members import MAY_ENGAGE
from wards import clock
from wards.desk.noted_files import noted_file
from wards.table_upload import TableFileForm
from wards.worksheets import FileError

MAY_NOT = "あなたの役割では、委員の名簿を取り込めません。"
DAYS = (
    "「令和8年10月1日」または「2026-10-01」のように書きます。空欄のときは、任期の初日・末日です。"
)
GUIDE = (
    ("氏名・選任の理由", "どの行にも必要です。"),
    ("区分", "、".join(MemberCategory.labels)),
    ("推薦団体・所属", "公募の委員は空欄、ほかの区分では必要です。"),
    ("初日・末日", DAYS),
    ("性別", f"{'、'.join(Sex.labels)}。空欄でもかまいません。"),
    ("年代", f"{'、'.join(AgeBand.labels)}。空欄でもかまいません。"),
    ("メール・電話", "空欄でもかまいません。公表しません。"),
)


class MemberFilePages:
    """Mixin for the admin of members: `file/<term>/` and the empty table beside it."""

    def get_urls(self):
        """Add the pages."""
        wrap = self.admin_site.admin_view
        name = "ward_forum_forummember_file"
        return [
            path("file/<int:term>/", wrap(self.file_view), name=name),
            path("file/<int:term>/blank/", wrap(self.blank_view), name=f"{name}_blank"),
            *super().get_urls(),
        ]

    def _term_or_404(self, request, term: int) -> ForumTerm:
        if not request.user.has_perm(MAY_ENGAGE):
            raise PermissionDenied(MAY_NOT)
        row = ForumTerm.objects.filter(pk=term).first()
        if row is None:
            raise Http404
        return row

    def blank_view(self, request, term: int):
        """Give the table with its headings alone."""
        row = self._term_or_404(request, term)
        return noted_file(
            request,
            kind="xlsx",
            name=f"委員の名簿-{clock.today():%Y%m%d}",
            headings=member_files.HEADINGS,
            rows=[],
            about=f"{row}の委員の名簿（見出しだけ）",
        )

    def file_view(self, request, term: int):
        """Take a table of new members in, or name every bad row."""
        row = self._term_or_404(request, term)
        most = f"{member_files.MOST_LINES}行"
        form, problems = TableFileForm(most=most), []
        if request.method == "POST":
            form = TableFileForm(request.POST, request.FILES, most=most)
            if form.is_valid():
                try:
                    count, problems = member_files.take_in_members(
                        row, form.cleaned_data["file"], actor=request.user
                    )
                except FileError as refusal:
                    form.add_error("file", str(refusal))
                else:
                    if not problems:
                        messages.success(request, f"委員{count}人の委嘱を登録しました。")
                        return HttpResponseRedirect(row.get_absolute_url())
        return self.page(
            request,
            "admin/forum/member_file.html",
            title=f"{row}の委員の名簿を取り込む",
            term=row,
            form=form,
            problems=problems,
            bad_rows=len({problem.line for problem in problems}),
            headings=member_files.HEADINGS,
            guide=GUIDE,
            blank_url=reverse("admin:ward_forum_forummember_file_blank", args=[row.pk]),
        )
