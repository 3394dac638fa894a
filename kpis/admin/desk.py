"""「わたしの仕事」: the start page of a ward's staff, in words and by person."""

from dataclasses import dataclass

from django.db import connection
from django.urls import reverse

from kpis.admin import waiting
from kpis.freshness import STALE_AFTER, last_runs
from kpis.models import Result
from wards import clock
from wards.fiscal_year import fiscal_year_label
from wards.models import Ward

# Permission, what `waiting` counts, the sentence, the filter of the list, and how pressing it is.
KINDS_OF_WORK = (
    (
        "kpis.change_result",
        "sent_back",
        "{}の実績が差し戻されています。理由を読んで直し、もう一度提出してください。",
        {"state": "sent_back"},
        "bad",
    ),
    (
        "kpis.confirm_result",
        "to_confirm",
        "{}の実績が提出され、あなたの確認を待っています。",
        {"state": "submitted"},
        "warn",
    ),
    (
        "kpis.change_result",
        "to_enter",
        "{}の実績が未入力です。",
        {"state": "draft", "missing": "yes"},
        "warn",
    ),
    (
        "kpis.submit_result",
        "to_submit",
        "{}の実績が入力済みで、提出を待っています。",
        {"state": "draft", "missing": "no"},
        "info",
    ),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: how many, what, where, and how pressing it is."""

    count: int
    text: str
    url: str
    tone: str = "info"


@dataclass(frozen=True, slots=True)
class Stamp:
    """How fresh the judgements are: when they were made, and what is wrong, if anything."""

    at: object
    warning: str = ""


def my_work(request) -> tuple[str, dict] | None:
    """Collect what waits for the person, the state of the years, and the stamp."""
    user = request.user
    if not user.has_perm("kpis.view_result"):
        return None
    years = waiting.counts_by_year()
    context = {
        "below": "admin/kpis/my_years.html",
        "steps": _steps(years, user),
        "sent_back": _sent_back(user),
        "years": years,
        "year_to_open": (
            waiting.year_to_open(clock.today(), [row["fiscal_year"] for row in years])
            if user.has_perm("kpis.change_result")
            else None
        ),
        "stamp": last_stamp(),
        "has_work": any(user.has_perm(permission) for permission, *_ in KINDS_OF_WORK),
        "may_recompute": user.has_perm("kpis.recompute_result"),
        "may_change": user.has_perm("kpis.change_result"),
        "may_import": user.has_perm("kpis.import_result"),
    }
    return "admin/kpis/my_work.html", context


def list_url(fiscal_year: int, **filters) -> str:
    """Return the address of the list of results of a year, filtered."""
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    address = f"{reverse('admin:kpis_result_changelist')}?fiscal_year={fiscal_year}"
    return f"{address}&{query}" if query else address


def _steps(years: list[dict], user) -> list[Step]:
    """List what waits for the person: sent back first, then what only they can confirm."""
    return [
        Step(
            counts[kind],
            text.format(fiscal_year_label(counts["fiscal_year"])),
            list_url(counts["fiscal_year"], **filters),
            tone,
        )
        for permission, kind, text, filters, tone in KINDS_OF_WORK
        if user.has_perm(permission)
        for counts in years
        if counts[kind]
    ]


def _sent_back(user) -> list[Result]:
    """Return what was sent back, with reasons, for those who can mend it."""
    if not user.has_perm("kpis.change_result"):
        return []
    return list(
        Result.objects.with_indicator()
        .filter(waiting.SENT_BACK)
        .order_by("-fiscal_year", "indicator__number")[:10]
    )


def last_stamp() -> Stamp:
    """Say when the ward's results were last judged, and warn when that is old or went wrong."""
    (run,) = last_runs(Ward.objects.filter(pk=connection.tenant.pk))
    done = run.done_at
    if run.has_failed:
        return Stamp(done, "直近の算定が失敗しました。表示している判定は、それより前のものです。")
    if done is None:
        return Stamp(None, "まだ一度も算定していません。")
    if clock.now() - done > STALE_AFTER:
        return Stamp(done, "最後の算定から26時間を超えています。夜間の算定が動いていません。")
    return Stamp(done)
