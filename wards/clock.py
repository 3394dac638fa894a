"""The only place that asks what time it is; rules take day and moment as arguments."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """Return the present moment, with its zone."""
    return timezone.now()


def today() -> date:
    """Return today's date in Osaka: 00:30 in Japan is still yesterday in UTC."""
    return timezone.localdate()
