"""Fields of the forms by which staff take steps, each telling in Japanese what it wants."""

from django import forms

from wards.day_field import DAY_ATTRIBUTES, DayField
from wards.fiscal_year import fiscal_year_from_text, fiscal_year_label


def day_field(label: str, **options) -> DayField:
    """Return a field for a day, typed in 和暦 or in the Western calendar."""
    missing = {"required": f"{label}を入力してください。"}
    return DayField(
        label=label, widget=forms.TextInput(DAY_ATTRIBUTES), error_messages=missing, **options
    )


def text_field(label: str, *, longest: int = 2_000, rows: int = 3, **options) -> forms.CharField:
    """Return a field for a text of several lines."""
    return forms.CharField(
        label=label,
        max_length=longest,
        widget=forms.Textarea({"rows": rows}),
        error_messages={"required": f"{label}を入力してください。"},
        **options,
    )


def line_field(label: str, *, longest: int = 100, **options) -> forms.CharField:
    """Return a field for a text of one line."""
    return forms.CharField(
        label=label,
        max_length=longest,
        # As wide as what is usually written there; a narrow screen makes it narrower.
        widget=forms.TextInput({"autocomplete": "off", "size": min(longest, 40)}),
        error_messages={"required": f"{label}を入力してください。"},
        **options,
    )


def choice_field(label: str, choices, *, empty="選んでください", **options) -> forms.ChoiceField:
    """Return a field for one of a fixed list."""
    return forms.ChoiceField(
        label=label,
        choices=[("", empty), *choices],
        error_messages={
            "required": f"{label}を選んでください。",
            "invalid_choice": f"{label}を選び直してください。",
        },
        **options,
    )


def row_field(label: str, queryset, *, empty="選んでください", **options) -> forms.ModelChoiceField:
    """Return a field for one of a few rows."""
    return forms.ModelChoiceField(
        queryset,
        label=label,
        empty_label=empty,
        error_messages={
            "required": f"{label}を選んでください。",
            "invalid_choice": f"{label}を選び直してください。",
        },
        **options,
    )


class NumberField(forms.IntegerField):
    """A whole number, also with the commas that a spreadsheet puts into it."""

    def to_python(self, value):
        """Read the number, or say between which two it must lie."""
        return super().to_python(
            value.replace(",", "").replace("，", "") if isinstance(value, str) else value
        )


def number_field(label: str, *, least: int, most: int, **options) -> NumberField:
    """Return a field for a number; it tells between which two it must lie."""
    between = f"{label}は、{least:,}から{most:,}までの数字で入力してください。"
    return NumberField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "size": 8}),
        error_messages={
            "required": f"{label}を入力してください。",
            **dict.fromkeys(("min_value", "max_value", "invalid"), between),
        },
        **options,
    )


class FiscalYearField(forms.Field):
    """A fiscal year, typed and shown in 和暦; the Western calendar is understood as well."""

    def __init__(self, *, label: str, **options):
        super().__init__(
            label=label,
            widget=forms.TextInput({"size": 10, "placeholder": "令和8年度", "autocomplete": "off"}),
            error_messages={"required": f"{label}を入力してください。"},
            **options,
        )

    def to_python(self, value):
        """Read the year, or say in a sentence why it is none."""
        if not value or isinstance(value, int):
            return value or None
        try:
            return fiscal_year_from_text(value)
        except ValueError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def prepare_value(self, value):
        """Write a stored year in 和暦; leave what was typed."""
        return fiscal_year_label(value) if isinstance(value, int) else value
