"""How a value and its judgement are shown: a mark, a word and a class; never colour alone.

「▲」 stands for minus in the printed tables, so it is never a mark of judgement here. Pure: no
database, no request.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from kpis.catalog.choices import Direction
from kpis.choices import Status
from kpis.entry_rules import CASE, MILESTONE, UNIT_WORDS
from kpis.progress import NOT_ON_TRACK, ON_TRACK

ACHIEVED_WORD: Final = "達成"
MISSING_WORD: Final = "未入力"
NOT_APPLICABLE_WORD: Final = "該当なし"
ZERO_WORD: Final = "実績0"
REFERENCE_WORD: Final = "参考数値"
AWAITING_WORD: Final = "算定待ち"
OF_THE_CITY_WORD: Final = "全市で1件"
# A value made up so that the published counts come out says so in its 備考.
SAMPLE_WORD: Final = "見本値"


@dataclass(frozen=True, slots=True)
class Scale:
    """The year's rule as a reader sees it: one threshold, two labels, and where it stands.

    A year without a rule has no threshold, judges nothing and borrows the names of the classes.
    """

    threshold: Decimal | None
    on_track_label: str = str(Status.ON_TRACK.label)
    not_on_track_label: str = str(Status.NOT_ON_TRACK.label)
    source: str = ""

    @property
    def far_below(self) -> Decimal | None:
        """Return half the threshold: below it a cell is shaded darker. No rule, only a shade."""
        if self.threshold is None:
            return None
        return (self.threshold / 2).quantize(Decimal("0.1"), ROUND_HALF_UP)

    def label_of(self, status: str) -> str:
        """Return the rule's word for a class; empty where nothing is judged."""
        labels = {ON_TRACK: self.on_track_label, NOT_ON_TRACK: self.not_on_track_label}
        return labels.get(status, "")


