"""Dispose of cases whose time of keeping is over, and names that 区政会議 needs no more."""

import logging
from datetime import date, timedelta

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from consultations.services.keeping import Due, dispose, due_for_disposal
from councils.forum.services.observers import erase_observers, observers_to_erase
from councils.forum.services.recruitment import applications_to_erase, erase_applications
from osaka_kusei.citywide.arguments import ward_named
from osaka_kusei.citywide.writing import inside_ward
from wards import clock
from wards.models import Ward

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Idempotent: what is gone is not due again. Each case goes by itself, wholly or not at all.

    Logs in as the owner (manage.py): a ward's own role cannot delete history. Says nothing of what
    was in a case: number, category, days and the certificate.
    """

    help = "Delete text, files and history of cases whose time is over, and leave a certificate."

    def add_arguments(self, parser):
        parser.add_argument("--as-of", required=True, help="the day, such as 2031-04-01")
        parser.add_argument("--dry-run", action="store_true", help="only list what is due")
        parser.add_argument("--ward", help="one ward's slug, such as kita")

    def handle(self, *args, as_of, dry_run, ward, **options):
        day = _day(as_of, only_looks=dry_run)
        connection.set_schema_to_public()
        wards = [ward_named(ward)] if ward else list(Ward.objects.in_official_order())
        due = disposed = held = erased = observers = 0
        failed: list[str] = []
        for office in wards:
            if office.is_headquarters:
                raise CommandError("本庁には案件がありません。区の略称を指定してください。")
            with inside_ward(office):
                for found in list(due_for_disposal(day)):
                    due += 1
                    if found.reasons:
                        held += 1
                        self.stdout.write(f"{_line(found)}　残します：{_why_kept(found)}")
                    elif dry_run:
                        self.stdout.write(f"{_line(found)}　廃棄できます")
                    elif self._dispose(found, day):
                        disposed += 1
                    else:
                        failed.append(found.consultation.number)
                a_year_ago = day - timedelta(days=365)
                erased += (
                    applications_to_erase(a_year_ago).count()
                    if dry_run
                    else erase_applications(a_year_ago)
                )
                observers += (
                    observers_to_erase(a_year_ago).count()
                    if dry_run
                    else erase_observers(a_year_ago)
                )
        if erased or observers:
            self.stdout.write(
                f"個人情報を{'消せるもの' if dry_run else '消したもの'}"
                f"　公募の応募 {erased}件、傍聴者の氏名 {observers}件"
            )
        self.stdout.write(
            f"廃棄の時期 {due}件、残すもの {held}件、"
            + ("廃棄できるもの" if dry_run else "廃棄したもの")
            + f" {due - held if dry_run else disposed}件"
        )
        if failed:
            raise CommandError(f"{'、'.join(failed)}を廃棄できませんでした。ほかは終わっています。")

    def _dispose(self, found: Due, day: date) -> bool:
        """Dispose of one case and print its certificate; return False when it could not be."""
        try:
            certificate = dispose(found.consultation, as_of=day)
        except Exception as problem:  # noqa: BLE001  one case that cannot go stops no other
            # PostgreSQL repeats a row in its errors: only the kind of fault is told.
            logger.error("A case could not be disposed of: %s", type(problem).__name__)
            return False
        self.stdout.write(
            f"{_line(found)}　廃棄しました：証明 {certificate.pk}"
            f"（{certificate.retention_name}、添付 {certificate.files}件）"
        )
        return True


def _day(text: str, *, only_looks: bool) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as problem:
        raise CommandError("--as-of は 2031-04-01 のように指定してください。") from problem
    if day > clock.today() and not only_looks:
        raise CommandError(
            "まだ来ていない日では廃棄できません。--dry-run を付けると一覧だけ見られます。"
        )
    return day


def _line(found: Due) -> str:
    case = found.consultation
    return f"{case.number}　{case.category.name}　終了 {case.closed_on}　廃棄の初日 {found.due_on}"


def _why_kept(found: Due) -> str:
    """Say why a case is kept; the words of a hold were typed by people and may name somebody."""
    held = "保存の指定があります（理由は案件の画面にあります）。"
    words = [held if text.startswith("保存の指定") else text for text in found.reasons]
    return "".join(words)
