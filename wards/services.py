"""Changes of people and memberships."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from wards.models import Bureau, Membership, Office, Role, User, Ward
from wards.roles import reasons_not_to_appoint


@transaction.atomic
def appoint(
    user: User,
    ward: Ward,
    role: str,
    *,
    valid_from: date,
    valid_to: date | None = None,
    office: Office | None = None,
    bureau: Bureau | None = None,
) -> Membership:
    """Give a person a role from a day on; a role that already runs is returned unchanged.

    Raises ValidationError when the role does not belong there, the dates contradict, or the same
    role begins later within the time.
    """
    # Two appointments of one person wait for each other: only one can see a free time.
    User.objects.select_for_update().get(pk=user.pk)
    running = Membership.objects.in_force(valid_from).filter(user=user, ward=ward, role=role)
    if existing := running.first():
        return existing
    if reasons := reasons_against_membership(
        user=user, ward=ward, role=role, valid_from=valid_from, valid_to=valid_to
    ):
        raise ValidationError([reason for _, reason in reasons])
    membership = Membership(
        user=user,
        ward=ward,
        role=role,
        office=office,
        bureau=bureau,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    membership.full_clean()
    membership.save()
    return membership


def reasons_against_membership(
    *, user: User | None, ward: Ward, role: str, valid_from, valid_to, itself: int | None = None
) -> list[tuple[str, str]]:
    """List why a membership cannot be stored, each with the field it is about.

    `itself` is the row that is being changed. A role that runs at the same time is refused here,
    where `appoint` would quietly leave it as it is.
    """
    reasons = [
        ("role", reason)
        for reason in reasons_not_to_appoint(role, at_headquarters=ward.is_headquarters)
    ]
    if user is None or user.pk is None:
        return reasons
    same = Membership.objects.filter(user=user, ward=ward, role=role).exclude(pk=itself)
    same = same.filter(Q(valid_to=None) | Q(valid_to__gte=valid_from))
    if valid_to is not None:
        same = same.filter(valid_from__lte=valid_to)
    if same.exists():
        reasons.append(("valid_from", "同じ所属と役割が、この期間にすでにあります。"))
    return reasons


def reasons_against_place(
    *, ward: Ward, role: str, office: Office | None, bureau: Bureau | None
) -> list[tuple[str, str]]:
    """List why a role does not go with an 事業所 or a 局, each with the field it is about.

    Who serves an office or a bureau sees what was handed to it and nothing else: without one they
    would see nothing, and nobody would know why.
    """
    reasons = []
    if role == Role.OFFICE_CLERK and office is None:
        reasons.append(("office", "事業所職員には、働いている事業所を選んでください。"))
    if role != Role.OFFICE_CLERK and office is not None:
        reasons.append(("office", "事業所は、事業所職員だけに付けます。空欄にしてください。"))
    if office is not None and not office.wards.filter(pk=ward.pk).exists():
        reasons.append(("office", f"{office}は、{ward}を担当していません。"))
    if role == Role.BUREAU_OFFICER and bureau is None:
        reasons.append(("bureau", "局の窓口には、局を選んでください。"))
    if role != Role.BUREAU_OFFICER and bureau is not None:
        reasons.append(("bureau", "局は、局の窓口だけに付けます。空欄にしてください。"))
    return reasons
