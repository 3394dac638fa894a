"""わたし宛ての仕事とお知らせ: the panel of the start page, and the list behind it."""

from django.contrib import admin, messages
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html

from wards import clock
from wards.admin_base import WardModelAdmin
from wards.badges import badge
from wards.desk.admin.filters import DoneFilter, KindFilter
from wards.desk.choices import NoticeKind
from wards.desk.models import Notice
from wards.desk.services import mark_done
from wards.row_numbers import row_number
from wards.templatetags.portal import wareki_moment
from wards.wareki import wareki

MOST_ON_START_PAGE = 10
MOST_READ = 200


def my_notices(request) -> tuple[str, dict] | None:
    """Collect what waits for the person, the longest overdue first, each page once.

    What a panel above has told of its own cases is left out here.
    """
    if not request.user.has_perm("ward_desk.view_notice"):
        return None
    today = clock.today()
    waiting = Notice.objects.open_for(request.user).exclude(url__in=request.pages_told)
    read = list(waiting[:MOST_READ])
    by_page: dict[str, list[Notice]] = {}
    for notice in read:
        by_page.setdefault(notice.url, []).append(notice)
    shown = list(by_page.values())[:MOST_ON_START_PAGE]
    total = waiting.count() if len(read) == MOST_READ else len(read)
    context = {
        "pages": [_told_at_once(notices, today) for notices in shown],
        "total": total,
        "overdue": waiting.overdue(today).count() if read else 0,
        "more": total - sum(map(len, shown)),
        "has_told": bool(request.pages_told),
    }
    return "admin/ward_desk/my_notices.html", context


def _told_at_once(notices: list[Notice], today) -> dict:
    """Put what is told about one page into one row: what there is to do before who it fell to."""
    first = next((n for n in notices if n.kind != NoticeKind.ASSIGNED), notices[0])
    due_on = notices[0].due_on
    return {
        "first": first,
        "others": [notice for notice in notices if notice is not first],
        "due_on": due_on,
        "is_overdue": any(notice.is_overdue(today) for notice in notices),
        "is_today": due_on == today,
    }


class NoticeAdmin(WardModelAdmin):
    """A person's own notices and nobody else's: another's number does not exist."""

    list_title = "わたし宛ての仕事とお知らせ"
    empty_sentence = "該当する仕事・お知らせはありません。"
    list_display = ("kind_column", "text_column", "due_column", "created_column", "done_column")
    list_display_links = None
    list_filter = (DoneFilter, KindFilter)
    search_fields = ("text",)
    search_help_text = "内容の語句から探します。"
    actions = ("mark_selected_done",)
    fields = ("kind", "text_column", "due_column", "created_column", "done_column", "done_by")
    readonly_fields = fields
    history_fields = ("text", "due_on", "done_at", "done_by")

    def has_add_permission(self, request) -> bool:
        """Notices come from what happens."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """A notice is done or not; its words stay."""
        return False

    def get_queryset(self, request):
        """Keep the person's own."""
        return super().get_queryset(request).filter(person=request.user).select_related("done_by")

    def get_urls(self):
        """Add 「済みにする」."""
        done = self.admin_site.admin_view(self.done_view)
        return [path("<int:pk>/done/", done, name="ward_desk_notice_done"), *super().get_urls()]

    def done_view(self, request, pk: int):
        """Mark a notice of the person's own as done and lead back to the start page.

        `also` names the others that stood in the same row.
        """
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        notice = Notice.objects.filter(person=request.user, pk=pk).first()
        if notice is None:
            raise Http404
        numbers = [row_number(text) for text in request.POST.getlist("also")]
        also = Notice.objects.open_for(request.user).filter(pk__in=numbers, url=notice.url)
        for one in (notice, *also):
            mark_done(one, request.user)
        told = f"「{notice.text}」" + (f"など{1 + len(also)}件" if also else "")
        self.message_user(request, f"{told}を済みにしました。", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:index"))

    @admin.display(description="種類", ordering="kind")
    def kind_column(self, notice):
        """種類 as a badge."""
        return badge(notice.get_kind_display(), "plain")

    @admin.display(description="内容")
    def text_column(self, notice):
        """The sentence, leading to where the work is done."""
        return format_html('<a href="{}">{}</a>', notice.url, notice.text)

    @admin.display(description="期限", ordering="due_on")
    def due_column(self, notice):
        """The day, and in words when it has passed."""
        if notice.due_on is None:
            return self.empty_value_display
        if notice.is_overdue(clock.today()):
            return format_html("{} {}", badge("期限切れ", "bad", "!"), wareki(notice.due_on))
        return wareki(notice.due_on)

    @admin.display(description="お知らせした日時", ordering="created_at")
    def created_column(self, notice):
        """When the person was told."""
        return wareki_moment(notice.created_at)

    @admin.display(description="済みにした日時", ordering="done_at")
    def done_column(self, notice):
        """When it was marked as done."""
        return wareki_moment(notice.done_at) or self.empty_value_display

    @admin.action(description="済みにする", permissions=["view"])
    def mark_selected_done(self, request, queryset):
        """Mark each chosen notice as done."""
        done = sum(mark_done(notice, request.user) for notice in queryset)
        self.message_user(request, f"{done}件を済みにしました。", messages.SUCCESS)
