"""Changes of a ward's results: entering, moving, judging. One set of rules for every way in."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from kpis import entry_states
from kpis.catalog.choices import Counting
from kpis.catalog.models import EvaluationRule, Indicator, RecordedResult
from kpis.choices import EntryState
from kpis.entry_rules import (
    NOT_APPLICABLE,
    NotApplicable,
    reasons_not_to_hand_in,
    reasons_to_refuse,
)
from kpis.models import Result
from kpis.models.result import HANDED_IN
from kpis.progress import judge
from wards import clock
from wards.text import faults_of_text

# The fields that the recompute owns, in the order of `Judgement` where they share a name.
JUDGED_FIELDS = (
    "judged_value",
    "progress_rate",
    "status",
    "achieved",
    "counted",
    "reference_reason",
    "rule_id",
)

# What a judgement is made of: where one of these changes, the judgement is no longer true.
JUDGED_INPUTS = frozenset({"actual", "not_applicable", "respondents", "reference_note"})
NOT_YET_JUDGED = {
    **dict.fromkeys((*JUDGED_FIELDS, "computed_at")),
    "status": "",
    "counted": False,
    "reference_reason": "",
}


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What one recompute did: rows judged, rows whose judgement changed."""

    rows: int
    changed: int


def open_fiscal_year(fiscal_year: int) -> int:
    """Make an empty result for every indicator of the year; return how many were new."""
    indicators = Indicator.objects.for_fiscal_year(fiscal_year)
    before = Result.objects.filter(fiscal_year=fiscal_year).count()
    Result.objects.bulk_create(
        [Result(fiscal_year=fiscal_year, indicator=indicator) for indicator in indicators],
        ignore_conflicts=True,
    )
    return Result.objects.filter(fiscal_year=fiscal_year).count() - before


def entered_value(result: RecordedResult) -> Decimal | NotApplicable | None:
    """Return the 実績値 as it was entered: a number, NOT_APPLICABLE, or None for 未入力."""
    return NOT_APPLICABLE if result.not_applicable else result.actual


def reasons_not_to_enter(result: RecordedResult, values: dict) -> list[tuple[str, str]]:
    """List why the values cannot be entered, each with the field it is about.

    A locked result is refused under `state`, all else under the field that is against a rule.
    `values` may hold actual (Decimal, None or NOT_APPLICABLE), respondents and the text fields.
    """
    locked = entry_states.reasons_not_to_edit(result.state)
    reasons = [("state", reason) for reason in locked]
    actual = values.get("actual", entered_value(result))
    counted_once = result.indicator.counting == Counting.ONCE_FOR_CITY
    if isinstance(result, Result) and counted_once and isinstance(actual, Decimal):
        reasons.append(
            ("actual", "この指標の実績は全市で1件です。区では取組状況だけを入力してください。")
        )
    for name in ("reference_note", "note"):
        reasons += [(name, fault) for fault in faults_of_text(values.get(name, ""))]
    return reasons + reasons_to_refuse(
        actual,
        unit=result.indicator.unit,
        scale_max=result.indicator.scale_max,
        respondents=values.get("respondents", result.respondents),
    )


def forget_judgement(result: RecordedResult) -> None:
    """Blank, in memory, the judgement of a result whose value is another now."""
    for name, blank in NOT_YET_JUDGED.items():
        setattr(result, name, blank)


def forget_later_sums(result: RecordedResult) -> None:
    """Blank the stored judgements of later years that add this year's value up."""
    if result.indicator.cumulative_from is not None:
        type(result).objects.filter(
            indicator_id=result.indicator_id,
            fiscal_year__gt=result.fiscal_year,
            computed_at__isnull=False,
        ).update(**NOT_YET_JUDGED)


@transaction.atomic
def enter_result(result: RecordedResult, *, actor, **values) -> bool:
    """Store what was entered for a result; return whether anything changed.

    A changed value is judged again by the next recompute and counted nowhere before. Raises
    ValidationError with every reason when the rules refuse.
    """
    if reasons := reasons_not_to_enter(result, values):
        raise ValidationError([reason for _, reason in reasons])
    actual = values.pop("actual", entered_value(result))
    values["not_applicable"] = actual is NOT_APPLICABLE
    values["actual"] = None if actual is NOT_APPLICABLE else actual
    changed = [name for name, value in values.items() if getattr(result, name) != value]
    if not changed and result.pk:
        return False
    for name, value in values.items():
        setattr(result, name, value)
    result.entered_by = actor
    written = {*changed, "entered_by"}
    if JUDGED_INPUTS & set(changed):
        forget_judgement(result)
        written |= NOT_YET_JUDGED.keys()
    result.full_clean()
    # What others write into the row meanwhile, such as its state, stays.
    result.save(update_fields=written if result.pk else None)
    return True


