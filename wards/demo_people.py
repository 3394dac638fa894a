"""Demo people exist on one machine only: a server refuses to run beside them."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError

from wards.models import User


def refuse_demo_people_in_production() -> bool:
    """Raise ImproperlyConfigured when demo people exist and `./dev up` did not start us.

    Return whether that is settled. A database that cannot be asked now is no reason to stop: the
    site answers 503 by itself, and whoever called asks again before it serves.
    """
    if settings.PORTAL_LOCAL:
        return True
    try:
        exist = User.objects.filter(is_demo=True, is_active=True).exists()
    except (DatabaseError, InterfaceError):
        return False
    if exist:
        raise ImproperlyConfigured(
            "The database holds demo people (load_demo). Start it with ./dev up, or deactivate them."
        )
    return True


class DemoPeopleGuard:
    """The site as WSGI serves it, once demo people are ruled out; until then every request asks."""

    def __init__(self, application):
        self.application = application
        self.is_settled = refuse_demo_people_in_production()

    def __call__(self, environ, start_response):
        """Serve the request; raise ImproperlyConfigured beside demo people."""
        self.is_settled = self.is_settled or refuse_demo_people_in_production()
        return self.application(environ, start_response)
