"""Wards never mix: each fence, and each trap of DESIGN §4, is tried on its own."""

import threading
from datetime import date
from http import HTTPStatus
from importlib import import_module

import pghistory.models
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.db.utils import ProgrammingError

from consultations.city.models import Referral, ReferralFile
from consultations.models import Category, RoutingRule, Section
from kpis.catalog.models import Indicator
from kpis.models import Result
from osaka_kusei import checks
from osaka_kusei.citywide.reading import read_each_ward, read_ward
from wards.database_roles import CITY_COLUMNS, SHARED_TABLES
from wards.desk.models import AccessEvent, Notice, OutgoingMail
from wards.intake.models import SubmissionWindow
from wards.jobs import ask_for
from wards.models import (
    CityAccessEvent,
    ForeignWardError,
    Job,
    Membership,
    Session,
    User,
    Ward,
    WardRow,
)
from wards.postgresql.base import role_of
from wards.tasks import UnknownWardError, run_job


def make_result(**fields):
    """Make a result of the first indicator in the ward being served."""
    return Result.objects.create(
        fiscal_year=2016, indicator=Indicator.objects.get(code="1-1-a"), **fields
    )


def ask(statement, *parameters):
    """Run one statement as the ward being served and return its first row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()


def where_we_are():
    """Return the role and the schema in which PostgreSQL would run the next statement."""
    return ask("SELECT current_user, current_schema()")


# --- Fence 1 and 2: host → schema, and the schema's database role ------------------------------


def test_kita_cannot_read_nishis_tables_even_with_raw_sql(kita):
    with pytest.raises(ProgrammingError, match="permission denied"):
        ask("SELECT * FROM nishi.kpis_result")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE nishi.kpis_result SET actual = 1",
        "DELETE FROM nishi.kpis_result",
        "INSERT INTO nishi.kpis_result (fiscal_year) VALUES (2016)",
        "TRUNCATE nishi.kpis_result",
        "DROP TABLE kpis_result",
        "CREATE TABLE planted (a int)",
        "ALTER TABLE kpis_result DISABLE TRIGGER ALL",
        "UPDATE kpis_resultevent SET actual = 1",
        "DELETE FROM kpis_resultevent",
        "TRUNCATE kpis_resultevent",
        "UPDATE ward_desk_accessevent SET about = 'x'",
        "DELETE FROM ward_desk_accessevent",
        "TRUNCATE ward_desk_accessevent",
        "SELECT to_address FROM nishi.ward_desk_outgoingmail",
        "UPDATE kpi_catalog_indicator SET target = 1",
        "UPDATE wards_membership SET role = 'manager'",
        "UPDATE wards_user SET email = 'x@example.jp'",
        "UPDATE wards_ward SET name = 'x'",
        "SELECT about FROM public.wards_cityaccessevent",
        "INSERT INTO public.wards_cityaccessevent (at, what, about, detail, address)"
        " VALUES (now(), 'export', 'forged', '{}', '')",
    ],
)
def test_a_ward_is_refused_what_is_not_its_own(kita, statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        ask(statement)


@pytest.mark.parametrize(
    "model", list(apps.get_app_config("consultations").get_models()), ids=lambda m: m._meta.db_table
)
def test_no_table_of_kitas_cases_opens_to_nishi(nishi, model):
    """Cases, categories, rules of routing, their histories: each table by itself."""
    for statement in ("SELECT 1 FROM kita.{}", "DELETE FROM kita.{}"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            ask(statement.format(model._meta.db_table))


def test_a_category_and_a_rule_of_kita_do_not_exist_in_nishi(enter):
    enter("kita")
    road = Category.objects.get(code="road")
    own = Category.objects.create(
        code="umeda", name="梅田の地下街", retention=road.retention, valid_from=date(2026, 4, 1)
    )
    section = Section.objects.create(code="community", name="北区の地域課")
    RoutingRule.objects.create(category=own, section=section, valid_from=date(2026, 4, 1))
    enter("nishi")

    assert not Category.objects.filter(code="umeda").exists()
    assert not Section.objects.filter(name="北区の地域課").exists()
    assert not RoutingRule.objects.exists()


def test_the_login_itself_can_do_nothing_until_it_enters_a_ward(kita):
    ask("RESET ROLE; SELECT 1")
    with pytest.raises(ProgrammingError, match="permission denied"):
        ask("SELECT * FROM kita.kpis_result")


def test_the_login_owns_nothing_and_is_no_superuser(kita):
    assert ask(
        "SELECT rolsuper, rolbypassrls, rolinherit, rolcreaterole FROM pg_roles"
        " WHERE rolname = session_user"
    ) == (False, False, False, False)
    assert ask("SELECT count(*) FROM pg_class WHERE relowner = session_user::regrole") == (0,)


def test_role_and_path_agree_in_every_ward(enter):
    for ward in Ward.objects.all():
        enter(ward.slug)
        assert where_we_are() == (role_of(ward.schema_name), ward.schema_name)


def test_role_and_path_agree_after_a_rollback(enter):
    enter("kita")
    with transaction.atomic():
        enter("nishi")
        assert where_we_are() == ("w_nishi", "nishi")
        transaction.set_rollback(True)
    assert where_we_are() == ("w_nishi", "nishi")
    enter("kita")
    assert where_we_are() == ("w_kita", "kita")


def test_role_and_path_agree_after_an_error_inside_a_savepoint(enter):
    enter("kita")
    savepoint = transaction.savepoint()
    enter("nishi")
    with pytest.raises(ProgrammingError, match="no_such_column"):
        ask("SELECT no_such_column")
    transaction.savepoint_rollback(savepoint)
    assert where_we_are() == ("w_nishi", "nishi")


def test_a_server_side_cursor_reads_its_own_ward(enter):
    enter("kita")
    make_result(actual=1)
    enter("nishi")
    assert list(Result.objects.iterator(chunk_size=1)) == []
    enter("kita")
    assert len(list(Result.objects.iterator(chunk_size=1))) == 1


def test_a_ward_without_a_role_is_an_error_and_never_the_former_ward(enter, kita):
    make_result(actual=1)
    connection.set_schema("no_such_ward")
    with pytest.raises(DatabaseError, match="no_such_ward"), transaction.atomic():
        Result.objects.count()


def test_another_thread_starts_in_the_public_schema(kita, django_db_blocker):
    seen = []

    def look():
        with django_db_blocker.unblock():
            seen.append(where_we_are())
            connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [("w_osaka", "public")]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("kita.localhost", HTTPStatus.OK),
        ("KITA.localhost:8000", HTTPStatus.OK),
        ("osaka.localhost", HTTPStatus.OK),
        ("localhost", HTTPStatus.OK),
        ("umeda.localhost", HTTPStatus.NOT_FOUND),
        ("public.localhost", HTTPStatus.NOT_FOUND),
        ("kita.nishi.localhost", HTTPStatus.NOT_FOUND),
        ("kita.localhost.evil.example", HTTPStatus.NOT_FOUND),
        ("kita.localhost.", HTTPStatus.NOT_FOUND),
        ("evil@kita.localhost", HTTPStatus.NOT_FOUND),
        ("127.0.0.1", HTTPStatus.NOT_FOUND),
        ("", HTTPStatus.NOT_FOUND),
    ],
)
def test_a_host_is_its_ward_or_nothing(enter, client, host, status):
    response = client.get("/admin/login/", headers={"host": host})

    assert response.status_code == status


def test_a_forwarded_host_is_not_believed(enter, client_at):
    response = client_at("kita").get(
        "/admin/login/", headers={"x-forwarded-host": "nishi.localhost"}
    )

    assert "北区役所" in response.content.decode()


# --- Fence 3: membership, and sessions that belong to one ward ----------------------------------


@pytest.mark.parametrize(("slug", "status"), [("nishi", HTTPStatus.FOUND), ("kita", HTTPStatus.OK)])
def test_an_officer_of_nishi_logs_in_at_nishi_and_nowhere_else(
    nishi_officer, client_at, slug, status
):
    response = client_at(slug).post(
        "/admin/login/?next=/admin/",
        {"username": nishi_officer.email, "password": "kita-no-hanako-2026"},
    )

    assert response.status_code == status
    assert (status == HTTPStatus.FOUND) or "ログインできません" in response.content.decode()


def test_a_cookie_of_kita_is_anonymous_at_every_other_host(hire, sign_in, client_at, enter):
    officer = hire("kita", "officer")
    kita_client = sign_in(officer, "kita")
    cookie = kita_client.cookies[settings.SESSION_COOKIE_NAME].value
    for slug in ("nishi", "osaka", "naniwa"):
        stranger = client_at(slug)
        stranger.cookies[settings.SESSION_COOKIE_NAME] = cookie
        response = stranger.get("/admin/")
        assert response.status_code == HTTPStatus.FOUND
        assert "/admin/login/" in response["Location"]


def test_the_database_hides_sessions_and_memberships_of_other_wards(
    enter, hire, sign_in, kita_officer, nishi_officer
):
    sign_in(kita_officer, "kita")
    sign_in(nishi_officer, "nishi")

    enter("kita")
    assert set(Session.objects.values_list("schema_name", flat=True)) == {"kita"}
    assert set(Membership.objects.values_list("ward__slug", flat=True)) == {"kita"}


def test_a_ward_knows_its_own_people_only(enter, kita_officer, nishi_officer, city_officer):
    enter("kita")
    assert list(User.objects.all()) == [kita_officer]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE wards_user SET password = 'planted' WHERE id = %s", [nishi_officer.pk]
        )
        assert cursor.rowcount == 0


def test_a_ward_sets_no_password_of_a_colleague_who_left(enter, hire):
    gone = hire("kita", "officer", since=date(2020, 4, 1), until=date(2021, 3, 31))
    here = hire("kita", "officer")
    enter("kita")

    changed = [User.objects.filter(pk=person.pk).update(password="x") for person in (gone, here)]
    assert changed == [0, 1]


def test_a_colleague_who_left_keeps_a_name(enter, hire):
    gone = hire("kita", "officer", since=date(2020, 4, 1), until=date(2021, 3, 31))
    enter("kita")

    assert User.objects.get(pk=gone.pk).name == "北野 花子"


def test_a_ward_cannot_write_a_session_or_job_for_another(enter):
    naniwa = Ward.objects.get(slug="naniwa")
    enter("kita")
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Session.objects.create(
            session_key="x", session_data="", expire_date="2030-01-01T00:00Z", schema_name="nishi"
        )
    with pytest.raises(ProgrammingError, match="row-level security"):
        Job.objects.create(
            ward=naniwa, name="planted", day="2026-11-21", not_before="2026-11-21T00:00Z"
        )


# --- Fence 4: the traps of DESIGN §4 ------------------------------------------------------------


def test_the_admins_log_belongs_to_the_ward_though_primary_keys_coincide(enter, kita_officer):
    enter("kita")
    content_type = ContentType.objects.get_for_model(Result)
    LogEntry.objects.create(
        user=kita_officer,
        content_type=content_type,
        object_id="1",
        object_repr="x",
        action_flag=CHANGE,
    )
    enter("nishi")
    assert not LogEntry.objects.filter(object_id="1").exists()


@pytest.mark.parametrize("app", checks.IN_EVERY_SCHEMA)
@pytest.mark.parametrize("setting", ["SHARED_APPS", "TENANT_APPS"])
def test_a_log_that_24_wards_would_share_is_refused_at_the_start(settings, app, setting):
    setattr(settings, setting, [name for name in getattr(settings, setting) if name != app])

    assert [error.id for error in checks.audit_logs_stand_in_every_schema(None)] == [
        "osaka_kusei.E001"
    ]


def test_the_city_cannot_write_in_a_ward(enter):
    enter("kita")
    make_result(actual=10)

    def write(ward):
        Result.objects.update(actual=99)

    enter("osaka")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        read_each_ward(write)


def test_an_object_of_kita_is_not_written_over_nishis_row(enter):
    enter("nishi")
    nishis = make_result(actual=20)
    enter("kita")
    kitas = make_result(actual=10)
    Result.objects.filter(pk=kitas.pk).update(id=nishis.pk)
    kitas = Result.objects.get()
    enter("nishi")

    with pytest.raises(ForeignWardError):
        kitas.save()
    assert Result.objects.get().actual == 20


def test_a_new_object_belongs_to_the_ward_it_was_first_saved_in(enter):
    enter("kita")
    result = make_result(actual=10)
    enter("nishi")

    with pytest.raises(ForeignWardError):
        result.save()


def test_the_city_reads_figures_but_not_who_typed_them(enter):
    enter("osaka")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        read_each_ward(lambda ward: list(Result.objects.values_list("entered_by_id")))
    assert len(read_each_ward(lambda ward: list(Result.objects.values_list("actual")))) == 24


def test_the_city_sees_that_mail_waits_but_not_to_whom(enter):
    enter("osaka")
    for column in ("to_address", "subject", "body", "about", "last_error"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            read_each_ward(lambda ward, column=column: list(OutgoingMail.objects.values(column)))
    for model in (Notice, AccessEvent):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            read_each_ward(lambda ward, model=model: list(model.objects.values_list("pk")))
    waiting = OutgoingMail.objects.values_list("state", "not_before")
    assert read_each_ward(lambda ward: list(waiting.all())) == [[]] * 24


def test_the_city_counts_cases_and_reads_no_word_of_them(enter):
    """Contacts, replies, entries, files and the like are closed as whole tables, the rest by column."""
    enter("osaka")
    closed = {
        model._meta.db_table
        for model in apps.get_app_config("consultations").get_models()
        if model._meta.db_table not in CITY_COLUMNS
    }
    assert closed >= {
        "consultations_attachment",
        "consultations_contact",
        "consultations_entry",
        "consultations_publication",
        "consultations_reply",
        "consultations_consultationevent",
    }

    def look(ward):
        for table in sorted(closed):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                ask(f"SELECT 1 FROM {table}")
        for model in apps.get_app_config("consultations").get_models():
            table = model._meta.db_table
            for column in {field.column for field in model._meta.local_concrete_fields} - set(
                CITY_COLUMNS.get(table, ())
            ):
                assert ask("SELECT has_column_privilege(%s, %s, 'SELECT')", table, column) == (
                    False,
                ), f"{table}.{column}"

    read_ward("kita", look)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("consultations_consultation", "interim_on"),
        ("consultations_consultation", "wants_reply"),
        ("consultations_handover", "kind"),
        ("consultations_handover", "sent_at"),
        ("consultations_satisfaction", "said_on"),
    ],
)
def test_the_city_reads_of_cases_only_what_its_figures_use(enter, table, column):
    enter("osaka")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        read_ward("kita", lambda ward: ask(f'SELECT "{column}" FROM {table}'))


def test_outside_the_one_loop_the_city_sees_no_ward(enter):
    enter("osaka")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ask("SELECT * FROM kita.kpis_result")


def test_what_leaves_a_ward_is_plain_rows_and_not_a_queryset(enter):
    """A queryset built in Kita and evaluated later returns another ward's rows."""
    for slug, actual in (("kita", 10), ("nishi", 20)):
        enter(slug)
        make_result(actual=actual)
    enter("osaka")

    with pytest.raises(TypeError, match="queryset"):
        read_each_ward(lambda ward: Result.objects.values_list("actual", flat=True))
    rows = read_each_ward(lambda ward: (ward.slug, list(Result.objects.values_list("actual"))))
    assert {slug: found for slug, found in rows if found} == {"kita": [(10,)], "nishi": [(20,)]}


