"""Make what every test worker begins with: the test database, and a copy of it with the demo.

`./dev test` runs this once while the checks run, and then copies the server's data for the second
worker: wards and demo take two minutes of work, which both workers would do each for themselves.

    python -m tests.prepare FOLDER      the demo's files go into the folder
"""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osaka_kusei.settings_test")
django.setup()

from django.conf import settings  # noqa: E402

from tests.conftest import copy_database, load_demo, make_database  # noqa: E402


def main() -> None:
    """Make both databases on the server that the environment names."""
    name = settings.DATABASES["default"]["NAME"]
    make_database(name)
    copy_database(name, f"{name}_site")
    load_demo(f"{name}_site", Path(sys.argv[1]))


main()
