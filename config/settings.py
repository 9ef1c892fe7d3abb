"""All settings, read once from the environment (F8); docs/operations.md lists every variable."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import environment, loggers, schema_enums, theme

ROOT = Path(__file__).resolve().parent.parent

# Linters, type checkers and schema generation never open a connection: they get inert values.
CHECKING = environment.flag("MINGA_CHECKING")
if CHECKING:
    for _name in ("MINGA_SECRET_KEY", "MINGA_JWT_KEY", "MINGA_DB_KEY"):
        os.environ.setdefault(_name, "only-for-static-checks-" * 3)
    os.environ.setdefault("DATABASE_URL", "postgres://checks@localhost/checks")
    os.environ.setdefault("BROKER_URL", "memory://")

DEMO = environment.flag("MINGA_DEMO")
DEBUG = environment.flag("MINGA_DEBUG")
SECRET_KEY = environment.secret("MINGA_SECRET_KEY")
SECRET_KEY_FALLBACKS = environment.secrets("MINGA_SECRET_OLD_KEYS")  # read, never written with
ALLOWED_HOSTS = environment.words("MINGA_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],.localhost")
CSRF_TRUSTED_ORIGINS = environment.words("MINGA_TRUSTED_ORIGINS")

# Hosts that name no tenant: there the token or the session does (architecture, Tenancy).
PLATFORM_HOSTS = frozenset(environment.words("MINGA_PLATFORM_HOSTS", "localhost,127.0.0.1,[::1],testserver"))

# --- applications: the theme before django_tenants, which overrides the admin index otherwise ---

SHARED_APPS = [
    "unfold",
    "tenants",  # its migrate command replaces django_tenants'
    "django_tenants",
    "tenants.jobs",
    "tenants.display",
    "config",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_celery_beat",
    "axes",
    "allauth",
    "allauth.account",  # its tables stay empty; the package's second factors stand on its models
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
]
TENANT_APPS = ["tenants.jobs", "tenants.records", "identity", "personas", "campaigns", "insights"]
INSTALLED_APPS = SHARED_APPS + [app for app in TENANT_APPS if app not in SHARED_APPS]

TENANT_MODEL = "tenants.Tenant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
TENANT_BASE_SCHEMA = "template_tenant"
TENANT_CREATION_FAKES_MIGRATIONS = True
TENANT_COLOR_ADMIN_APPS = False
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]

# --- database: one login role per tenant and mode (S1) ---

DATABASES = {
    "default": {
        "ENGINE": "tenants.scope.backend",
        **environment.database("DATABASE_URL"),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        # PgBouncer in transaction mode may answer the second piece of a cursor by another connection.
        "DISABLE_SERVER_SIDE_CURSORS": environment.flag("MINGA_DB_POOLER"),
        "OPTIONS": {"connect_timeout": 3, "tcp_user_timeout": 6000},
        "TEST": {"NAME": os.environ.get("MINGA_TEST_DATABASE")},
    }
}
DB_KEY = environment.secret("MINGA_DB_KEY")
# What must outlive an erasure stands as a keyed hash; whoever changes the key forgets those wishes (S19).
ERASURE_KEY = environment.text("MINGA_ERASURE_KEY", "") or SECRET_KEY
# Roles are cluster-wide, so the public one is named after its database.
DB_PUBLIC_ROLE = environment.text("MINGA_PUBLIC_ROLE", f"{DATABASES['default']['NAME']}_public")
# Which login a process starts with; only manage.py says "owner".
DB_LOGIN = environment.text("MINGA_LOGIN", "public")
MIGRATION_PROCESSES = environment.number("MINGA_MIGRATION_PROCESSES", os.cpu_count() or 1, low=1, high=64)
# None leaves it to the role (S12); workers set it to JOBS_STATEMENT_SECONDS when they start.
DB_STATEMENT_TIMEOUT: str | None = None
DB_POOL_SIZE = environment.number("MINGA_DB_POOL_SIZE", 8, low=1, high=64)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people ---

AUTH_USER_MODEL = "tenants.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "tenants.signin.wording.ContextWordsValidator"},
]
# The e-mail is unique by a constraint on its lower case, which the check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
# However often a program refreshes, after so many days it logs in again.
REFRESH_DAYS = environment.number("MINGA_REFRESH_DAYS", 30, low=1, high=365)
JWT_KEYS = [environment.secret("MINGA_JWT_KEY"), *environment.secrets("MINGA_JWT_OLD_KEYS")]

# S8: second factors are allauth's models behind pages of our own; its log-in is not used.
MFA_ADAPTER = "tenants.signin.adapter.HouseAdapter"
MFA_TOTP_ISSUER = "Minga"
STAFF_SECOND_FACTOR = not DEMO
PASSKEY_HOST = environment.text("MINGA_PASSKEY_HOST", "")  # empty: the host it was made on
FRESH_SECONDS = 15 * 60  # step-up: within them money, roles and secrets ask nothing

# S8: the counters in tenants.throttling answer first and exactly; axes is the longer lock behind them.
AXES_FAILURE_LIMIT = 30
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_CALLABLE = "config.api_errors.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # tenants.LogIn says by which proof, too
AXES_VERBOSE = False

# --- requests: outer middleware settles who it is, the innermost opens the tenant's scope ---

MIDDLEWARE = [
    "tenants.middleware.RequestIdMiddleware",  # whoever answers, its line bears this request's id
    "tenants.middleware.HealthMiddleware",  # asked by address, over http, while nothing else may answer
    "tenants.middleware.MetricsMiddleware",
    "tenants.middleware.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tenants.middleware.CachingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "tenants.middleware.HttpsMiddleware",  # in the reader's language; before anything is read of the request
    "tenants.middleware.BodySizeMiddleware",  # as far out as it can be and still know the reader's language
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tenants.middleware.ActivityMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # holds the request while a passkey is asked for
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "tenants.middleware.TenantMiddleware",
    "tenants.api.idempotency.IdempotencyMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tenants.display.context_processors.frame",
            ],
        },
    }
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # forms carry the token; no script of ours reads it
SESSION_ENGINE = "tenants.signin.store"
SESSION_COOKIE_AGE = 12 * 3600
IDLE_MINUTES = environment.number("MINGA_IDLE_MINUTES", 120, low=30, high=720)
HTTPS = environment.flag("MINGA_HTTPS", not (DEMO or DEBUG))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
# Programs are told (HttpsMiddleware); the page of documents is for people.
SECURE_REDIRECT_EXEMPT = [r"^api/(?!docs/)"]
# A browser takes such a name from this very host over https alone, so that no neighbour can plant one.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = (
    ("__Host-session", "__Host-csrf") if HTTPS else ("sessionid", "csrftoken")
)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = environment.flag("MINGA_BEHIND_PROXY")
# How many of our own proxies add to X-Forwarded-For: the client's address is that far from the right.
PROXIES = environment.number("MINGA_PROXIES", 1, low=1, high=16)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# A client's CSV of 100,000 rows and 45 columns fits (C11); what is no file is held in memory and ends sooner.
LARGEST_REQUEST = 64 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- language: Spanish first, English complete (W7) ---

LANGUAGE_CODE = "es"
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- static files: hashed names, served by WhiteNoise ---

STATIC_URL = "static/"
STATIC_ROOT = environment.folder("MINGA_STATIC_ROOT", ROOT / "staticfiles")
STATICFILES_DIRS = [ROOT / "static"]
# The demo serves straight from the finders: no collectstatic step, and an edit shows at once.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEMO or DEBUG
_HASHED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _PLAIN if WHITENOISE_USE_FINDERS or CHECKING else _HASHED},
}

# --- cache and counters: a Valkey of its own; local memory in tests (F5) ---

CACHE_URL = os.environ.get("CACHE_URL", "")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache"
        if CACHE_URL
        else "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": CACHE_URL,
        "KEY_FUNCTION": "tenants.scope.cache.key",
    }
}
THROTTLE_STORAGE = CACHE_URL.replace("unix://", "redis+unix://", 1) or "memory://"
THROTTLES = {
    "login_account": "10/5minutes",
    "login_address": "100/5minutes",
    "login_global": "3000/5minutes",
    "second_factor": "10/5minutes",
    "second_factor_day": "50/day",  # of a million codes three are right: found in eighteen years
    # Polls of one campaign by one client: one a second, and a burst of ten (campaigns.api.polling).
    "status_second": "1/second",
    "status_burst": "9/10seconds",
    "api": environment.rate("MINGA_API_RATE", "600/minute"),
}

# --- jobs (J1-J9) ---

BROKER_URL = environment.text("BROKER_URL")
# Two installations, or two test runs, may share one broker.
QUEUE_PREFIX = environment.text("MINGA_QUEUE_PREFIX", "minga")
JOBS_LEASE_SECONDS = environment.number("MINGA_JOBS_LEASE_SECONDS", 300, low=2, high=3600)
JOBS_HEARTBEAT_SECONDS = environment.number("MINGA_JOBS_HEARTBEAT_SECONDS", 20, low=1, high=30)
JOBS_SLICE_SECONDS = environment.number("MINGA_JOBS_SLICE_SECONDS", 5, low=1, high=600)
JOBS_STATEMENT_SECONDS = environment.number("MINGA_JOBS_STATEMENT_SECONDS", 900, low=1, high=86_400)
JOBS_RETRY_SECONDS = (60, 300)
JOBS_ATTEMPTS = 3
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
DJANGO_CELERY_BEAT_TZ_AWARE = True

# --- labels of comments (N11) ---

# A key, or a server of one's own that needs none; with neither, comments are labelled by word lists (N11).
OPENAI_API_KEY = environment.text("OPENAI_API_KEY", "")
OPENAI_BASE_URL = environment.text("OPENAI_BASE_URL", "")
OPENAI_MODEL = environment.text("OPENAI_MODEL", "gpt-5.4-mini")
OPENAI_TIMEOUT_SECONDS = environment.number("OPENAI_TIMEOUT_SECONDS", 90, low=1, high=600)
LABELS_A_CALL = environment.number("MINGA_LABELS_A_CALL", 50, low=1, high=50)
LABEL_CALLS_AT_ONCE = environment.number("MINGA_LABEL_CALLS", 5, low=1, high=5)
MODEL_PRICES = environment.prices("MINGA_MODEL_PRICES")  # besides the ones that the product knows
# From where an opportunity's demand, in percent of comments, and its impact, 0-100, are high (Q6).
DEMAND_CUT = environment.number("MINGA_DEMAND_CUT", 10, low=0, high=100)
IMPACT_CUT = environment.number("MINGA_IMPACT_CUT", 50, low=0, high=100)
GOOGLE_CREDENTIALS = environment.text("GOOGLE_APPLICATION_CREDENTIALS", "")
SHEETS_API_BASE = environment.text("SHEETS_API_BASE", "")  # a server in Google's place
ORCHESTRATOR_SCHEDULE = environment.text("ORCHESTRATOR_SCHEDULE", "0 6 * * *")  # of new brands (N16)

# --- e-mail (N17) ---

# Without a server nothing is sent: lights in the admin say the same.
EMAIL_HOST = environment.text("EMAIL_HOST", "")
EMAIL_PORT = environment.number("EMAIL_PORT", 587, low=1, high=65_535)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "minga@localhost")

# --- calls (C17, S17) ---

# By the name that a provider gives: RETELL_API_KEY, RETELL_API_KEY_<NAME>.
RETELL_KEYS = environment.keys("RETELL_API_KEY")
SIMULATOR_URL = environment.text("MINGA_SIMULATOR_URL", "http://127.0.0.1:8090")
# Seconds by which the clock of simulated calls is shifted: a demo at night shows a campaign by day.
CALL_CLOCK_SHIFT = environment.number("MINGA_CALL_CLOCK_SHIFT", 0, low=-100_000_000, high=100_000_000)
# Without a key nothing is said to the simulator, nor believed: it has none outside the demo.
SIMULATOR_KEY = os.environ.get("MINGA_SIMULATOR_KEY", "")

# --- watchers (S12) ---

# Without a token /metrics does not exist.
METRICS_TOKEN = environment.text("MINGA_METRICS_TOKEN", "")

# --- requests to addresses that people typed (S16) ---

# For development: plain http, any port, and addresses of this machine and its network.
OUTGOING_PRIVATE = environment.flag("MINGA_OUTGOING_PRIVATE")

# --- backup (S18) ---

# Without a folder there is no daily backup, and nobody is alarmed about its age.
BACKUP_DIR = environment.folder("MINGA_BACKUP_DIR", ROOT) if os.environ.get("MINGA_BACKUP_DIR") else None
BACKUP_KEY = environment.secret("MINGA_BACKUP_KEY") if os.environ.get("MINGA_BACKUP_KEY") else ""
BACKUP_KEEP_DAYS = environment.number("MINGA_BACKUP_KEEP", 14, low=1, high=3650)
BACKUP_HOUR = environment.number("MINGA_BACKUP_HOUR", 3, low=0, high=23)

# --- API (W9-W15) ---

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tenants.api.authentication.SettledAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["tenants.api.permissions.MayUse"],
    "DEFAULT_PARSER_CLASSES": ["tenants.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "tenants.api.schema.ProblemAutoSchema",
    "DEFAULT_PAGINATION_CLASS": "tenants.api.pagination.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["tenants.api.filters.StrictFilterBackend"],
    "EXCEPTION_HANDLER": "config.api_errors.answer",
    "UNAUTHENTICATED_USER": None,
    # One format and no self-description: fewer doors to try.
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_METADATA_CLASS": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Minga API",
    "DESCRIPTION": (
        "Personas, campaigns, identity and insights of one tenant. Every refusal is a problem document "
        "(RFC 9457): what cannot be read (JSON, parameters, cursors) is 400, what can be read but makes no "
        "sense is 422. "
        "Lists walk forward by `cursor`; ids are text; moments carry their offset."
    ),
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "tenants.api.schema.add_problems",
    ],
    "ENUM_NAME_OVERRIDES": schema_enums.NAMES,
}

# --- admin theme ---

UNFOLD = theme.UNFOLD

# Without a DSN nothing is told, and the package is not even loaded.
SENTRY_DSN = environment.sentry("SENTRY_DSN")
SENTRY_ENVIRONMENT = environment.text("SENTRY_ENVIRONMENT", "production")

LOGGING = loggers.written_from(environment.choice("MINGA_LOG_LEVEL", "INFO", among=environment.LOG_LEVELS))
