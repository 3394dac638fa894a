"""Measurements of 地域活動協議会 in a ward as big as 平野区 and half more, gone again afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from councils import public
from councils.choices import FilingKind, OrganizationKind, Position, RosterKind
from councils.city.models import RequirementSet
from councils.models import (
    Certification,
    CertificationApplication,
    CommunityCouncil,
    Confirmation,
    CouncilOfficer,
    Filing,
    MemberOrganization,
    SchoolDistrictArea,
    SupportGrant,
)
from councils.services import reminders, roster_files, rosters
from osaka_kusei.citywide.writing import inside_ward
from wards import clock
from wards.models import User, Ward

COUNCILS = 32
"""平野区 has 22, the most of all wards."""
OFFICERS, BODIES, YEARS = 20, 40, 10
# A ward that the demo leaves alone.
SLUG = "fukushima"
FIRST_DAY = date(2013, 4, 1)


@contextmanager
def full_ward() -> Iterator[None]:
    """Serve a ward with 32 councils of ten years for the block; all is rolled back at its end."""
    connection.set_schema_to_public()
    # A ward's own role sees its own people alone, and this ward has none.
    person = User.objects.first()
    with inside_ward(Ward.objects.get(slug=SLUG)), transaction.atomic():
        _fill(person)
        yield
        transaction.set_rollback(True)


def _fill(person: User) -> None:
    today = clock.today()
    numbers = range(1, COUNCILS + 1)
    areas = SchoolDistrictArea.objects.bulk_create(
        SchoolDistrictArea(code=f"{n:02}", name=f"測定{n}", valid_from=FIRST_DAY) for n in numbers
    )
    councils = CommunityCouncil.objects.bulk_create(
        CommunityCouncil(name=f"測定{n}地域活動協議会", area=area, registered_on=FIRST_DAY)
        for n, area in zip(numbers, areas, strict=True)
    )
    posts = [Position.REPRESENTATIVE, *[Position.OTHER] * (OFFICERS - 1)]
    CouncilOfficer.objects.bulk_create(
        CouncilOfficer(council=one, name=f"測定 {n}", position=post, valid_from=FIRST_DAY)
        for one in councils
        for n, post in enumerate(posts)
    )
    MemberOrganization.objects.bulk_create(
        MemberOrganization(
            council=one, name=f"測定団体{n}", kind=OrganizationKind.OTHER, valid_from=FIRST_DAY
        )
        for one in councils
        for n in range(BODIES)
    )
    applications = CertificationApplication.objects.bulk_create(
        CertificationApplication(
            council=one, area=one.area, requirement_set=RequirementSet.objects.in_force(FIRST_DAY),
            applied_on=FIRST_DAY, state="certified", state_changed_at=timezone.now(),
            received_by=person, decided_on=FIRST_DAY, decided_by=person,
        )
        for one in councils
    )  # fmt: skip
    held = Certification.objects.bulk_create(
        Certification(
            council=one.council, area=one.area, application=one, number=n,
            certified_on=FIRST_DAY, certified_by=person,
        )
        for n, one in enumerate(applications, start=1)
    )  # fmt: skip
    Confirmation.objects.bulk_create(
        Confirmation(certification=one, due_on=today + timedelta(days=n - COUNCILS // 2))
        for n, one in enumerate(held)
    )
    years = range(today.year - YEARS, today.year + 1)
    Filing.objects.bulk_create(
        Filing(council=one, fiscal_year=year, kind=kind, due_on=date(year, 4, 30))
        for one in councils
        for year in years
        for kind in FilingKind
    )
    SupportGrant.objects.bulk_create(
        SupportGrant(
            council=one, kind="subsidy", fiscal_year=year, title="活動費", reference=f"{one.pk}-{year}",
            applied_on=date(year, 4, 1), eligible_yen=800_000, decided_on=date(year, 4, 20),
            decided_yen=400_000,
        )
        for one in councils
        for year in years
    )  # fmt: skip


def staff_list() -> list:
    """Read the staff's list with what it tells of each council."""
    return list(CommunityCouncil.objects.with_figures(clock.today()).select_related("area"))


def one_as_of() -> object:
    """Read how one council stood on a day."""
    return rosters.as_of(CommunityCouncil.objects.first(), FIRST_DAY + timedelta(days=400))


COUNCIL_WORK: dict[str, Callable[[], object]] = {
    "councils: public directory": lambda: public.certified_on(clock.today()),
    "councils: staff list": staff_list,
    "councils: one council on a day": one_as_of,
    "councils: officers as rows of a file": lambda: roster_files.rows_of(
        RosterKind.OFFICERS, clock.today()
    ),
    "councils: reminders of a day": lambda: reminders.remind_of_councils(clock.today()),
}
