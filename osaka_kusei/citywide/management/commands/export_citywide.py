"""Write a city-wide report into a file."""

import errno
import os
import secrets
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from osaka_kusei.citywide.arguments import policy_year
from osaka_kusei.citywide.exports import FORMATS, REPORTS, Download, export

REASONS = {
    errno.ENOENT: "フォルダーがありません",
    errno.ENOTDIR: "フォルダーではないものが途中にあります",
    errno.EACCES: "書き込む権限がありません",
    errno.EPERM: "書き込む権限がありません",
    errno.EROFS: "読み取り専用です",
    errno.ENOSPC: "空き容量がありません",
    errno.ENAMETOOLONG: "名前が長すぎます",
}


class Command(BaseCommand):
    """Reads only. The file appears whole or not at all.

    CSV is UTF-8 without BOM, lines end with LF: scripts read it. xlsx of table1 and table2 is the
    公表用 book, with `--machine-readable` the plain one; xlsx of results is always plain.
    """

    help = "Export results, table1 or table2 of a fiscal year as CSV or xlsx."

    def add_arguments(self, parser):
        parser.add_argument("report", help="、".join(REPORTS))
        parser.add_argument("--fiscal-year", required=True, help="such as 2016 or H28")
        parser.add_argument("--format", required=True, help="、".join(FORMATS))
        parser.add_argument("--output", required=True, help="a path, or - for standard output")
        parser.add_argument(
            "--machine-readable",
            action="store_true",
            help="xlsx with one header row and no layout, instead of the 公表用 book",
        )

    def handle(self, *args, report, fiscal_year, format, output, machine_readable, **options):
        _refuse_unless_known("表", report, REPORTS)
        _refuse_unless_known("形式", format, FORMATS)
        connection.set_schema_to_public()
        download = export(
            report,
            policy_year(fiscal_year),
            format,
            for_print=not machine_readable,
            for_excel=False,
        )
        if output == "-":
            for chunk in download.chunks:
                sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
            self.stderr.write(f"{report} {download.rows}行")
            return
        _write_whole(download, Path(output))
        self.stdout.write(f"{report} {download.rows}行を {output} に書きました。")


def _refuse_unless_known(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise CommandError(
            f"「{given[:40]}」という{what}はありません。{'、'.join(known)}のどれかを指定してください。"
        )


def _write_whole(download: Download, path: Path) -> None:
    """Write beside the target and rename, so that nobody ever reads half a file."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        if path.exists() and not path.is_file():
            raise CommandError(f"{path} に書けません（ファイルではありません）。")
        try:
            with draft.open("xb") as file:
                for chunk in download.chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as problem:
        reason = REASONS.get(problem.errno or 0, problem.strerror)
        raise CommandError(f"{path} に書けません（{reason}）。") from problem
