"""The ward's figures of 相談・要望: how many, how fast, how often handed on. No personal data.

Counted as the city counts (`osaka_kusei.citywide`): withdrawn handovers are none, what was disposed of
stays counted by its certificate, and a case that went elsewhere is received but not ended here.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db import connection

from consultations import figures_rules
from consultations.case_states import OPEN
from consultations.choices import HandoverState
from consultations.figures_rules import ENDED

# Handovers are counted case by case, along their index.
_ROWS: Final = """
WITH cases AS (
    SELECT k.name AS category, k.order AS place, c.received_on, c.due_on, c.state,
           coalesce(c.answered_on, c.closed_on) AS ended_on,
           (SELECT count(*) FROM consultations_handover h
            WHERE h.consultation_id = c.id AND h.state <> %(withdrawn)s) AS handovers,
           c.previous_id IS NOT NULL AS is_follow_up
    FROM consultations_consultation c
    JOIN consultations_category k ON k.id = c.category_id
    WHERE c.received_on BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT d.category_name,
           coalesce((SELECT min(k.order) FROM consultations_category k WHERE k.name = d.category_name), 9999),
           d.received_on, d.due_on, d.final_state, coalesce(d.answered_on, d.closed_on),
           d.handovers, false
    FROM consultations_disposalcertificate d
    WHERE d.received_on BETWEEN %(first)s AND %(last)s
)
SELECT category, place, date_trunc('month', received_on)::date,
       CASE WHEN state = ANY(%(ended)s) THEN ended_on - received_on END,
       count(*),
       count(*) FILTER (WHERE state = ANY(%(ended)s)),
       count(*) FILTER (WHERE state = ANY(%(ended)s) AND ended_on <= due_on),
       count(*) FILTER (WHERE state = ANY(%(open)s) AND due_on < %(today)s),
       count(*) FILTER (WHERE handovers > 0),
       coalesce(sum(handovers), 0)::int,
       count(*) FILTER (WHERE is_follow_up)
FROM cases
GROUP BY 1, 2, 3, 4
ORDER BY 2, 1, 3, 4
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of a group of cases; days run from reception to answer or 供覧."""

    received: int = 0
    ended: int = 0
    in_time: int = 0
    overdue: int = 0
    handed_over: int = 0
    handovers: int = 0
    reopened: int = 0
    cases_by_days: tuple[tuple[int, int], ...] = ()

    @property
    def fallen_due(self) -> int:
        """Return how many were either ended or ran over their day."""
        return figures_rules.fallen_due(ended=self.ended, overdue=self.overdue)

    @property
    def in_time_rate(self) -> Decimal | None:
        """Return the share of what fell due that was answered or filed by its due day."""
        return figures_rules.in_time_rate(
            in_time=self.in_time, ended=self.ended, overdue=self.overdue
        )

    @property
    def mean_days(self) -> Decimal | None:
        """Return the mean of days from reception to the end."""
        return figures_rules.mean_of(self.cases_by_days)

    @property
    def median_days(self) -> Decimal | None:
        """Return the median of days from reception to the end."""
        return figures_rules.median_of(self.cases_by_days)

    @property
    def handovers_per_case(self) -> Decimal | None:
        """Return how often a case was handed on, on average: what the reform promised to cut."""
        return figures_rules.handovers_per_case(handovers=self.handovers, received=self.received)


@dataclass(frozen=True, slots=True)
class Counted:
    """Cases of one category, month and length: the finest the figures are made of."""

    category: str
    place: int
    month: date
    days: int | None
    received: int
    ended: int
    in_time: int
    overdue: int
    handed_over: int
    handovers: int
    reopened: int


def counted_cases(first_day: date, last_day: date, today: date) -> list[Counted]:
    """Count the cases received in a period, in the order of categories and months; one query."""
    values = {
        "first": first_day,
        "last": last_day,
        "today": today,
        "withdrawn": HandoverState.WITHDRAWN.value,
        "ended": [state.value for state in ENDED],
        "open": [state.value for state in OPEN],
    }
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, values)
        return [Counted(*row) for row in cursor.fetchall()]


def figures_of(rows: Iterable[Counted]) -> Figures:
    """Put counted cases together: sums, and how many took how many days."""
    rows = list(rows)
    days: Counter[int] = Counter()
    for row in rows:
        if row.days is not None:
            days[row.days] += row.ended

    def total(name: str) -> int:
        return sum(getattr(row, name) for row in rows)

    return Figures(
        received=total("received"),
        ended=total("ended"),
        in_time=total("in_time"),
        overdue=total("overdue"),
        handed_over=total("handed_over"),
        handovers=total("handovers"),
        reopened=total("reopened"),
        cases_by_days=tuple(sorted(days.items())),
    )


def grouped(rows: Iterable[Counted], by: Callable[[Counted], object]) -> list[tuple]:
    """Return the figures of each group, in the order in which the groups first appear."""
    groups: dict = {}
    for row in rows:
        groups.setdefault(by(row), []).append(row)
    return [(key, figures_of(members)) for key, members in groups.items()]
