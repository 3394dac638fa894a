"""担い手: registered once under a name, put right where it was mistaken."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from socialbiz.choices import OperatorKind
from socialbiz.models import Operator
from wards.access import may
from wards.storing import store
from wards.text import search_key
from wards.typed import Reading, need_line, one_of, optional_line

MAY_ADD: Final = "socialbiz.add_operator"
MAY_CHANGE: Final = "socialbiz.change_operator"
WRITTEN: Final = ("name", "kind", "council", "address", "url")
LONGEST_URL: Final = 200


def read_url(text: str) -> str:
    """Return an address of the web that may be empty; refuse what no browser opens."""
    url = optional_line(text, longest=LONGEST_URL)
    if url:
        URLValidator(
            schemes=["http", "https"], message="URLは「https://…」の形で入力してください。"
        )(url)
    return url


def _write(row: Operator, *, name: str, kind: str, council, address: str, url: str) -> None:
    reading = Reading()
    values: dict[str, Any] = {
        "name": reading.of("name", need_line, name, "名称を入力してください。", longest=100),
        "kind": reading.of("kind", one_of, OperatorKind, kind, "種類を選んでください。"),
        "address": reading.of("address", optional_line, address, longest=200),
        "url": reading.of("url", read_url, url),
        "council": council,
    }
    reading.refuse()
    for field, value in values.items():
        setattr(row, field, value)
    row.name_key = search_key(row.name)
    if not row.name_key:
        raise ValidationError("名称を文字で入力してください。")
    store(row)


@transaction.atomic
def register_operator(
    *, name: str, kind: str, actor, council=None, address: str = "", url: str = "", is_demo=False
) -> Operator:
    """Register who carries something; a name is taken once."""
    may(actor, MAY_ADD)
    row = Operator(is_demo=is_demo)
    _write(row, name=name, kind=kind, council=council, address=address, url=url)
    return row


@transaction.atomic
def change_operator(operator: Operator, *, actor, **values) -> None:
    """Put an operator right; `values` are those of `register_operator`."""
    may(actor, MAY_CHANGE)
    row = Operator.objects.select_for_update().get(pk=operator.pk)
    _write(row, **values)
