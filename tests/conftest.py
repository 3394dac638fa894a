"""One test database with all wards, made once; each test runs in a transaction inside one ward."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import hypothesis
import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from psycopg2 import sql

# How long an example may take is no property of the rules; the machine decides it.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parent.parent


def with_database(url: str, name: str) -> str:
    """Return the database address with another database's name."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def owner_url() -> str:
    """Return the owner's address, who may create databases and roles."""
    return os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]


def run_as_owner(statement: sql.Composable | str) -> None:
    """Run one statement on the maintenance database, outside a transaction."""
    server = psycopg2.connect(with_database(owner_url(), "postgres"))
    server.autocommit = True
    try:
        with server.cursor() as cursor:
            cursor.execute(statement)
    finally:
        server.close()


def drop_database(name: str) -> None:
    """Drop a test database. A cleaning process of the server is no process that we may end: wait."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    for patience in range(60):
        try:
            return run_as_owner(statement)
        except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ObjectInUse):
            if patience == 59:
                raise
            time.sleep(0.5)


def database_exists(name: str) -> bool:
    """Say whether the server has the database."""
    server = psycopg2.connect(with_database(owner_url(), "postgres"))
    try:
        with server.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None
    finally:
        server.close()


def environment_for(database: str, **more: str) -> dict[str, str]:
    """Return the environment of a portal process on the database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "osaka_kusei.settings",
        "PORTAL_LOCAL": "1",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_OWNER_URL": with_database(owner_url(), database),
        "DATABASE_URL": with_database(os.environ["DATABASE_URL"], database),
        **more,
    }


def manage(*arguments: str, database: str, **more) -> subprocess.CompletedProcess:
    """Run a management command as its own process, as an operator would."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        cwd=ROOT,
        env=environment_for(database, **more.pop("environment", {})),
        capture_output=True,
        text=True,
        timeout=300,
        **more,
    )
    return done


def prepared() -> Path | None:
    """Return where `./dev test` left the demo's files, if it made the databases (prepare.py)."""
    # The settings take over the environment of this worker.
    assert settings.configured
    return Path(os.environ["TEST_PREPARED"]) if os.environ.get("TEST_PREPARED") else None


