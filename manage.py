#!/usr/bin/env python3
"""Run a management command of the portal."""

import os
import sys

# Commands that create or change tables, schemas and database roles, and the one that deletes
# history. They log in as `portal_owner`; everything else logs in as `portal_app`, which owns nothing.
OWNER_COMMANDS = {
    "create_wards",
    "makemigrations",
    "migrate",
    "migrate_schemas",
    "purge",
    "showmigrations",
    "sync_roles",
}


def main() -> None:
    """Choose the database login by the command, then hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osaka_kusei.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ["PORTAL_DATABASE_LOGIN"] = "owner"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
