"""Who changed what and when, read from the history that the database's triggers write."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import models
from django.utils import timezone

from wards.jobs import job_label
from wards.models import User
from wards.models.user import FACTOR_REMOVED, PASSWORD_RESET
from wards.wareki import wareki, wareki_minute

EMPTY = "（空欄）"
_ACTIONS = {
    "insert": "登録",
    "update": "変更",
    "delete": "削除",
    PASSWORD_RESET: "パスワードの再設定",
    FACTOR_REMOVED: "認証アプリの解除",
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one change, in the officer's words."""

    name: str
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change: its number in the history, when, by whom, and which fields."""

    number: int
    at: datetime
    who: str
    action: str
    fields: tuple[FieldChange, ...]

    @property
    def is_first(self) -> bool:
        """Say whether this is the row's creation."""
        return self.action == _ACTIONS["insert"]


def last_change_number(obj) -> int:
    """Return the number of the last change, 0 for an object without history."""
    return obj.events.aggregate(last=models.Max("pgh_id"))["last"] or 0


def changes_of(obj, *, fields: Collection[str] = (), since: int = 0) -> list[Change]:
    """Return the changes of an object, newest first.

    `fields` limits them to those that touch one of the named fields, `since` to those after the
    change of that number; a creation is always told. Two queries, one more per related model.
    """
    events = list(obj.events.order_by("pgh_id"))
    if not events:
        return []
    names = [
        field
        for field in events[0]._meta.concrete_fields
        if not field.name.startswith("pgh_")
        and not field.primary_key
        and field.name != "id"
        and (not fields or field.name in fields)
    ]
    called = _names_of_related(events, names)
    people = _people(events)
    changes = []
    before = None
    for event in events:
        changed = tuple(
            FieldChange(
                field.name,
                str(field.verbose_name),
                EMPTY if before is None else _words(field, before, called),
                _words(field, event, called),
            )
            for field in names
            if _is_told(field, before, event)
        )
        # Only of a change there is nothing to tell when no field shows it.
        if event.pgh_id > since and (changed or event.pgh_label != "update"):
            changes.append(
                Change(
                    number=event.pgh_id,
                    at=event.pgh_created_at,
                    who=_who(event, people),
                    action=_ACTIONS.get(event.pgh_label, event.pgh_label),
                    fields=changed,
                )
            )
        before = event
    return changes[::-1]


def _is_told(field, before, event) -> bool:
    after = getattr(event, field.attname)
    if before is None:
        return after not in (None, "", False)
    return getattr(before, field.attname) != after


def _people(events) -> dict[int, str]:
    numbers = {(event.pgh_context or {}).get("user") for event in events} - {None}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=numbers)}


def _who(event, people: dict[int, str]) -> str:
    context = event.pgh_context or {}
    # A ward does not see people of 本庁: their job leaves the name itself.
    person = people.get(context.get("user")) or context.get("by", "")
    if name := context.get("job"):
        return f"{job_label(name)}（{person}の依頼）" if person else f"{job_label(name)}（自動）"
    return person or "システム"


def _names_of_related(events, fields) -> dict[type, dict]:
    called: dict[type, dict] = {}
    for field in fields:
        if field.remote_field is None:
            continue
        numbers = {getattr(event, field.attname) for event in events} - {None}
        if numbers:
            model = field.remote_field.model
            called.setdefault(model, {}).update(model._default_manager.in_bulk(numbers))
    return called


def _words(field, event, called) -> str:
    value = getattr(event, field.attname)
    if value is None or value == "":
        return EMPTY
    if field.remote_field is not None:
        return str(called.get(field.remote_field.model, {}).get(value, value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, Decimal):
        # 進捗率 is printed with its one decimal; a value as an officer typed it.
        return f"{value if field.decimal_places == 1 else value.normalize():f}"
    if isinstance(value, datetime):
        return wareki_minute(timezone.localtime(value))
    if isinstance(value, date):
        return wareki(value)
    return str(value)
