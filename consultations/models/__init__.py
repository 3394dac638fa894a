from consultations.models.attachment import Attachment, WaitingFile
from consultations.models.bulk_update import BulkUpdate
from consultations.models.category import Category, CategoryForm
from consultations.models.consultation import Consultation, Contact, ReceiptCounter, Satisfaction
from consultations.models.disposal import DisposalCertificate
from consultations.models.publication import Publication
from consultations.models.reply import Reply, ReplyTemplate
from consultations.models.routing import RoutingRule, Section, SectionPost
from consultations.models.shared_record import Entry, Handover

__all__ = [
    "Attachment",
    "BulkUpdate",
    "Category",
    "CategoryForm",
    "Consultation",
    "Contact",
    "DisposalCertificate",
    "Entry",
    "Handover",
    "Publication",
    "ReceiptCounter",
    "Reply",
    "ReplyTemplate",
    "RoutingRule",
    "Satisfaction",
    "Section",
    "SectionPost",
    "WaitingFile",
]
