"""Rows of 区政会議 as they stand once made known, and how a reader's program reads what it gets."""

import base64
import csv
import io
import re
import zlib
from datetime import date, timedelta

from councils.forum.models import (
    Minutes,
    Opinion,
    Response,
)
from wards import clock

SECRET = "まだ公表していない文"


def announced(session, **more):
    """Make a session known."""
    session.announced_at = session.starts_at - timedelta(days=20)
    for name, value in more.items():
        setattr(session, name, value)
    session.save()
    return session


def held(session, *, published=True, actor, body="（議長）　開会します。\n○委員：街灯が暗いです。"):
    """Hold an announced session; publish its minutes two weeks later."""
    announced(session, began_at=session.starts_at, ended_at=session.planned_end_at)
    done_at = session.planned_end_at + timedelta(days=14)
    Minutes.objects.create(
        session=session,
        body=body,
        saved_by=actor,
        saved_at=done_at,
        confirmed_by=actor if published else None,
        confirmed_at=done_at if published else None,
        published_at=done_at if published else None,
        published_by=actor if published else None,
    )
    return session


def say(session, actor, title="街灯を明るくしてほしい", **more):
    """Register an opinion of a session without a service."""
    number = Opinion.objects.count() + 1
    received_on = more.pop("received_on", date(2026, 7, 10))
    fields = {
        "source": "session",
        "text": f"{title}という意見。",
        "section": "地域課",
        "due_on": received_on + timedelta(days=60),
        **more,
    }
    return Opinion.objects.create(
        fiscal_year=2026,
        number=number,
        session=session,
        received_on=received_on,
        title=title,
        registered_by=actor,
        **fields,
    )


def answer(opinion, actor, state="published", **more):
    """Answer an opinion without a service; a published answer is a month younger than the opinion."""
    was_out = state in ("published", "withdrawn")
    moment = clock.now() - timedelta(days=20)
    fields = {"response_class": "this_year", "text": "明るくします。", **more}
    return Response.objects.create(
        opinion=opinion,
        state=state,
        written_by=actor,
        written_at=moment,
        approved_by=actor if state != "draft" else None,
        approved_at=moment if state != "draft" else None,
        published_at=moment if was_out else None,
        withdrawn_at=clock.now() if state == "withdrawn" else None,
        withdrawn_reason="内容に誤りがあったため。" if state == "withdrawn" else "",
        **fields,
    )


def read(client, address: str, status: int = 200) -> str:
    """Return a page's text."""
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def rows_of(client, address: str) -> list[dict]:
    """Return the rows of a CSV."""
    content = b"".join(client.get(address).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def text_of_pdf(content: bytes) -> str:
    """Return what a PDF of ours draws: its streams unpacked, its two-byte strings read."""
    text = ""
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        drawn = zlib.decompress(base64.a85decode(packed.strip().removesuffix(b"~>")))
        for string in re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", drawn, re.DOTALL):
            plain = re.sub(
                rb"\\([0-7]{3}|.)",
                lambda found: bytes([int(found[1], 8)]) if len(found[1]) == 3 else _plain(found[1]),
                string,
                flags=re.DOTALL,
            )
            text += plain.decode("utf-16-be", "replace")
    return text


def _plain(escaped: bytes) -> bytes:
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(escaped, escaped)
