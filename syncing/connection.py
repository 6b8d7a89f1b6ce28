"""This installation's access to Gazelle: which credential, where its tokens live, and whether it works.

The API key of the settings wins; else the OAuth tokens of the database, encrypted, which those of the environment seed
once. Sits above the pillars: fetching itself knows neither the settings nor the database.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from urllib.parse import urlencode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from syncing import leases
from syncing.fetching.errors import MissingCredentials, TokenStoreUnreadable
from syncing.fetching.oauth import ApiKey, OAuth
from syncing.fetching.tokens import Tokens
from syncing.fetching.transport import Credentials, Retries, Transport
from syncing.models import GazelleConnection
from syncing.people import trail

logger = logging.getLogger(__name__)

LOCK = "gazelle-tokens"
LOCK_DURATION = timedelta(seconds=60)  # the token address answers or is given up within 40 s
LOCK_WAIT = 70.0  # seconds; longer than a lease that its dead owner left behind
LOCK_POLL = 0.1  # seconds; a renewal takes about half a second
CHECK_TIMEOUT = 10.0  # seconds; the web server gives a page thirty
IDENTITY_QUERY = "query identity { user { id fullName firstName lastName } }"


class DatabaseStore:
    """The tokens of this installation, in its single row of GazelleConnection."""

    can_save = True

    def load(self) -> Tokens:
        row = _row() or self._seeded()
        if row is None:
            raise MissingCredentials("Gazelle n’est pas connecté : ni clé d’API ni jeton.")
        return Tokens(_open(row.access_token), _open(row.refresh_token), row.expires_at)

    def save(self, tokens: Tokens) -> None:
        """Keep renewed tokens; a refusal that stood is over."""
        values = _sealed(tokens) | {"refreshed_at": timezone.now(), "refused_at": None, "refused_reason": ""}
        GazelleConnection.objects.update_or_create(pk=GazelleConnection.SINGLETON, defaults=values)

    def refused(self, reason: str) -> None:
        """Keep the first instant of a refusal: since when nothing is read is what people ask."""
        rows = GazelleConnection.objects.filter(pk=GazelleConnection.SINGLETON)
        rows.update(refused_reason=reason)
        rows.filter(refused_at=None).update(refused_at=timezone.now())
        logger.error("gazelle_refused_tokens")

    @contextmanager
    def lock(self) -> Iterator[None]:
        """A lease rather than a transaction: the request to Gazelle that it covers must not hold the database."""
        owner, deadline = leases.new_owner(), time.monotonic() + LOCK_WAIT
        while not leases.acquire(LOCK, owner, LOCK_DURATION):
            if time.monotonic() > deadline:
                raise TokenStoreUnreadable(
                    "Un autre processus renouvelle le jeton de Gazelle depuis plus d’une minute."
                )
            time.sleep(LOCK_POLL)
        try:
            yield
        finally:
            leases.release(LOCK, owner)

    def _seeded(self) -> GazelleConnection | None:
        """A row made of the environment's tokens, when it has some; whoever comes second finds the first one's."""
        tokens = Tokens(settings.GAZELLE_ACCESS_TOKEN, settings.GAZELLE_REFRESH_TOKEN)
        if not tokens.access and not tokens.refresh:
            return None
        row, _ = GazelleConnection.objects.get_or_create(pk=GazelleConnection.SINGLETON, defaults=_sealed(tokens))
        return row


@dataclass(frozen=True)
class Identity:
    """Whom Gazelle takes us for: what is created through the API bears this name."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What the connection page shows; holds no secret."""

    kind: Literal["api_key", "oauth", "none"]
    is_sandbox: bool
    can_connect: bool
    """The application's id and secret are known: a person may go and authorize it."""
    row: GazelleConnection | None

    @property
    def refused(self) -> bool:
        return self.kind == "oauth" and self.row is not None and self.row.refused_at is not None


def transport() -> Transport:
    """A transport under this installation's credential; raises MissingCredentials or TokenStoreUnreadable."""
    return Transport(settings.GAZELLE_API_URL, _credentials())


