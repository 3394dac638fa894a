"""区政会議の運営状況: the list of editions, the page with its preview, and the two steps."""

from django import forms
from django.contrib import admin
from django.db.models import Case, Min, Q, Value, When
from django.utils import timezone

from councils.forum.admin.places import ForumList
from councils.forum.edition_content import PARTS, with_days
from councils.forum.edition_rules import last_full_window, window_of
from councils.forum.models import ForumEdition, ForumMember, ForumSession
from councils.forum.services import editions
from councils.forum.services.editions import MAY_GENERATE, MAY_PUBLISH, period_in_words
from wards import clock
from wards.badges import badge
from wards.desk.pages.add_page import AddPage
from wards.desk.pages.step_fields import choice_field
from wards.desk.pages.steps import MARK, NothingToType, Step, StepForm, StepPages
from wards.list_columns import day_column
from wards.list_filters import ConditionFilter
from wards.sites import ward_site
from wards.wareki import day_from_wareki

# By the rule the state of a window is published from October to January (DOMAIN 3.2).
LAST_MONTH_OF_PUBLICATION = 1
MOST_WINDOWS = 20


def windows_to_choose() -> list[tuple[str, str]]:
    """List the windows of which something is registered, from the running one backwards."""
    today = clock.today()
    earliest = ForumMember.objects.aggregate(first=Min("valid_from"))["first"]
    session = ForumSession.objects.aggregate(first=Min("starts_at"))["first"]
    if session is not None:
        held = timezone.localdate(session)
        earliest = min(earliest, held) if earliest else held
    first_year = window_of(min(earliest or today, today))[0].year
    begins, _ = window_of(today)
    years = range(begins.year, max(first_year, begins.year - MOST_WINDOWS) - 1, -1)
    windows = [window_of(begins.replace(year=year)) for year in years]
    return [
        (since.isoformat(), period_in_words(since, until) + ("" if until < today else "（途中）"))
        for since, until in windows
    ]


class WindowForm(forms.Form):
    """Of which window an edition is made."""

    period_from = choice_field("期間", [])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = windows_to_choose()
        field = self.fields["period_from"]
        field.choices = [("", "選んでください"), *choices]
        field.needed_when = MARK
        latest = last_full_window(clock.today())[0].isoformat()
        if latest in dict(choices):
            field.initial = latest


class StandingFilter(ConditionFilter):
    """Published or not."""

    title = "状態"
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        """Offer both."""
        return [("draft", "公表前"), ("published", "公表済")]

    def conditions(self, request) -> dict[str, Q]:
        """Return what each word keeps."""
        return {"draft": Q(published_at=None), "published": Q(published_at__isnull=False)}


def generate(edition, data, user) -> str:
    """作り直す."""
    editions.generate_edition(edition.period_from, actor=user)
    return "今の登録の内容で作り直しました。"


class PublishForm(StepForm):
    """Which content the person had before them when they pressed."""

    sha256 = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, about, **kwargs):
        kwargs["initial"] = {"sha256": about.sha256}
        super().__init__(*args, about=about, **kwargs)


def publish(edition, data, user) -> str:
    """公表する."""
    editions.publish_edition(edition, seen=data["sha256"], actor=user)
    return "公表しました。公表した内容は、この先も変わりません。"


def _unpublished(edition, user):
    return [] if edition.published_at is None else None


def _against_publication(edition, user):
    if edition.published_at is not None:
        return None
    reasons = editions.reasons_not_to_publish(edition, user, clock.today())
    if editions.changes_since(edition):
        reasons.append("作成した後に、登録の内容が変わっています。作り直してください。")
    return reasons


def next_step(edition: ForumEdition, day) -> str:
    """Say what is to be done with an edition."""
    if edition.published_at is not None:
        return "公表しています。"
    if edition.period_to >= day:
        return "期間が終わったら、作り直してください。"
    return "作成した人とは別の人が内容を確かめ、公表してください。"


def overdue_sentence(day) -> str:
    """Say that the state of the last full window is not published yet; nothing when it is."""
    begins, ends = last_full_window(day)
    published = ForumEdition.objects.filter(period_from=begins).exclude(published_at=None)
    if (
        published.exists()
        or not ForumMember.objects.filter(valid_from__lte=ends, valid_to__gte=begins).exists()
    ):
        return ""
    late = day.year > begins.year + 1 and day.month > LAST_MONTH_OF_PUBLICATION
    told = "公表の目安（1月末）を過ぎています。" if late else "1月末までに公表してください。"
    return f"{period_in_words(begins, ends)}の運営状況は、まだ公表していません。{told}"


