"""The first rule of the clock of 要請・提案: the documents ask for answers and name no length, so it is ours."""

from datetime import date

from django.db import migrations


def add_rule(apps, schema_editor):
    apps.get_model("council_city", "RequestRule").objects.get_or_create(
        valid_from=date(2012, 8, 1),
        defaults={
            "name": "要請・提案の標準の期限",
            "days": 30,
            "remind_before": 7,
            "bureau_after": 0,
            "city_after": 3,
            "ward_after": 7,
            "source": "「区政運営基本方針」2-⑨は担当局の明確化と公表を定める。日数の定めはないため、ポータルの標準の値。",
        },
    )


def leave_it(apps, schema_editor):
    """Its table goes with the migration before; requests may point at it until then."""


class Migration(migrations.Migration):
    dependencies = [("council_city", "0003_bureau_requests")]

    operations = [migrations.RunPython(add_rule, leave_it)]
