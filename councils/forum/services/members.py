"""委員: engaged by 業務の委託, released before their time, and mended where typed wrong.

A membership that runs out needs no step: it ends with its last day, and `end_kind` stays empty.
"""

from datetime import date, timedelta
from typing import Final

from django.db import transaction

from councils.forum.choices import (
    AgeBand,
    AnnouncementKind,
    ApplicationResult,
    MemberCategory,
    MemberEnd,
    Sex,
)
from councils.forum.member_rules import reasons_no_seat
from councils.forum.models import (
    ForumMember,
    ForumOffice,
    ForumTerm,
    MemberApplication,
    SubcommitteeSeat,
)
from councils.forum.services.offices import (
    MAY_CHANGE,
    end_office,
    leave_subcommittee,
    locked_member,
    move_first_day,
    seat_in_subcommittee,
    set_office,
)
from councils.forum.services.particulars import email_of, kana_of, line_of, name_of, phone_of
from councils.forum.services.recruitment import locked_application
from councils.forum.services.seats import fullest_day, members_on, seats_overview
from councils.forum.services.terms import advisers_named, end_rows, within
from wards.access import may
from wards.storing import store
from wards.text import search_key
from wards.typed import need_text, optional_text, refuse
from wards.wareki import wareki

# The page of a member calls them all; what belongs to seats and figures stands in its own file.
__all__ = [
    "EARLY_ENDS",
    "MAY_CHANGE",
    "MAY_ENGAGE",
    "change_contact",
    "correct_member",
    "end_office",
    "engage_member",
    "leave_subcommittee",
    "locked_term",
    "members_on",
    "move_first_day",
    "release_member",
    "seat_in_subcommittee",
    "seats_overview",
    "set_office",
    "take_back_release",
]
MAY_ENGAGE: Final = "ward_forum.engage_forummember"
EARLY_ENDS: Final = (MemberEnd.RESIGNED, MemberEnd.RELEASED, MemberEnd.DIED)
MOST_NAMESAKES: Final = 9


def locked_term(number: int) -> ForumTerm:
    """Return the term with nobody else engaging into it until the transaction ends."""
    return ForumTerm.objects.select_for_update().get(pk=number)


# --- 委嘱 and 解嘱 ---


@transaction.atomic
def engage_member(
    term: ForumTerm,
    *,
    name: str,
    category: str,
    reason: str,
    kana: str = "",
    body: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    sex: str = Sex.NOT_GIVEN,
    age_band: str = AgeBand.NOT_GIVEN,
    email: str = "",
    phone: str = "",
    namesake: int = 0,
    application: MemberApplication | None = None,
    actor,
) -> ForumMember:
    """Engage a member for days of a term; refuse one more than the seats of the category on any day.

    Without days the membership is the whole term. `namesake` from 1 on says that this is another
    person than the one of the same name.
    """
    may(actor, MAY_ENGAGE)
    # The call comes before the term, as where it is decided.
    application = application and locked_application(application)
    term = locked_term(term.pk)
    first, last = valid_from or term.valid_from, valid_to or term.valid_to
    if first < term.valid_from or last > term.valid_to:
        refuse([f"委員の任期は、{_span(term)}の間にしてください。"])
    if last < first:
        refuse(["末日は初日以後の日にしてください。"])
    if category not in MemberCategory.values:
        refuse(["区分を選んでください。"])
    if not 0 <= namesake <= MOST_NAMESAKES:
        refuse([f"同姓同名の別の人の番号は、0から{MOST_NAMESAKES}で入力してください。"])
    _check_application(application, term, category)
    member = ForumMember(
        term=term,
        name=name_of(name),
        kana=kana_of(kana),
        namesake=namesake,
        category=category,
        body=_body_of(category, body),
        reason=need_text(reason, "選任の理由を入力してください。", longest=300),
        valid_from=first,
        valid_to=last,
        sex=sex,
        age_band=age_band,
        email=email_of(email),
        phone=phone_of(phone),
        application=application,
    )
    member.name_key = search_key(member.name)
    _check_adviser(member, first, last)
    _check_seats(term, category, first, last)
    store(member)
    return member


def _span(row) -> str:
    return f"{wareki(row.valid_from)}から{wareki(row.valid_to)}まで"


def _body_of(category: str, typed: str) -> str:
    if category == MemberCategory.PUBLIC:
        if typed.strip():
            refuse(["公募の委員は、推薦団体・所属を空欄にしてください。"])
        return ""
    return line_of(typed, longest=100, missing="推薦団体・所属を入力してください。")


