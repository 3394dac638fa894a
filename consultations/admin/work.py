"""「わたしの仕事」 of 相談・要望: what waits for this person, overdue first, each with its list."""

import re

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from consultations.admin import columns
from consultations.admin.filters import has_undelivered_reply, offices_of, sections_of
from consultations.case_states import OPEN
from consultations.choices import CaseState, PublicationState
from consultations.city.models import Referral
from consultations.models import Consultation, Handover, Publication
from wards import clock
from wards.desk.choices import NoticeKind
from wards.desk.models import Notice

MOST_SHOWN = 20
PRESSING = ("bad", "warn", "info")


def my_cases(request) -> tuple[str, dict] | None:
    """Collect what waits for the person: counts with their lists, and their own most urgent cases."""
    user = request.user
    if not user.has_perm("consultations.view_consultation"):
        return None
    today = clock.today()
    offices = offices_of(user)
    is_open = Q(state__in=OPEN)
    in_charge = user.has_perm("consultations.change_consultation")
    sections = sections_of(user) if in_charge else []
    handed = Handover.objects.waiting().filter(consultation=OuterRef("pk"), office__in=offices)
    visible = Consultation.objects.visible_to(user)
    counts = visible.aggregate(
        mine=Count("pk", filter=is_open & Q(assignee=user)),
        mine_late=Count("pk", filter=is_open & Q(assignee=user, due_on__lt=today)),
        unassigned=Count("pk", filter=is_open & Q(section__in=sections, assignee=None)),
        to_decide=Count("pk", filter=Q(state=CaseState.DRAFTED)),
        all_late=Count("pk", filter=is_open & Q(due_on__lt=today)),
        unrouted=Count("pk", filter=Q(state=CaseState.RECEIVED)),
    )
    counts["handed"] = visible.filter(Exists(handed)).count() if offices else 0
    counts["untold"] = (
        visible.filter(has_undelivered_reply(), assignee=user).count() if in_charge else 0
    )
    cases = list(_own_cases(visible, user)) if in_charge and counts["mine"] else []
    told = _notices_of(request, cases)
    context = {
        "steps": _steps(request, counts, in_charge=in_charge, has_office=bool(offices)),
        "cases": [
            {
                "case": case,
                "state": columns.state_badge(case.state),
                "due": columns.due_badge(case, today),
                "notices": told.get(case.get_absolute_url(), []),
            }
            for case in cases
        ],
        "more_cases": counts["mine"] - len(cases) if cases else 0,
        "may_add": user.has_perm("consultations.add_consultation"),
        "has_office": bool(offices),
    }
    return "admin/consultations/my_cases.html", context


def _own_cases(visible, user):
    """Return the person's own open cases, the longest overdue first."""
    return (
        visible.open()
        .filter(assignee=user)
        .with_names()
        .select_related("deadline_rule")
        .order_by("due_on", "pk")[:MOST_SHOWN]
    )


def _notices_of(request, cases) -> dict[str, list[tuple[str, int]]]:
    """Return what the person is told about the cases, so that each case stands on the page once.

    The row itself says who has the case and until when: such a notice is not repeated.
    """
    pages = {case.get_absolute_url(): case.number for case in cases}
    request.pages_told |= set(pages)
    told: dict[str, list[tuple[str, int]]] = {}
    if pages:
        said_by_row = (NoticeKind.ASSIGNED, NoticeKind.DUE_SOON, NoticeKind.OVERDUE)
        about = Notice.objects.open_for(request.user).filter(url__in=pages)
        for notice in about.exclude(kind__in=said_by_row):
            words = re.sub(r"^(の|が|について、)", "", notice.text.removeprefix(pages[notice.url]))
            told.setdefault(notice.url, []).append((words, notice.pk))
    return told


def _steps(request, counts: dict, *, in_charge: bool, has_office: bool) -> list[dict]:
    user = request.user
    cases = reverse("admin:consultations_consultation_changelist")
    steps = []

    def offer(count: int, text: str, url: str, tone: str) -> None:
        if count:
            steps.append({"count": count, "text": text, "url": url, "tone": tone})

    if in_charge:
        offer(
            counts["mine_late"],
            "あなたの担当で、回答期限を過ぎています。中間回答を送り、対応を急いでください。",
            f"{cases}?mine=me&due=overdue",
            "bad",
        )
        offer(
            counts["untold"],
            "あなたの担当で、決裁した回答がまだ本人に届いていません。電話・郵便・窓口で伝えてください。",
            f"{cases}?mine=me&reply=undelivered",
            "bad",
        )
    if has_office:
        offer(
            counts["handed"],
            "あなたの事業所に引き継がれ、返事を待っています。",
            f"{cases}?office=mine",
            "warn",
        )
    if user.has_perm("consultations.approve_reply"):
        offer(
            counts["to_decide"],
            "回答案が、あなたの決裁を待っています。",
            f"{cases}?state=drafted",
            "warn",
        )
        offer(
            counts["all_late"],
            "区全体で、回答期限を過ぎています。",
            f"{cases}?due=overdue",
            "bad",
        )
    if user.has_perm("consultations.confirm_publication"):
        waiting = (
            Publication.objects.filter(state=PublicationState.PROPOSED)
            .exclude(proposed_by=user)
            .count()
        )
        offer(
            waiting,
            "公表案が、あなたの確認を待っています。",
            f"{cases}?publication=to_confirm",
            "info",
        )
    if in_charge:
        offer(
            counts["unassigned"],
            "あなたの課に、担当者の決まっていない案件があります。",
            f"{cases}?mine=section_none&state=open",
            "warn",
        )
    if user.has_perm("consultations.route_consultation"):
        offer(
            counts["unrouted"],
            "受け持つ課が決まっていません。振り分けてください。",
            f"{cases}?state=received",
            "warn",
        )
        referrals = Referral.objects.filter(
            to_ward=request.ward, bureau=None, state=Referral.State.SENT
        ).count()
        offer(
            referrals,
            "他の区からの引継ぎが届いています。",
            reverse("admin:consultations_consultation_referrals"),
            "warn",
        )
    if in_charge:
        offer(
            counts["mine"] - counts["mine_late"],
            "あなたの担当で、期限内に対応中です。",
            f"{cases}?mine=me&due=in_time",
            "info",
        )
    return sorted(steps, key=lambda step: PRESSING.index(step["tone"]))
