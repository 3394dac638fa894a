"""Papers of a council: kept, published, taken out again."""

from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from councils.choices import DocumentKind
from councils.models import CommunityCouncil, CouncilDocument
from councils.services.rosters import MAY_CHANGE
from wards import attachments, clock
from wards.access import may
from wards.storing import store
from wards.text import Fault
from wards.typed import refuse

FOLDER = "councils"
# Their forms ask for addresses, or are somebody's own words.
NEVER_PUBLIC = (
    DocumentKind.APPLICATION,
    DocumentKind.OFFICERS,
    DocumentKind.CHANGE,
    DocumentKind.STATEMENT,
)


def add_documents(
    council: CommunityCouncil, uploads: Iterable[UploadedFile], *, kind: str, actor, **more
) -> list[CouncilDocument]:
    """Keep files of one kind; `more` names the application or filing they belong to.

    Raise ValidationError with a sentence that names the file. All are kept, or none.
    """
    may(actor, MAY_CHANGE)
    uploads = list(uploads)
    if kind not in DocumentKind.values:
        refuse(["書類の種類を選んでください。"])
    if not uploads:
        refuse(["ファイルを選んでください。"])
    try:
        files = attachments.cleaned_files(uploads)
    except Fault as fault:
        refuse([str(fault)])
    with transaction.atomic(), attachments.kept(files, FOLDER) as facts:
        rows = [
            CouncilDocument(
                council=council, kind=kind, added_by=actor, added_at=clock.now(), **more, **fact
            )
            for fact in facts
        ]
        for row in rows:
            store(row)
    return rows


@transaction.atomic
def publish_document(document: CouncilDocument, *, public: bool, actor) -> None:
    """Let the public read a paper, or no longer."""
    may(actor, "councils.publish_councildocument")
    if public and document.kind in NEVER_PUBLIC:
        refuse(
            [f"「{document.get_kind_display()}」には住所などの個人情報があるため、公表できません。"]
        )
    document.is_public = public
    store(document, "is_public")
