"""What a ward office begins with: a practice by which it can set up its 区政会議."""

from datetime import date

from django.db import migrations

CITY_RULES = (
    "区政会議の運営の基本となる事項に関する条例（平成25年条例第53号）。定数などは、区の要綱の値を登録するまでの仮の値です。"
)


def add_practice(apps, schema_editor):
    practice = apps.get_model("ward_forum", "ForumPractice")
    if not practice.objects.exists():
        practice.objects.create(
            valid_from=date(2013, 4, 1), contact="区役所 区政会議の担当", source=CITY_RULES
        )


def leave_them(apps, schema_editor):
    """Its table goes with the migration before."""


class Migration(migrations.Migration):
    dependencies = [("ward_forum", "0001_initial")]

    operations = [migrations.RunPython(add_practice, leave_them)]
