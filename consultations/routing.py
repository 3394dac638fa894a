"""Which rule sends a case where. Pure: rules come in as plain values, one answer goes out.

The most particular rule wins: category and area, then area, then category, then neither; of two
alike the longer area, then the later rule. Where none fits, the 総合窓口 takes the case (CO-1).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from wards.text import search_key


@dataclass(frozen=True)
class RuleFacts:
    """A 振分ルール as plain values; `category` None is any, `areas` empty is the whole ward."""

    number: int
    category: int | None
    areas: tuple[str, ...]
    valid_from: date
    valid_to: date | None

    @cached_property
    def area_keys(self) -> tuple[tuple[str, str], ...]:
        """Return each area with what is compared: a rule is asked at many places."""
        return tuple((area, search_key(area)) for area in self.areas)

    def matching_area(self, place_key: str) -> str:
        """Return the longest area that a place names; "" when none does."""
        return max((area for area, key in self.area_keys if key in place_key), key=len, default="")


def rule_for(
    rules: Iterable[RuleFacts], *, category: int, place: str, day: date
) -> RuleFacts | None:
    """Return the rule that applies to a category at a place on a day, or None for 総合窓口."""
    here = search_key(place)
    fitting = []
    for rule in rules:
        if not (rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)):
            continue
        if rule.category not in (None, category):
            continue
        area = rule.matching_area(here)
        if rule.areas and not area:
            continue
        fitting.append(((bool(area), rule.category is not None, len(area), rule.number), rule))
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def why_this_rule(rule: RuleFacts | None, *, category_name: str, place: str) -> str:
    """Say in a sentence why a case went where it went."""
    if rule is None:
        return "当てはまる振分ルールがないため、総合窓口が受け持ちます。"
    area = rule.matching_area(search_key(place))
    by_area = f"場所に「{area}」を含む" if area else "場所を問わない"
    by_category = f"分野が「{category_name}」の" if rule.category is not None else "どの分野でも、"
    return f"振分ルール{rule.number}：{by_category}案件で、{by_area}ものに当たります。"
