"""公募の応募: read and scored by those who screen; every look at one is noted."""

from django import forms
from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import path

from councils.forum.admin.columns_of_members import CallFilter, result_badge
from councils.forum.admin.places import ForumList
from councils.forum.admin.term_steps import NAMESAKE_HELP
from councils.forum.choices import ApplicationResult, Relation, ScreeningCriterion, Sex
from councils.forum.models import ForumMember, MemberApplication, MemberCall
from councils.forum.recruitment_rules import age_on
from councils.forum.services import recruitment, results, screening
from councils.forum.services.members import MAY_ENGAGE
from wards.desk.choices import AccessKind
from wards.desk.pages.step_fields import day_field, line_field, number_field, text_field
from wards.desk.pages.steps import MARK, ReasonForm, Step, StepForm, StepPages
from wards.desk.services import note_access
from wards.list_filters import choice_filter
from wards.text import length_of

MAY_READ = "ward_forum.view_memberapplication"


class ScoreForm(StepForm):
    """Points and a comment for each criterion."""

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        for one in ScreeningCriterion:
            self.fields[f"points_{one.value}"] = forms.TypedChoiceField(
                label=f"{one.label}（0〜{screening.MOST_POINTS}点）",
                coerce=int,
                choices=[(str(points), str(points)) for points in range(screening.MOST_POINTS + 1)],
                widget=forms.RadioSelect,
                error_messages={
                    "required": f"「{one.label}」の点を選んでください。",
                    "invalid_choice": f"「{one.label}」の点は、0から{screening.MOST_POINTS}で選んでください。",
                },
            )
            self.fields[f"comment_{one.value}"] = line_field(
                f"{one.label}の所見", longest=300, required=False
            )
        for field in self.fields.values():
            field.needed_when = MARK if field.required else ""


def score(application, data, user) -> str:
    """採点する."""
    scores = {
        one.value: (data[f"points_{one.value}"], data[f"comment_{one.value}"])
        for one in ScreeningCriterion
    }
    screening.score_application(application, scores, actor=user)
    return "採点を登録しました。"


def withdraw(application, data, user) -> str:
    """辞退を登録する."""
    recruitment.withdraw_application(application, reason=data["reason"], actor=user)
    return "辞退を登録しました。"


class EngageSelectedForm(StepForm):
    """The membership of whoever was selected."""

    valid_from = day_field("初日")
    valid_to = day_field("末日")
    reason = text_field("選任の理由", longest=300, rows=2, help_text="公表します。")
    sex = forms.ChoiceField(label="性別", choices=Sex.choices, initial=Sex.NOT_GIVEN)
    namesake = number_field(
        "同姓同名の別の人の番号", least=0, most=9, required=False, help_text=NAMESAKE_HELP
    )

    def __init__(self, *args, about, **kwargs):
        term = about.call.term
        kwargs["initial"] = {
            "valid_from": term.valid_from,
            "valid_to": term.valid_to,
            "sex": Sex.NOT_GIVEN,
        }
        super().__init__(*args, about=about, **kwargs)


def engage(application, data, user) -> tuple[str, str]:
    """委嘱する."""
    data["namesake"] = data["namesake"] or 0
    member = results.engage_selected(application, actor=user, **data)
    return "委嘱を登録しました。任期のページで公示してください。", member.term.get_absolute_url()


def _may_be_scored(application, user):
    if application.result != ApplicationResult.PENDING or application.call.decided_on:
        return None
    if application.scores.filter(screener=user).exists():
        return None
    return screening.reasons_not_to_score(application.call, application)


def _may_be_mended(application, user):
    if application.call.decided_on or not application.scores.filter(screener=user).exists():
        return None
    return screening.reasons_not_to_score(
        application.call, application
    ) or screening.reasons_not_to_mend(application, user)


def _own_points(application, user) -> dict:
    own = {}
    for one in application.scores.filter(screener=user):
        own |= {f"points_{one.criterion}": one.points, f"comment_{one.criterion}": one.comment}
    return own


def _may_withdraw(application, user):
    ends = (ApplicationResult.PENDING, ApplicationResult.SELECTED)
    return [] if application.result in ends and not _member_of(application) else None


def _to_engage(application, user):
    is_chosen = application.result == ApplicationResult.SELECTED
    return [] if is_chosen and not _member_of(application) else None


def _member_of(application):
    return ForumMember.objects.filter(application=application).first()


