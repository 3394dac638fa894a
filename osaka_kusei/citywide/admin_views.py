"""Staff pages of 本庁 that look over all wards: review, run log, downloads."""

import hashlib
import uuid
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpis.catalog.models import EvaluationRule, Indicator, Policy
from kpis.jobs import RECOMPUTE
from kpis.presentation import scale_of
from kpis.reviewing import REVIEW_MOVES, REVIEW_PERMISSION
from osaka_kusei.citywide import exports
from osaka_kusei.citywide.results import fiscal_years
from osaka_kusei.citywide.review_requests import ask_wards, recent_requests, requests_with_key
from osaka_kusei.citywide.reviewing import (
    MARKS,
    WardProgress,
    entry_matrix,
    entry_rows,
    state_counts,
)
from osaka_kusei.citywide.run_log import nightly_runs, nights, other_runs
from wards import clock
from wards.addresses import address_at
from wards.desk.choices import AccessKind
from wards.desk.services import note_access
from wards.fiscal_year import fiscal_year_from_text, fiscal_year_label
from wards.jobs import ask_for, wake_workers
from wards.models import Job, Ward
from wards.sites import city_site

READING_PERMISSION = "kpi_catalog.view_cityresult"
EXPORT_PERMISSION = "kpi_catalog.export_citywide"
RUN_LOG_PERMISSION = "wards.view_job"
RUN_PERMISSION = "wards.run_job"

# Report and kind → the function that makes the file, and how the page offers it.
DOWNLOADS = {
    ("table1", "xlsx"): (exports.table1_xlsx, "公表用 Excel"),
    ("table1", "csv"): (exports.table1_csv, "CSV"),
    ("table1", "data-xlsx"): (exports.table1_data_xlsx, "集計用 Excel"),
    ("table2", "xlsx"): (exports.table2_xlsx, "公表用 Excel"),
    ("table2", "csv"): (exports.table2_csv, "CSV"),
    ("table2", "data-xlsx"): (exports.table2_data_xlsx, "集計用 Excel"),
    ("results", "xlsx"): (exports.results_xlsx, "集計用 Excel"),
    ("results", "csv"): (exports.results_csv, "CSV"),
}
REPORTS = {
    "table1": ("表1　取組の実施状況", "成果指標ごとに、取組状況別の区の数を数えた表です。"),
    "table2": (
        "表2　成果目標値達成に向けた進捗状況",
        "成果指標ごとに、{scale.on_track_label}・達成・{scale.not_on_track_label}区の数を数えた表です。",
    ),
    "results": (
        "実績一覧",
        "24区と全市の実績を1件1行に並べた表です。提出前の値は、未入力として並びます。",
    ),
}


