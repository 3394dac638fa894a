"""The single door through which a command of the operator enters wards to write."""

from collections.abc import Iterator
from contextlib import contextmanager

from django_tenants.utils import tenant_context  # noqa: TID251  the one door for operators

from kpis.catalog.models import CityResult, RecordedResult
from kpis.models import Result
from wards.models import Ward


@contextmanager
def inside_ward(office: Ward) -> Iterator[None]:
    """Enter an office under its own database role, or as the owner where the command logs in so."""
    with tenant_context(office):
        yield


@contextmanager
def inside_to_write(office: Ward) -> Iterator[type[RecordedResult]]:
    """Enter an office under its own database role, as its officers do; give its table of results.

    For commands only: what a page wants changed in a ward it leaves there as a job.
    """
    with inside_ward(office):
        yield CityResult if office.is_headquarters else Result
