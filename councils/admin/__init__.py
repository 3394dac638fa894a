"""The staff screens of 地域活動協議会 in a ward."""

from councils.admin.applications import CertificationApplicationAdmin
from councils.admin.areas import SchoolDistrictAreaAdmin
from councils.admin.change_notices import ChangeNoticeAdmin
from councils.admin.confirmations import ConfirmationAdmin
from councils.admin.councils import CommunityCouncilAdmin
from councils.admin.dated_settings import (
    CouncilPracticeAdmin,
    FilingRuleAdmin,
    SupportRateAdmin,
)
from councils.admin.filings import FilingAdmin
from councils.admin.support import SupportGrantAdmin
from councils.admin.work import my_councils
from councils.models import (
    CertificationApplication,
    ChangeNotice,
    CommunityCouncil,
    Confirmation,
    CouncilPractice,
    Filing,
    FilingRule,
    SchoolDistrictArea,
    SupportGrant,
    SupportRate,
)
from wards.sites import ward_site

ward_site.register(CommunityCouncil, CommunityCouncilAdmin)
ward_site.register(CertificationApplication, CertificationApplicationAdmin)
ward_site.register(ChangeNotice, ChangeNoticeAdmin)
ward_site.register(Confirmation, ConfirmationAdmin)
ward_site.register(Filing, FilingAdmin)
ward_site.register(SupportGrant, SupportGrantAdmin)
ward_site.register(SchoolDistrictArea, SchoolDistrictAreaAdmin)
ward_site.register(FilingRule, FilingRuleAdmin)
ward_site.register(SupportRate, SupportRateAdmin)
ward_site.register(CouncilPractice, CouncilPracticeAdmin)
ward_site.add_menu_entry(
    "地域活動協議会",
    "admin:councils_communitycouncil_changelist",
    "councils.view_communitycouncil",
    app_label="councils",
)
ward_site.add_panel(my_councils, order=20)
