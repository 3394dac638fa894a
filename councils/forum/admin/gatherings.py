"""懇談会など: the list, the page of one, and the opinions that came of it."""

from django.contrib import admin
from django.db.models import Count
from django.urls import reverse

from councils.forum.admin.opinion_columns import ledger_badge
from councils.forum.admin.places import ForumList
from councils.forum.choices import GatheringKind, OpinionState
from councils.forum.models import Gathering
from councils.forum.services import gatherings
from councils.forum.services.gatherings import MOST_PARTICIPANTS, WRITTEN
from wards import clock
from wards.desk.pages.add_page import AddPage
from wards.desk.pages.showing import public_badge, showing_steps
from wards.desk.pages.step_fields import (
    choice_field,
    day_field,
    line_field,
    number_field,
    text_field,
)
from wards.desk.pages.steps import RowForm, Step, StepPages
from wards.list_columns import day_column
from wards.list_filters import choice_filter
from wards.sites import ward_site

MOST_OPINIONS = 200


class GatheringForm(RowForm):
    """What was held, when, about what."""

    kind = choice_field("種類", GatheringKind.choices)
    title = line_field("件名")
    held_on = day_field("開いた日・締め切った日")
    place = line_field("場所", longest=120, required=False)
    participants = number_field("参加者数・回答者数", least=0, most=MOST_PARTICIPANTS)
    themes = line_field("テーマ", longest=300)
    note = text_field("概要", longest=4_000, rows=4, required=False, help_text="公表します。")


def change(gathering, data, user) -> str:
    """内容を直す."""
    gatherings.change_gathering(gathering, actor=user, **data)
    return "内容を直しました。"


class GatheringAdmin(AddPage, StepPages, ForumList):
    """地域懇談会, 車座会議, 区民モニター and アンケート."""

    list_title = "懇談会など"
    empty_sentence = "当てはまる懇談会などはありません。「{add}」から登録してください。"
    page_template = "admin/forum/gathering.html"
    add_form = GatheringForm
    add_template = "admin/forum/gathering_new.html"
    steps = (
        *showing_steps(gatherings.MAY_CHANGE, gatherings.publish_gathering),
        Step("change", "内容を直す", GatheringForm, gatherings.MAY_CHANGE, change),
    )  # fmt: skip
    list_display = (
        "title",
        "kind",
        "held_column",
        "people_column",
        "opinions_column",
        "public_column",
    )
    list_filter = (choice_filter("種類", "kind", GatheringKind),)
    search_fields = ("title", "themes", "place")
    search_help_text = "件名、テーマ、場所を探します。"
    history_fields = (*WRITTEN, "is_public")
    export_columns = (
        ("件名", "title"),
        ("種類", "get_kind_display"),
        ("開いた日・締め切った日", "held_on"),
        ("場所", "place"),
        ("参加者数・回答者数", "participants"),
        ("テーマ", "themes"),
        ("概要", "note"),
        ("意見の件数", "count_of_opinions"),
        ("公表する", lambda one: "はい" if one.is_public else "いいえ"),
    )

    def get_queryset(self, request):
        """Count the opinions that came of each."""
        return super().get_queryset(request).annotate(count_of_opinions=Count("opinions"))

    def add(self, data, actor):
        """Register one."""
        made = gatherings.register_gathering(actor=actor, **data)
        return made, f"「{made}」を登録しました。"

    def page_context(self, request, gathering, refused) -> dict:
        """Return the gathering with its opinions."""
        rows = gathering.opinions.with_state(clock.today())
        add = ""
        if request.user.has_perm("ward_forum.add_opinion"):
            add = f"{reverse('admin:ward_forum_opinion_add')}?gathering={gathering.pk}"
        return {
            "gathering": gathering,
            "public_badge": public_badge(gathering),
            "opinions": [
                {"opinion": one, "badge": ledger_badge(OpinionState, one.state_on_day)}
                for one in rows[:MOST_OPINIONS]
            ],
            "add_url": add,
        }

    @admin.display(description="開いた日・締め切った日", ordering="held_on")
    def held_column(self, gathering):
        """When it was."""
        return day_column(gathering.held_on)

    @admin.display(description="参加・回答", ordering="participants")
    def people_column(self, gathering):
        """How many came, or answered."""
        return f"{gathering.participants:,}人"

    @admin.display(description="意見")
    def opinions_column(self, gathering):
        """How many opinions came of it."""
        return f"{gathering.count_of_opinions}件"

    @admin.display(description="公表")
    def public_column(self, gathering):
        """Whether everybody sees it."""
        return public_badge(gathering)


ward_site.register(Gathering, GatheringAdmin)
