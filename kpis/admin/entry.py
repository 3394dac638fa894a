"""One result's form: texts in, values out, by the rules every other way in uses."""

from django import forms

from kpis import entry_rules
from kpis.admin.columns import typed_value, written_value
from kpis.catalog.choices import Counting, Unit
from kpis.choices import Implementation
from kpis.entry_rules import NOT_APPLICABLE
from kpis.entry_states import faults_of_reason
from kpis.models import Result
from kpis.services import reasons_not_to_enter
from wards.history import Change, changes_of, last_change_number

# What a person changes; the rest is the recompute's.
ENTRY_FIELDS = (
    "actual",
    "not_applicable",
    "respondents",
    "reference_note",
    "implementation",
    "note",
)
MOVE_FIELDS = ("state", "state_reason")


class ResultEntryForm(forms.Form):
    """What is typed for one result, on its own page or as a row of the grid."""

    actual = forms.CharField(label="実績値", required=False, max_length=40)
    respondents = forms.CharField(label="回答者数", required=False, max_length=20)
    implementation = forms.ChoiceField(
        label="取組状況", required=False, choices=[("", "選んでください"), *Implementation.choices]
    )
    reference_note = forms.CharField(
        label="参考理由",
        required=False,
        max_length=300,
        help_text="参考数値とする理由です。回答者数の不足は自動で判定されます。",
    )
    note = forms.CharField(
        label="備考", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(
        label="入力の版",
        widget=forms.HiddenInput,
        error_messages={
            "required": "画面を開き直してから、もう一度入力してください。",
            "invalid": "画面を開き直してから、もう一度入力してください。",
        },
    )

    def __init__(self, *args, result: Result, version: int = 0, previous=None, **kwargs):
        self.result = result
        self.previous = previous
        kwargs["initial"] = {
            "actual": typed_value(result),
            "respondents": "" if result.respondents is None else str(result.respondents),
            "implementation": result.implementation,
            "reference_note": result.reference_note,
            "note": result.note,
            "version": version,
        }
        super().__init__(*args, auto_id="id_%s", use_required_attribute=False, **kwargs)
        self.fields["actual"].help_text = self._actual_help()
        self.fields["actual"].widget.attrs |= {"autocomplete": "off", "class": "number-field"}
        self.fields["respondents"].widget.attrs |= {
            "autocomplete": "off",
            "inputmode": "numeric",
            "class": "number-field",
        }
        for name in self.errors if self.is_bound else ():
            if name in self.fields:
                self.fields[name].widget.attrs |= {
                    "aria-invalid": "true",
                    "aria-describedby": f"{self[name].id_for_label}_error",
                }

    def _actual_help(self) -> str:
        indicator = self.result.indicator
        if indicator.counting == Counting.ONCE_FOR_CITY:
            return "全市で1件と数える指標です。区では空欄か「該当なし」とし、取組状況を入力します。"
        if indicator.unit == Unit.MILESTONE:
            return "立ち上げた場合は1、立ち上げていない場合は0を入力します。"
        word = entry_rules.UNIT_WORDS[indicator.unit]
        return (
            f"単位（{word}）を付けずに入力します。測らない指標は「該当なし」と入力します。"
            "空欄は未入力です。"
        )

    def clean_actual(self):
        """Read the 実績値."""
        return _read(entry_rules.parse_actual, self.cleaned_data["actual"])

    def clean_respondents(self):
        """Read the 回答者数."""
        return _read(entry_rules.parse_count, self.cleaned_data["respondents"])

    def clean_note(self):
        """Take line ends as they are stored, so that an unchanged text stays unchanged."""
        return self.cleaned_data["note"].replace("\r\n", "\n")

    def clean(self):
        """Ask the rules that every way in asks; a locked result is refused by the caller.

        A field that cannot be read hides no fault of the others: all are named at once.
        """
        cleaned = super().clean()
        unreadable = set(self.errors)
        read = {name: cleaned[name] for name in ENTRY_FIELDS if name in cleaned}
        for name, reason in reasons_not_to_enter(self.result, read):
            field = name if name in self.fields else "actual"
            if field not in unreadable:
                self.add_error(field, reason)
        return cleaned

    def values(self) -> dict:
        """Return what `enter_result` takes."""
        return {name: self.cleaned_data[name] for name in ENTRY_FIELDS if name != "not_applicable"}

    def questions(self) -> list[str]:
        """Return what the officer should look at again: of what was typed, else of what is stored."""
        typed = self.is_bound and not self.errors
        values = self.values() if typed else entered_values(self.result)
        indicator = self.result.indicator
        return entry_rules.reasons_to_ask(
            values["actual"],
            unit=indicator.unit,
            previous_actual=self.previous.actual if self.previous else None,
            respondents=values["respondents"],
            minimum_respondents=indicator.minimum_respondents,
            implementation=values["implementation"],
            note=values["note"],
        )

    def is_touched(self) -> bool:
        """Say whether the person changed anything of what the page had shown them."""
        shown = self.result.events.filter(pgh_id=self.cleaned_data["version"]).first()
        return shown is None or self.values() != entered_values(shown)

    def differs(self) -> bool:
        """Say whether storing would change anything."""
        return self.values() != entered_values(self.result)

    def changes_meanwhile(self) -> list[Change]:
        """Return what others changed since the page was shown."""
        return changes_since(self.result, self.cleaned_data["version"])

    def show_again(self) -> None:
        """Let the next attempt be made knowingly: it carries the number of what is shown now."""
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(last_change_number(self.result))

    @property
    def previous_value(self) -> str:
        """Return last year's value as it is written."""
        return written_value(self.previous) if self.previous else "—"


def entered_values(row) -> dict:
    """Return the entry of a result, or of a row of its history, as `enter_result` takes it."""
    return {
        "actual": NOT_APPLICABLE if row.not_applicable else row.actual,
        "respondents": row.respondents,
        "reference_note": row.reference_note,
        "implementation": row.implementation,
        "note": row.note,
    }


def changes_since(result: Result, version: int) -> list[Change]:
    """Return what people changed of a result after a change of that number; not the recompute."""
    changes = changes_of(result, fields=(*ENTRY_FIELDS, *MOVE_FIELDS), since=version)
    return [change for change in changes if change.fields]


def reason_given(data) -> str:
    """Return the reason that was typed; raise ValidationError when it cannot be stored."""
    reason = data.get("reason", "").strip()
    if faults := faults_of_reason(reason):
        raise forms.ValidationError(faults)
    return reason


def _read(parse, text: str):
    try:
        return parse(text)
    except entry_rules.EntryError as error:
        raise forms.ValidationError(str(error)) from error
