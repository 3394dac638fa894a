"""Make or update the public schema and the 24 wards."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from wards.fixtures_reader import read_fixture
from wards.models import Ward
from wards.provisioning import migrate_public_schema, provision

HEADQUARTERS = {
    "slug": "osaka",
    "name": "大阪市",
    "kana": "おおさかし",
    "romaji": "Osaka City",
    "code5": "27100",
    "code6": "271004",
    "order": 0,
}


class Command(BaseCommand):
    """Idempotent: what exists is brought up to date, nothing is lost."""

    help = "Create or update the public schema and the 24 ward schemas."

    def add_arguments(self, parser):
        parser.add_argument("--only", help="slugs of wards, separated by commas")

    def handle(self, *args, only=None, **options):
        migrate_public_schema(self.stdout.write)
        created = self._write_rows()
        wards = Ward.objects.in_official_order()
        if only:
            wards = wards.filter(slug__in=only.split(","))
            if unknown := set(only.split(",")) - {ward.slug for ward in wards}:
                raise CommandError(f"区「{'、'.join(sorted(unknown))}」はありません。")
        provision(list(wards), self.stdout.write)
        self.stdout.write(f"本庁と区 {Ward.objects.count()}件（うち新規 {created}件）")

    @transaction.atomic
    def _write_rows(self) -> int:
        created = 0
        rows = [("public", HEADQUARTERS)]
        for ward in read_fixture("wards.json")["wards"]:
            fields = {
                key: ward[key]
                for key in ("slug", "name", "kana", "romaji", "code5", "code6", "order")
            }
            rows.append((ward["slug"], fields))
        for schema_name, fields in rows:
            _, is_new = Ward.objects.update_or_create(schema_name=schema_name, defaults=fields)
            created += is_new
        return created
