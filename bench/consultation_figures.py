"""Many cases in 24 wards, for the length of a measurement: nothing of it is kept."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from osaka_kusei.citywide.reading import tenant_context
from wards.models import Ward

CASES_OF_A_WARD = 1_000

# Two years of cases, spread over categories, channels and days; a fifth still open.
_CASES = """
INSERT INTO consultations_consultation (
    fiscal_year, serial, number, passphrase_hash, record_type, intake_channel, requester_kind,
    category_id, answers, subject, place, body, language, wants_reply, received_at, received_on,
    due_on, deadline_rule_id, state, state_changed_at, section_id, rule_words, origin_number,
    moved_to_number, legal_hold, search_key, answered_on, closed_on, is_demo)
SELECT 1900, n, 'bench-' || n, '', 'citizen_voice', (ARRAY['web','phone','counter'])[1 + n %% 3], 'citizen',
       k.id, '{}', 's', '', repeat('b', 300), 'ja', false, now(), d.day,
       d.day + 14, (SELECT min(id) FROM public.consultation_city_deadlinerule),
       CASE WHEN n %% 5 = 0 THEN 'in_progress' ELSE 'answered' END, now(),
       (SELECT min(id) FROM consultations_section), '', '', '', '', '',
       CASE WHEN n %% 5 > 0 THEN d.day + n %% 30 END, CASE WHEN n %% 5 > 0 THEN d.day + n %% 30 END, false
FROM generate_series(1, %s) n
CROSS JOIN LATERAL (SELECT current_date - n %% 600 AS day) d
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS size
      FROM consultations_category) k ON k.place = n %% k.size
"""
_HANDOVERS = """
INSERT INTO consultations_handover
    (consultation_id, kind, section_id, reason, sent_at, state, decided_by_label, answer)
SELECT id, 'section', section_id, '', now(), 'answered', '', ''
FROM consultations_consultation WHERE fiscal_year = 1900 AND serial %% 3 = 0
"""


@contextmanager
def many_cases(of_a_ward: int = CASES_OF_A_WARD) -> Iterator[None]:
    """Fill 24 wards with so many cases each, and empty them again whatever happens."""
    connection.set_schema_to_public()
    with transaction.atomic():
        for ward in Ward.objects.in_official_order():
            with tenant_context(ward), connection.cursor() as cursor:
                cursor.execute(_CASES, [of_a_ward])
                cursor.execute(_HANDOVERS.replace("%%", "%"))
        yield
        transaction.set_rollback(True)
