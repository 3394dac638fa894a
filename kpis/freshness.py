"""How old the judgements on a page are, and whether a ward's night failed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max, Q

from kpis.jobs import RECOMPUTE

STALE_AFTER: Final = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Run:
    """When a ward's judgements were last computed, and when a run last failed for good."""

    slug: str
    ward: str
    done_at: datetime | None
    failed_at: datetime | None

    @property
    def has_failed(self) -> bool:
        """Say whether the latest ended run of the ward is a failed one."""
        if self.failed_at is None:
            return False
        return self.done_at is None or self.failed_at > self.done_at


@dataclass(frozen=True, slots=True)
class Freshness:
    """The stamp 「算定 …」 of a page: its oldest part counts."""

    as_of: datetime | None
    stale: tuple[str, ...]
    failed: tuple[str, ...]


def freshness(runs: Iterable[Run], now: datetime) -> Freshness:
    """Name the wards older than 26 hours and those whose last run failed; never computed is stale."""
    runs = list(runs)
    moments = [run.done_at for run in runs if run.done_at is not None]
    return Freshness(
        as_of=min(moments, default=None),
        stale=tuple(
            run.ward for run in runs if run.done_at is None or now - run.done_at > STALE_AFTER
        ),
        failed=tuple(run.ward for run in runs if run.has_failed),
    )


def last_runs(wards) -> list[Run]:
    """Ask once for the last good and the last failed recompute of each ward of the queryset.

    Only a run of all years counts: one year judged by hand says nothing about the others.
    """
    nightly = Q(jobs__name=RECOMPUTE, jobs__key="")
    found = wards.annotate(
        done_at=Max("jobs__last_done_at", filter=nightly),
        failed_at=Max("jobs__finished_at", filter=nightly & ~Q(jobs__error="")),
    )
    return [Run(ward.slug, ward.name, ward.done_at, ward.failed_at) for ward in found]
