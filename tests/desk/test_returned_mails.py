"""A mail that came back: what mail servers really send, and what it does to the mail."""

import base64
import io
import logging
import os
import sys

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from tests.conftest import manage
from wards.desk.models import OutgoingMail
from wards.desk.returned_mails import MOST_BYTES, read_returned
from wards.desk.services import record_undelivered

ID = "<173252200012.4711.1234567890123456789@kita.localhost>"

POSTFIX = """\
Return-Path: <>
Received: by mx.example.lg.jp (Postfix)
	id 4XyzAB1234; Mon, 25 Nov 2026 10:00:02 +0900 (JST)
Date: Mon, 25 Nov 2026 10:00:02 +0900 (JST)
From: MAILER-DAEMON@mx.example.lg.jp (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: noreply@kita.localhost
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="4XyzAA9999.1732496402/mx.example.lg.jp"
Content-Transfer-Encoding: 8bit
Message-Id: <20261125010002.4XyzAB1234@mx.example.lg.jp>

This is a MIME-encapsulated message.

--4XyzAA9999.1732496402/mx.example.lg.jp
Content-Description: Notification
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

This is the mail system at host mx.example.lg.jp.

<hanako@example.jp>: host mail.example.jp[192.0.2.5] said: 550 5.1.1
    <hanako@example.jp>: Recipient address rejected: User unknown (in reply to
    RCPT TO command)

--4XyzAA9999.1732496402/mx.example.lg.jp
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.lg.jp
X-Postfix-Queue-ID: 4XyzAA9999
X-Postfix-Sender: rfc822; noreply@kita.localhost
Arrival-Date: Mon, 25 Nov 2026 10:00:01 +0900 (JST)

Final-Recipient: rfc822; hanako@example.jp
Original-Recipient: rfc822;hanako@example.jp
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.example.jp
Diagnostic-Code: smtp; 550 5.1.1 <hanako@example.jp>: Recipient address
    rejected: User unknown

--4XyzAA9999.1732496402/mx.example.lg.jp
Content-Description: Undelivered Message
Content-Type: message/rfc822
Content-Transfer-Encoding: 8bit

Return-Path: <noreply@kita.localhost>
Content-Type: text/plain; charset="utf-8"
Subject: =?utf-8?b?5Y+X5LuY44Gu44GK55+l44KJ44Gb?=
From: =?utf-8?b?5YyX5Yy65b255omA?= <noreply@kita.localhost>
To: hanako@example.jp
Message-ID: {id}
Auto-Submitted: auto-generated

相談を受け付けました。
--4XyzAA9999.1732496402/mx.example.lg.jp--
"""

EXIM = """\
Return-path: <>
X-Failed-Recipients: hanako@example.jp
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mail.example.lg.jp>
To: noreply@kita.localhost
References: {id}
Content-Type: multipart/report; report-type=delivery-status; boundary=1732496402-eximdsn-1804289383
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1tFNot-0001aB-2c@mail.example.lg.jp>
Date: Mon, 25 Nov 2026 10:00:02 +0900

--1732496402-eximdsn-1804289383
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  hanako@example.jp
    host mail.example.jp [192.0.2.5]
    SMTP error from remote mail server after RCPT TO:<hanako@example.jp>:
    552 5.2.2 Mailbox full

--1732496402-eximdsn-1804289383
Content-type: message/delivery-status

Reporting-MTA: dns; mail.example.lg.jp

Action: failed
Final-Recipient: rfc822;hanako@example.jp
Status: 5.0.0
Remote-MTA: dns; mail.example.jp
Diagnostic-Code: smtp; 552 5.2.2 Mailbox full

--1732496402-eximdsn-1804289383
Content-type: text/rfc822-headers

Return-path: <noreply@kita.localhost>
Received: from web by mail.example.lg.jp with local (Exim 4.96)
	id 1tFNor-0001aA-1b; Mon, 25 Nov 2026 10:00:01 +0900
Subject: =?utf-8?b?5Y+X5LuY44Gu44GK55+l44KJ44Gb?=
To: hanako@example.jp
Message-ID:
 {id}

--1732496402-eximdsn-1804289383--
"""

