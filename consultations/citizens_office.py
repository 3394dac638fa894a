"""Whom a citizen can speak to when the form is not enough."""

from dataclasses import dataclass

from consultations.models import Section

# 大阪市総合コールセンター（なにわコール）, every day 8:00–21:00; for wards whose 総合窓口 has no number.
CALL_CENTRE = "06-4301-7285"


@dataclass(frozen=True, slots=True)
class Office:
    """Name and telephone of the place to ask; `section` is empty for the city's call centre."""

    section: str
    phone: str


def office_to_ask() -> Office:
    """Return the 総合窓口 with its number, or the call centre where it has none."""
    section = Section.objects.front_desk()
    if section is not None and section.phone:
        return Office(section.name, section.phone)
    return Office("", CALL_CENTRE)
