"""Entering the city's own results, by the same rules as a ward's."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from kpis import entry_rules
from kpis.catalog.choices import Counting, Unit
from kpis.catalog.models import CityResult, Indicator, Policy
from kpis.entry_rules import NO_NUMBER_WORDS
from kpis.entry_states import MOVES
from kpis.services import enter_result, move_result, reasons_not_to_enter
from wards.history import changes_of, last_change_number

CHANGED_MEANWHILE = "この画面を開いたあとに、ほかの人が変更しました。内容を確かめてください。"

# At 本庁 the same person hands in and confirms: no ward stands between.
MOVES_AT_HEADQUARTERS = {"kpis.submit_result", "kpis.confirm_result", "kpi_catalog.review_wards"}


@dataclass(frozen=True, slots=True)
class CityStep:
    """A button of the city's own result: one or more moves of `entry_states`, in words."""

    code: str
    label: str
    moves: tuple[str, ...]
    sentence: str

    @property
    def needs_reason(self) -> bool:
        """Say whether any of the moves asks for a reason."""
        return any(MOVES[code].needs_reason for code in self.moves)


CITY_STEPS = {
    step.code: step
    for step in (
        CityStep("submit", "提出する", ("submit",), "全市の表に値が載ります。"),
        CityStep(
            "finalize",
            "確定する",
            ("confirm_by_ward", "confirm_by_city", "finalize"),
            "値を固定します。",
        ),
        CityStep("send_back", "入力に戻す", ("send_back_by_city",), "全市の表から値を外します。"),
        CityStep("reopen", "確定を解く", ("reopen",), "値を直せるようにします。"),
    )
}


def steps_from(state: str) -> list[CityStep]:
    """List the steps that begin in a state."""
    return [step for step in CITY_STEPS.values() if state in MOVES[step.moves[0]].from_states]


@transaction.atomic
def take_step(result: CityResult, code: str, *, actor, reason: str = "") -> None:
    """Make every move of a step or none; raise ValidationError with the reasons."""
    for move in CITY_STEPS[code].moves:
        move_result(result, move, actor=actor, permissions=MOVES_AT_HEADQUARTERS, reason=reason)


def city_results() -> list[CityResult]:
    """Return the city's own result of every year and indicator that has one, the latest first.

    Rows that nobody has entered are made up in memory and not stored.
    """
    stored = {
        (row.fiscal_year, row.indicator_id): row
        for row in CityResult.objects.select_related("indicator", "indicator__policy", "rule")
    }
    rows = []
    for policy in Policy.objects.all():
        for indicator in _citys_own(policy):
            for year in policy.fiscal_years:
                rows.append(
                    stored.get((year, indicator.pk))
                    or CityResult(fiscal_year=year, indicator=indicator)
                )
    return sorted(rows, key=lambda row: (-row.fiscal_year, row.indicator.number))


def _citys_own(policy: Policy) -> list[Indicator]:
    return list(
        policy.indicators.filter(counting=Counting.ONCE_FOR_CITY)
        .select_related("policy")
        .order_by("number")
    )


def city_result(fiscal_year: int, code: str) -> CityResult | None:
    """Return the city's own result of a year, stored or not yet; None where there can be none."""
    return next(
        (
            row
            for row in city_results()
            if row.fiscal_year == fiscal_year and row.indicator.code == code
        ),
        None,
    )


def locked_city_result(result: CityResult) -> CityResult:
    """Return the stored row, made if there is none yet; nobody else changes it meanwhile."""
    row, _ = CityResult.objects.get_or_create(
        fiscal_year=result.fiscal_year, indicator=result.indicator
    )
    return (
        CityResult.objects.select_related("indicator", "indicator__policy", "rule")
        .select_for_update(of=("self",))
        .get(pk=row.pk)
    )


def is_changed_since(result: CityResult, version: int | None) -> bool:
    """Say whether people changed a result after the change of that number; None asks nothing."""
    if version is None:
        return False
    told = ("actual", "not_applicable", "reference_note", "note", "state", "state_reason")
    changes = changes_of(result, fields=told, since=version)
    return any(change.fields and not change.is_first for change in changes)


class CityResultForm(forms.Form):
    """What is typed for the city's own result; `version` is the last change the page has shown."""

    version = forms.IntegerField(
        required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput
    )

    actual = forms.CharField(label="実績値", required=False, max_length=40)
    reference_note = forms.CharField(
        label="参考理由",
        required=False,
        max_length=300,
        help_text="参考数値とする理由があるときだけ入力します。",
    )
    note = forms.CharField(
        label="備考", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, result: CityResult, **kwargs):
        self.result = result
        kwargs["initial"] = {
            "actual": _typed(result),
            "reference_note": result.reference_note,
            "note": result.note,
            "version": last_change_number(result) if result.pk else 0,
        }
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["actual"].widget.attrs |= {"autocomplete": "off", "class": "number-field"}
        self.fields["actual"].help_text = (
            "立ち上げた場合は1、立ち上げていない場合は0を入力します。空欄は未入力です。"
            if result.indicator.unit == Unit.MILESTONE
            else "単位を付けずに入力します。空欄は未入力です。"
        )

    def clean_actual(self):
        """Read the 実績値."""
        try:
            return entry_rules.parse_actual(self.cleaned_data["actual"])
        except entry_rules.EntryError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_note(self) -> str:
        """Take line ends as they are stored."""
        return self.cleaned_data["note"].replace("\r\n", "\n")

    def clean(self):
        """Ask the rules that every way in asks."""
        cleaned = super().clean()
        if not self.errors and is_changed_since(self.result, cleaned["version"]):
            # The next attempt is made knowingly: it carries the number of what is shown now.
            self.data = self.data.copy()
            self.data["version"] = str(last_change_number(self.result))
            self.add_error(None, CHANGED_MEANWHILE)
        if not self.errors:
            for name, reason in reasons_not_to_enter(self.result, cleaned):
                self.add_error(name if name in self.fields else "actual", reason)
        return cleaned

    def store(self, actor) -> bool:
        """Store what was typed; return whether anything changed."""
        try:
            values = {
                name: self.cleaned_data[name] for name in ("actual", "reference_note", "note")
            }
            return enter_result(self.result, actor=actor, **values)
        except ValidationError as refusal:
            self.add_error(None, refusal.messages)
            return False


def _typed(result: CityResult) -> str:
    if result.not_applicable:
        return NO_NUMBER_WORDS
    return "" if result.actual is None else f"{result.actual.normalize():f}"
