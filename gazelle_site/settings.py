"""Every setting of the site, read from the environment and then from `.env`.

Each secret may also be given as `NAME_FILE`, the path of a file that holds it. A mistake stops the start with one
clear sentence (ImproperlyConfigured).
"""

from __future__ import annotations

import difflib
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from dotenv import dotenv_values

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"  # what a first run writes when no other place is named: database, spool, keys
ENV_FILE = Path(os.environ.get("ENV_FILE", BASE_DIR / ".env"))

KNOWN = """
    DATABASE_URL SECRET_KEY DEBUG ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS GAZELLE_API_URL GAZELLE_TOKEN_URL
    GAZELLE_CLIENT_ID GAZELLE_CLIENT_SECRET GAZELLE_REDIRECT_URI GAZELLE_ACCESS_TOKEN GAZELLE_REFRESH_TOKEN
    GAZELLE_API_KEY TOKEN_ENCRYPTION_KEYS RAW_DATA_DIR SCHEDULER_ENABLED SCHEDULER_ENV GOOGLE_CREDENTIALS_FILE
    TIMELINE_SHEET_ID EMAIL_URL DEFAULT_FROM_EMAIL OWNER_EMAIL SLACK_WEBHOOK_URL BACKUP_DIR BACKUP_STORAGE_URL
    REDIS_URL SENTRY_DSN OPENAI_API_KEY LOG_LEVEL GAZELLE_DEMO_PORT
""".split()  # noqa: SIM905  # forty quoted words would be harder to read

for name in dotenv_values(ENV_FILE):
    if name.removesuffix("_FILE") not in KNOWN and name not in KNOWN:
        close = difflib.get_close_matches(name, KNOWN, n=1)
        hint = f" Vouliez-vous écrire {close[0]} ?" if close else ""
        raise ImproperlyConfigured(f"{ENV_FILE.name} : le réglage {name} n’existe pas.{hint}")

environ.Env.read_env(ENV_FILE)
env = environ.FileAwareEnv()


def flag(name: str, *, default: bool) -> bool:
    """A setting that is true or false, and nothing else: a typo must not read as false."""
    value = env.str(name, default=str(default)).lower()
    if value not in ("true", "false", "1", "0", "yes", "no", "on", "off"):
        raise ImproperlyConfigured(f"{name} vaut true ou false, pas « {value} ».")
    return value in ("true", "1", "yes", "on")


SCHEDULER_ENV = env.str("SCHEDULER_ENV", default="local")
if SCHEDULER_ENV not in ("local", "staging", "production"):
    raise ImproperlyConfigured(f"SCHEDULER_ENV vaut local, staging ou production, pas « {SCHEDULER_ENV} ».")


def first_run_secret(name: str, new: str) -> str:
    """A secret made once and kept in `var/`, for a first run; staging and production name their own."""
    setting = name.upper()
    if SCHEDULER_ENV != "local":
        raise ImproperlyConfigured(f"{setting} manque. Ajoutez {setting}={new} à {ENV_FILE.name}, et gardez-le secret.")
    path = VAR_DIR / name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(new)
    return path.read_text()


# -- the site ----------------------------------------------------------------------------------------------------------

