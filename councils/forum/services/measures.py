"""講じた措置: what was really done about an opinion, recorded with its day, taken back with a reason."""

from datetime import date

from django.db import transaction

from councils.forum.choices import StepKind
from councils.forum.models import Measure, Opinion
from councils.forum.services import opinions
from councils.forum.services.opinions import MAY_CHANGE
from councils.forum.services.steps import note
from councils.forum.services.typed import reasons_against_day
from wards import clock
from wards.access import may
from wards.storing import store
from wards.typed import need_text, optional_line, refuse, whole_yen
from wards.wareki import wareki


@transaction.atomic
def record_measure(
    opinion: Opinion, *, done_on: date, text: str, actor, yen: int | None = None
) -> Measure:
    """Record what was done about an opinion on a day, and what it cost in yen where known."""
    may(actor, MAY_CHANGE)
    row = opinions.locked(opinion)
    opinions.refuse_closed(row)
    refuse(reasons_against_day(done_on, clock.today(), "実施した日"))
    if done_on < row.received_on:
        refuse([f"実施した日は、意見のあった日（{wareki(row.received_on)}）以後にしてください。"])
    measure = Measure(
        opinion=row,
        done_on=done_on,
        text=need_text(text, "実施したことを入力してください。", longest=2_000),
        yen=whole_yen(yen, "費用"),
        recorded_by=actor,
        recorded_at=clock.now(),
    )
    store(measure)
    note(row, StepKind.MEASURE, f"実施を記録（{wareki(done_on)}）", actor=actor, text=measure.text)
    return measure


@transaction.atomic
def withdraw_measure(measure: Measure, *, reason: str, actor) -> None:
    """Take a record of something done back: it was wrong. It stays readable with its reason."""
    may(actor, MAY_CHANGE)
    opinion = opinions.locked(measure.opinion)
    opinions.refuse_closed(opinion)
    row = Measure.objects.select_for_update(of=("self",)).get(pk=measure.pk)
    if row.withdrawn_at is not None:
        refuse(["この実施の記録は、すでに取り消されています。"])
    row.withdrawn_reason = optional_line(
        need_text(reason, "取り消す理由を入力してください。", longest=300), longest=300
    )
    row.withdrawn_at = clock.now()
    store(row, "withdrawn_at", "withdrawn_reason")
    note(
        opinion,
        StepKind.MEASURE,
        f"実施の記録を取消（{wareki(row.done_on)}）",
        actor=actor,
        text=row.withdrawn_reason,
    )
