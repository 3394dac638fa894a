"""A day on a staff form: typed and shown in 和暦, with the Western calendar understood as well."""

from datetime import date

from django import forms

from wards.wareki import day_from_wareki, wareki

DAY_ATTRIBUTES = {"size": 16, "placeholder": "令和8年4月1日", "autocomplete": "off"}


class DayField(forms.DateField):
    """A day, typed and shown in 和暦; the Western calendar is understood as well."""

    def to_python(self, value):
        """Read the day, or say in a sentence why it is none."""
        if not value or isinstance(value, date):
            return value or None
        try:
            return day_from_wareki(value)
        except ValueError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def prepare_value(self, value):
        """Write a stored day in 和暦; leave what was typed."""
        return wareki(value) if isinstance(value, date) else value