class ForumEditionAdmin(AddPage, StepPages, ForumList):
    """The editions of the yearly publication."""

    list_title = "区政会議の運営状況"
    empty_sentence = (
        "当てはまる版はありません。「{add}」から、10月から翌年9月までの内容を作れます。"
    )
    page_template = "admin/forum/edition.html"
    add_form = WindowForm
    add_template = "admin/forum/edition_form.html"
    add_words = "運営状況を作る"
    steps = (
        Step(
            "publish", "確認して公表する", PublishForm, MAY_PUBLISH, publish, _against_publication,
            is_next=True,
        ),
        Step(
            "generate", "今の内容で作り直す", NothingToType, MAY_GENERATE, generate, _unpublished,
            intro="登録を直したときは、作り直すとこの版に入ります。",
        ),
    )  # fmt: skip
    list_display = (
        "period_column",
        "number_column",
        "standing_column",
        "generated_column",
        "published_column",
        "next_column",
    )
    list_display_links = ("period_column",)
    list_filter = (StandingFilter,)
    list_select_related = ("generated_by", "published_by")
    history_fields = ("number", "sha256", "generated_by", "published_at", "published_by")
    export_columns = (
        ("期間の初日", "period_from"),
        ("期間の末日", "period_to"),
        ("版", "number"),
        ("作成日時", "generated_at"),
        ("作成した職員", lambda one: str(one.generated_by)),
        ("公表日時", "published_at"),
        ("公表した人", lambda one: str(one.published_by or "")),
        ("要約値（SHA-256）", "sha256"),
    )

    def get_queryset(self, request):
        """Leave the content where it is: a list tells of editions, not what they hold."""
        return super().get_queryset(request).defer("content")

    def get_ordering(self, request):
        """What waits for publication comes first."""
        waits = When(published_at=None, then=Value(0))
        return (Case(waits, default=Value(1)).asc(), "-period_from", "-number")

    def changelist_view(self, request, extra_context=None):
        """Say above the list what is still owed."""
        more = {"totals": overdue_sentence(clock.today()), **(extra_context or {})}
        return super().changelist_view(request, more)

    def add(self, data, actor):
        """Make the edition of a window."""
        edition = editions.generate_edition(day_from_wareki(data["period_from"]), actor=actor)
        return edition, f"{edition}を作りました。内容を確かめてください。"

    def things(self):
        """Return editions as their page shows them."""
        return ForumEdition.objects.select_related("generated_by", "published_by")

    def offered(self, request, edition, refused) -> dict:
        """Write the forms anew: nothing was typed, and a page sends the hash of what it shows now."""
        return super().offered(request, edition, {})

    def page_context(self, request, edition, refused) -> dict:
        """Return the content as it will be published, and how it differs from now and from before."""
        is_draft = edition.published_at is None
        return {
            "title": str(edition),
            "edition": edition,
            "period": period_in_words(edition.period_from, edition.period_to),
            "parts": with_days(edition.content),
            "part_names": PARTS,
            "standing_badge": standing_badge(edition, clock.today()),
            "next_step": next_step(edition, clock.today()),
            "changed_since": editions.changes_since(edition) if is_draft else [],
            "changes": edition.changes.splitlines(),
        }

    @admin.display(description="期間", ordering="period_from")
    def period_column(self, edition):
        """Of when."""
        return period_in_words(edition.period_from, edition.period_to)

    @admin.display(description="版", ordering="number")
    def number_column(self, edition):
        """Which."""
        return f"第{edition.number}版"

    @admin.display(description="状態")
    def standing_column(self, edition):
        """How it stands."""
        return standing_badge(edition, clock.today())

    @admin.display(description="作成", ordering="generated_at")
    def generated_column(self, edition):
        """When and by whom generated."""
        return f"{day_column(timezone.localdate(edition.generated_at))} {edition.generated_by}"

    @admin.display(description="公表日", ordering="published_at")
    def published_column(self, edition):
        """When published."""
        return day_column(edition.published_at and timezone.localdate(edition.published_at))

    @admin.display(description="次の手順")
    def next_column(self, edition):
        """What is to be done."""
        return next_step(edition, clock.today())


def standing_badge(edition: ForumEdition, day):
    """Return the badge of an edition."""
    if edition.published_at is not None:
        return badge("公表済", "good", "✓")
    if edition.period_to >= day:
        return badge("期間の途中", "plain", "…")
    return badge("公表前", "warn", "●")


ward_site.register(ForumEdition, ForumEditionAdmin)
