"""Load the catalogue that comes with the product."""

import re
from decimal import Decimal

from django.db import transaction

from kpis.catalog.choices import Counting, Direction, Unit
from kpis.catalog.models import EvaluationRule, Indicator, Policy

UNITS = {"%": Unit.PERCENT, "点": Unit.POINT, "件": Unit.CASE, "milestone": Unit.MILESTONE}
# The one target that is to be equalled is a milestone of 0 or 1: no value lies above it.
DIRECTIONS = {">=": Direction.AT_LEAST, "==": Direction.AT_LEAST}


def _counting(row: dict) -> str:
    if row.get("scope") == "city":
        return Counting.ONCE_FOR_CITY
    if row.get("progress_evaluated") is False:
        return Counting.IN_BRACKETS
    return Counting.EVERY_WARD


def _policy_named_in(title: str) -> str:
    """Return the name in 「」 at the head of the report's title."""
    return re.match("「(.+?)」", title)[1]


@transaction.atomic
def load_catalogue(report: dict, decided: dict) -> dict[str, int]:
    """Write policy, indicators and rules from the report's table; return how many rows there are.

    Idempotent. `decided` holds what the report leaves open and we had to decide: thresholds
    (DESIGN §11.2), and short titles where several indicators share one 項目.
    """
    plan = report["plan"]
    source = f"{report['title']}（大阪市）"
    years = plan["fiscal_years"]
    policy, _ = Policy.objects.update_or_create(
        code="kihonhoshin-h27",
        defaults={
            "title": _policy_named_in(report["title"]),
            "adopted_in": plan["policy_adopted"],
            "first_fiscal_year": years[0],
            "last_fiscal_year": years[-1],
            "source": source,
        },
    )
    for row in report["indicators"]:
        Indicator.objects.update_or_create(
            code=row["code"],
            defaults={
                "policy": policy,
                "number": row["no"],
                "printed_code": row["ja_code"],
                "pillar": row["pillar"],
                "section": row["section"],
                "item_title": row["item_title"],
                "short_title": decided["short_titles"].get(row["code"], row["item_title"]),
                "text": row["indicator"],
                "target": Decimal(str(row["target_value"])),
                "unit": UNITS[row["unit"]],
                "direction": DIRECTIONS[row["comparison"]],
                "deadline_fiscal_year": row["deadline_fy"],
                "respondent_base": row.get("respondent_base", ""),
                "minimum_respondents": row.get("min_respondents"),
                "scale_max": row.get("scale_max"),
                "counting": _counting(row),
                "cumulative_from": row.get("cumulative_from_fy"),
                "source": source,
            },
        )
    labels = report["evaluation_rules"]["labels"]
    ours = {row["fiscal_year"]: row for row in decided["thresholds"]}
    for threshold in report["evaluation_rules"]["thresholds"]:
        year, minimum = threshold["fy"], threshold["on_track_min_percent"]
        EvaluationRule.objects.update_or_create(
            policy=policy,
            fiscal_year=year,
            defaults={
                "on_track_minimum": Decimal(
                    ours[year]["on_track_minimum"] if minimum is None else str(minimum)
                ),
                "on_track_label": labels["on_track"],
                "not_on_track_label": labels["not_on_track"],
                "source": (
                    ours[year]["source"] if minimum is None else f"{source}「{threshold['quote']}」"
                ),
            },
        )
    return {
        "policies": 1,
        "indicators": Indicator.objects.filter(policy=policy).count(),
        "rules": EvaluationRule.objects.filter(policy=policy).count(),
    }
