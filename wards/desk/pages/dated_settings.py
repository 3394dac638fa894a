"""The dated rows of a ward's settings: written before they begin, ended by date, not rewritten."""

from django import forms
from django.contrib import admin, messages

from wards import clock
from wards.day_field import DAY_ATTRIBUTES, DayField
from wards.desk.pages.placed_list import PlacedList
from wards.list_columns import day_column
from wards.list_filters import InForceFilter

HAS_BEGUN = (
    "適用が始まっているため、書き換えられません。変えるときは、新しい適用の初日で登録してください。"
)
HAS_BEGUN_WITH_END = (
    "適用が始まっているため、末日のほかは書き換えられません。"
    "変えるときは、末日を入れてから、その次の日を初日にして登録してください。"
)


def _dated_form(model_of_form, names: tuple[str, ...]) -> type[forms.ModelForm]:
    """Return a form whose days are typed in 和暦."""
    days = [name for name in names if name.startswith("valid_")]

    class Meta:
        model = model_of_form
        fields = names
        field_classes = dict.fromkeys(days, DayField)
        widgets = {name: forms.TextInput(DAY_ATTRIBUTES) for name in days}

    return type(f"{model_of_form.__name__}Form", (forms.ModelForm,), {"Meta": Meta})


class DatedSettings(PlacedList):
    """A list of dated rows; `names` are the fields, `in_words` how they read once they are fixed."""

    list_filter = (InForceFilter,)
    names: tuple[str, ...] = ()
    in_words: dict[str, str] = {}

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Take days in 和暦."""
        kwargs["form"] = _dated_form(self.model, self.names)
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request, obj=None):
        """Show every column: what can no longer be changed, in words."""
        if obj is None or obj.valid_from >= clock.today():
            return self.names
        return tuple(
            "first_day" if name == "valid_from" else self.in_words.get(name, name)
            for name in self.names
        )

    def get_readonly_fields(self, request, obj=None):
        """Of what has begun, change the last day alone; a slip is mended on the first day."""
        if obj is None or obj.valid_from >= clock.today():
            return ()
        return tuple(name for name in self.get_fields(request, obj) if name != "valid_to")

    def has_change_permission(self, request, obj=None) -> bool:
        """What has begun and has no last day is followed by another row."""
        has_begun = obj is not None and bool(self.get_readonly_fields(request, obj))
        is_over = has_begun and "valid_to" not in self.names
        return super().has_change_permission(request, obj) and not is_over

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Say why a row that has begun cannot be changed."""
        if request.method == "GET" and object_id:
            row = self.get_object(request, object_id)
            if row is not None and self.get_readonly_fields(request, row):
                messages.info(
                    request, HAS_BEGUN_WITH_END if "valid_to" in self.names else HAS_BEGUN
                )
        return super().changeform_view(request, object_id, form_url, extra_context)

    @admin.display(description="初日", ordering="valid_from")
    def first_day(self, row):
        """Since when."""
        return day_column(row.valid_from)

    @admin.display(description="末日", ordering="valid_to")
    def last_day(self, row):
        """Until when."""
        return day_column(row.valid_to)
