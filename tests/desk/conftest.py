"""A real mail server on this machine that answers as it is told, and wards that post to it."""

import asyncio
import email
import email.policy
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller

from tests.conftest import free_port
from wards import clock
from wards.desk import undelivered
from wards.desk.services import post_mail

OSAKA = ZoneInfo("Asia/Tokyo")


class MailServer:
    """Takes every mail, but answers an address as its script says."""

    def __init__(self):
        self.port = free_port()
        self.taken: list[tuple[str, email.message.EmailMessage]] = []
        self.refuse: dict[str, str] = {}  # the answer to RCPT TO
        self.refuse_text: dict[str, str] = {}  # the answer to the text
        self.stall: set[str] = set()
        self.drop_after_data: set[str] = set()
        self.seconds_per_mail = 0.0
        self._controller = None

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.stall:
            await asyncio.sleep(30)
        if answer := self.refuse.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        (address,) = envelope.rcpt_tos
        if answer := self.refuse_text.get(address):
            return answer
        await asyncio.sleep(self.seconds_per_mail)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.taken.append((address, message))
        if address in self.drop_after_data:
            server.transport.abort()
        return "250 OK"

    @property
    def addresses(self) -> list[str]:
        """Return to whom mail was taken, in order."""
        return [address for address, _ in self.taken]


@pytest.fixture
def mail_server(settings):
    """A running mail server, set as the portal's."""
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_TIMEOUT = 1
    yield server
    server.stop()


@pytest.fixture
def post():
    """Post a receipt to an address: `post("a@example.jp")`."""

    def make(to: str, **more):
        fields = {
            "key": f"receipt:{to}",
            "subject": "受付のお知らせ",
            "body": "相談を受け付けました。\n北区役所",
            "about": "北-000123",
        }
        return post_mail(to=to, **{**fields, **more})

    return make


@pytest.fixture
def follow_ups(monkeypatch):
    """A higher app's follow-ups, for as long as the test lasts; returns the list to register with."""
    registered = []
    monkeypatch.setattr(undelivered, "_follow_ups", registered)
    return registered


@pytest.fixture
def at(monkeypatch):
    """Set the clock of Osaka: `at(2026, 11, 25, 7)`."""

    def turn(*moment: int) -> datetime:
        now = datetime(*moment, tzinfo=OSAKA)
        monkeypatch.setattr(clock, "now", lambda: now)
        monkeypatch.setattr(clock, "today", now.date)
        return now

    return turn
