"""The places in a template that a case fills in. Pure."""

import re
from collections.abc import Mapping
from typing import Final

MERGE_FIELDS: Final = ("受付番号", "受付日", "件名", "回答する課", "期限", "区役所名")
_PLACE: Final = re.compile(r"\{([^{}\n]{1,20})\}")


def unknown_fields(text: str) -> list[str]:
    """List what stands in braces and is no merge field, in order of appearance."""
    return [name for name in _PLACE.findall(text) if name not in MERGE_FIELDS]


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """Put the values into the merge fields; what is no field stays as it stands."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)
