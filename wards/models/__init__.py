from wards.models.access_record import AccessRecord, CityAccessEvent
from wards.models.dated_row import DatedQuerySet, DatedRow
from wards.models.job import Job
from wards.models.membership import Membership, Role
from wards.models.never_rewritten import NeverMissing, NeverRewritten
from wards.models.office import Bureau, Office
from wards.models.session import Session
from wards.models.user import User
from wards.models.ward import Ward
from wards.models.ward_row import ForeignWardError, WardRow

__all__ = [
    "AccessRecord",
    "Bureau",
    "CityAccessEvent",
    "DatedQuerySet",
    "DatedRow",
    "ForeignWardError",
    "Job",
    "Membership",
    "NeverMissing",
    "NeverRewritten",
    "Office",
    "Role",
    "Session",
    "User",
    "Ward",
    "WardRow",
]
