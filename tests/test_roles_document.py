"""docs/roles.md says what wards/roles.yaml says."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission

from wards.roles import all_roles

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "roles.md"
PLACES = {"ward": "区役所", "city": "本庁"}

INTRODUCTION = """# 役割と権限

`wards/roles.yaml` から作った表です。直すときは `wards/roles.yaml` を直し、この文書を合わせます
（`tests/test_roles_document.py` が違いを示します）。所属（どの区の、どの役割を、いつからいつまで）は
本庁の運用管理者が登録します。権限は、所属する区のホストでだけ、所属の期間中だけ働きます。
"""


def permission_labels() -> dict[str, str]:
    """Return the words of every permission: Django's own in Japanese, ours as they stand."""
    actions = {"view": "見る", "add": "登録する", "change": "変更する", "delete": "削除する"}
    labels = {}
    for permission in Permission.objects.select_related("content_type"):
        model = permission.content_type.model_class()
        action, _, rest = permission.codename.partition("_")
        own = dict(model._meta.permissions) if model else {}
        label = own.get(permission.codename)
        if label is None and model is not None and rest == model._meta.model_name:
            label = f"{model._meta.verbose_name}を{actions[action]}"
        labels[f"{permission.content_type.app_label}.{permission.codename}"] = (
            label or permission.name
        )
    return labels


def roles_document() -> str:
    """Write the document from the file."""
    labels = permission_labels()
    roles = all_roles().values()
    parts = [INTRODUCTION]
    for place, name in PLACES.items():
        here = [role for role in roles if role.where == place]
        wanted = sorted({code for role in here for code in role.permissions})
        parts.append(f"## {name}の役割\n")
        parts += [f"- **{role.label}**（`{role.code}`）：{role.about}" for role in here]
        parts.append("")
        parts.append("| できること | 権限 | " + " | ".join(role.label for role in here) + " |")
        parts.append("|---|---|" + ":-:|" * len(here))
        for code in wanted:
            marks = " | ".join("○" if code in role.permissions else "" for role in here)
            parts.append(f"| {labels[code]} | `{code}` | {marks} |")
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def test_the_document_of_roles_is_the_one_that_the_file_makes(city):
    assert DOCUMENT.read_text(encoding="utf-8") == roles_document()


@pytest.mark.parametrize("code", list(all_roles()))
def test_the_database_grants_a_role_what_the_file_says(city, code):
    granted = Group.objects.get(name=code).permissions.values_list(
        "content_type__app_label", "codename"
    )

    assert {".".join(names) for names in granted} == all_roles()[code].permissions