def test_people_are_deactivated_and_cannot_be_deleted(enter, kita_officer):
    enter("osaka")
    with pytest.raises(ProtectedError):
        kita_officer.delete()
    with pytest.raises(ProtectedError):
        User.objects.filter(pk=kita_officer.pk).delete()
    assert User.objects.filter(pk=kita_officer.pk).exists()


def test_a_ward_table_does_not_exist_on_the_public_host(enter):
    enter("osaka")
    with pytest.raises(ProgrammingError, match="does not exist"):
        Result.objects.count()


def test_a_cache_entry_is_seen_in_its_ward_only(enter):
    enter("kita")
    cache.set("greeting", "北区")
    enter("nishi")
    assert cache.get("greeting") is None


# --- Tasks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ward", [None, "", "no_such_ward", "kita; DROP SCHEMA nishi"])
def test_a_task_without_a_known_ward_does_not_run_at_all(enter, ward):
    with pytest.raises(UnknownWardError):
        run_job(1, ward=ward)
    assert connection.schema_name == "public"


def test_a_task_runs_in_its_ward_and_leaves_it(enter):
    enter("osaka")
    kita = Ward.objects.get(slug="kita")
    job = Job.objects.create(
        ward=kita, name="recompute_progress", day="2026-11-21", not_before="2026-11-21T00:00Z"
    )
    assert run_job(job.pk, ward="kita") == "done"
    assert connection.schema_name == "public"
    # The same message sent to another ward finds no such job there.
    Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING)
    assert run_job(job.pk, ward="nishi") == "taken"


