"""任期, 部会 and 市会議員（助言）: opened for a time, ended by a day."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.db import transaction

from councils.forum.choices import MemberCategory
from councils.forum.member_rules import term_span
from councils.forum.models import (
    Adviser,
    ForumMember,
    ForumPractice,
    ForumTerm,
    Subcommittee,
    SubcommitteeSeat,
)
from councils.forum.services.particulars import kana_of, line_of, name_of
from wards.access import may
from wards.fiscal_year import fiscal_year_label
from wards.storing import store
from wards.text import search_key
from wards.typed import refuse
from wards.wareki import wareki

MAY_OPEN: Final = "ward_forum.add_forumterm"
MAY_CHANGE: Final = "ward_forum.change_forumterm"
FIRST_YEAR: Final = 2011
"""In which all 24 wards set a 区政会議 up (「区政運営基本方針」2-③)."""
LAST_YEAR: Final = 2100
MOST_SEATS: Final = 100


@transaction.atomic
def open_term(
    *, number: int, year: int, seats: Mapping[str, int] | None = None, actor
) -> ForumTerm:
    """Open the term that begins on 1 October of a year; seats as the ward's practice says, or given.

    `seats` is 定数 by MemberCategory; a category that it leaves out has none.
    """
    may(actor, MAY_OPEN)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        refuse(
            [
                f"任期の始まる年度は、{fiscal_year_label(FIRST_YEAR)}から{fiscal_year_label(LAST_YEAR)}までです。"
            ]
        )
    if not 1 <= number <= 999:
        refuse(["期は、1から999の数で入力してください。"])
    first, last = term_span(year)
    seats = _seats_of(first) if seats is None else seats
    if any(not 0 <= count <= MOST_SEATS for count in seats.values()):
        refuse([f"定数は、区分ごとに0人から{MOST_SEATS}人までにしてください。"])
    term = ForumTerm(
        number=number,
        valid_from=first,
        valid_to=last,
        seats_bodies=seats.get(MemberCategory.BODIES, 0),
        seats_experts=seats.get(MemberCategory.EXPERTS, 0),
        seats_public=seats.get(MemberCategory.PUBLIC, 0),
    )
    store(term)
    return term


def _seats_of(day: date) -> dict[str, int]:
    practice = ForumPractice.objects.in_force(day)
    if practice is None:
        refuse(["区政会議の取扱いが登録されていません。定数を入力してください。"])
    return {
        MemberCategory.BODIES: practice.seats_bodies,
        MemberCategory.EXPERTS: practice.seats_experts,
        MemberCategory.PUBLIC: practice.seats_public,
    }


def within(day: date, row, what: str) -> None:
    """Refuse a day on which a dated row does not hold; `what` names the row."""
    if not row.holds_on(day):
        last = f"{wareki(row.valid_to)}まで" if row.valid_to else ""
        refuse([f"{wareki(day)}は、{what}（{wareki(row.valid_from)}から{last}）の外です。"])


# --- 部会 ---


@transaction.atomic
def open_subcommittee(
    term: ForumTerm, *, name: str, theme: str = "", valid_from: date | None = None, actor
) -> Subcommittee:
    """Set up a 部会 within a term; it ends with the term unless it is ended before."""
    may(actor, MAY_CHANGE)
    first = valid_from or term.valid_from
    within(first, term, "任期")
    subcommittee = Subcommittee(
        term=term,
        name=line_of(name, longest=60, missing="部会名を入力してください。"),
        theme=line_of(theme, longest=200),
        valid_from=first,
        valid_to=term.valid_to,
    )
    store(subcommittee)
    return subcommittee


@transaction.atomic
def end_subcommittee(subcommittee: Subcommittee, *, last_day: date, actor) -> None:
    """End a 部会 with a day, and with it every seat in it."""
    may(actor, MAY_CHANGE)
    row = Subcommittee.objects.select_for_update().get(pk=subcommittee.pk)
    within(last_day, row, "部会の期間")
    row.valid_to = last_day
    store(row, "valid_to")
    seats = SubcommitteeSeat.objects.select_related("subcommittee", "member")
    end_rows(seats.filter(subcommittee=row), last_day)


def end_rows(rows, last_day: date) -> None:
    """End dated rows by a day at the latest; refuse when one of them begins only afterwards.

    Nothing of who sat where is deleted: such a first day was a slip, or the last day is.
    """
    refuse(
        [
            f"「{row}」が{wareki(row.valid_from)}に始まると登録されています。"
            "末日をその日以後にするか、先にその初日を直してください。"
            for row in rows.filter(valid_from__gt=last_day)
        ]
    )
    rows.still_open(last_day).update(valid_to=last_day)


# --- 市会議員（助言） ---


@transaction.atomic
def register_adviser(
    *, name: str, kana: str = "", valid_from: date, valid_to: date | None = None, actor
) -> Adviser:
    """Register a member of the city council elected in the ward, who advises and is no member."""
    may(actor, MAY_CHANGE)
    adviser = Adviser(
        name=name_of(name), kana=kana_of(kana), valid_from=valid_from, valid_to=valid_to
    )
    key = search_key(adviser.name)
    if any(one.name == adviser.name for one in advisers_named(key, valid_from, valid_to)):
        refuse(["この市会議員は、この期間にすでに登録されています。"])
    members = ForumMember.objects.filter(name_key=key, namesake=0, valid_to__gte=valid_from)
    if valid_to is not None:
        members = members.filter(valid_from__lte=valid_to)
    if members.exists():
        refuse(
            [
                "この氏名の委員がいます。市会議員は委員になれません。先に委員の解嘱を登録してください。"
            ]
        )
    store(adviser)
    return adviser


def advisers_named(key: str, first: date, last: date | None) -> list[Adviser]:
    """Return the advisers whose name has a search key and who are in office between two days."""
    held = Adviser.objects.exclude(valid_to__lt=first)
    if last is not None:
        held = held.filter(valid_from__lte=last)
    return [one for one in held if search_key(one.name) == key]


@transaction.atomic
def end_adviser(adviser: Adviser, *, last_day: date, actor) -> None:
    """Note the last day of an adviser."""
    may(actor, MAY_CHANGE)
    row = Adviser.objects.select_for_update().get(pk=adviser.pk)
    within(last_day, row, "在任期間")
    row.valid_to = last_day
    store(row, "valid_to")
