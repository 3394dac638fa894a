"""回答の公表: the sets of answers, what each still lacks, and the page that shows them as they will be."""

from django import forms
from django.contrib import admin
from django.db.models import Case, Count, Q, Value, When
from django.urls import path, reverse

from councils.forum.admin.opinion_columns import ledger_badge
from councils.forum.admin.places import ForumList
from councils.forum.choices import ResponseState
from councils.forum.ledger import ledger_lines
from councils.forum.models import ForumSession, Opinion, Response, ResponsePublication
from councils.forum.services import publications
from wards import clock
from wards.badges import badge
from wards.desk.pages.add_page import AddPage
from wards.desk.pages.step_fields import day_field, line_field, row_field
from wards.desk.pages.steps import NothingToType, Step, StepForm, StepPages
from wards.list_columns import day_column
from wards.list_filters import ConditionFilter
from wards.sites import ward_site


class PublicationForm(StepForm):
    """Title and planned day of a set."""

    title = line_field("件名")
    planned_on = day_field("公表の予定日")

    def __init__(self, *args, about=None, **kwargs):
        if about is not None:
            kwargs["initial"] = {"title": about.title, "planned_on": about.planned_on}
        super().__init__(*args, about=about, **kwargs)


class NewPublicationForm(PublicationForm):
    """A new set; of a session, or of all that is due by the day."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        sessions = ForumSession.objects.select_related("subcommittee")
        self.fields["session"] = row_field(
            "会議",
            sessions,
            empty="会議を決めない",
            required=False,
            help_text="会議を決めると、その会議の意見が残っていないかを確かめます。",
        )


class Boxes(forms.CheckboxSelectMultiple):
    """Several of some rows, drawn as the radio buttons of other forms are: a group under one head."""

    input_type = "radio"

    def create_option(self, *args, **kwargs):
        """Return a box to tick."""
        return super().create_option(*args, **kwargs) | {"type": "checkbox"}


class _AnswersForm(StepForm):
    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        field = forms.ModelMultipleChoiceField(
            self.rows_of(about),
            label="対応",
            widget=Boxes,
            error_messages={
                "required": "対応を選んでください。",
                "invalid_choice": "対応を選び直してください。",
                "invalid_pk_value": "対応を選び直してください。",
            },
        )
        field.label_from_instance = lambda one: (
            f"{one.opinion.label} {one.opinion.title}（{one.get_response_class_display()}、{one.get_state_display()}）"
        )
        self.fields["answers"] = field
        field.needed_when = ""

    def rows_of(self, about):
        """Return the answers to choose from."""
        raise NotImplementedError


class PutInForm(_AnswersForm):
    """Which answers go in."""

    def rows_of(self, about):
        """Return what is in no set yet."""
        return publications.candidates(about)


class TakeOutForm(_AnswersForm):
    """Which answers come out."""

    def rows_of(self, about):
        """Return what is in this set."""
        return Response.objects.filter(publication=about).select_related("opinion")


def put_in(publication, data, user) -> str:
    """まとまりに入れる."""
    return f"{publications.put_in(publication, data['answers'], actor=user)}件の対応を入れました。"


def take_out(publication, data, user) -> str:
    """まとまりから外す."""
    return (
        f"{publications.take_out(publication, data['answers'], actor=user)}件の対応を外しました。"
    )


def publish(publication, data, user) -> str:
    """公表する."""
    return publications.publish(publication, actor=user).in_words


def change(publication, data, user) -> str:
    """件名と予定日を直す."""
    publications.change_publication(publication, actor=user, **data)
    return "件名と予定日を直しました。"


def _open(publication, user):
    return [] if publication.published_at is None else None


def _some_to_put_in(publication, user):
    if publication.published_at is not None or not publications.candidates(publication).exists():
        return None
    return []


def _some_inside(publication, user):
    if publication.published_at is not None or not publication.responses.exists():
        return None
    return []


def _publishing(publication, user):
    if publication.published_at is not None:
        return None
    return list(publications.checklist(publication).reasons)


class PublishedFilter(ConditionFilter):
    """Whether a set is out."""

    title = "状態"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        """Offer the two."""
        return [("waiting", "公表前"), ("done", "公表済")]

    def conditions(self, request):
        """Say what each of them is."""
        return {"waiting": Q(published_at=None), "done": Q(published_at__isnull=False)}


class ResponsePublicationAdmin(AddPage, StepPages, ForumList):
    """The sets of answers."""

    list_title = "回答の公表"
    empty_sentence = "当てはまるまとまりはありません。「{add}」から作ってください。"
    page_template = "admin/forum/publication.html"
    add_form = NewPublicationForm
    add_template = "admin/forum/publication_new.html"
    add_words = "公表のまとまりを作る"
    steps = (
        Step("put_in", "対応を入れる", PutInForm, publications.MAY_CHANGE, put_in, _some_to_put_in, place="inside"),
        Step("take_out", "対応を外す", TakeOutForm, publications.MAY_CHANGE, take_out, _some_inside, place="inside"),
        Step("publish", "まとめて公表する", NothingToType, publications.MAY_PUBLISH, publish, _publishing, is_next=True),
        Step("change", "件名と予定日を直す", PublicationForm, publications.MAY_CHANGE, change, _open),
    )  # fmt: skip
    list_display = ("title", "session", "planned_column", "count_column", "standing_column")
    list_filter = (PublishedFilter,)
    search_fields = ("title",)
    search_help_text = "件名を探します。"
    list_select_related = ("session__subcommittee",)
    history_fields = ("title", "planned_on", "published_at", "published_by")
    export_columns = (
        ("件名", "title"),
        ("会議", lambda one: str(one.session) if one.session else ""),
        ("公表の予定日", "planned_on"),
        ("対応の件数", "answers"),
        ("状態", publications.standing_of),
        ("公表日時", "published_at"),
    )

    def get_urls(self):
        """Add the preview."""
        view = self.admin_site.admin_view(self.preview_view)
        name = "ward_forum_responsepublication_preview"
        return [path("<int:pk>/preview/", view, name=name), *super().get_urls()]

    def get_queryset(self, request):
        """Count the answers; what is not out yet comes first, the late ones on top."""
        waiting = When(published_at=None, then=Value(0))
        rows = ResponsePublication.objects.annotate(
            answers=Count("responses"), waiting_first=Case(waiting, default=Value(1))
        )
        return rows.order_by(*self.get_ordering(request))

    def get_ordering(self, request):
        """What is not out yet comes first."""
        return ("waiting_first", "planned_on", "pk")

    def add(self, data, actor):
        """Begin a set."""
        made = publications.open_publication(actor=actor, **data)
        return made, f"「{made}」を作りました。対応を入れてください。"

    def things(self):
        """Return sets as their page shows them."""
        return ResponsePublication.objects.select_related("session__subcommittee", "published_by")

    def page_context(self, request, publication, refused) -> dict:
        """Return the answers that are in, and what is missing."""
        inside = publication.responses.select_related("opinion", "approved_by").order_by(
            "opinion__fiscal_year", "opinion__number"
        )
        return {
            "publication": publication,
            "standing": _standing_badge(publication),
            "answers": [
                {"answer": one, "badge": ledger_badge(ResponseState, one.state)} for one in inside
            ],
            "checklist": publications.checklist(publication),
            # Who may publish reads the reasons in the step's own place.
            "tells_reasons": not request.user.has_perm(publications.MAY_PUBLISH),
            "preview_url": reverse(
                "admin:ward_forum_responsepublication_preview", args=[publication.pk]
            ),
        }

    def preview_view(self, request, pk: int):
        """Show the lines of the public ledger as they will be, or as they are."""
        publication = self.thing_or_404(request, pk)
        inside = publication.responses.exclude(state=ResponseState.WITHDRAWN)
        as_published = set(inside.values_list("pk", flat=True))
        opinions = Opinion.objects.filter(responses__in=as_published).order_by(
            "fiscal_year", "number"
        )
        is_out = publication.published_at is not None
        return self.page(
            request,
            "admin/forum/publication_preview.html",
            title=f"公表の見え方　{publication}",
            publication=publication,
            lines=ledger_lines(
                opinions, clock.today(), as_published=() if is_out else as_published
            ),
        )

    @admin.display(description="公表の予定日", ordering="planned_on")
    def planned_column(self, publication):
        """When it is to be out."""
        return day_column(publication.planned_on)

    @admin.display(description="対応")
    def count_column(self, publication):
        """How many answers are in."""
        return f"{publication.answers}件"

    @admin.display(description="状態")
    def standing_column(self, publication):
        """Whether it is out."""
        return _standing_badge(publication)


def _standing_badge(publication):
    words = publications.standing_of(publication)
    if publication.published_at is not None:
        return badge(words, "good", "✓")
    is_late = publication.planned_on < clock.today()
    return badge(words, "bad", "！") if is_late else badge(words, "info", "○")


ward_site.register(ResponsePublication, ResponsePublicationAdmin)