def situation() -> Situation:
    """What is used now, without asking Gazelle."""
    row = _row()
    has_tokens = row is not None or settings.GAZELLE_ACCESS_TOKEN or settings.GAZELLE_REFRESH_TOKEN
    return Situation(
        kind="api_key" if settings.GAZELLE_API_KEY else "oauth" if has_tokens else "none",
        is_sandbox=settings.GAZELLE_IS_SANDBOX,
        can_connect=bool(settings.GAZELLE_CLIENT_ID and settings.GAZELLE_CLIENT_SECRET),
        row=row,
    )


def identity() -> Identity | None:
    """Whom Gazelle recognises: the health check. None when it answers without saying; raises a FetchError.

    A person waits for the page: one attempt, and a short one.
    """
    once = Retries(attempts=1)
    with Transport(settings.GAZELLE_API_URL, _credentials(), retries=once, timeout=CHECK_TIMEOUT) as open_transport:
        user = open_transport.execute(IDENTITY_QUERY).data.get("user")
    if not isinstance(user, dict):
        return None
    parts = f"{user.get('firstName') or ''} {user.get('lastName') or ''}".strip()
    return Identity(str(user.get("id") or ""), str(user.get("fullName") or parts))


def authorize_url(state: str, redirect_uri: str) -> str:
    """Where a person says yes to Gazelle: the sibling of the token address."""
    base = settings.GAZELLE_TOKEN_URL.rstrip("/").rpartition("/")[0]
    query = {
        "client_id": settings.GAZELLE_CLIENT_ID,
        "response_type": "code",
        "redirect_uri": redirect_uri,
        "state": state,
    }
    return f"{base}/authorize?{urlencode(query)}"


def connect(code: str, user: User, redirect_uri: str) -> None:
    """Trade an authorization code for tokens and keep them in place of the former ones; raises a FetchError.

    `redirect_uri` is the one the code was asked with. Nothing changes when Gazelle refuses.
    """
    store = DatabaseStore()
    tokens = _oauth(store).exchange_code(code, redirect_uri)
    now = timezone.now()
    values = _sealed(tokens) | {"connected_at": now, "connected_by_id": user.pk, "refreshed_at": None}
    with store.lock():  # a renewal under way must not write its older tokens over these
        row, _ = GazelleConnection.objects.update_or_create(
            pk=GazelleConnection.SINGLETON, defaults=values | {"refused_at": None, "refused_reason": ""}
        )
        trail.record(row, user, "Gazelle connecté.")
    logger.info("gazelle_connected", extra={"user_id": user.pk})


def _credentials() -> Credentials:
    if settings.GAZELLE_API_KEY:
        return ApiKey(settings.GAZELLE_API_KEY)
    store = DatabaseStore()
    store.load()  # what is missing or unreadable is said now, not at the first page
    return _oauth(store)


def _oauth(store: DatabaseStore) -> OAuth:
    return OAuth(store, settings.GAZELLE_TOKEN_URL, settings.GAZELLE_CLIENT_ID, settings.GAZELLE_CLIENT_SECRET)


def _row() -> GazelleConnection | None:
    rows = GazelleConnection.objects.select_related("connected_by")
    return rows.filter(pk=GazelleConnection.SINGLETON).first()


def _cipher() -> MultiFernet:
    """The first key encrypts; the others still decrypt what was written before a change of key."""
    return MultiFernet([Fernet(key) for key in settings.TOKEN_ENCRYPTION_KEYS])


def _sealed(tokens: Tokens) -> dict[str, object]:
    cipher = _cipher()
    return {
        "access_token": cipher.encrypt(tokens.access.encode()),
        "refresh_token": cipher.encrypt(tokens.refresh.encode()),
        "expires_at": tokens.expires_at,
    }


def _open(token: bytes | memoryview) -> str:
    try:
        return _cipher().decrypt(bytes(token)).decode()
    except (InvalidToken, UnicodeDecodeError):
        raise TokenStoreUnreadable("Les jetons de Gazelle gardés ici ne se déchiffrent plus.") from None
