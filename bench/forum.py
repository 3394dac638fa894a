"""Measurements of 区政会議 in a ward with a ledger of twenty busy years, gone again afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import connection, transaction
from django.http import QueryDict

from councils.forum.choices import OpinionSource, ResponseClass, ResponseState
from councils.forum.ledger import chosen, ledger_lines, public_opinions
from councils.forum.ledger_filters import Asked
from councils.forum.models import ForumSession, ForumTerm, Measure, Opinion, Response
from councils.forum.services import opinion_reminders
from osaka_kusei.citywide.writing import inside_ward
from wards import clock
from wards.models import User, Ward

OPINIONS = 5_000
"""港区 publishes about 200 a year; this is that for 25 years."""
# A ward that the demo leaves alone.
SLUG = "fukushima"
FIRST_DAY = date(2013, 10, 1)


@contextmanager
def full_ledger() -> Iterator[None]:
    """Serve a ward with 5,000 answered opinions for the block; all is rolled back at its end."""
    connection.set_schema_to_public()
    # A ward's own role sees its own people alone, and this ward has none.
    person = User.objects.first()
    with inside_ward(Ward.objects.get(slug=SLUG)), transaction.atomic():
        _fill(person)
        yield
        transaction.set_rollback(True)


def _fill(person: User) -> None:
    now, today = clock.now(), clock.today()
    term = ForumTerm.objects.create(
        number=1, valid_from=FIRST_DAY, valid_to=today + timedelta(days=365),
        seats_bodies=10, seats_experts=5, seats_public=5,
    )  # fmt: skip
    session = ForumSession.objects.create(
        term=term, kind="plenary", fiscal_year=today.year, number=1, place="測定",
        starts_at=now - timedelta(days=1), planned_end_at=now, observers=10, desk_minutes=30,
        contact="測定", papers_due_on=today, announced_at=now - timedelta(days=20),
    )  # fmt: skip
    opinions = Opinion.objects.bulk_create(
        Opinion(
            fiscal_year=2013 + n % 13, number=n, source=OpinionSource.SESSION, session=session,
            received_on=today - timedelta(days=n % 4_000), due_on=today - timedelta(days=n % 4_000 - 60),
            title=f"測定の意見{n}", text="照明を明るくしてほしい。" * 10, section="地域担当",
            registered_by=person,
        )
        for n in range(1, OPINIONS + 1)
    )  # fmt: skip
    Response.objects.bulk_create(
        Response(
            opinion=one, response_class=ResponseClass.THIS_YEAR, text="明るくします。" * 10,
            state=ResponseState.PUBLISHED, written_by=person, written_at=now, approved_by=person,
            approved_at=now, published_at=now,
        )
        for one in opinions
    )  # fmt: skip
    Measure.objects.bulk_create(
        Measure(
            opinion=one, done_on=today, text="取り替えました。", recorded_by=person, recorded_at=now
        )
        for one in opinions
    )


def _asked(query: str = ""):
    return chosen(public_opinions(), Asked.read(QueryDict(query)), clock.today())


def one_page() -> list:
    """Read a page of the public ledger, narrowed by a word."""
    rows = _asked("q=照明")
    rows.count()
    return list(ledger_lines(rows[:25], clock.today()))


FORUM_WORK: dict[str, Callable[[], object]] = {
    "forum: a page of the ledger by a word": one_page,
    "forum: the whole ledger as rows of a file": lambda: list(
        ledger_lines(_asked(), clock.today())
    ),
    "forum: reminders of a day": lambda: opinion_reminders.remind_of_opinions(clock.today()),
}
