"""Settings of the tests: the same, against the test database that tests/conftest.py makes."""

import json
import os

if "TEST_ENVIRONMENTS" in os.environ and "PYTEST_XDIST_WORKER" in os.environ:
    # Each worker has servers of its own (./dev test); what a test starts inherits them.
    _number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    os.environ.update(json.loads(os.environ.pop("TEST_ENVIRONMENTS"))[_number])
os.environ.setdefault("SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")
os.environ.setdefault("PORTAL_LOCAL", "1")

from osaka_kusei.settings import *  # noqa: F403
from osaka_kusei.settings import DATABASES, STORAGES

TEST_DATABASE = os.environ.get("TEST_DATABASE_NAME") or f"test_{DATABASES['default']['NAME']}"
DATABASES["default"]["NAME"] = TEST_DATABASE
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Argon2 is slow by intent; tests log in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
