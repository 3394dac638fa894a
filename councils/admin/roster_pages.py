"""Files of areas, councils and rosters: out, changed in Excel, checked line by line, taken in whole."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse

from councils.choices import ActivityField, OrganizationKind, Position, RosterKind
from councils.models import RosterFile
from councils.roster_columns import HEADINGS, MOST_LINES
from councils.services import roster_files
from wards import clock
from wards.desk.choices import AccessKind
from wards.desk.noted_files import file_for_a_purpose, noted_file
from wards.desk.services import note_access
from wards.table_upload import TableFileForm
from wards.worksheets import FileError

# Where officers live and where a council has its office is nobody's but the ward's.
PRIVATE_ROSTERS = (RosterKind.OFFICERS, RosterKind.COUNCILS)
MAY_NOT = "あなたの役割では、名簿をファイルから取り込めません。"
MAY_NOT_EXPORT = "あなたの役割では、名簿をファイルに書き出せません。"
MOST = f"{MOST_LINES:,}行"
DAYS = "「令和8年4月1日」または「2026-04-01」のように書きます。"
YES_NO = "「はい」か「いいえ」です。空欄のときは変わりません。"
GROUND = "認定された協議会では必須です（変更届の日付、総会の議決など）。"
GUIDES = {
    RosterKind.AREAS: (
        (
            "校区コード",
            "区の中で一度だけ使う番号です。登録済みの番号の行は、ふりがな・学校・町名を直せます。",
        ),
        ("地域名", "登録済みの地域の名前は、ファイルでは変えられません。"),
        ("町名", "「、」で区切ります。地域カルテに、その町の相談・要望が出ます。"),
        ("初日", DAYS),
    ),
    RosterKind.COUNCILS: (
        ("校区コード", "今ある校区等地域の番号です。"),
        ("名称", "同じ校区コードと名称の協議会があれば、その内容を直します。"),
        ("登録日", f"準備的な組織の登録日です。{DAYS}"),
        ("市民活動分野", f"「、」で区切ります。{'、'.join(ActivityField.labels)}"),
        (
            "連絡先",
            "認定された協議会の名称・所在地・電話・メール・ウェブサイトは、変更届で変えます。",
        ),
        ("公表の列と名簿に載せる", YES_NO),
    ),
    RosterKind.OFFICERS: (
        ("協議会", "協議会の名称です。"),
        ("役職", "、".join(Position.labels)),
        ("氏名・初日", "協議会・役職・氏名・初日が同じ行は、登録済みの役員を直します。"),
        ("住所", "公表しません。"),
        ("氏名を公表する", YES_NO),
        ("初日・末日", f"{DAYS}末日を入れると任期が終わります。"),
        ("根拠", GROUND),
    ),
    RosterKind.ORGANIZATIONS: (
        ("協議会", "協議会の名称です。"),
        ("種別", "、".join(OrganizationKind.labels)),
        ("立ち上げた団体", YES_NO),
        ("初日・末日", f"{DAYS}末日を入れると脱退になります。"),
        ("根拠", GROUND),
    ),
}


def _kind_or_404(kind: str) -> RosterKind:
    try:
        return RosterKind(kind)
    except ValueError as problem:
        raise Http404 from problem


class RosterPages:
    """Mixin for the admin of councils: `files/`, `files/<kind>/` and a page for each file."""

    def get_urls(self):
        """Add the pages of files."""
        wrap = self.admin_site.admin_view
        name = "councils_communitycouncil_files"
        return [
            path("files/<slug:kind>/", wrap(self.roster_view), name=name),
            path("files/<slug:kind>/out/", wrap(self.roster_out), name=f"{name}_out"),
            path("files/<uuid:pk>/check/", wrap(self.roster_check), name=f"{name}_check"),
            *super().get_urls(),
        ]

    def tools(self, request) -> list[dict]:
        """Lead to the files from the list."""
        if not request.user.has_perm(roster_files.MAY_IMPORT):
            return super().tools(request)
        url = reverse("admin:councils_communitycouncil_files", args=[RosterKind.OFFICERS])
        return [*super().tools(request), {"label": "ファイルの取込み・書出し", "url": url}]

    def _refuse_others(self, request) -> None:
        if not request.user.has_perm(roster_files.MAY_IMPORT):
            raise PermissionDenied(MAY_NOT)

    def roster_out(self, request, kind: str):
        """Give what is registered today as the Excel that can be taken in again."""
        chosen = _kind_or_404(kind)
        if not request.user.has_perm("councils.export_communitycouncil"):
            raise PermissionDenied(MAY_NOT_EXPORT)
        if chosen == RosterKind.OFFICERS and not request.user.has_perm(
            "councils.view_address_of_council"
        ):
            raise PermissionDenied(MAY_NOT_EXPORT)
        rows = roster_files.rows_of(chosen, clock.today())
        table = {
            "kind": "xlsx",
            "name": f"{chosen.label}-{clock.today():%Y%m%d}",
            "headings": HEADINGS[chosen],
            "rows": rows,
            "about": f"協議会の{chosen.label}",
        }
        if chosen not in PRIVATE_ROSTERS:
            return noted_file(request, **table)
        back = reverse("admin:councils_communitycouncil_files", args=[chosen])
        return file_for_a_purpose(request, page=self.page, count=len(rows), back=back, **table)

    def roster_view(self, request, kind: str):
        """Take a file, have every line tried, and go on to the differences or name every bad row."""
        self._refuse_others(request)
        chosen = _kind_or_404(kind)
        if request.method != "POST":
            return self._roster_page(request, chosen, TableFileForm(most=MOST))
        form = TableFileForm(request.POST, request.FILES, most=MOST)
        if not form.is_valid():
            return self._roster_page(request, chosen, form)
        try:
            kept, outcome = roster_files.receive_file(
                chosen,
                form.cleaned_data["file"],
                file_name=request.FILES["file"].name,
                actor=request.user,
            )
        except FileError as problem:
            form.add_error("file", str(problem))
            return self._roster_page(request, chosen, form)
        if kept is None:
            return self._roster_page(request, chosen, form, outcome.problems)
        return HttpResponseRedirect(
            reverse("admin:councils_communitycouncil_files_check", args=[kept.pk])
        )

    def roster_check(self, request, pk):
        """Show every cell that would change; on POST change them all, or none."""
        self._refuse_others(request)
        kept = RosterFile.objects.filter(pk=pk, actor=request.user).first()
        if kept is None:
            messages.warning(
                request, "このファイルは、すでに取り込んだか、一日たって片付けられました。"
            )
            url = reverse("admin:councils_communitycouncil_files", args=[RosterKind.OFFICERS])
            return HttpResponseRedirect(url)
        chosen = RosterKind(kept.kind)
        if request.method == "POST":
            try:
                done = roster_files.take_in(kept, actor=request.user)
            except ValidationError as refusal:
                messages.warning(request, refusal.messages[0])
                return HttpResponseRedirect(request.path)
            except RosterFile.DoesNotExist:
                # The other click of a double click has taken it in.
                return HttpResponseRedirect(request.path)
            messages.success(request, f"{chosen.label}を{len(done.changed)}行取り込みました。")
            url = reverse("admin:councils_communitycouncil_files", args=[chosen])
            return HttpResponseRedirect(url)
        outcome = roster_files.try_again(kept, actor=request.user)
        if outcome.problems:
            return self._roster_page(request, chosen, TableFileForm(most=MOST), outcome.problems)
        if outcome.fingerprint != kept.fingerprint:
            roster_files.agree_anew(kept, outcome)
        if chosen in PRIVATE_ROSTERS:
            # The values of today stand beside the new ones: addresses among them.
            note_access(
                request, what=AccessKind.PERSONAL_DATA, about="協議会", page=f"{chosen.label}の差分"
            )
        context = {
            "title": f"{chosen.label}を取り込む前に差分を確かめる",
            "kept": kept,
            "kind": chosen,
            "rows": outcome.changed,
            "unchanged": len(outcome.rows) - len(outcome.changed),
        }
        return self.page(request, "admin/councils/roster_check.html", **context)

    def _roster_page(self, request, kind: RosterKind, form, problems=()):
        context = {
            "title": "ファイルの取込み・書出し",
            "kind": kind,
            "kinds": [
                {
                    "label": one.label,
                    "url": reverse("admin:councils_communitycouncil_files", args=[one]),
                    "is_here": one == kind,
                }
                for one in RosterKind
            ],
            "form": form,
            "problems": problems,
            "bad_rows": len({problem.line for problem in problems}),
            "headings": HEADINGS[kind],
            "guide": GUIDES[kind],
            "out_url": reverse("admin:councils_communitycouncil_files_out", args=[kind]),
        }
        return self.page(request, "admin/councils/roster_files.html", **context)
