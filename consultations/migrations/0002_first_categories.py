"""What a ward office needs to take its first case: categories, and a 総合窓口 that takes them all."""

from datetime import date

from django.db import migrations

from wards.fixtures_reader import read_fixture

FIRST_DAY = date(2012, 10, 1)


def add_categories(apps, schema_editor):
    Category = apps.get_model("consultations", "Category")
    CategoryForm = apps.get_model("consultations", "CategoryForm")
    Section = apps.get_model("consultations", "Section")
    RetentionClass = apps.get_model("consultation_city", "RetentionClass")
    classes = dict(RetentionClass.objects.values_list("years", "pk"))
    for row in read_fixture("consultation_categories.json"):
        category, created = Category.objects.get_or_create(
            code=row["code"],
            defaults={
                "name": row["name"],
                "description": row["description"],
                "descriptions": row.get("descriptions", {}),
                "names": row["names"],
                "order": row["order"],
                "notice": row.get("notice", ""),
                "notices": row.get("notices", {}),
                "stop_answer": row.get("stop_answer", ""),
                "stop_answers": row.get("stop_answers", {}),
                "default_record_type": row.get("record_type", "citizen_voice"),
                "is_staff_only": row.get("staff_only", False),
                "is_publishable": row.get("publishable", True),
                "retention_id": classes[row["retention"]],
                "valid_from": FIRST_DAY,
            },
        )
        if created and row.get("questions"):
            CategoryForm.objects.create(
                category_id=category.pk,
                version=1,
                valid_from=FIRST_DAY,
                questions=row["questions"],
            )
    if not Section.objects.filter(is_front_desk=True).exists():
        Section.objects.create(code="front-desk", name="総合窓口", is_front_desk=True, order=10)


def leave_them(apps, schema_editor):
    """Their tables go with the migration before; cases may point at them until then."""


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0001_initial"),
        ("consultation_city", "0002_first_rules"),
    ]
    operations = [migrations.RunPython(add_categories, leave_them)]