@transaction.atomic
def move_result(
    result: RecordedResult, code: str, *, actor, permissions: Collection[str], reason=""
):
    """Move a result one step; raise ValidationError with every reason when it may not be moved."""
    move = entry_states.MOVES[code]
    if move.permission not in permissions:
        raise ValidationError([f"あなたの役割では「{move.label}」ことはできません。"])
    model = type(result)
    locked = (
        model.objects.select_related("indicator").select_for_update(of=["self"]).get(pk=result.pk)
    )
    reasons = entry_states.reasons_not_to_move(
        code, state=locked.state, has_entry=locked.is_answered, reason=reason
    )
    if code == "submit":
        reasons += reasons_not_to_hand_in(
            entered_value(locked),
            # The city's own result has no respondents, and no minimum of them.
            respondents=getattr(locked, "respondents", None),
            minimum_respondents=locked.indicator.minimum_respondents,
            implementation=getattr(locked, "implementation", None),
            note=locked.note,
        )
    if reasons:
        raise ValidationError(reasons)
    before = locked.state
    locked.state = result.state = move.to_state
    locked.state_changed_at = result.state_changed_at = clock.now()
    locked.state_reason = result.state_reason = reason.strip()
    fields = ["state", "state_changed_at", "state_reason"]
    # The city's own result has nobody at a ward who confirms it.
    if hasattr(locked, "confirmed_by_id"):
        if code == "confirm_by_ward":
            locked.confirmed_by = result.confirmed_by = actor
        elif move.to_state == EntryState.SENT_BACK:
            # What comes back from the desk is another value; nobody has confirmed it yet.
            locked.confirmed_by = result.confirmed_by = None
        fields.append("confirmed_by")
    locked.save(update_fields=fields)
    if (before in HANDED_IN) != (move.to_state in HANDED_IN):
        forget_later_sums(locked)
    return locked


def judge_results(results: Iterable[RecordedResult], now) -> set[int]:
    """Judge every result in memory; return the keys of those that came out differently."""
    results = list(results)
    rules = {(rule.policy_id, rule.fiscal_year): rule for rule in EvaluationRule.objects.all()}
    # Another year adds to a sum once it is handed in: a draft is nobody's word (decision 0001).
    handed_in: dict[int, dict[int, Decimal | None]] = {}
    for result in results:
        if result.state in HANDED_IN:
            handed_in.setdefault(result.indicator_id, {})[result.fiscal_year] = result.actual
    changed = set()
    for result in results:
        indicator = result.indicator
        rule = rules.get((indicator.policy_id, result.fiscal_year))
        judgement = judge(
            yearly={
                **handed_in.get(result.indicator_id, {}),
                result.fiscal_year: result.actual,
            },
            fiscal_year=result.fiscal_year,
            target=indicator.target,
            threshold=rule.on_track_minimum if rule else None,
            cumulative_from=indicator.cumulative_from,
            in_brackets=not indicator.is_judged,
            respondents=result.respondents,
            minimum_respondents=indicator.minimum_respondents,
            given_reason=result.reference_note,
            not_applicable=result.not_applicable,
        )
        after = {name: getattr(judgement, name) for name in JUDGED_FIELDS[:-1]}
        after["rule_id"] = rule.pk if rule and judgement.progress_rate is not None else None
        if any(getattr(result, name) != value for name, value in after.items()):
            changed.add(result.pk)
        for name, value in after.items():
            setattr(result, name, value)
        result.computed_at = now
    return changed


@transaction.atomic
def recompute_results(model=Result, *, fiscal_year: int | None = None) -> Recomputed:
    """Judge every result of the schema served and store the outcome as absolute values.

    Same input, same output, however often and by however many at once: an advisory lock per
    schema lets one recompute in at a time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"recompute {connection.schema_name}"]
        )
    # Counting indicators add up earlier years, so all years are judged though one may be stored.
    # Locked: a value that changed between reading and writing would keep its old judgement.
    results = list(
        model.objects.select_related("indicator")
        .order_by("fiscal_year", "indicator__number")
        .select_for_update(of=("self",))
    )
    changed = judge_results(results, clock.now())
    chosen = [result for result in results if fiscal_year in (None, result.fiscal_year)]
    model.objects.bulk_update(chosen, [*JUDGED_FIELDS, "computed_at"], batch_size=500)
    return Recomputed(rows=len(chosen), changed=len(changed & {r.pk for r in chosen}))
