"""The app of wards and people."""

from django.apps import AppConfig


class WardsConfig(AppConfig):
    """Wards, people and their memberships: the app that every other one may import."""

    name = "wards"
    verbose_name = "区と職員"

    def ready(self) -> None:
        """Let pgtrigger and django-tenants agree on how migrations are written.

        pgtrigger replaces the autodetector of Django's own commands; django-tenants' command keeps
        the old one, and Django 5.2 then refuses to start (commands.E001).
        """
        from django.core.management.commands import makemigrations
        from django_tenants.management.commands import migrate_schemas

        migrate_schemas.MigrateSchemasCommand.autodetector = makemigrations.Command.autodetector

        from wards import checks  # noqa: F401  registers the system checks
