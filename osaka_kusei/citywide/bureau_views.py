"""Staff pages of a bureau: the list of its referrals, and one of them to answer, accept or return."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from consultations.city.models import Referral, ReferralFile
from consultations.services.referrals import (
    LONGEST_ANSWER,
    LONGEST_REASON,
    accept_referral_as_bureau,
    answer_referral,
    return_referral,
)
from osaka_kusei.citywide.bureau_desk import (
    ANSWER_PERMISSION,
    FILTERS,
    PERMISSION,
    filtered,
    line_of,
    own_bureaus,
    own_referrals,
)
from osaka_kusei.citywide.collecting import ask_to_collect
from wards import clock
from wards.attachments import content_response
from wards.desk.choices import AccessKind
from wards.desk.services import note_access
from wards.list_pages import page_of
from wards.sites import city_site

PER_PAGE = 25
NO_BUREAU = "あなたの所属に、局が登録されていません。運用管理者に「所属と役割」の「局」を登録してもらってください。"
DONE = {
    "accept": "引き受けました。区の画面にも表示されます。",
    "answer": "回答しました。区の画面に回答が表示され、区が本人に答えます。",
    "return": "区に返しました。理由が区の画面に表示されます。",
}


def _require_bureau(request) -> None:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    if not own_bureaus(request.user):
        raise PermissionDenied(NO_BUREAU)


@require_safe
def referrals(request) -> TemplateResponse:
    """List the referrals to the person's own bureau: what waits first, by due day."""
    _require_bureau(request)
    key = request.GET.get("state") or "waiting"
    if key not in FILTERS:
        raise Http404("この条件の一覧はありません。")
    page = page_of(request, filtered(request.user, key), PER_PAGE)
    today = clock.today()
    return city_site.page(
        request,
        "admin/citywide/referrals.html",
        title="局への引継ぎ",
        filters=[(name, label, name == key) for name, (label, _) in FILTERS.items()],
        key=key,
        key_label=FILTERS[key][0],
        page=page,
        lines=[line_of(referral, today) for referral in page.object_list],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def referral(request, pk) -> TemplateResponse | HttpResponseRedirect:
    """Show what a ward asks, and take the bureau's answer, acceptance or return."""
    _require_bureau(request)
    found = own_referrals(request.user).filter(pk=pk).first()
    if found is None:
        # Another bureau's referral is as unknown here as one that never was.
        raise Http404
    faults: list[str] = []
    step = request.POST.get("step", "")
    if request.method == "POST":
        if step not in DONE:
            raise Http404
        try:
            _do(found, step, request)
        except ValidationError as refusal:
            faults = refusal.messages
            found.refresh_from_db()
        else:
            messages.success(request, DONE[step])
            return HttpResponseRedirect(reverse("citywide_referral", args=[found.pk]))
    # Whatever is answered here shows the text of a citizen, also beside a refusal (C58).
    _note(request, AccessKind.PERSONAL_DATA, found)
    return city_site.page(
        request,
        "admin/citywide/referral.html",
        title=f"局への引継ぎ：{found.receipt_number}",
        referral=found,
        line=line_of(found, clock.today()),
        files=found.files.defer("content"),
        is_waiting=found.state in (Referral.State.SENT, Referral.State.ACCEPTED),
        is_new=found.state == Referral.State.SENT,
        may_answer=request.user.has_perm(ANSWER_PERMISSION),
        step=step,
        faults=faults,
        typed=request.POST.get("text", ""),
        longest_answer=LONGEST_ANSWER,
        longest_reason=LONGEST_REASON,
    )


@require_safe
def referral_file(request, pk, number: int) -> FileResponse:
    """Return a picture or paper that came along with a referral to the person's own bureau."""
    _require_bureau(request)
    file = (
        ReferralFile.objects.filter(
            referral__in=own_referrals(request.user).filter(pk=pk), pk=number
        )
        .select_related("referral__bureau")
        .first()
    )
    if file is None:
        raise Http404
    _note(request, AccessKind.ATTACHMENT, file.referral, number=file.pk, sha256=file.sha256)
    return content_response(
        bytes(file.content), display_name=file.display_name, content_type=file.content_type
    )


def _note(request, what: AccessKind, referral: Referral, **more) -> None:
    note_access(
        request,
        what=what,
        about=referral.receipt_number,
        page="局への引継ぎ",
        bureau=str(referral.bureau),
        **more,
    )


def _do(found: Referral, step: str, request) -> None:
    text = request.POST.get("text", "")
    if step == "accept":
        accept_referral_as_bureau(found, actor=request.user)
    elif step == "answer":
        answer_referral(found, actor=request.user, text=text)
    else:
        return_referral(found, actor=request.user, reason=text)
    # The ward's page has it in a moment; the sweep of every half minute makes up for a lost wake-up.
    ask_to_collect()
