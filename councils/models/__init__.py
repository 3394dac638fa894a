from councils.models.area import AreaNote, AreaStaff, AreaSuccession, SchoolDistrictArea
from councils.models.certification import (
    Certification,
    CertificationApplication,
    ChangeNotice,
    Confirmation,
    CorrectionItem,
    CorrectiveRequest,
    Judgement,
    Revocation,
)
from councils.models.change_link import ChangeLink
from councils.models.community_council import (
    CommunityCouncil,
    CouncilEntry,
    CouncilOfficer,
    CouncilOrgan,
    MemberOrganization,
    OrganSeat,
)
from councils.models.document import CouncilDocument
from councils.models.filing import Filing, FilingRule
from councils.models.practice import CouncilPractice
from councils.models.roster_file import RosterFile
from councils.models.support import SupportGrant, SupportRate

__all__ = [
    "AreaNote",
    "AreaStaff",
    "AreaSuccession",
    "Certification",
    "CertificationApplication",
    "ChangeLink",
    "ChangeNotice",
    "CommunityCouncil",
    "Confirmation",
    "CorrectionItem",
    "CorrectiveRequest",
    "CouncilDocument",
    "CouncilEntry",
    "CouncilOfficer",
    "CouncilOrgan",
    "CouncilPractice",
    "Filing",
    "FilingRule",
    "Judgement",
    "MemberOrganization",
    "OrganSeat",
    "Revocation",
    "RosterFile",
    "SchoolDistrictArea",
    "SupportGrant",
    "SupportRate",
]
