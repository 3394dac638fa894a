"""Service requests of GeoReport v2: published answers, by what was asked for.

`service_request_id` is the 公表番号 (see consultations.public_answers), so that a receipt number tells
nobody which text it became. Only days are public, so every moment is the beginning of its day.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from consultations.case_states import OPEN
from consultations.models import Category, Publication
from consultations.open311.documents import Refusal
from consultations.open311.services import NO_SUCH_SERVICE
from consultations.public_answers import PublicAnswer, as_public
from wards.row_numbers import row_number

LONGEST_SPAN = timedelta(days=90)
MOST = 1000
MOST_IDS = 100
STATES = ("open", "closed")


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a long list is wanted."""

    number: int
    size: int


def begins(day: date) -> str:
    """Write the beginning of a day in Osaka: 2026-11-25T00:00:00+09:00."""
    return timezone.make_aware(datetime.combine(day, time())).isoformat()


def status_of(answer: PublicAnswer) -> str:
    """Map the state of the case: as long as something is owed to the citizen it is open."""
    return "open" if answer.case_state in OPEN else "closed"


def service_request(answer: PublicAnswer) -> dict:
    """Return one request; what GeoReport asks for and is not published is empty, never guessed."""
    return {
        "service_request_id": str(answer.number),
        "status": status_of(answer),
        "status_notes": answer.city_view or None,
        "service_name": answer.category_name,
        "service_code": answer.category_code,
        "description": answer.summary,
        "agency_responsible": answer.section,
        "service_notice": None,
        "requested_datetime": begins(answer.received_on),
        "updated_datetime": begins(answer.published_on),
        "expected_datetime": None,
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def find_requests(asked: QueryDict | Mapping[str, str], *, now: datetime):
    """Return the publications that a query names, newest request first. Raise Refusal."""
    # As in the list of services: a category taken out of 公表 takes its requests along.
    published = (
        Publication.objects.published()
        .filter(consultation__category__is_publishable=True)
        .order_by("-consultation__received_on", "-pk")
    )
    if numbers := asked.get("service_request_id", "").strip():
        # By the specification it overrides every other argument.
        return published.filter(pk__in=_numbers(numbers))
    if code := asked.get("service_code", "").strip():
        codes = _words(code)
        known = set(
            Category.objects.filter(code__in=codes, is_staff_only=False).values_list(
                "code", flat=True
            )
        )
        if known != set(codes):
            raise Refusal(404, NO_SUCH_SERVICE)
        published = published.filter(consultation__category__code__in=codes)
    if given := asked.get("status", "").strip():
        states = set(_words(given))
        if not states <= set(STATES):
            raise Refusal(400, "statusは open か closed です。")
        if "open" not in states:
            published = published.exclude(consultation__state__in=OPEN)
        if "closed" not in states:
            published = published.filter(consultation__state__in=OPEN)
    start, end = span(asked.get("start_date", ""), asked.get("end_date", ""), now=now)
    return published.filter(consultation__received_on__range=_days_between(start, end))


def _days_between(start: datetime, end: datetime) -> tuple[date, date]:
    """Return the days whose beginning lies in the span: `requested_datetime` is that moment."""
    first = timezone.localtime(start)
    day = first.date()
    if first.time() != time():
        day += timedelta(days=1)
    return day, timezone.localtime(end).date()


def span(start_text: str, end_text: str, *, now: datetime) -> tuple[datetime, datetime]:
    """Return the span of a query: 90 days at most, by default the last 90. Raise Refusal."""
    start = _moment(start_text, "start_date")
    end = _moment(end_text, "end_date")
    try:
        if start is None and end is None:
            start, end = now - LONGEST_SPAN, now
            # Days, not moments, are published: the first of the 90 counts whole.
            start = timezone.localtime(start).replace(hour=0, minute=0, second=0, microsecond=0)
            return start, end
        start = start or end - LONGEST_SPAN
        end = end or start + LONGEST_SPAN
    except OverflowError as problem:
        raise Refusal(400, "start_dateとend_dateは、暦にある日時にしてください。") from problem
    if end < start:
        raise Refusal(400, "end_dateは、start_date以後にしてください。")
    if end - start > LONGEST_SPAN:
        raise Refusal(400, "start_dateからend_dateまでは、90日以内にしてください。")
    return start, end


def _moment(text: str, name: str) -> datetime | None:
    # In an address a plus that nobody encoded has become a space.
    text = re.sub(r"(T\S+) (\d\d:?\d\d)\Z", r"\1+\2", text.strip())
    if not text:
        return None
    try:
        moment = parse_datetime(text)
        if moment is None and (day := parse_date(text)):
            moment = datetime.combine(day, time())
        if moment is not None and timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        # Both ends of the calendar leave no room for the difference to Osaka.
        if moment is not None and 1900 <= moment.year <= 9000:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Refusal(
        400, f"{name}は「2026-11-25T00:00:00+09:00」のように、ISO 8601で指定してください。"
    )


def _words(text: str) -> list[str]:
    return [word.strip()[:40] for word in text.split(",") if word.strip()]


def _numbers(text: str) -> list[int]:
    words = _words(text)
    if len(words) > MOST_IDS:
        raise Refusal(400, f"service_request_idは、一度に{MOST_IDS}個までにしてください。")
    numbers = [number for number in map(row_number, words) if number is not None]
    if len(numbers) < len(words):
        raise Refusal(400, "service_request_idは数字です。2個以上はコンマで区切ってください。")
    return numbers


def page_of(asked: Mapping[str, str]) -> Page:
    """Read `page` and `page_size`, as other GeoReport servers name them. Raise Refusal."""

    def number(name: str, default: int, most: int) -> int:
        text = asked.get(name, "").strip() or str(default)
        if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= most:
            raise Refusal(400, f"{name}は、1から{most}までの数字にしてください。")
        return int(text)

    return Page(number("page", 1, 100_000), number("page_size", MOST, MOST))


def requests_on(rows, page: Page) -> tuple[list[dict], int]:
    """Return the requests of a page, and how many there are in all."""
    first = (page.number - 1) * page.size
    return [
        service_request(one) for one in as_public(rows[first : first + page.size])
    ], rows.count()
