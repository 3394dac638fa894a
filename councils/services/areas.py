"""校区等地域: renamed, merged, split; who looks after one; what is written on its card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from councils.area_rules import reasons_not_to_reorganise
from councils.choices import AreaChange, CertificationEnd
from councils.models import (
    AreaNote,
    AreaStaff,
    AreaSuccession,
    Certification,
    CertificationApplication,
    CommunityCouncil,
    SchoolDistrictArea,
)
from wards import clock
from wards.access import may
from wards.storing import store
from wards.typed import need_text, refuse


@dataclass(frozen=True, slots=True)
class NewArea:
    """A successor as it is typed."""

    code: str
    name: str
    kana: str = ""
    schools: str = ""
    towns: str = ""


@transaction.atomic
def register_area(new: NewArea, *, valid_from: date, actor) -> SchoolDistrictArea:
    """Register an area of which there was none before."""
    may(actor, "councils.add_schooldistrictarea")
    area = SchoolDistrictArea(
        code=new.code.strip(),
        name=new.name.strip(),
        kana=new.kana.strip(),
        schools=new.schools.strip(),
        towns=new.towns.strip(),
        valid_from=valid_from,
    )
    store(area)
    return area


@transaction.atomic
def describe_area(area: SchoolDistrictArea, *, kana: str, schools: str, towns: str, actor) -> None:
    """Change reading, schools and towns of an area; its name changes by 「名称の変更」 alone."""
    may(actor, "councils.change_schooldistrictarea")
    area.kana, area.schools, area.towns = kana.strip(), schools.strip(), towns.strip()
    store(area, "kana", "schools", "towns")


@transaction.atomic
def reorganise_areas(
    kind: AreaChange | str,
    former: Sequence[SchoolDistrictArea],
    successors: Sequence[NewArea],
    *,
    changed_on: date,
    reason: str,
    actor,
) -> list[SchoolDistrictArea]:
    """End areas and let others follow them from a day; old years keep the old unit.

    With 名称の変更 the council, its certification and the staff go along. Raise ValidationError with
    every reason, also when a certified council stands in an area that would be merged or split.
    """
    may(actor, "councils.reorganise_areas")
    former = list(
        SchoolDistrictArea.objects.select_for_update()
        .filter(pk__in=[area.pk for area in former])
        .order_by("code")
    )
    certifications = Certification.objects.filter(area__in=former).order_by("certified_on", "pk")
    refuse(
        reasons_not_to_reorganise(
            kind,
            former=[(area.name, area.valid_from, area.valid_to) for area in former],
            successors=len(successors),
            changed_on=changed_on,
            today=clock.today(),
            certifications=[
                (one.council.name, one.certified_on, one.ended_on)
                for one in certifications.select_related("council")
            ],
        )
    )
    reason = need_text(reason, "変更の理由を入力してください。", longest=300)
    for area in former:
        area.valid_to = changed_on - timedelta(days=1)
        store(area, "valid_to")
    made = []
    for new in successors:
        area = SchoolDistrictArea(
            code=new.code.strip(),
            name=new.name.strip(),
            kana=new.kana.strip(),
            schools=new.schools.strip() or _carried("schools", former, successors),
            towns=new.towns.strip() or _carried("towns", former, successors),
            valid_from=changed_on,
            is_demo=all(area.is_demo for area in former),
        )
        store(area)
        made.append(area)
    for before in former:
        for after in made:
            store(
                AreaSuccession(
                    former=before,
                    successor=after,
                    kind=kind,
                    changed_on=changed_on,
                    reason=reason,
                    recorded_by=actor,
                )
            )
    if len(made) == 1:
        _move_bodies(former, made[0], changed_on)
    if kind == AreaChange.RENAME:
        _carry_on(former[0], made[0], changed_on)
    return made


def _carried(field: str, former, successors) -> str:
    """Return what a lone successor has from those before it, where nothing else was typed."""
    return "、".join(filter(None, (getattr(area, field) for area in former))) if len(successors) == 1 else ""  # fmt: skip


def _move_bodies(former, successor, changed_on: date) -> None:
    """Let the councils that exist on the day belong to the one area that follows."""
    for council in CommunityCouncil.objects.existing(changed_on).filter(area__in=former):
        council.area = successor
        store(council, "area")
    CertificationApplication.objects.open().filter(area__in=former).update(area=successor)


def _carry_on(before: SchoolDistrictArea, after: SchoolDistrictArea, changed_on: date) -> None:
    for held in Certification.objects.in_force(changed_on).filter(area=before):
        held.ended_on = changed_on
        held.end_kind = CertificationEnd.AREA_CHANGED
        store(held, "ended_on", "end_kind")
        carried = Certification(
            council=held.council,
            area=after,
            application=held.application,
            number=held.number,
            certified_on=changed_on,
            certified_by=held.certified_by,
            is_continued=True,
        )
        store(carried)
        # What is due, asked or proposed goes on: it is the same certification under a new name.
        held.confirmations.filter(confirmed_on=None).update(certification=carried)
        held.corrective_requests.filter(resolved_on=None).update(certification=carried)
        held.revocations.filter(decided_on=None).update(certification=carried)
    for post in AreaStaff.objects.in_force(changed_on).filter(area=before):
        new = AreaStaff(
            area=after,
            person=post.person,
            is_lead=post.is_lead,
            valid_from=changed_on,
            valid_to=post.valid_to,
        )
        post.valid_to = max(changed_on - timedelta(days=1), post.valid_from)
        store(post, "valid_to")
        store(new)


@transaction.atomic
def appoint_area_staff(
    area: SchoolDistrictArea, person, *, valid_from: date, is_lead: bool, actor
) -> AreaStaff:
    """Let a person of the ward office look after an area from a day."""
    may(actor, "councils.change_areastaff")
    post = AreaStaff(area=area, person=person, valid_from=valid_from, is_lead=is_lead)
    store(post)
    return post


@transaction.atomic
def end_area_staff(post: AreaStaff, *, last_day: date, actor) -> None:
    """End a person's charge of an area after a day."""
    may(actor, "councils.change_areastaff")
    post.valid_to = last_day
    store(post, "valid_to")


@transaction.atomic
def add_area_note(
    area: SchoolDistrictArea, *, kind: str, happened_on: date, text: str, actor
) -> AreaNote:
    """Write an activity, an issue or a note on the area's card."""
    may(actor, "councils.add_areanote")
    if happened_on > clock.today():
        refuse(["日付は、今日以前の日にしてください。"])
    row = AreaNote(
        area=area,
        kind=kind,
        happened_on=happened_on,
        text=need_text(text, "内容を入力してください。"),
        author=actor,
        written_at=clock.now(),
    )
    store(row)
    return row


@transaction.atomic
def withdraw_area_note(row: AreaNote, *, reason: str, actor) -> None:
    """Take a line of the card back; it stays there, struck out, with the reason."""
    may(actor, "councils.add_areanote")
    if row.withdrawn_at is not None:
        refuse(["この記録は、すでに取り消されています。"])
    row.withdrawn_reason = need_text(reason, "取り消す理由を入力してください。", longest=300)
    row.withdrawn_at = clock.now()
    store(row, "withdrawn_at", "withdrawn_reason")
