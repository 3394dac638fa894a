"""Figures of 社会的ビジネス out of 24 wards: counts alone, read as `portal_city`."""

from datetime import date
from typing import Final

from django.db import connection

from osaka_kusei.citywide.reading import read_each_ward
from osaka_kusei.citywide.socialbiz_figures import Standing, YearFigures
from wards.models import Ward

# Three months before it began is in the calendar year by which its fiscal year is named.
_BEGUN: Final = """
SELECT fiscal_year, sum(ventures)::int, sum(involved)::int, sum(projects)::int
FROM (
    SELECT extract(year FROM started_on - interval '3 months')::int AS fiscal_year,
           1 AS ventures, (ward_part <> 'none')::int AS involved, 0 AS projects
    FROM socialbiz_venture WHERE started_on <= %(day)s
    UNION ALL
    SELECT extract(year FROM started_on - interval '3 months')::int, 0, 0, 1
    FROM socialbiz_commissionedproject WHERE started_on <= %(day)s
) rows
GROUP BY 1
"""
_STANDING: Final = """
SELECT
    (SELECT count(*) FROM socialbiz_venture
     WHERE started_on <= %(day)s AND (ended_on IS NULL OR ended_on >= %(day)s)),
    (SELECT count(*) FROM socialbiz_commissionedproject
     WHERE started_on <= %(day)s AND (ended_on IS NULL OR ended_on >= %(day)s)),
    (SELECT count(*) FROM socialbiz_venture WHERE is_demo)
    + (SELECT count(*) FROM socialbiz_commissionedproject WHERE is_demo)
"""


def read_social_business(day: date) -> tuple[list[YearFigures], dict[str, Standing]]:
    """Return what began in each ward by fiscal year up to a day, and what goes on there that day."""

    def look(ward: Ward) -> tuple[list[YearFigures], Standing]:
        with connection.cursor() as cursor:
            cursor.execute(_BEGUN, {"day": day})
            begun = [YearFigures(ward.slug, *row) for row in cursor.fetchall()]
            cursor.execute(_STANDING, {"day": day})
            return begun, Standing(ward.slug, *cursor.fetchone())

    begun: list[YearFigures] = []
    standing: dict[str, Standing] = {}
    for rows, of_ward in read_each_ward(look):
        begun += rows
        standing[of_ward.slug] = of_ward
    return begun, standing
