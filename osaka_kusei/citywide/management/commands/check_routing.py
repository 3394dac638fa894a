"""Find the categories that would reach nobody today."""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from consultations.services.routing import gaps_of_routing
from osaka_kusei.citywide.arguments import ward_named
from osaka_kusei.citywide.writing import inside_ward
from wards import clock
from wards.models import Ward


class Command(BaseCommand):
    """Reads only. The exit status is 1 when any live category of any ward has a gap."""

    help = "Check that every live category of 相談・要望 reaches somebody today."

    def add_arguments(self, parser):
        parser.add_argument("--ward", help="one ward's slug, such as kita")

    def handle(self, *args, ward, **options):
        connection.set_schema_to_public()
        wards = [ward_named(ward)] if ward else list(Ward.objects.in_official_order())
        if any(office.is_headquarters for office in wards):
            raise CommandError("本庁には振分ルールがありません。区の略称を指定してください。")
        counts = {office: self._check(office) for office in wards}
        total = sum(counts.values())
        red = [office.name for office, count in counts.items() if count]
        self.stdout.write(f"{len(wards)}区を点検しました。届かない分野 {total}件（{len(red)}区）")
        if red:
            raise CommandError(
                f"{'、'.join(red)}に、だれにも届かない分野があります。"
                "課の職員と振分ルールを登録してください。"
            )

    def _check(self, office: Ward) -> int:
        """Print the ward's gaps, one line for each reason; return how many there are."""
        with inside_ward(office):
            gaps = [(gap.reason, gap.category.name) for gap in gaps_of_routing(clock.today())]
        by_reason: dict[str, list[str]] = {}
        for reason, category in gaps:
            by_reason.setdefault(reason, []).append(category)
        for reason, categories in by_reason.items():
            self.stdout.write(f"{office.name}　{'、'.join(categories)}：{reason}")
        return len(gaps)
