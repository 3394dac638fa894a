"""Judge the results again, now."""

import logging
import time

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from kpis.jobs import RECOMPUTE
from osaka_kusei.citywide.arguments import policy_year, ward_named
from wards import clock
from wards.jobs import ask_for, do_in_its_ward, send_wake_up
from wards.models import Job, Ward

logger = logging.getLogger(__name__)

WAITS_SECONDS = 120
LOOKS_EVERY_SECONDS = 0.25


class Command(BaseCommand):
    """Idempotent: the same input gives the same judgements, in one job row per ward and day.

    A ward that fails is named and the others finish; the exit status is then 1. It works here, or
    with `--through-worker` in the worker, as at night.
    """

    help = "Recompute 進捗率 and 判定 of all wards and of the city's own results."

    def add_arguments(self, parser):
        parser.add_argument("--ward", help="one ward's slug, or osaka for the city's own results")
        parser.add_argument("--fiscal-year", help="store this fiscal year only, such as 2016")
        parser.add_argument(
            "--through-worker",
            action="store_true",
            help=f"let the worker do it and wait for it, {WAITS_SECONDS} seconds at most",
        )

    def handle(self, *args, ward, fiscal_year, through_worker, **options):
        connection.set_schema_to_public()
        wards = [ward_named(ward)] if ward else list(Ward.objects.order_by("order"))
        year = policy_year(fiscal_year) if fiscal_year else None
        rows = [self._ask(ward, year) for ward in wards]
        broken = set()
        if through_worker:
            self._wake(rows)
        else:
            broken = self._work(rows)
        self._report(self._wait(rows, broken))

    def _ask(self, ward: Ward, fiscal_year: int | None) -> Job:
        # The night's row holds all years; one year alone is work of its own.
        one_year = fiscal_year is not None
        return ask_for(
            ward,
            RECOMPUTE,
            day=clock.today(),
            key=f"fiscal_year={fiscal_year}" if one_year else "",
            arguments={"fiscal_year": fiscal_year} if one_year else {},
            again=True,
        )

    def _work(self, rows: list[Job]) -> set[int]:
        """Do the rows one after another; return the keys of those that failed."""
        broken = set()
        for row in rows:
            try:
                do_in_its_ward(row)
            except Exception:
                # One ward's failure must not stop the next; the row keeps the reason.
                logger.exception("Recompute of %s failed.", row.ward.schema_name)
                broken.add(row.pk)
        return broken

    def _wake(self, rows: list[Job]) -> None:
        for row in rows:
            if not send_wake_up(row.ward.schema_name, row.pk):
                raise CommandError(
                    "ブローカーに接続できないため、処理を始められませんでした。"
                    "処理は登録してあり、接続が戻れば自動で実行されます。"
                )

    def _wait(self, rows: list[Job], broken: set[int]) -> list[Job]:
        """Wait until every row has ended or failed once; return the rows as they stand then.

        Here too another worker may hold a row, since the sweep offers it to all.
        """
        keys = [row.pk for row in rows]
        deadline = time.monotonic() + WAITS_SECONDS
        while True:
            rows = list(Job.objects.filter(pk__in=keys).select_related("ward").order_by("ward"))
            if (
                all(row.pk in broken or _has_ended(row) for row in rows)
                or time.monotonic() > deadline
            ):
                return rows
            time.sleep(LOOKS_EVERY_SECONDS)

    def _report(self, rows: list[Job]) -> None:
        done = [row for row in rows if row.state == Job.State.DONE]
        for row in rows:
            self.stdout.write(f"{row.ward}　{_outcome(row)}")
        judged = sum(row.result.get("rows", 0) for row in done)
        changed = sum(row.rows_changed or 0 for row in done)
        self.stdout.write(
            f"合計　{len(rows)}件のうち{len(done)}件完了、実績 {judged}行（変更 {changed}行）"
        )
        if failed := [str(row.ward) for row in rows if row not in done]:
            raise CommandError(
                f"{'、'.join(failed)}の算定が終わっていません。ほかは終わっています。"
                if done
                else f"{'、'.join(failed)}の算定が終わっていません。"
            )


def _has_ended(row: Job) -> bool:
    """Say whether nothing more is to be awaited: done, given up, or put off after a failure."""
    return row.state in {Job.State.DONE, Job.State.FAILED} or bool(row.error)


def _outcome(row: Job) -> str:
    if row.state == Job.State.DONE:
        return f"{row.result.get('rows', 0)}行（変更 {row.rows_changed or 0}行）"
    if row.error:
        return f"失敗：{row.error}"
    return f"{row.get_state_display()}のまま時間が過ぎました"
