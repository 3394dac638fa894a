"""相談・要望 on the 地域カルテ: what is still open in an area's towns, overdue first."""

from django.db.models import Count, Q
from django.urls import reverse

from consultations.admin import columns
from consultations.case_states import OPEN
from consultations.models import Consultation
from wards import clock

MOST_SHOWN = 10


def cases_of_area(request, area) -> tuple[str, dict] | None:
    """Return the open cases that this person may see, with their number and the whole list."""
    if not request.user.has_perm("consultations.view_consultation"):
        return None
    today = clock.today()
    cases = Consultation.objects.visible_to(request.user).in_area(area)
    is_open = Q(state__in=OPEN)
    counts = cases.aggregate(
        all=Count("pk"),
        open=Count("pk", filter=is_open),
        late=Count("pk", filter=is_open & Q(due_on__lt=today)),
    )
    waiting = cases.open().with_names().select_related("deadline_rule").order_by("due_on", "pk")
    context = {
        "has_towns": bool(area.town_names),
        "counts": counts,
        "list_url": f"{reverse('admin:consultations_consultation_changelist')}?area={area.pk}",
        "is_listed": area.holds_on(today),
        "cases": [
            {
                "case": case,
                "state": columns.state_badge(case.state),
                "due": columns.due_badge(case, today),
            }
            for case in waiting[:MOST_SHOWN]
        ],
    }
    return "admin/consultations/area_cases.html", context
