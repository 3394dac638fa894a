"""Load policies, indicators and evaluation rules."""

from django.core.management.base import BaseCommand

from kpis.catalog.services import load_catalogue
from wards.fixtures_reader import read_fixture


class Command(BaseCommand):
    """Idempotent: the published definitions are written over what stands there."""

    help = "Load the policy, its 17 indicators and its evaluation rules."

    def handle(self, *args, **options):
        counts = load_catalogue(
            read_fixture("seed_tables.json")["report_h28"], read_fixture("decided_rules.json")
        )
        self.stdout.write(
            "基本方針 {policies}件、成果指標 {indicators}件、判定の基準 {rules}件".format(**counts)
        )
