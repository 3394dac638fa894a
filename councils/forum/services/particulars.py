"""What is typed of a person: name, reading, contact. Rules of `wards.text`, refused as a form expects."""

from collections.abc import Callable
from functools import partial
from typing import Final

from django.core.exceptions import ValidationError

from wards import text as rules
from wards.text import Fault

LONGEST_NAME: Final = 60
LONGEST_KANA: Final = 80


def by_rule(rule: Callable[[str], str], typed: str) -> str:
    """Return what a rule reads, an empty text as it is; raise ValidationError with its sentence."""
    if not typed.strip():
        return ""
    try:
        return rule(typed)
    except Fault as fault:
        raise ValidationError(str(fault)) from fault


def line_of(typed: str, *, longest: int, missing: str = "") -> str:
    """Return a text of one line; with `missing`, an empty one is refused by that sentence."""
    line = by_rule(partial(rules.short_text, longest=longest), typed)
    if missing and not line:
        raise ValidationError(missing)
    return line


def name_of(typed: str) -> str:
    """Return a person's name as typed; refuse an empty one."""
    return line_of(typed, longest=LONGEST_NAME, missing="氏名を入力してください。")


def kana_of(typed: str) -> str:
    """Return how a name is read; it may be empty."""
    return by_rule(partial(rules.kana, longest=LONGEST_KANA), typed)


def email_of(typed: str) -> str:
    """Return an address in half width; it may be empty."""
    return by_rule(rules.email_address, typed)


def phone_of(typed: str) -> str:
    """Return a telephone number as it is printed; it may be empty."""
    return by_rule(rules.phone_number, typed)
