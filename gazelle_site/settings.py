"""Every setting of the site, read from the environment and then from `.env`.

Each may also be given as `NAME_FILE`, the path of a file that holds it. A mistake stops the start with one clear
sentence (ImproperlyConfigured).
"""

from __future__ import annotations

import os
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from gazelle_site.environment import Given
from gazelle_site.first_run import kept_secret
from gazelle_site.logs import logging_config
from gazelle_site.sentry import report_errors_to
from syncing.fetching.environment import API_URL, TOKEN_URL

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"  # what a first run writes when no other place is named: database, spool, keys, log

given = Given(os.environ, BASE_DIR / ".env")
SCHEDULER_ENV = given.choice("SCHEDULER_ENV", "local", ("local", "staging", "production"))


def first_run_secret(name: str, new: str) -> str:
    """A secret made once and kept in `var/`, for a first run; staging and production name their own."""
    setting = name.upper()
    if SCHEDULER_ENV != "local":
        raise ImproperlyConfigured(
            f"{setting} manque. Ajoutez {setting}={new} à {given.env_file.name}, et gardez-le secret."
        )
    return kept_secret(VAR_DIR / name, new)


# -- the site ----------------------------------------------------------------------------------------------------------

DEBUG = given.flag("DEBUG", default=False)
SECRET_KEY = given.text("SECRET_KEY") or first_run_secret("secret_key", secrets.token_urlsafe(48))
ALLOWED_HOSTS = given.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = given.words("CSRF_TRUSTED_ORIGINS")
ROOT_URLCONF = "gazelle_site.urls"
WSGI_APPLICATION = "gazelle_site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "gazelle_site",
    "gazelle_site.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "ninja",
    "django_htmx",
    "django_q",
    "syncing",
    "clients",
    "pianos",
    "appointments",
    "invoicing",
    "inventory",
    "assistant",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "gazelle_site.outage.DatabaseOutageMiddleware",
    "gazelle_site.contention.ContentionMiddleware",
    "gazelle_site.characters.NulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "syncing.people.sessions.PresenceMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "syncing.people.sessions.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
                "syncing.context.data_age",
            ],
        },
    },
]

# -- Gazelle -----------------------------------------------------------------------------------------------------------

GAZELLE_CLIENT_ID = given.secret("GAZELLE_CLIENT_ID")
GAZELLE_CLIENT_SECRET = given.secret("GAZELLE_CLIENT_SECRET")
GAZELLE_REDIRECT_URI = given.text("GAZELLE_REDIRECT_URI")
GAZELLE_ACCESS_TOKEN = given.secret("GAZELLE_ACCESS_TOKEN")
GAZELLE_REFRESH_TOKEN = given.secret("GAZELLE_REFRESH_TOKEN")
GAZELLE_API_KEY = given.secret("GAZELLE_API_KEY")

# A first run without an address nor a credential reads the stand-in that the `demo` command starts.
GAZELLE_IS_DEMO = SCHEDULER_ENV == "local" and not (
    given.text("GAZELLE_API_URL")
    or GAZELLE_API_KEY
    or GAZELLE_ACCESS_TOKEN
    or GAZELLE_REFRESH_TOKEN
    or GAZELLE_CLIENT_ID
)
GAZELLE_DEMO_PORT = given.port("GAZELLE_DEMO_PORT", 8765)
if GAZELLE_IS_DEMO:
    GAZELLE_API_URL = f"http://127.0.0.1:{GAZELLE_DEMO_PORT}/graphql/private/"
    GAZELLE_TOKEN_URL = f"http://127.0.0.1:{GAZELLE_DEMO_PORT}/developer/oauth/token"
    GAZELLE_API_KEY = "sandbox-api-key"
else:
    GAZELLE_API_URL = given.address("GAZELLE_API_URL", API_URL)
    GAZELLE_TOKEN_URL = given.address("GAZELLE_TOKEN_URL", TOKEN_URL)

GAZELLE_RECORD_URL = given.record_address()
GAZELLE_IS_SANDBOX = urlsplit(GAZELLE_API_URL).scheme == "http"  # only a loopback address may be plain http
RAW_DATA_DIR = Path(given.text("RAW_DATA_DIR", str(VAR_DIR / ("demo_raw_data" if GAZELLE_IS_DEMO else "raw_data"))))
INDEX_DIR = Path(given.text("INDEX_DIR", str(VAR_DIR / ("demo_index" if GAZELLE_IS_DEMO else "index"))))
OPENAI_API_KEY = given.secret("OPENAI_API_KEY")
GOOGLE_CREDENTIALS_FILE = given.text("GOOGLE_CREDENTIALS_FILE")
GOOGLE_SHEETS_URL = given.address("GOOGLE_SHEETS_URL", "https://sheets.googleapis.com")
TIMELINE_SHEET_ID = given.text("TIMELINE_SHEET_ID")
REPORT_DIR = Path(given.text("REPORT_DIR", str(VAR_DIR / ("demo_reports" if GAZELLE_IS_DEMO else "reports"))))
SCHEDULER_ENABLED = given.flag("SCHEDULER_ENABLED", default=False)
TOKEN_ENCRYPTION_KEYS = given.words("TOKEN_ENCRYPTION_KEYS") or [
    first_run_secret("token_encryption_keys", Fernet.generate_key().decode())
]
for key in TOKEN_ENCRYPTION_KEYS:
    try:
        Fernet(key)
    except ValueError:
        raise ImproperlyConfigured(
            "TOKEN_ENCRYPTION_KEYS : chaque clé doit venir de « python -c 'from cryptography.fernet import Fernet; "
            "print(Fernet.generate_key().decode())' »."
        ) from None

