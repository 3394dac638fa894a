"""意見の台帳: the list, late ones first, and the line of one opinion from what was said to its result."""

import re

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, OuterRef, Subquery, Value, When

from councils.city.models.bureau_request import RequestState
from councils.forum import opinion_rules
from councils.forum.admin import publications  # noqa: F401  registers its screens
from councils.forum.admin.opinion_columns import ledger_badge
from councils.forum.admin.opinion_entry import OpinionEntry
from councils.forum.admin.opinion_files import OpinionFiles
from councils.forum.admin.opinion_steps import STEPS, next_step
from councils.forum.admin.places import ForumList
from councils.forum.choices import (
    OpinionSource,
    OpinionState,
    ResponseClass,
    ResponseState,
    Scope,
)
from councils.forum.ledger import STAFF_COLUMNS, row_of, stream_lines
from councils.forum.models import Opinion, Response
from councils.forum.services.bureau_requests import requests_of
from wards import clock
from wards.desk.noted_files import noted_file, refuse_too_many
from wards.desk.pages.steps import StepPages
from wards.fiscal_year import fiscal_year_label
from wards.list_columns import day_column
from wards.list_filters import ChoiceFilter, FiscalYearFilter, choice_filter
from wards.sites import ward_site

LABEL = re.compile(r"[Rr]([0-9]{2})-([0-9]{1,6})")


class OpinionStateFilter(ChoiceFilter):
    """How an opinion stands today."""

    title = "状態"
    parameter_name = "state"
    field = "state_on_day"
    choices_of_field = OpinionState


class ResponseClassFilter(ChoiceFilter):
    """The class of the answer that was not taken back."""

    title = "対応区分"
    parameter_name = "class"
    field = "class_now"
    choices_of_field = ResponseClass


class OpinionAdmin(OpinionEntry, OpinionFiles, StepPages, ForumList):
    """The ledger of the ward's opinions."""

    list_title = "意見の台帳"
    empty_sentence = (
        "当てはまる意見はありません。会議や懇談会などで出た意見を「{add}」から入れてください。"
    )
    page_template = "admin/forum/opinion.html"
    steps = STEPS
    list_display = (
        "number_column",
        "title",
        "source",
        "section",
        "received_column",
        "due_column",
        "class_column",
        "state_column",
        "age_column",
    )
    list_display_links = ("number_column", "title")
    list_filter = (
        FiscalYearFilter,
        OpinionStateFilter,
        choice_filter("経路", "source", OpinionSource),
        ResponseClassFilter,
        choice_filter("事業の別", "scope", Scope),
    )
    search_fields = ("title", "text", "section")
    search_help_text = "番号（R08-0012）、見出し、意見の要旨、担当課を探します。"
    history_fields = (
        "title", "text", "scope", "section", "bureau", "agenda_item", "received_on", "due_on",
        "closed_on", "closing",
    )  # fmt: skip
    export_permission = "ward_forum.export_opinion"

    # --- the list ---

    def get_queryset(self, request):
        """Tell how each stands today and what it was answered."""
        late = When(state_on_day=OpinionState.LATE, then=Value(0))
        closed = When(state_on_day=OpinionState.CLOSED, then=Value(2))
        living = Response.objects.filter(opinion=OuterRef("pk")).exclude(
            state=ResponseState.WITHDRAWN
        )
        return (
            Opinion.objects.with_state(clock.today())
            .annotate(
                late_first=Case(late, closed, default=Value(1)),
                class_now=Subquery(living.values("response_class")[:1]),
            )
            .order_by(*self.get_ordering(request))
        )

    def get_ordering(self, request):
        """The late ones first, the one that is late the longest on top; what is through comes last."""
        return ("late_first", "due_on", "fiscal_year", "number")

    def get_search_results(self, request, queryset, search_term):
        """Find a printed number too."""
        label = LABEL.fullmatch(search_term.strip())
        if label is None:
            return super().get_search_results(request, queryset, search_term)
        year, number = int(label[1]) + 2018, int(label[2])
        return queryset.filter(fiscal_year=year, number=number), False

    def export_view(self, request, kind: str):
        """Return the chosen opinions with every column of the ledger, a few hundred at a time."""
        if not request.user.has_perm(self.export_permission):
            raise PermissionDenied
        rows = self.filtered(request)
        refuse_too_many(rows.count())
        lines = stream_lines(rows, clock.today(), of_staff=True)
        return noted_file(
            request,
            kind=kind,
            name=f"opinion-{clock.today():%Y%m%d}",
            headings=list(STAFF_COLUMNS.values()),
            rows=(
                [_cell(value) for value in row_of(line, STAFF_COLUMNS).values()] for line in lines
            ),
            about=str(self.opts.verbose_name_plural),
        )

    @admin.display(description="番号", ordering="fiscal_year")
    def number_column(self, opinion):
        """Its printed number."""
        return opinion.label

    @admin.display(description="意見のあった日", ordering="received_on")
    def received_column(self, opinion):
        """When it came."""
        return day_column(opinion.received_on)

    @admin.display(description="期限", ordering="due_on")
    def due_column(self, opinion):
        """By when it is to be answered."""
        return day_column(opinion.due_on)

    @admin.display(description="対応区分")
    def class_column(self, opinion):
        """What was answered."""
        return ResponseClass(opinion.class_now).label if opinion.class_now else "—"

    @admin.display(description="状態")
    def state_column(self, opinion):
        """How it stands today."""
        return ledger_badge(OpinionState, opinion.state_on_day)

    @admin.display(description="経過")
    def age_column(self, opinion):
        """How old it is, or was when it ended."""
        until = opinion.closed_on or clock.today()
        return opinion_rules.age_in_words(opinion.received_on, until)

    # --- the page ---

    def things(self):
        """Return opinions as their page shows them."""
        return Opinion.objects.with_state(clock.today()).select_related(
            "session__subcommittee", "agenda_item", "gathering", "bureau", "registered_by"
        )

    def page_context(self, request, opinion, refused) -> dict:
        """Return the opinion, its answers, what was done, what was asked, and every step of it."""
        rows = opinion.responses.select_related(
            "indicator", "publication", "written_by", "approved_by"
        )
        until = opinion.closed_on or clock.today()
        return {
            "opinion": opinion,
            "year": fiscal_year_label(opinion.fiscal_year),
            "state_badge": ledger_badge(OpinionState, opinion.state_on_day),
            "next_step": next_step(opinion, opinion.state_on_day),
            "age": opinion_rules.age_in_words(opinion.received_on, until),
            "answers": [
                {"answer": one, "badge": ledger_badge(ResponseState, one.state)} for one in rows
            ],
            "measures": list(opinion.measures.select_related("recorded_by")),
            "requests": [
                {
                    "request": one,
                    "badge": ledger_badge(RequestState, one.state),
                    # 市民局 publishes what a bureau says; before that it is not the ward's to tell.
                    "tells_answer": one.state == RequestState.PUBLISHED,
                }
                for one in requests_of(opinion)
            ],
            "entries": list(opinion.entries.select_related("author").order_by("at", "pk")),
        }


def _cell(value):
    if isinstance(value, bool):
        return "あり" if value else "なし"
    return value


ward_site.register(Opinion, OpinionAdmin)
