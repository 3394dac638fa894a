"""The only place that asks what time it is; rules take day and moment as arguments."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

# Of one thread, and of one task in it: nobody else's clock is moved.
_set_back_to: ContextVar[datetime | None] = ContextVar("set_back_to", default=None)


def now() -> datetime:
    """Return the present moment, with its zone."""
    return _set_back_to.get() or timezone.now()


def today() -> date:
    """Return today's date in Osaka: 00:30 in Japan is still yesterday in UTC."""
    return timezone.localdate(now())


@contextmanager
def set_back(moment: datetime) -> Iterator[None]:
    """Let the block take place at a moment of the past, for demo data and tests alone.

    What the triggers of the database note stays true: history says when a row was really written.
    Raise ValueError for the future.
    """
    if moment > timezone.now():
        raise ValueError("The clock can be set back, not forward.")
    token = _set_back_to.set(moment)
    try:
        yield
    finally:
        _set_back_to.reset(token)
