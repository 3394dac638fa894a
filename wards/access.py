"""What a person may do here and today: memberships of the schema being served."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import connection

from wards import clock
from wards.models import Membership, User
from wards.models.user import normalized_email


def memberships_here(user) -> list[Membership]:
    """Return the person's memberships in force today in the schema served, asked once a request.

    The schema is part of the memory: an object carried into another ward answers afresh.
    """
    if not getattr(user, "is_active", False) or user.pk is None:
        return []
    known = user.__dict__.setdefault("_memberships_by_schema", {})
    key = (connection.schema_name, clock.today())
    if key not in known:
        known[key] = list(
            Membership.objects.in_force(clock.today()).filter(
                user_id=user.pk, ward__schema_name=connection.schema_name
            )
        )
    return known[key]


def works_here(user) -> bool:
    """Say whether the person has any role in the schema served today."""
    return bool(memberships_here(user))


def may(actor, permission: str) -> None:
    """Raise PermissionDenied with the reason unless the person's role grants the permission."""
    if not actor.has_perm(permission):
        raise PermissionDenied("あなたの役割では、この手続きはできません。")


class MembershipBackend(BaseBackend):
    """Log in by e-mail and password; grant what the roles held here grant."""

    def authenticate(self, request, username=None, password=None, **credentials):
        """Return the person when the password fits and they work in the schema served."""
        if username is None or password is None:
            return None
        try:
            user = User.objects.get(email=normalized_email(username))
        except User.DoesNotExist:
            # Hash all the same: unknown and known people answer equally slowly.
            User().set_password(password)
            return None
        if user.check_password(password) and user.is_active and works_here(user):
            return user
        return None

    def get_user(self, user_id):
        """Return an active person by number."""
        return User.objects.filter(pk=user_id, is_active=True).first()

    def get_all_permissions(self, user_obj, obj=None) -> set[str]:
        """Return the permissions of the roles held here today."""
        roles = sorted({membership.role for membership in memberships_here(user_obj)})
        if not roles or obj is not None:
            return set()
        known = user_obj.__dict__.setdefault("_permissions_by_roles", {})
        key = (connection.schema_name, *roles)
        if key not in known:
            known[key] = {
                f"{app_label}.{codename}"
                for app_label, codename in Permission.objects.filter(
                    group__name__in=roles
                ).values_list("content_type__app_label", "codename")
            }
        return known[key]

    def has_module_perms(self, user_obj, app_label) -> bool:
        """Say whether any right of the app is held here."""
        return any(
            permission.startswith(f"{app_label}.")
            for permission in self.get_all_permissions(user_obj)
        )


def people_of_office(office) -> list[User]:
    """Return the clerks of an office who work for the ward served today."""
    return list(
        User.objects.filter(
            is_active=True,
            memberships__in=Membership.objects.in_force(clock.today()).filter(
                office=office, ward__schema_name=connection.schema_name
            ),
        ).distinct()
    )


def offices_with_people() -> frozenset[int]:
    """Return the numbers of the offices that have a clerk who works for the ward served today."""
    return frozenset(
        Membership.objects.in_force(clock.today())
        .filter(
            office__isnull=False,
            user__is_active=True,
            ward__schema_name=connection.schema_name,
        )
        .values_list("office_id", flat=True)
    )


def people_with_permission(permission: str) -> list[User]:
    """Return who works in the schema served today with a role that grants a permission."""
    app_label, _, codename = permission.partition(".")
    roles = Permission.objects.filter(
        content_type__app_label=app_label, codename=codename
    ).values_list("group__name", flat=True)
    return list(
        User.objects.filter(
            is_active=True,
            memberships__in=Membership.objects.in_force(clock.today()).filter(
                role__in=list(roles), ward__schema_name=connection.schema_name
            ),
        ).distinct()
    )