def _check_seats(term: ForumTerm, category: str, first: date, last: date) -> None:
    day, held = fullest_day(term, category, first, last)
    if reasons := reasons_no_seat(MemberCategory(category).label, term.seats[category], held):
        refuse([f"{wareki(day)}には、{reason}" for reason in reasons])


def _check_adviser(member: ForumMember, first: date, last: date) -> None:
    if not member.namesake and advisers_named(member.name_key, first, last):
        refuse(
            [
                "この氏名の市会議員（助言）が在任しています。市会議員は委員になれません。"
                "同姓同名の別の人のときは、番号を入力してください。"
            ]
        )


def _check_application(application, term: ForumTerm, category: str) -> None:
    if application is None:
        return
    if category != MemberCategory.PUBLIC or application.call.term_id != term.pk:
        refuse(["公募の応募から委嘱できるのは、その任期の公募の委員だけです。"])
    if application.result != ApplicationResult.SELECTED:
        refuse(["選任した応募だけを委嘱できます。"])
    if ForumMember.objects.filter(application=application).exists():
        refuse(["この応募の人は、すでに委嘱しています。"])


@transaction.atomic
def release_member(
    member: ForumMember, *, last_day: date, kind: str, note: str = "", actor
) -> None:
    """Note that a membership ends before its time; seats in 部会 and offices end that day too."""
    may(actor, MAY_ENGAGE)
    row = locked_member(member)
    if row.end_kind:
        refuse([f"この委員の終わりは、すでに登録されています（{row.get_end_kind_display()}）。"])
    if kind not in EARLY_ENDS:
        refuse(
            [
                "終わった理由は、辞任・解嘱・死亡から選んでください。任期満了は登録しなくても末日で終わります。"
            ]
        )
    within(last_day, row, "委員の任期")
    row.valid_to = last_day
    row.end_kind = kind
    row.end_note = optional_text(note, longest=200)
    store(row, "valid_to", "end_kind", "end_note")
    seats = SubcommitteeSeat.objects.select_related("subcommittee", "member")
    end_rows(seats.filter(member=row), last_day)
    end_rows(ForumOffice.objects.select_related("member").filter(member=row), last_day)


@transaction.atomic
def take_back_release(member: ForumMember, *, valid_to: date, actor) -> None:
    """Undo a release registered by mistake, up to a last day; what was announced stays as it is.

    Seats in 部会 and offices are entered again by whoever knows which of them go on.
    """
    may(actor, MAY_ENGAGE)
    term = locked_term(member.term_id)
    row = locked_member(member)
    if row.end_kind not in EARLY_ENDS:
        refuse(["この委員の解嘱は登録されていません。"])
    if row.announcements.filter(kind=AnnouncementKind.RELEASE).exists():
        refuse(["解嘱を公示したため、取り消せません。"])
    if not row.valid_to <= valid_to <= term.valid_to:
        refuse(
            [f"末日は、{wareki(row.valid_to)}から{wareki(term.valid_to)}までの日にしてください。"]
        )
    if valid_to > row.valid_to:
        gained = row.valid_to + timedelta(days=1)
        _check_adviser(row, gained, valid_to)
        _check_seats(term, row.category, gained, valid_to)
    row.valid_to = valid_to
    row.end_kind = row.end_note = ""
    store(row, "valid_to", "end_kind", "end_note")


@transaction.atomic
def correct_member(
    member: ForumMember,
    *,
    name: str,
    kana: str,
    body: str,
    reason: str,
    sex: str,
    age_band: str,
    actor,
) -> None:
    """Mend what was typed wrong of a member; a name that was announced stays."""
    may(actor, MAY_ENGAGE)
    row = locked_member(member)
    name = name_of(name)
    is_renamed = name != row.name
    if is_renamed and row.announcements.exists():
        refuse(["氏名は公示したため、変えられません。"])
    row.name, row.name_key, row.kana = name, search_key(name), kana_of(kana)
    if is_renamed:
        _check_adviser(row, row.valid_from, row.valid_to)
    row.body = _body_of(row.category, body)
    row.reason = need_text(reason, "選任の理由を入力してください。", longest=300)
    row.sex, row.age_band = sex, age_band
    store(row, "name", "name_key", "kana", "body", "reason", "sex", "age_band")


@transaction.atomic
def change_contact(member: ForumMember, *, email: str, phone: str, actor) -> None:
    """Write the contact of a member anew; it is never published."""
    may(actor, MAY_CHANGE)
    row = locked_member(member)
    row.email, row.phone = email_of(email), phone_of(phone)
    store(row, "email", "phone")
