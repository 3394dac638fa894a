"""The roles, read from `roles.yaml`: the one place that says who may do what."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

ROLES_PATH = Path(__file__).with_name("roles.yaml")


@dataclass(frozen=True, slots=True)
class RoleDefinition:
    """One role: its label, whether it lives in a ward or in 本庁, and its permissions."""

    code: str
    label: str
    where: str
    about: str
    permissions: frozenset[str]


@cache
def all_roles() -> dict[str, RoleDefinition]:
    """Return every role by its code, in the order of the file."""
    raw = yaml.safe_load(ROLES_PATH.read_text(encoding="utf-8"))
    return {
        code: RoleDefinition(
            code=code,
            label=body["label"],
            where=body["where"],
            about=body["about"],
            permissions=frozenset(body["may"]),
        )
        for code, body in raw.items()
    }


def reasons_not_to_appoint(role: str, *, at_headquarters: bool) -> list[str]:
    """List why the role cannot be given there: a ward's role ends at the ward, 本庁's at 本庁."""
    definition = all_roles()[role]
    if (definition.where == "city") is at_headquarters:
        return []
    where = "本庁" if definition.where == "city" else "区役所"
    return [f"役割「{definition.label}」は{where}の所属にだけ付けられます。"]
