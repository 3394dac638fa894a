"""The admin of 相談・要望: a list, the 情報共有カルテ, intake for somebody, and the pages beside them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from consultations.admin.bulk_pages import BulkPages
from consultations.admin.case_actions import ACTIONS, known_template
from consultations.admin.case_list import CaseList
from consultations.admin.case_page import case_context
from consultations.admin.figures_pages import FiguresPages
from consultations.admin.intake_pages import IntakePages
from consultations.admin.keeping_pages import KeepingPages
from consultations.admin.publication_block import known_words, marked_fields
from consultations.admin.publication_pages import PublicationPages
from consultations.admin.reading import note_case
from consultations.admin.referral_pages import ReferralPages
from consultations.admin.settings_page import SettingsPage
from consultations.models import Attachment, Consultation
from consultations.services import reply_templates
from wards import attachments
from wards.admin_base import WardModelAdmin
from wards.desk.choices import AccessKind
from wards.desk.services import note_access
from wards.row_numbers import row_number

MAY_NOT_SEE_CONTACT = "あなたの役割では、連絡先を見られません。"


class ConsultationAdmin(
    IntakePages,
    BulkPages,
    ReferralPages,
    PublicationPages,
    FiguresPages,
    KeepingPages,
    SettingsPage,
    CaseList,
    WardModelAdmin,
):
    """Every case through `visible_to`: what a person may not see does not exist for them."""

    # No token, no hash, no text of the citizen: what staff changed.
    history_fields = (
        "state",
        "section",
        "assignee",
        "office",
        "category",
        "due_on",
        "interim_on",
        "answered_on",
        "closed_on",
        "read_back_on",
        "bundle_lead",
        "legal_hold",
    )

    def has_change_permission(self, request, obj=None) -> bool:
        """A case changes by its steps, never field by field."""
        return False

    def get_urls(self):
        """Put the case's own addresses before Django's."""
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/act/<slug:code>/",
                wrap(self.act_view),
                name="consultations_consultation_act",
            ),
            path(
                "<int:pk>/contact/",
                wrap(self.contact_view),
                name="consultations_consultation_contact",
            ),
            path(
                "<int:pk>/files/<int:file>/",
                wrap(self.file_view),
                name="consultations_consultation_file",
            ),
            *super().get_urls(),
        ]

    def case_or_404(self, request, pk) -> Consultation:
        """Return a case that this person may see; 403 without the right, 404 for every other."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        case = (
            Consultation.objects.visible_to(request.user)
            .select_related(
                "category",
                "section",
                "assignee",
                "office",
                "form",
                "rule",
                "deadline_rule",
                "previous",
                "bundle_lead",
                "contact",
                "publication__proposed_by",
                "publication__confirmed_by",
                "satisfaction",
            )
            .prefetch_related(
                "replies__drafted_by",
                "replies__approved_by",
                "handovers__section",
                "handovers__office",
                "handovers__ward",
                "handovers__bureau",
                "handovers__sent_by",
            )
            .filter(pk=row_number(pk))
            .first()
        )
        if case is None:
            raise Http404
        return case

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show the 情報共有カルテ."""
        case = self.case_or_404(request, object_id)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied("案件は、画面のそれぞれのボタンで変更してください。")
        return self.case_page(request, case)

    def case_page(self, request, case: Consultation, **more) -> TemplateResponse:
        """Return the page of a case, and note who reads it; `more` goes into its context."""
        note_case(request, case)
        context = {
            "title": f"{case.number} {case.subject}",
            **case_context(request, case, typed=more.pop("typed", None)),
            **more,
        }
        return self.page(request, "admin/consultations/case.html", **context)

    def history_view(self, request, object_id, extra_context=None):
        """Show the history of a case that this person may see; former texts stand there."""
        note_case(request, self.case_or_404(request, object_id))
        return super().history_view(request, object_id, extra_context)

    def act_view(self, request, pk: int, code: str):
        """Do what a button says; a refusal is shown beside what was typed, and nothing is lost."""
        case = self.case_or_404(request, pk)
        if request.method != "POST":
            # Here leads the login after a session has ended: nothing was done, the case is shown.
            return HttpResponseRedirect(case.get_absolute_url())
        if code == "draft" and "fill" in request.POST:
            return self._filled_draft(request, case)
        if code == "propose" and "check" in request.POST:
            return self._checked_proposal(request, case)
        act = ACTIONS.get(code)
        if act is None:
            raise Http404
        try:
            done = act(case, request.POST, request.user)
        except ValidationError as refusal:
            # The case as it stands now: somebody else may have moved it meanwhile.
            case = self.case_or_404(request, pk)
            typed = {code: request.POST.dict()}
            return self.case_page(request, case, typed=typed, refusals=refusal.messages)
        messages.success(request, done)
        # A clerk who has given a case back does not see it any more.
        if Consultation.objects.visible_to(request.user).filter(pk=pk).exists():
            return HttpResponseRedirect(case.get_absolute_url())
        return HttpResponseRedirect(reverse("admin:consultations_consultation_changelist"))

    def _filled_draft(self, request, case: Consultation) -> TemplateResponse:
        """Put a template's text, filled in for this case, below what is written already."""
        if not request.user.has_perm("consultations.change_consultation"):
            raise PermissionDenied
        code = known_template(request.POST.get("template_code", ""))
        template = next((one for one in reply_templates.templates() if one.code == code), None)
        typed = request.POST.dict()
        if template is None:
            return self.case_page(
                request, case, typed={"draft": typed}, refusals=["ひな形を選んでください。"]
            )
        written = typed.get("text", "").strip()
        text = reply_templates.text_from_template(template, case)
        typed["text"] = f"{written}\n\n{text}" if written else text
        return self.case_page(
            request,
            case,
            typed={"draft": typed},
            told=f"ひな形「{template.title}」を入れました。まだ保存していません。",
        )

    def _checked_proposal(self, request, case: Consultation) -> TemplateResponse:
        """Mark what looks personal in a proposal before it is stored."""
        if not request.user.has_perm("consultations.propose_publication"):
            raise PermissionDenied
        typed = request.POST.dict()
        found = sum(field["count"] for field in marked_fields(typed, known_words(case)))
        told = (
            f"個人が分かるおそれのある箇所が{found}か所あります。下の色付きの箇所を確かめてください。"
            if found
            else "個人が分かりそうな箇所は見つかりませんでした。それでも、読んで確かめてください。"
        )
        return self.case_page(request, case, typed={"propose": typed}, told=told)

    def contact_view(self, request, pk: int):
        """Show the contact once it was asked for, and note who asked."""
        case = self.case_or_404(request, pk)
        if request.method != "POST":
            # Here leads the login after a session has ended: nothing was done, the case is shown.
            return HttpResponseRedirect(case.get_absolute_url())
        if not request.user.has_perm("consultations.view_contact_of_consultation"):
            raise PermissionDenied(MAY_NOT_SEE_CONTACT)
        contact = getattr(case, "contact", None)
        if contact is None:
            raise Http404
        note_access(request, what=AccessKind.PERSONAL_DATA, about=case.number, page="連絡先")
        return self.case_page(request, case, contact=contact)

    def file_view(self, request, pk: int, file: int):
        """Give a file of a case as a download, and note who took it."""
        case = self.case_or_404(request, pk)
        row = Attachment.objects.filter(consultation=case, pk=file).first()
        if row is None:
            raise Http404
        note_access(
            request,
            what=AccessKind.ATTACHMENT,
            about=case.number,
            number=row.pk,
            sha256=row.sha256,
        )
        try:
            return attachments.download_response(
                row.stored_name, display_name=row.display_name, content_type=row.content_type
            )
        except attachments.NoSuchFileError as gone:
            raise Http404 from gone
