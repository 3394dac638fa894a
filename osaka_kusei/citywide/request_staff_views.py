"""Staff pages of 要請・提案 on the city's host: the list, and one of them with its steps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from councils.city.models import BureauRequest, RequestState
from councils.city.services import bureau_requests as service
from councils.city.services.bureau_requests import ANSWER, ASSIGN, PUBLISH
from osaka_kusei.citywide import request_forms
from osaka_kusei.citywide.bureau_desk import own_bureaus
from osaka_kusei.citywide.bureau_views import NO_BUREAU
from osaka_kusei.citywide.request_desk import (
    PERMISSION,
    Narrowed,
    line_of,
    oversees,
    visible_requests,
)
from wards import clock
from wards.access import may
from wards.desk.noted_files import noted_file, refuse_too_many
from wards.desk.pages.steps import reasons_not_taken
from wards.history import changes_of
from wards.list_pages import page_of
from wards.sites import city_site
from wards.wareki import wareki

PER_PAGE: Final = 25
TITLE: Final = "要請・提案"
HEADINGS: Final = (
    "区", "種類", "意見の番号", "件名", "内容", "出した日", "回答の期限", "残り", "段階", "状態", "担当局",
    "担当局を決めた日", "対応区分", "局の回答", "局が答えた日", "市民局の調整・補足", "公表した日",
    "返した・取り下げた理由",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can be done: its words, its form, what stands against it, and its service."""

    label: str
    intro: str
    form: type[request_forms.RequestForm]
    permission: str
    against: Callable[[BureauRequest], list[str]]
    do: Callable[[BureauRequest, dict, Any], object]
    done: str
    # The state in which it is what comes next, and so stands open.
    next_in: RequestState | None = None


STEPS: Final = {
    "assign": Step(
        "担当局を決める",
        "担当局は1つだけです。局が答える前なら、変えられます。期限は延びません。",
        request_forms.AssignForm,
        ASSIGN,
        service.reasons_not_to_assign,
        lambda one, data, actor: service.assign_request(one, data["bureau"], actor=actor),
        "担当局を決めました。区の画面にも表示されます。",
        next_in=RequestState.SENT,
    ),
    "return": Step(
        "区に返す",
        "局に求める内容ではないときなどに返します。返すと、この要請・提案は終わります。",
        request_forms.ReturnForm,
        ASSIGN,
        service.reasons_not_to_return,
        lambda one, data, actor: service.return_request(one, reason=data["reason"], actor=actor),
        "区に返しました。理由が区の画面に表示されます。",
    ),
    "answer": Step(
        "回答する",
        "公表されるまでは、書き直せます。",
        request_forms.AnswerForm,
        ANSWER,
        service.reasons_not_to_answer,
        lambda one, data, actor: service.answer_request(
            one, answer_class=data["answer_class"], text=data["text"], actor=actor
        ),
        "回答しました。市民局が取りまとめて公表します。",
        next_in=RequestState.ASSIGNED,
    ),
    "publish": Step(
        "公表する",
        "公表すると、回答は書き直せません。",
        request_forms.PublishForm,
        PUBLISH,
        service.reasons_not_to_publish,
        lambda one, data, actor: service.publish_request(
            one, coordination=data["coordination"], actor=actor, seen=data["seen"]
        ),
        "公表しました。区の画面と、市の「要請・提案」のページに表示されます。",
        next_in=RequestState.ANSWERED,
    ),
    "send_back": Step(
        "局に戻す",
        "回答をもう一度考えてもらうときに戻します。局の文章は残ります。",
        request_forms.SendBackForm,
        PUBLISH,
        service.reasons_not_to_send_back,
        lambda one, data, actor: service.send_back_to_bureau(
            one, reason=data["reason"], actor=actor
        ),
        "局に戻しました。理由が局の画面に表示されます。",
    ),
}


def _require_place(request) -> None:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    if not oversees(request.user) and not own_bureaus(request.user):
        raise PermissionDenied(NO_BUREAU)


@require_safe
def bureau_requests(request) -> HttpResponseBase:
    """List the requests that a person may see, or give the list as a file."""
    _require_place(request)
    narrowed = Narrowed(request.GET, request.user)
    if (kind := request.GET.get("format")) is not None:
        return _file(request, narrowed, kind)
    page = page_of(request, narrowed.rows, PER_PAGE)
    return city_site.page(
        request,
        "admin/citywide/bureau_requests.html",
        title=TITLE,
        narrowed=narrowed,
        page=page,
        lines=[line_of(one, narrowed.today) for one in page.object_list],
    )


