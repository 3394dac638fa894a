"""Who gets which answer on 本庁's pages of 区政会議: rows of tests/test_access.py, for the city's host.

`forum_city_things` is called while a ward is served: only a ward sends a request. It needs the
bureau 「construction」, whose people `browser_of` makes.
"""

from datetime import date, timedelta

from django.db import connection

from councils.city.models import BureauRequest, RequestRule
from wards.models import Bureau

OVERSEERS = "city_viewer city_officer"
READERS = f"{OVERSEERS} bureau_officer"
NOT_FOUND, MOVED = 404, 302
NONE = "00000000-0000-4000-8000-000000000000"


def of_forum_city(row, of_a_model, staff: str) -> list:
    """Return the rows of the city's host; `row` and `of_a_model` are those of the table."""
    desk, one = "admin/bureau-requests/", "admin/bureau-requests/<uuid:pk>/"
    at, unassigned = f"/{desk}{{bureau_request}}/", f"/{desk}{{bureau_request_unassigned}}/"
    public_one = "requests/<uuid:pk>/"

    def public(pattern: str, address: str, gets: int = 200):
        return row(pattern, address, "", gets, others=gets, outsiders=gets)

    return [
        public("forum/", "/forum/"),
        public("forum/calendar.ics", "/forum/calendar.ics"),
        public("requests/", "/requests/"),
        public("requests/", "/requests/?page=9", NOT_FOUND),
        public(public_one, "/requests/{bureau_request_published}/"),
        public(public_one, "/requests/{bureau_request}/", NOT_FOUND),
        row(desk, f"/{desk}", READERS),
        row(desk, f"/{desk}?format=csv", READERS),
        row(one, at, READERS),
        # What no bureau is responsible for does not exist for a bureau's people.
        row(one, unassigned, OVERSEERS, unseen_by="bureau_officer"),
        row(one, f"/{desk}{NONE}/", READERS, NOT_FOUND),
        row(one, at, READERS, NOT_FOUND, method="post"),
        *of_a_model(
            "council_city/requestrule", "request_rule", staff,
            see=OVERSEERS, change="city_officer", add="city_officer", posted=MOVED,
        ),
    ]  # fmt: skip


def forum_city_things(officer, manager, mayor) -> dict[str, object]:
    """Make what the addresses name, sent by the ward served; return the numbers."""
    ward = connection.tenant
    rule, bureau = RequestRule.objects.first(), Bureau.objects.get(code="construction")
    made = [
        BureauRequest.objects.create(
            from_ward=ward, kind="request", opinion_id=number, opinion_label=f"R08-000{number}",
            title="見本の要請", text="本文", sent_on=date(2026, 11, 1), sent_by_name=officer.name,
            rule=rule, due_on=date(2026, 11, 1) + timedelta(days=rule.days),
        )
        for number in (1, 2, 3)
    ]  # fmt: skip
    # What happens to them at 本庁 is written there.
    connection.set_schema_to_public()
    assigned = {"bureau": bureau, "assigned_on": date(2026, 11, 2)}
    BureauRequest.objects.filter(pk=made[1].pk).update(state="assigned", **assigned)
    BureauRequest.objects.filter(pk=made[2].pk).update(
        state="published", answer_class="heard", answer="承りました。",
        answered_on=date(2026, 11, 3), published_on=date(2026, 11, 4), **assigned,
    )  # fmt: skip
    connection.set_tenant(ward)
    return {
        "bureau_request_unassigned": made[0].pk,
        "bureau_request": made[1].pk,
        "bureau_request_published": made[2].pk,
        "request_rule": rule.pk,
    }
