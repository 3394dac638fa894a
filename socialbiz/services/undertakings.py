"""What ventures and commissioned projects share: they begin, are shown, and end once."""

from datetime import date
from typing import Final

from django.db import transaction

from socialbiz.models.undertaking import Undertaking
from wards import clock
from wards.access import may
from wards.storing import store
from wards.typed import need_line, reasons_against_day, refuse

# 「区政運営基本方針」 asks for CB/SB from fiscal year 2011 on; what began long before is mistyped.
FIRST_DAY: Final = date(1990, 4, 1)
IS_OVER: Final = "終了しています。続いているときは、先に終了を取り消してください。"


def reasons_against_start(started_on: date) -> list[str]:
    """List why something cannot have begun on a day."""
    return reasons_against_day(started_on, clock.today(), "開始した日", first=FIRST_DAY)


def locked(undertaking: Undertaking):
    """Return the row with nobody else changing it until the transaction ends."""
    return type(undertaking).objects.select_for_update(of=("self",)).get(pk=undertaking.pk)


def _may_change(undertaking: Undertaking) -> str:
    return f"socialbiz.change_{undertaking._meta.model_name}"


@transaction.atomic
def end(undertaking: Undertaking, *, ended_on: date, reason: str, actor) -> None:
    """Note on which day something ended, and why; it stays in the lists and in the counts."""
    may(actor, _may_change(undertaking))
    row = locked(undertaking)
    if row.ended_on is not None:
        refuse(["すでに終了しています。"])
    if ended_on > clock.today():
        refuse(["終了した日は、今日以前の日にしてください。"])
    row.ended_on = ended_on
    row.ended_reason = need_line(reason, "終了の理由を入力してください。", longest=300)
    store(row, "ended_on", "ended_reason")


@transaction.atomic
def take_end_back(undertaking: Undertaking, *, actor) -> None:
    """Take a mistaken end back."""
    may(actor, _may_change(undertaking))
    row = locked(undertaking)
    if row.ended_on is None:
        refuse(["終了していません。"])
    row.ended_on, row.ended_reason = None, ""
    store(row, "ended_on", "ended_reason")


@transaction.atomic
def show(undertaking: Undertaking, *, is_public: bool, actor) -> None:
    """Show something on the public page, or show it no longer."""
    may(actor, _may_change(undertaking))
    row = locked(undertaking)
    row.is_public = is_public
    store(row, "is_public")
