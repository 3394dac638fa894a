"""Figures of 区政会議 out of 24 wards: counts and sums, read as `portal_city`.

No name of a member, no word of an opinion and no answer leaves its ward here.
"""

from datetime import date
from typing import Final

from django.db import connection

from osaka_kusei.citywide.forum_figures import ForumFigures
from osaka_kusei.citywide.reading import read_each_ward
from wards.fiscal_year import last_day
from wards.models import Ward

# Sessions that were held; a cancelled one was not. Moments become days of Osaka. Of answers only a
# published one is told: which class a draft has is not decided yet. An answer that was withdrawn is
# none, so that a correction after the due day is late.
_FIGURES: Final = """
WITH held AS MATERIALIZED (
    SELECT id, kind, is_demo, (ended_at AT TIME ZONE 'Asia/Tokyo')::date AS held_on
    FROM ward_forum_forumsession
    WHERE fiscal_year = %(year)s AND ended_at IS NOT NULL AND cancelled_at IS NULL
), attending AS MATERIALIZED (
    SELECT a.attending FROM ward_forum_attendance a JOIN held ON held.id = a.session_id
    WHERE a.kind = 'member' AND a.attending <> ''
), members AS MATERIALIZED (
    SELECT category FROM ward_forum_forummember
    WHERE valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)
), term AS MATERIALIZED (
    SELECT seats_public, seats_bodies + seats_experts + seats_public AS seats, is_demo
    FROM ward_forum_forumterm
    WHERE valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)
), published AS MATERIALIZED (
    SELECT held.held_on, (m.published_at AT TIME ZONE 'Asia/Tokyo')::date AS published_on
    FROM held LEFT JOIN ward_forum_minutes m ON m.session_id = held.id
), said AS MATERIALIZED (
    SELECT o.due_on, o.closed_on, o.is_demo, r.response_class,
           (r.published_at AT TIME ZONE 'Asia/Tokyo')::date AS answered_on
    FROM ward_forum_opinion o
    LEFT JOIN ward_forum_response r ON r.opinion_id = o.id AND r.state = 'published'
    WHERE o.fiscal_year = %(year)s AND o.received_on <= %(today)s
)
SELECT
    (SELECT count(*) FROM held WHERE kind = 'plenary'),
    (SELECT count(*) FROM held WHERE kind = 'subcommittee'),
    (SELECT count(*) FROM attending WHERE attending IN ('on_site', 'online')),
    (SELECT count(*) FROM attending),
    (SELECT count(*) FROM members),
    (SELECT count(*) FROM members WHERE category = 'public'),
    (SELECT coalesce(sum(seats), 0) FROM term)::int,
    (SELECT coalesce(sum(seats_public), 0) FROM term)::int,
    (SELECT count(published_on) FROM published),
    (SELECT coalesce(sum(published_on - held_on), 0) FROM published)::int,
    (SELECT count(*) FROM published WHERE published_on IS NULL),
    (SELECT coalesce(max(%(today)s - held_on) FILTER (WHERE published_on IS NULL), 0)
     FROM published)::int,
    count(*),
    count(*) FILTER (WHERE response_class = 'this_year'),
    count(*) FILTER (WHERE response_class = 'next_year'),
    count(*) FILTER (WHERE response_class = 'later'),
    count(*) FILTER (WHERE response_class = 'cannot'),
    count(*) FILTER (WHERE response_class = 'heard'),
    count(*) FILTER (WHERE answered_on <= due_on),
    count(*) FILTER (WHERE answered_on > due_on),
    count(*) FILTER (WHERE answered_on IS NULL AND due_on < %(today)s),
    count(*) FILTER (WHERE closed_on IS NULL OR closed_on > %(today)s),
    count(*) FILTER (WHERE is_demo) + (SELECT count(*) FROM held WHERE is_demo)
        + (SELECT count(*) FROM term WHERE is_demo)
FROM said
"""


def day_of_members(fiscal_year: int, today: date) -> date:
    """Return the day on which members are counted: today, or the last one of a year that is over."""
    return min(today, last_day(fiscal_year))


def read_forums(fiscal_year: int, today: date) -> dict[str, ForumFigures]:
    """Return the figures of every ward in a fiscal year, as of today; one question per ward."""
    values = {
        "year": fiscal_year,
        "today": today,
        "day": day_of_members(fiscal_year, today),
    }

    def look(ward: Ward) -> tuple[str, ForumFigures]:
        with connection.cursor() as cursor:
            cursor.execute(_FIGURES, values)
            return ward.slug, ForumFigures(*cursor.fetchone())

    return dict(read_each_ward(look))
