"""Made-up cases of the demo wards, walked through the services with the clock set back.

Every case takes the very steps its people would have taken, in the order of days over all wards, so
that states, threads, notices and publications belong together. Nothing is inserted by hand.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import F
from django.utils import timezone

from consultations.models import Consultation, Publication
from consultations.services.intake import shown_passphrase
from consultations.services.publishing import publish_batch
from osaka_kusei.citywide.demo_steps import DemoCase, DemoOffice, receive, take_step
from osaka_kusei.citywide.writing import inside_ward
from wards import clock
from wards.desk.choices import MailState
from wards.desk.models import OutgoingMail
from wards.fixtures_reader import read_fixture
from wards.models import User, Ward

# Confirmed cases go out on this day of each month; the last days' wait for the next batch.
BATCH_DAY = 10
BATCHES_END_DAYS_AGO = 3


@dataclass(slots=True)
class DemoCases:
    """What came of loading: new cases, those that were there, and one to look up in each ward."""

    new: int = 0
    existing: int = 0
    to_look_up: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, order=True)
class _Event:
    """Something that happened at a moment of the past: a case came in, took a step, or a batch."""

    at: datetime
    number: int
    slug: str = field(compare=False)
    case: DemoCase | None = field(compare=False, default=None)
    step: list | None = field(compare=False, default=None)


def load_demo_cases(seed: int) -> DemoCases:
    """Load the cases of every demo ward that has none; the caller holds the transaction."""
    plan = read_fixture("demo/consultations.json")
    now = clock.now()
    done = DemoCases()
    offices: dict[str, DemoOffice] = {}
    events: list[_Event] = []
    slugs = list(plan["towns"])
    people = {user.email: user for user in User.objects.filter(is_demo=True)}
    for slug in slugs:
        ward = Ward.objects.get(slug=slug)
        with inside_ward(ward):
            existing = Consultation.objects.filter(is_demo=True).count()
        done.existing += existing
        neighbour = slugs[(slugs.index(slug) + 1) % len(slugs)]
        offices[slug] = DemoOffice(ward, neighbour, people, offices)
        if not existing:
            dice = random.Random(f"{seed}:{slug}")  # noqa: S311  made-up data, no secret
            events += _events_of_ward(slug, plan, dice, now, first=len(events))
    for event in sorted(events):
        _happen(event, offices[event.slug])
    for slug in dict.fromkeys(event.slug for event in events):
        with inside_ward(offices[slug].ward):
            done.new += _finish(offices[slug].ward, done)
    return done


def _events_of_ward(
    slug: str, plan: dict, dice: random.Random, now: datetime, *, first: int
) -> list[_Event]:
    """Return what happens in a ward, numbered so that what is written first comes first."""
    events = []
    towns = plan["towns"][slug]
    dice.shuffle(towns)
    rows = [row for row in plan["cases"] if slug in row.get("wards", [slug])]
    for place, row in enumerate(rows):
        name, kana = dice.choice(plan["names"])
        case = DemoCase(
            row=row,
            town=towns[place % len(towns)],
            name=name,
            kana=kana,
            phone=f"06-9999-{dice.randint(1000, 9999)}",
            key=f"demo:{slug}:{row['key']}:{dice.getrandbits(64):x}",
            dice=random.Random(dice.random()),  # noqa: S311
        )
        day = timezone.localdate(now) - timedelta(days=row["days"])
        steps: list[list | None] = [None, *row["story"]]
        for index, step in enumerate(steps):
            on = day + timedelta(days=step[0] if step else 0)
            wanted = _moment(on, 9, dice.randint(0, 20)) + timedelta(minutes=40 * index)
            # Nothing has happened that is still to come.
            at = min(wanted, now - timedelta(minutes=5 * (len(steps) - index)))
            events.append(_Event(at, first + len(events), slug, case, step))
    last = timezone.localdate(now) - timedelta(days=BATCHES_END_DAYS_AGO)
    for back in range(220):
        on = last - timedelta(days=back)
        if on.day == BATCH_DAY:
            events.append(_Event(_moment(on, 9, 30), first + len(events), slug))
    return events


def _moment(day: date, hour: int, minute: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def _happen(event: _Event, office: DemoOffice) -> None:
    with inside_ward(office.ward), clock.set_back(event.at):
        if event.case is None:
            if Publication.objects.filter(state="confirmed").exists():
                publish_batch(actor=office.person("head"))
        elif event.step is None:
            receive(event.case, office)
        else:
            take_step(event.step[1], event.case, office, event.step[2:])


def _finish(ward: Ward, done: DemoCases) -> int:
    """Count the new cases and settle their mail: it tells of the past, and goes out to nobody."""
    cases = Consultation.objects.filter(is_demo=True)
    numbers = list(cases.values_list("number", flat=True))
    OutgoingMail.objects.filter(about__in=numbers, state=MailState.WAITING).update(
        state=MailState.SENT, sent_at=F("created_at")
    )
    shown = cases.open().exclude(submission_token=None).order_by("received_on", "pk").first()
    if shown is not None:
        done.to_look_up.append((ward.host, shown.number, shown_passphrase(shown)))
    return len(numbers)