class MemberApplicationAdmin(StepPages, ForumList):
    """What people applied with."""

    list_title = "公募の応募一覧"
    stands_under = MemberCall
    empty_sentence = "当てはまる応募はありません。紙の応募は、公募のページから登録します。"
    page_template = "admin/forum/application.html"
    steps = (
        Step("score", "採点する", ScoreForm, screening.MAY_SCREEN, score, _may_be_scored, place="screening", is_next=True),
        Step("mend", "採点を直す", ScoreForm, screening.MAY_SCREEN, score, _may_be_mended, _own_points, place="screening"),
        Step("engage", "委嘱する", EngageSelectedForm, MAY_ENGAGE, engage, _to_engage, is_next=True),
        Step("withdraw", "辞退を登録する", ReasonForm, recruitment.MAY_WITHDRAW, withdraw, _may_withdraw),
    )  # fmt: skip
    list_display = (
        "number_column",
        "call",
        "name",
        "relation",
        "received_column",
        "result_column",
        "told_column",
    )
    list_filter = (
        CallFilter,
        choice_filter("結果", "result", ApplicationResult),
        choice_filter("区との関わり", "relation", Relation),
    )
    list_select_related = ("call",)
    history_fields = ("result", "result_reason", "told_at", "erased_at")
    export_permission = MAY_READ
    export_holds_personal_data = True
    export_columns = (
        ("公募", lambda one: one.call.title),
        ("受付番号", "number"),
        ("受付日時", "received_at"),
        ("氏名", "name"),
        ("ふりがな", "kana"),
        ("区との関わり", lambda one: one.get_relation_display()),
        ("職業・活動", "occupation"),
        ("結果", lambda one: one.get_result_display()),
        ("結果の理由", "result_reason"),
        ("結果を知らせた日時", "told_at"),
    )

    def has_add_permission(self, request) -> bool:
        """Paper is typed on the page of the call."""
        return False

    def get_ordering(self, request):
        """The newest call first, as they came."""
        return ("-call__opens_at", "-call", "number")

    def get_urls(self):
        """Add the sheet to print."""
        view = self.admin_site.admin_view(self.sheet_view)
        return [
            path("<int:pk>/sheet/", view, name="ward_forum_memberapplication_sheet"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        """Note who looked at the names."""
        if self.has_view_permission(request):
            note_access(
                request, what=AccessKind.PERSONAL_DATA, about="公募の応募", page="応募の一覧"
            )
        return super().changelist_view(request, extra_context)

    def things(self):
        """Return applications as their page shows them."""
        return MemberApplication.objects.select_related("call__term")

    def thing_page(self, request, thing, *, refused=None, **more):
        """Show an application, and note who read it."""
        self._note(request, thing, "公募の応募")
        return super().thing_page(request, thing, refused=refused, **more)

    @staticmethod
    def _note(request, application, page: str) -> None:
        note_access(request, what=AccessKind.PERSONAL_DATA, about=str(application), page=page)

    def page_context(self, request, application, refused) -> dict:
        """Return what was written, and the points that this person may see."""
        call = application.call
        birth_on = application.birth_on
        return {
            "title": f"応募 受付第{application.number}号",
            "application": application,
            "call": call,
            "state_badge": result_badge(application),
            "age": age_on(birth_on, call.reference_on) if birth_on else None,
            "essay_length": length_of(application.essay.replace("\n", "")),
            "sheets": screening.visible_sheets(application, request.user),
            "most_points": screening.MOST_TOTAL,
            "member": _member_of(application),
        }

    def sheet_view(self, request, pk: int) -> TemplateResponse:
        """Return the essay with boxes for the points, to print: by number, without the name."""
        application = self.thing_or_404(request, pk)
        self._note(request, application, "選考の採点表")
        context = {
            "application": application,
            "call": application.call,
            "criteria": [one.label for one in ScreeningCriterion],
            "most": screening.MOST_POINTS,
            "sheets": screening.visible_sheets(application, request.user),
            "back": self.address_of(application),
        }
        return TemplateResponse(request, "admin/forum/application_sheet.html", context)

    @admin.display(description="受付番号", ordering="number")
    def number_column(self, application):
        """Which."""
        return f"第{application.number}号"

    @admin.display(description="受付日", ordering="received_at")
    def received_column(self, application):
        """When, and whether on paper."""
        paper = "（紙）" if application.is_on_paper else ""
        return f"{recruitment.in_words(application.received_at)}{paper}"

    @admin.display(description="結果")
    def result_column(self, application):
        """How it ended."""
        return result_badge(application)

    @admin.display(description="結果の通知", ordering="told_at")
    def told_column(self, application):
        """When it was told."""
        return recruitment.in_words(application.told_at) if application.told_at else "—"
