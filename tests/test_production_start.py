"""A server starts only with what a server needs, and never beside demo people."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.db.models import QuerySet

from wards.demo_people import DemoPeopleGuard
from wards.models import User
from wards.tasks import run_job

ROOT = Path(__file__).resolve().parent.parent
STRONG = "k3Jd8sLq0Zx7Vb2Nm5Tr9Yw1Ue4Io6Pa8Sd0Fg2Hj4"


def start(**environment: str) -> subprocess.CompletedProcess:
    """Load the web server's entry with production settings and this environment."""
    production = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "SECRET_KEY": STRONG,
        "ALLOWED_BASE_DOMAIN": "kusei.example.jp",
        **environment,
    }
    return subprocess.run(
        [sys.executable, "-c", "import osaka_kusei.wsgi"],
        cwd=ROOT,
        env=production,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing or too weak"),
        ({"SECRET_KEY": "a" * 50}, "SECRET_KEY is missing or too weak"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set"),
        ({"DATABASE_URL": "mysql://x@y/z"}, "DATABASE_URL must read postgresql://"),
        ({"DEBUG": "perhaps"}, "DEBUG must be 1 or 0"),
        ({"EMAIL_URL": "nonsense"}, "EMAIL_URL must read smtp://"),
        ({"MAIL_FROM": "北区役所 <kita@example.jp>"}, "MAIL_FROM must be a bare address"),
    ],
)
def test_nonsense_in_the_environment_stops_the_start_with_a_sentence(environment, sentence):
    done = start(**environment)

    assert done.returncode != 0
    assert sentence in done.stderr.splitlines()[-1]


@pytest.mark.slow
def test_a_server_refuses_to_start_beside_demo_people(site):
    url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{site.database}"

    done = start(DATABASE_URL=url)

    assert done.returncode != 0
    assert "demo people" in done.stderr.splitlines()[-1]


@pytest.fixture
def demo_person(city, hire, settings):
    """A demo person in the database of a server."""
    person = hire("kita", "officer")
    User.objects.filter(pk=person.pk).update(is_demo=True)
    settings.PORTAL_LOCAL = False


def test_a_server_that_could_not_ask_at_the_start_asks_before_it_serves(demo_person, monkeypatch):
    served = []
    with monkeypatch.context() as away:
        away.setattr(QuerySet, "exists", _is_away)
        guard = DemoPeopleGuard(lambda *request: served.append(request))
        guard({}, None)

    with pytest.raises(ImproperlyConfigured, match="demo people"):
        guard({}, None)
    # Without a database there was nobody to log in as; the site itself answers 503.
    assert served == [({}, None)]


def test_no_task_of_a_server_runs_beside_demo_people(demo_person):
    with pytest.raises(ImproperlyConfigured, match="demo people"):
        run_job(1, ward="kita")


def _is_away(queryset):
    raise OperationalError("the database is away")


def test_an_empty_installation_starts(django_db_setup, settings):
    url = (
        os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{settings.DATABASES['default']['NAME']}"
    )

    done = start(DATABASE_URL=url)

    assert done.returncode == 0, done.stderr
