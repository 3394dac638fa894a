"""委員評価シート: the list, the sheet with what was handed in, the overview without names."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, Value, When
from django.http import Http404
from django.urls import path, reverse

from councils.forum.admin.places import ForumList
from councils.forum.choices import Rating
from councils.forum.models import EvaluationSheet, ForumMember, ForumSession
from councils.forum.services import evaluations
from councils.forum.services.evaluations import LONGEST_COMMENT, MOST_ITEMS
from wards import clock
from wards.badges import badge
from wards.desk.noted_files import noted_file
from wards.desk.pages.add_page import AddPage
from wards.desk.pages.step_fields import choice_field, day_field, line_field, row_field, text_field
from wards.desk.pages.steps import MARK, NothingToType, Step, StepForm, StepPages
from wards.list_columns import day_column
from wards.sites import ward_site


class NewSheetForm(StepForm):
    """A sheet with its items."""

    title = line_field("件名", help_text="例：令和8年度 第1回区政会議 委員評価シート")
    due_on = day_field("提出の期限")
    items = text_field(
        "評価の項目",
        longest=8_000,
        rows=8,
        help_text=f"1行に一つずつ、{MOST_ITEMS}個まで入力してください。",
    )

    def __init__(self, *args, about=None, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        sessions = ForumSession.objects.filter(cancelled_at=None).select_related("subcommittee")
        self.fields = {"session": row_field("会議", sessions), **self.fields}
        self.fields["session"].needed_when = MARK

    def clean_items(self) -> list[str]:
        """Return the lines that say something."""
        return [line.strip() for line in self.cleaned_data["items"].splitlines() if line.strip()]


class EntryForm(StepForm):
    """What one member handed in: rating and comment of every item."""

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        self.fields["member"] = row_field("委員", evaluations.members_of(about))
        self.fields["member"].needed_when = MARK
        self.items = list(about.items.all())
        for item in self.items:
            self.fields[f"rating_{item.number}"] = choice_field(
                f"{item}の評価", Rating.choices, empty="入力しない", required=False
            )
            self.fields[f"comment_{item.number}"] = text_field(
                f"{item}への意見", required=False, rows=2, longest=LONGEST_COMMENT
            )

    def clean(self):
        """Gather the answers; a comment has a rating."""
        cleaned = super().clean()
        cleaned["answers"] = {}
        for item in self.items:
            rating = cleaned.get(f"rating_{item.number}") or ""
            comment = cleaned.get(f"comment_{item.number}") or ""
            if comment and not rating and f"rating_{item.number}" not in self.errors:
                self.add_error(f"rating_{item.number}", "評価を選んでください。")
            if rating:
                cleaned["answers"][item] = (rating, comment)
        return cleaned


def enter(sheet, data, user) -> str:
    """委員の評価を入力する."""
    evaluations.enter_evaluation(sheet, data["member"], data["answers"], actor=user)
    return f"{data['member']}の評価を入力しました。"


def publish(sheet, data, user) -> str:
    """委員評価一覧を公表する."""
    evaluations.publish_sheet(sheet, actor=user)
    return "委員評価一覧を公表しました。"


def _open(sheet, user):
    return [] if sheet.published_at is None else None


def _publishing(sheet, user):
    return evaluations.reasons_not_to_publish(sheet) if sheet.published_at is None else None


class EvaluationSheetAdmin(AddPage, StepPages, ForumList):
    """The sheets of the members."""

    list_title = "委員評価シート"
    empty_sentence = "当てはまる委員評価シートはありません。「{add}」から作ってください。"
    page_template = "admin/forum/evaluation.html"
    add_form = NewSheetForm
    add_template = "admin/forum/evaluation_new.html"
    add_words = "委員評価シートを作る"
    steps = (
        Step("enter", "委員の評価を入力する", EntryForm, evaluations.MAY_CHANGE, enter, _open, place="entry",
             intro="同じ委員をもう一度入力すると、入力した項目だけが変わります。"),
        Step("publish", "委員評価一覧を公表する", NothingToType, evaluations.MAY_PUBLISH, publish, _publishing, is_next=True),
    )  # fmt: skip
    list_display = ("title", "session", "due_column", "members_column", "standing_column")
    search_fields = ("title",)
    search_help_text = "件名を探します。"
    list_select_related = ("session__subcommittee",)
    history_fields = ("title", "due_on", "published_at", "published_by")
    export_columns = (
        ("件名", "title"),
        ("会議", lambda one: str(one.session)),
        ("提出の期限", "due_on"),
        ("提出した委員", "members"),
        ("公表日時", "published_at"),
    )

    def get_urls(self):
        """Add the file of the overview."""
        view = self.admin_site.admin_view(self.overview_view)
        name = "ward_forum_evaluationsheet_overview"
        return [path("<int:pk>/overview/<slug:kind>/", view, name=name), *super().get_urls()]

    def get_queryset(self, request):
        """Count the members who handed in; what is past its day and not out comes first."""
        late = When(published_at=None, due_on__lt=clock.today(), then=Value(0))
        rows = EvaluationSheet.objects.annotate(
            members=Count("items__evaluations__member", distinct=True),
            late_first=Case(late, default=Value(1)),
        )
        return rows.order_by(*self.get_ordering(request))

    def get_ordering(self, request):
        """What is past its day and not out comes first."""
        return ("late_first", "-due_on", "-pk")

    def add(self, data, actor):
        """Open a sheet."""
        sheet = evaluations.open_sheet(data.pop("session"), actor=actor, **data)
        return sheet, f"「{sheet}」を作りました。"

    def things(self):
        """Return sheets as their page shows them."""
        return EvaluationSheet.objects.select_related("session__subcommittee", "published_by")

    def page_context(self, request, sheet, refused) -> dict:
        """Return the overview, and who has handed in: the office knows, the public does not."""
        came = ForumMember.objects.filter(evaluations__item__sheet=sheet).distinct()
        files = []
        if request.user.has_perm(self.export_permission):
            files = [
                {
                    "label": label,
                    "url": reverse(
                        "admin:ward_forum_evaluationsheet_overview", args=[sheet.pk, kind]
                    ),
                }
                for kind, label in (("csv", "CSV"), ("xlsx", "Excel"))
            ]
        return {
            "sheet": sheet,
            "standing": _standing(sheet),
            "overview": evaluations.overview(sheet),
            "ratings": Rating.labels,
            "came": list(came),
            "waiting": list(evaluations.members_of(sheet).exclude(pk__in=came)),
            "files": files,
        }

    def overview_view(self, request, pk: int, kind: str):
        """Return the 委員評価一覧 as a file."""
        if not request.user.has_perm(self.export_permission):
            raise PermissionDenied
        sheet = self.thing_or_404(request, pk)
        if kind not in ("csv", "xlsx"):
            raise Http404
        return noted_file(
            request,
            kind=kind,
            name=f"evaluation-{sheet.pk}",
            headings=evaluations.HEADINGS,
            rows=evaluations.rows_of(evaluations.overview(sheet)),
            about=f"委員評価一覧「{sheet}」",
        )

    @admin.display(description="提出の期限", ordering="due_on")
    def due_column(self, sheet):
        """By when it is to be handed in."""
        return day_column(sheet.due_on)

    @admin.display(description="提出した委員")
    def members_column(self, sheet):
        """How many members handed in."""
        return f"{sheet.members}人"

    @admin.display(description="状態")
    def standing_column(self, sheet):
        """Whether it is out."""
        return _standing(sheet)


def _standing(sheet):
    if sheet.published_at is not None:
        return badge("公表済", "good", "✓")
    if sheet.due_on < clock.today():
        return badge("期限後（公表前）", "warn", "●")
    return badge("入力中", "info", "…")


ward_site.register(EvaluationSheet, EvaluationSheetAdmin)
