"""Fill one machine with made-up people, sample results and made-up cases."""

import os
from pathlib import Path
from unicodedata import east_asian_width

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from kpis.catalog.models import Indicator
from osaka_kusei.citywide.demo import DemoAccount, hire_demo_people
from osaka_kusei.citywide.demo_cases import load_demo_cases
from osaka_kusei.citywide.demo_councils import load_demo_councils
from osaka_kusei.citywide.demo_forum import load_demo_forum
from osaka_kusei.citywide.demo_results import load_demo_results
from osaka_kusei.citywide.demo_socialbiz import load_demo_socialbiz
from osaka_kusei.citywide.demo_ward_offices import set_up_demo_ward_offices
from wards.models import Role


class Command(BaseCommand):
    """Idempotent: only what is missing is made; whoever changed a demo value keeps the change.

    Runs as `portal_app`: it may do what the portal itself may, and nothing more.
    """

    help = "Load demo people, results and cases (only where PORTAL_LOCAL is set)."

    def add_arguments(self, parser):
        parser.add_argument(
            "--seed", type=int, default=1, help="varies the made-up values of the open year"
        )

    def handle(self, *args, seed, **options):
        if not settings.PORTAL_LOCAL:
            raise CommandError(
                "見本のデータは、./dev up で始めた1台のコンピューターでだけ使えます。"
            )
        connection.set_schema_to_public()
        if not Indicator.objects.exists():
            raise CommandError("指標がありません。先に load_catalogue を実行してください。")
        given = os.environ.get("PORTAL_DEMO_ACCOUNTS_PATH", "").strip()
        try:
            with transaction.atomic():
                hired = hire_demo_people(Path(given) if given else None)
                new, before = load_demo_results(seed)
                set_up_demo_ward_offices()
                cases = load_demo_cases(seed)
                councils = load_demo_councils(seed)
                forum = load_demo_forum(seed)
                register = load_demo_socialbiz()
        except ValidationError as problem:
            raise CommandError("\n".join(problem.messages)) from problem
        except OSError as problem:
            raise CommandError(
                f"見本の職員の一覧を {given} に書けません（{problem.strerror}）。"
            ) from problem
        if hired.made or hired.renewed:
            self._print_table([*hired.made, *hired.renewed])
        if hired.renewed:
            self.stdout.write(
                f"パスワードの控えがなかった {len(hired.renewed)}名に、新しいものを付けました。"
            )
        self.stdout.write(f"見本の職員 新規 {len(hired.made)}名・既存 {hired.existing}名")
        self.stdout.write(f"見本の実績 新規 {new}件・既存 {before}件")
        self.stdout.write(f"見本の相談・要望 新規 {cases.new}件・既存 {cases.existing}件")
        self.stdout.write(f"見本の協議会 新規 {councils.new}件・既存 {councils.existing}件")
        self.stdout.write(f"見本の区政会議 新規 {forum.new}回・既存 {forum.existing}回")
        self.stdout.write(
            f"見本のCB/SBと社会的ビジネス 新規 {register.new}件・既存 {register.existing}件"
        )
        for host, number, passphrase in cases.to_look_up:
            self.stdout.write(f"{host} で照会できる例：受付番号 {number}　合言葉 {passphrase}")
        self.stdout.write("どの事業所がどの区を担当するかは見本で、事実ではありません。")
        self.stdout.write(
            "協議会・区政会議・社会的ビジネスの人・団体・意見・契約・金額は見本で、事実ではありません。"
        )

    def _print_table(self, accounts: list[DemoAccount]) -> None:
        rows = [("ホスト", "メールアドレス", "役割", "パスワード")]
        rows += [(a.host, a.email, Role(a.role).label, a.password) for a in accounts]
        widths = [max(_columns(row[i]) for row in rows) for i in range(3)]
        for row in rows:
            cells = [
                text + " " * (width - _columns(text))
                for text, width in zip(row, widths, strict=False)
            ]
            self.stdout.write("  ".join([*cells, row[3]]))


def _columns(text: str) -> int:
    """Count the columns a text takes on a terminal: a kanji takes two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
