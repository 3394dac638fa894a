"""The dated rows of a ward's settings: written before they begin, ended by date, not rewritten."""

from django import forms
from django.contrib import admin, messages

from councils.admin.columns import day_column
from councils.admin.filters import InForceFilter
from councils.admin.places import CouncilList
from wards import clock
from wards.day_field import DAY_ATTRIBUTES, DayField

HAS_BEGUN = (
    "適用が始まっているため、書き換えられません。変えるときは、新しい適用の初日で登録してください。"
)
HAS_BEGUN_WITH_END = (
    "適用が始まっているため、末日のほかは書き換えられません。"
    "変えるときは、末日を入れてから、その次の日を初日にして登録してください。"
)


IN_WORDS = {
    "valid_from": "first_day",
    "percent": "percent_column",
    "after_the_year": "after_column",
    "counts_formation_year": "formation_column",
}


def _dated_form(model_of_form, names: tuple[str, ...]) -> type[forms.ModelForm]:
    """Return a form whose days are typed in 和暦."""
    days = [name for name in names if name.startswith("valid_")]

    class Meta:
        model = model_of_form
        fields = names
        field_classes = dict.fromkeys(days, DayField)
        widgets = {name: forms.TextInput(DAY_ATTRIBUTES) for name in days}

    return type(f"{model_of_form.__name__}Form", (forms.ModelForm,), {"Meta": Meta})


class DatedSettings(CouncilList):
    """A list of dated rows."""

    export_permission = "councils.configure_councils"
    list_filter = (InForceFilter,)
    names: tuple[str, ...] = ()

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Take days in 和暦."""
        kwargs["form"] = _dated_form(self.model, self.names)
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request, obj=None):
        """Show every column: what can no longer be changed, in words."""
        if obj is None or obj.valid_from >= clock.today():
            return self.names
        return tuple(IN_WORDS.get(name, name) for name in self.names)

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


class FilingRuleAdmin(DatedSettings):
    """提出書類のルール."""

    list_title = "提出書類のルール"
    names = ("kind", "due_month", "due_day", "after_the_year", "valid_from", "valid_to", "source")
    list_display = ("kind", "due_column", "first_day", "last_day", "source")
    export_columns = (
        ("書類", lambda rule: rule.get_kind_display()),
        ("期限の月", "due_month"),
        ("期限の日", "due_day"),
        ("翌年度に出す", lambda rule: "はい" if rule.after_the_year else "いいえ"),
        ("初日", "valid_from"),
        ("末日", "valid_to"),
        ("根拠", "source"),
    )

    @admin.display(description="出す年度")
    def after_column(self, rule):
        """Whether it is handed in when the year is over."""
        return "翌年度" if rule.after_the_year else "その年度"

    @admin.display(description="期限")
    def due_column(self, rule):
        """When it is due."""
        year = "翌年度の" if rule.after_the_year else ""
        return f"{year}{rule.due_month}月{rule.due_day}日"


class SupportRateAdmin(DatedSettings):
    """補助率."""

    list_title = "補助率"
    empty_sentence = "補助率は登録されていません。登録するまで、交付決定額を率で確かめません。"
    names = ("kind", "purpose", "percent", "valid_from", "valid_to", "source")
    list_display = ("purpose", "kind", "percent_column", "first_day", "last_day", "source")
    export_columns = (
        ("種類", lambda rate: rate.get_kind_display()),
        ("使い道", "purpose"),
        ("補助率（％）", lambda rate: f"{rate.percent.normalize():f}"),
        ("初日", "valid_from"),
        ("末日", "valid_to"),
        ("根拠", "source"),
    )

    @admin.display(description="補助率", ordering="percent")
    def percent_column(self, rate):
        """How much."""
        return f"{rate.percent.normalize():f}％"


class CouncilPracticeAdmin(DatedSettings):
    """区の取扱い."""

    list_title = "区の取扱い"
    list_filter = ()
    names = (
        "valid_from", "label", "aid_years", "counts_formation_year", "confirmation_months",
        "statement_days", "posts_warned_from", "source",
    )  # fmt: skip
    list_display = (
        "label",
        "first_day",
        "aid_years",
        "formation_column",
        "confirmation_months",
        "statement_days",
        "source",
    )
    export_columns = (
        ("適用の初日", "valid_from"),
        ("呼び名", "label"),
        ("運営助成の年数", "aid_years"),
        ("形成した年度を数える", lambda row: "はい" if row.counts_formation_year else "いいえ"),
        ("要件確認の間隔（月）", "confirmation_months"),
        ("弁明の期間（日）", "statement_days"),
        ("注意する役の数", "posts_warned_from"),
        ("根拠", "source"),
    )

    @admin.display(description="形成した年度", ordering="counts_formation_year")
    def formation_column(self, row):
        """Whether the fiscal year of formation is the first one of the aid."""
        return "数える" if row.counts_formation_year else "数えない"
