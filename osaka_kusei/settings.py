"""Settings of the portal, read from the environment (see README, «Environment»)."""

from pathlib import Path

import pghistory
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

from osaka_kusei import environment

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where it runs -------------------------------------------------------------------------
# PORTAL_LOCAL marks one machine over plain http, as `./dev up` starts it.
PORTAL_LOCAL = environment.flag("PORTAL_LOCAL")
DEBUG = environment.flag("DEBUG")
SECRET_KEY = environment.secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS")
BASE_DOMAIN = environment.text("ALLOWED_BASE_DOMAIN", "localhost").lower()
ALLOWED_HOSTS = [BASE_DOMAIN, f".{BASE_DOMAIN}"]
# Who may ask for /livez and /readyz beside this machine itself.
HEALTH_CHECK_ADDRESSES = ["127.0.0.1", "::1", *environment.words("HEALTH_CHECK_ADDRESSES")]
WSGI_APPLICATION = "osaka_kusei.wsgi.application"

# --- Apps: which schema holds which tables (DESIGN §4; checked by osaka_kusei.checks) --------
SHARED_APPS = [
    "django_tenants",
    # Before wards, whose AppConfig hands pgtrigger's autodetector on to django-tenants.
    "pgtrigger",
    "pghistory",
    "wards",
    "kpis.catalog",
    "councils.city",
    "consultations.city",
    "osaka_kusei.citywide",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "import_export",
    "csp",
    "django.forms",
]
TENANT_APPS = [
    "wards.desk",
    "wards.intake",
    "kpis",
    "councils",
    "councils.forum",
    "socialbiz",
    "consultations",
    # Both the admin's log and the lockout counters belong to the schema they arose in: primary
    # keys coincide between wards, and a lockout in one ward must not touch another.
    "django.contrib.admin",
    "axes",
    "pghistory",
    "pgtrigger",
]
INSTALLED_APPS = [*SHARED_APPS, *(app for app in TENANT_APPS if app not in SHARED_APPS)]

TENANT_MODEL = "wards.Ward"
TENANT_LIMIT_SET_CALLS = True
ROOT_URLCONF = "osaka_kusei.urls_ward"
PUBLIC_SCHEMA_URLCONF = "osaka_kusei.urls_city"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    # Outside the ward, so that the answer to an unknown host carries the same headers.
    "csp.middleware.CSPMiddleware",
    "wards.middleware.ResponseHeadersMiddleware",
    "osaka_kusei.health.HealthCheckMiddleware",
    "consultations.open311.middleware.ErrorDocumentsMiddleware",
    "wards.middleware.RequestLimitsMiddleware",
    # Before the ward: the page that says the database is away wants its style sheet.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "wards.middleware.WardMiddleware",
    "wards.languages.LanguageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wards.context_processors.ward",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database --------------------------------------------------------------------------------
# `portal_app` serves; `portal_owner` migrates (manage.py chooses). Only a process started for an
# owner command ever reads the owner's password.
DATABASE_LOGIN = environment.text("PORTAL_DATABASE_LOGIN", "app")
_database_url = environment.text("DATABASE_URL")
if DATABASE_LOGIN == "owner":
    _database_url = environment.text("DATABASE_OWNER_URL", _database_url)
if not _database_url:
    raise ImproperlyConfigured("DATABASE_URL is not set. On one machine, start with ./dev up.")
DATABASES = {
    "default": {
        **environment.database(_database_url),
        "ENGINE": "wards.postgresql",
        # A new connection costs six times a query (measured), so they are kept.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": environment.text("TEST_DATABASE_NAME") or None},
    }
}
_timeouts = {
    "statement_timeout": environment.text("STATEMENT_TIMEOUT", "15s"),
    "idle_in_transaction_session_timeout": "60s",
    "lock_timeout": "5s",
}
if DATABASE_LOGIN == "owner":
    _timeouts |= {"statement_timeout": "10min", "lock_timeout": "1s"}
