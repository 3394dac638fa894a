"""「相談・要望一覧」: what is late stands first, what has ended last; exactly that as a file."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import (
    Case,
    Count,
    DateField,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.urls import path, reverse

from consultations.admin import columns, filters
from consultations.admin.exports import MAY_NOT_EXPORT, case_file_response, file_links
from consultations.case_states import CLOSED, OPEN
from consultations.models import Consultation, Handover
from wards import clock
from wards.deadlines import days_left
from wards.desk.noted_files import ROWS_AT_A_TIME
from wards.text import search_key
from wards.wareki import short_wareki

LONGEST_SEARCH = 200
IS_ENDED = Case(
    When(state__in=[str(state) for state in CLOSED], then=Value(1)),
    default=Value(0),
    output_field=IntegerField(),
)
DUE_WHILE_OPEN = Case(
    When(state__in=[str(state) for state in OPEN], then=F("due_on")), output_field=DateField()
)
EXPORT_COLUMNS = (
    ("受付番号", "number"),
    ("件名", "subject"),
    ("分野", lambda case: case.category.name),
    ("場所", "place"),
    ("内容", "body"),
    ("記録の種類", "get_record_type_display"),
    ("受付経路", "get_intake_channel_display"),
    ("要望者区分", "get_requester_kind_display"),
    ("回答を希望", lambda case: "希望する" if case.wants_reply else "希望しない"),
    ("状態", "get_state_display"),
    ("受付日", "received_on"),
    ("回答期限", "due_on"),
    ("残り日数", lambda case: days_left(case.due_on, clock.today()) if case.is_open else None),
    ("中間回答日", "interim_on"),
    ("回答日", "answered_on"),
    ("終了日", "closed_on"),
    ("受け持つ課", lambda case: case.section.name),
    ("担当者", lambda case: case.assignee.name if case.assignee else ""),
    ("事業所", lambda case: case.office.name if case.office else case.waiting_office or ""),
)


def _read(case: Consultation, column):
    value = column(case) if callable(column) else getattr(case, column)
    return value() if callable(value) else value


class CaseList:
    """Mixin for the admin of cases: the list and its files."""

    list_title = "相談・要望一覧"
    empty_sentence = "該当する案件はありません。絞り込みを解くか、語句を変えて探してください。"
    change_list_template = "admin/consultations/case_list.html"
    list_display = (
        "number_column",
        "subject_column",
        "category_column",
        "state_column",
        "due_column",
        "charge_column",
        "office_column",
        "received_column",
    )
    list_display_links = ("number_column", "subject_column")
    list_filter = (
        filters.StateFilter,
        filters.DueFilter,
        filters.MineFilter,
        filters.CategoryFilter,
        filters.SectionFilter,
        filters.AreaFilter,
        filters.OfficeFilter,
        filters.ReceivedFilter,
        filters.ChannelFilter,
        filters.RecordTypeFilter,
        filters.RequesterFilter,
        filters.ReplyFilter,
        filters.BundleFilter,
        filters.PublicationFilter,
    )
    search_fields = ("number",)
    search_help_text = "受付番号・件名・場所・内容から探します。氏名や電話番号では探せません。"
    actions = None

    def get_urls(self):
        """Put the files beside the list."""
        export = self.admin_site.admin_view(self.export_view)
        return [
            path("export/<slug:kind>/", export, name="consultations_consultation_export"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        """Keep what the person may see, with the office whose answer is awaited."""
        waiting = (
            Handover.objects.waiting()
            .filter(consultation=OuterRef("pk"), office__isnull=False)
            .order_by("-sent_at")
        )
        return (
            Consultation.objects.visible_to(request.user)
            .with_names()
            .select_related("deadline_rule")
            .defer("search_key")
            .annotate(waiting_office=Subquery(waiting.values("office__name")[:1]))
        )

    def get_ordering(self, request):
        """Late ones first, then by due day; what has ended comes last, the latest first."""
        return (
            IS_ENDED,
            DUE_WHILE_OPEN.asc(nulls_last=True),
            F("closed_on").desc(nulls_first=True),
            "pk",
        )

    def get_search_results(self, request, queryset, search_term):
        """Search number, subject, place and text as people write them; never who asked."""
        key = search_key(search_term[:LONGEST_SEARCH])
        if not key:
            return queryset, False
        return (
            queryset.filter(
                Q(search_key__contains=key)
                | Q(number__icontains=key)
                | Q(subject__icontains=search_term[:LONGEST_SEARCH].strip())
            ),
            False,
        )

    def changelist_view(self, request, extra_context=None):
        """Add the totals of exactly what is listed, and the ways out of the list."""
        user = request.user
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        extra_context = {
            "export_urls": file_links(user, "export", query),
            "bulk_url": reverse("admin:consultations_consultation_bulk") + query
            if user.has_perm("consultations.import_consultation")
            else "",
            "has_add_permission": self.has_add_permission(request),
            **(extra_context or {}),
        }
        response = super().changelist_view(request, extra_context)
        changelist = getattr(response, "context_data", None) and response.context_data.get("cl")
        if changelist:
            response.context_data["totals"] = totals_of(changelist.queryset)
        return response

    def export_view(self, request, kind: str):
        """Give exactly what the list with these filters shows, without contacts, as a file."""
        if not request.user.has_perm("consultations.export_consultation"):
            raise PermissionDenied(MAY_NOT_EXPORT)
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        cases = self.filtered(request)
        return case_file_response(
            request,
            page=self.page,
            count=cases.count(),
            back=reverse("admin:consultations_consultation_changelist") + query,
            kind=kind,
            name="相談・要望",
            headings=[heading for heading, _ in EXPORT_COLUMNS],
            rows=(
                [_read(case, column) for _, column in EXPORT_COLUMNS]
                for case in cases.iterator(chunk_size=ROWS_AT_A_TIME)
            ),
            about="相談・要望一覧",
        )

    @admin.display(description="受付番号", ordering="number")
    def number_column(self, case):
        """受付番号."""
        return case.number

    @admin.display(description="件名・場所", ordering="subject")
    def subject_column(self, case):
        """件名 and, below it, the place."""
        return columns.subject_cell(case)

    @admin.display(description="分野", ordering="category__order")
    def category_column(self, case):
        """分野."""
        return case.category.name

    @admin.display(description="状態", ordering="state")
    def state_column(self, case):
        """状態 as mark and word."""
        return columns.state_badge(case.state)

    @admin.display(description="回答期限", ordering="due_on")
    def due_column(self, case):
        """The due day, what is left, and the 開庁日 beside it."""
        return columns.due_cell(case, clock.today())

    @admin.display(description="担当課・担当者", ordering="section__order")
    def charge_column(self, case):
        """Who has it."""
        return columns.charge_cell(case)

    @admin.display(description="事業所", ordering="office__name")
    def office_column(self, case):
        """The office that has it."""
        return columns.office_cell(case)

    @admin.display(description="受付日", ordering="received_at")
    def received_column(self, case):
        """The first day."""
        return short_wareki(case.received_on)


def totals_of(cases) -> dict[str, int]:
    """Count what the list shows, in one query."""
    today = clock.today()
    is_open = Q(state__in=OPEN)
    return cases.order_by().aggregate(
        total=Count("pk"),
        open=Count("pk", filter=is_open),
        overdue=Count("pk", filter=is_open & Q(due_on__lt=today)),
        today=Count("pk", filter=is_open & Q(due_on=today)),
        unassigned=Count("pk", filter=is_open & Q(assignee=None)),
    )
