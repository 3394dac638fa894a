"""Send the mail that waits in the wards' outboxes, now."""

import logging

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from osaka_kusei.citywide.arguments import ward_named
from wards.desk.relay import NO_MAIL_SERVER, Relayed, mail_is_set_up, relay_in_its_ward
from wards.models import Ward

logger = logging.getLogger(__name__)

# Enough for any outbox; mail that falls due meanwhile is left to the next run.
LIMIT = 100_000


class Command(BaseCommand):
    """Idempotent: what is sent is not sent again, and a mail that a worker holds is left to it.

    A ward that fails is named and the others are done; the exit status is 1 when something could
    not be sent.
    """

    help = "Send what is due in the outboxes of all wards."

    def add_arguments(self, parser):
        parser.add_argument(
            "--once",
            action="store_true",
            required=True,
            help="go through the outboxes once and end; the worker does it all the time",
        )
        parser.add_argument("--ward", help="one ward's slug")

    def handle(self, *args, ward, **options):
        connection.set_schema_to_public()
        wards = [self._ward(ward)] if ward else list(Ward.objects.in_official_order())
        runs, broken = self._relay(wards)
        for office, run in runs:
            if run.tried or run.waiting:
                self.stdout.write(f"{office}　{_counts(run)}")
        total = Relayed(
            sent=sum(run.sent for _, run in runs),
            put_off=sum(run.put_off for _, run in runs),
            parked=sum(run.parked for _, run in runs),
            waiting=sum(run.waiting for _, run in runs),
        )
        self.stdout.write(f"合計　{len(wards)}区　{_counts(total)}")
        self._refuse_what_failed(runs, total, broken)

    def _ward(self, slug: str) -> Ward:
        ward = ward_named(slug)
        if ward.is_headquarters:
            raise CommandError("本庁には送信メールの箱がありません。区の略称を指定してください。")
        return ward

    def _relay(self, wards: list[Ward]) -> tuple[list[tuple[Ward, Relayed]], list[str]]:
        runs, broken = [], []
        for ward in wards:
            try:
                runs.append((ward, relay_in_its_ward(ward.schema_name, LIMIT)))
            except Exception:
                # One ward's failure must not stop the next.
                logger.exception("The outbox of %s could not be relayed.", ward.schema_name)
                broken.append(str(ward))
        return runs, broken

    def _refuse_what_failed(self, runs, total: Relayed, broken: list[str]) -> None:
        reasons = []
        if not mail_is_set_up():
            self.stdout.write(NO_MAIL_SERVER)
            if total.waiting:
                reasons.append(f"{NO_MAIL_SERVER}{total.waiting}件が送信待ちのまま残っています。")
        if any(run.server_away for _, run in runs):
            reasons.append("メールサーバーに接続できません。5分後にもう一度試します。")
        if failed := total.put_off + total.parked:
            reasons.append(f"{failed}件を送れませんでした。")
        if broken:
            reasons.append(f"{'、'.join(broken)}のメールを処理できませんでした。")
        if reasons:
            raise CommandError("".join(reasons))


def _counts(run: Relayed) -> str:
    return (
        f"送信 {run.sent}件、後で再送 {run.put_off}件、"
        f"送れず {run.parked}件、送信待ち {run.waiting}件"
    )
