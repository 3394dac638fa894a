"""「わたしの仕事」 of 本庁: what waits for 市民局, and what for the operators."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from kpis.catalog.city_entry import city_results
from kpis.choices import EntryState
from kpis.reviewing import REVIEW_PERMISSION
from osaka_kusei.citywide import admin_views
from osaka_kusei.citywide.consultation_figures import figures_of
from osaka_kusei.citywide.consultation_reading import Asked, read_figures
from osaka_kusei.citywide.reviewing import WardProgress, entry_matrix
from osaka_kusei.citywide.run_log import failed_tonight
from wards import clock
from wards.fiscal_year import fiscal_year_label, fiscal_year_of
from wards.models import Membership, User, Ward

CASES_PERMISSION: Final = "consultation_city.view_deadlinerule"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: how many of what, in a sentence, and where."""

    count: int
    unit: str
    text: str
    url: str
    tone: str = "info"


def _names(lines: list[WardProgress], most: int = 4) -> str:
    names = "、".join(line.ward for line in lines[:most])
    return f"{names}など" if len(lines) > most else names


def city_work(request) -> tuple[str, dict] | None:
    """Collect what waits for 市民局: wards to confirm, the city's own results, failed nights."""
    user = request.user
    if not user.has_perm(admin_views.READING_PERMISSION):
        return None
    fiscal_year = admin_views.default_fiscal_year()
    if fiscal_year is None:
        return "admin/citywide/city_work.html", {"steps": _failed(user)}
    lines = entry_matrix(fiscal_year)
    review = f"{reverse('citywide_review')}?fiscal_year={fiscal_year}"
    called = fiscal_year_label(fiscal_year)
    steps = _failed(user)
    if user.has_perm(REVIEW_PERMISSION):
        waiting = [line for line in lines if line.waiting]
        confirmed = [line for line in lines if line.confirmed]
        steps += [
            Step(
                sum(line.waiting for line in waiting),
                "件",
                f"{called}の実績が、市としての確認を待っています（{_names(waiting)}）。",
                review,
                "warn",
            ),
            Step(
                sum(line.confirmed for line in confirmed),
                "件",
                f"{called}の実績が、確定を待っています（{_names(confirmed)}）。",
                review,
            ),
        ]
    if user.has_perm("kpi_catalog.change_cityresult"):
        steps += _citys_own(fiscal_year)
    nothing = [line for line in lines if not line.handed_in]
    context = {
        "steps": [step for step in steps if step.count],
        "called": called,
        "review": review,
        "groups": [
            ("すべて提出した区", [line for line in lines if line.is_complete]),
            (
                "一部を提出した区",
                [line for line in lines if line.handed_in and not line.is_complete],
            ),
            ("まだ何も提出していない区", nothing),
        ],
        "may_review": user.has_perm(REVIEW_PERMISSION),
        "fiscal_year": fiscal_year,
    }
    return "admin/citywide/city_work.html", context


def city_cases(request) -> tuple[str, dict] | None:
    """Show how 相談・要望 stand in the 24 wards, and where the city sets their rules."""
    user = request.user
    if not user.has_perm(CASES_PERMISSION):
        return None
    today = clock.today()
    fiscal_year = fiscal_year_of(today)
    rows, _ = read_figures(Asked(fiscal_year, "ward", today))
    of_year = [row for row in rows if not row.is_previous_year]
    late = Counter({row.slug: 0 for row in of_year})
    for row in of_year:
        late[row.slug] += row.overdue
    wards = Ward.objects.in_official_order().filter(slug__in=[s for s, n in late.items() if n])
    context = {
        "called": fiscal_year_label(fiscal_year),
        "fiscal_year": fiscal_year,
        "figures": figures_of(of_year),
        "late": [(ward, late[ward.slug]) for ward in wards],
        "rules": [
            (label, reverse(f"admin:consultation_city_{model}_changelist"))
            for label, model in (
                ("回答期限のルール", "deadlinerule"),
                ("回答のひな形（全市）", "cityreplytemplate"),
                ("保存期間の区分", "retentionclass"),
            )
            if user.has_perm(f"consultation_city.view_{model}")
        ],
    }
    return "admin/citywide/city_cases.html", context


def _citys_own(fiscal_year: int) -> list[Step]:
    rows = [row for row in city_results() if row.fiscal_year == fiscal_year]
    called = fiscal_year_label(fiscal_year)
    address = reverse("admin:kpi_catalog_cityresult_changelist")
    missing = sum(not row.has_entry for row in rows)
    unfinished = sum(row.has_entry and row.state != EntryState.FINAL for row in rows)
    return [
        Step(missing, "件", f"{called}の全市の実績が未入力です。", address, "warn"),
        Step(unfinished, "件", f"{called}の全市の実績が、提出または確定を待っています。", address),
    ]


def _failed(user) -> list[Step]:
    if not user.has_perm(admin_views.RUN_LOG_PERMISSION):
        return []
    failed = failed_tonight()
    if not failed:
        return []
    return [
        Step(
            len(failed),
            "か所",
            f"今日の夜間処理が失敗しています（{'、'.join(failed[:4])}）。",
            reverse("citywide_run_log"),
            "bad",
        )
    ]


def operators_work(request) -> tuple[str, dict] | None:
    """Collect what an operator looks after: people, their roles, and the nights."""
    user = request.user
    if not user.has_perm("wards.change_user"):
        return None
    today = clock.today()
    holding = Membership.objects.in_force(today).values("user_id")
    without = User.objects.filter(is_active=True).exclude(pk__in=holding).count()
    context = {
        "steps": [
            step
            for step in [
                *_failed(user),
                Step(
                    without,
                    "名",
                    "有効な職員に、今日の所属がありません。所属を登録するか、無効にしてください。",
                    reverse("admin:wards_user_changelist") + "?is_active__exact=1&ward=none",
                    "warn",
                ),
            ]
            if step.count
        ],
        "active": User.objects.filter(is_active=True).count(),
        "inactive": User.objects.filter(is_active=False).count(),
    }
    return "admin/citywide/operators_work.html", context
