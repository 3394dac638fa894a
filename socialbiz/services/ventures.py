"""CB/SB: registered when they have begun."""

from typing import Any, Final

from django.db import transaction

from socialbiz.choices import VentureField, VentureKind, WardPart
from socialbiz.models import Venture
from socialbiz.services.undertakings import IS_OVER, locked, reasons_against_start
from wards.access import may
from wards.storing import store
from wards.typed import Reading, need_line, one_of, optional_text, refuse

MAY_ADD: Final = "socialbiz.add_venture"
MAY_CHANGE: Final = "socialbiz.change_venture"
WRITTEN: Final = (
    "title", "operator", "kind", "field", "area", "started_on", "ward_part", "summary",
)  # fmt: skip


def _write(
    row: Venture, *, title, operator, kind, field, started_on, ward_part, area, summary
) -> None:
    reading = Reading()
    values: dict[str, Any] = {
        "title": reading.of("title", need_line, title, "名称を入力してください。", longest=100),
        "kind": reading.of("kind", one_of, VentureKind, kind, "種類を選んでください。"),
        "field": reading.of("field", one_of, VentureField, field, "分野を選んでください。"),
        "ward_part": reading.of(
            "ward_part", one_of, WardPart, ward_part, "区の関わりを選んでください。"
        ),
        "summary": reading.of("summary", optional_text, summary),
        "operator": operator,
        "area": area,
        "started_on": started_on,
    }
    for reason in reasons_against_start(started_on):
        reading.fault("started_on", reason)
    if area is not None and not area.holds_on(started_on):
        reading.fault("area", f"「{area}」は、開始した日にはない地域です。")
    reading.refuse()
    for name, value in values.items():
        setattr(row, name, value)
    store(row)


@transaction.atomic
def register_venture(*, actor, area=None, summary: str = "", is_demo: bool = False, **values):
    """Register a CB/SB that has begun; what began in a fiscal year is counted in that year."""
    may(actor, MAY_ADD)
    row = Venture(is_demo=is_demo)
    _write(row, area=area, summary=summary, **values)
    return row


@transaction.atomic
def change_venture(venture: Venture, *, actor, **values) -> None:
    """Put a CB/SB right that still goes on; `values` are those of `register_venture`."""
    may(actor, MAY_CHANGE)
    row = locked(venture)
    if row.ended_on is not None:
        refuse([IS_OVER])
    _write(row, **values)
