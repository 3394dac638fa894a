"""Taking turns: one client hands in so much in ten minutes, without Redis and without a cache (C38).

A broker that hangs would hold up the citizen for seconds (SECURITY §1.9); the ward's own database
is needed for the submission anyway. When counting fails, the submission is let through.
"""

import ipaddress
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from wards import clock
from wards.intake.models import SubmissionWindow
from wards.middleware import plain_page
from wards.throttle import client_address

PER_WINDOW = 5
PER_WINDOW_OF_MANY = 30
# Who sends what nobody can have read before gets a third; a shared address keeps its turns, because
# a class that sends at once looks the same.
PER_WINDOW_IN_DOUBT = 2
WINDOW = timedelta(minutes=10)
WARD_LIMIT = 600

log = logging.getLogger(__name__)

# Both rows in one statement and always in this order, so that two clients never wait for each other.
_COUNT = """
    INSERT INTO {table} AS w (client_digest, started_at, count)
    VALUES (%(client)s, %(now)s, 1), (%(ward)s, %(now)s, 1)
    ON CONFLICT (client_digest) DO UPDATE SET
        count = CASE WHEN w.started_at <= %(horizon)s OR w.started_at > %(future)s
                     THEN 1 ELSE least(w.count + 1, 1000000) END,
        started_at = CASE WHEN w.started_at <= %(horizon)s OR w.started_at > %(future)s
                          THEN %(now)s ELSE w.started_at END
    RETURNING client_digest, started_at, count
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a client may hand something in now, and if not, after how many seconds."""

    allowed: bool
    retry_after_seconds: int = 0


def client_digest(request: HttpRequest, purpose: str = "") -> str:
    """Return a code for the client's address that cannot be turned back, another one in each ward.

    A household has 2^64 addresses of IPv6, so that its network counts, not one of them. What is
    counted for another purpose has other codes.
    """
    address = client_address(request)
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        counted = address
    else:
        if isinstance(read, ipaddress.IPv6Address):
            read = read.ipv4_mapped or read
        width = 64 if read.version == 6 else 32
        counted = str(ipaddress.ip_network((read, width), strict=False))
    key = f"{connection.schema_name} {counted} {purpose}".rstrip()
    return salted_hmac("wards.intake", key, algorithm="sha256").hexdigest()


def allowance(request: HttpRequest, *, in_doubt: bool = False) -> int:
    """Return how many a client may hand in per window; many share the address of a school or hall.

    Such addresses and networks stand in `SHARED_CLIENT_ADDRESSES`. `in_doubt`: see
    `wards.public_forms.PublicForm.is_doubtful`.
    """
    of_one = PER_WINDOW_IN_DOUBT if in_doubt else PER_WINDOW
    try:
        address = ipaddress.ip_address(client_address(request))
    except ValueError:
        return of_one
    shared = any(address in network for network in settings.SHARED_CLIENT_ADDRESSES)
    return PER_WINDOW_OF_MANY if shared else of_one


def take_turn(
    client_digest: str,
    *,
    purpose: str = "",
    per_window: int = PER_WINDOW,
    window: timedelta = WINDOW,
    ward_limit: int = WARD_LIMIT,
    now: datetime | None = None,
) -> Turn:
    """Count one submission of a client and say whether it may go on.

    Call it outside the submission's transaction, when the form is valid and no receipt exists yet
    under its `submission_key`: the row of the ward would otherwise be held until the end, and a
    second press of the button would be counted twice. A database that cannot count lets through.
    Each purpose has a row of the ward of its own, so that none eats the turns of another.
    """
    now = now or clock.now()
    statement = _COUNT.format(table=SubmissionWindow._meta.db_table)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # A clock that was set back must not shut the ward's form for as long as it jumped.
            moments = {"now": now, "horizon": now - window, "future": now + window}
            cursor.execute(statement, {"client": client_digest, "ward": purpose, **moments})
            rows = cursor.fetchall()
    except Error:
        log.exception("Submissions cannot be counted; this one is let through.")
        return Turn(allowed=True)
    ends = [
        started_at + window
        for digest, started_at, count in rows
        if count > (ward_limit if digest == purpose else per_window)
    ]
    if not ends:
        return Turn(allowed=True)
    return Turn(allowed=False, retry_after_seconds=max(1, ceil((max(ends) - now).total_seconds())))


def turn_of(request: HttpRequest, *, in_doubt: bool = False) -> Turn:
    """Count one submission of the client that sent the request; see `take_turn`."""
    per_window = allowance(request, in_doubt=in_doubt)
    return take_turn(client_digest(request), per_window=per_window)


def give_back(client_digest: str, *, purpose: str = "") -> None:
    """Give a turn back that was no use of it, such as a try that was right."""
    try:
        with transaction.atomic():
            SubmissionWindow.objects.filter(
                client_digest__in=(client_digest, purpose), count__gt=0
            ).update(count=F("count") - 1)
    except Error:
        log.exception("A turn cannot be given back.")


def come_back_later(turn: Turn) -> HttpResponse:
    """Return the page that asks for a little patience, with the seconds in `Retry-After`."""
    response = plain_page("429.html", 429)
    response.headers["Retry-After"] = str(turn.retry_after_seconds)
    return response


def forget_old_windows(now: datetime, *, window: timedelta = WINDOW) -> int:
    """Remove what no longer counts; for the night. Return how many rows there were."""
    removed, _ = SubmissionWindow.objects.filter(started_at__lte=now - window).delete()
    return removed