# --- What keeps the fences whole -------------------------------------------------------------------


def test_every_shared_table_says_what_a_ward_may_do_with_it(enter):
    enter("osaka")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {name for (name,) in cursor.fetchall()}
    in_every_schema = {
        model._meta.db_table
        for label in checks.IN_EVERY_SCHEMA
        for model in apps.get_app_config(label.rpartition(".")[2]).get_models()
    }

    assert tables - in_every_schema == set(SHARED_TABLES)


def test_a_shared_table_with_rows_of_wards_or_people_shows_a_ward_its_own(enter):
    """A grant without row-level security would show Kita the rows of 23 others."""
    enter("osaka")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND (column_name IN ('ward_id', 'to_ward_id', 'user_id', 'schema_name', 'email'))"
        )
        rows_of_wards = {name for (name,) in cursor.fetchall()} & set(SHARED_TABLES)
        cursor.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE nspname = 'public' AND relrowsecurity"
        )
        secured = {name for (name,) in cursor.fetchall()}

    # The wards themselves, and which office serves which, are public knowledge.
    open_to_wards = {name for name in rows_of_wards if SHARED_TABLES[name]}
    open_to_wards -= {"wards_ward", "wards_office_wards"}
    assert open_to_wards
    assert open_to_wards <= secured


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT email FROM public.wards_userevent",
        "INSERT INTO public.wards_userevent (pgh_created_at, pgh_label, id, email, name, kana,"
        " is_active, is_demo, created_at, pgh_obj_id)"
        " VALUES (now(), 'update', 1, 'x@example.jp', 'x', '', true, false, now(), 1)",
    ],
)
def test_a_ward_neither_reads_nor_forges_the_history_of_people(kita, statement):
    with pytest.raises(ProgrammingError, match="permission denied"):
        ask(statement)


