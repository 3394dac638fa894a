"""公募: the list of calls, and the page of one from its conditions to the letters."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q
from django.template.response import TemplateResponse
from django.urls import path, reverse

from councils.forum.admin.applications import MAY_READ, MemberApplicationAdmin
from councils.forum.admin.call_steps import STEPS, CallFields
from councils.forum.admin.columns_of_members import (
    CallStateFilter,
    TermFilter,
    call_badge,
    result_badge,
)
from councils.forum.admin.places import ForumList
from councils.forum.call_states import next_words
from councils.forum.choices import ApplicationResult
from councils.forum.models import ForumPractice, ForumTerm, MemberApplication, MemberCall
from councils.forum.services import recruitment, results, screening
from wards import clock
from wards.desk.choices import AccessKind
from wards.desk.pages.add_page import AddPage
from wards.desk.pages.step_fields import row_field
from wards.desk.pages.steps import MARK, StepPages
from wards.desk.services import note_access
from wards.sites import ward_site

MAY_NOT_READ = "あなたの役割では、公募の応募を見られません。"
DEFAULTS = {
    "opens_time": "9:00",
    "closes_time": "17:30",
    "least_age": 18,
    "most_other_posts": 2,
    "longest_essay": 800,
}


class NewCallForm(CallFields):
    """A call as it is prepared: for which term, and under which conditions."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, initial=DEFAULTS, **kwargs)
        terms = ForumTerm.objects.filter(valid_to__gte=clock.today())
        self.fields = {"term": row_field("任期", terms), **self.fields}
        for field in self.fields.values():
            field.needed_when = MARK if field.required else ""


