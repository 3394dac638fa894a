"""The rule of 14 days and the six classes of keeping, as the city publishes them."""

from datetime import date

from django.db import migrations

CLASSES = (("30年", 30), ("10年", 10), ("5年", 5), ("3年", 3), ("1年", 1), ("1年未満", 0))


def add_rules(apps, schema_editor):
    DeadlineRule = apps.get_model("consultation_city", "DeadlineRule")
    RetentionClass = apps.get_model("consultation_city", "RetentionClass")
    DeadlineRule.objects.get_or_create(
        valid_from=date(2012, 10, 1),
        defaults={
            "name": "市民の声の回答期限（14日）",
            "days": 14,
            "remind_before": 3,
            "chief_after": 0,
            "head_after": 3,
            "mayor_after": 7,
            "source": "大阪市「市民の声」の取扱い（原則14日以内に回答または供覧、受付日は数えない）。知らせの日数は、このポータルの初期値です。",
        },
    )
    for name, years in CLASSES:
        RetentionClass.objects.get_or_create(years=years, defaults={"name": name})


def remove_rules(apps, schema_editor):
    apps.get_model("consultation_city", "DeadlineRule").objects.filter(
        valid_from=date(2012, 10, 1)
    ).delete()
    apps.get_model("consultation_city", "RetentionClass").objects.filter(
        years__in=[years for _, years in CLASSES]
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("consultation_city", "0001_initial")]
    operations = [migrations.RunPython(add_rules, remove_rules)]
