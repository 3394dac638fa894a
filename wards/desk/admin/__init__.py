"""The staff screens of the desk."""

from wards.desk.admin.access import AccessEventAdmin, CityAccessEventAdmin, note_refusal
from wards.desk.admin.mail import OutgoingMailAdmin
from wards.desk.admin.notices import NoticeAdmin, my_notices
from wards.desk.models import AccessEvent, Notice, OutgoingMail
from wards.models import CityAccessEvent
from wards.sites import city_site, ward_site

ward_site.register(Notice, NoticeAdmin)
ward_site.register(OutgoingMail, OutgoingMailAdmin)
ward_site.register(AccessEvent, AccessEventAdmin)
# Below the work itself, whose panels may have told some of them already.
ward_site.add_panel(my_notices, order=30)
ward_site.add_witness(note_refusal)
city_site.register(CityAccessEvent, CityAccessEventAdmin)
city_site.add_witness(note_refusal)

__all__ = ["AccessEventAdmin", "CityAccessEventAdmin", "NoticeAdmin", "OutgoingMailAdmin"]