def test_a_ward_reads_and_writes_the_history_of_its_own_jobs_only(enter):
    for slug in ("kita", "nishi"):
        ask_for(enter(slug), "recompute_progress", day=date(2026, 11, 21))
    assert ask("SELECT count(DISTINCT ward_id) FROM public.wards_jobevent") == (1,)
    kita = Ward.objects.get(slug="kita")
    history = Job.events.rel.related_model
    with pytest.raises(ProgrammingError, match="row-level security"):
        history.objects.create(
            id=1, pgh_label="update", pgh_obj_id=1, ward=kita, name="forged", day="2026-11-21"
        )


def make_referral(from_slug: str, to_slug: str) -> Referral:
    """Send a case of one ward to another, as the ward being served."""
    wards = {ward.slug: ward for ward in Ward.objects.filter(slug__in=[from_slug, to_slug])}
    referral = Referral.objects.create(
        from_ward=wards[from_slug],
        to_ward=wards[to_slug],
        receipt_number="R08-KITA-000001-4",
        category_name="道路",
        body="街路灯が消えています。",
        contact={"name": "大阪 花子"},
        received_on=date(2026, 11, 25),
        due_on=date(2026, 12, 9),
        reason="西区の道路です。",
        sent_by_name="北野 花子",
        sent_at="2026-11-25T01:00Z",
    )
    ReferralFile.objects.create(
        referral=referral,
        display_name="写真.jpg",
        content_type="image/jpeg",
        extension=".jpg",
        sha256="0" * 64,
        content=b"x",
    )
    return referral


