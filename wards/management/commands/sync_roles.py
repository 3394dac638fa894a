"""Write roles.yaml into the database."""

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from wards.roles import all_roles


class Command(BaseCommand):
    """Idempotent: groups get exactly the permissions of the file, and others lose theirs."""

    help = "Make the roles of wards/roles.yaml the groups of the database."

    @transaction.atomic
    def handle(self, *args, **options):
        known = {
            f"{label}.{codename}": pk
            for pk, label, codename in Permission.objects.values_list(
                "pk", "content_type__app_label", "codename"
            )
        }
        changed = 0
        for role in all_roles().values():
            if unknown := sorted(role.permissions - known.keys()):
                raise CommandError(f"roles.yaml: {role.code}: unknown {', '.join(unknown)}")
            group, _ = Group.objects.get_or_create(name=role.code)
            wanted = {known[permission] for permission in role.permissions}
            present = set(group.permissions.values_list("pk", flat=True))
            if wanted != present:
                group.permissions.set(wanted)
                changed += 1
        gone, _ = Group.objects.exclude(name__in=all_roles()).delete()
        self.stdout.write(f"役割 {len(all_roles())}件（変更 {changed}件、削除 {gone}件）")
