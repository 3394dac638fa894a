"""The staff screens of the desk."""

from wards.desk.admin.access import AccessEventAdmin, note_refusal
from wards.desk.admin.mail import OutgoingMailAdmin
from wards.desk.admin.notices import NoticeAdmin, my_notices
from wards.desk.models import AccessEvent, Notice, OutgoingMail
from wards.sites import ward_site

ward_site.register(Notice, NoticeAdmin)
ward_site.register(OutgoingMail, OutgoingMailAdmin)
ward_site.register(AccessEvent, AccessEventAdmin)
ward_site.add_panel(my_notices, order=10)
ward_site.add_witness(note_refusal)

__all__ = ["AccessEventAdmin", "NoticeAdmin", "OutgoingMailAdmin"]
