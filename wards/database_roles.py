"""Grants: what each database role may touch (SECURITY §1.1, C24–C27, C59).

`portal_app` logs in and owns nothing. It takes `w_kita` in Kita, `w_osaka` in the public schema and
`portal_city` to read wards for the city. All statements here are safe to repeat and run as the
owner after every migration of a schema, so that a new table needs no manual step.
"""

from hashlib import sha256

from django.db import connection, transaction
from psycopg2 import sql

from wards.postgresql.base import CITY_ROLE, role_of

READ, ADD = "SELECT", "SELECT, INSERT"
CHANGE, ALL = "SELECT, INSERT, UPDATE", "SELECT, INSERT, UPDATE, DELETE"

# What a ward may do with each table of the public schema. A table missing here is closed to wards;
# tests/test_isolation.py asks for a row when a shared model is added.
SHARED_TABLES = {
    "auth_group": READ,
    "auth_group_permissions": READ,
    "auth_permission": READ,
    "consultation_city_cityreplytemplate": READ,
    "consultation_city_cityreplytemplateevent": None,
    "consultation_city_deadlinerule": READ,
    "consultation_city_deadlineruleevent": None,
    # What a change of it may be, its trigger says (`consultations.city.models.referral`).
    "consultation_city_referral": CHANGE,
    # Written by the trigger as the role that changed the referral; it holds no text and no contact.
    "consultation_city_referralevent": ADD,
    "consultation_city_referralfile": "SELECT, INSERT, DELETE",
    "consultation_city_referralfileevent": ADD,
    "consultation_city_retentionclass": READ,
    "consultation_city_retentionclassevent": None,
    # What a ward may change of its request, its trigger says (`councils.city.models.bureau_request`).
    "council_city_bureaurequest": CHANGE,
    "council_city_bureaurequestevent": ADD,
    "council_city_requestrule": READ,
    "council_city_requestruleevent": None,
    "council_city_requirement": READ,
    "council_city_requirementevent": None,
    "council_city_requirementset": READ,
    "council_city_requirementsetevent": None,
    "django_content_type": READ,
    "django_migrations": READ,
    "kpi_catalog_cityresult": None,
    "kpi_catalog_cityresultevent": None,
    "kpi_catalog_evaluationrule": READ,
    "kpi_catalog_evaluationruleevent": None,
    "kpi_catalog_indicator": READ,
    "kpi_catalog_indicatorevent": None,
    "kpi_catalog_policy": READ,
    "kpi_catalog_policyevent": None,
    "otp_totp_totpdevice": "SELECT, UPDATE",
    "wards_bureau": READ,
    # What 本庁 and its bureaus looked at: written by 本庁 alone, as the ending of its name says.
    "wards_cityaccessevent": None,
    "wards_bureauevent": None,
    "wards_job": CHANGE,
    # Written by the trigger as the role that changed the job; its rows are the ward's own.
    "wards_jobevent": ADD,
    "wards_membership": READ,
    "wards_membershipevent": None,
    "wards_office": READ,
    "wards_office_wards": READ,
    "wards_officeevent": None,
    "wards_session": ALL,
    "wards_user": READ,
    "wards_userevent": None,
    "wards_ward": READ,
    "wards_wardevent": None,
}
# A ward may note a login and a new password of its people, and nothing else about them.
SHARED_COLUMNS = {"wards_user": {"UPDATE": ("last_login", "password")}}

