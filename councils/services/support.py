"""財政的支援: recorded under the rules of who may get what, and linked to the city's own system."""

from django.db import transaction

from councils.models import CommunityCouncil, CouncilPractice, SupportGrant
from councils.services.steps import locked, state_of
from councils.support_rules import (
    operating_aid_years,
    reasons_against_sums,
    reasons_not_to_support,
    to_return,
)
from wards.access import may
from wards.fiscal_year import fiscal_year_of
from wards.storing import store
from wards.typed import refuse


def aid_years_of(council: CommunityCouncil, day) -> range:
    """Return the fiscal years of 運営助成 of a council; none before it is first certified."""
    first = council.certifications.order_by("certified_on").first()
    if first is None:
        return range(0)
    practice = CouncilPractice.objects.in_force(day)
    return operating_aid_years(
        fiscal_year_of(first.certified_on),
        years=practice.aid_years,
        counts_formation_year=practice.counts_formation_year,
    )


def reasons_against(council: CommunityCouncil, grant: SupportGrant) -> list[str]:
    """List everything against a sum of support, of its council and of its figures."""
    return reasons_not_to_support(
        grant.kind,
        fiscal_year=grant.fiscal_year,
        state=state_of(council, grant.applied_on),
        aid_years=aid_years_of(council, grant.applied_on),
    ) + reasons_against_sums(
        eligible_yen=grant.eligible_yen,
        percent=grant.rate.percent if grant.rate else None,
        decided_yen=grant.decided_yen,
        paid_yen=grant.paid_yen,
        settled_yen=grant.settled_yen,
    )


@transaction.atomic
def record_grant(grant: SupportGrant, *, actor) -> SupportGrant:
    """Store a sum of support, new or changed, under the rules."""
    may(actor, "councils.change_supportgrant")
    council = locked(grant.council)
    refuse(reasons_against(council, grant))
    if grant.rate is not None and grant.rate.kind != grant.kind:
        refuse(["補助率が、支援の種類と合いません。"])
    store(grant)
    return grant


def owed_back(grant: SupportGrant) -> int:
    """Return what the council still has to pay back, in yen."""
    if grant.settled_yen is None:
        return 0
    return max(to_return(grant.paid_yen or 0, grant.settled_yen) - (grant.returned_yen or 0), 0)
