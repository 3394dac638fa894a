"""A server starts only with what a server needs, and never beside demo people."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from wards.middleware import WardMiddleware
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


def a_page():
    WardMiddleware(lambda request: None)(RequestFactory().get("/", headers={"host": "localhost"}))


def a_task():
    run_job(1, ward="kita")


@pytest.mark.parametrize("ask_for", [a_page, a_task])
def test_a_server_that_could_not_ask_at_the_start_refuses_later(city, hire, settings, ask_for):
    person = hire("kita", "officer")
    User.objects.filter(pk=person.pk).update(is_demo=True)
    settings.PORTAL_LOCAL = False

    with pytest.raises(ImproperlyConfigured, match="demo people"):
        ask_for()


def test_an_empty_installation_starts(django_db_setup, settings):
    url = (
        os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{settings.DATABASES['default']['NAME']}"
    )

    done = start(DATABASE_URL=url)

    assert done.returncode == 0, done.stderr
