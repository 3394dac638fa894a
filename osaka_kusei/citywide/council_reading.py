"""Figures of 地域活動協議会 out of 24 wards: counts and sums, read as `portal_city`.

No name of a council or a person leaves its ward here.
"""

from datetime import date
from typing import Final

from django.db import connection

from councils.application_states import OPEN
from osaka_kusei.citywide.council_figures import AidRow, CouncilFigures
from osaka_kusei.citywide.reading import read_each_ward
from wards.fiscal_year import fiscal_year_of
from wards.models import Ward

# A certification holds until the day before `ended_on`; an application counts as open on a day
# until it was decided, as on the ward's own page of that day (CommunityCouncilQuerySet.with_state).
_FIGURES: Final = """
WITH held AS MATERIALIZED (
    SELECT id, council_id FROM councils_certification
    WHERE certified_on <= %(day)s AND (ended_on IS NULL OR ended_on > %(day)s)
), others AS MATERIALIZED (
    SELECT c.id, EXISTS (
        SELECT FROM councils_certificationapplication a
        WHERE a.council_id = c.id AND a.applied_on <= %(day)s
          AND (a.decided_on > %(day)s OR a.decided_on IS NULL AND a.state = ANY(%(open)s))
    ) AS applies
    FROM councils_communitycouncil c
    WHERE c.registered_on <= %(day)s AND (c.dissolved_on IS NULL OR c.dissolved_on > %(day)s)
      AND c.id NOT IN (SELECT council_id FROM held)
), papers AS MATERIALIZED (
    SELECT accepted_on, submitted_on, coalesce(extended_until, due_on) AS last_day
    FROM councils_filing WHERE fiscal_year = %(year)s AND is_required
)
SELECT
    (SELECT count(*) FROM councils_schooldistrictarea
     WHERE valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)),
    (SELECT count(*) FROM held),
    (SELECT count(DISTINCT held.id) FROM held
     JOIN councils_correctiverequest r ON r.certification_id = held.id
     WHERE r.requested_on <= %(day)s AND (r.resolved_on IS NULL OR r.resolved_on > %(day)s)),
    (SELECT count(*) FROM others WHERE applies),
    (SELECT count(*) FROM others WHERE NOT applies),
    (SELECT count(DISTINCT held.id) FROM held
     JOIN councils_confirmation f ON f.certification_id = held.id
     WHERE f.due_on < %(day)s AND (f.confirmed_on IS NULL OR f.confirmed_on > %(day)s)),
    (SELECT count(*) FROM papers),
    (SELECT count(*) FROM papers WHERE accepted_on <= %(day)s),
    (SELECT count(*) FROM papers
     WHERE last_day < %(day)s AND (submitted_on IS NULL OR submitted_on > %(day)s)),
    coalesce(sum(decided_yen) FILTER (WHERE kind = 'operating'), 0)::bigint,
    coalesce(sum(decided_yen) FILTER (WHERE kind = 'area_grant'), 0)::bigint,
    coalesce(sum(decided_yen) FILTER (WHERE kind = 'project'), 0)::bigint,
    coalesce(sum(decided_yen) FILTER (WHERE kind = 'subsidy'), 0)::bigint,
    (SELECT count(*) FROM councils_communitycouncil WHERE is_demo)
FROM councils_supportgrant
WHERE fiscal_year = %(year)s AND decided_on <= %(day)s
"""
_AID: Final = """
SELECT fiscal_year, kind, count(*), sum(decided_yen)::bigint, coalesce(sum(settled_yen), 0)::bigint
FROM councils_supportgrant
WHERE decided_on <= %(day)s AND fiscal_year BETWEEN %(first)s AND %(year)s
GROUP BY 1, 2
"""
YEARS_OF_AID: Final = 5


def read_councils(day: date) -> tuple[dict[str, CouncilFigures], list[AidRow]]:
    """Return the figures of every ward on a day, and the aid of five fiscal years up to it."""
    year = fiscal_year_of(day)
    values = {
        "day": day,
        "year": year,
        "first": year - YEARS_OF_AID + 1,
        "open": [state.value for state in OPEN],
    }

    def look(ward: Ward) -> tuple[str, CouncilFigures, list[AidRow]]:
        with connection.cursor() as cursor:
            cursor.execute(_FIGURES, values)
            figures = CouncilFigures(*cursor.fetchone())
            cursor.execute(_AID, values)
            return ward.slug, figures, [AidRow(ward.slug, *row) for row in cursor.fetchall()]

    figures: dict[str, CouncilFigures] = {}
    aid: list[AidRow] = []
    for slug, of_ward, rows in read_each_ward(look):
        figures[slug] = of_ward
        aid += rows
    return figures, aid