def test_a_referral_is_seen_by_its_two_wards_and_by_no_third(enter):
    enter("kita")
    referral = make_referral("kita", "nishi")
    tables = (Referral, Referral.events.rel.related_model, ReferralFile)
    seen = {}
    for slug in ("kita", "nishi", "naniwa", "osaka"):
        enter(slug)
        seen[slug] = [model.objects.exists() for model in tables]
    assert seen == {
        "kita": [True] * 3,
        "nishi": [True] * 3,
        "naniwa": [False] * 3,
        "osaka": [False] * 3,
    }

    enter("naniwa")
    assert Referral.objects.filter(pk=referral.pk).update(answer="x") == 0
    assert ReferralFile.objects.all().delete()[0] == 0
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        make_referral("kita", "nishi")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE wards_cityaccessevent SET about = 'x'",
        "DELETE FROM wards_cityaccessevent",
        "TRUNCATE wards_cityaccessevent",
    ],
)
def test_the_city_cannot_change_its_own_log_of_who_looked(city, statement):
    with pytest.raises(ProgrammingError, match="permission denied"):
        ask(statement)


def test_a_new_table_of_a_ward_is_usable_without_a_manual_step(enter):
    enter("kita")
    assert ask(
        "SELECT count(*) FROM pg_default_acl JOIN pg_namespace n ON n.oid = defaclnamespace"
        " WHERE nspname = 'kita' AND defaclacl::text LIKE '%%w_kita=arwd/%%'"
    ) == (1,)


