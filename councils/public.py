"""What everybody may know of councils: names, never addresses; contact only where the ward says so."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from councils.choices import ActivityField, OrganizationKind, Position, in_list_order
from councils.models import (
    Certification,
    CommunityCouncil,
    CouncilDocument,
    CouncilOfficer,
    MemberOrganization,
    SchoolDistrictArea,
)
from wards.text import search_key


@dataclass(frozen=True, slots=True)
class PublicCouncil:
    """A certified council as the public sees it; what is not published is empty here."""

    number: int
    name: str
    kana: str
    area_code: str
    area: str
    towns: str
    certification_number: int
    certified_on: date
    fields: tuple[str, ...]
    phone: str
    email: str
    website: str
    officers: tuple[tuple[str, str], ...]
    unnamed_officers: int
    organizations: tuple[tuple[str, str], ...]
    is_sample: bool

    @property
    def fields_in_words(self) -> str:
        """Return the fields of activity with 「、」 between them."""
        return "、".join(self.fields)

    @property
    def representative(self) -> str:
        """Return the name of the representative, where it is published."""
        return next(
            (name for called, name in self.officers if called == Position.REPRESENTATIVE.label), ""
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader looks for: words in the names, a field of activity."""

    words: str = ""
    field: str = ""

    @classmethod
    def of(cls, query) -> "Asked":
        """Read an address; a field that there is not is no condition."""
        field = query.get("field", "")
        return cls(query.get("q", "").strip()[:100], field if field in ActivityField.values else "")

    @property
    def is_narrowed(self) -> bool:
        """Say whether there is any condition."""
        return bool(self.words or self.field)


def certified_on(day: date, *, number: int | None = None) -> list[PublicCouncil]:
    """Return the listed councils that are certified on a day, by area; `number` keeps one."""
    held = (
        Certification.objects.in_force(day)
        .filter(council__is_public=True)
        .select_related("council", "area")
        .prefetch_related(
            Prefetch("council__officers", CouncilOfficer.objects.in_force(day), "officers_now"),
            Prefetch(
                "council__organizations", MemberOrganization.objects.in_force(day), "bodies_now"
            ),
        )
    )
    if number is not None:
        held = held.filter(council__pk=number)
    return [_as_public(one) for one in held.order_by("area__code", "pk")]


def _as_public(held: Certification) -> PublicCouncil:
    council: CommunityCouncil = held.council
    officers = in_list_order(council.officers_now, "position", Position)
    bodies = in_list_order(council.bodies_now, "kind", OrganizationKind)
    return PublicCouncil(
        number=council.pk,
        name=council.name,
        kana=council.kana,
        area_code=held.area.code,
        area=held.area.name,
        towns="、".join(held.area.town_names),
        certification_number=held.number,
        certified_on=held.certified_on,
        fields=tuple(one.label for one in ActivityField if one in council.fields_of_activity),
        phone=council.phone if council.phone_is_public else "",
        email=council.email if council.email_is_public else "",
        website=council.website if council.website_is_public else "",
        officers=tuple((one.called, one.name) for one in officers if one.name_is_public),
        unnamed_officers=sum(not one.name_is_public for one in officers),
        organizations=tuple((one.name, one.get_kind_display()) for one in bodies),
        is_sample=council.is_demo,
    )


def chosen(councils: list[PublicCouncil], asked: Asked) -> list[PublicCouncil]:
    """Keep the councils that meet the conditions."""
    words = search_key(asked.words)
    field = ActivityField(asked.field).label if asked.field else ""
    return [
        one
        for one in councils
        if words in search_key(f"{one.name} {one.kana} {one.area} {one.towns}")
        and (not field or field in one.fields)
    ]


def areas_without(councils: list[PublicCouncil], day: date) -> list[str]:
    """Return the areas of a day in which no listed council is certified."""
    known = {one.area_code for one in councils}
    areas = SchoolDistrictArea.objects.in_force(day)
    return [area.name for area in areas if area.code not in known]


def published_papers(number: int) -> list[CouncilDocument]:
    """Return the papers of a council that the ward publishes, the newest first."""
    return list(CouncilDocument.objects.filter(council=number, is_public=True))