# A Japanese provider: ISO-2022-JP for people, raw UTF-8 where only ASCII may stand.
JAPANESE = (
    b"From: MAILER-DAEMON@example.ne.jp\r\n"
    b"Subject: =?ISO-2022-JP?B?GyRCJWEhPCVrJCxGTyQtJF4kOyRzJEckNyQ/GyhC?=\r\n"
    b'Content-Type: multipart/report; report-type="delivery-status"; boundary="=_jp"\r\n'
    b"MIME-Version: 1.0\r\n\r\n"
    b"--=_jp\r\nContent-Type: text/plain; charset=ISO-2022-JP\r\n\r\n"
    + "メールが届きませんでした。".encode("iso-2022-jp")
    + b"\r\n--=_jp\r\nContent-Type: message/delivery-status\r\n\r\n"
    b"Reporting-MTA: dns; example.ne.jp\r\n\r\n"
    b"Final-Recipient: rfc822; hanako@example.ne.jp\r\nAction: Failed (final)\r\nStatus: 5.7.1\r\n"
    + "Diagnostic-Code: smtp; 550 受信拒否の設定です hanako@example.ne.jp\r\n\r\n".encode()
    + b"--=_jp\r\nContent-Type: message/rfc822\r\n\r\n"
    + f"Message-ID: {ID}\r\nSubject: x\r\n\r\n本文\r\n--=_jp--\r\n".encode()
)

# RFC 6533: the fields may hold UTF-8, and the parts have names of their own.
GLOBAL = f"""\
Content-Type: multipart/report; report-type=global-delivery-status; boundary=g
MIME-Version: 1.0

--g
Content-Type: message/global-delivery-status

Reporting-MTA: dns; mx.example.jp

Final-Recipient: utf-8; 花子@example.jp
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 花子@example.jp unknown

--g
Content-Type: message/global-headers

Message-ID: {ID}
To: 花子@example.jp

--g--
"""

VACATION = f"""\
From: hanako@example.jp
To: noreply@kita.localhost
Subject: =?utf-8?b?5LiN5Zyo44Gn44GZ?=
In-Reply-To: {ID}
Auto-Submitted: auto-replied
Content-Type: text/plain; charset=utf-8

Action: failed
Message-ID: {ID}
ただいま不在です。
"""

RECEIPT = f"""\
Content-Type: multipart/report; report-type=disposition-notification; boundary=m
MIME-Version: 1.0

--m
Content-Type: text/plain

読みました。
--m
Content-Type: message/disposition-notification

Original-Message-ID: {ID}
Disposition: manual-action/MDN-sent-manually; displayed

--m
Content-Type: message/rfc822

Message-ID: {ID}

本文
--m--
"""


