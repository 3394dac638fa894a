"""他の区からの引継ぎ: what waits at this ward's door, to be taken over or given back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse

from consultations.admin import columns
from consultations.admin.reading import note_numbers
from consultations.city.models import Referral, ReferralFile
from consultations.models import Category
from consultations.services import referrals
from wards import clock
from wards.attachments import content_response
from wards.desk.choices import AccessKind
from wards.desk.services import note_access

MAY_NOT_SEE = "あなたの役割では、他の区からの引継ぎを見られません。"


class ReferralPages:
    """Mixin for the admin of cases: `referrals/` and what is done with each."""

    def get_urls(self):
        """Add the inbox."""
        wrap = self.admin_site.admin_view
        base = "consultations_consultation_referral"
        return [
            path("referrals/", wrap(self.referrals_view), name=f"{base}s"),
            path("referrals/<uuid:pk>/", wrap(self.referral_view), name=base),
            path(
                "referrals/<uuid:pk>/files/<int:number>/",
                wrap(self.referral_file_view),
                name=f"{base}_file",
            ),
            *super().get_urls(),
        ]

    def _referrals(self):
        return Referral.objects.filter(to_ward=connection.tenant, bureau=None).select_related(
            "from_ward"
        )

    def referrals_view(self, request, *, refused=None, status: int = 200):
        """List what waits, the earliest due day first, and what was decided lately."""
        if not request.user.has_perm("consultations.view_all_consultations"):
            raise PermissionDenied(MAY_NOT_SEE)
        today = clock.today()
        # Of a ward's referrals only these wait: what a ward accepts is a case of its own at once.
        waiting = list(self._referrals().filter(state=Referral.State.SENT))
        for referral in waiting:
            referral.due_words = columns.words_left(referral.due_on, today)
            referral.is_late = referral.due_on < today
            referral.files_along = referral.files.defer("content")
            referral.days_open = columns.open_days_left(today, referral.due_on)
        note_numbers(
            request,
            page="他の区からの引継ぎ",
            numbers=(referral.receipt_number for referral in waiting),
        )
        decided = self._referrals().exclude(state=Referral.State.SENT).order_by("-decided_at")
        context = {
            "title": "他の区からの引継ぎ",
            "waiting": waiting,
            "decided": decided[:20],
            "categories": Category.objects.live(today),
            "may_decide": request.user.has_perm("consultations.hand_over_consultation"),
            "refused": refused or {},
        }
        return self.page(request, "admin/consultations/referrals.html", **context)

    def referral_file_view(self, request, pk, number: int):
        """Return a picture or paper that came along, to judge by before it is taken over."""
        if not request.user.has_perm("consultations.view_all_consultations"):
            raise PermissionDenied(MAY_NOT_SEE)
        file = ReferralFile.objects.filter(
            referral__in=self._referrals().filter(pk=pk), pk=number
        ).first()
        if file is None:
            raise Http404
        note_access(
            request,
            what=AccessKind.ATTACHMENT,
            about=file.referral.receipt_number,
            file=file.display_name,
        )
        return content_response(
            bytes(file.content), display_name=file.display_name, content_type=file.content_type
        )

    def referral_view(self, request, pk):
        """Take one over under a category of this ward, or give it back with the reason."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm("consultations.view_all_consultations"):
            raise PermissionDenied(MAY_NOT_SEE)
        referral = self._referrals().filter(pk=pk).first()
        if referral is None:
            raise Http404
        try:
            if "accept" in request.POST:
                code = request.POST.get("category", "")
                category = (
                    Category.objects.live(clock.today()).filter(code=code[:40]).first()
                    if code.isascii()
                    else None
                )
                if category is None:
                    raise ValidationError("この区での分野を選んでください。")
                case = referrals.accept_referral_as_ward(referral, category, actor=request.user)
                messages.success(
                    request,
                    f"{referral.receipt_number}を{case.number}として引き受けました。期限は変わりません。",
                )
                return HttpResponseRedirect(case.get_absolute_url())
            referrals.return_referral(
                referral, actor=request.user, reason=request.POST.get("reason", "")
            )
        except ValidationError as refusal:
            refused = {
                "pk": referral.pk,
                "reasons": refusal.messages,
                "reason": request.POST.get("reason", ""),
            }
            return self.referrals_view(request, refused=refused)
        messages.success(request, f"{referral.receipt_number}を{referral.from_ward}に返しました。")
        return HttpResponseRedirect(reverse("admin:consultations_consultation_referrals"))
