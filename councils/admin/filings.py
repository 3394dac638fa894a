"""年度の提出書類: who owes what, the late ones first, and the page of one paper."""

from django.contrib import admin
from django.db import transaction
from django.db.models import Case, Value, When

from councils.admin.columns import state_badge
from councils.admin.council_steps import FilesField, MultipleFiles
from councils.admin.filters import AreaOfCouncilFilter, FilingStateFilter
from councils.admin.places import CouncilList
from councils.choices import DocumentKind, FilingKind, FilingState
from councils.filing_rules import completeness_of, next_step
from councils.models import Filing
from councils.services import documents, filings
from wards import clock
from wards.attachments import ACCEPTED
from wards.desk.pages.step_fields import day_field, text_field
from wards.desk.pages.steps import NothingToType, ReasonForm, Step, StepForm, StepPages
from wards.fiscal_year import fiscal_year_label
from wards.list_columns import day_column
from wards.list_filters import FiscalYearFilter, choice_filter

MAY_CHANGE = filings.MAY_CHANGE
MAY_EXTEND = "councils.extend_filing"
# What kind of paper comes with which filing.
PAPER_OF = {
    FilingKind.BYLAWS: DocumentKind.BYLAWS,
    FilingKind.ROSTER: DocumentKind.OFFICERS,
    FilingKind.PLAN: DocumentKind.PLAN,
    FilingKind.BUDGET: DocumentKind.BUDGET,
    FilingKind.ACCOUNTS: DocumentKind.ACCOUNTS,
    FilingKind.MINUTES: DocumentKind.MINUTES,
}


class SubmitForm(StepForm):
    """The day a paper came, and the paper."""

    submitted_on = day_field("提出日")
    files = FilesField(
        label="ファイル",
        required=False,
        widget=MultipleFiles({"accept": ACCEPTED}),
        help_text="PDFか写真を3つまで選べます。紙だけのときは空けておきます。",
        allow_empty_file=True,
    )
    note = text_field("備考", required=False, rows=2, longest=300)


def submit(filing, data, user) -> str:
    """提出を記録する: the day and the paper, or neither."""
    with transaction.atomic():
        filings.submit_filing(
            filing, submitted_on=data["submitted_on"], text=data["note"], actor=user
        )
        if data["files"]:
            documents.add_documents(
                filing.council,
                data["files"],
                kind=PAPER_OF[FilingKind(filing.kind)],
                filing=filing,
                actor=user,
            )
    return "提出を記録しました。内容を確かめて受理してください。"


def accept(filing, data, user) -> str:
    """受理する."""
    filings.accept_filing(filing, actor=user)
    return "受理しました。"


def give_back(filing, data, user) -> str:
    """返す."""
    filings.return_filing(filing, reason=data["reason"], actor=user)
    return "書類を返しました。もう一度、提出を待ちます。"


class ExtensionForm(ReasonForm):
    """Until when, and why."""

    until = day_field("延長後の期限")


def extend(filing, data, user) -> str:
    """期限を延ばす."""
    filings.extend_filing(filing, actor=user, **data)
    return "期限を延ばしました。"


def waive(filing, data, user) -> str:
    """提出不要とする."""
    filings.waive_filing(filing, reason=data["reason"], actor=user)
    return "提出不要としました。"


def _owed(filing, user):
    return [] if filing.accepted_on is None and filing.submitted_on is None else None


def _handed_in(filing, user):
    return [] if filing.submitted_on is not None and filing.accepted_on is None else None


def _not_owed(filing, user):
    return [] if filing.submitted_on is not None else None