def postfix(**changes) -> bytes:
    text = POSTFIX.format(id=ID)
    for old, new in changes.get("replace", {}).items():
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def in_base64(head: str) -> str:
    return base64.encodebytes(head.encode()).decode()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (
            postfix(),
            "宛先のメールアドレスがありません。（550 5.1.1 <…>: Recipient address rejected: User unknown）",
        ),
        (EXIM.format(id=ID).encode(), "相手の受信箱がいっぱいです。（552 5.2.2 Mailbox full）"),
        (
            JAPANESE,
            "相手のメールサーバーが受け取りを拒みました。（5.7.1 550 受信拒否の設定です …）",
        ),
        (GLOBAL.encode(), "宛先のメールアドレスがありません。（550 5.1.1 … unknown）"),
        (postfix().replace(b"\n", b"\r\n"), None),
        # The whole notification stands inside what a mailing list put around it.
        (
            b"Content-Type: multipart/mixed; boundary=out\n\n--out\n"
            + postfix()
            + b"\n--out\nContent-Type: text/plain\n\nfooter\n--out--\n",
            None,
        ),
        # Cut off in the middle of our own text.
        (postfix()[: postfix().index("受け付け".encode()) + 2], None),
        # Two groups of recipients, of which the second failed.
        (
            postfix(
                replace={
                    "\nFinal-Recipient: rfc822; hanako": "\nFinal-Recipient: rfc822; x@example.jp\n"
                    "Action: relayed\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; hanako"
                }
            ),
            None,
        ),
        (
            postfix(
                replace={
                    "Content-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\nReturn-Path": (
                        "Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n"
                        + in_base64(f"Message-ID: {ID}\n")
                        + "\nReturn-Path"
                    ),
                }
            ),
            None,
        ),
        (postfix(replace={"Status: 5.1.1\n": "", "Diagnostic-Code: smtp; 550 5.1.1": "X-Was: x;"}), "メールが戻ってきました。"),
    ],
    ids=["postfix", "exim", "japanese", "rfc6533", "crlf", "wrapped", "truncated", "two", "base64", "bare"],
)  # fmt: skip
def test_a_notification_of_failure_names_the_mail_and_says_why(raw, reason):
    returned = read_returned(raw)

    assert (returned.message_id, returned.host) == (ID, "kita.localhost")
    assert reason is None or returned.reason == reason
    assert "hanako" not in returned.reason


@pytest.mark.parametrize(
    "raw",
    [
        postfix(replace={"Action: failed": "Action: delayed", "Status: 5.1.1": "Status: 4.4.1"}),
        postfix(replace={"Action: failed": "Action: delivered"}),
        postfix(replace={"Action: failed\n": ""}),
        VACATION.encode(),
        RECEIPT.encode(),
        # Cut off before the returned mail: nobody can tell which one it was.
        postfix()[: postfix().index(b"Content-Description: Undelivered")],
        postfix(replace={f"Message-ID: {ID}\n": ""}),
        postfix(replace={f"Message-ID: {ID}": "Message-ID: ,;<>@"}),
        # A notification that came back itself: what it says was said to somebody else.
        b"Content-Type: message/rfc822\n\n" + postfix(),
        b"",
        b"\x00\xff\xfe" * 400,
        b"Content-Type: multipart/report; boundary=\n\n--\n--\n",
        b"Content-Type: multipart/report; boundary=a\n\n--a\n" * 3_000,
        b"Content-Type: message/delivery-status\n\n" + b"Action: failed\n\n" * 20_000,
        b"\n".join(
            f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}".encode() for n in range(3_000)
        ),
        JAPANESE.replace(b"charset=ISO-2022-JP", b"charset=no-such").replace(b"Failed", b"\xff"),
    ],
    ids=[
        "delayed", "delivered", "no-action", "absence", "read-receipt", "cut-early", "no-id",
        "bad-id", "nested", "empty", "bytes", "no-boundary", "parts", "groups", "deep", "charset",
    ],
)  # fmt: skip
def test_every_other_mail_says_nothing(raw):
    assert read_returned(raw) is None


def test_a_long_mail_is_cut_and_still_read():
    assert read_returned(postfix() + b"x" * (3 * MOST_BYTES)).message_id == ID
    assert read_returned(b"x" * (3 * MOST_BYTES)) is None


# --- the command -----------------------------------------------------------------------------------


@pytest.fixture
def sent(kita, post):
    """A mail of 北区 that a mail server took."""
    mail = post("hanako@example.jp")
    OutgoingMail.objects.filter(pk=mail.pk).update(state="sent", sent_at=mail.created_at)
    return mail


@pytest.fixture
def take(enter, monkeypatch):
    """Pipe a mail to the command, and be back in 北区 afterwards."""

    def pipe(raw: bytes) -> None:
        enter("osaka")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        try:
            call_command("take_bounce")
        finally:
            enter("kita")

    return pipe


def returned(mail, template=POSTFIX) -> bytes:
    return template.format(id=mail.message_id).encode()