def _require(request, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def default_fiscal_year() -> int | None:
    """Return the year people are working on: the latest of a policy that has begun."""
    years = fiscal_years()
    return max(Policy.objects.begun(clock.today()), default=years[0] if years else None)


def _chosen_year(request) -> int | None:
    given = request.POST.get("fiscal_year") or request.GET.get("fiscal_year")
    if given is None:
        return default_fiscal_year()
    try:
        year = fiscal_year_from_text(given)
    except ValueError as problem:
        raise Http404(str(problem)) from problem
    if year not in fiscal_years():
        raise Http404("この年度の基本方針はありません。")
    return year


def _years(chosen: int | None) -> dict:
    return {"fiscal_year": chosen, "fiscal_years": fiscal_years()}


@require_http_methods(["GET", "HEAD", "POST"])
def review(request) -> TemplateResponse | HttpResponseRedirect:
    """Show where 24 × 17 results stand; take the city's request to move them."""
    _require(request, READING_PERMISSION)
    fiscal_year = _chosen_year(request)
    if request.method == "POST":
        return _ask(request, fiscal_year, request.POST.getlist("ward"), reverse("citywide_review"))
    lines = entry_matrix(fiscal_year) if fiscal_year else []
    return city_site.page(
        request,
        "admin/citywide/review.html",
        title="区の実績の確認",
        indicators=list(Indicator.objects.for_fiscal_year(fiscal_year)) if fiscal_year else [],
        lines=[
            {"line": line, "public": address_at(request, line.slug, _public_path(fiscal_year))}
            for line in lines
        ],
        legend=_legend(lines),
        complete=sum(line.is_complete for line in lines),
        may_review=request.user.has_perm(REVIEW_PERMISSION),
        **_years(fiscal_year),
        **_asking(request),
    )


def _public_path(fiscal_year: int) -> str:
    return f"/kpis/?fiscal_year={fiscal_year}"


def _legend(lines: list[WardProgress]) -> list[dict]:
    counts = state_counts(lines)
    return [{"mark": mark, "count": counts[state]} for state, mark in MARKS.items()]


def _asking(request) -> dict:
    """Return what the form of a request needs, and what became of the last one."""
    asked = requests_with_key(request.GET.get("request", "")[:60])
    return {
        "moves": REVIEW_MOVES,
        "token": uuid.uuid4().hex,
        "requests": asked,
        "is_waiting": any(one.is_open for one in asked),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def review_ward(request, slug: str) -> TemplateResponse | HttpResponseRedirect:
    """Show a ward's results as the city reads them before it confirms."""
    _require(request, READING_PERMISSION)
    ward = Ward.objects.in_official_order().filter(slug=slug).first()
    fiscal_year = _chosen_year(request)
    if ward is None or fiscal_year is None:
        raise Http404("この区の実績はありません。")
    address = reverse("citywide_review_ward", args=[slug])
    if request.method == "POST":
        return _ask(request, fiscal_year, [slug], address)
    wards = list(Ward.objects.in_official_order())
    here = [one.slug for one in wards].index(slug)
    return city_site.page(
        request,
        "admin/citywide/review_ward.html",
        title=f"{ward}の実績の確認",
        reviewed_ward=ward,
        rows=entry_rows(slug, fiscal_year),
        public=address_at(request, slug, _public_path(fiscal_year)),
        previous_ward=wards[here - 1] if here else None,
        next_ward=wards[here + 1] if here + 1 < len(wards) else None,
        may_review=request.user.has_perm(REVIEW_PERMISSION),
        recent=recent_requests(slug),
        **_years(fiscal_year),
        **_asking(request),
    )


def _ask(request, fiscal_year: int | None, slugs: list[str], address: str) -> HttpResponseRedirect:
    """Leave the request for the wards' workers and lead to the page that tells how it ends."""
    _require(request, REVIEW_PERMISSION)
    move = request.POST.get("move", "")
    codes = [code for code in request.POST.getlist("indicator") if code]
    reason = request.POST.get("reason", "")
    query = {"fiscal_year": fiscal_year}
    known = set(Indicator.objects.for_fiscal_year(fiscal_year).values_list("code", flat=True))
    try:
        if reasons := _faults_of_scope(request.POST.get("scope"), codes):
            raise ValidationError(reasons)
        if not set(codes) <= known:
            raise ValidationError(["この年度にない成果指標が選ばれています。"])
        ask_wards(
            move,
            slugs=slugs,
            fiscal_year=fiscal_year,
            indicators=codes,
            reason=reason,
            actor=request.user,
            key=(key := _request_key(request, move, fiscal_year, slugs, codes, reason)),
        )
    except ValidationError as refusal:
        for message in refusal.messages:
            messages.error(request, message)
    else:
        query["request"] = key
    return HttpResponseRedirect(f"{address}?{urlencode(query)}")


def _faults_of_scope(scope: str | None, codes: list[str]) -> list[str]:
    """List what is unclear about the extent; who ticked indicators never moves a whole ward."""
    if scope not in {"all", "chosen"}:
        return ["対象を選んでください。"]
    if scope == "chosen" and not codes:
        return ["成果指標を選ぶか、「すべての成果指標」を選んでください。"]
    if scope == "all" and codes:
        return [
            "表で成果指標を選んでいますが、対象は「すべての成果指標」です。"
            "「表で選んだ成果指標だけ」を選ぶか、表の選択を外してください。"
        ]
    return []


def _request_key(request, move, fiscal_year, slugs, codes, reason) -> str:
    """Name the request: a second click is the same one, another wish on the same page is not."""
    wish = [move, str(fiscal_year), *slugs, "|", *codes, reason]
    parts = [request.POST.get("token", "")[:64], *wish]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


@require_safe
def run_log(request) -> TemplateResponse:
    """Show whether every ward's night ended well."""
    _require(request, RUN_LOG_PERMISSION)
    today = clock.today()
    try:
        day = date.fromisoformat(request.GET.get("day", today.isoformat()))
    except ValueError as problem:
        raise Http404("この日の記録はありません。") from problem
    fortnight = nights(today)
    if day not in {night.day for night in fortnight}:
        raise Http404("記録は15日分です。")
    return city_site.page(
        request,
        "admin/citywide/run_log.html",
        title="夜間処理の記録",
        day=day,
        is_today=day == today,
        nights=fortnight,
        night=next(night for night in fortnight if night.day == day),
        runs=nightly_runs(day),
        others=other_runs(day),
        may_run=request.user.has_perm(RUN_PERMISSION) and day == today,
        may_see_details=request.user.has_perm(RUN_PERMISSION),
    )


@require_POST
def run_again(request) -> HttpResponseRedirect:
    """Ask for a ward's run of today once more."""
    _require(request, RUN_PERMISSION)
    ward = Ward.objects.filter(slug=request.POST.get("ward", "")).first()
    if ward is None:
        raise Http404("この区はありません。")
    row = ask_for(ward, RECOMPUTE, day=clock.today(), actor=request.user, again=True)
    office = "本庁" if ward.is_headquarters else ward.name
    if row.state == Job.State.RUNNING:
        messages.warning(request, f"{office}の処理は、いま実行中です。")
    else:
        wake_workers(row)
        messages.success(request, f"{office}の処理を、もう一度始めます。")
    return HttpResponseRedirect(reverse("citywide_run_log"))


@require_safe
def downloads(request) -> TemplateResponse:
    """Offer the reports of a year as files."""
    _require(request, EXPORT_PERMISSION)
    fiscal_year = _chosen_year(request)
    scale = scale_of(EvaluationRule.objects.filter(fiscal_year=fiscal_year).first())
    return city_site.page(
        request,
        "admin/citywide/downloads.html",
        title="ファイルの書き出し",
        reports=[
            {
                "code": code,
                "title": title,
                "about": about.format(scale=scale),
                "files": [
                    {"kind": kind, "label": label}
                    for (report, kind), (_, label) in DOWNLOADS.items()
                    if report == code
                ],
            }
            for code, (title, about) in REPORTS.items()
        ],
        **_years(fiscal_year),
    )


@require_safe
def download(request, report: str, kind: str) -> StreamingHttpResponse:
    """Give a report as a file, and note who took it."""
    _require(request, EXPORT_PERMISSION)
    if (report, kind) not in DOWNLOADS:
        raise Http404("このファイルはありません。")
    fiscal_year = _chosen_year(request)
    if fiscal_year is None:
        raise Http404("基本方針がありません。")
    make, _ = DOWNLOADS[report, kind]
    file = make(fiscal_year)
    note_access(
        request,
        what=AccessKind.EXPORT,
        about=f"{REPORTS[report][0]}（{fiscal_year_label(fiscal_year)}）",
        rows=file.rows,
        format=kind,
    )
    return StreamingHttpResponse(
        file.chunks,
        content_type=file.content_type,
        headers={"Content-Disposition": f'attachment; filename="{file.filename}"'},
    )
