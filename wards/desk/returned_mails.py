"""What a returned mail says: a delivery status notification (RFC 3464), read with suspicion.

Anybody may write to the address that mail comes back to, so nothing here is believed but one thing:
whoever knows the Message-ID of a mail of ours, 64 random bits of it, has had that mail in hand.
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Final

from wards.desk.smtp_answers import without_addresses

# A mail of ours is short; what is longer is cut, and what matters stands before that.
MOST_BYTES: Final = 1024 * 1024
LONGEST_REASON: Final = 400

_STATUS_TYPES: Final = ("message/delivery-status", "message/global-delivery-status")
# The mail that came back, whole or its head alone; the `global` ones are those of RFC 6533.
_RETURNED_TYPES: Final = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/global",
    "message/global-headers",
)
_MESSAGE_ID: Final = re.compile(r"<[^<>@\s]{1,120}@[^<>@\s]{1,120}>")
_STATUS: Final = re.compile(r"(?<![0-9.])[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])")
_ACTION: Final = re.compile(r"[a-z]+")
# RFC 3463: by subject and detail, then by subject alone.
_IN_WORDS: Final = (
    ("1.", "宛先のメールアドレスがありません。"),
    ("2.2", "相手の受信箱がいっぱいです。"),
    ("2.1", "相手のメールアドレスは使われていません。"),
    ("2.", "相手の受信箱が受け取れません。"),
    ("3.4", "メールが大きすぎます。"),
    ("4.", "相手のメールサーバーに届きませんでした。"),
    ("7.", "相手のメールサーバーが受け取りを拒みました。"),
)
_NO_WORDS: Final = "メールが戻ってきました。"


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail that was given up: which one, and why, for the officer; without any address."""

    message_id: str
    reason: str

    @property
    def host(self) -> str:
        """Return the host of the office that sent the mail."""
        return self.message_id.rpartition("@")[2].rstrip(">").lower()


def read_returned(raw: bytes) -> Returned | None:
    """Return what a notification of failure says, or None for every other mail.

    None is also a delay (`Action: delayed`), an absence note, and a notification that does not
    return the head of the mail, so that nobody can tell which mail it is about.
    """
    try:
        return _read(email.message_from_bytes(raw[:MOST_BYTES]))
    # A parser that stumbles over a mail from outside is no fault of ours, and stops nothing.
    except Exception:  # noqa: BLE001
        return None


def _read(message: Message) -> Returned | None:
    failure = None
    message_id = ""
    for part in _parts(message):
        kind = part.get_content_type()
        if kind in _STATUS_TYPES:
            failure = failure or _failure(part)
        elif kind in _RETURNED_TYPES:
            message_id = message_id or _id_of(part)
    if failure is None or not message_id:
        return None
    return Returned(message_id, _reason(failure))


def _parts(message: Message) -> Iterator[Message]:
    """Walk over the parts, and never into a mail that came back: what it says is not said to us."""
    if message.get_content_maintype() != "multipart":
        yield message
        return
    payload = message.get_payload()
    for part in payload if isinstance(payload, list) else ():
        if isinstance(part, Message):
            yield from _parts(part)


def _field(fields: Message, name: str) -> str:
    """Return a field's text on one line, whatever bytes stand in it; "" where there is none."""
    for key, value in fields.raw_items():
        if key.lower() == name:
            text = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            return " ".join(text.split())
    return ""


def _failure(part: Message) -> Message | None:
    """Return the group of fields of the recipient whom the mail did not reach."""
    for fields in _groups(part):
        action = _ACTION.match(_field(fields, "action").lower())
        if action is not None and action[0] == "failed":
            return fields
    return None


def _groups(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    for group in payload if isinstance(payload, list) else ():
        if not isinstance(group, Message):
            continue
        yield group
        # The parser knows no `global-delivery-status`: it takes the further groups for a text.
        for fields in re.split(rb"\r?\n\s*\n", _bytes_of(group)):
            yield email.message_from_bytes(fields.strip())


def _bytes_of(part: Message) -> bytes:
    """Return a part that is no list of parts as it is meant: base64 and the like undone."""
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def _id_of(part: Message) -> str:
    """Return the Message-ID of the mail that came back."""
    payload = part.get_payload()
    if isinstance(payload, list):
        heads = [head for head in payload if isinstance(head, Message)]
    else:
        heads = [email.message_from_bytes(_bytes_of(part))]
    found = (_MESSAGE_ID.search(_field(head, "message-id")) for head in heads)
    return next((match[0] for match in found if match), "")


def _reason(fields: Message) -> str:
    """Say why in a sentence, with what the server said behind it, and without any address."""
    # 「smtp; 550 5.1.1 …」: the type before the semicolon tells the officer nothing.
    diagnosis = _field(fields, "diagnostic-code").partition(";")[2].strip()
    codes = _STATUS.findall(f"{_field(fields, 'status')} {diagnosis}")
    # Exim writes 5.0.0 and leaves the exact code to what the other server said.
    code = next((code for code in codes if not code.endswith(".0.0")), "".join(codes[:1]))
    words = next((words for subject, words in _IN_WORDS if code[2:].startswith(subject)), _NO_WORDS)
    said = without_addresses(diagnosis if code in diagnosis else f"{code} {diagnosis}".strip())
    return f"{words}（{said}）"[:LONGEST_REASON] if said else words
