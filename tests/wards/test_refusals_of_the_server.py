"""What the web server refuses before the portal sees it: in Japanese, repeating nothing."""

import runpy
import socket

import pytest
from django.conf import settings
from gunicorn import util


@pytest.fixture
def answer(monkeypatch):
    """Let the server refuse a request; return what arrives at the browser."""
    monkeypatch.setattr(util, "write_error", util.write_error)
    runpy.run_path(str(settings.BASE_DIR / "gunicorn.conf.py"))

    def refuse(status: int, reason: str) -> str:
        here, there = socket.socketpair()
        with here, there:
            util.write_error(here, status, reason, "'<script>' of the request")
            return there.recv(10_000).decode()

    return refuse


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (400, "リクエストを読み取れません"),
        (414, "アドレスが長すぎます"),
        (417, "リクエストを読み取れません"),
        (431, "送られた情報が大きすぎます"),
        (500, "サーバーで問題が起きました"),
    ],
)
def test_a_refusal_is_a_japanese_page_of_its_own_length(answer, status, title):
    head, _, page = answer(status, "Refused").partition("\r\n\r\n")

    assert head.startswith(f"HTTP/1.1 {status} Refused\r\n")
    assert f"Content-Length: {len(page.encode())}\r\n" in head
    assert "Content-Type: text/html; charset=utf-8" in head
    assert f"<h1>{title}</h1>" in page
    assert '<html lang="ja">' in page
    assert "script" not in page
