"""Texts to begin an answer with, in our own words and in やさしい日本語; the city may change each."""

from django.db import migrations

from wards.fixtures_reader import read_fixture


def add_templates(apps, schema_editor):
    CityReplyTemplate = apps.get_model("consultation_city", "CityReplyTemplate")
    for row in read_fixture("reply_templates.json"):
        CityReplyTemplate.objects.get_or_create(
            code=row["code"],
            defaults={name: row[name] for name in ("title", "body", "plain_body")},
        )


def remove_templates(apps, schema_editor):
    apps.get_model("consultation_city", "CityReplyTemplate").objects.filter(
        code__in=[row["code"] for row in read_fixture("reply_templates.json")]
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("consultation_city", "0002_first_rules")]
    operations = [migrations.RunPython(add_templates, remove_templates)]
