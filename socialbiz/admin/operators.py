"""担い手: the list, and the page of one with all that it carries."""

from django.contrib import admin
from django.db.models import Count

from councils.models import CommunityCouncil
from socialbiz.admin.places import SocialBizList, standing_badge
from socialbiz.choices import OperatorKind
from socialbiz.models import Operator
from socialbiz.services import operators
from socialbiz.services.operators import LONGEST_URL, WRITTEN
from wards.desk.pages.add_page import AddPage
from wards.desk.pages.step_fields import choice_field, line_field, row_field
from wards.desk.pages.steps import RowForm, Step, StepPages
from wards.list_filters import choice_filter
from wards.sites import ward_site


class OperatorForm(RowForm):
    """Who it is."""

    name = line_field("名称")
    kind = choice_field("種類", OperatorKind.choices)
    council = row_field(
        "協議会",
        CommunityCouncil.objects.filter(dissolved_on=None),
        empty="なし",
        required=False,
        help_text="種類が「地域活動協議会」のときは、必ず選んでください。",
    )
    address = line_field("事務所の所在地", longest=200, required=False)
    url = line_field("ホームページ", longest=LONGEST_URL, required=False, help_text="「https://…」の形で入力してください。")  # fmt: skip


def change(operator, data, user) -> str:
    """内容を直す."""
    operators.change_operator(operator, actor=user, **data)
    return "内容を直しました。"


class OperatorAdmin(AddPage, StepPages, SocialBizList):
    """Who carries ventures and commissioned projects."""

    list_title = "担い手"
    empty_sentence = "当てはまる担い手はありません。「{add}」から登録してください。"
    page_template = "admin/socialbiz/operator.html"
    add_form = OperatorForm
    add_template = "admin/socialbiz/operator_new.html"
    steps = (Step("change", "内容を直す", OperatorForm, operators.MAY_CHANGE, change),)
    list_display = ("name", "kind", "ventures_column", "projects_column")
    list_filter = (choice_filter("種類", "kind", OperatorKind),)
    search_fields = ("name_key", "name", "address")
    search_help_text = "名称、所在地を探します。"
    history_fields = WRITTEN
    export_columns = (
        ("名称", "name"),
        ("種類", "get_kind_display"),
        ("地域活動協議会", lambda one: str(one.council or "")),
        ("事務所の所在地", "address"),
        ("ホームページ", "url"),
        ("CB/SBの件数", "count_of_ventures"),
        ("社会的ビジネスの件数", "count_of_projects"),
    )
    list_select_related = ("council",)

    def get_queryset(self, request):
        """Count what each carries."""
        return (
            super()
            .get_queryset(request)
            .annotate(
                count_of_ventures=Count("ventures", distinct=True),
                count_of_projects=Count("commissionedprojects", distinct=True),
            )
        )

    def add(self, data, actor):
        """Register one."""
        made = operators.register_operator(actor=actor, **data)
        return made, f"「{made}」を登録しました。"

    def things(self):
        """Return operators with their council."""
        return Operator.objects.select_related("council")

    def page_context(self, request, operator, refused) -> dict:
        """Return the operator with what it carries."""
        return {
            "operator": operator,
            "ventures": _with_badges(operator.ventures.all()),
            "projects": _with_badges(operator.commissionedprojects.all()),
        }

    @admin.display(description="CB/SB")
    def ventures_column(self, operator):
        """How many ventures it carries or carried."""
        return f"{operator.count_of_ventures}件"

    @admin.display(description="社会的ビジネス")
    def projects_column(self, operator):
        """How many projects it carries or carried."""
        return f"{operator.count_of_projects}件"


def _with_badges(rows) -> list[dict]:
    return [{"row": row, "badge": standing_badge(row)} for row in rows]


ward_site.register(Operator, OperatorAdmin)
