"""What a mail server's answer means: try again, or never."""

import re
import smtplib
from typing import Final

PERMANENT: Final = range(500, 600)
_ADDRESS: Final = re.compile(r"[^\s<>（(]+@[^\s<>）),;]+")


def is_refused_for_good(problem: Exception) -> bool:
    """Say whether the server will never take this mail: a 5xx answer to its recipient or its text.

    RFC 5321, 4.2.1. A 5xx to the sender or to the login is about our set-up, not about this mail,
    and is tried again.
    """
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in problem.recipients.values()]
        return bool(codes) and all(code in PERMANENT for code in codes)
    return isinstance(problem, smtplib.SMTPDataError) and problem.smtp_code in PERMANENT


def is_silence(problem: Exception) -> bool:
    """Say whether the server gave no answer at all: it stalled, or dropped the line."""
    return isinstance(problem, TimeoutError | smtplib.SMTPServerDisconnected)


def in_words(problem: Exception) -> str:
    """Say for the officer what went wrong, with the server's own answer behind it.

    Servers repeat the address; it is left out, since reasons stand in lists and files.
    """
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        answers = " ".join(_answer(code, text) for code, text in problem.recipients.values())
        return f"メールサーバーが宛先を受け付けませんでした。{answers}"
    if isinstance(problem, smtplib.SMTPResponseException):
        answer = _answer(problem.smtp_code, problem.smtp_error)
        return f"メールサーバーが受け付けませんでした。{answer}"
    if is_silence(problem):
        return "メールサーバーが途中で応答しなくなりました。"
    if isinstance(problem, OSError):
        return f"メールサーバーに接続できませんでした。{type(problem).__name__}"
    return f"メールを作れませんでした。{type(problem).__name__}"


def _answer(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"（{code} {without_addresses(' '.join(words.split()))}）"


def without_addresses(text: str) -> str:
    """Leave the mail addresses out of what a server said."""
    return _ADDRESS.sub("…", text)