DEBUG = flag("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or first_run_secret("secret_key", secrets.token_urlsafe(48))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
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
    "csp",
    "ninja",
    "django_htmx",
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
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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

GAZELLE_CLIENT_ID = env.str("GAZELLE_CLIENT_ID", default="")
GAZELLE_CLIENT_SECRET = env.str("GAZELLE_CLIENT_SECRET", default="")
GAZELLE_REDIRECT_URI = env.str("GAZELLE_REDIRECT_URI", default="")
GAZELLE_ACCESS_TOKEN = env.str("GAZELLE_ACCESS_TOKEN", default="")
GAZELLE_REFRESH_TOKEN = env.str("GAZELLE_REFRESH_TOKEN", default="")
GAZELLE_API_KEY = env.str("GAZELLE_API_KEY", default="")

# A first run without an address nor a credential reads the stand-in that the `demo` command starts.
GAZELLE_IS_DEMO = SCHEDULER_ENV == "local" and not any(
    env.str(name, default="")
    for name in (
        "GAZELLE_API_URL",
        "GAZELLE_API_KEY",
        "GAZELLE_ACCESS_TOKEN",
        "GAZELLE_REFRESH_TOKEN",
        "GAZELLE_CLIENT_ID",
    )
)
GAZELLE_DEMO_PORT = env.str("GAZELLE_DEMO_PORT", default="8765")
if GAZELLE_IS_DEMO:
    GAZELLE_API_URL = f"http://127.0.0.1:{GAZELLE_DEMO_PORT}/graphql/private/"
    GAZELLE_TOKEN_URL = f"http://127.0.0.1:{GAZELLE_DEMO_PORT}/developer/oauth/token"
    GAZELLE_API_KEY = "sandbox-api-key"
else:
    GAZELLE_API_URL = env.str("GAZELLE_API_URL", default="https://gazelleapp.io/graphql/private/")
    GAZELLE_TOKEN_URL = env.str("GAZELLE_TOKEN_URL", default="https://gazelleapp.io/developer/oauth/token")

for name, url in (("GAZELLE_API_URL", GAZELLE_API_URL), ("GAZELLE_TOKEN_URL", GAZELLE_TOKEN_URL)):
    address = urlsplit(url)
    on_this_machine = address.hostname in ("localhost", "127.0.0.1", "::1")
    if not address.hostname:
        raise ImproperlyConfigured(f"{name} n’est pas une adresse complète : « {url} ».")
    if address.scheme != "https" and not (address.scheme == "http" and on_this_machine):
        raise ImproperlyConfigured(f"{name} commence par https:// (http:// est permis sur cette machine seulement).")

GAZELLE_IS_SANDBOX = urlsplit(GAZELLE_API_URL).scheme == "http"  # only a loopback address may be plain http
RAW_DATA_DIR = Path(
    env.str("RAW_DATA_DIR", default=str(VAR_DIR / ("demo_raw_data" if GAZELLE_IS_DEMO else "raw_data")))
)
SCHEDULER_ENABLED = flag("SCHEDULER_ENABLED", default=False)
TOKEN_ENCRYPTION_KEYS = env.list("TOKEN_ENCRYPTION_KEYS", default=[]) or [
    first_run_secret("token_encryption_keys", Fernet.generate_key().decode())
]
for key in TOKEN_ENCRYPTION_KEYS:
    try:
        Fernet(key)
    except ValueError as error:
        raise ImproperlyConfigured(
            "TOKEN_ENCRYPTION_KEYS : chaque clé doit venir de « python -c 'from cryptography.fernet import Fernet; "
            "print(Fernet.generate_key().decode())' »."
        ) from error

# -- database ----------------------------------------------------------------------------------------------------------

# Invented data and real data never share a file.
own_database = f"sqlite:///{VAR_DIR / ('demo.sqlite3' if GAZELLE_IS_DEMO else 'gazelle.sqlite3')}"
database_url = env.str("DATABASE_URL", default="") or own_database
if urlsplit(database_url).scheme not in ("postgres", "postgresql", "sqlite"):
    raise ImproperlyConfigured(
        "DATABASE_URL est illisible. Formes servies : postgres://utilisateur:motdepasse@serveur:5432/base "
        "et sqlite:////chemin/du/fichier."
    )
DATABASES = {"default": env.db_url_config(database_url)}
match DATABASES["default"]["ENGINE"]:
    case "django.db.backends.sqlite3":
        VAR_DIR.mkdir(exist_ok=True)
        # WAL lets pages read while a sync writes; IMMEDIATE makes writers queue instead of failing half-way.
        DATABASES["default"]["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
        }
    case "django.db.backends.postgresql":
        # A database that hangs must be noticed within a second by a page, not after the system's two minutes.
        DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 2)
        DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}

# -- people and security -----------------------------------------------------------------------------------------------

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
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
SESSION_COOKIE_HTTPONLY = True
# Over plain http on a first run, cookies marked secure would never come back: sign-in would loop.
SERVED_OVER_HTTPS = any(origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SERVED_OVER_HTTPS
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if SERVED_OVER_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SERVED_OVER_HTTPS else None

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

# -- mail and logs -----------------------------------------------------------------------------------------------------

OWNER_EMAIL = env.str("OWNER_EMAIL", default="")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="assistant@localhost")
email_url = env.str("EMAIL_URL", default="") or f"filemail://{VAR_DIR / 'mail'}"
if urlsplit(email_url).scheme not in env.EMAIL_SCHEMES:
    raise ImproperlyConfigured("EMAIL_URL est illisible. Exemple : smtp+tls://utilisateur:motdepasse@serveur:587")
vars().update(env.email_url_config(email_url))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
