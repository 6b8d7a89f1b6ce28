"""What may be set and in which form; a mistake is one clear sentence (ImproperlyConfigured)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
import pyrage
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from syncing.fetching.environment import Environment, WrongSettings

KNOWN = """
    DATABASE_URL SECRET_KEY DEBUG ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS GAZELLE_API_URL GAZELLE_TOKEN_URL
    GAZELLE_CLIENT_ID GAZELLE_CLIENT_SECRET GAZELLE_REDIRECT_URI GAZELLE_ACCESS_TOKEN GAZELLE_REFRESH_TOKEN
    GAZELLE_API_KEY TOKEN_ENCRYPTION_KEYS RAW_DATA_DIR INDEX_DIR SCHEDULER_ENABLED SCHEDULER_ENV GOOGLE_CREDENTIALS_FILE
    TIMELINE_SHEET_ID EMAIL_URL DEFAULT_FROM_EMAIL OWNER_EMAIL SLACK_WEBHOOK_URL BACKUP_DIR BACKUP_STORAGE_URL
    REDIS_URL SENTRY_DSN OPENAI_API_KEY LOG_LEVEL LOG_FILE GAZELLE_DEMO_PORT GAZELLE_RECORD_URL
    WATCH_PING_URL BACKUP_ENCRYPTION_KEYS BACKUP_KEEP_DAILY BACKUP_KEEP_WEEKLY BACKUP_KEEP_MONTHLY
    GOOGLE_SHEETS_URL REPORT_DIR
""".split()  # noqa: SIM905  # so many quoted words would be harder to read

OBJECT_STORES = ("s3", "gs", "az")
TRUE, FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off")


class Given:
    """The settings as given, each in the form that is asked of it."""

    def __init__(self, variables: Mapping[str, str], usual: Path) -> None:
        with _said():
            self._environment = Environment.read(variables, usual)
        self.env_file = self._environment.env_file
        for name in self._environment.lines:
            if name.removesuffix("_FILE") not in KNOWN and name not in KNOWN:
                close = difflib.get_close_matches(name, KNOWN, n=1)
                hint = f" Vouliez-vous écrire {close[0]} ?" if close else ""
                raise ImproperlyConfigured(f"{self.env_file.name} : le réglage {name} n’existe pas.{hint}")

    def text(self, name: str, default: str = "") -> str:
        with _said():
            return self._environment.get(name) or default

    def secret(self, name: str) -> str:
        """One that travels in an HTTP header."""
        with _said():
            return self._environment.secret(name)

    def address(self, name: str, default: str = "") -> str:
        with _said():
            return self._environment.address(name, default)

    def webhook(self, name: str) -> str:
        """An address that opens a door by itself: a mistake is told without showing it."""
        if not self.text(name):
            return ""
        try:
            return self.secret(name) and self.address(name)
        except ImproperlyConfigured:
            raise ImproperlyConfigured(f"{name} n’est pas une adresse complète, en https.") from None

    def queue(self, name: str) -> str:
        """The address of a Redis, which the message does not show: it holds a password."""
        value = self.text(name)
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ImproperlyConfigured(f"{name} est illisible. Forme servie : redis://:motdepasse@serveur:6379/0")
        return value

    def mailbox(self, name: str, default: str = "") -> str:
        """One address that mail can be sent to, with or without a name before it; or none."""
        value = self.text(name, default)
        bare = parseaddr(value)[1]
        try:
            if value:
                validate_email(bare)
        except ValidationError:
            raise ImproperlyConfigured(f"{name} n’est pas une adresse de courriel : « {value} ».") from None
        return value

    def words(self, name: str, default: str = "") -> list[str]:
        """Values separated by commas."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def choice(self, name: str, default: str, among: Sequence[str]) -> str:
        """One of these words, in capitals or not."""
        value = self.text(name, default)
        for word in among:
            if word.casefold() == value.casefold():
                return word
        raise ImproperlyConfigured(f"{name} vaut {', '.join(among[:-1])} ou {among[-1]}, pas « {value} ».")

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false, and nothing else: a typo must not read as false."""
        value = self.text(name, str(default)).lower()
        if value not in TRUE + FALSE:
            raise ImproperlyConfigured(f"{name} vaut true ou false, pas « {value} ».")
        return value in TRUE

    def port(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
            raise ImproperlyConfigured(f"{name} vaut un nombre de 1 à 65535, pas « {value} ».")
        return int(value)

    def count(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and len(value) < 5):
            raise ImproperlyConfigured(f"{name} vaut un nombre de 0 à 9999, pas « {value} ».")
        return int(value)

    def age_keys(self, name: str) -> list[str]:
        """Secret keys of age, which the message does not show."""
        keys = [key for key in self.text(name).replace(",", " ").split() if key]
        for key in keys:
            try:
                pyrage.x25519.Identity.from_str(key)
            except pyrage.IdentityError:
                raise ImproperlyConfigured(
                    f"{name} : chaque clé vient de « python -c "
                    "'import pyrage; print(pyrage.x25519.Identity.generate())' »."
                ) from None
        return keys

    def object_store(self, name: str) -> str:
        """The address of an object store, which the message does not show: it may hold a key."""
        url = self.text(name)
        if url and (urlsplit(url).scheme not in OBJECT_STORES or not urlsplit(url).netloc):
            raise ImproperlyConfigured(
                f"{name} est illisible. Exemple : s3://CLÉ:SECRET@seau/dossier?region=ca-central-1"
            )
        return url

    def database(self, default: str) -> dict[str, Any]:
        """Django's form of DATABASE_URL, which the message does not show: it holds a password."""
        url = self.text("DATABASE_URL", default)
        try:
            if urlsplit(url).scheme not in ("postgres", "postgresql", "sqlite"):
                raise ValueError(url)
            config: dict[str, Any] = environ.Env.db_url_config(url)
            if not config["NAME"] and "service" not in config.get("OPTIONS", {}):
                raise ValueError(url)
        except ValueError:
            raise ImproperlyConfigured(
                "DATABASE_URL est illisible. Formes servies : postgres://utilisateur:motdepasse@serveur:5432/base "
                "et sqlite:////chemin/du/fichier."
            ) from None
        return config

    def record_address(self) -> str:
        """How the address of a record in Gazelle is made, `{id}` standing for its id; "" when nobody said."""
        pattern = self.text("GAZELLE_RECORD_URL")
        if pattern and (urlsplit(pattern).scheme != "https" or "{id}" not in pattern):
            raise ImproperlyConfigured(
                "GAZELLE_RECORD_URL est une adresse https où {id} tient la place de l’identifiant, et {table} celle de "
                f"la table si elle y figure, pas « {pattern} »."
            )
        return pattern

    def mail(self, default: str) -> dict[str, Any]:
        """Django's EMAIL_… settings, from EMAIL_URL."""
        url = self.text("EMAIL_URL", default)
        try:
            if urlsplit(url).scheme not in environ.Env.EMAIL_SCHEMES:
                raise ValueError(url)
            config: dict[str, Any] = environ.Env.email_url_config(url)
        except ValueError:
            raise ImproperlyConfigured(
                "EMAIL_URL est illisible. Exemple : smtp+tls://utilisateur:motdepasse@serveur:587"
            ) from None
        return config


@contextmanager
def _said() -> Iterator[None]:
    """The shared reader knows nothing of Django; its refusals become Django's."""
    try:
        yield
    except WrongSettings as error:
        raise ImproperlyConfigured(str(error)) from None
