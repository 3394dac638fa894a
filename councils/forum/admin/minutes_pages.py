"""The page on which minutes are written: two writers lose nothing, and the Word file."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse

from councils.forum.admin.session_list import session_badge
from councils.forum.choices import MinutesState
from councils.forum.minutes_document import CONTENT_TYPE, file_name_of, minutes_docx
from councils.forum.minutes_text import changed_lines, faults_of_marks
from councils.forum.services import minutes as services
from councils.forum.services.session_rows import session_state_of
from wards.desk.pages.step_fields import text_field
from wards.desk.pages.steps import StepForm
from wards.spooled_files import download_of

MAY_NOT_SEE = "あなたの役割では、会議録の下書きを見られません。"
NO_MINUTES = "この会議の会議録は、まだありません。会議を開いたことを記録すると、始まります。"
OPEN_ANEW = (
    "画面の情報が欠けています。書いた内容を控えてから画面を開き直し、もう一度保存してください。"
)
MOST_FAULTS = 20


class MinutesForm(StepForm):
    """The text and the version that it was begun from; how long it may be, the service says."""

    body = forms.CharField(
        label="議事",
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 30}),
        help_text="発言した人は、行の初めに「（議長）」または「○委員：」のように書きます。委員の氏名は要りません。",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class CorrectionForm(MinutesForm):
    """A correction of what is published, with its reason."""

    reason = text_field("訂正の理由", longest=1_000, rows=2)
    field_order = ("reason", "body", "version")


class MinutesPages:
    """Mixin for the admin of sessions: `<pk>/minutes/` and `<pk>/minutes/word/`."""

    def get_urls(self):
        """Add the pages."""
        wrap, name = self.admin_site.admin_view, "ward_forum_forumsession_minutes"
        return [
            path("<int:pk>/minutes/", wrap(self.minutes_view), name=name),
            path("<int:pk>/minutes/word/", wrap(self.word_view), name=f"{name}_word"),
            *super().get_urls(),
        ]

    def _minutes_or_404(self, request, pk: int):
        session = self.thing_or_404(request, pk)
        if not request.user.has_perm("ward_forum.view_minutes"):
            raise PermissionDenied(MAY_NOT_SEE)
        if getattr(session, "minutes", None) is None:
            raise Http404(NO_MINUTES)
        return session

    def word_view(self, request, pk: int):
        """Give the minutes as a Word file, a draft as one."""
        session = self._minutes_or_404(request, pk)
        file = minutes_docx(session, for_staff=True)
        return download_of(file, name=file_name_of(session), content_type=CONTENT_TYPE)

    def minutes_view(self, request, pk: int):
        """Show the text, and save it; nothing that was typed is lost by a refusal."""
        session = self._minutes_or_404(request, pk)
        is_published = session.minutes.published_at is not None
        permission = services.MAY_PUBLISH if is_published else services.MAY_WRITE
        may_write = request.user.has_perm(permission)
        form_of_state = CorrectionForm if is_published else MinutesForm
        if request.method != "POST":
            initial = {"body": session.minutes.body, "version": session.minutes.version}
            form = form_of_state(about=session, initial=initial)
            return self._minutes_page(request, session, form, may_write=may_write)
        if not may_write:
            raise PermissionDenied("あなたの役割では、会議録を書けません。")
        form = form_of_state(request.POST, about=session)
        if not form.is_valid():
            refusals = [] if "version" not in form.errors else [OPEN_ANEW]
            refusals += [
                text for name in form.errors if name != "version" for text in form.errors[name]
            ]
            return self._minutes_page(request, session, form, refusals=refusals)
        act = services.correct_minutes if is_published else services.save_minutes
        try:
            act(session, actor=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            return self._minutes_page(request, session, form, refusals=refusal.messages)
        except services.StaleMinutesError as stale:
            return self._conflict_page(request, session, form, stale.stored)
        told = "会議録を訂正しました。" if is_published else "会議録を保存しました。"
        messages.success(request, told)
        address = reverse("admin:ward_forum_forumsession_minutes", args=[session.pk])
        return HttpResponseRedirect(address)

    def _minutes_page(self, request, session, form, *, may_write=True, refusals=(), **more):
        minutes = session.minutes
        return self.page(
            request,
            "admin/forum/minutes.html",
            **{
                "title": f"{session}の会議録",
                "session": session,
                "minutes": minutes,
                "state": services.minutes_state(minutes).label,
                "is_published": services.minutes_state(minutes) == MinutesState.PUBLISHED,
                "state_badge": session_badge(session_state_of(session)),
                "form": form,
                "may_write": may_write,
                "refusals": list(refusals),
                "faults": faults_of_marks(minutes.body)[:MOST_FAULTS],
                **more,
            },
        )

    def _conflict_page(self, request, session, form, stored):
        """Show both texts; what was typed may be saved on top of the newer version."""
        typed = form.cleaned_data
        differences = changed_lines(stored.body, typed["body"].replace("\r\n", "\n"))
        session.minutes = stored
        response = self._minutes_page(
            request,
            session,
            type(form)(about=session, initial={**typed, "version": stored.version}),
            stored=stored,
            differences=[
                {"line": line, "changes": [{"before": before, "after": after}]}
                for line, before, after in differences
            ],
        )
        response.status_code = HTTPStatus.CONFLICT
        return response