def _file(request, narrowed: Narrowed, kind: str) -> HttpResponseBase:
    rows = narrowed.rows
    refuse_too_many(rows.count())
    return noted_file(
        request,
        kind=kind,
        name=f"bureau-requests-{narrowed.today:%Y%m%d}",
        headings=HEADINGS,
        rows=(_cells(one, narrowed.today) for one in rows.iterator()),
        about=TITLE,
    )


def _cells(one: BureauRequest, today) -> list:
    standing = line_of(one, today).standing
    return [
        one.from_ward.name, one.get_kind_display(), one.opinion_label, one.title, one.text,
        one.sent_on, one.due_on, standing.left, standing.rung, one.get_state_display(),
        one.bureau.name if one.bureau else "", one.assigned_on, one.get_answer_class_display(),
        one.answer, one.answered_on, one.coordination, one.published_on, one.closing_reason,
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def bureau_request(request, pk) -> HttpResponseBase:
    """Show what a ward asks, how its clock stands and what comes next; take a step."""
    _require_place(request)
    found = _found_or_404(request, pk)
    refused: dict = {}
    refusals: list[str] = []
    if request.method == "POST":
        code = request.POST.get("step", "")
        if code not in STEPS:
            raise Http404
        step = STEPS[code]
        may(request.user, step.permission)
        form = step.form(request.POST, about=found, auto_id=f"{code}-%s")
        try:
            refusals = _take(step, found, form, request.user)
        except ValidationError as refusal:
            refusals = refusal.messages
        if not refusals:
            messages.success(request, step.done)
            return HttpResponseRedirect(reverse("citywide_bureau_request", args=[found.pk]))
        refused[code] = form
        # As it stands now: somebody else may have moved it meanwhile.
        found = _found_or_404(request, pk)
    return _page(request, found, refused, refusals)


def _found_or_404(request, pk) -> BureauRequest:
    found = visible_requests(request.user).filter(pk=pk).first()
    if found is None:
        # Another bureau's request is as unknown here as one that never was.
        raise Http404("この番号の要請・提案はありません。")
    return found


def _take(step: Step, found: BureauRequest, form, user) -> list[str]:
    """Take a step; return why it was not taken. What no longer fits is said before what is typed."""
    if against := step.against(found):
        return against
    if not form.is_valid():
        return reasons_not_taken(form)
    step.do(found, form.cleaned_data, user)
    return []


def _page(request, found: BureauRequest, refused: dict, refusals: list[str]) -> HttpResponseBase:
    changes = changes_of(found)
    last_change = max((change.number for change in changes), default=0)
    return city_site.page(
        request,
        "admin/citywide/bureau_request.html",
        title=f"{TITLE}：{found.title}",
        one=found,
        line=line_of(found, clock.today()),
        ladder=_ladder(found),
        steps=_steps(request.user, found, refused, last_change),
        changes=changes,
        refusals=refusals,
        public_url=reverse("city:request", args=[found.pk])
        if found.state == RequestState.PUBLISHED
        else "",
    )


def _steps(user, found: BureauRequest, refused: dict, last_change: int) -> list[dict]:
    """Return the steps that the person's role may take; what has ended offers none."""
    if not found.is_waiting:
        return []
    offered = []
    for code, step in STEPS.items():
        if not user.has_perm(step.permission):
            continue
        if code == "answer" and found.bureau_id not in own_bureaus(user):
            continue
        against = step.against(found)
        if against and code not in refused:
            continue
        form = refused.get(code) or step.form(about=found, auto_id=f"{code}-%s")
        if not form.is_bound and "seen" in form.fields:
            form.initial["seen"] = last_change
        offered.append(
            {
                "code": code,
                "label": step.label,
                "intro": step.intro,
                "against": against,
                "form": form,
                "is_next": step.next_in == found.state,
                "is_open": code in refused or step.next_in == found.state,
            }
        )
    return sorted(offered, key=lambda one: not one["is_next"])


def _ladder(found: BureauRequest) -> list[str]:
    """Explain the due day and the ladder by the request's rule, in sentences."""
    rule = found.rule
    return [
        f"区が出した日は{wareki(found.sent_on)}です。この日は数えません。",
        f"「{rule.name}」により、{rule.days}日後（暦日）の{wareki(found.due_on)}が期限です。",
        f"期限の{rule.remind_before}日前から「期限が近い」、期限から{rule.bureau_after}日で担当局が確かめる段階、"
        f"{rule.city_after}日で市民局が促す段階、{rule.ward_after}日で区に遅れを知らせる段階です。",
        f"根拠：{rule.source}",
    ]