# -- database ----------------------------------------------------------------------------------------------------------

# Invented data and real data never share a file.
own_database = f"sqlite:///{quote(str(VAR_DIR / ('demo.sqlite3' if GAZELLE_IS_DEMO else 'gazelle.sqlite3')))}"
DATABASES = {"default": given.database(own_database)}
LOCK_SECONDS = 20  # a write of ours takes two at most: who waits longer waits for a program that is stuck, and says so
match DATABASES["default"]["ENGINE"]:
    case "django.db.backends.sqlite3":
        VAR_DIR.mkdir(exist_ok=True)
        # WAL lets pages read while a sync writes; IMMEDIATE makes writers queue instead of failing half-way.
        DATABASES["default"]["OPTIONS"] = {
            "timeout": LOCK_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
            **DATABASES["default"].get("OPTIONS", {}),
        }
    case "django.db.backends.postgresql":
        # A database that hangs must be noticed within a second by a page, not after the system's two minutes.
        DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 2)
        DATABASES["default"]["OPTIONS"].setdefault("options", f"-c lock_timeout={LOCK_SECONDS}s")
        DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}

# -- backups -----------------------------------------------------------------------------------------------------------

BACKUP_STORAGE_URL = given.object_store("BACKUP_STORAGE_URL")
BACKUP_DIR = Path(given.text("BACKUP_DIR", str(VAR_DIR / "backups")))  # where they are built, and as a rule kept
BACKUP_IN_FOLDER = bool(given.text("BACKUP_DIR")) or not BACKUP_STORAGE_URL
BACKUPS_ASKED = bool(given.text("BACKUP_DIR") or BACKUP_STORAGE_URL)  # production expects them in any case
BACKUP_ENCRYPTION_KEYS = given.age_keys("BACKUP_ENCRYPTION_KEYS")
BACKUP_KEEP_DAILY = given.count("BACKUP_KEEP_DAILY", 10)
BACKUP_KEEP_WEEKLY = given.count("BACKUP_KEEP_WEEKLY", 8)
BACKUP_KEEP_MONTHLY = given.count("BACKUP_KEEP_MONTHLY", 12)

# -- people and security -----------------------------------------------------------------------------------------------

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds; invitations too: over a weekend, and no longer
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Counted per account and address: neither a colleague's mistakes nor a stranger's can shut somebody else out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the hour that was told stays true
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "syncing.people.sessions.client_address"
AXES_LOCKOUT_CALLABLE = "syncing.people.throttling.own_page"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "kept"]  # what is masked in its log and its table
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # the last sign-in is on the account, what is done in the journal
AXES_ENABLE_ADMIN = False  # the page of the account shows the pause, and lifts it
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Django's admin draws its small icons this way
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "syncing.people.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # seconds after the last use
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Over plain http on a first run, cookies marked secure would never come back: sign-in would loop.
SERVED_OVER_HTTPS = any(origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SERVED_OVER_HTTPS
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if SERVED_OVER_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SERVED_OVER_HTTPS else None

# -- jobs --------------------------------------------------------------------------------------------------------------

REDIS_URL = given.queue("REDIS_URL")
WATCH_PING_URL = given.webhook("WATCH_PING_URL")
# What a task waits inside a cluster counts against `retry`: little is fetched, and `retry` outlasts two limits.
# Attempts and leases are our own; django-q2 delivers once and forgets.
Q_CLUSTER = {
    "name": "default",  # also what signs the queue: it never changes while something waits
    **({"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}),
    "scheduler": SCHEDULER_ENABLED,
    "workers": 2,
    "timeout": 900,
    "retry": 2100,
    "queue_limit": 1,
    "bulk": 1,
    "poll": 1,
    "max_attempts": 1,
    "ack_failures": True,
    "catch_up": False,
    "save_limit_per": "func",
    "label": "File des travaux",
    "ALT_CLUSTERS": {"long": {}},  # started with Q_CLUSTER_NAME=long
}

# -- language and time -------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "fr-ca"
TIME_ZONE = "America/Toronto"  # the company's zone, for display; the database holds UTC
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["gazelle_site.formats"]

# -- static files ------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

# -- mail, Slack and logs ----------------------------------------------------------------------------------------------

OWNER_EMAIL = given.mailbox("OWNER_EMAIL")
DEFAULT_FROM_EMAIL = given.mailbox("DEFAULT_FROM_EMAIL", "assistant@localhost")
EMAIL_TIMEOUT = 15  # seconds for each exchange with the mail server; without it a silent one holds a worker for ever
vars().update(given.mail(f"filemail:///{quote(str(VAR_DIR / 'mail'))}"))
SLACK_WEBHOOK_URL = given.webhook("SLACK_WEBHOOK_URL")

LOGGING = logging_config(
    sys.argv,
    given.choice("LOG_LEVEL", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")),
    Path(given.text("LOG_FILE", str(VAR_DIR / "log" / "gazelle.log"))),
)
if sentry_dsn := given.text("SENTRY_DSN"):
    report_errors_to(sentry_dsn, environment=SCHEDULER_ENV)