# Tables of the public schema that hold rows of wards, and which rows a database role sees and writes.
# 本庁 looks after people and jobs of all wards; its own sessions are as closed as a ward's.
BY_WARD = (
    "current_user = 'w_osaka' OR ward_id ="
    " (SELECT id FROM public.wards_ward WHERE current_user = 'w_' || schema_name)"
)
# Which office is acting, as its row in the public schema; 本庁 is one of 25 here.
OWN_OFFICE = (
    "(SELECT id FROM public.wards_ward WHERE current_user ="
    " CASE WHEN schema_name = 'public' THEN 'w_osaka' ELSE 'w_' || schema_name END)"
)
# A referral is seen by the office that sent it and the one that gets it, and sent in no other's name.
FROM_OR_TO_OFFICE = f"{OWN_OFFICE} IN (from_ward_id, to_ward_id)"
FROM_OFFICE = f"from_ward_id = {OWN_OFFICE} AND state = 'sent'"
# The city sees which office waits for which (PUBLIC_COLUMNS_OF_CITY), to wake it, and no word.
FROM_OR_TO_OFFICE_OR_CITY = f"current_user = 'portal_city' OR {FROM_OR_TO_OFFICE}"
# The referral's own rows say who sees its files; only the sender adds one.
OF_A_REFERRAL = (
    "EXISTS (SELECT 1 FROM public.consultation_city_referral r WHERE r.id = referral_id)"
)
OF_A_REFERRAL_SENT = (
    "(SELECT r.from_ward_id FROM public.consultation_city_referral r"  # noqa: S608
    f" WHERE r.id = referral_id AND r.state = 'sent') = {OWN_OFFICE}"
)
BY_SCHEMA = (
    "current_user = 'w_' || schema_name OR (current_user = 'w_osaka' AND schema_name = 'public')"
)
# A ward knows the people who work or worked there; it may note a login or a new password only of
# those who work there today.
EVER_COLLEAGUE = (
    "current_user = 'w_osaka' OR EXISTS"
    " (SELECT 1 FROM public.wards_membership m WHERE m.user_id = wards_user.id)"
)
COLLEAGUE_TODAY = (
    "current_user = 'w_osaka' OR EXISTS"
    " (SELECT 1 FROM public.wards_membership m WHERE m.user_id = wards_user.id"
    " AND (now() AT TIME ZONE 'Asia/Tokyo')::date"
    " BETWEEN m.valid_from AND coalesce(m.valid_to, 'infinity'))"
)
OF_A_COLLEAGUE = "EXISTS (SELECT 1 FROM public.wards_user u WHERE u.id = user_id)"
# 本庁 looks after the requests of all wards; a ward sends in its own name and sees its own.
OF_THE_ASKING_WARD = f"current_user = 'w_osaka' OR {OWN_OFFICE} = from_ward_id"
ROWS_OF_WARDS = {
    "council_city_bureaurequest": {
        "SELECT": f"current_user = 'portal_city' OR {OF_THE_ASKING_WARD}",
        # A new one has no bureau yet, no answer and no end.
        "INSERT": f"{FROM_OFFICE} AND bureau_id IS NULL AND answer = '' AND answer_class = ''"
        " AND answered_on IS NULL AND coordination = '' AND published_on IS NULL"
        " AND closing_reason = ''",
        "UPDATE": OF_THE_ASKING_WARD,
    },
    "council_city_bureaurequestevent": {"ALL": OF_THE_ASKING_WARD},
    "consultation_city_referral": {
        "SELECT": FROM_OR_TO_OFFICE_OR_CITY,
        "INSERT": FROM_OFFICE,
        "UPDATE": FROM_OR_TO_OFFICE,
    },
    "consultation_city_referralevent": {"ALL": FROM_OR_TO_OFFICE},
    "consultation_city_referralfile": {
        "SELECT": OF_A_REFERRAL,
        "INSERT": OF_A_REFERRAL_SENT,
        "DELETE": OF_A_REFERRAL,
    },
    "consultation_city_referralfileevent": {"ALL": OF_A_REFERRAL},
    "otp_totp_totpdevice": {"ALL": OF_A_COLLEAGUE},
    "wards_job": {"ALL": BY_WARD},
    "wards_jobevent": {"ALL": BY_WARD},
    "wards_membership": {"ALL": BY_WARD},
    "wards_session": {"ALL": BY_SCHEMA},
    "wards_user": {
        "SELECT": EVER_COLLEAGUE,
        "INSERT": "current_user = 'w_osaka'",
        "UPDATE": COLLEAGUE_TODAY,
    },
}

