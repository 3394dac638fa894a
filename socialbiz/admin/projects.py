"""社会的ビジネス: the list, and the page of one."""

from django.contrib import admin

from socialbiz.admin.places import UndertakingList
from socialbiz.admin.steps import shared_steps, still_goes_on
from socialbiz.choices import ContractForm, VentureField
from socialbiz.models import CommissionedProject, Operator, Venture
from socialbiz.services import projects
from socialbiz.services.projects import WRITTEN
from wards.desk.pages.add_page import AddPage
from wards.desk.pages.step_fields import (
    choice_field,
    day_field,
    line_field,
    number_field,
    row_field,
    text_field,
)
from wards.desk.pages.steps import RowForm, Step
from wards.fiscal_year import fiscal_year_of
from wards.list_columns import yen_column
from wards.list_filters import choice_filter
from wards.sites import ward_site
from wards.typed import MOST_YEN


class ProjectForm(RowForm):
    """Which work was handed over, to whom, how, and who answers for what."""

    title = line_field("名称")
    operator = row_field("担い手", Operator.objects.all())
    venture = row_field("元になったCB/SB", Venture.objects.all(), empty="なし", required=False)
    field = choice_field("分野", VentureField.choices)
    section = line_field("担当課", longest=60)
    contract_form = choice_field("契約の形", ContractForm.choices)
    started_on = day_field("開始した日", help_text="この日の年度に、新しく生まれたものとして数えます。")  # fmt: skip
    yen = number_field("年額（円）", least=0, most=MOST_YEN, required=False)
    why = text_field("任せる理由", help_text="行政が行うより、担い手が行うほうがよい理由です。公表します。")  # fmt: skip
    sharing = text_field("責任とリスクの分担", help_text="事故や中断のときに、だれが何を引き受けるかです。公表します。")  # fmt: skip
    summary = text_field("内容", rows=4, required=False, help_text="公表します。個人が分かることは書かないでください。")  # fmt: skip


def change(project, data, user) -> str:
    """内容を直す."""
    projects.change_project(project, actor=user, **data)
    return "内容を直しました。"


class CommissionedProjectAdmin(AddPage, UndertakingList):
    """The city's work that operators carry."""

    list_title = "社会的ビジネス"
    empty_sentence = "当てはまる社会的ビジネスはありません。「{add}」から登録してください。"
    page_template = "admin/socialbiz/project.html"
    add_form = ProjectForm
    add_template = "admin/socialbiz/project_new.html"
    steps = (
        *shared_steps(projects.MAY_CHANGE),
        Step("change", "内容を直す", ProjectForm, projects.MAY_CHANGE, change, still_goes_on),
    )
    list_display = (
        "title",
        "field",
        "operator",
        "contract_form",
        "section",
        "started_column",
        "yen_column",
        "standing_column",
        "public_column",
    )
    list_filter = (
        choice_filter("契約の形", "contract_form", ContractForm),
        choice_filter("分野", "field", VentureField),
    )
    list_select_related = ("operator", "venture")
    search_fields = ("title", "operator__name", "section", "summary")
    search_help_text = "名称、担い手、担当課、内容を探します。"
    history_fields = (*WRITTEN, "ended_on", "ended_reason", "is_public")
    export_columns = (
        ("名称", "title"),
        ("分野", "get_field_display"),
        ("担い手", lambda one: one.operator.name),
        ("担い手の種類", lambda one: one.operator.get_kind_display()),
        ("元になったCB/SB", lambda one: one.venture.title if one.venture else ""),
        ("担当課", "section"),
        ("契約の形", "get_contract_form_display"),
        ("開始した日", "started_on"),
        ("開始した年度", lambda one: fiscal_year_of(one.started_on)),
        ("終了した日", "ended_on"),
        ("終了の理由", "ended_reason"),
        ("年額（円）", "yen"),
        ("任せる理由", "why"),
        ("責任とリスクの分担", "sharing"),
        ("内容", "summary"),
        ("公表する", lambda one: "はい" if one.is_public else "いいえ"),
    )

    def add(self, data, actor):
        """Register one."""
        made = projects.register_project(actor=actor, **data)
        return made, f"「{made}」を登録しました。"

    def things(self):
        """Return projects with who carries them."""
        return CommissionedProject.objects.select_related("operator", "venture")

    def page_context(self, request, project, refused) -> dict:
        """Return the project as its page shows it."""
        return {
            "project": project,
            **super().page_context(request, project, refused),
        }

    @admin.display(description="年額", ordering="yen")
    def yen_column(self, project):
        """What the city pays in a year."""
        return yen_column(project.yen)


ward_site.register(CommissionedProject, CommissionedProjectAdmin)
