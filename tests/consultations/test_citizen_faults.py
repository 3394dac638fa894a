"""The form on a running server: pressed twice at once, killed in between, with the broker away."""

import http.client
import itertools
import os
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode

import psycopg2
import pytest
from psycopg2 import sql

from consultations.services.intake import token_of
from tests.conftest import (
    ROOT,
    environment_for,
    free_port,
    owner_url,
    run_as_owner,
    wait_until_alive,
    with_database,
)

NEW = "/consultations/new/"


class Phone:
    """A browser that speaks plain HTTP to a ward of a server."""

    def __init__(self, port: int, slug="kita"):
        self.port = port
        self.host = f"{slug}.localhost:{port}"
        answer, html = self.ask("GET", f"{NEW}?category=park")
        self.cookie = answer.getheader("Set-Cookie").split(";")[0]
        self.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)[1]

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, method: str, path: str, body=None, headers=()):
        line = self.connect()
        line.request(method, path, body, {"Host": self.host, **dict(headers)})
        answer = line.getresponse()
        return answer, answer.read().decode()

    def form(self, **values) -> tuple[bytes, dict]:
        page = {
            "csrfmiddlewaretoken": self.token, "category": "park", "place": "中之島公園",
            "body": "枝が伸びています。", "wants_reply": "yes", "reply_by": "email", "name": "大阪 花子",
            "email": "hanako@example.jp", "website": "", "confirm": "1", **values,
        }  # fmt: skip
        headers = {
            "Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        return urlencode(page).encode(), headers

    def send(self, **values):
        body, headers = self.form(**values)
        answer, _ = self.ask("POST", NEW, body, headers)
        return answer.status, answer.getheader("Location")

    def send_and_hang_up(self, **values) -> None:
        """Send the form and go away before the answer comes."""
        body, headers = self.form(**values)
        line = self.connect()
        line.request("POST", NEW, body, {"Host": self.host, **headers})
        self.line = line


def cases(site, location: str) -> int:
    token = location.rstrip("/").rpartition("/")[2]
    return site.query(
        f"SELECT count(*) FROM {schema(site)}.consultations_consultation"
        " WHERE submission_token = %s",
        [token],
    )[0][0]


def schema(site) -> str:
    return site.query("SELECT schema_name FROM wards_ward WHERE slug = 'kita'")[0][0]


def mails(site, location: str) -> int:
    token = location.rstrip("/").rpartition("/")[2]
    return site.query(
        f"SELECT count(*) FROM {schema(site)}.ward_desk_outgoingmail m"
        f" JOIN {schema(site)}.consultations_consultation c ON c.number = m.about"
        " WHERE c.submission_token = %s",
        [token],
    )[0][0]


def forget_turns(site) -> None:
    site.query(f"DELETE FROM {schema(site)}.ward_intake_submissionwindow")


def test_eight_presses_at_once_are_one_case_one_receipt_and_one_turn(site):
    forget_turns(site)
    phone, key = Phone(site.port), str(uuid.uuid4())

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: phone.send(submission_key=key), range(8)))

    assert {status for status, _ in answers} == {303}
    [location] = {location for _, location in answers}
    assert cases(site, location) == 1
    assert mails(site, location) == 1
    assert site.query(f"SELECT count FROM {schema(site)}.ward_intake_submissionwindow WHERE client_digest = ''") == [(1,)]  # fmt: skip


def test_people_who_send_at_the_same_moment_each_get_a_number_of_their_own(site):
    forget_turns(site)
    phone = Phone(site.port)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda n: phone.send(submission_key=f"{uuid.uuid4()}"), range(2)))

    locations = {location for _, location in answers}
    assert len(locations) == 2
    numbers = site.query(f"SELECT number FROM {schema(site)}.consultations_consultation ORDER BY id DESC LIMIT 2")  # fmt: skip
    assert len(set(numbers)) == 2


@pytest.fixture
def lone_server(site):
    """A server of one process, whose broker is away."""
    port = free_port()
    environment = environment_for(
        site.database,
        STATIC_ROOT=str(site.folder / "static"),
        MEDIA_ROOT=str(site.folder / "media"),
        LOG_PATH=str(site.folder / "portal.log"),
        REDIS_URL=f"redis://127.0.0.1:{free_port()}/0",
    )
    server = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "osaka_kusei.wsgi:application",
            "-b", f"127.0.0.1:{port}", "-w", "1", "-k", "gthread", "--threads", "2",
        ],
        cwd=ROOT, env=environment, stdout=(site.folder / "lone.log").open("wb"), stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        wait_until_alive(port, site.folder)
        yield server, port
    finally:
        server.terminate()
        server.wait(timeout=20)


def children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(child) for child in file.read().split()]


def test_with_the_broker_away_the_case_is_stored_at_once_and_the_mail_waits(site, lone_server):
    forget_turns(site)
    phone = Phone(lone_server[1])
    began = time.monotonic()
    status, location = phone.send(submission_key=str(uuid.uuid4()))

    assert status == 303
    assert time.monotonic() - began < 2
    assert (cases(site, location), mails(site, location)) == (1, 1)


