"""Entering opinions: one after the other, with the session chosen by the address."""

from django.http import Http404
from django.urls import reverse

from councils.forum.admin.opinion_forms import bureau_field
from councils.forum.choices import OpinionSource, Scope
from councils.forum.models import AgendaItem, ForumSession, Gathering
from councils.forum.services import opinions
from councils.forum.services.opinions import FROM_SESSIONS
from councils.forum.services.typed import LONGEST_OPINION
from wards.desk.pages.add_page import AddPage
from wards.desk.pages.step_fields import choice_field, day_field, line_field, row_field, text_field
from wards.desk.pages.steps import StepForm
from wards.row_numbers import row_number


class EntryForm(StepForm):
    """An opinion as it is registered; `about` is the session or the gathering chosen, or None."""

    source = choice_field("経路", OpinionSource.choices)
    received_on = day_field(
        "意見のあった日", required=False, help_text="空欄のときは、会議や懇談会などの日です。"
    )
    title = line_field("見出し")
    text = text_field(
        "意見の要旨",
        longest=LONGEST_OPINION,
        rows=6,
        help_text="公表します。氏名など、個人が分かることは書かないでください。",
    )
    scope = choice_field("事業の別", Scope.choices, initial=Scope.WARD)
    section = line_field("担当課", longest=60, help_text="意見に答える区の課です。")

    def __init__(self, *args, about=None, **kwargs):
        super().__init__(*args, about=about, **kwargs)
        is_session = isinstance(about, ForumSession)
        is_gathering = isinstance(about, Gathering)
        named = dict(OpinionSource.choices)
        if is_session:
            self.fields["source"].choices = [(one.value, one.label) for one in FROM_SESSIONS]
            self.fields["source"].initial = OpinionSource.SESSION
            items = AgendaItem.objects.filter(session=about)
            self.fields["agenda_item"] = row_field("議題", items, empty="なし", required=False)
        elif is_gathering:
            self.fields["source"].choices = [(about.kind, named[about.kind])]
            self.fields["source"].initial = about.kind
        else:
            sessions = ForumSession.objects.select_related("subcommittee")
            self.fields["session"] = row_field("会議", sessions, empty="なし", required=False)
            self.fields["gathering"] = row_field(
                "懇談会など", Gathering.objects.all(), empty="なし", required=False
            )
        self.fields["bureau"] = bureau_field(help_text="局の事業のときは、必ず選んでください。")
        order = ["source", "session", "gathering", "agenda_item"]
        self.order_fields(order)

    def clean(self):
        """Name what the opinion was chosen to be about, as the service takes it."""
        cleaned = super().clean()
        if isinstance(self.about, ForumSession):
            cleaned["session"] = self.about
        elif isinstance(self.about, Gathering):
            cleaned["gathering"] = self.about
        return cleaned


class OpinionEntry(AddPage):
    """Mixin for the ledger's admin: its page of registration."""

    add_template = "admin/forum/opinion_entry.html"

    def form_of(self, request, typed):
        """Ask only for what the session or the gathering in the address leaves open."""
        about = _chosen(request, "session", ForumSession) or _chosen(
            request, "gathering", Gathering
        )
        return EntryForm(typed, about=about, initial=_kept(request))

    def add(self, data, actor):
        """Register an opinion."""
        opinion = opinions.register_opinion(actor=actor, **data)
        return opinion, f"意見を{opinion.label}「{opinion.title}」として登録しました。"

    def address_after(self, request, made):
        """«And the next one» keeps what is the same for all of a session."""
        return (
            request.get_full_path()
            if "next" in request.POST
            else super().address_after(request, made)
        )

    def add_context(self, request, form) -> dict:
        """Say what the opinion is about, and lead to the ledger."""
        return {
            "about": form.about,
            "list_url": reverse("admin:ward_forum_opinion_changelist"),
        }


def _chosen(request, name: str, model):
    """Return the row that the address names; raise Http404 for a number of none."""
    number = request.GET.get(name, "")
    if not number:
        return None
    row = model.objects.filter(pk=row_number(number)).first()
    if row is None:
        raise Http404
    return row


def _kept(request) -> dict:
    """Return what an address fills in: the source, where it is one."""
    source = request.GET.get("source", "")
    return {"source": source} if source in OpinionSource.values else {}
