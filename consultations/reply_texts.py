"""The places in a template that a case fills in. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from wards.text import faults_of_text

MERGE_FIELDS: Final = ("受付番号", "受付日", "件名", "回答する課", "期限", "区役所名")
LONGEST_TEMPLATE: Final = 4_000
_PLACE: Final = re.compile(r"\{([^{}\n]{1,20})\}")
# A line that is only 【…】 with an empty line, or nothing, below it.
_BLANK: Final = re.compile(
    r"^[ \t　]*【([^【】\n]{1,40})】[ \t　]*(?=\n[ \t　]*(?:\n|\Z)|\n?\Z)", re.MULTILINE
)


def unknown_fields(text: str) -> list[str]:
    """List what stands in braces and is no merge field, in order of appearance."""
    return [name for name in _PLACE.findall(text) if name not in MERGE_FIELDS]


def faults_of_template(text: str) -> list[str]:
    """List why a text cannot be a template, in sentences: one rule for the city's and the wards'."""
    faults = faults_of_text(text, longest=LONGEST_TEMPLATE)
    if unknown := unknown_fields(text):
        faults.append(
            f"{_in_braces(unknown)}は、案件の値に置き換えられません。使えるのは、{_in_braces(MERGE_FIELDS)}です。"
        )
    return faults


def unfilled_places(text: str) -> list[str]:
    """List the places of a template that nobody wrote into: merge fields, and 【…】 with nothing below."""
    fields = [name for name in _PLACE.findall(text) if name in MERGE_FIELDS]
    return [*(f"{{{name}}}" for name in fields), *(f"【{name}】" for name in _BLANK.findall(text))]


def reasons_not_to_send(text: str) -> list[str]:
    """List, in the officer's words, why a text is not ready for a citizen; empty means it is."""
    if places := unfilled_places(text):
        return [
            f"{'、'.join(places)}が書かれていません。すぐ下の行に書くか、見出しごと消してください。"
        ]
    return []


def _in_braces(names: Iterable[str]) -> str:
    return "、".join(f"{{{name}}}" for name in names)


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """Put the values into the merge fields; what is no field stays as it stands."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)
