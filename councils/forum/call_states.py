"""How a 公募 stands, as its dates tell, and what the officer reads of it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from councils.forum.choices import CallState


@dataclass(frozen=True, slots=True)
class CallDates:
    """The dates of a call."""

    published_at: datetime | None
    opens_at: datetime
    closes_at: datetime
    is_decided: bool


def call_state(dates: CallDates, now: datetime) -> CallState:
    """Return how a call stands at a moment; it takes applications until just before it closes."""
    if dates.is_decided:
        return CallState.DECIDED
    if dates.published_at is None:
        return CallState.DRAFT
    if now < dates.opens_at:
        return CallState.COMING
    return CallState.OPEN if now < dates.closes_at else CallState.SCREENING


NEXT_WORDS = {
    CallState.DRAFT: "課長か区長が内容を確かめて、公表してください。公表した後は条件を変えられません。",
    CallState.COMING: "受付の開始を待っています。",
    CallState.OPEN: "受け付けています。紙の応募は、このページから登録してください。",
    CallState.SCREENING: "応募を採点し、選任を決定してください。",
}


def next_words(state: CallState, *, untold: int, unengaged: int) -> str:
    """Say what is to be done with a call; of a decided one, as long as anybody waits for something."""
    if state != CallState.DECIDED:
        return NEXT_WORDS[state]
    if untold and unengaged:
        return "結果を知らせ、選任した人を委嘱してください。"
    if untold:
        return "結果を知らせてください。"
    if unengaged:
        return "選任した人を委嘱してください。"
    return "結果を知らせ、委嘱も済みました。手続きはありません。"


def reasons_not_to_apply(state: CallState, opens: str, closes: str) -> list[str]:
    """List why an application is not taken now; `opens` and `closes` are moments in words."""
    if state == CallState.OPEN:
        return []
    if state in (CallState.DRAFT, CallState.COMING):
        return [f"受付は、{opens}からです。"]
    return [f"受付は、{closes}に終わりました。"]
