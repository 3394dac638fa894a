"""委員: the roster of all terms, and the page of one member; contact is shown when asked for, and noted."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpResponseRedirect
from django.urls import path

from councils.forum.admin.columns_of_members import (
    OfficeFilter,
    StandingFilter,
    SubcommitteeFilter,
    TermFilter,
    standing_badge,
)
from councils.forum.admin.member_files import MemberFilePages
from councils.forum.admin.places import ForumList
from councils.forum.admin.term_steps import email_field, phone_field
from councils.forum.choices import AgeBand, MemberCategory, MemberEnd, Sex
from councils.forum.models import ForumMember, ForumOffice, ForumTerm, SubcommitteeSeat
from councils.forum.services import members
from wards import clock
from wards.desk.choices import AccessKind
from wards.desk.pages.step_fields import choice_field, day_field, line_field, row_field, text_field
from wards.desk.pages.steps import RowForm, Step, StepForm, StepPages
from wards.desk.services import note_access
from wards.list_columns import day_column
from wards.list_filters import choice_filter
from wards.text import search_key

MAY_SEE_CONTACT = "ward_forum.view_contact_of_forummember"
MAY_NOT_SEE_CONTACT = "あなたの役割では、委員の連絡先を見られません。"


class ReleaseForm(StepForm):
    """The last day, why, and how it came."""

    kind = choice_field("終わった理由", [(kind.value, kind.label) for kind in members.EARLY_ENDS])
    last_day = day_field("委員である最後の日")
    note = text_field(
        "終わった事情", longest=200, rows=2, required=False, help_text="公表しません。"
    )


def release(member, data, user) -> str:
    """解嘱する."""
    members.release_member(member, actor=user, **data)
    return "終わりの日を登録しました。任期のページで、解嘱を公示してください。"


class TakeBackForm(StepForm):
    """Until when the membership goes on."""

    valid_to = day_field("元の末日")

    def __init__(self, *args, about, **kwargs):
        kwargs["initial"] = {"valid_to": about.term.valid_to}
        super().__init__(*args, about=about, **kwargs)


def take_back(member, data, user) -> str:
    """解嘱の登録を取り消す."""
    members.take_back_release(member, actor=user, **data)
    return "解嘱の登録を取り消しました。部会への所属と役は、必要ならもう一度登録してください。"


class CorrectForm(RowForm):
    """What was typed of a member."""

    name = line_field("氏名", longest=60)
    kana = line_field("ふりがな", longest=80, required=False)
    body = line_field("推薦団体・所属", required=False)
    reason = text_field("選任の理由", longest=300, rows=2)
    sex = choice_field("性別", Sex.choices)
    age_band = choice_field("年代", AgeBand.choices)


def correct(member, data, user) -> str:
    """登録を直す."""
    members.correct_member(member, actor=user, **data)
    return "委員の登録を直しました。"


class ContactForm(StepForm):
    """Contact as it is now to be; the former one is not shown here."""

    email = email_field()
    phone = phone_field()


def change_contact(member, data, user) -> str:
    """連絡先を書き換える."""
    members.change_contact(member, actor=user, **data)
    return "連絡先を書き換えました。"


class LeaveForm(StepForm):
    """Which 部会 is left after which day."""

    seat = row_field("部会", SubcommitteeSeat.objects.none())
    last_day = day_field("所属の末日")

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        self.fields["seat"].queryset = _open(about.subcommittee_seats).select_related(
            "subcommittee", "member"
        )


def leave(member, data, user) -> str:
    """部会を離れる."""
    members.leave_subcommittee(data["seat"], last_day=data["last_day"], actor=user)
    return "部会への所属の末日を登録しました。"


class EndOfficeForm(StepForm):
    """Which office ends with which day."""

    office = row_field("役", ForumOffice.objects.none())
    last_day = day_field("末日")

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        self.fields["office"].queryset = _open(about.offices).select_related("member")


def end_office(member, data, user) -> str:
    """役を終える."""
    members.end_office(data["office"], last_day=data["last_day"], actor=user)
    return "役の末日を登録しました。"


class MoveSeatForm(LeaveForm):
    """Which seat in a 部会 began on which other day."""

    last_day = None
    valid_from = day_field("正しい初日")


def move_seat(member, data, user) -> str:
    """部会への所属の初日を直す."""
    members.move_first_day(data["seat"], valid_from=data["valid_from"], actor=user)
    return "部会への所属の初日を直しました。"


class MoveOfficeForm(EndOfficeForm):
    """Which office began on which other day."""

    last_day = None
    valid_from = day_field("正しい初日")


def move_office(member, data, user) -> str:
    """役の初日を直す."""
    members.move_first_day(data["office"], valid_from=data["valid_from"], actor=user)
    return "役の初日を直しました。"


def _open(rows):
    return rows.exclude(valid_to__lt=clock.today())


def _still_whole(member, user):
    return [] if not member.end_kind else None


def _released(member, user):
    return [] if member.end_kind else None


def _sits(member, user):
    return [] if _open(member.subcommittee_seats).exists() else None


def _holds_office(member, user):
    return [] if _open(member.offices).exists() else None


class ForumMemberAdmin(MemberFilePages, StepPages, ForumList):
    """The members of all terms."""

    list_title = "委員の名簿"
    stands_under = ForumTerm
    empty_sentence = "当てはまる委員はいません。委員は、任期のページで委嘱します。"
    page_template = "admin/forum/member.html"
    steps = (
        Step(
            "release", "解嘱を登録する", ReleaseForm, members.MAY_ENGAGE, release, _still_whole,
            intro="任期の途中で終わるときに登録します。任期満了は登録しなくても、末日で終わります。",
        ),
        Step(
            "take_back", "解嘱の登録を取り消す", TakeBackForm, members.MAY_ENGAGE, take_back, _released,
            intro="まちがえて登録したときだけ使います。公示した後は取り消せません。",
        ),
        Step("correct", "登録を直す", CorrectForm, members.MAY_ENGAGE, correct, place="facts"),
        Step(
            "contact", "連絡先を書き換える", ContactForm, members.MAY_CHANGE, change_contact,
            place="contact", intro="両方とも新しく入力してください。空欄にすると消えます。",
        ),
        Step("leave", "部会を離れる", LeaveForm, members.MAY_CHANGE, leave, _sits, place="seats"),
        Step("end_office", "役を終える", EndOfficeForm, members.MAY_CHANGE, end_office, _holds_office, place="seats"),
        Step("move_seat", "部会への所属の初日を直す", MoveSeatForm, members.MAY_CHANGE, move_seat, _sits, place="seats"),
        Step("move_office", "役の初日を直す", MoveOfficeForm, members.MAY_CHANGE, move_office, _holds_office, place="seats"),
    )  # fmt: skip
    list_display = (
        "name",
        "category",
        "body",
        "state_column",
        "office_column",
        "subcommittee_column",
        "term",
        "to_column",
    )
    list_filter = (
        StandingFilter,
        TermFilter,
        choice_filter("区分", "category", MemberCategory),
        SubcommitteeFilter,
        OfficeFilter,
    )
    search_fields = ("name_key",)
    search_help_text = "氏名を探します。"
    list_select_related = ("term",)
    history_fields = (
        "name", "kana", "category", "body", "reason", "valid_from", "valid_to", "end_kind", "end_note",
    )  # fmt: skip
    export_columns = (
        ("期", lambda one: one.term.number),
        ("区分", lambda one: one.get_category_display()),
        ("氏名", "name"),
        ("ふりがな", "kana"),
        ("推薦団体・所属", "body"),
        ("選任の理由", "reason"),
        ("初日", "valid_from"),
        ("末日", "valid_to"),
        ("終わった理由", lambda one: MemberEnd(one.end_kind).label if one.end_kind else ""),
        ("役", lambda one: _offices(one)),
        ("部会", lambda one: _subcommittees(one)),
    )

    def has_add_permission(self, request) -> bool:
        """They are engaged on the page of a term."""
        return False

    def get_queryset(self, request):
        """Bring along offices and 部会 of today."""
        today = clock.today()
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                Prefetch("offices", ForumOffice.objects.in_force(today), to_attr="offices_now"),
                Prefetch(
                    "subcommittee_seats",
                    SubcommitteeSeat.objects.in_force(today).select_related("subcommittee"),
                    to_attr="seats_now",
                ),
            )
        )

    def get_ordering(self, request):
        """The newest term first, by category and reading."""
        return ("-term__valid_from", "category", "kana", "pk")

    def get_search_results(self, request, queryset, search_term):
        """Search as people write: any width, any kana, old letters."""
        return super().get_search_results(request, queryset, search_key(search_term))

    def get_urls(self):
        """Add the contact."""
        view = self.admin_site.admin_view(self.contact_view)
        return [
            path("<int:pk>/contact/", view, name="ward_forum_forummember_contact"),
            *super().get_urls(),
        ]

    def things(self):
        """Return members as their page shows them."""
        return ForumMember.objects.select_related("term", "application__call")

    def page_context(self, request, member, refused) -> dict:
        """Return what is known of a member but the contact."""
        return {
            "title": member.name,
            "member": member,
            "state_badge": standing_badge(member, clock.today()),
            "seats": list(member.subcommittee_seats.select_related("subcommittee")),
            "offices": list(member.offices.select_related("session")),
            "announcements": list(member.announcements.all()),
            "may_see_contact": request.user.has_perm(MAY_SEE_CONTACT),
            "may_see_application": request.user.has_perm("ward_forum.view_memberapplication"),
        }

    def contact_view(self, request, pk: int):
        """Show the contact once it was asked for, and note who asked."""
        member = self.thing_or_404(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(self.address_of(member))
        if not request.user.has_perm(MAY_SEE_CONTACT):
            raise PermissionDenied(MAY_NOT_SEE_CONTACT)
        note_access(
            request,
            what=AccessKind.PERSONAL_DATA,
            about=f"区政会議の委員 {member.name}",
            page="委員の連絡先",
        )
        return self.thing_page(request, member, shows_contact=True)

    @admin.display(description="在任")
    def state_column(self, member):
        """Whether they sit today."""
        return standing_badge(member, clock.today())

    @admin.display(description="役")
    def office_column(self, member):
        """Which office they hold today."""
        return _offices(member) or "—"

    @admin.display(description="部会")
    def subcommittee_column(self, member):
        """In which 部会 they sit today."""
        return _subcommittees(member) or "—"

    @admin.display(description="末日", ordering="valid_to")
    def to_column(self, member):
        """Until when."""
        return day_column(member.valid_to)


def _offices(member) -> str:
    return "、".join(office.get_kind_display() for office in member.offices_now)


def _subcommittees(member) -> str:
    return "、".join(seat.subcommittee.name for seat in member.seats_now)
