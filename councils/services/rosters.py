"""The people, bodies and organs of a council: registered, ended by date, counted per person."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, QuerySet

from councils.choices import EntryKind, OrganizationKind, OrganKind, Position, in_list_order
from councils.models import (
    Certification,
    CommunityCouncil,
    CouncilOfficer,
    CouncilOrgan,
    CouncilPractice,
    MemberOrganization,
    OrganSeat,
    SchoolDistrictArea,
)
from councils.posts import Post, person_key, posts_by_person, warning_of
from councils.roster_rules import Body, reasons_not_to_end, reasons_not_to_record
from councils.services.steps import locked, note, state_of
from wards import clock
from wards.access import may
from wards.storing import store
from wards.text import Fault, phone_number, text_faults
from wards.typed import refuse

MAY_CHANGE = "councils.change_communitycouncil"
# What the desk may write about a council that is not certified, and what only a 変更届 changes.
EDITABLE = (
    "kana",
    "fields_of_activity",
    "phone_is_public",
    "email_is_public",
    "website_is_public",
    "is_public",
)
BY_NOTICE_ONCE_CERTIFIED = ("name", "office_place", "phone", "email", "website")


@dataclass(frozen=True, slots=True)
class AsOf:
    """「この日の状態」: a council as it stood on a day."""

    day: date
    state: str
    area: SchoolDistrictArea
    certification: Any
    officers: list[CouncilOfficer]
    organizations: list[MemberOrganization]
    organs: list[tuple[CouncilOrgan, list[OrganSeat]]]


@transaction.atomic
def register_council(
    area: SchoolDistrictArea, *, name: str, registered_on: date, actor, **more
) -> CommunityCouncil:
    """Register a 準備的な組織 in an area; `more` are further fields of the council."""
    may(actor, "councils.add_communitycouncil")
    more = _with_phone_as_printed(more)
    if not area.holds_on(registered_on):
        refuse([f"登録日に、校区等地域「{area}」はありません。"])
    if registered_on > clock.today():
        refuse(["登録日は、今日以前の日にしてください。"])
    council = CommunityCouncil(area=area, name=name.strip(), registered_on=registered_on, **more)
    refuse(_faults_of_texts(council))
    store(council)
    note(council, EntryKind.REGISTERED, "準備的な組織として登録しました。", actor=actor)
    return council


@transaction.atomic
def change_particulars(council: CommunityCouncil, values: dict[str, Any], *, actor) -> list[str]:
    """Change what the desk may change of a council; return the names of the changed fields.

    Once certified, name and contact change by a 変更届.
    """
    may(actor, MAY_CHANGE)
    council = locked(council)
    state = state_of(council, clock.today())
    values = _with_phone_as_printed(values)
    changed = [name for name, value in values.items() if getattr(council, name) != value]
    held = [name for name in changed if name in BY_NOTICE_ONCE_CERTIFIED]
    if held and state in ("certified", "correcting"):
        words = "、".join(str(CommunityCouncil._meta.get_field(name).verbose_name) for name in held)
        refuse([f"認定された協議会の{words}は、変更届で受け付けてください。"])
    if state == "dissolved" and changed:
        refuse(["解散した協議会は変えられません。"])
    for name in changed:
        setattr(council, name, values[name])
    refuse(_faults_of_texts(council))
    if changed:
        store(council, *changed)
    return changed


def _with_phone_as_printed(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with the telephone number as every other way in writes it."""
    if not values.get("phone"):
        return values
    try:
        return {**values, "phone": phone_number(values["phone"])}
    except Fault as fault:
        raise ValidationError(f"電話：{fault}") from fault


def _faults_of_texts(row) -> list[str]:
    """List what is wrong with the texts of a row: each of them is one line."""
    faults = (
        fault
        for field in row._meta.concrete_fields
        if isinstance(field, CharField)
        for fault in text_faults(
            getattr(row, field.attname) or "", longest=field.max_length, one_line=True
        )
    )
    return list(dict.fromkeys(map(str, faults)))


def body_of(council: CommunityCouncil) -> Body:
    """Return what the rules of a roster ask: the whole state costs five times as much."""
    today = clock.today()
    return Body(
        is_certified=council.certifications.in_force(today).exists(),
        is_dissolved=council.dissolved_on is not None and council.dissolved_on <= today,
    )


@transaction.atomic
def record(council: CommunityCouncil, row, *, actor):
    """Store a new officer, body, organ or seat; `row` is built and not yet stored."""
    may(actor, MAY_CHANGE)
    council = locked(council)
    refuse(
        reasons_not_to_record(
            body_of(council),
            # An organ is the council's own affair, not one of the three things a 変更届 tells.
            basis=getattr(row, "basis", "—"),
            valid_from=row.valid_from,
        )
        + _faults_of_texts(row)
    )
    row.name = row.name.strip()
    store(row)
    return row