class FilingAdmin(StepPages, CouncilList):
    """The papers of each fiscal year."""

    list_title = "年度の提出書類"
    empty_sentence = (
        "当てはまる提出書類はありません。年度の初めに、認定された協議会ごとに用意されます。"
    )
    page_template = "admin/councils/filing.html"
    steps = (
        Step("submit", "提出を記録する", SubmitForm, MAY_CHANGE, submit, _owed, is_next=True),
        Step("accept", "受理する", NothingToType, MAY_CHANGE, accept, _handed_in, is_next=True),
        Step("return", "書類を返す", ReasonForm, MAY_CHANGE, give_back, _not_owed),
        Step("extend", "期限を延ばす", ExtensionForm, MAY_EXTEND, extend, _owed),
        Step("waive", "提出不要とする", ReasonForm, MAY_EXTEND, waive, _owed),
    )
    list_display = (
        "council_column",
        "kind",
        "year_column",
        "due_column",
        "state_column",
        "submitted_column",
    )
    list_filter = (
        FilingStateFilter,
        FiscalYearFilter,
        choice_filter("書類", "kind", FilingKind),
        AreaOfCouncilFilter,
    )
    list_select_related = ("council",)
    history_fields = (
        "due_on", "extended_until", "extension_reason", "not_required_reason", "submitted_on",
        "accepted_on", "accepted_by", "note",
    )  # fmt: skip
    export_permission = "councils.export_communitycouncil"
    export_columns = (
        ("協議会", lambda one: one.council.name),
        ("年度", "fiscal_year"),
        ("書類", lambda one: one.get_kind_display()),
        ("期限", "due_on"),
        ("延長後の期限", "extended_until"),
        ("状態", lambda one: FilingState(one.state_on_day).label),
        ("提出日", "submitted_on"),
        ("受理日", "accepted_on"),
        ("提出不要の理由", "not_required_reason"),
        ("備考", "note"),
    )

    def has_add_permission(self, request) -> bool:
        """The rows of a year are made from the rules."""
        return False

    def get_queryset(self, request):
        """Tell how each stands today; what is late comes first."""
        late = When(state_on_day=FilingState.LATE, then=Value(0))
        rows = Filing.objects.with_state(clock.today()).annotate(
            late_first=Case(late, default=Value(1))
        )
        return rows.order_by(*self.get_ordering(request))

    def get_ordering(self, request):
        """The late ones first."""
        return ("late_first", "due_on", "council", "kind")

    def changelist_view(self, request, extra_context=None):
        """Tell how complete the chosen rows are."""
        response = super().changelist_view(request, extra_context)
        changelist = getattr(response, "context_data", {}).get("cl")
        if changelist is not None:
            states = changelist.queryset.order_by().values_list("state_on_day", flat=True)
            response.context_data["totals"] = f"受理した書類：{completeness_of(states)}"
        return response

    def things(self):
        """Return filings as their page shows them."""
        return Filing.objects.with_state(clock.today()).select_related("council", "accepted_by")

    def page_context(self, request, filing, refused) -> dict:
        """Return the paper's dates and files."""
        return {
            "title": f"{filing.council.name} {filing.get_kind_display()}（{fiscal_year_label(filing.fiscal_year)}）",
            "filing": filing,
            "council": filing.council,
            "state_badge": state_badge(FilingState, filing.state_on_day),
            "next_step": next_step(FilingState(filing.state_on_day)),
            "year": fiscal_year_label(filing.fiscal_year),
            "papers": list(filing.documents.all()),
        }

    @admin.display(description="協議会", ordering="council__name")
    def council_column(self, filing):
        """Whose."""
        return filing.council.name

    @admin.display(description="年度", ordering="fiscal_year")
    def year_column(self, filing):
        """Of which year."""
        return fiscal_year_label(filing.fiscal_year)

    @admin.display(description="期限", ordering="due_on")
    def due_column(self, filing):
        """By when; an extension in its place."""
        if filing.extended_until:
            return f"{day_column(filing.extended_until)}（延長）"
        return day_column(filing.due_on)

    @admin.display(description="状態")
    def state_column(self, filing):
        """How it stands today."""
        return state_badge(FilingState, filing.state_on_day)

    @admin.display(description="提出日", ordering="submitted_on")
    def submitted_column(self, filing):
        """When it came."""
        return day_column(filing.submitted_on)
