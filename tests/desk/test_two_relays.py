"""Relays as processes of their own: two at once, and one that is killed."""

import os
import signal
import subprocess
import sys
import time

import psycopg2
import pytest

from tests.conftest import ROOT, environment_for, owner_url, with_database
from tests.desk.conftest import MailServer

pytestmark = pytest.mark.slow

TABLE = "ward_desk_outgoingmail"


class Outbox:
    """港区's outbox in the site's database, where the demo has no mail, and relays that work on it."""

    def __init__(self, database: str, server: MailServer):
        self.database = database
        self.environment = environment_for(
            database, EMAIL_URL=f"smtp://127.0.0.1:{server.port}", LOG_PATH=""
        )

    def query(self, statement: str, parameters=()) -> list[tuple]:
        session = psycopg2.connect(with_database(owner_url(), self.database))
        session.autocommit = True
        try:
            with session.cursor() as cursor:
                # The triggers of history write beside the table.
                cursor.execute("SET search_path = minato, public")
                cursor.execute(statement, parameters)
                return cursor.fetchall() if cursor.description else []
        finally:
            session.close()

    def post(self, *addresses: str) -> None:
        for address in addresses:
            self.query(
                f"INSERT INTO {TABLE} (key, to_address, subject, body, about, message_id, state,"
                " attempts, not_before, created_at, last_error, bounce_reason)"
                " VALUES (%s, %s, '受付', '本文', 'A-1', %s, 'waiting', 0, now(), now(), '', '')",
                [address, address, f"<{address}>"],
            )

    def states(self) -> dict[str, tuple]:
        rows = self.query(f"SELECT to_address, state, attempts FROM {TABLE}")
        return {address: (state, attempts) for address, state, attempts in rows}

    def relay(self) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "outbox_relay", "--once", "--ward", "minato"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def server():
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def outbox(site_database, server):
    outbox = Outbox(site_database, server)
    # What other tests left waiting on the site is no mail of these.
    outbox.query(f"DELETE FROM {TABLE}")
    yield outbox
    outbox.query(f"DELETE FROM {TABLE}")


def test_two_relays_at_once_send_each_mail_once(outbox, server):
    addresses = [f"{number}@example.jp" for number in range(12)]
    outbox.post(*addresses)
    server.seconds_per_mail = 0.2

    relays = [outbox.relay(), outbox.relay()]
    for relay in relays:
        out, err = relay.communicate(timeout=60)
        assert relay.returncode == 0, out + err

    assert sorted(server.addresses) == sorted(addresses)
    assert set(outbox.states().values()) == {("sent", 1)}


def test_a_relay_killed_while_it_sends_loses_nothing_and_doubles_nothing(outbox, server):
    outbox.post("a@example.jp")
    server.stall.add("a@example.jp")
    relay = outbox.relay()
    deadline = time.monotonic() + 30
    while outbox.states()["a@example.jp"] != ("waiting", 1):
        assert time.monotonic() < deadline, relay.communicate()
        time.sleep(0.05)
    os.kill(relay.pid, signal.SIGKILL)
    relay.communicate(timeout=10)
    server.stall.clear()

    out, _ = outbox.relay().communicate(timeout=60)
    assert "送信待ち 1件" in out
    assert server.taken == []

    outbox.query(f"UPDATE {TABLE} SET lease_until = now() - interval '1 second'")
    out, _ = outbox.relay().communicate(timeout=60)

    assert "送信 1件" in out
    assert server.addresses == ["a@example.jp"]
    assert outbox.states() == {"a@example.jp": ("sent", 2)}
