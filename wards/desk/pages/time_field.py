"""A time of the day on a staff form, typed as people write it, and the moments that forms make of it."""

import re
import unicodedata
from datetime import date, datetime, time

from django import forms
from django.utils import timezone

_TIME = re.compile(r"(午前|午後)?([0-9]{1,2})(?::([0-9]{2})|時(?:([0-9]{1,2})分|(半))?)")

LONGEST = 40


class TimeOfDayField(forms.Field):
    """「19:00」, 「１９時30分」 or 「午後7時半」; gives a time."""

    def __init__(self, *, label: str, **options):
        super().__init__(
            label=label,
            widget=forms.TextInput({"size": 8, "placeholder": "19:00", "autocomplete": "off"}),
            error_messages={"required": f"{label}を入力してください。"},
            **options,
        )

    def to_python(self, value):
        """Read the time, or say in a sentence why it is none."""
        text = "".join(unicodedata.normalize("NFKC", str(value or "")[:LONGEST]).split())
        if not text:
            return None
        found = _TIME.fullmatch(text)
        if found is None:
            raise forms.ValidationError("時刻を読み取れません。「19:00」のように入力してください。")
        half, hour = found[1], int(found[2])
        minute = 30 if found[5] else int(found[3] or found[4] or 0)
        if half and hour > 12:
            hour = 24
        elif half == "午後" and hour < 12:
            hour += 12
        if hour > 23 or minute > 59:
            raise forms.ValidationError("その時刻はありません。「19:00」のように入力してください。")
        return time(hour, minute)

    def prepare_value(self, value):
        """Write a stored time; leave what was typed."""
        return f"{value:%H:%M}" if isinstance(value, time | datetime) else value


def moment_of(day: date, hour: time) -> datetime:
    """Return the moment of a day and a time in Osaka."""
    return timezone.make_aware(datetime.combine(day, hour))