# What the city may read inside a ward: figures and their states, never who typed them; of cases
# only what is counted, never what was said or by whom.
CITY_COLUMNS = {
    "consultations_category": ("id", "code", "name", "order"),
    "consultations_consultation": (
        "id",
        "category_id",
        "intake_channel",
        "received_on",
        "due_on",
        "answered_on",
        "closed_on",
        "state",
        "previous_id",
        # Whether the row was made up to show the portal: a page of figures must say so.
        "is_demo",
    ),
    "consultations_disposalcertificate": (
        "id",
        "category_name",
        "intake_channel",
        "received_on",
        "due_on",
        "answered_on",
        "closed_on",
        "final_state",
        "handovers",
    ),
    "consultations_handover": ("id", "consultation_id", "state"),
    "consultations_satisfaction": (
        "id",
        "consultation_id",
        "reached",
        "understood",
        "handled_properly",
    ),
    # Of councils only what is counted: no name, no address, no reason.
    "councils_certification": ("id", "council_id", "certified_on", "ended_on"),
    "councils_certificationapplication": ("id", "council_id", "applied_on", "decided_on", "state"),
    "councils_communitycouncil": ("id", "registered_on", "dissolved_on", "is_demo"),
    "councils_confirmation": ("id", "certification_id", "due_on", "confirmed_on"),
    "councils_correctiverequest": ("id", "certification_id", "requested_on", "resolved_on"),
    "councils_filing": (
        "id",
        "fiscal_year",
        "due_on",
        "extended_until",
        "submitted_on",
        "accepted_on",
        "is_required",
    ),
    "councils_schooldistrictarea": ("id", "valid_from", "valid_to"),
    "councils_supportgrant": (
        "id",
        "fiscal_year",
        "kind",
        "decided_on",
        "decided_yen",
        "settled_yen",
    ),
    # Of 区政会議 what is counted, and the notice of a session, which is public.
    # Of 社会的ビジネス only what is counted: no name of anybody.
    "socialbiz_commissionedproject": ("id", "started_on", "ended_on", "is_demo"),
    "socialbiz_venture": ("id", "started_on", "ended_on", "ward_part", "is_demo"),
    "ward_forum_attendance": ("id", "session_id", "kind", "member_id", "attending"),
    "ward_forum_forummember": ("id", "term_id", "category", "valid_from", "valid_to"),
    "ward_forum_forumsession": (
        "id",
        "kind",
        "subcommittee_id",
        "fiscal_year",
        "number",
        "starts_at",
        "planned_end_at",
        "ended_at",
        "place",
        "is_online",
        "announced_at",
        "cancelled_at",
        "uid",
        "sequence",
        "changed_at",
        "is_demo",
    ),
    "ward_forum_forumterm": (
        "id",
        "number",
        "valid_from",
        "valid_to",
        "seats_bodies",
        "seats_experts",
        "seats_public",
        "is_demo",
    ),
    "ward_forum_minutes": ("id", "session_id", "published_at"),
    "ward_forum_opinion": (
        "id",
        "fiscal_year",
        "source",
        "received_on",
        "due_on",
        "closed_on",
        "is_demo",
    ),
    "ward_forum_response": ("id", "opinion_id", "response_class", "state", "published_at"),
    "ward_forum_subcommittee": ("id", "name"),
    "kpis_result": (
        "id",
        "fiscal_year",
        "indicator_id",
        "actual",
        "not_applicable",
        "respondents",
        "reference_note",
        "implementation",
        "note",
        "state",
        "state_changed_at",
        "judged_value",
        "progress_rate",
        "status",
        "achieved",
        "counted",
        "reference_reason",
        "rule_id",
        "computed_at",
    ),
    "django_migrations": ("id", "app", "name", "applied"),
    # Whether mail waits and since when: no address, no word of it.
    "ward_desk_outgoingmail": ("id", "state", "not_before", "lease_until", "created_at"),
}

