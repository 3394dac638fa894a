"""Cases that may be about the same thing, for staff to bundle."""

from datetime import timedelta

from consultations.models import Consultation
from consultations.similarity import most_alike

# A matter is complained about in the same weeks; only so many are compared, whatever the ward has.
RECENT = timedelta(days=90)
MOST_COMPARED = 400


def similar_cases(consultation: Consultation) -> list[tuple[Consultation, int]]:
    """Return recent open cases of the category that are alike, with the likeness in percent."""
    others = dict(
        Consultation.objects.open()
        .filter(
            category=consultation.category_id,
            received_on__gte=consultation.received_on - RECENT,
            received_on__lte=consultation.received_on + RECENT,
        )
        .exclude(pk=consultation.pk)
        .order_by("-received_on", "-pk")
        .values_list("pk", "search_key")[:MOST_COMPARED]
    )
    alike = most_alike(f"{consultation.place} {consultation.body}", others.items())
    found = Consultation.objects.with_names().in_bulk([number for number, _ in alike])
    return [(found[number], round(score * 100)) for number, score in alike]
