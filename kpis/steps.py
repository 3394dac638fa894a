"""The way of a value from entry to 確定, as the public reads it: office and role, never a name."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from kpis.catalog.models import RecordedResult
from kpis.choices import EntryState
from kpis.jobs import RECOMPUTE
from kpis.models.result import HANDED_IN
from wards.models import Job, Membership, Role, Ward

CITY_OFFICE = "大阪市 市民局"
OF_THE_CITY = {EntryState.CITY_CONFIRMED, EntryState.FINAL}
# At 本庁 no ward stands between: 確定 makes these moves along with its own.
NOT_AT_HEADQUARTERS = {EntryState.WARD_CONFIRMED, EntryState.CITY_CONFIRMED}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a value: what happened, when, and at which office in which role."""

    label: str
    at: datetime
    by: str
    person: int | None = None


def run_of(result: RecordedResult, ward: Ward) -> Job | None:
    """Return the recompute that judged a stored value last, if it still stands in the job table."""
    if result.computed_at is None:
        return None
    return Job.objects.filter(
        ward=ward,
        name=RECOMPUTE,
        started_at__lte=result.computed_at,
        finished_at__gte=result.computed_at,
    ).first()


def steps_of(result: RecordedResult, ward: Ward) -> list[Step]:
    """Tell who entered a value, and the states it has passed since it was last handed in."""
    entered: Step | None = None
    steps: list[Step] = []
    values_before = state_before = None
    for event in result.events.order_by("pgh_id").values():
        at, state = event["pgh_created_at"], EntryState(event["state"])
        values = (event["actual"], event["not_applicable"], event["respondents"])
        if values != values_before:
            entered = Step("入力", at, ward.office_name, event["entered_by_id"])
        if state != state_before and state not in HANDED_IN:
            steps = []
        elif state != state_before and not (ward.is_headquarters and state in NOT_AT_HEADQUARTERS):
            steps.append(_step(state, event, ward))
        values_before, state_before = values, state
    if entered is not None and result.has_entry:
        steps.insert(0, entered)
    return list(_with_roles(steps, ward))


def _step(state: EntryState, event: dict, ward: Ward) -> Step:
    at = event["pgh_created_at"]
    if state in OF_THE_CITY:
        return Step(state.label, at, CITY_OFFICE)
    person = event["confirmed_by_id"] if state == EntryState.WARD_CONFIRMED else None
    return Step(state.label, at, ward.office_name, person)


def _with_roles(steps: list[Step], ward: Ward) -> Iterable[Step]:
    """Add the role that each person had in the ward on the day of the step."""
    people = {step.person for step in steps if step.person is not None}
    held = list(Membership.objects.filter(ward=ward, user__in=people)) if people else []
    for step in steps:
        day = timezone.localtime(step.at).date()
        roles = [
            Role(one.role).label
            for one in held
            if one.user_id == step.person
            and one.valid_from <= day
            and (one.valid_to is None or day <= one.valid_to)
        ]
        role = "・".join(dict.fromkeys(roles))
        yield replace(step, by=f"{step.by} {role}".strip(), person=None)