class MemberCallAdmin(AddPage, StepPages, ForumList):
    """Calls for members."""

    list_title = "委員の公募一覧"
    empty_sentence = "当てはまる公募はありません。「{add}」から準備できます。"
    page_template = "admin/forum/call.html"
    add_form = NewCallForm
    add_template = "admin/forum/call_new.html"
    add_words = "公募を準備する"
    steps = STEPS
    list_display = (
        "title",
        "term",
        "state_column",
        "seats",
        "closes_column",
        "count_column",
        "next_column",
    )
    list_filter = (CallStateFilter, TermFilter)
    search_fields = ("title",)
    search_help_text = "件名を探します。"
    list_select_related = ("term",)
    history_fields = (*recruitment.CALL_FIELDS, "published_at", "decided_on", "decided_by")
    export_columns = (
        ("件名", "title"),
        ("期", lambda call: call.term.number),
        ("状態", lambda call: recruitment.state_of(call).label),
        ("募集人数", "seats"),
        ("受付の開始", "opens_at"),
        ("受付の終了", "closes_at"),
        ("応募数", "applied"),
        ("選任数", "selected"),
        ("決定日", "decided_on"),
    )

    def get_queryset(self, request):
        """Count the applications in the question for the list."""
        selected = Q(applications__result=ApplicationResult.SELECTED)
        untold = Q(applications__in=results.untold())
        unengaged = Q(applications__in=results.to_be_engaged())
        return (
            super()
            .get_queryset(request)
            .annotate(
                applied=Count("applications"),
                selected=Count("applications", filter=selected),
                untold=Count("applications", filter=untold),
                unengaged=Count("applications", filter=unengaged),
            )
        )

    def get_ordering(self, request):
        """What is still to be decided comes first, the one that closes first above."""
        return (F("decided_on").desc(nulls_first=True), "closes_at", "-pk")

    def get_urls(self):
        """Add the letters."""
        view = self.admin_site.admin_view(self.letters_view)
        return [
            path("<int:pk>/letters/", view, name="ward_forum_membercall_letters"),
            *super().get_urls(),
        ]

    def tools(self, request) -> list[dict]:
        """Lead to the applications of all calls."""
        if not request.user.has_perm(MAY_READ):
            return []
        url = reverse("admin:ward_forum_memberapplication_changelist")
        return [{"label": "応募の一覧", "url": url}]

    # --- the list ---

    @admin.display(description="状態")
    def state_column(self, call):
        """How it stands."""
        return call_badge(recruitment.state_of(call))

    @admin.display(description="受付の終了", ordering="closes_at")
    def closes_column(self, call):
        """Until when."""
        return recruitment.in_words(call.closes_at)

    @admin.display(description="応募")
    def count_column(self, call):
        """How many applied, and how many were selected."""
        chosen = f"（選任{call.selected}）" if call.decided_on else ""
        return f"{call.applied}{chosen}"

    @admin.display(description="次の手順")
    def next_column(self, call):
        """What is to be done."""
        state = recruitment.state_of(call)
        return next_words(state, untold=call.untold, unengaged=call.unengaged)

    # --- preparing ---

    def add(self, data, actor):
        """Prepare a call."""
        values = {name: data[name] for name in recruitment.CALL_FIELDS}
        call = recruitment.open_call(data["term"], actor=actor, **values)
        return call, "公募を準備しました。課長か区長が内容を確かめ、公表してください。"

    # --- the page ---

    def things(self):
        """Return calls as their page shows them."""
        return MemberCall.objects.select_related("term", "decided_by")

    def page_context(self, request, call, refused) -> dict:
        """Return the conditions, the applications by number, and the points that one may see."""
        state = recruitment.state_of(call)
        ranked = screening.ranking(call)
        shows_points = screening.may_see_points(call, ranked, request.user)
        may_read = request.user.has_perm(MAY_READ)
        if may_read:
            note_access(
                request, what=AccessKind.PERSONAL_DATA, about=call.title, page="公募の応募者の一覧"
            )
        by_number = {row.application.pk: row for row in ranked}
        return {
            "title": call.title,
            "call": call,
            "state_badge": call_badge(state),
            "next_step": next_words(
                state,
                untold=results.untold().filter(call=call).count(),
                unengaged=results.to_be_engaged().filter(call=call).count(),
            ),
            "is_published": call.published_at is not None,
            "applications": [
                {
                    "application": one,
                    "badge": result_badge(one),
                    "ranked": by_number.get(one.pk) if shows_points else None,
                    "is_scored_by_me": one.pk in by_number
                    and request.user.pk in by_number[one.pk].screeners,
                    "screeners": len(by_number[one.pk].screeners) if one.pk in by_number else 0,
                }
                for one in call.applications.order_by("number")
            ],
            "shows_points": shows_points,
            "most_points": screening.MOST_TOTAL,
            "may_read": may_read,
            "vacant": screening.vacant_public_seats(call, clock.today()),
            "letters": results.to_be_told(call, by_letter=True).count() if call.decided_on else 0,
        }

    def letters_view(self, request, pk: int) -> TemplateResponse:
        """Return the letters to those without an e-mail address, one a sheet, and note who printed them."""
        call = self.thing_or_404(request, pk)
        if not request.user.has_perm(MAY_READ):
            raise PermissionDenied(MAY_NOT_READ)
        if call.decided_on is None:
            raise PermissionDenied("選任を決定してから、通知書を印刷してください。")
        rows = list(
            call.applications.filter(result__in=results.TOLD, email="", erased_at=None).order_by(
                "number"
            )
        )
        for row in rows:
            row.call = call
        note_access(
            request,
            what=AccessKind.PERSONAL_DATA,
            about=call.title,
            page="結果の通知書",
            rows=len(rows),
        )
        practice = ForumPractice.objects.in_force(clock.today())
        return TemplateResponse(
            request,
            "admin/forum/letter_results.html",
            {
                "call": call,
                "letters": [{"to": row, "text": results.letter_text(row)} for row in rows],
                "contact": practice.contact if practice else "",
                "ward": request.ward,
                "back": self.address_of(call),
            },
        )


ward_site.register(MemberCall, MemberCallAdmin)
ward_site.register(MemberApplication, MemberApplicationAdmin)