@transaction.atomic
def correct(council: CommunityCouncil, row, values: dict[str, Any], *, basis: str, actor) -> None:
    """Correct what a row says of a person or a body: never who it is, as what, or since when."""
    may(actor, MAY_CHANGE)
    council = locked(council)
    refuse(reasons_not_to_record(body_of(council), basis=basis))
    for name, value in values.items():
        setattr(row, name, value)
    row.basis = basis.strip() or row.basis
    refuse(_faults_of_texts(row))
    store(row, *values, "basis")


@transaction.atomic
def show_name(council: CommunityCouncil, officer: CouncilOfficer, *, public: bool, actor) -> None:
    """Let the public read an officer's name, or no longer."""
    may(actor, MAY_CHANGE)
    council = locked(council)
    refuse(reasons_not_to_record(body_of(council), basis="—"))
    officer.name_is_public = public
    store(officer, "name_is_public")
    words = "公表することにしました" if public else "公表しないことにしました"
    note(council, EntryKind.NOTE, f"{officer}の氏名を{words}。", actor=actor)


@transaction.atomic
def end(council: CommunityCouncil, row, *, last_day: date, basis: str = "", actor) -> None:
    """End an officer, a body, an organ or a seat after a day."""
    may(actor, MAY_CHANGE)
    council = locked(council)
    has_basis = hasattr(row, "basis")
    refuse(
        reasons_not_to_end(
            body_of(council),
            basis=basis if has_basis else "—",
            valid_from=row.valid_from,
            last_day=last_day,
        )
    )
    row.valid_to = last_day
    if has_basis and basis.strip():
        row.basis = basis.strip()
        store(row, "valid_to", "basis")
    else:
        store(row, "valid_to")


def officers_on(council: CommunityCouncil, day: date) -> list[CouncilOfficer]:
    """Return the officers of a day, the representative first."""
    return in_list_order(council.officers.in_force(day), "position", Position)


def as_of(council: CommunityCouncil, day: date) -> AsOf:
    """Return 「この日の状態」: everything that held on a day."""
    certification = council.certifications.in_force(day).select_related("area").first()
    organs = list(council.organs.in_force(day).order_by("kind", "name"))
    seats: dict[int, list[OrganSeat]] = {}
    for seat in (
        OrganSeat.objects.in_force(day).filter(organ__in=organs).select_related("organization")
    ):
        seats.setdefault(seat.organ_id, []).append(seat)
    return AsOf(
        day=day,
        state=state_of(council, day),
        area=certification.area if certification else council.area,
        certification=certification,
        officers=officers_on(council, day),
        organizations=in_list_order(council.organizations.in_force(day), "kind", OrganizationKind),
        organs=[(organ, seats.get(organ.pk, [])) for organ in organs],
    )


def posts_on(day: date, keys: set[str] | None = None) -> dict[str, list[Post]]:
    """Return the posts held in the ward on a day, by person; `keys` limits it to some people."""
    officers: QuerySet = CouncilOfficer.objects.in_force(day).select_related("council")
    seats: QuerySet = OrganSeat.objects.in_force(day).select_related("organ__council")
    # With a council or an organ its posts are gone, whether somebody ended each or not.
    officers = officers.exclude(council__dissolved_on__lte=day)
    seats = seats.exclude(organ__council__dissolved_on__lte=day)
    seats = seats.exclude(organ__valid_to__lt=day)
    if keys is not None:
        officers, seats = officers.filter(person_key__in=keys), seats.filter(person_key__in=keys)
    return posts_by_person(
        [
            *(Post(one.name, one.council.name, one.called) for one in officers),
            *(
                Post(one.name, one.organ.council.name, one.role or f"{one.organ.name}委員")
                for one in seats
                # Who sits in the 運営委員会 as an officer holds that seat by the post.
                if one.organ.kind != OrganKind.STEERING
            ),
        ]
    )


def warnings_about(names: list[str], day: date) -> list[str]:
    """Return the soft warnings about people who hold many posts in the ward on a day."""
    practice = CouncilPractice.objects.in_force(day)
    held = posts_on(day, {person_key(name) for name in names})
    warnings = (
        warning_of(posts, warned_from=practice.posts_warned_from) for posts in held.values()
    )
    return [sentence for sentence in warnings if sentence]


def member_organizations_on(day: date) -> list[MemberOrganization]:
    """Return the bodies that take part in a certified council on a day.

    Whom a survey about 準行政的機能 and 総意形成機能 asks (平成31年度 区運営方針 項目5, 6).
    """
    certified = Certification.objects.in_force(day).values("council")
    return list(
        MemberOrganization.objects.in_force(day)
        .filter(council__in=certified)
        .select_related("council")
    )
