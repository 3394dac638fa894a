"""What people type, read and checked alike by every service: texts, lines, fixed lists, sums."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from django.core.exceptions import ValidationError

from wards.text import check_written, faults_of_text, text_faults
from wards.wareki import wareki

T = TypeVar("T")

LONGEST_TEXT = 2_000
MOST_YEN = 10**12


def refuse(reasons: Sequence[str]) -> None:
    """Raise ValidationError with every reason; do nothing without any."""
    if reasons:
        raise ValidationError(list(reasons))


def need_text(text: str, missing: str, *, longest: int = LONGEST_TEXT) -> str:
    """Return a text without white space around it; refuse an empty or unreadable one."""
    check_written(text, longest=longest, missing=missing)
    return text.strip()


def optional_text(text: str, *, longest: int = LONGEST_TEXT) -> str:
    """Return a text that may be empty, without white space around it; refuse an unreadable one."""
    refuse(faults_of_text(text, longest=longest))
    return text.strip()


class Reading:
    """Reads one typed value after the other, and refuses all that is wrong at once, by field."""

    def __init__(self):
        self.faults: dict[str, list[str]] = {}

    def of(self, field: str, read: Callable[..., T], *arguments, **named) -> T | None:
        """Return what was read; keep why it cannot be, and return nothing."""
        try:
            return read(*arguments, **named)
        except ValidationError as refusal:
            self.fault(field, *refusal.messages)
            return None

    def fault(self, field: str, *reasons: str) -> None:
        """Keep what is wrong with a field."""
        self.faults.setdefault(field, []).extend(reasons)

    def refuse(self) -> None:
        """Raise ValidationError with all that was wrong; do nothing without any."""
        if self.faults:
            raise ValidationError(self.faults)


def need_line(text: str, missing: str, *, longest: int) -> str:
    """Return a text of one line without white space around it; refuse an empty or unreadable one."""
    check_written(text, longest=longest, missing=missing)
    return optional_line(text, longest=longest)


def optional_line(text: str, *, longest: int) -> str:
    """Return a text of one line that may be empty; refuse an unreadable one."""
    line = text.strip()
    refuse([str(fault) for fault in text_faults(line, longest=longest, one_line=True)])
    return line


def one_of(choices, value: str, missing: str):
    """Return the value of a fixed list; refuse any other with `missing`."""
    if value not in choices.values:
        refuse([missing])
    return choices(value)


def reasons_against_day(day: date, today: date, name: str, *, first: date) -> list[str]:
    """List why something cannot have been on a day: not there yet, or before there was any."""
    if day > today:
        return [f"{name}は、今日以前の日にしてください。"]
    if day < first:
        return [f"{name}が古すぎます。{wareki(first)}以後の日にしてください。"]
    return []


def whole_yen(yen: int | None, name: str) -> int | None:
    """Return a sum in yen or None; refuse a negative one and one beyond any budget of a ward."""
    if yen is not None and not 0 <= yen <= MOST_YEN:
        refuse([f"{name}は0円以上、{MOST_YEN:,}円以下にしてください。"])
    return yen
