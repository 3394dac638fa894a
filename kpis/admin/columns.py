"""How a result reads in a list or a form: value, target, judgement and state in Japanese."""

from decimal import Decimal

from django.utils.safestring import SafeString

from kpis import entry_states
from kpis.catalog.choices import Counting, Unit
from kpis.catalog.models import Indicator, RecordedResult
from kpis.choices import EntryState, Status
from kpis.models import Result
from kpis.presentation import ACHIEVED_WORD, ZERO_WORD, as_written, value_text
from wards.badges import badge

STATE_BADGES = {
    EntryState.DRAFT: ("plain", "…"),
    EntryState.SUBMITTED: ("info", "→"),
    EntryState.WARD_CONFIRMED: ("info", "✓"),
    EntryState.CITY_CONFIRMED: ("info", "✓"),
    EntryState.FINAL: ("good", "■"),
    EntryState.SENT_BACK: ("bad", "！"),
}


def written_value(result: RecordedResult) -> str:
    """Return the value with its unit: 32.3％, 実績0, 該当なし, 未入力 or 全市で1件."""
    indicator = result.indicator
    if result.not_applicable:
        return result.value_label
    if result.actual is None:
        citys_own = isinstance(result, Result) and indicator.counting == Counting.ONCE_FOR_CITY
        return "全市で1件" if citys_own and result.is_answered else result.value_label
    return written_number(result.actual, indicator)


def written_number(value: Decimal, indicator: Indicator) -> str:
    """Return a number of an indicator as people write it: 32.3％, 実績0, 立ち上げ済み."""
    if value == 0 and indicator.unit != Unit.MILESTONE:
        return ZERO_WORD
    return value_text(value, indicator.unit)


def typed_value(result: RecordedResult) -> str:
    """Return the value as an officer would type it into the field."""
    if result.not_applicable:
        return "該当なし"
    if result.actual is None:
        return ""
    return f"{as_written(result.actual, result.indicator.unit):f}"


def state_badge(state: str) -> SafeString:
    """Return the badge of an 入力状態."""
    return badge(EntryState(state).label, *STATE_BADGES[EntryState(state)])


def status_badge(result: RecordedResult) -> SafeString | str:
    """Return the badge of the 判定: ◎ achieved, ○ on track, △ not on track, — not judged."""
    if result.awaits_judgement:
        return "—"
    if result.status == Status.ON_TRACK:
        label = ACHIEVED_WORD if result.achieved else result.rule.on_track_label
        return badge(label, "good", "◎" if result.achieved else "○")
    if result.status == Status.NOT_ON_TRACK:
        return badge(result.rule.not_on_track_label, "warn", "△")
    if result.achieved:
        return badge(ACHIEVED_WORD, "good", "◎")
    return "—"


def next_step(result: RecordedResult) -> str:
    """Say what happens next to a result, and who does it."""
    if result.state == EntryState.DRAFT and not result.is_answered:
        return "実績値を入力してください。"
    return entry_states.next_step(result.state)
