from wards.desk.models.access_event import AccessEvent
from wards.desk.models.notice import Notice
from wards.desk.models.outgoing_mail import OutgoingMail

__all__ = ["AccessEvent", "Notice", "OutgoingMail"]
