"""System checks: which app sits in which list (DESIGN §4)."""

from django.conf import settings
from django.core.checks import Error, register

# Their rows carry primary keys of a ward's rows; one table for all wards would mix them up.
IN_EVERY_SCHEMA = ("django.contrib.admin", "axes", "pghistory")


@register
def audit_logs_stand_in_every_schema(app_configs, **kwargs):
    """Refuse a configuration in which logs of 24 wards share one table."""
    return [
        Error(
            f"{app} must stand in SHARED_APPS and in TENANT_APPS.",
            hint="Primary keys coincide between wards.",
            id="osaka_kusei.E001",
        )
        for app in IN_EVERY_SCHEMA
        if app not in settings.SHARED_APPS or app not in settings.TENANT_APPS
    ]
