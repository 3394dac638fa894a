"""A calendar of sessions as phones subscribe to it (RFC 5545): plain entries in, bytes out. Pure.

A session keeps its UID for good; SEQUENCE and DTSTAMP say which of two versions is the newer one. A
cancelled session stays, marked as such, so that it also vanishes from calendars that hold it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneStandard
from icalendar.prop import vDuration, vUri

from wards.fiscal_year import fiscal_year_label

CONTENT_TYPE: Final = "text/calendar; charset=utf-8"
OSAKA: Final = ZoneInfo("Asia/Tokyo")
NINE_HOURS: Final = timedelta(hours=9)
PRODUCT: Final = "-//Osaka City//Kusei Portal//JA"
# How often a subscriber looks again.
EVERY: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """One announced session: moments with their zone, `uid` with the host, `url` in full."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    place: str
    url: str
    changed_at: datetime
    is_cancelled: bool = False
    description: str = ""


def summary_of(
    ward: str, fiscal_year: int, number: int, *, subcommittee: str = "", is_sample: bool = False
) -> str:
    """Return what a calendar calls a session: 「北区 区政会議（令和8年度第2回）」.

    One of a 部会 names it; a made-up one says so, for nobody is to come to it.
    """
    called = f"区政会議 {subcommittee}" if subcommittee else "区政会議"
    name = f"{ward} {called}（{fiscal_year_label(fiscal_year)}第{number}回）"
    return f"{name}【見本】" if is_sample else name


def last_change(*moments: datetime | None) -> datetime:
    """Return the latest of the moments at which a notice was made known, changed or cancelled."""
    return max(moment for moment in moments if moment is not None)


def calendar_of(entries: Iterable[SessionEntry], name: str) -> bytes:
    """Return a calendar of that name with the entries in the order of their beginning."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    # The first of each pair is RFC 7986, the second what phones have read since before it.
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", OSAKA.key)
    calendar.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    calendar["x-published-ttl"] = vDuration(EVERY)
    calendar.add_component(_zone())
    for entry in sorted(entries, key=lambda one: (one.starts_at, one.uid)):
        calendar.add_component(_event(entry))
    content: bytes = calendar.to_ical()
    return content


def _zone() -> Timezone:
    """Return Osaka's time: nine hours before Greenwich, without summer time since 1951-09-08."""
    zone = Timezone()
    zone.add("tzid", OSAKA.key)
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1951, 9, 9))
    standard.add("tzoffsetfrom", NINE_HOURS)
    standard.add("tzoffsetto", NINE_HOURS)
    standard.add("tzname", "JST")
    zone.add_component(standard)
    return zone


def _event(entry: SessionEntry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", entry.starts_at.astimezone(OSAKA))
    event.add("dtend", entry.ends_at.astimezone(OSAKA))
    event.add("summary", f"【中止】{entry.summary}" if entry.is_cancelled else entry.summary)
    event.add("location", entry.place)
    event["url"] = vUri(entry.url)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    # To sit in one is no reason to be busy: most who subscribe look where they might listen.
    event.add("transp", "TRANSPARENT")
    if entry.description:
        event.add("description", entry.description)
    return event
