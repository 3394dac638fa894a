"""地域懇談会・車座会議・区民モニター・アンケート: registered when they are over, published one by one."""

from datetime import date
from typing import Final

from django.db import transaction

from councils.forum.choices import GatheringKind
from councils.forum.models import Gathering
from councils.forum.services.opinions import ON_A_DAY
from councils.forum.services.typed import reasons_against_day
from wards import clock
from wards.access import may
from wards.storing import store
from wards.typed import need_line, one_of, optional_line, optional_text, refuse

MAY_ADD: Final = "ward_forum.add_gathering"
MAY_CHANGE: Final = "ward_forum.change_gathering"
MOST_PARTICIPANTS: Final = 1_000_000
WRITTEN: Final = ("kind", "title", "held_on", "place", "participants", "themes", "note")


def _write(row: Gathering, *, kind, title, held_on, participants, themes, place, note) -> None:
    row.kind = one_of(GatheringKind, kind, "種類を選んでください。")
    row.title = need_line(title, "件名を入力してください。", longest=100)
    refuse(reasons_against_day(held_on, clock.today(), "開いた日・締め切った日"))
    row.held_on = held_on
    row.place = optional_line(place, longest=120)
    if not 0 <= participants <= MOST_PARTICIPANTS:
        refuse([f"参加者数・回答者数は0人以上、{MOST_PARTICIPANTS:,}人以下にしてください。"])
    row.participants = participants
    row.themes = need_line(themes, "テーマを入力してください。", longest=300)
    row.note = optional_text(note, longest=4_000)


@transaction.atomic
def register_gathering(
    *,
    kind: str,
    title: str,
    held_on: date,
    participants: int,
    themes: str,
    actor,
    place: str = "",
    note: str = "",
) -> Gathering:
    """Register what was held, or asked until a day; opinions are registered to it afterwards."""
    may(actor, MAY_ADD)
    row = Gathering()
    _write(
        row,
        kind=kind,
        title=title,
        held_on=held_on,
        participants=participants,
        themes=themes,
        place=place,
        note=note,
    )
    store(row)
    return row


@transaction.atomic
def change_gathering(gathering: Gathering, *, actor, **values) -> None:
    """Put a gathering right, with the values of `register_gathering`.

    Its opinions keep their way and came on its day or later.
    """
    may(actor, MAY_CHANGE)
    row = Gathering.objects.select_for_update().get(pk=gathering.pk)
    before = row.kind
    _write(row, **values)
    first = row.opinions.order_by("received_on").first()
    if first is not None and row.kind != before:
        refuse(["意見が登録されているため、種類は変えられません。"])
    if first is not None and row.kind in ON_A_DAY and first.received_on < row.held_on:
        refuse(["この日より前の意見が登録されています。開いた日を確かめてください。"])
    store(row, *WRITTEN)


@transaction.atomic
def publish_gathering(gathering: Gathering, *, is_public: bool, actor) -> None:
    """Show a gathering on the public page, or show it no longer."""
    may(actor, MAY_CHANGE)
    row = Gathering.objects.select_for_update().get(pk=gathering.pk)
    row.is_public = is_public
    store(row, "is_public")
