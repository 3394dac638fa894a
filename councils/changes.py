"""変更届（様式第3号）: the lines of a notice of change, checked and told in words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from councils.choices import OrganizationKind, Position
from wards.wareki import wareki

CONTACT_FIELDS: Final = {
    "name": "名称",
    "office_place": "事務所の所在地",
    "phone": "電話",
    "email": "メール",
    "website": "ウェブサイト",
}
NOTHING: Final = "（なし）"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line as people read it: what, and how it was and will be."""

    what: str
    before: str
    after: str
    is_private: bool = False


def officer_starts(
    name: str,
    position: str,
    valid_from: date,
    *,
    kana: str = "",
    position_name: str = "",
    address: str = "",
    name_is_public: bool = True,
) -> dict[str, Any]:
    """Return the line of an officer who takes a post."""
    return {
        "what": "officer_starts",
        "name": name,
        "kana": kana,
        "position": position,
        "position_name": position_name,
        "address": address,
        "name_is_public": name_is_public,
        "valid_from": valid_from.isoformat(),
    }


def officer_ends(number: int, label: str, valid_to: date) -> dict[str, Any]:
    """Return the line of an officer who leaves a post."""
    return {
        "what": "officer_ends",
        "number": number,
        "label": label,
        "valid_to": valid_to.isoformat(),
    }


def organization_joins(name: str, kind: str, valid_from: date) -> dict[str, Any]:
    """Return the line of a body that joins."""
    return {
        "what": "organization_joins",
        "name": name,
        "kind": kind,
        "valid_from": valid_from.isoformat(),
    }


def organization_leaves(number: int, label: str, valid_to: date) -> dict[str, Any]:
    """Return the line of a body that leaves."""
    return {
        "what": "organization_leaves",
        "number": number,
        "label": label,
        "valid_to": valid_to.isoformat(),
    }


def contact_changes(field: str, before: str, after: str) -> dict[str, Any]:
    """Return the line of a changed name or contact."""
    return {"what": "contact", "field": field, "before": before, "after": after}


def bylaws_change(label: str, effective_on: date) -> dict[str, Any]:
    """Return the line of changed 規約."""
    return {"what": "bylaws", "label": label, "effective_on": effective_on.isoformat()}


def difference(line: Mapping[str, Any]) -> Difference:
    """Tell a line in words."""
    match line["what"]:
        case "officer_starts":
            called = line["position_name"] or Position(line["position"]).label
            kana = f"　{line['kana']}" if line["kana"] else ""
            more = [f"{_day(line['valid_from'])}から"]
            more += [] if line["name_is_public"] else ["氏名は公表しない"]
            more += ["住所の記入あり"] if line["address"] else []
            return Difference(
                f"役員の就任（{called}）", NOTHING, f"{line['name']}{kana}（{'、'.join(more)}）"
            )
        case "officer_ends":
            return Difference("役員の退任", str(line["label"]), f"{_day(line['valid_to'])}まで")
        case "organization_joins":
            kind = OrganizationKind(line["kind"]).label
            return Difference(
                "構成団体の加入",
                NOTHING,
                f"{line['name']}（{kind}、{_day(line['valid_from'])}から）",
            )
        case "organization_leaves":
            return Difference("構成団体の脱退", str(line["label"]), f"{_day(line['valid_to'])}まで")
        case "contact":
            return Difference(
                f"{CONTACT_FIELDS[line['field']]}の変更",
                line["before"] or NOTHING,
                line["after"] or NOTHING,
                is_private=line["field"] == "office_place",
            )
        case "bylaws":
            return Difference(
                "規約の改正", "改正前の規約", f"{line['label']}（{_day(line['effective_on'])}施行）"
            )
    raise ValueError(line["what"])


def in_order_of_effect(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines as they are carried out: who leaves goes before who comes.

    Otherwise a new representative would for a moment be the second one.
    """
    first = {"officer_ends", "organization_leaves"}
    return sorted(lines, key=lambda line: line["what"] not in first)


def _day(text: str) -> str:
    return wareki(date.fromisoformat(text))
