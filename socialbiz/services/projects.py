"""社会的ビジネス: work of the city that was handed to an operator."""

from typing import Any, Final

from django.db import transaction

from socialbiz.choices import ContractForm, VentureField
from socialbiz.models import CommissionedProject
from socialbiz.services.undertakings import IS_OVER, locked, reasons_against_start
from wards.access import may
from wards.storing import store
from wards.typed import (
    Reading,
    need_line,
    need_text,
    one_of,
    optional_text,
    refuse,
    whole_yen,
)

MAY_ADD: Final = "socialbiz.add_commissionedproject"
MAY_CHANGE: Final = "socialbiz.change_commissionedproject"
WRITTEN: Final = (
    "title", "operator", "venture", "field", "section", "contract_form", "started_on", "yen",
    "why", "sharing", "summary",
)  # fmt: skip


def _write(
    row: CommissionedProject,
    *,
    title,
    operator,
    field,
    section,
    contract_form,
    started_on,
    why,
    sharing,
    venture,
    yen,
    summary,
) -> None:
    reading = Reading()
    values: dict[str, Any] = {
        "title": reading.of("title", need_line, title, "名称を入力してください。", longest=100),
        "field": reading.of("field", one_of, VentureField, field, "分野を選んでください。"),
        "section": reading.of(
            "section", need_line, section, "担当課を入力してください。", longest=60
        ),
        "contract_form": reading.of(
            "contract_form", one_of, ContractForm, contract_form, "契約の形を選んでください。"
        ),
        "yen": reading.of("yen", whole_yen, yen, "年額"),
        "why": reading.of("why", need_text, why, "任せる理由を入力してください。"),
        "sharing": reading.of(
            "sharing", need_text, sharing, "責任とリスクの分担を入力してください。"
        ),
        "summary": reading.of("summary", optional_text, summary),
        "operator": operator,
        "venture": venture,
        "started_on": started_on,
    }
    for reason in reasons_against_start(started_on):
        reading.fault("started_on", reason)
    if venture is not None and venture.operator_id != operator.pk:
        reading.fault("venture", "元になったCB/SBは、同じ担い手のものを選んでください。")
    reading.refuse()
    for name, value in values.items():
        setattr(row, name, value)
    store(row)


@transaction.atomic
def register_project(
    *, actor, venture=None, yen: int | None = None, summary: str = "", is_demo=False, **values
) -> CommissionedProject:
    """Register work that was handed over; what began in a fiscal year is counted in that year."""
    may(actor, MAY_ADD)
    row = CommissionedProject(is_demo=is_demo)
    _write(row, venture=venture, yen=yen, summary=summary, **values)
    return row


@transaction.atomic
def change_project(project: CommissionedProject, *, actor, **values) -> None:
    """Put a project right that still goes on; `values` are those of `register_project`."""
    may(actor, MAY_CHANGE)
    row = locked(project)
    if row.ended_on is not None:
        refuse([IS_OVER])
    _write(row, **values)
