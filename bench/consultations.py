"""Measurements of 相談・要望 in a ward with 100,000 cases, which are gone again afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from django.db import connection, transaction
from django.db.models import Avg, Count, F, Q
from django.db.models.functions import TruncMonth

from consultations.models import Consultation
from consultations.services.intake import Circumstances, check_submission, receive_consultation
from osaka_kusei.citywide.writing import inside_ward
from wards import clock
from wards.models import Ward

CASES = 100_000
AT_ONCE = 10_000
# A ward that the demo leaves alone.
SLUG = "fukushima"
_keys = count()

# What differs from case to case; every other column is that of the one case they are copied from.
# Of a year's cases one in twenty is open, as after a good year.
_EXPRESSIONS = {
    "serial": "100000 + n",
    "number": "'R99-BENCH-' || lpad(n::text, 6, '0') || '-0'",
    "submission_token": "NULL",
    "category_id": "1 + n % 12",
    "received_on": "c.received_on - n % 365",
    "received_at": "c.received_at - n % 365 * interval '1 day'",
    "due_on": "c.received_on - n % 365 + 14",
    "state": "CASE WHEN n % 20 = 0 THEN 'in_progress' ELSE 'answered' END",
    "answered_on": "CASE WHEN n % 20 = 0 THEN NULL ELSE c.received_on - n % 365 + 3 + n % 17 END",
    "closed_on": "CASE WHEN n % 20 = 0 THEN NULL ELSE c.received_on - n % 365 + 3 + n % 17 END",
}


@contextmanager
def crowded_ward() -> Iterator[None]:
    """Serve a ward with 100,000 cases for the block; everything is rolled back at its end.

    Statistics are of the owner alone to renew, so that PostgreSQL plans here as on the first day.
    """
    connection.set_schema_to_public()
    with inside_ward(Ward.objects.get(slug=SLUG)), transaction.atomic():
        pattern = submit()
        columns = [field.column for field in Consultation._meta.fields if field.column != "id"]
        values = ", ".join(_EXPRESSIONS.get(name, f'c."{name}"') for name in columns)
        values = values.replace("%", "%%")
        names = ", ".join(f'"{name}"' for name in columns)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            for start in range(0, CASES, AT_ONCE):
                cursor.execute(
                    f"INSERT INTO consultations_consultation ({names}) SELECT {values}"  # noqa: S608
                    " FROM consultations_consultation c, generate_series(%s, %s) n WHERE c.id = %s",
                    [start + 1, start + AT_ONCE, pattern.pk],
                )
        yield
        transaction.set_rollback(True)


def submit() -> Consultation:
    """Take in one case as the public form does."""
    checked = check_submission(
        {
            "category": "road",
            "question_danger": "no",
            "place": "梅田1丁目",
            "body": "街路灯が消えていて、夜道が暗いです。",
            "wants_reply": "yes",
            "reply_by": "email",
            "name": "大阪 花子",
            "email": "hanako@example.jp",
        }
    )
    how = Circumstances(submission_key=f"bench-{next(_keys)}")
    return receive_consultation(checked, how).consultation


def work_list() -> list:
    """Read the first page of the list of open cases, with its number of rows."""
    still_open = Consultation.objects.open().with_names()
    return [still_open.count(), *still_open[:100]]


def figures() -> list:
    """Count a year's cases by category and month: received, answered in time, days it took."""
    return list(
        Consultation.objects.filter(
            received_on__gt=clock.today().replace(year=clock.today().year - 1, day=1)
        )
        .order_by()
        .values("category", month=TruncMonth("received_on"))
        .annotate(
            received=Count("pk"),
            in_time=Count("pk", filter=Q(answered_on__lte=F("due_on"))),
            days=Avg(F("answered_on") - F("received_on")),
        )
    )


def look_up() -> bool:
    """Find one case by its number."""
    return Consultation.objects.filter(number=f"R99-BENCH-{CASES // 2:06}-0").exists()


CONSULTATIONS: dict[str, Callable[[], object]] = {
    "consultations: a submission": submit,
    "consultations: first page of the work list": work_list,
    "consultations: figures of a year": figures,
    "consultations: look-up by number": look_up,
}
