"""認定申請: the list, and the page on which it is examined requirement by requirement."""

from django.contrib import admin
from django.db.models import Q

from councils import application_states
from councils.admin.columns import state_badge
from councils.admin.filters import AreaOfCouncilFilter
from councils.admin.places import CouncilList, waiting_for
from councils.application_states import MAY_EXAMINE, MOVES
from councils.choices import ApplicationState, DocumentKind, Met
from councils.eligibility import REQUIRED_DOCUMENTS
from councils.models import CertificationApplication, CorrectionItem, CouncilDocument, Judgement
from councils.services import applications
from wards.desk.pages.step_fields import choice_field, day_field, line_field, row_field, text_field
from wards.desk.pages.steps import MARK, NothingToType, ReasonForm, Step, StepForm, StepPages
from wards.list_columns import day_column
from wards.list_filters import ConditionFilter, choice_filter


class MineFilter(ConditionFilter):
    """Whether the next step is this person's."""

    title = "次の手順"
    parameter_name = "mine"

    def lookups(self, request, model_admin):
        """Offer one's own."""
        return [("me", "わたしが進める"), ("open", "終わっていないもの")]

    def conditions(self, request):
        """Say what each of them is."""
        return {
            "me": Q(state__in=waiting_for(request.user)),
            "open": Q(state__in=application_states.OPEN),
        }


class JudgementForm(StepForm):
    """A finding about one requirement, with its evidence."""

    met = choice_field("判断", Met.choices)
    article = line_field("規約の条など", required=False, help_text="例：第5条第2項")
    reason = text_field("理由・補足", required=False, rows=2, longest=1_000)

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        papers = CouncilDocument.objects.filter(council=self.council_of(about))
        requirements = self.requirements_of(about)
        self.fields["document"] = row_field("根拠の書類", papers, empty="なし", required=False)
        self.fields["document"].needed_when = ""
        self.fields["requirement"] = row_field("認定要件", requirements)
        self.fields["requirement"].widget = self.fields["requirement"].hidden_widget()
        self.order_fields(["requirement", "met", "article", "document", "reason"])

    def council_of(self, about):
        """Return whose papers are evidence."""
        return about.council

    def requirements_of(self, about):
        """Return what is judged."""
        return about.requirement_set.requirements.all()


def judge(application, data, user) -> str:
    """審査の結果を記入する."""
    requirement = data.pop("requirement")
    applications.judge(application, requirement, actor=user, **data)
    return f"{requirement}の審査の結果を記入しました。"


class CorrectionItemForm(StepForm):
    """One thing that is to be mended."""

    document_kind = choice_field("書類", DocumentKind.choices, empty="なし", required=False)
    comment = text_field("補正してほしい内容")

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        requirements = about.requirement_set.requirements.all()
        field = row_field("認定要件", requirements, empty="なし", required=False)
        field.needed_when = ""
        self.fields = {"requirement": field, **self.fields}


def ask(application, data, user) -> str:
    """補正してほしい項目を書く."""
    applications.ask_correction(application, actor=user, **data)
    return "補正してほしい項目を書きました。すべて書いたら「補正を依頼する」で伝えてください。"


class AnswerForm(StepForm):
    """What came back."""

    answered_on = day_field("補正の受付日")
    answer = text_field("補正の内容")

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        items = CorrectionItem.objects.open().filter(application=about)
        field = row_field("補正依頼", items)
        field.needed_when = MARK
        self.fields = {"item": field, **self.fields}


def answer(application, data, user) -> str:
    """補正を受け付ける."""
    applications.answer_correction(data.pop("item"), actor=user, **data)
    return "補正を受け付けました。"


def _in_examination(application, user):
    return [] if application.state == ApplicationState.EXAMINING else None


def _has_open_items(application, user):
    is_there = application.is_open and application.corrections.open().exists()
    return [] if is_there else None


TOLD = {
    "examine": "審査を始めました。",
    "return": "補正を依頼しました。内容を申請者に伝えてください。",
    "resume": "審査を再開しました。",
    "hand_up": "審査を終え、課長に回しました。",
    "propose": "確認し、区長に回しました。",
    "send_back": "担当に差し戻しました。",
    "certify": "認定しました。認定通知書を作れます。",
    "refuse": "不認定としました。理由を添えて通知してください。",
    "withdraw": "申請の取下げを受け付けました。",
}
ASIDE = ("send_back", "refuse", "withdraw")


def _step_of(code: str) -> Step:
    move = MOVES[code]

    def do(application, data, user) -> str:
        applications.make_move(application, code, actor=user, reason=data.get("reason", ""))
        return TOLD[code]

    def against(application, user):
        known = {one.code: reasons for one, reasons in applications.moves_for(application, user)}
        return known.get(code)

    return Step(
        code,
        move.label,
        ReasonForm if move.needs_reason else NothingToType,
        move.permission,
        do,
        against,
        is_grave=code == "refuse",
        is_next=code not in ASIDE,
    )


