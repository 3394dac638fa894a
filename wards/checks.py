"""System checks of people and roles."""

from django.core.checks import Error, register

from wards.models import Role
from wards.roles import all_roles


@register
def every_role_is_defined(app_configs, **kwargs):
    """Refuse a role that has a name but no definition, or a definition but no name."""
    differing = set(all_roles()) ^ set(Role.values)
    return [
        Error(f"Role {code!r} stands only in one of roles.yaml and Role.", id="wards.E001")
        for code in sorted(differing)
    ]
