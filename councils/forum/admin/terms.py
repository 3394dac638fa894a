"""任期: the list of terms, and the page of one with its roster, vacancies, 部会, offices and 公示."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from councils.forum.admin.columns_of_members import call_badge, standing_badge, term_badge
from councils.forum.admin.members import ForumMemberAdmin
from councils.forum.admin.places import ForumList
from councils.forum.admin.term_steps import STEPS
from councils.forum.choices import MemberCategory
from councils.forum.models import (
    Adviser,
    ForumMember,
    ForumOffice,
    ForumTerm,
    MemberAnnouncement,
    SubcommitteeSeat,
)
from councils.forum.services import terms
from councils.forum.services.recruitment import state_of
from councils.forum.services.seats import day_of_overview, seats_overview
from wards import clock
from wards.desk.pages.add_page import AddPage
from wards.desk.pages.step_fields import FiscalYearField, number_field
from wards.desk.pages.steps import MARK, StepPages
from wards.list_columns import day_column
from wards.list_filters import InForceFilter
from wards.sites import ward_site

SEATS = "空欄のときは、区政会議の取扱いの定数です。"


class TermForm(forms.Form):
    """A term as it is opened."""

    number = number_field("期", least=1, most=999)
    year = FiscalYearField(
        label="任期の始まる年度",
        help_text="この年度の10月1日から、2年後の9月30日までの任期になります。",
    )
    seats_bodies = number_field(
        "公益団体等の定数", least=0, most=terms.MOST_SEATS, required=False, help_text=SEATS
    )
    seats_experts = number_field(
        "事業者・有識者等の定数", least=0, most=terms.MOST_SEATS, required=False, help_text=SEATS
    )
    seats_public = number_field(
        "公募の定数", least=0, most=terms.MOST_SEATS, required=False, help_text=SEATS
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.needed_when = MARK if field.required else ""

    def clean(self):
        """Take the seats of all categories, or those of the practice."""
        cleaned = super().clean()
        given = [cleaned.get(f"seats_{category.value}") for category in MemberCategory]
        cleaned["seats"] = None
        if any(count is not None for count in given):
            if None in given and not self.errors:
                raise ValidationError(
                    "定数は、三つの区分のすべてに入力するか、すべて空欄にしてください。"
                )
            cleaned["seats"] = dict(zip(MemberCategory, given, strict=True))
        return cleaned


class ForumTermAdmin(AddPage, StepPages, ForumList):
    """The terms of the members."""

    list_title = "委員の任期一覧"
    empty_sentence = "当てはまる任期はありません。「{add}」から登録できます。"
    page_template = "admin/forum/term.html"
    add_form = TermForm
    add_template = "admin/forum/term_new.html"
    steps = STEPS
    list_display = ("term_column", "from_column", "to_column", "state_column", "seats_column")
    list_filter = (InForceFilter,)
    history_fields = (
        "number", "valid_from", "valid_to", "seats_bodies", "seats_experts", "seats_public",
    )  # fmt: skip
    export_columns = (
        ("期", "number"),
        ("初日", "valid_from"),
        ("末日", "valid_to"),
        ("公益団体等の定数", "seats_bodies"),
        ("事業者・有識者等の定数", "seats_experts"),
        ("公募の定数", "seats_public"),
        ("今日の委員数", lambda term: len(term.sitting)),
    )

    def get_queryset(self, request):
        """Bring along who sits today."""
        today = clock.today()
        sitting = ForumMember.objects.in_force(today).only("term", "category")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("members", sitting, to_attr="sitting"))
        )

    def get_urls(self):
        """Add the printable 公示."""
        view = self.admin_site.admin_view(self.announcement_view)
        return [
            path(
                "<int:pk>/announcements/<int:announcement>/",
                view,
                name="ward_forum_forumterm_announcement",
            ),
            *super().get_urls(),
        ]

    def tools(self, request) -> list[dict]:
        """Lead to the roster of all terms."""
        if not request.user.has_perm("ward_forum.view_forummember"):
            return []
        url = reverse("admin:ward_forum_forummember_changelist")
        return [{"label": "委員の名簿", "url": f"{url}?standing=now"}]

    # --- the list ---

    @admin.display(description="期", ordering="number")
    def term_column(self, term):
        """Which."""
        return str(term)

    @admin.display(description="初日", ordering="valid_from")
    def from_column(self, term):
        """Since when."""
        return day_column(term.valid_from)

    @admin.display(description="末日", ordering="valid_to")
    def to_column(self, term):
        """Until when."""
        return day_column(term.valid_to)

    @admin.display(description="状態")
    def state_column(self, term):
        """Whether it runs."""
        return term_badge(term, clock.today())

    @admin.display(description="今日の委員／定数")
    def seats_column(self, term):
        """How many sit."""
        return f"{len(term.sitting)}人／{sum(term.seats.values())}人"

    # --- opening ---

    def add(self, data, actor):
        """Open a term."""
        term = terms.open_term(
            number=data["number"], year=data["year"], seats=data["seats"], actor=actor
        )
        return term, f"{term}を登録しました。委員を委嘱してください。"

    # --- the page ---

    def things(self):
        """Return terms as their page shows them."""
        return ForumTerm.objects.all()

    def page_context(self, request, term, refused) -> dict:
        """Return roster, vacancies and all that belongs to a term, as of today or its nearer end."""
        today = clock.today()
        day = day_of_overview(term, today)
        roster = list(
            term.members.prefetch_related(
                Prefetch("offices", ForumOffice.objects.in_force(day), to_attr="offices_now"),
                Prefetch(
                    "subcommittee_seats",
                    SubcommitteeSeat.objects.in_force(day).select_related("subcommittee"),
                    to_attr="seats_now",
                ),
            ).order_by("category", "kana", "name_key", "pk")
        )
        announced = set(
            MemberAnnouncement.members.through.objects.filter(
                memberannouncement__term=term, memberannouncement__kind="engagement"
            ).values_list("forummember", flat=True)
        )
        overview = seats_overview(term, day)
        calls = term.calls.all() if request.user.has_perm("ward_forum.view_membercall") else []
        return {
            "title": f"{term}の委員",
            "term": term,
            "state_badge": term_badge(term, today),
            "day": day,
            "overview": overview,
            "roster": [
                {
                    "seats": seats,
                    "rows": [
                        {
                            "member": one,
                            "badge": standing_badge(one, day),
                            "is_announced": one.pk in announced,
                        }
                        for one in roster
                        if one.category == seats.category
                    ],
                }
                for seats in overview.categories
            ],
            "subcommittees": [
                {
                    "row": one,
                    "is_over": one.valid_to is not None and one.valid_to < day,
                    "members": [
                        member
                        for member in roster
                        if any(seat.subcommittee_id == one.pk for seat in member.seats_now)
                    ],
                }
                for one in term.subcommittees.all()
            ],
            "offices": list(term.offices.select_related("member", "session")),
            "advisers": list(Adviser.objects.exclude(valid_to__lt=term.valid_from)),
            "announcements": list(term.announcements.select_related("announced_by")),
            "calls": [{"call": one, "badge": call_badge(state_of(one))} for one in calls],
        }

    def announcement_view(self, request, pk: int, announcement: int) -> TemplateResponse:
        """Return a 公示 as one sheet to print."""
        term = self.thing_or_404(request, pk)
        row = term.announcements.filter(pk=announcement).first()
        if row is None:
            raise Http404
        context = {"row": row, "term": term, "back": self.address_of(term)}
        return TemplateResponse(request, "admin/forum/letter_announcement.html", context)


ward_site.register(ForumTerm, ForumTermAdmin)
ward_site.register(ForumMember, ForumMemberAdmin)
