"""地域活動協議会: the list, and the page of one council with everything about it."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path

from councils import application_states
from councils.admin.certificate import CertificatePages
from councils.admin.columns import confirmation_badge, state_badge
from councils.admin.council_steps import STEPS, running_revocation
from councils.admin.filters import AreaFilter, CouncilStateFilter
from councils.admin.places import CouncilList
from councils.admin.roster_pages import RosterPages
from councils.admin.settings_page import SettingsPage
from councils.choices import (
    ApplicationState,
    CouncilState,
    FilingState,
    NoticeState,
    Position,
)
from councils.confirmation_rules import reminder_due
from councils.filing_rules import completeness_of
from councils.models import (
    CommunityCouncil,
    Confirmation,
    CouncilDocument,
    CouncilPractice,
    Filing,
    SchoolDistrictArea,
)
from councils.next_steps import Standing, next_steps
from councils.services import applications, rosters, support
from wards import attachments, clock
from wards.desk.choices import AccessKind
from wards.desk.pages.add_page import AddPage
from wards.desk.pages.step_fields import day_field, line_field, row_field
from wards.desk.pages.steps import MARK, StepPages
from wards.desk.services import note_access
from wards.fiscal_year import fiscal_year_label, fiscal_year_of
from wards.list_columns import day_column
from wards.text import search_key
from wards.wareki import day_from_wareki

MAY_NOT_SEE_ADDRESSES = "あなたの役割では、役員の住所を見られません。"
MOST_ENTRIES = 50


class RegistrationForm(forms.Form):
    """A 準備的な組織 as it is registered."""

    name = line_field("名称")
    kana = line_field("ふりがな", longest=120, required=False)
    registered_on = day_field("登録日")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        areas = SchoolDistrictArea.objects.in_force(clock.today())
        self.fields = {"area": row_field("校区等地域", areas), **self.fields}
        for field in self.fields.values():
            field.needed_when = MARK if field.required else ""


class CommunityCouncilAdmin(
    AddPage, StepPages, CertificatePages, SettingsPage, RosterPages, CouncilList
):
    """Councils and the bodies that prepare them."""

    empty_sentence = "当てはまる協議会はありません。「{add}」から登録できます。"
    steps = STEPS
    page_template = "admin/councils/council.html"
    add_form = RegistrationForm
    add_template = "admin/councils/register.html"
    add_words = "準備的な組織を登録する"
    list_display = (
        "name",
        "area_column",
        "state_column",
        "certified_column",
        "representative_column",
        "confirmation_column",
    )
    list_filter = (CouncilStateFilter, AreaFilter)
    search_fields = ("search_key",)
    search_help_text = "名称とふりがなを探します。"
    history_fields = (
        "name", "kana", "area", "registered_on", "dissolved_on", "dissolution_reason",
        "fields_of_activity", "phone_is_public", "email_is_public", "website_is_public", "is_public",
    )  # fmt: skip
    export_permission = "councils.export_communitycouncil"
    export_columns = (
        ("番号", "pk"),
        ("名称", "name"),
        ("ふりがな", "kana"),
        ("校区コード", lambda council: council.area.code),
        ("校区等地域", lambda council: council.area.name),
        ("状態", lambda council: CouncilState(council.state).label),
        ("認定番号", "certified_number"),
        ("認定日", "certified_on"),
        ("準備的な組織の登録日", "registered_on"),
        ("解散日", "dissolved_on"),
        ("市民活動分野", lambda council: council.fields_in_words),
        ("構成団体数", "bodies"),
        ("役員数", "people"),
        ("要件確認の期限", "confirmation_due_on"),
    )

    def get_queryset(self, request):
        """Tell of each council how it stands today, in the question for the list itself."""
        return super().get_queryset(request).select_related("area").with_figures(clock.today())

    def things(self):
        """Return councils as their page shows them."""
        return CommunityCouncil.objects.with_state(clock.today()).select_related("area")

    def get_search_results(self, request, queryset, search_term):
        """Search as people write: any width, any kana."""
        return super().get_search_results(request, queryset, search_key(search_term))

    def get_urls(self):
        """Add the addresses of officers, and files of papers."""
        wrap = self.admin_site.admin_view
        name = "councils_communitycouncil"
        return [
            path("<int:pk>/addresses/", wrap(self.addresses_view), name=f"{name}_addresses"),
            path("<int:pk>/papers/<int:paper>/", wrap(self.paper_view), name=f"{name}_paper"),
            *super().get_urls(),
        ]

    # --- the list ---

    def changelist_view(self, request, extra_context=None):
        """Name the list by the ward's own word for such bodies."""
        title = f"{CouncilPractice.objects.label_on(clock.today())}一覧"
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    @admin.display(description="地域", ordering="area__code")
    def area_column(self, council):
        """Where."""
        return f"{council.area.code} {council.area.name}"

    @admin.display(description="状態")
    def state_column(self, council):
        """How it stands today."""
        return state_badge(CouncilState, council.state)

    @admin.display(description="認定", ordering="certified_on")
    def certified_column(self, council):
        """Number and day of the certification in force."""
        if council.certified_number is None:
            return "—"
        return f"第{council.certified_number}号 {day_column(council.certified_on)}"

    @admin.display(description="代表者")
    def representative_column(self, council):
        """Who represents it today."""
        return council.representative or "—"

    @admin.display(description="要件確認", ordering="confirmation_due_on")
    def confirmation_column(self, council):
        """How near the next confirmation is."""
        if council.confirmation_due_on is None:
            return "—"
        return confirmation_badge(council.confirmation_due_on, clock.today())

    # --- registering ---

    def add(self, data, actor):
        """Register a 準備的な組織."""
        council = rosters.register_council(data.pop("area"), actor=actor, **data)
        return council, f"{council}を登録しました。"

    # --- the page ---

    def page_context(self, request, council, refused) -> dict:
        """Return everything about a council, as of a day."""
        today = clock.today()
        day, day_refusal = _day_asked(request.GET.get("day", ""), today)
        stood = rosters.as_of(council, day)
        warned = rosters.posts_on(day, {one.person_key for one in stood.officers})
        most = CouncilPractice.objects.in_force(day).posts_warned_from
        year = fiscal_year_of(today)
        filings = list(Filing.objects.with_state(today).filter(council=council, fiscal_year=year))
        return {
            "title": council.name,
            "council": council,
            "state_badge": state_badge(CouncilState, council.state),
            "next_steps": next_steps(standing_of(council, today)),
            "elsewhere": waiting_pages(council, today),
            "day": day,
            "day_refusal": day_refusal,
            "is_today": day == today,
            "stood": stood,
            "stood_badge": state_badge(CouncilState, stood.state),
            "officers": [
                {
                    "officer": officer,
                    "posts": len(warned.get(officer.person_key, ())),
                    "is_many": len(warned.get(officer.person_key, ())) >= most,
                    "where": "、".join(map(str, warned.get(officer.person_key, ()))),
                }
                for officer in stood.officers
            ],
            "certification": council.certifications.in_force(today).select_related("area").first(),
            "former_certifications": list(
                council.certifications.filter(ended_on__lte=today).select_related("area")
            ),
            "revocation": running_revocation(council),
            "applications": [
                {"application": one, "badge": state_badge(ApplicationState, one.state)}
                for one in council.applications.all()
            ],
            "notices": [
                {"notice": one, "badge": state_badge(NoticeState, one.state)}
                for one in council.change_notices.all()[:10]
            ],
            "confirmations": list(
                Confirmation.objects.filter(certification__council=council).order_by("-due_on")[:5]
            ),
            "corrections": [
                one
                for held in council.certifications.prefetch_related("corrective_requests")
                for one in held.corrective_requests.all()
            ],
            "papers": list(council.documents.all()),
            "filings": [
                {"filing": one, "badge": state_badge(FilingState, one.state_on_day)}
                for one in filings
            ],
            "filings_year": fiscal_year_label(year),
            "completeness": completeness_of(one.state_on_day for one in filings),
            "grants": list(council.grants.select_related("rate")[:10]),
            "aid_years": [fiscal_year_label(one) for one in support.aid_years_of(council, today)],
            "entries": list(council.entries.select_related("author")[:MOST_ENTRIES]),
            "may_see_addresses": request.user.has_perm("councils.view_address_of_council"),
        }

    def addresses_view(self, request, pk: int):
        """Show where the officers live once it was asked for, and note who asked."""
        council = self.thing_or_404(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(self.address_of(council))
        if not request.user.has_perm("councils.view_address_of_council"):
            raise PermissionDenied(MAY_NOT_SEE_ADDRESSES)
        note_access(request, what=AccessKind.PERSONAL_DATA, about=council.name, page="役員の住所")
        return self.thing_page(request, council, shows_addresses=True)

    def paper_view(self, request, pk: int, paper: int):
        """Give a paper as a download, and note who took it."""
        council = self.thing_or_404(request, pk)
        row = CouncilDocument.objects.filter(council=council, pk=paper).first()
        if row is None:
            raise Http404
        note_access(
            request,
            what=AccessKind.ATTACHMENT,
            about=council.name,
            number=row.pk,
            sha256=row.sha256,
        )
        try:
            return attachments.download_response(
                row.stored_name, display_name=row.display_name, content_type=row.content_type
            )
        except attachments.NoSuchFileError as gone:
            raise Http404 from gone


def _day_asked(typed: str, today):
    """Return the day that the page is asked for, and why it could not be read."""
    if not typed.strip():
        return today, ""
    try:
        return day_from_wareki(typed), ""
    except ValueError as refusal:
        return today, str(refusal)


def waiting_pages(council, today) -> list[dict]:
    """Return the pages on which the next steps are done, where that is not the council's own."""
    application = council.applications.open().first()
    notices = council.change_notices.filter(state=NoticeState.RECEIVED).order_by(
        "received_on", "pk"
    )
    due = [
        one
        for one in Confirmation.objects.open().filter(certification__council=council)
        if reminder_due(one.due_on, today) is not None
    ]
    late = Filing.objects.with_state(today).filter(council=council, state_on_day=FilingState.LATE)
    pages = [("認定申請のページへ", application)] if application else []
    pages += [("変更届のページへ", one) for one in notices[:1]]
    pages += [("要件確認のページへ", one) for one in due[:1]]
    pages += [("提出書類のページへ", one) for one in late.order_by("due_on", "pk")[:1]]
    return [{"label": label, "url": one.get_absolute_url()} for label, one in pages]


def standing_of(council, today) -> Standing:
    """Return what the next step of a council depends on."""
    application = council.applications.open().first()
    held = council.certifications.in_force(today).first()
    confirmation = held.confirmations.filter(confirmed_on=None).first() if held else None
    correction = (
        held.corrective_requests.filter(resolved_on=None).order_by("due_on").first()
        if held
        else None
    )
    revocation = running_revocation(council)
    late = Filing.objects.with_state(today).filter(council=council, state_on_day=FilingState.LATE)
    officers = council.officers.in_force(today).filter(position=Position.REPRESENTATIVE)
    return Standing(
        state=council.state,
        today=today,
        application_step=application_states.next_step(applications.facts_of(application))
        if application
        else "",
        confirmation_due_on=confirmation.due_on if confirmation else None,
        correction_due_on=correction.due_on if correction else None,
        statement_due_on=revocation.statement_due_on if revocation else None,
        has_statement=bool(revocation and revocation.statement_on),
        waiting_notices=council.change_notices.filter(state=NoticeState.RECEIVED).count(),
        late_filings=late.count(),
        has_representative=officers.exists(),
        area_is_gone=council.dissolved_on is None and not council.area.holds_on(today),
    )