# What a ward may do with its own tables where it is less than everything, and which columns it may
# change there. What was said, answered or decided of a case is added to and never deleted: that is
# the disposal's, which runs as the owner and leaves a certificate.
OWN_TABLES = {
    # What a council was certified by, and when it lost it, is never deleted either.
    "councils_areanote": CHANGE,
    "councils_areasuccession": ADD,
    "councils_certification": CHANGE,
    "councils_certificationapplication": CHANGE,
    "councils_changelink": CHANGE,
    "councils_changenotice": CHANGE,
    "councils_communitycouncil": CHANGE,
    "councils_confirmation": CHANGE,
    "councils_correctionitem": CHANGE,
    "councils_correctiverequest": CHANGE,
    "councils_councildocument": CHANGE,
    "councils_councilentry": ADD,
    "councils_councilofficer": CHANGE,
    "councils_councilorgan": CHANGE,
    "councils_filing": CHANGE,
    "councils_judgement": CHANGE,
    "councils_memberorganization": CHANGE,
    "councils_organseat": CHANGE,
    "councils_revocation": CHANGE,
    "councils_schooldistrictarea": CHANGE,
    "councils_supportgrant": CHANGE,
    # What was said in 区政会議, who sat in it and what was answered is never deleted.
    "socialbiz_commissionedproject": CHANGE,
    "socialbiz_operator": CHANGE,
    "socialbiz_venture": CHANGE,
    "ward_forum_adviser": CHANGE,
    "ward_forum_forumedition": CHANGE,
    "ward_forum_forumentry": ADD,
    "ward_forum_forummember": CHANGE,
    "ward_forum_forumoffice": CHANGE,
    "ward_forum_forumpractice": CHANGE,
    "ward_forum_forumsession": CHANGE,
    "ward_forum_forumterm": CHANGE,
    "ward_forum_gathering": CHANGE,
    "ward_forum_measure": CHANGE,
    "ward_forum_memberannouncement": ADD,
    "ward_forum_memberapplication": CHANGE,
    "ward_forum_membercall": CHANGE,
    "ward_forum_minutes": CHANGE,
    "ward_forum_opinion": CHANGE,
    "ward_forum_response": CHANGE,
    "ward_forum_responsepublication": CHANGE,
    "ward_forum_screeningscore": CHANGE,
    "ward_forum_sessionpaper": CHANGE,
    "ward_forum_subcommittee": CHANGE,
    "ward_forum_subcommitteeseat": CHANGE,
    "consultations_attachment": ADD,
    "consultations_consultation": CHANGE,
    "consultations_contact": CHANGE,
    "consultations_disposalcertificate": READ,
    "consultations_entry": ADD,
    "consultations_handover": CHANGE,
    "consultations_publication": CHANGE,
    "consultations_reply": CHANGE,
    "consultations_satisfaction": ADD,
}
# A line of the thread is withdrawn with its reason, and never rewritten.
OWN_COLUMNS = {
    "consultations_entry": {"UPDATE": ("withdrawn_at", "withdrawn_by_id", "withdrawn_reason")},
}

# Of shared tables that hold rows of wards, what the city may read.
PUBLIC_COLUMNS_OF_CITY = {
    "council_city_bureaurequest": (
        "id",
        "from_ward_id",
        "bureau_id",
        "kind",
        "state",
        "sent_on",
        "due_on",
        "answered_on",
        "published_on",
        "answer_class",
        "is_demo",
    ),
    "consultation_city_referral": (
        "id",
        "from_ward_id",
        "to_ward_id",
        "bureau_id",
        "state",
        "sent_at",
        "decided_at",
        "collected_at",
    ),
}

# Written by triggers or, as the log of who looked, once; read by people, changed by nobody.
APPEND_ONLY_ENDING = "event"


def _run(statement: str, **names) -> None:
    identifiers = {key: sql.Identifier(value) for key, value in names.items()}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**identifiers))


def create_login_independent_roles() -> None:
    """Make `portal_city`, which reads for the city, and let `portal_app` take it."""
    _create_role(CITY_ROLE)


def _create_role(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        exists = cursor.fetchone()
    if not exists:
        _run("CREATE ROLE {role} NOLOGIN NOINHERIT", role=role)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = 'portal_app' AND pg_has_role(oid, %s, 'MEMBER')",
            [role],
        )
        is_member = cursor.fetchone()
    if not is_member:
        _run("GRANT {role} TO portal_app", role=role)


def create_ward_role(schema_name: str) -> None:
    """Make the role of a schema and let `portal_app` take it."""
    _create_role(role_of(schema_name))


def _tables_of(schema_name: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [schema_name]
        )
        return [name for (name,) in cursor.fetchall()]


