"""Is it alive, is it ready: for the machine that watches, not for people (C81)."""

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpResponse, HttpResponseNotAllowed, JsonResponse
from kombu import Connection

from kpis.freshness import STALE_AFTER, last_runs
from osaka_kusei.citywide.outboxes import LATE_AFTER, read_outboxes
from osaka_kusei.citywide.reading import read_each_ward
from wards import clock
from wards.desk.relay import NO_MAIL_SERVER, mail_is_set_up
from wards.middleware import not_found
from wards.models import Ward
from wards.throttle import client_address


class HealthCheckMiddleware:
    """Answer /livez and /readyz on any host, but only to this machine or an allowed address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Answer the two addresses; pass everything else on."""
        if request.path not in {"/livez", "/readyz"}:
            return self.get_response(request)
        if client_address(request) not in settings.HEALTH_CHECK_ADDRESSES:
            return not_found()
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return livez() if request.path == "/livez" else readyz()


def livez() -> HttpResponse:
    """Answer without touching anything: the process runs."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz() -> JsonResponse:
    """Tell in JSON what works; 503 when the database or a ward's tables are not as they should."""
    connection.set_schema_to_public()
    try:
        unmigrated = schemas_behind()
        ages = recompute_ages()
        outbox = outbox_ages()
    except DatabaseError as problem:
        return JsonResponse({"status": "down", "database": type(problem).__name__}, status=503)
    broker = broker_answers()
    stale = [slug for slug, age in ages.items() if age is None or age > STALE_AFTER]
    late = [slug for slug, age in outbox.items() if age > LATE_AFTER]
    all_well = broker and not stale and not late
    status = "down" if unmigrated else "ok" if all_well else "degraded"
    return JsonResponse(
        {
            "status": status,
            "database": "ok",
            "broker": "ok" if broker else "degraded",
            "schemas_behind": unmigrated,
            "recompute_age_seconds": {
                slug: None if age is None else int(age.total_seconds())
                for slug, age in ages.items()
            },
            "recompute_stale": stale,
            "mail_server": "ok" if mail_is_set_up() else NO_MAIL_SERVER,
            "outbox_age_seconds": int(
                max((age.total_seconds() for age in outbox.values()), default=0)
            ),
            "outbox_late": late,
        },
        status=503 if unmigrated else 200,
    )


def schemas_behind() -> list[str]:
    """List the wards, by slug, whose schema is gone or lacks a migration."""
    on_disk = set(MigrationLoader(None).disk_migrations)
    labels = {config.name: config.label for config in apps.get_app_configs()}
    shared = {labels[name] for name in settings.SHARED_APPS}
    tenant = {labels[name] for name in settings.TENANT_APPS}

    def lacks_any(ward: Ward) -> str | None:
        wanted = shared if ward.is_headquarters else tenant
        with connection.cursor() as cursor:
            table = f'"{ward.schema_name}".django_migrations'
            cursor.execute("SELECT to_regclass(%s)", [table])
            if cursor.fetchone() == (None,):
                return ward.slug
            cursor.execute(f"SELECT app, name FROM {table}")  # noqa: S608  our own ward's name
            applied = set(cursor.fetchall())
        behind = {key for key in on_disk if key[0] in wanted} - applied
        return ward.slug if behind else None

    behind = [lacks_any(Ward.objects.headquarters()), *read_each_ward(lacks_any)]
    return [slug for slug in behind if slug]


def recompute_ages() -> dict:
    """Return, for 本庁 and each ward, how long ago its last good recompute ended; None when never."""
    now = clock.now()
    return {
        run.slug: None if run.done_at is None else now - run.done_at
        for run in last_runs(Ward.objects.order_by("order"))
    }


def outbox_ages() -> dict:
    """Return, for each ward that has any, how long its oldest mail has been waiting."""
    now = clock.now()
    return {
        outbox.slug: now - outbox.oldest
        for outbox in read_outboxes(now)
        if outbox.oldest is not None
    }


def broker_answers() -> bool:
    """Say whether the broker answers within a second."""
    try:
        with Connection(
            settings.REDIS_URL,
            connect_timeout=1,
            transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        ) as broker:
            broker.connect()
            return True
    except Exception:  # noqa: BLE001  whatever the client library raises, the answer is no
        return False
