"""Demo people exist on one machine only: a server refuses to start beside them."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError

from wards.models import User


def refuse_demo_people_in_production() -> None:
    """Raise ImproperlyConfigured when demo people exist and `./dev up` did not start us.

    A database that cannot be asked at the start is not a reason: the site then answers 503 by
    itself. So it is asked again with the wards of a host, and before a ward's task.
    """
    if settings.PORTAL_LOCAL:
        return
    try:
        exist = User.objects.filter(is_demo=True, is_active=True).exists()
    except (DatabaseError, InterfaceError):
        return
    if exist:
        raise ImproperlyConfigured(
            "The database holds demo people (load_demo). Start it with ./dev up, or deactivate them."
        )
