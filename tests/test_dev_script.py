"""`./dev`, the built-in servers and the container files: what an operator meets before the portal."""

import argparse
import ast
import contextlib
import http.client
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
from importlib.machinery import SourceFileLoader
from pathlib import Path

import psycopg2
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = Path(sysconfig.get_path("purelib"))
# Ends without having done anything, whatever happens to the test.
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def load(name, path):
    """Load a script as a module, though it is not called *.py or must not pull in its package."""
    loader = SourceFileLoader(name, str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def embedded():
    return load("portal_embedded_under_test", ROOT / "osaka_kusei" / "embedded.py")


@pytest.fixture
def clone(tmp_path):
    """A clone of the repository, as far as `./dev` needs it before anything is installed."""
    (tmp_path / "osaka_kusei").mkdir()
    shutil.copy(ROOT / "osaka_kusei" / "embedded.py", tmp_path / "osaka_kusei")
    for name in ("dev", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


@pytest.fixture
def dev(clone, monkeypatch):
    """The script as a module, at work in that clone."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    return load("portal_dev_under_test", clone / "dev")


@pytest.fixture
def sleeper():
    process = subprocess.Popen(SLEEP, start_new_session=True)
    yield process
    process.kill()
    process.wait()


def run_dev(clone, *words):
    """Run `./dev` as people do and return what it said."""
    return subprocess.run(
        [sys.executable, str(clone / "dev"), *words],
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def assert_refused(done, *words):
    """One sentence, a non-zero exit, no traceback."""
    assert done.returncode not in (0, None)
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    for word in words:
        assert word in done.stderr


# --- Refusals -------------------------------------------------------------------------------------


def test_a_taken_port_is_told_before_anything_is_made(clone):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert_refused(run_dev(clone, "up", "--port", str(port)), f"Port {port} is taken")
    assert not (clone / ".dev" / "venv").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["up", "--port", "70000"], "70000 is not a port"),
        (["up", "--port", "many"], "--port"),
        (["fly"], "fly"),
        (["status"], "not running"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(clone, words, told):
    assert_refused(run_dev(clone, *words), told)


def test_a_command_reads_and_writes_files_where_its_caller_stands(
    dev, clone, tmp_path_factory, monkeypatch, capfd
):
    (clone / "manage.py").write_text("import os, sys; print(os.getcwd(), *sys.argv[1:])")
    monkeypatch.setattr(dev, "PYTHON", sys.executable)
    monkeypatch.setattr(dev, "borrowed_servers", lambda: contextlib.nullcontext(dict(os.environ)))
    # pytest keeps its own way of ending.
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    callers = tmp_path_factory.mktemp("callers")
    monkeypatch.chdir(callers)

    assert dev.run_manage(argparse.Namespace(rest=["import_kpi_results", "a.csv"])) == 0
    assert capfd.readouterr().out == f"{callers} import_kpi_results a.csv\n"


def test_a_measurement_that_does_not_exist_is_told_in_one_sentence():
    done = subprocess.run(
        [sys.executable, "-m", "bench", "nonsense"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert_refused(done, "nonsense", "city page")
    assert done.stdout == ""


def test_down_without_up_is_no_failure(clone):
    done = run_dev(clone, "down")

    assert (done.returncode, done.stderr) == (0, "")
    assert "not running" in done.stdout


def test_an_old_python_is_told_what_is_needed():
    source = (ROOT / "dev").read_text()
    ast.parse(source, feature_version=(3, 8))  # else it could not even say so
    pretend = f"import sys; sys.version_info = (3, 9, 2); exec({source!r})"

    assert_refused(
        subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True),
        "Python 3.11 or newer",
    )


def test_a_missing_venv_module_is_told_with_its_package(dev, monkeypatch):
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(dev.CannotStart, match="apt-get install python3-venv"):
        dev.ensure_environment()


def test_a_full_disk_is_told_before_the_start(dev, monkeypatch):
    dev.DEV.mkdir()
    monkeypatch.setattr(dev.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(9, 9, 0))

    with pytest.raises(dev.CannotStart, match="The disk is full: 0 MB"):
        dev.need_room(100)


def test_two_starts_at_once_do_not_tread_on_each_other(dev, clone):
    with dev.only_one("up"):
        done = run_dev(clone, "up", "--port", "18999")

    assert_refused(done, "Another ./dev up is at work")


def test_an_owner_address_alone_is_refused(dev, monkeypatch):
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://portal_owner@db/portal")

    with pytest.raises(dev.CannotStart, match="DATABASE_URL is not"):
        dev.reach_servers(dev.State(dev.DEV), dev.DEV)


def test_a_worker_that_died_is_told_at_once_with_its_own_last_words(dev, monkeypatch):
    log = dev.LOGS / "worker.log"
    log.parent.mkdir(parents=True)
    log.write_text("PermissionError: no shared memory\n")
    state = dev.State(dev.DEV)
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    state.parts["worker"] = {"pid": gone.pid, "mark": "another", "folder": "/"}
    gone.wait()
    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    (dev.ROOT / "manage.py").write_text("import time; time.sleep(60)")

    with pytest.raises(dev.CannotStart, match=r"worker ended by itself.*no shared memory"):
        dev.manage(
            dict(os.environ),
            "recompute_progress",
            while_alive=lambda: dev.refuse_dead_part(state, "worker"),
        )


def test_data_of_another_postgresql_are_left_alone(embedded, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("15\n")
    server = embedded.Postgres(tmp_path, PACKAGES, tmp_path / "log", durable=False)

    with pytest.raises(embedded.CannotStart, match="made by PostgreSQL 15"):
        server.start("secret")


# --- What is kept ---------------------------------------------------------------------------------


def test_secrets_are_random_kept_and_private(dev):
    first = dev.kept_secrets()

    assert dev.kept_secrets() == first
    assert len(set(first.values())) == len(first)
    assert len(first["secret_key"]) >= 50
    assert (dev.DEV / "secrets.json").stat().st_mode & 0o077 == 0


def test_what_serves_does_not_get_the_owners_password(dev):
    variables = {
        "DATABASE_OWNER_URL": "secret",
        "DATABASE_URL": "postgresql://portal_app@db/portal",
    }

    assert dev.serving_environment(variables) == {"DATABASE_URL": variables["DATABASE_URL"]}


def test_what_people_set_themselves_wins(dev, monkeypatch):
    (dev.VENV / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    monkeypatch.setenv("LOG_PATH", "/var/log/portal.log")
    # A command runs elsewhere than what serves, and means the same folder.
    monkeypatch.setenv("MEDIA_ROOT", "uploads")

    variables = dev.environment({"DATABASE_URL": "postgresql://portal_app@db/portal"})

    assert variables["LOG_PATH"] == "/var/log/portal.log"
    assert variables["MEDIA_ROOT"] == str(dev.ROOT / "uploads")
    assert variables["DEBUG"] == "0"


# --- Processes ------------------------------------------------------------------------------------


def test_a_process_that_has_got_the_number_of_ours_is_never_ended(embedded, sleeper):
    recycled = {**embedded.record(sleeper.pid), "mark": "another-boot"}

    embedded.stop(recycled, seconds=1)

    assert not embedded.is_alive(recycled)
    assert sleeper.poll() is None


def test_ending_a_process_ends_what_it_started(embedded, tmp_path):
    script = f"{sys.executable} -c 'import time; time.sleep(60)' & echo $! > child; wait"
    part = embedded.launch(["sh", "-c", script], tmp_path / "log", folder=tmp_path)
    while not (tmp_path / "child").exists() or not (tmp_path / "child").read_text().strip():
        assert embedded.is_alive(part)
    child = embedded.record(int((tmp_path / "child").read_text()), tmp_path)

    embedded.stop(part, by=signal.SIGKILL, seconds=5)

    assert not embedded.is_alive(part)
    while embedded.is_alive(child):  # the signal is sent; its end takes a moment
        pass


def test_passing_through_is_granted_to_one_account_only(embedded, tmp_path):
    tmp_path.chmod(0o700)
    try:
        os.setxattr(tmp_path, "system.posix_acl_access", embedded._list_with(tmp_path, 65534))
    except OSError:
        pytest.skip("this file system keeps no access lists")
    once = os.getxattr(tmp_path, "system.posix_acl_access")

    assert tmp_path.stat().st_mode & 0o007 == 0
    assert embedded._list_with(tmp_path, 65534) == once


# --- The built-in servers -------------------------------------------------------------------------


@pytest.fixture
def open_folder():
    """A folder that the database's own account may be let into.

    Not pytest's: a second run of the same user closes the folder above it again.
    """
    with tempfile.TemporaryDirectory(prefix="portal-test-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def cluster(embedded):
    """A cluster of its own, with what is known about it."""
    with tempfile.TemporaryDirectory(prefix="portal-test-") as folder:
        home, log = Path(folder), Path(folder) / "log"
        server = embedded.Postgres(home, PACKAGES, log, durable=False, say=lambda words: None)
        part = server.start("administrator")
        admin = f"postgresql://postgres:administrator@127.0.0.1:{part['port']}/"
        yield {"server": server, "part": part, "admin": admin}
        embedded.stop_postgres(part)
        assert not embedded.is_alive(part)


PASSWORDS = {"portal_owner": "owner's own", "portal_app": "p@ss:word/"}


def ask(url, question):
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()
    finally:
        connection.close()


def test_the_database_gets_its_two_logins_and_keeps_them(embedded, cluster):
    first = embedded.prepare(cluster["admin"], PASSWORDS)

    assert embedded.prepare(cluster["admin"], PASSWORDS) == first
    assert ask(
        first["DATABASE_URL"],
        "SELECT rolcanlogin, rolinherit, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles"
        " WHERE rolname = current_user",
    ) == (True, False, False, False, False)
    assert ask(
        first["DATABASE_OWNER_URL"],
        "SELECT rolsuper, rolcreaterole, rolcreatedb, pg_get_userbyid(datdba) = current_user"
        " FROM pg_roles, pg_database WHERE rolname = current_user AND datname = 'osaka_kusei'",
    ) == (False, True, True, True)


def test_roles_that_serve_somebody_else_are_left_alone(embedded, cluster):
    embedded.prepare(cluster["admin"], PASSWORDS)

    with pytest.raises(embedded.CannotStart, match="portal_owner exists on that server already"):
        embedded.prepare(cluster["admin"], {**PASSWORDS, "portal_owner": "guess"})


def test_a_login_without_rights_needs_the_owners_address(embedded, cluster):
    addresses = embedded.prepare(cluster["admin"], PASSWORDS)

    with pytest.raises(embedded.CannotStart, match="DATABASE_OWNER_URL is needed"):
        embedded.prepare(addresses["DATABASE_URL"], PASSWORDS)


def test_nobody_enters_the_built_in_database_without_a_password(cluster):
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(cluster["admin"].replace("administrator", "guess"))


def test_the_built_in_database_sorts_and_counts_time_alike_everywhere(cluster):
    assert ask(
        cluster["admin"],
        "SELECT current_setting('TimeZone'), current_setting('server_encoding'), datlocale,"
        " current_setting('listen_addresses') FROM pg_database WHERE datname = 'template1'",
    ) == ("UTC", "UTF8", "C.UTF-8", "127.0.0.1")


def test_the_built_in_database_comes_back_after_it_was_killed(embedded, open_folder):
    log = open_folder / "log"
    server = embedded.Postgres(open_folder, PACKAGES, log, durable=True, say=lambda words: None)
    os.kill(server.start("administrator")["pid"], signal.SIGKILL)

    part = server.start("administrator")
    try:
        admin = f"postgresql://postgres:administrator@127.0.0.1:{part['port']}/"
        assert ask(admin, "SELECT current_setting('fsync')") == ("on",)
    finally:
        embedded.stop_postgres(part)


def test_the_built_in_broker_asks_for_its_password(embedded, tmp_path):
    home = tmp_path / "大阪 clone"  # folders of people have such names
    part = embedded.start_valkey(home, PACKAGES, tmp_path / "log", "pass-word_1")
    try:
        with socket.create_connection(("127.0.0.1", part["port"])) as stranger:
            stranger.sendall(b"PING\r\n")
            assert b"NOAUTH" in stranger.recv(100)
        commands = Path(f"/proc/{part['pid']}/cmdline").read_bytes()
        assert b"pass-word_1" not in commands
    finally:
        embedded.stop(part)
    assert not embedded.is_alive(part)


# --- From nothing to a page, and back -------------------------------------------------------------


@pytest.mark.slow
def test_up_starts_the_portal_once_and_down_leaves_nothing(open_folder):
    environment = ROOT / ".dev" / "venv"
    if not (environment / "installed.json").exists():
        pytest.skip("the virtual environment was not made by ./dev")
    clone = open_folder / "clone"
    ignored = shutil.ignore_patterns(".dev", ".git", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, clone, ignore=ignored)
    (clone / ".dev").mkdir()
    (clone / ".dev" / "venv").symlink_to(environment)
    portal = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "PORTAL_LOCAL"}
    portal |= {"LOG_PATH", "MEDIA_ROOT", "STATIC_ROOT", "EMAIL_URL", "DJANGO_SETTINGS_MODULE"}
    bare = {name: value for name, value in os.environ.items() if name not in portal}
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    def say(*words):
        return subprocess.run(
            [sys.executable, "dev", *words], cwd=clone, env=bare, capture_output=True, text=True
        )

    try:
        started = say("up", "--detach", "--empty", "--port", str(port))
        assert started.returncode == 0, started.stderr
        assert f"http://kita.localhost:{port}/" in started.stdout
        facts = json.loads(say("status", "--json").stdout)
        assert facts["base_url"] == f"http://localhost:{port}"
        assert set(facts["pids"]) == {"web", "beat", "worker", "valkey", "postgres"}
        site = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        site.request("GET", "/livez", headers={"Host": "localhost"})
        answer = site.getresponse()
        assert (answer.status, answer.headers["Server"]) == (200, "portal")
        web = Path(f"/proc/{facts['pids']['web']}/environ").read_bytes()
        assert b"DATABASE_OWNER_URL" not in web
        assert "running already" in say("up", "--detach").stdout
    finally:
        stopped = say("down")
    assert stopped.returncode == 0, stopped.stderr
    assert say("status").returncode == 1
    assert not any(is_running(pid) for pid in facts["pids"].values())


def is_running(pid):
    """Say whether the process lives; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# --- The container files --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


LONG_RUNNING = ("web", "worker", "beat", "postgres", "redis")


def test_the_services_are_the_agreed_ones(compose):
    assert set(compose["services"]) == {*LONG_RUNNING, "migrate"}


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_each_long_running_service_is_watched_and_not_root(compose, name):
    service = compose["services"][name]

    assert service["healthcheck"]["test"]
    assert service["user"].split(":")[0] not in ("", "0", "root")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


def test_only_the_migration_knows_the_owners_password(compose):
    knowing = {
        name
        for name, service in compose["services"].items()
        if "PORTAL_OWNER_PASSWORD" in str(service.get("environment"))
    }

    assert knowing == {"migrate", "postgres"}  # the latter creates the login


def test_no_secret_has_a_default(compose):
    for name, service in compose["services"].items():
        for variable, value in service["environment"].items():
            if any(word in variable for word in ("PASSWORD", "SECRET_KEY", "_URL", "AUTH")):
                optional = variable == "SECRET_KEY_FALLBACKS"
                assert (":?" in value) or optional, f"{name}: {variable}"
                assert not optional or value.endswith(":-}"), f"{name}: {variable}"


def test_only_the_web_server_opens_a_port_and_only_on_this_machine(compose):
    assert {n for n, service in compose["services"].items() if "ports" in service} == {"web"}
    assert all(p.startswith("127.0.0.1:") for p in compose["services"]["web"]["ports"])


def test_the_image_does_not_run_as_root_and_checks_every_package():
    dockerfile = (ROOT / "Dockerfile").read_text()
    users = [line for line in dockerfile.splitlines() if line.startswith("USER ")]

    assert users == ["USER 10001:10001"]
    assert "--require-hashes --no-deps" in dockerfile
    assert ".dev" in (ROOT / ".dockerignore").read_text().splitlines()


def test_compose_accepts_the_file_where_it_is_installed():
    known = (
        subprocess.run(["docker", "compose", "version"], capture_output=True)
        if shutil.which("docker")
        else None
    )
    if known is None or known.returncode:
        pytest.skip("docker compose is not installed here")
    names = ("SECRET_KEY", "EMAIL_URL", "ALLOWED_BASE_DOMAIN", "PORTAL_APP_PASSWORD")
    names += ("PORTAL_OWNER_PASSWORD", "POSTGRES_PASSWORD", "REDIS_PASSWORD")
    command = ["docker", "compose", "config", "--quiet"]
    given = {**os.environ, **dict.fromkeys(names, "x")}

    assert subprocess.run(command, cwd=ROOT, env=given).returncode == 0
    del given["PORTAL_APP_PASSWORD"]
    refused = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True)
    assert refused.returncode != 0
    assert "PORTAL_APP_PASSWORD is missing" in refused.stderr
