"""保存と廃棄: what is due, and a disposal that leaves a certificate and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from consultations.case_states import CLOSED
from consultations.choices import HandoverState
from consultations.city.models import RetentionClass
from consultations.models import Attachment, Consultation, DisposalCertificate, WaitingFile
from consultations.retention import closed_before, disposal_due_on, reasons_not_to_dispose
from consultations.services.case_files import FOLDER
from wards import attachments, clock

# A file whose form was never sent; a form lives 24 hours.
WAITING_FILES_LIVE = timedelta(hours=48)
# Tables with rows of a case, children first; each may have a history beside it.
TABLES_OF_A_CASE = (
    "attachment",
    "satisfaction",
    "publication",
    "reply",
    "handover",
    "entry",
    "contact",
)


@dataclass(frozen=True, slots=True)
class Due:
    """A case whose time is over, or why it is kept all the same."""

    consultation: Consultation
    due_on: date
    reasons: list[str]


def due_for_disposal(as_of: date) -> Iterator[Due]:
    """List the ended cases whose time of keeping is over on a day, with what holds them back.

    Asked class by class of 保存期間, so that only what is due is read.
    """
    classes = RetentionClass.objects.values_list("pk", "years")
    is_over = [
        Q(category__retention=pk, closed_on__lt=closed_before(as_of, years))
        for pk, years in classes
    ]
    if not is_over:
        return
    cases = (
        Consultation.objects.filter(reduce(or_, is_over), state__in=CLOSED)
        .select_related("category__retention")
        .annotate(
            has_open_follow_up=Exists(_still_open(previous=OuterRef("pk"))),
            has_open_bundled=Exists(_still_open(bundle_lead=OuterRef("pk"))),
        )
        .order_by("closed_on", "pk")
    )
    for case in cases.iterator(chunk_size=1000):
        years = case.category.retention.years
        reasons = reasons_not_to_dispose(
            closed_on=case.closed_on,
            years=years,
            legal_hold=case.legal_hold,
            as_of=as_of,
            has_open_companion=case.has_open_follow_up or case.has_open_bundled,
        )
        yield Due(case, disposal_due_on(case.closed_on, years), reasons)


def _still_open(**link):
    return Consultation.objects.filter(closed_on=None, **link)


def dispose(case: Consultation, *, as_of: date) -> DisposalCertificate:
    """Delete a case with its text, files and history, and certify it; all or nothing.

    Runs as the owner of the tables: the ward's own role cannot delete history (C59, C64). Raises
    ValueError when a rule still holds the case.
    """
    files = list(case.attachments.values_list("stored_name", flat=True))
    with transaction.atomic():
        case = Consultation.objects.select_for_update().get(pk=case.pk)
        retention = case.category.retention
        if reasons := reasons_not_to_dispose(
            closed_on=case.closed_on,
            years=retention.years,
            legal_hold=case.legal_hold,
            as_of=as_of,
            has_open_companion=_still_open(previous=case).exists()
            or _still_open(bundle_lead=case).exists(),
        ):
            raise ValueError(" ".join(reasons))
        certificate = DisposalCertificate.objects.create(
            number=case.number,
            category_name=case.category.name,
            intake_channel=case.intake_channel,
            received_on=case.received_on,
            due_on=case.due_on,
            answered_on=case.answered_on,
            closed_on=case.closed_on,
            final_state=case.state,
            handovers=case.handovers.exclude(state=HandoverState.WITHDRAWN).count(),
            retention_name=retention.name,
            disposed_on=as_of,
            files=len(files),
        )
        # Others that follow it or were bundled with it stay, and lose only the link.
        case.follow_ups.update(previous=None)
        case.bundled.update(bundle_lead=None)
        _forget(case)
        transaction.on_commit(lambda: [attachments.remove(name) for name in files])
    return certificate


def _forget(case: Consultation) -> None:
    """Delete the rows of a case, then their history: deleting writes history itself."""
    referrals = [str(pk) for pk in case.handovers.values_list("referral_id", flat=True) if pk]
    with connection.cursor() as cursor:
        # An answer that was copied from ours stays, and loses only the link.
        cursor.execute(
            "UPDATE consultations_reply SET copied_from_id = NULL WHERE copied_from_id IN"
            " (SELECT id FROM consultations_reply WHERE consultation_id = %s)",
            [case.pk],
        )
        for table in TABLES_OF_A_CASE:
            name = connection.ops.quote_name(f"consultations_{table}")
            cursor.execute(f"DELETE FROM {name} WHERE consultation_id = %s", [case.pk])  # noqa: S608
        cursor.execute("DELETE FROM consultations_consultation WHERE id = %s", [case.pk])
        for table in TABLES_OF_A_CASE:
            name = connection.ops.quote_name(f"consultations_{table}event")
            cursor.execute(f"DELETE FROM {name} WHERE consultation_id = %s", [case.pk])  # noqa: S608
        cursor.execute("DELETE FROM consultations_consultationevent WHERE id = %s", [case.pk])
        _forget_on_the_desk(cursor, case)
        _forget_in_transit(cursor, referrals)


def _forget_on_the_desk(cursor, case: Consultation) -> None:
    """Delete notices and mails about a case, and what the admin noted of it: it repeats the 件名."""
    for table in ("ward_desk_notice", "ward_desk_noticeevent"):
        # One about a case that follows this one leads there, and names this one.
        cursor.execute(
            f"DELETE FROM {table} WHERE url = %s OR strpos(text, %s) > 0",  # noqa: S608
            [case.get_absolute_url(), case.number],
        )
    for table in ("ward_desk_outgoingmail", "ward_desk_outgoingmailevent"):
        cursor.execute(f"DELETE FROM {table} WHERE about = %s", [case.number])  # noqa: S608
    # Numbers have one length, so that none is the beginning of another.
    cursor.execute("DELETE FROM django_admin_log WHERE starts_with(object_repr, %s)", [case.number])


def _forget_in_transit(cursor, referrals: list[str]) -> None:
    """Delete what bureaus and other wards had of a case in the shared tables."""
    for table, column in (
        ("referralfile", "referral_id"),
        ("referralfileevent", "referral_id"),
        ("referral", "id"),
        ("referralevent", "id"),
    ):
        cursor.execute(
            f"DELETE FROM public.consultation_city_{table} WHERE {column} = ANY(%s::uuid[])",  # noqa: S608
            [referrals],
        )


def sweep_waiting_files() -> int:
    """Remove files whose form was never sent; return how many."""
    old = list(WaitingFile.objects.filter(added_at__lt=clock.now() - WAITING_FILES_LIVE))
    WaitingFile.objects.filter(pk__in=[file.pk for file in old]).delete()
    for file in old:
        attachments.remove(file.stored_name)
    return len(old)


def sweep_lost_files() -> int:
    """Remove files that no row names: a process died between a row's end and its file's.

    Return how many there were.
    """
    written = attachments.names_in(FOLDER, before=clock.now() - WAITING_FILES_LIVE)
    known = set(
        Attachment.objects.filter(stored_name__in=written).values_list("stored_name", flat=True)
    )
    known.update(
        WaitingFile.objects.filter(stored_name__in=written).values_list("stored_name", flat=True)
    )
    lost = [name for name in written if name not in known]
    for name in lost:
        attachments.remove(name)
    return len(lost)