def scale_of(rule) -> Scale:
    """Return how a stored rule is read; None is a year without one."""
    if rule is None:
        return Scale(None)
    return Scale(
        threshold=rule.on_track_minimum,
        on_track_label=rule.on_track_label,
        not_on_track_label=rule.not_on_track_label,
        source=rule.source,
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """One value as it appears: `css` names the class, `mark` and `word` say the same in ink."""

    css: str
    mark: str
    word: str
    value: str
    rate: str
    reference_reason: str = ""

    @property
    def is_reference_only(self) -> bool:
        """Say whether the value stands only in the 「参考」 lines."""
        return bool(self.reference_reason)

    @property
    def figure(self) -> str:
        """Return what stands in a small cell: the rate, or the value where no rate is judged."""
        return self.rate or self.value

    @property
    def count(self) -> str:
        """Return the value without its unit, for a narrow column."""
        return self.value.rstrip("件％点")

    @property
    def spoken(self) -> str:
        """Return the whole of it in words: 「進捗率95.2％ 概ね順調（参考数値）」."""
        if self.css in {"missing", "na"}:
            return self.word
        parts = [f"進捗率{self.rate}％" if self.rate else f"実績{self.value}", self.word]
        if self.reference_reason:
            parts.append(f"（{REFERENCE_WORD}）")
        return " ".join(part for part in parts if part)


def value_text(value: Decimal, unit: str) -> str:
    """Write a value with its unit: 32.3％, 3.2点, 2件; a milestone as 立ち上げ済み or 立ち上げ未了."""
    if unit == MILESTONE:
        return "立ち上げ済み" if value >= 1 else "立ち上げ未了"
    return f"{as_written(value, unit):,f}{UNIT_WORDS[unit]}"


def target_text(value: Decimal, unit: str) -> str:
    """Write the figure of a target with its unit, as short as it is: 50％, 3.5点, 1件."""
    return f"{value.normalize():,f}{UNIT_WORDS[unit]}"


def target_words(value: Decimal, unit: str, direction: str, *, by: str = "") -> str:
    """Write a target in words: 50％以上, or with the year of its deadline 平成29年度までに50％以上.

    A milestone is set up or not: 立ち上げ, 平成27年度中に立ち上げ.
    """
    if unit == MILESTONE:
        return f"{by}中に立ち上げ" if by else "立ち上げ"
    words = f"{target_text(value, unit)}{direction_word(direction)}"
    return f"{by}までに{words}" if by else words


def direction_word(direction: str) -> str:
    """Return what stands behind a figure that a value is compared with: 以上."""
    return str(Direction(direction).label)


def as_written(value: Decimal, unit: str) -> Decimal:
    """Return a stored number with the decimals people write: 70.0 ％, 3.2 点, 3 件, never 70.00."""
    places = Decimal(1) if unit in {CASE, MILESTONE} else Decimal("0.1")
    shorter = value.quantize(places)
    return shorter if shorter == value else value


def rate_text(rate: Decimal) -> str:
    """Write 進捗率 as printed, to one decimal: 95.2, 1,200.0."""
    return f"{rate:,.1f}"


def shown(
    *,
    actual: Decimal | None,
    not_applicable: bool,
    judged_value: Decimal | None,
    progress_rate: Decimal | None,
    status: str,
    achieved: bool | None,
    reference_reason: str,
    unit: str,
    in_brackets: bool,
    is_citys_own: bool,
    awaits_judgement: bool,
    scale: Scale,
    is_deadline: bool = False,
) -> Shown:
    """Say how one result is shown.

    「未入力」, 「該当なし」, 「実績0」 and 「参考数値」 are four different things. An indicator in
    brackets shows its sum and whether it is achieved, and no class of progress (※3); in the year of
    its deadline (`is_deadline`) nothing is on its way any more. A value
    changed since the last night waits for the next one: an old rate never stands beside it. What
    only the city has a value of (`is_citys_own`) is no gap of a ward.
    """
    if not_applicable:
        return Shown("na", "―", NOT_APPLICABLE_WORD, NOT_APPLICABLE_WORD, "")
    if actual is None and is_citys_own:
        return Shown("na", "―", OF_THE_CITY_WORD, OF_THE_CITY_WORD, "")
    if actual is None:
        return Shown("missing", "＿", MISSING_WORD, MISSING_WORD, "")
    value = value_text(actual, unit)
    if awaits_judgement or judged_value is None or progress_rate is None:
        return Shown("missing", "…", AWAITING_WORD, value, "")
    if in_brackets:
        total = value_text(judged_value, unit)
        if achieved:
            return Shown("brackets-done", "◎", ACHIEVED_WORD, total, "", reference_reason)
        word = "未達成" if is_deadline else "未達成（途中）"
        return Shown("brackets", "・", word, total, "", reference_reason)
    rate = rate_text(progress_rate)
    if achieved:
        word = f"{scale.on_track_label}・{ACHIEVED_WORD}"
        return Shown("done", "◎", word, value, rate, reference_reason)
    if status == ON_TRACK:
        return Shown("on", "○", scale.on_track_label, value, rate, reference_reason)
    if status == NOT_ON_TRACK:
        far = scale.far_below is not None and progress_rate < scale.far_below
        css = "far" if far else "near"
        return Shown(css, "△", scale.not_on_track_label, value, rate, reference_reason)
    return Shown("unjudged", "・", "判定なし", value, rate, reference_reason)


def actual_words(
    actual: Decimal | None, *, not_applicable: bool, unit: str, is_citys_own: bool = False
) -> str:
    """Write 実績値 so that 未入力, 該当なし and 実績0 cannot be mistaken for one another."""
    if not_applicable:
        return NOT_APPLICABLE_WORD
    if actual is None:
        return OF_THE_CITY_WORD if is_citys_own else MISSING_WORD
    text = value_text(actual, unit)
    return f"{text}（{ZERO_WORD}）" if actual == 0 and unit != MILESTONE else text
