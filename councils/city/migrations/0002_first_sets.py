"""The two sets of requirements that were in force: that of 2011 and that of 2013."""

from django.db import migrations

from wards.fixtures_reader import read_fixture


def add_sets(apps, schema_editor):
    RequirementSet = apps.get_model("council_city", "RequirementSet")
    Requirement = apps.get_model("council_city", "Requirement")
    for row in read_fixture("councils.json")["requirement_sets"]:
        known, created = RequirementSet.objects.get_or_create(
            code=row["code"],
            defaults={name: row[name] for name in ("name", "valid_from", "valid_to", "source")},
        )
        if created:
            for order, requirement in enumerate(row["requirements"], start=1):
                Requirement.objects.create(requirement_set=known, order=order, **requirement)


def leave_them(apps, schema_editor):
    """Their tables go with the migration before; applications may point at them until then."""


class Migration(migrations.Migration):
    dependencies = [("council_city", "0001_initial")]
    operations = [migrations.RunPython(add_sets, leave_them)]
