"""What the categories stand for, in the languages of the citizen's form."""

from django.db import migrations

from wards.fixtures_reader import read_fixture


def add_descriptions(apps, schema_editor):
    Category = apps.get_model("consultations", "Category")
    for row in read_fixture("consultation_categories.json"):
        # A ward that has written its own description keeps it.
        Category.objects.filter(
            code=row["code"], description=row["description"], descriptions={}
        ).update(descriptions=row.get("descriptions", {}))


def leave_them(apps, schema_editor):
    """The column goes with the migration before."""


class Migration(migrations.Migration):
    dependencies = [("consultations", "0030_categories_described_in_seven_languages")]
    operations = [migrations.RunPython(add_descriptions, leave_them)]
