"""Ranges for exclusion constraints: what must not overlap."""

from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField
from django.db.models import F, Func, Value


def number_as_range(field: str) -> Func:
    """Return a number as a range of one.

    An exclusion constraint compares ranges without the extension btree_gist, which an installation
    may not have.
    """
    return Func(
        F(field), F(field), Value("[]"), function="int8range", output_field=BigIntegerRangeField()
    )


def days(first: str, last: str, bounds: str) -> Func:
    """Return two days as a range; an empty last day is open."""
    return Func(
        F(first), F(last), Value(bounds), function="daterange", output_field=DateRangeField()
    )
