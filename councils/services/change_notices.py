"""変更届（様式第3号）: what a council says has changed, accepted with the difference before the eyes."""

from datetime import date
from typing import Any

from django.db import transaction

from councils.changes import in_order_of_effect
from councils.choices import EntryKind, NoticeState
from councils.models import ChangeNotice, CommunityCouncil, CouncilOfficer, MemberOrganization
from councils.roster_rules import Body, reasons_not_to_end, reasons_not_to_record
from councils.services import rosters
from councils.services.steps import locked, note
from wards import clock
from wards.access import may
from wards.storing import store
from wards.text import faults_of_text
from wards.typed import need_text, optional_text, refuse
from wards.wareki import wareki

MOST_LINES = 50


@transaction.atomic
def receive_notice(
    council: CommunityCouncil, *, received_on: date, actor, text: str = ""
) -> ChangeNotice:
    """Take a 変更届 in; its lines are added one by one."""
    may(actor, "councils.add_changenotice")
    if received_on > clock.today():
        refuse(["受付日は、今日以前の日にしてください。"])
    if council.dissolved_on is not None:
        refuse(["解散した協議会の変更届は受け付けられません。"])
    notice = ChangeNotice(
        council=council, received_on=received_on, note=optional_text(text), received_by=actor
    )
    store(notice)
    return notice


def _waiting(notice: ChangeNotice) -> ChangeNotice:
    found = ChangeNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if found.state != NoticeState.RECEIVED:
        refuse(["この変更届は、すでに確認が終わっています。"])
    return found


@transaction.atomic
def add_line(notice: ChangeNotice, line: dict[str, Any], *, actor) -> None:
    """Add one change to a notice that is not decided."""
    may(actor, "councils.change_changenotice")
    notice = _waiting(notice)
    if line in notice.changes:
        refuse(["同じ変更が、すでに書かれています。"])
    if len(notice.changes) >= MOST_LINES:
        refuse([f"一つの変更届に書ける変更は{MOST_LINES}件までです。"])
    for value in line.values():
        if isinstance(value, str):
            refuse(faults_of_text(value, longest=200))
    if "name" in line and not line["name"].strip():
        refuse(["名前を入力してください。"])
    if line["what"] == "contact":
        longest = CommunityCouncil._meta.get_field(line["field"]).max_length
        refuse(faults_of_text(line["after"], longest=longest))
    _rewrite(notice, [*notice.changes, line], actor)


@transaction.atomic
def remove_line(notice: ChangeNotice, place: int, *, actor) -> None:
    """Take one change out of a notice that is not decided."""
    may(actor, "councils.change_changenotice")
    notice = _waiting(notice)
    if not 0 <= place < len(notice.changes):
        refuse(["その変更は、もうありません。"])
    _rewrite(notice, [line for at, line in enumerate(notice.changes) if at != place], actor)


def _rewrite(notice: ChangeNotice, lines: list[dict[str, Any]], actor) -> None:
    notice.changes = lines
    notice.writers = sorted({*notice.writers, actor.pk})
    store(notice, "changes", "writers")


def reasons_not_to_accept(notice: ChangeNotice, actor) -> list[str]:
    """Say why a person may not accept a notice that waits."""
    reasons = []
    if notice.council.dissolved_on is not None:
        reasons.append("解散した協議会の変更届は受理できません。差し戻してください。")
    if not notice.changes:
        reasons.append("変更の内容が書かれていません。")
    if actor.pk in {notice.received_by_id, *notice.writers}:
        reasons.append("受け付けた人や内容を書いた人とは別の人が確認してください。")
    return reasons


@transaction.atomic
def accept_notice(notice: ChangeNotice, *, actor) -> None:
    """Carry out every line of a notice, or none; who wrote any of it does not accept it."""
    may(actor, "councils.accept_changenotice")
    council = locked(notice.council)
    notice = _waiting(notice)
    refuse(reasons_not_to_accept(notice, actor))
    basis = f"{wareki(notice.received_on)}受付の変更届"
    body = rosters.body_of(council)
    for line in in_order_of_effect(notice.changes):
        _carry_out(council, body, line, basis)
    _decide(notice, NoticeState.ACCEPTED, actor)
    note(council, EntryKind.CHANGE, f"{basis}を受理しました。", actor=actor)


@transaction.atomic
def return_notice(notice: ChangeNotice, *, reason: str, actor) -> None:
    """Give a notice back with the reason; nothing of it is carried out."""
    may(actor, "councils.accept_changenotice")
    notice = _waiting(notice)
    notice.decision_reason = need_text(reason, "差し戻す理由を入力してください。")
    _decide(notice, NoticeState.RETURNED, actor)
    note(
        notice.council,
        EntryKind.CHANGE,
        "変更届を差し戻しました。",
        actor=actor,
        text=notice.decision_reason,
    )


def _decide(notice: ChangeNotice, state: NoticeState, actor) -> None:
    notice.state = state
    notice.decided_by = actor
    notice.decided_on = clock.today()
    store(notice, "state", "decided_by", "decided_on", "decision_reason")


def _carry_out(council: CommunityCouncil, body: Body, line: dict[str, Any], basis: str) -> None:
    if "valid_from" in line:
        first = date.fromisoformat(line["valid_from"])
        refuse(reasons_not_to_record(body, basis=basis, valid_from=first))
    match line["what"]:
        case "officer_starts":
            row = CouncilOfficer(
                council=council,
                name=line["name"],
                kana=line["kana"],
                position=line["position"],
                position_name=line["position_name"],
                address=line["address"],
                name_is_public=line["name_is_public"],
                valid_from=first,
                basis=basis,
            )
            store(row)
        case "organization_joins":
            row = MemberOrganization(
                council=council,
                name=line["name"],
                kind=line["kind"],
                valid_from=first,
                basis=basis,
            )
            store(row)
        case "officer_ends" | "organization_leaves":
            rows = council.officers if line["what"] == "officer_ends" else council.organizations
            last = date.fromisoformat(line["valid_to"])
            found = rows.still_open(last).filter(pk=line["number"]).first()
            if found is None:
                refuse([f"「{line['label']}」は、すでに終わっています。"])
            refuse(
                reasons_not_to_end(body, basis=basis, valid_from=found.valid_from, last_day=last)
            )
            found.valid_to = last
            found.basis = basis
            store(found, "valid_to", "basis")
        case "contact":
            if getattr(council, line["field"]) != line["before"]:
                refuse(["変更届を書いたあとに、協議会の内容が変わっています。書き直してください。"])
            setattr(council, line["field"], line["after"])
            store(council, line["field"])
