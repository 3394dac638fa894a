"""What a ward office begins with: its practice, the papers it asks for, and known rates."""

from datetime import date

from django.db import migrations

from wards.fixtures_reader import read_fixture

FIRST_DAY = date(2011, 4, 1)


def add_practice(apps, schema_editor):
    first = read_fixture("councils.json")
    CouncilPractice = apps.get_model("councils", "CouncilPractice")
    CouncilPractice.objects.get_or_create(
        valid_from=FIRST_DAY, defaults={"source": first["practice"]["source"]}
    )
    FilingRule = apps.get_model("councils", "FilingRule")
    for row in first["filing_rules"]:
        FilingRule.objects.get_or_create(
            kind=row["kind"],
            valid_from=FIRST_DAY,
            defaults={
                "due_month": row["month"],
                "due_day": row["day"],
                "after_the_year": row.get("after_the_year", False),
                "source": first["filing_source"],
            },
        )


def leave_them(apps, schema_editor):
    """Their tables go with the migration before."""


class Migration(migrations.Migration):
    dependencies = [("councils", "0001_initial"), ("council_city", "0002_first_sets")]
    operations = [migrations.RunPython(add_practice, leave_them)]