def test_whoever_was_cut_off_after_the_case_was_stored_gets_the_receipt_on_the_next_press(
    site, lone_server
):
    forget_turns(site)
    server, port = lone_server
    phone, key = Phone(port), str(uuid.uuid4())
    phone.send_and_hang_up(submission_key=key)
    location = f"/consultations/receipt/{token_of(key)}/"
    deadline = time.monotonic() + 20
    while not cases(site, location):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    for child in children(server.pid):
        os.kill(child, signal.SIGKILL)
    phone.line.close()
    wait_until_alive(port, site.folder)

    assert phone.send(submission_key=key) == (303, location)
    assert (cases(site, location), mails(site, location)) == (1, 1)


def test_a_process_killed_in_the_middle_loses_no_case_and_makes_no_second_one(site, lone_server):
    server, port = lone_server
    phone = Phone(port)
    for pause in (0.0, 0.02, 0.05, 0.1, 0.2):
        forget_turns(site)
        key = str(uuid.uuid4())
        phone.send_and_hang_up(submission_key=key)
        time.sleep(pause)
        for child in children(server.pid):
            os.kill(child, signal.SIGKILL)
        phone.line.close()
        wait_until_alive(port, site.folder)
        location = f"/consultations/receipt/{token_of(key)}/"

        assert cases(site, location) in (0, 1)
        assert phone.send(submission_key=key) == (303, location)
        assert (cases(site, location), mails(site, location)) == (1, 1)


# --- the database goes away: F11, F12 --------------------------------------------------------------


@contextmanager
def database_away(site):
    """End every connection to the site's database and let none in, as while it restarts."""
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    name = sql.Identifier(site.database)
    run_as_owner(allow.format(name, sql.SQL("false")))
    try:
        end_connections(site)
        yield
    finally:
        run_as_owner(allow.format(name, sql.SQL("true")))


def end_connections(site) -> None:
    """End every connection of the portal to the site's database, as its own login may."""
    login = psycopg2.connect(with_database(os.environ["DATABASE_URL"], "postgres"))
    login.autocommit = True
    try:
        with login.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND usename = current_user",
                [site.database],
            )
    finally:
        login.close()


def test_a_database_that_restarts_in_the_middle_gives_an_honest_page_and_one_case(
    site, lone_server
):
    """The connection dies while the number is being drawn: nothing is stored, and it says so."""
    forget_turns(site)
    phone, key = Phone(lone_server[1]), str(uuid.uuid4())
    location = f"/consultations/receipt/{token_of(key)}/"
    owner = psycopg2.connect(with_database(owner_url(), site.database))
    try:
        with owner.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {schema(site)}.consultations_receiptcounter")
        phone.send_and_hang_up(submission_key=key)
        deadline = time.monotonic() + 20
        while not site.query(
            "SELECT 1 FROM pg_locks WHERE NOT granted"
            f" AND relation = '{schema(site)}.consultations_receiptcounter'::regclass"
        ):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        end_connections(site)
        answer = phone.line.getresponse()
        page = answer.read().decode()
    finally:
        owner.close()

    assert (answer.status, bool(answer.getheader("Retry-After"))) == (503, True)
    assert "受付番号の画面が出ていなければ、まだ届いていません" in page
    assert cases(site, location) == 0
    assert phone.send(submission_key=key) == (303, location)
    assert (cases(site, location), mails(site, location)) == (1, 1)


def test_while_the_database_is_away_the_form_says_so_and_takes_the_case_afterwards(
    site, lone_server
):
    forget_turns(site)
    port = lone_server[1]
    phone, key = Phone(port), str(uuid.uuid4())
    with database_away(site):
        body, headers = phone.form(submission_key=key)
        answer, page = phone.ask("POST", NEW, body, headers)
        alive, _ = phone.ask("GET", "/livez")
        ready, _ = phone.ask("GET", "/readyz")

    assert (answer.status, bool(answer.getheader("Retry-After"))) == (503, True)
    assert "受付番号の画面が出ていなければ、まだ届いていません" in page
    assert (alive.status, ready.status) == (200, 503)
    assert phone.send(submission_key=key)[0] == 303
    assert cases(site, f"/consultations/receipt/{token_of(key)}/") == 1


def test_every_receipt_that_was_shown_is_a_case_however_often_connections_break(site, lone_server):
    """Twelve send, each until they hold a receipt, while every connection is ended again and again."""
    phone = Phone(lone_server[1])
    keys = [str(uuid.uuid4()) for _ in range(12)]
    stop = threading.Event()

    def break_connections():
        # In pauses of every length: the short ones break a request in each of its parts, and a slow
        # machine needs a long one to end a request at all.
        for pause in itertools.cycle((0.05, 0.15, 0.4, 1.5)):
            if stop.wait(pause):
                return
            end_connections(site)

    def send_until_received(key: str) -> str:
        for _ in range(60):
            forget_turns(site)
            status, location = phone.send(submission_key=key)
            if status == 303:
                return location
            assert status in (429, 503), status
            time.sleep(0.1)
        raise AssertionError("no receipt after 60 tries")

    breaker = threading.Thread(target=break_connections)
    breaker.start()
    try:
        with ThreadPoolExecutor(2) as pool:
            locations = list(pool.map(send_until_received, keys))
    finally:
        stop.set()
        breaker.join()

    assert locations == [f"/consultations/receipt/{token_of(key)}/" for key in keys]
    assert [(cases(site, one), mails(site, one)) for one in locations] == [(1, 1)] * 12