def grant_ward_schema(schema_name: str) -> None:
    """Give a ward's role its own tables, and the city the columns it may read."""
    role = role_of(schema_name)
    names = {"schema": schema_name, "role": role, "city": CITY_ROLE}
    _run("GRANT USAGE ON SCHEMA {schema} TO {role}", **names)
    _run("GRANT USAGE ON SCHEMA {schema} TO {city}", **names)
    # Tables made between two runs of this function are usable at once (C26).
    _run(
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} "
        "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        **names,
    )
    _run("ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE ON SEQUENCES TO {role}", **names)
    _run("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}", **names)
    _run("GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}", **names)
    for table in _tables_of(schema_name):
        if table.endswith(APPEND_ONLY_ENDING) or table == "django_migrations":
            _run(
                "REVOKE UPDATE, DELETE, TRUNCATE ON {schema}.{table} FROM {role}",
                table=table,
                **names,
            )
        elif privileges := OWN_TABLES.get(table):
            too_much = ", ".join(p for p in ALL.split(", ") if p not in privileges)
            _run(f"REVOKE {too_much} ON {{schema}}.{{table}} FROM {{role}}", table=table, **names)
            for privilege, columns in OWN_COLUMNS.get(table, {}).items():
                _grant_columns(schema_name, table, privilege, columns, role)
        _run("REVOKE ALL ON {schema}.{table} FROM {city}", table=table, **names)
        if columns := CITY_COLUMNS.get(table):
            _grant_columns(schema_name, table, "SELECT", columns, CITY_ROLE)


def _grant_columns(schema_name, table, privilege, columns, role) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("GRANT {privilege} ({columns}) ON {schema}.{table} TO {role}").format(
                privilege=sql.SQL(privilege),
                columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
                schema=sql.Identifier(schema_name),
                table=sql.Identifier(table),
                role=sql.Identifier(role),
            )
        )


def grant_public_schema(ward_schemas: list[str]) -> None:
    """Give 本庁 its tables, every ward the shared ones it needs, the city what reports need."""
    city_host = role_of("public")
    for table in _tables_of("public"):
        frozen = table.endswith(APPEND_ONLY_ENDING) or table == "django_migrations"
        _run(
            f"GRANT {ADD if frozen else ALL} ON public.{{table}} TO {{role}}",
            table=table,
            role=city_host,
        )
        if frozen:
            _run(
                "REVOKE UPDATE, DELETE, TRUNCATE ON public.{table} FROM {role}",
                table=table,
                role=city_host,
            )
    _run("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}", role=city_host)
    for table in ("wards_ward", "kpi_catalog_indicator", "kpi_catalog_policy"):
        _run("GRANT SELECT ON public.{table} TO {role}", table=table, role=CITY_ROLE)
    _run("GRANT SELECT ON public.kpi_catalog_evaluationrule TO {role}", role=CITY_ROLE)
    for table, columns in PUBLIC_COLUMNS_OF_CITY.items():
        _grant_columns("public", table, "SELECT", columns, CITY_ROLE)
    for schema_name in ward_schemas:
        grant_shared_tables(schema_name)
    _secure_rows_of_wards()


def grant_shared_tables(schema_name: str) -> None:
    """Give one ward's role the shared tables, each as far as SHARED_TABLES says."""
    role = role_of(schema_name)
    existing = set(_tables_of("public"))
    for table, privileges in SHARED_TABLES.items():
        if table not in existing:
            continue
        _run("REVOKE ALL ON public.{table} FROM {role}", table=table, role=role)
        if privileges:
            _run(f"GRANT {privileges} ON public.{{table}} TO {{role}}", table=table, role=role)
        for privilege, columns in SHARED_COLUMNS.get(table, {}).items():
            _grant_columns("public", table, privilege, columns, role)


def _secure_rows_of_wards() -> None:
    """Turn on row-level security where a public table holds rows of wards (DESIGN §4).

    A policy's name carries a digest of its rule, so that a changed rule replaces the former one and
    an unchanged one locks nothing.
    """
    for table, rules in ROWS_OF_WARDS.items():
        wanted = {
            f"own_rows_{sha256(f'{command} {rule}'.encode()).hexdigest()[:12]}": (command, rule)
            for command, rule in rules.items()
        }
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = %s",
                [table],
            )
            present = {policy for (policy,) in cursor.fetchall()}
        if present == set(wanted):
            continue
        with transaction.atomic():
            for policy in present:
                _run("DROP POLICY {policy} ON public.{table}", policy=policy, table=table)
            for policy, (command, rule) in wanted.items():
                _run(_policy(command, rule), policy=policy, table=table)
            _run("ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY", table=table)


def _policy(command: str, rule: str) -> str:
    using = f" USING ({rule})" if command != "INSERT" else ""
    check = f" WITH CHECK ({rule})" if command not in ("SELECT", "DELETE") else ""
    return f"CREATE POLICY {{policy}} ON public.{{table}} FOR {command}{using}{check}"