def make_database(name: str) -> None:
    """Make a database with all schemas, roles and the catalogue; no results, no people."""
    if not database_exists(name):
        run_as_owner(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    for command in ("create_wards", "sync_roles", "load_catalogue"):
        done = manage(command, database=name)
        assert done.returncode == 0, done.stderr


def copy_database(template: str, name: str) -> None:
    """Make a database that begins as another one, in which nobody works meanwhile."""
    # Thousands of small tables: their files are copied twice as fast as their blocks are logged.
    run_as_owner(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


def load_demo(database: str, folder: Path) -> None:
    """Fill a database with the demo; its files and the list of accounts lie in the folder."""
    more = {
        "MEDIA_ROOT": str(folder / "media"),
        "LOG_PATH": str(folder / "portal.log"),
        "PORTAL_DEMO_ACCOUNTS_PATH": str(folder / "accounts.json"),
    }
    done = manage("load_demo", database=database, environment=more)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_blocker):
    """Make the test database once, unless `./dev test` prepared it for both workers."""
    name = settings.DATABASES["default"]["NAME"]
    if prepared() is None:
        if database_exists(name) and not request.config.getvalue("reuse_db"):
            drop_database(name)
        make_database(name)
        # Before any test draws a number: the demo's rows are then numbered from 1.
        if any("site_database" in item.fixturenames for item in request.session.items):
            drop_database(f"{name}_site")
            copy_database(name, f"{name}_site")
    with django_db_blocker.unblock():
        yield
        connection.close()
    if not request.config.getvalue("reuse_db"):
        drop_database(name)


@pytest.fixture
def enter(db):
    """Enter a ward by its slug (`osaka`: 本庁) for the rest of the test."""
    from wards.models import Ward

    def enter_ward(slug: str):
        connection.set_schema_to_public()
        ward = Ward.objects.get(slug=slug)
        connection.set_tenant(ward)
        return ward

    yield enter_ward
    connection.set_schema_to_public()


@pytest.fixture
def kita(enter):
    """Run the test inside 北区."""
    return enter("kita")


@pytest.fixture
def nishi(enter):
    """Run the test inside 西区."""
    return enter("nishi")


@pytest.fixture
def city(enter):
    """Run the test inside 本庁, the public schema."""
    return enter("osaka")


@pytest.fixture
def hire(db, enter):
    """Make a person with a role: `hire("kita", "officer")`."""
    from wards.models import Membership, User, Ward

    def make(slug: str, role: str, *, since=date(2020, 4, 1), until=None) -> User:
        # People are registered at 本庁; a ward's database role may only read memberships.
        served = connection.tenant
        connection.set_schema_to_public()
        ward = Ward.objects.get(slug=slug)
        user = User.objects.create_user(
            f"{slug}-{role}-{secrets.token_hex(3)}@example.jp", "北野 花子", "kita-no-hanako-2026"
        )
        Membership.objects.create(user=user, ward=ward, role=role, valid_from=since, valid_to=until)
        connection.set_tenant(served)
        return user

    return make


@pytest.fixture
def run_job(kita):
    """Do a job of 北区 as a worker does: `run_job("remind_councils")` returns its row."""
    from wards import clock
    from wards.jobs import ask_for, do_job

    def work(name, day=None):
        row = ask_for(connection.tenant, name, day=day or clock.today(), again=True)
        do_job(row.pk)
        row.refresh_from_db()
        return row

    return work


@pytest.fixture
def certify(db):
    """Leave the certificate of a case of 北区 that was disposed of: `certify(number="…", files=2)`.

    Only the owner of the tables may, who disposes; the rows are gone again after the test.
    """
    values = {
        "number": "R02-KITA-000001-0",
        "category_name": "公園・街路樹",
        "intake_channel": "web",
        "received_on": date(2020, 5, 1),
        "due_on": date(2020, 5, 15),
        "answered_on": date(2020, 5, 11),
        "closed_on": date(2020, 5, 11),
        "final_state": "answered",
        "handovers": 2,
        "retention_name": "1年",
        "disposed_on": date(2022, 4, 1),
        "files": 0,
    }
    owner = psycopg2.connect(with_database(owner_url(), connection.settings_dict["NAME"]))
    owner.autocommit = True

    def make(**changed) -> int:
        row = {**values, **changed}
        with owner.cursor() as cursor:
            cursor.execute(
                sql.SQL(
                    "SET search_path TO kita; INSERT INTO consultations_disposalcertificate ({})"
                    " VALUES ({}) RETURNING id"
                ).format(
                    sql.SQL(", ").join(map(sql.Identifier, row)),
                    sql.SQL(", ").join(map(sql.Placeholder, row)),
                ),
                row,
            )
            return cursor.fetchone()[0]

    yield make
    with owner.cursor() as cursor:
        for table in ("disposalcertificate", "disposalcertificateevent"):
            name = sql.Identifier("kita", f"consultations_{table}")
            cursor.execute(sql.SQL("DELETE FROM {}").format(name))
    owner.close()


@pytest.fixture
def client_at():
    """Return a browser-like client that asks a ward's host: `client_at("kita")`."""

    def make(slug: str) -> Client:
        return Client(headers={"host": f"{slug}.{settings.BASE_DOMAIN}"})

    return make


@pytest.fixture
def sign_in(enter, client_at):
    """Sign a person in at a host without the form: `sign_in(user, "kita")`."""

    def make(user, slug: str) -> Client:
        served = connection.tenant
        enter(slug)
        client = client_at(slug)
        client.force_login(user, backend="wards.access.MembershipBackend")
        connection.set_tenant(served)
        return client

    return make


@pytest.fixture
def kita_officer(hire):
    """A 区職員 of 北区."""
    return hire("kita", "officer")


@pytest.fixture
def kita_manager(hire):
    """A 区課長 of 北区."""
    return hire("kita", "manager")


@pytest.fixture
def nishi_officer(hire):
    """A 区職員 of 西区."""
    return hire("nishi", "officer")


@pytest.fixture
def city_officer(hire):
    """A member of 市民局."""
    return hire("osaka", "city_officer")


class Site:
    """A running portal with demo data: real server, real worker, real database."""

    def __init__(self, database: str, port: int, accounts: list[dict], folder: Path):
        self.database = database
        self.port = port
        self.accounts = accounts
        self.folder = folder

    def url(self, slug: str, path: str = "/") -> str:
        """Return an address of a ward's host (`osaka`: the city's)."""
        return f"http://{slug}.localhost:{self.port}{path}"

    def account(self, slug: str, who: str) -> dict:
        """Return e-mail and password of a demo person, by role or by e-mail."""
        return next(
            a
            for a in self.accounts
            if who in (a["role"], a["email"]) and a["host"].startswith(f"{slug}.")
        )

    def manage(self, *arguments: str, **more) -> subprocess.CompletedProcess:
        """Run a management command on the site's database."""
        return manage(*arguments, database=self.database, **more)

    def query(self, statement: str, parameters=()) -> list[tuple]:
        """Ask the site's database as its owner."""
        server = psycopg2.connect(with_database(owner_url(), self.database))
        server.autocommit = True
        try:
            with server.cursor() as cursor:
                cursor.execute(statement, parameters)
                return cursor.fetchall() if cursor.description else []
        finally:
            server.close()


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def site_database(django_db_setup):
    """A copy of the test database, for demo data that processes of their own commit."""
    name = f"{settings.DATABASES['default']['NAME']}_site"
    yield name
    drop_database(name)


@pytest.fixture(scope="session")
def site(site_database):
    """The portal as `./dev up` shows it: demo data, gunicorn and a worker, on a free port."""
    folder = Path(tempfile.mkdtemp(prefix="kusei-"))
    accounts_path = folder / "accounts.json"
    more = {
        "STATIC_ROOT": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
        "LOG_PATH": str(folder / "portal.log"),
        "PORTAL_DEMO_ACCOUNTS_PATH": str(accounts_path),
    }
    if prepared() is None:
        load_demo(site_database, folder)
    else:
        shutil.copytree(prepared(), folder, dirs_exist_ok=True)
    done = manage("collectstatic", "--noinput", "-v0", database=site_database, environment=more)
    assert done.returncode == 0, done.stderr
    port = free_port()
    environment = environment_for(site_database, **more)
    # What is merely passed through on the way to a page is not thereby tested: see no_cover.
    environment.pop("COVERAGE_PROCESS_CONFIG", None)
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "osaka_kusei.celery", "worker", "-c1", "-Q", site_database],
            cwd=ROOT,
            env={**environment, "CELERY_QUEUE": site_database},
            stdout=(folder / "worker.log").open("wb"),
            stderr=subprocess.STDOUT,
        ),
        subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "osaka_kusei.wsgi:application",
                "-b", f"127.0.0.1:{port}", "-w", "2", "-k", "gthread", "--threads", "4",
            ],
            cwd=ROOT,
            env={**environment, "CELERY_QUEUE": site_database},
            stdout=(folder / "web.log").open("wb"),
            stderr=subprocess.STDOUT,
        ),
    ]  # fmt: skip
    try:
        wait_until_alive(port, folder)
        done = manage(
            "recompute_progress",
            "--through-worker",
            database=site_database,
            environment={**more, "CELERY_QUEUE": site_database},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        yield Site(site_database, port, json.loads(accounts_path.read_text()), folder)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def names_of_this_machine(monkeypatch):
    """Browsers know that every name under localhost is this machine; not every resolver does."""
    look_up = socket.getaddrinfo

    def resolve(host, *more, **named):
        return look_up("127.0.0.1" if host.endswith(".localhost") else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def wait_until_alive(port: int, folder: Path, seconds: int = 60) -> None:
    """Wait for the server's first answer; fail with its log when there is none."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError((folder / "web.log").read_text())
