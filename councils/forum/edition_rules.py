"""区政会議の運営状況: the yearly window, and an edition as a text that can be compared. Pure.

Source: 平成25年条例第53号11条2項; 平成25年規則第146号5条. The window is 1 October – 30 September, published
from October to January (DOMAIN 3.2).
"""

import json
from datetime import date
from hashlib import sha256
from typing import Any


def window_of(day: date) -> tuple[date, date]:
    """Return the window that a day belongs to."""
    year = day.year if (day.month, day.day) >= (10, 1) else day.year - 1
    return date(year, 10, 1), date(year + 1, 9, 30)


def last_full_window(day: date) -> tuple[date, date]:
    """Return the latest window that is over on a day."""
    begins, _ = window_of(day)
    return window_of(date(begins.year - 1, 10, 1))


def as_text(content: dict[str, Any]) -> str:
    """Return the content as the one text whose hash is kept: keys sorted, nothing escaped."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: dict[str, Any]) -> str:
    """Return the SHA-256 of the content's text."""
    return sha256(as_text(content).encode()).hexdigest()


def differences(before: dict[str, Any], after: dict[str, Any], names: dict[str, str]) -> list[str]:
    """Say what an edition adds to and takes from the one before, part by part, row by row.

    Each part is a list of rows, and each row has a `key` and a `label`; `names` are the parts in
    Japanese.
    """
    lines = []
    for part, name in names.items():
        old = {row["key"]: row for row in before.get(part, [])}
        new = {row["key"]: row for row in after.get(part, [])}
        lines += [f"{name}に追加：{row['label']}" for key, row in new.items() if key not in old]
        lines += [f"{name}から削除：{row['label']}" for key, row in old.items() if key not in new]
        lines += [
            f"{name}を変更：{row['label']}"
            for key, row in new.items()
            if key in old and old[key] != row
        ]
    return lines
