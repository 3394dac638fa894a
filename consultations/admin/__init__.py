"""The staff screens of 相談・要望 in a ward."""

from consultations.admin.area_cases import cases_of_area
from consultations.admin.cases import ConsultationAdmin
from consultations.admin.categories import CategoryAdmin
from consultations.admin.disposals import DisposalCertificateAdmin
from consultations.admin.reply_templates import ReplyTemplateAdmin
from consultations.admin.routing_rules import RoutingRuleAdmin
from consultations.admin.sections import SectionAdmin
from consultations.admin.work import my_cases
from consultations.models import (
    Category,
    Consultation,
    DisposalCertificate,
    ReplyTemplate,
    RoutingRule,
    Section,
)
from councils.admin.area_sections import add_section
from wards.sites import ward_site

ward_site.register(Consultation, ConsultationAdmin)
ward_site.register(Category, CategoryAdmin)
ward_site.register(Section, SectionAdmin)
ward_site.register(RoutingRule, RoutingRuleAdmin)
ward_site.register(ReplyTemplate, ReplyTemplateAdmin)
ward_site.register(DisposalCertificate, DisposalCertificateAdmin)
ward_site.add_menu_entry(
    "相談・要望", "admin:consultations_consultation_changelist", "consultations.view_consultation"
)
ward_site.add_menu_entry(
    "相談・要望の設定", "admin:consultations_consultation_settings", "consultations.view_category"
)
ward_site.add_panel(my_cases, order=10)
add_section(cases_of_area)

__all__ = ["ConsultationAdmin"]
