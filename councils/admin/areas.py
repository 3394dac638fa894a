"""校区等地域: the list, the 地域カルテ of one, and the page that renames, merges and splits."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.urls import path, reverse

from councils.admin.area_sections import sections_of
from councils.admin.columns import state_badge
from councils.admin.places import CouncilList
from councils.choices import AreaChange, AreaNoteKind, CouncilState
from councils.models import AreaNote, AreaStaff, CommunityCouncil, SchoolDistrictArea
from councils.services import areas, rosters
from councils.services.areas import NewArea
from wards import clock
from wards.day_field import DAY_ATTRIBUTES, DayField
from wards.desk.pages.step_fields import choice_field, day_field, line_field, row_field, text_field
from wards.desk.pages.steps import MARK, Step, StepForm, StepPages, reasons_not_taken
from wards.list_columns import day_column
from wards.list_filters import InForceFilter
from wards.models import Membership, User

MOST_SUCCESSORS = 3
MOST_NOTES = 50
SUCCESSOR_FIELDS = ("code", "name", "kana", "schools", "towns")


class AreaForm(forms.ModelForm):
    """An area as it is registered."""

    class Meta:
        model = SchoolDistrictArea
        fields = ("code", "name", "kana", "schools", "towns", "valid_from")
        field_classes = {"valid_from": DayField}
        widgets = {"valid_from": forms.TextInput(DAY_ATTRIBUTES)}


class StaffForm(StepForm):
    """Who looks after the area, from when."""

    valid_from = day_field("初日")
    is_lead = forms.BooleanField(label="主担当", required=False)

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        here = Membership.objects.in_force(clock.today()).exclude(role="office_clerk")
        people = User.objects.filter(is_active=True, memberships__in=here).distinct()
        self.fields = {"person": row_field("職員", people.order_by("kana", "name")), **self.fields}
        self.fields["person"].needed_when = MARK


def appoint(area, data, user) -> str:
    """地域担当職員を決める."""
    areas.appoint_area_staff(area, data.pop("person"), actor=user, **data)
    return "地域担当職員を登録しました。"


class EndStaffForm(StepForm):
    """Who no longer looks after it, after which day."""

    last_day = day_field("末日")

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        posts = AreaStaff.objects.filter(area=about, valid_to=None).select_related("person")
        self.fields = {"post": row_field("職員", posts), **self.fields}
        self.fields["post"].needed_when = MARK
        self.fields["post"].label_from_instance = lambda post: post.person.name


def end_staff(area, data, user) -> str:
    """地域担当職員の末日を入れる."""
    areas.end_area_staff(data["post"], last_day=data["last_day"], actor=user)
    return "末日を入れました。"


class NoteForm(StepForm):
    """A line of the card."""

    kind = choice_field("種類", AreaNoteKind.choices)
    happened_on = day_field("日付")
    text = text_field("内容", rows=4)


def add_note(area, data, user) -> str:
    """地域カルテに書く."""
    areas.add_area_note(area, actor=user, **data)
    return "地域カルテに書きました。"


class WithdrawNoteForm(StepForm):
    """Which line is taken back, and why."""

    reason = line_field("取り消す理由", longest=300)

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        rows = AreaNote.objects.filter(area=about, withdrawn_at=None)
        self.fields = {"row": row_field("記録", rows), **self.fields}
        self.fields["row"].needed_when = MARK
        self.fields["row"].label_from_instance = lambda row: (
            f"{day_column(row.happened_on)} {row.text[:30]}"
        )


def withdraw_note(area, data, user) -> str:
    """記録を取り消す."""
    areas.withdraw_area_note(data["row"], reason=data["reason"], actor=user)
    return "記録を取り消しました。取り消した記録も残ります。"


def _some(rows: str, **limits):
    def against(area, user):
        return [] if getattr(area, rows).filter(**limits).exists() else None

    return against


class ReorganisationForm(forms.Form):
    """Which areas become which, on which day."""

    kind = choice_field("変更の種類", AreaChange.choices)
    former = forms.ModelMultipleChoiceField(
        SchoolDistrictArea.objects.none(),
        label="前の地域",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "前の地域を選んでください。"},
    )
    changed_on = day_field("変更日", help_text="後の地域の初日です。前の地域は前の日に終わります。")
    reason = text_field("理由", longest=300, rows=2)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["former"].queryset = SchoolDistrictArea.objects.in_force(clock.today())
        for number in range(1, MOST_SUCCESSORS + 1):
            for name, label, longest in (
                ("code", "校区コード", 10),
                ("name", "地域名", 60),
                ("kana", "ふりがな", 80),
                ("schools", "学校", 200),
                ("towns", "町名", 400),
            ):
                self.fields[f"{name}{number}"] = line_field(
                    f"後の地域{number}の{label}", longest=longest, required=False
                )
        for field in self.fields.values():
            field.needed_when = MARK if field.required else ""

    def clean(self):
        """Gather the successors; each has a code and a name."""
        cleaned = super().clean()
        cleaned["successors"] = []
        for number in range(1, MOST_SUCCESSORS + 1):
            typed = {
                name: (cleaned.get(f"{name}{number}") or "").strip() for name in SUCCESSOR_FIELDS
            }
            if not any(typed.values()):
                continue
            for name, label in (("code", "校区コード"), ("name", "地域名")):
                if not typed[name]:
                    self.add_error(f"{name}{number}", f"{label}を入力してください。")
            cleaned["successors"].append(NewArea(**typed))
        return cleaned

    def groups(self):
        """Return the fields of each successor, for the template."""
        return [
            [self[f"{name}{number}"] for name in SUCCESSOR_FIELDS]
            for number in range(1, MOST_SUCCESSORS + 1)
        ]


class SchoolDistrictAreaAdmin(StepPages, CouncilList):
    """校区等地域 and their 地域カルテ."""

    list_title = "校区等地域一覧"
    empty_sentence = "校区等地域が登録されていません。区課長が「{add}」から登録してください。"
    page_template = "admin/councils/area.html"
    form = AreaForm
    steps = (
        Step("note", "地域カルテに書く", NoteForm, "councils.add_areanote", add_note, place="notes"),
        Step("withdraw_note", "記録を取り消す", WithdrawNoteForm, "councils.add_areanote", withdraw_note, _some("notes", withdrawn_at=None), place="notes"),
        Step("appoint", "地域担当職員を決める", StaffForm, "councils.change_areastaff", appoint, place="staff"),
        Step("end_staff", "地域担当職員の末日を入れる", EndStaffForm, "councils.change_areastaff", end_staff, _some("staff", valid_to=None), place="staff"),
    )  # fmt: skip
    list_display = (
        "code",
        "name",
        "kana",
        "schools",
        "staff_column",
        "council_column",
        "first_day",
        "last_day",
    )
    list_display_links = ("code", "name")
    list_filter = (InForceFilter,)
    search_fields = ("name", "kana", "schools", "towns", "code")
    search_help_text = "地域名、ふりがな、学校、町名、校区コードを探します。"
    history_fields = ("code", "name", "kana", "schools", "towns", "valid_from", "valid_to")
    export_permission = "councils.export_communitycouncil"
    export_columns = (
        ("校区コード", "code"),
        ("地域名", "name"),
        ("ふりがな", "kana"),
        ("学校", "schools"),
        ("町名", "towns"),
        ("初日", "valid_from"),
        ("末日", "valid_to"),
    )

    def get_urls(self):
        """Add the page of reorganisation."""
        view = self.admin_site.admin_view(self.reorganise_view)
        return [
            path("reorganise/", view, name="councils_schooldistrictarea_reorganise"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        """Bring staff and councils of today along."""
        return super().get_queryset(request).prefetch_related("staff__person", "councils")

    def tools(self, request) -> list[dict]:
        """Lead to the page of reorganisation."""
        if not request.user.has_perm("councils.reorganise_areas"):
            return []
        url = reverse("admin:councils_schooldistrictarea_reorganise")
        return [{"label": "名称の変更・統合・分割", "url": url}]

    def page_context(self, request, area, refused) -> dict:
        """Return the 地域カルテ: people, councils, notes, what came before and after."""
        today = clock.today()
        councils = CommunityCouncil.objects.with_state(today).filter(area=area)
        return {
            "title": f"地域カルテ　{area.name}",
            "area": area,
            "is_over": area.valid_to is not None and area.valid_to < today,
            "staff": list(
                AreaStaff.objects.in_force(today).filter(area=area).select_related("person")
            ),
            "former_staff": list(
                AreaStaff.objects.filter(area=area, valid_to__lt=today).select_related("person")
            ),
            "councils": [
                {
                    "council": council,
                    "badge": state_badge(CouncilState, council.state),
                    "officers": rosters.officers_on(council, today),
                }
                for council in councils
            ],
            "notes": list(area.notes.select_related("author")[:MOST_NOTES]),
            "changes": list(
                area.successions.model.objects.filter(
                    Q(former=area) | Q(successor=area)
                ).select_related("former", "successor")
            ),
            "sections": sections_of(request, area),
        }

    def reorganise_view(self, request):
        """Rename, merge or split areas."""
        if not request.user.has_perm("councils.reorganise_areas"):
            raise PermissionDenied("校区等地域の変更は、区課長が行います。")
        form = ReorganisationForm(request.POST if request.method == "POST" else None)
        refusals: list[str] = []
        if form.is_bound and form.is_valid():
            data = form.cleaned_data
            try:
                made = areas.reorganise_areas(
                    data["kind"],
                    data["former"],
                    data["successors"],
                    changed_on=data["changed_on"],
                    reason=data["reason"],
                    actor=request.user,
                )
            except ValidationError as refusal:
                refusals = refusal.messages
            else:
                messages.success(request, f"{'、'.join(map(str, made))}を登録しました。")
                return HttpResponseRedirect(reverse("admin:councils_schooldistrictarea_changelist"))
        elif form.is_bound:
            refusals = reasons_not_taken(form)
        return self.page(
            request,
            "admin/councils/reorganise.html",
            title="校区等地域の名称の変更・統合・分割",
            form=form,
            refusals=refusals,
        )

    @admin.display(description="地域担当職員")
    def staff_column(self, area):
        """Who looks after it today."""
        today = clock.today()
        return (
            "、".join(post.person.name for post in area.staff.all() if post.holds_on(today)) or "—"
        )

    @admin.display(description="協議会")
    def council_column(self, area):
        """Which bodies it has."""
        return "、".join(one.name for one in area.councils.all() if one.dissolved_on is None) or "—"

    @admin.display(description="初日", ordering="valid_from")
    def first_day(self, area):
        """Since when."""
        return day_column(area.valid_from)

    @admin.display(description="末日", ordering="valid_to")
    def last_day(self, area):
        """Until when."""
        return day_column(area.valid_to)
