"""The single loop over the wards' schemas."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import QuerySet
from django_tenants.utils import tenant_context  # noqa: TID251  the one door for the city

from wards.models import Ward

Row = TypeVar("Row")


@contextmanager
def one_snapshot():
    """Read as of one moment, read-only, so that 24 wards add up to one city (C54).

    Inside another transaction (a test's, or a request's) its snapshot is used as it is.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def read_each_ward(read: Callable[[Ward], Row]) -> list[Row]:
    """Call `read` once inside each ward's schema, as `portal_city`, and collect what it returns.

    `read` must return plain values: a queryset would be evaluated in another ward.
    """
    return _read_wards(list(Ward.objects.in_official_order()), read)


def read_ward(slug: str, read: Callable[[Ward], Row]) -> Row:
    """Call `read` inside one ward's schema, as `portal_city`; raise Ward.DoesNotExist for no ward."""
    (row,) = _read_wards([Ward.objects.in_official_order().get(slug=slug)], read)
    return row


def _read_wards(wards: list[Ward], read: Callable[[Ward], Row]) -> list[Row]:
    rows = []
    with one_snapshot(), connection.city_reading():
        for ward in wards:
            with tenant_context(ward):
                row = read(ward)
                if isinstance(row, QuerySet):
                    raise TypeError("A queryset would be evaluated in another ward; return rows.")
                rows.append(row)
    return rows