@pytest.mark.parametrize("template", [POSTFIX, EXIM], ids=["postfix", "exim"])
def test_a_returned_mail_is_noted_in_its_ward_once(sent, take, follow_ups, template):
    told = []
    follow_ups.append(lambda mail: told.append(mail.about))
    take(returned(sent, template))
    take(returned(sent, template))

    sent.refresh_from_db()
    assert (sent.state, sent.bounced_at is not None, told) == ("parked", True, ["北-000123"])
    assert sent.bounce_reason.startswith(("宛先のメールアドレスが", "相手の受信箱が"))


@pytest.mark.parametrize(
    "message_id",
    [
        "<1.2.3@kita.localhost>",
        "<1.2.3@nishi.localhost>",
        "<1.2.3@osaka.localhost>",
        "<1.2.3@kita.localhost.evil.example>",
        "<1.2.3@kita>",
        "<'; DROP TABLE ward_desk_outgoingmail; --@kita.localhost>",
    ],
)
def test_an_id_that_is_not_ours_is_ignored_with_a_line_in_the_log(
    sent, take, caplog, message_id
):  # fmt: skip
    caplog.set_level(logging.INFO)
    take(POSTFIX.format(id=message_id).encode())

    sent.refresh_from_db()
    assert sent.state == "sent"
    assert "ignored" in caplog.text
    assert "1.2.3" not in caplog.text


def test_the_id_of_another_wards_mail_opens_nothing_here(sent, take, enter, post):
    """The host of the Message-ID decides the ward; the rest must be a mail of that ward."""
    take(returned(sent).replace(b"@kita.localhost", b"@nishi.localhost"))

    sent.refresh_from_db()
    assert sent.state == "sent"


def test_a_mail_that_came_back_before_it_was_noted_as_sent_is_taken_later(kita, post, take):
    mail = post("hanako@example.jp")
    with pytest.raises(CommandError) as refusal:
        take(returned(mail))
    assert refusal.value.returncode == os.EX_TEMPFAIL


def test_without_a_database_the_mail_server_is_asked_to_try_again(sent, take, monkeypatch):
    def broken(*_):
        raise DatabaseError("away")

    module = "osaka_kusei.citywide.management.commands.take_bounce"
    monkeypatch.setattr(f"{module}.note_bounce", broken)
    with pytest.raises(CommandError) as refusal:
        take(returned(sent))
    assert refusal.value.returncode == os.EX_TEMPFAIL


@pytest.mark.slow
@pytest.mark.parametrize(
    "raw", [postfix(), VACATION.encode(), b"", b"\xff\x00" * 700_000], ids=["ours", "other", "0", "long"]
)  # fmt: skip
def test_as_a_process_it_ends_well_and_says_nothing_that_would_be_returned(site_database, raw):
    done = manage("take_bounce", database=site_database, input=raw.decode("utf-8", "surrogateescape"), errors="surrogateescape")  # fmt: skip

    assert (done.returncode, done.stdout) == (0, "")
    assert "Traceback" not in done.stderr


# --- what an officer learned otherwise -------------------------------------------------------------


def test_an_officer_records_that_a_mail_did_not_arrive(sent, kita_officer, sign_in, follow_ups, enter):  # fmt: skip
    told = []
    follow_ups.append(lambda mail: told.append(mail.about))
    client = sign_in(kita_officer, "kita")
    page = f"/admin/ward_desk/outgoingmail/{sent.pk}/"
    assert "届かなかったと記録する" in client.get(f"{page}change/").content.decode()
    client.post(f"{page}undelivered/")
    again = client.post(f"{page}undelivered/", follow=True).content.decode()

    enter("kita")
    sent.refresh_from_db()
    assert (sent.state, told) == ("parked", ["北-000123"])
    assert sent.bounce_reason == "北野 花子が、届かなかったと記録しました。"
    assert "届かなかったと記録できるのは、送信済のメールだけです。" in again
    assert '<h2 id="undelivered">' not in again


def test_who_may_not_send_mail_again_records_nothing(sent, hire, enter):
    viewer = hire("kita", "viewer")
    with pytest.raises(PermissionDenied, match="区職員と区課長"):
        record_undelivered(sent, viewer)