class CertificationApplicationAdmin(StepPages, CouncilList):
    """Applications for 区長認定."""

    list_title = "認定申請一覧"
    empty_sentence = "当てはまる認定申請はありません。申請は、協議会のページで受け付けます。"
    page_template = "admin/councils/application.html"
    steps = (
        Step("judge", "審査の結果を記入する", JudgementForm, MAY_EXAMINE, judge, lambda thing, user: None),
        Step("ask", "補正してほしい項目を書く", CorrectionItemForm, MAY_EXAMINE, ask, _in_examination, place="corrections"),
        Step("answer", "補正を受け付ける", AnswerForm, MAY_EXAMINE, answer, _has_open_items, place="corrections"),
        *map(_step_of, MOVES),
    )  # fmt: skip
    list_display = (
        "council_column",
        "area",
        "applied_column",
        "state_column",
        "set_column",
        "decided_column",
    )
    list_filter = (
        choice_filter("状態", "state", ApplicationState),
        MineFilter,
        AreaOfCouncilFilter,
    )
    list_select_related = ("council", "area", "requirement_set")
    history_fields = ("state", "decided_on", "decided_by", "decision_reason")
    export_permission = "councils.export_communitycouncil"
    export_columns = (
        ("協議会", lambda one: one.council.name),
        ("校区コード", lambda one: one.area.code),
        ("校区等地域", lambda one: one.area.name),
        ("申請日", "applied_on"),
        ("状態", lambda one: one.get_state_display()),
        ("認定要件", lambda one: one.requirement_set.name),
        ("決定日", "decided_on"),
        ("決定の理由", "decision_reason"),
    )

    def has_add_permission(self, request) -> bool:
        """An application is received on the page of its council."""
        return False

    def things(self):
        """Return applications as their page shows them."""
        return CertificationApplication.objects.select_related(
            "council", "area", "requirement_set", "decided_by", "received_by"
        )

    def page_context(self, request, application, refused) -> dict:
        """Return the requirements with their findings, the papers, what is to be mended."""
        facts = applications.facts_of(application)
        may_judge = (
            request.user.has_perm(MAY_EXAMINE) and application.state == ApplicationState.EXAMINING
        )
        found = {
            one.requirement_id: one
            for one in application.judgements.select_related("judged_by", "document", "requirement")
        }
        papers = list(application.documents.all())
        return {
            "title": f"{application.council.name}の認定申請",
            "application": application,
            "council": application.council,
            "state_badge": state_badge(ApplicationState, application.state),
            "next_step": application_states.next_step(facts),
            "against": facts.against
            if application.state in (ApplicationState.EXAMINED, ApplicationState.PROPOSED)
            else (),
            "requirements": [
                judged_row(
                    self, application, one, found.get(one.pk), may_judge=may_judge, refused=refused
                )
                for one in applications.requirements_of(application)
            ],
            "papers": papers,
            "missing": [
                kind.label for kind in REQUIRED_DOCUMENTS if kind not in {p.kind for p in papers}
            ],
            "corrections": list(application.corrections.select_related("requirement", "asked_by")),
            "certification": application.certifications.filter(is_continued=False).first(),
        }

    @admin.display(description="協議会", ordering="council__name")
    def council_column(self, application):
        """Whose."""
        return application.council.name

    @admin.display(description="申請日", ordering="applied_on")
    def applied_column(self, application):
        """When."""
        return day_column(application.applied_on)

    @admin.display(description="状態", ordering="state")
    def state_column(self, application):
        """How far."""
        return state_badge(ApplicationState, application.state)

    @admin.display(description="認定要件")
    def set_column(self, application):
        """Judged by which set."""
        return application.requirement_set.name

    @admin.display(description="決定日", ordering="decided_on")
    def decided_column(self, application):
        """When decided."""
        return day_column(application.decided_on)


def judged_row(
    model_admin, thing, requirement, finding: Judgement | None, *, may_judge, refused
) -> dict:
    """Return a requirement as a page shows it: the finding, and the form for another."""
    step = None
    if may_judge:
        initial = {"requirement": requirement.pk}
        if finding is not None:
            initial |= {
                "met": finding.met,
                "article": finding.article,
                "document": finding.document_id,
                "reason": finding.reason,
            }
        key = str(requirement.pk)
        step = model_admin.shown(
            model_admin.step("judge"),
            thing,
            key=key,
            initial=initial,
            form=refused.get(("judge", key)),
        )
        if finding is not None:
            step["label"] = step["label"].replace("を記入する", "を直す")
    return {
        "requirement": requirement,
        "finding": finding,
        "badge": state_badge(Met, finding.met) if finding else "",
        "step": step,
    }
