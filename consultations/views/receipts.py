"""受付の控え: what the citizen keeps, for those who hold the address of it."""

from datetime import timedelta

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from consultations.services.intake import receipt_by_token
from consultations.services.mails import state_of_receipt_mail
from wards import clock
from wards.addresses import absolute_address
from wards.languages import multilingual

PASSPHRASE_SHOWN_FOR = timedelta(hours=24)


@require_safe
@multilingual
def receipt(request, token: str):
    """Show number, 合言葉 (for a day), who answers and until when, and what happens next."""
    known = receipt_by_token(token) if len(token) == 64 else None
    if known is None:
        raise Http404
    case = known.consultation
    age = clock.now() - case.received_at
    response = render(
        request,
        "consultations/receipt.html",
        {
            "case": case,
            "office": case.office or office_on_the_way(case),
            "category_name": case.category.name_in(get_language() or "ja"),
            "tongues": case.category.tongues(get_language() or "ja"),
            "passphrase": known.passphrase if age < PASSPHRASE_SHOWN_FOR else "",
            "received_on": timezone.localdate(case.received_at),
            "track_address": absolute_address(request.ward, reverse("consultations:track")),
            "mail_state": state_of_receipt_mail(case),
            "days": (case.due_on - case.received_on).days,
        },
    )
    # Its address is a key. A page with a form cannot say so: browsers then hide their origin, too,
    # and the form would be refused as a stranger's.
    response.headers["Referrer-Policy"] = "no-referrer"
    return kept_nowhere(response)


def office_on_the_way(case):
    """Return the office that a rule has sent the case to and that has not answered yet, or None."""
    handover = case.handovers.waiting().exclude(office=None).select_related("office").first()
    return handover.office if handover else None


def kept_nowhere(response):
    """Mark a page that no cache and no search engine may learn of."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