DATABASES["default"]["OPTIONS"] |= {
    "connect_timeout": 5,
    "application_name": "osaka_kusei",
    "options": " ".join(f"-c {name}={value}" for name, value in _timeouts.items()),
}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
# History is written by triggers; who and why stand in each row, so no second table must be
# writable for the app.
PGHISTORY_DEFAULT_TRACKERS = (
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(related_name="events")

# --- People ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "wards.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "wards.access.MembershipBackend",
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Five failures of one person from one address close for 15 minutes, in this ward only.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "wards.throttle.name_as_counted"
AXES_CLIENT_IP_CALLABLE = "wards.throttle.client_address"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_USERNAME_FORM_FIELD = "username"
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "大阪市 区政ポータル"

SESSION_ENGINE = "wards.sessions"
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "wards.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Transport and headers --------------------------------------------------------------------
SECURE_SSL_REDIRECT = not PORTAL_LOCAL
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not PORTAL_LOCAL
# `__Host-` cookies cannot be set for another host; browsers accept the prefix over https only.
SESSION_COOKIE_NAME = "sessionid" if PORTAL_LOCAL else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if PORTAL_LOCAL else "__Host-csrftoken"
SECURE_HSTS_SECONDS = 0 if PORTAL_LOCAL else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not PORTAL_LOCAL
SECURE_HSTS_PRELOAD = not PORTAL_LOCAL
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# One proxy of ours in front: only then is what it says about client and transport believed.
BEHIND_PROXY = environment.flag("BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
# A request larger than this is refused before a byte of it is kept. Only the addresses that take
# files of citizens and councils (whole paths, as patterns) take more: three of 10 MB and a form.
LARGEST_REQUEST = 12 * 1024 * 1024
LARGEST_REQUEST_WITH_FILES = 32 * 1024 * 1024
LARGE_REQUEST_PATHS = [
    r"/consultations/new/",
    r"/admin/consultations/consultation/add/",
    r"/admin/councils/communitycouncil/[0-9]+/act/add_papers/",
    r"/admin/councils/filing/[0-9]+/act/submit/",
]
# What a form outside the staff site may hold beside its files (C40).
LARGEST_PUBLIC_FORM = 256 * 1024
MOST_PUBLIC_FIELDS = 100
# Addresses and networks behind which many people sit: schools, halls, the ward office's own Wi-Fi.
SHARED_CLIENT_ADDRESSES = environment.networks("SHARED_CLIENT_ADDRESSES")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- Language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
# やさしい日本語 counts as a language; what its catalogue lacks, Django takes from Japanese.
LANG_INFO["ja-hira"] = {
    "bidi": False,
    "code": "ja-hira",
    "name": "Easy Japanese",
    "name_local": "やさしい日本語",
}
# Only views marked `wards.languages.multilingual` are served in another language than Japanese.
LANGUAGES = [
    ("ja", "日本語"),
    ("ja-hira", "やさしい日本語"),
    ("en", "English"),
    ("zh-hans", "简体中文"),
    ("zh-hant", "繁體中文"),
    ("ko", "한국어"),
    ("vi", "Tiếng Việt"),
]
LANGUAGE_COOKIE_NAME = "lang" if PORTAL_LOCAL else "__Host-lang"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE = not PORTAL_LOCAL
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

# --- Files ------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = environment.text("STATIC_ROOT", str(BASE_DIR / ".dev" / "static"))
MEDIA_ROOT = environment.text("MEDIA_ROOT", str(BASE_DIR / ".dev" / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Work outside a request --------------------------------------------------------------------
# The broker only wakes workers; what is due stands in the job table (wards.models.Job).
REDIS_URL = environment.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "max_retries": 0,
    "visibility_timeout": 600,
}
CELERY_TASK_PUBLISH_RETRY = False
# Two installations on one broker keep apart by the name of their queue.
CELERY_TASK_DEFAULT_QUEUE = environment.text("CELERY_QUEUE", "osaka_kusei")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "recompute-every-ward": {
        "task": "osaka_kusei.citywide.tasks.dispatch_due_jobs",
        "schedule": crontab(hour=2, minute=0),
        "options": {"expires": 30},
    },
    # Picks up what a stopped broker, a killed worker or a missed 02:00 left undone.
    "sweep-jobs": {
        "task": "osaka_kusei.citywide.tasks.dispatch_due_jobs",
        "schedule": 30.0,
        # A worker that was away must not find hours of sweeps: one says all there is to say.
        "options": {"expires": 30},
    },
    # 95 of 100 receipts leave within ten seconds: the outboxes are looked at every five.
    "wake-outboxes": {
        "task": "osaka_kusei.citywide.tasks.dispatch_due_mail",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
}

# --- Cache, mail, log --------------------------------------------------------------------------
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "KEY_FUNCTION": "django_tenants.cache.make_key",
        "REVERSE_KEY_FUNCTION": "django_tenants.cache.reverse_key",
    }
}
# Mail stands in each ward's outbox (wards.desk) and waits there as long as no server is set.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
if environment.text("EMAIL_URL"):
    globals().update(environment.email(environment.text("EMAIL_URL")))
# The sender's address of every ward's mail; empty means noreply@ the ward's own host.
MAIL_FROM = environment.address("MAIL_FROM")
LOG_PATH = environment.text("LOG_PATH")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "osaka_kusei.logs.JsonFormatter"}},
    "handlers": {
        "main": {
            "class": "logging.handlers.WatchedFileHandler" if LOG_PATH else "logging.StreamHandler",
            "formatter": "json",
            **({"filename": LOG_PATH, "delay": True} if LOG_PATH else {}),
        }
    },
    "root": {"handlers": ["main"], "level": "INFO"},
    "loggers": {
        "axes": {"level": "WARNING"},
        "django.server": {"handlers": ["main"], "propagate": False},
    },
}
