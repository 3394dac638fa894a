"""傍聴: taken in the order of arrival; when more come than there are seats, one draw decides for good."""

import secrets
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from councils.forum.choices import StepKind
from councils.forum.models import ForumSession, Observer
from councils.forum.services.session_rows import MAY_CHANGE, day_of, locked, reasons_over
from councils.forum.services.steps import note
from wards import clock
from wards.access import may
from wards.list_filters import midnight
from wards.storing import store
from wards.typed import optional_text, refuse
from wards.wareki import wareki_minute

# More would be no queue at a ward office's door, and the number would not fit its column.
MOST_OBSERVERS = 2_000
DRAWN_ALREADY = "抽選は、すでに終わっています。結果は変えられません。"


def desk_opens_at(session: ForumSession):
    """Return the moment from which observers are taken."""
    return session.starts_at - timedelta(minutes=session.desk_minutes)


def reasons_not_to_take(session: ForumSession) -> list[str]:
    """List why nobody can be put on the list of observers now."""
    if reasons := reasons_over(session):
        return reasons
    if session.announced_at is None:
        return ["開催を公表していない会議の傍聴は、受け付けられません。"]
    now, opens = clock.now(), desk_opens_at(session)
    if now < opens:
        return [f"傍聴の受付は、{wareki_minute(timezone.localtime(opens))}からです。"]
    if day_of(now) > day_of(session.starts_at):
        return ["会議の日を過ぎたため、傍聴は受け付けられません。"]
    return []


def is_drawn(session: ForumSession) -> bool:
    """Say whether it is decided who may listen."""
    return Observer.objects.filter(session=session, is_admitted__isnull=False).exists()


@transaction.atomic
def take_observer(session: ForumSession, *, name: str = "", actor) -> Observer:
    """Put somebody on the list; after the draw they are let in as long as seats are left."""
    may(actor, MAY_CHANGE)
    session = locked(session)
    refuse(reasons_not_to_take(session))
    there = Observer.objects.filter(session=session)
    last = there.aggregate(last=Max("number"))["last"] or 0
    if last >= MOST_OBSERVERS:
        refuse([f"傍聴の受付は、{MOST_OBSERVERS:,}人までです。"])
    observer = Observer(
        session=session,
        number=last + 1,
        name=optional_text(name, longest=60),
        came_at=clock.now(),
    )
    if is_drawn(session):
        observer.is_admitted = there.filter(is_admitted=True).count() < session.observers
    store(observer)
    return observer


def reasons_not_to_draw(session: ForumSession) -> list[str]:
    """List why it cannot be decided now who may listen."""
    if reasons := reasons_over(session):
        return reasons
    if is_drawn(session):
        return [DRAWN_ALREADY]
    if not session.observer_list.exists():
        return ["傍聴を受け付けた人がいません。"]
    return []


@transaction.atomic
def draw_observers(session: ForumSession, *, actor) -> int:
    """Decide who may listen, by lot when more came than there are seats; return how many may.

    The draw is of the operating system's chance, puts everybody into an order, and is done once:
    of two presses at the same moment the second is refused.
    """
    may(actor, MAY_CHANGE)
    session = locked(session)
    refuse(reasons_not_to_draw(session))
    everybody = list(Observer.objects.filter(session=session).order_by("number"))
    by_lot = len(everybody) > session.observers
    if by_lot:
        secrets.SystemRandom().shuffle(everybody)
    for place, observer in enumerate(everybody, start=1):
        observer.is_admitted = place <= session.observers
        observer.drawn_place = place if by_lot else None
    Observer.objects.bulk_update(everybody, ["is_admitted", "drawn_place"])
    admitted = min(len(everybody), session.observers)
    title = (
        f"傍聴の{'抽選' if by_lot else '受付'}を終えました（{len(everybody)}人中{admitted}人）。"
    )
    note(session, StepKind.NOTE, title, actor=actor)
    return admitted


def observers_to_erase(before: date):
    """Keep observers with a name at sessions that started before a day."""
    return Observer.objects.filter(session__starts_at__lt=midnight(before)).exclude(name="")


def erase_observers(before: date) -> int:
    """Empty the names of observers; number, arrival and the draw stay.

    For the purge, with the day a year ago. Return how many names were emptied.
    """
    return observers_to_erase(before).update(name="")