def test_every_change_is_in_the_history_whatever_path_it_took(enter):
    enter("kita")
    result = make_result(actual=10)
    Result.objects.filter(pk=result.pk).update(actual=20)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kpis_result SET actual = 30 WHERE id = %s", [result.pk])
    history = Result.events.rel.related_model.objects.filter(pgh_obj_id=result.pk)
    result.delete()

    assert [(event.pgh_label, event.actual) for event in history.order_by("pgh_id")] == [
        ("insert", 10),
        ("update", 20),
        ("update", 30),
        ("delete", 30),
    ]


def test_history_is_kept_of_every_model_in_every_schema(enter):
    """Three triggers a table: insert, update, delete. Decision 0007 names the exceptions."""
    without_history = {Session, AccessEvent, CityAccessEvent, SubmissionWindow}
    models = {
        model
        for label in (
            "wards",
            "ward_desk",
            "ward_intake",
            "kpis",
            "kpi_catalog",
            "councils",
            "council_city",
            "ward_forum",
            "socialbiz",
            "consultations",
            "consultation_city",
        )
        for model in apps.get_app_config(label).get_models()
        if not issubclass(model, pghistory.models.Event)
    } - without_history
    of_wards = {model._meta.db_table for model in models if issubclass(model, WardRow)}
    shared = {model._meta.db_table for model in models} - of_wards
    assert of_wards
    assert shared
    for ward in Ward.objects.all():
        enter(ward.slug)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.relname, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname = %s AND NOT t.tgisinternal AND t.tgname SIMILAR TO"
                " 'pgtrigger_(insert_insert|update_update|delete_delete)_%%' GROUP BY 1",
                [ward.schema_name],
            )
            triggers = dict(cursor.fetchall())
        expected = shared if ward.is_headquarters else of_wards
        assert triggers == dict.fromkeys(expected, 3), ward.slug


def test_the_web_process_cannot_log_in_as_the_owner():
    assert import_module("osaka_kusei.settings").DATABASES["default"]["USER"] == "portal_app"
    assert connection.settings_dict["USER"] == "portal_app"


def test_the_models_that_stay_and_end_by_date_have_no_delete_rule():
    """A row that a deleted person would take along is a row lost: PROTECT everywhere."""
    cascades = [
        f"{model._meta.label}.{field.name}"
        for model in (Membership, Job, Result, Notice, OutgoingMail, AccessEvent, CityAccessEvent)
        for field in model._meta.get_fields()
        if field.many_to_one
        and field.related_model is User
        and field.remote_field.on_delete.__name__ != "PROTECT"
    ]
    assert cascades == []
