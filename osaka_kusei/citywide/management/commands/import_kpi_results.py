"""Take in a file of results of any wards and of the city."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, OperationalError

from kpis.catalog.models import CityResult
from kpis.importing import Counts, ImportRefused
from kpis.models import Result
from osaka_kusei.citywide.importing import import_results
from wards.spreadsheets import MOST_BYTES, read_lines, too_large
from wards.worksheets import FileError


class Command(BaseCommand):
    """Idempotent: a file taken in twice changes nothing the second time."""

    help = "Import results from a CSV or xlsx file; all of it, or nothing and every bad row."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")

    def handle(self, *args, file, dry_run, **options):
        try:
            imported = import_results(
                read_lines(self._content(Path(file)), name=file), dry_run=dry_run
            )
        except FileError as problem:
            raise CommandError(f"取り込みませんでした。{problem}") from problem
        except ImportRefused as refused:
            bad = len({problem.line for problem in refused.problems})
            lines = "\n".join(map(str, refused.problems))
            raise CommandError(
                f"取り込みませんでした。直す行が{bad:,}行あります。\n{lines}"
            ) from refused
        except (IntegrityError, OperationalError) as problem:
            raise CommandError(
                "取り込みませんでした。ほかの処理が同じ実績を変更しています。"
                "しばらくしてからやり直してください。"
            ) from problem
        counts = imported.counts
        self.stdout.write(f"区の実績：{counts[Result]}")
        self.stdout.write(f"全市の実績：{counts[CityResult]}")
        total = sum(counts.values(), Counts())
        self.stdout.write(f"合計：{total}")
        if imported.questions:
            self.stdout.write("次の行は、内容を確かめてください。")
            self.stdout.write("\n".join(map(str, imported.questions)))
        if dry_run:
            self.stdout.write("検査だけを行い、書き込んでいません。")
        elif total.new or total.changed:
            self.stdout.write("進捗率と判定は、recompute_progress か夜間の算定で更新されます。")

    def _content(self, path: Path) -> bytes:
        try:
            size = path.stat().st_size
            if size > MOST_BYTES:
                raise CommandError(f"取り込みませんでした。{too_large(size)}")
            return path.read_bytes()
        except FileNotFoundError as problem:
            raise CommandError(f"ファイル「{path}」がありません。") from problem
        except OSError as problem:
            raise CommandError(
                f"ファイル「{path}」を読めません。場所と読み取りの権限を確かめてください。"
            ) from problem
