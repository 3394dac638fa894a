"""Figures of 相談・要望 out of 24 wards: one grouped question each, read as `portal_city`.

Cases that were disposed of stay counted by their certificate: the figures of a year do not shrink
when its time of keeping is over.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from consultations.case_states import OPEN
from consultations.choices import CaseState, HandoverState
from consultations.figures_rules import ENDED
from osaka_kusei.citywide.consultation_figures import FigureRow
from osaka_kusei.citywide.reading import read_each_ward
from wards.fiscal_year import first_day, last_day
from wards.models import Ward

GROUPS: Final = {
    "ward": "''",
    "category": "category",
    "month": "to_char(received_on, 'YYYY-MM')",
    "channel": "channel",
}

# Without nested loops: while the planner's statistics lag behind, it takes thousands of rows for a
# few and compares each case with each handover; that costs seconds where hashing costs milliseconds
# (measured in bench/). The setting ends with the snapshot's transaction.
# Days run to the answer, or to 供覧 where no reply was wanted. A case that another ward or office
# took over (移ちょう) ends there, under its own first day: it is counted apart and has no days here.
_FIGURES: Final = """
SET LOCAL enable_nestloop = off;
WITH handed AS MATERIALIZED (
    SELECT consultation_id, count(*) AS times FROM consultations_handover
    WHERE state <> %(withdrawn)s GROUP BY 1
), cases AS (
    SELECT k.code AS category, c.intake_channel AS channel, c.received_on, c.due_on, c.state,
           coalesce(c.answered_on, c.closed_on) AS ended_on,
           coalesce(h.times, 0) AS handovers,
           c.previous_id IS NOT NULL AS is_follow_up,
           s.id AS judgement, s.reached, s.understood, s.handled_properly, c.is_demo
    FROM consultations_consultation c
    JOIN consultations_category k ON k.id = c.category_id
    LEFT JOIN handed h ON h.consultation_id = c.id
    LEFT JOIN consultations_satisfaction s ON s.consultation_id = c.id
    WHERE c.received_on BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT coalesce(k.code, ''), d.intake_channel, d.received_on, d.due_on, d.final_state,
           coalesce(d.answered_on, d.closed_on), d.handovers, false,
           NULL, NULL, NULL, NULL, false
    FROM consultations_disposalcertificate d
    LEFT JOIN LATERAL (
        SELECT code FROM consultations_category WHERE name = d.category_name ORDER BY id LIMIT 1
    ) k ON true
    WHERE d.received_on BETWEEN %(first)s AND %(last)s
)
SELECT {group}, received_on < %(begins)s,
       CASE WHEN state = ANY(%(ended)s) THEN ended_on - received_on END,
       count(*),
       count(*) FILTER (WHERE state = ANY(%(ended)s)),
       count(*) FILTER (WHERE state = ANY(%(ended)s) AND ended_on <= due_on),
       count(*) FILTER (WHERE state = ANY(%(open)s)),
       count(*) FILTER (WHERE state = ANY(%(open)s) AND due_on < %(today)s),
       count(*) FILTER (WHERE state = %(transferred)s),
       coalesce(sum(handovers), 0)::int,
       count(*) FILTER (WHERE handovers > 0),
       count(*) FILTER (WHERE is_follow_up),
       count(judgement),
       count(*) FILTER (WHERE reached),
       count(*) FILTER (WHERE understood),
       count(*) FILTER (WHERE handled_properly),
       count(*) FILTER (WHERE is_demo)
FROM cases
WHERE (%(category)s = '' OR category = %(category)s)
  AND (%(channel)s = '' OR channel = %(channel)s)
  AND (%(month)s = '' OR to_char(received_on, 'MM') = %(month)s)
GROUP BY 1, 2, 3
"""
_CATEGORIES: Final = 'SELECT code, name, "order" FROM consultations_category ORDER BY "order", name'


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted: a fiscal year, narrowed by category, channel or month, and how it is grouped."""

    fiscal_year: int
    group: str
    today: date
    category: str = ""
    channel: str = ""
    month: str = ""


@dataclass(frozen=True, slots=True)
class CategoryName:
    """A category as the first ward in official order calls it."""

    code: str
    name: str
    order: int


def read_figures(asked: Asked) -> tuple[list[FigureRow], list[CategoryName]]:
    """Return the figures of every ward, the year before along with them, and the categories there are."""
    values = {
        "first": first_day(asked.fiscal_year - 1),
        "begins": first_day(asked.fiscal_year),
        "last": last_day(asked.fiscal_year),
        "today": asked.today,
        "category": asked.category,
        "channel": asked.channel,
        # The same month of both years, so that they can be compared.
        "month": asked.month[-2:],
        "withdrawn": HandoverState.WITHDRAWN.value,
        "transferred": CaseState.TRANSFERRED.value,
        "open": [state.value for state in OPEN],
        "ended": [state.value for state in ENDED],
    }
    statement = _FIGURES.replace("{group}", GROUPS[asked.group])

    def look(ward: Ward) -> tuple[list[FigureRow], list[CategoryName]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            rows = [FigureRow(ward.slug, *row) for row in cursor.fetchall()]
            cursor.execute(_CATEGORIES)
            return rows, [CategoryName(*row) for row in cursor.fetchall()]

    rows: list[FigureRow] = []
    names: dict[str, CategoryName] = {}
    for of_ward, categories in read_each_ward(look):
        rows += of_ward
        for category in categories:
            names.setdefault(category.code, category)
    return rows, sorted(names.values(), key=lambda name: (name.order, name.name))
