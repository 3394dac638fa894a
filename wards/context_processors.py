"""What every template may count on."""

from django.db import connection


def ward(request) -> dict:
    """Offer the ward being served as `ward`."""
    return {"ward": connection.tenant}
