"""Bearer tokens of programs: shown once, kept as a digest, found by it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from syncing.people import trail
from syncing.people.models import AccessToken
from syncing.vocabulary import SyncError

PREFIX = "ag_"  # so that one found in a file or a log is recognised for what it is
USED_EVERY = timedelta(minutes=1)
"""A program that asks ten times a second must not cost ten writes."""


class TokenRefused(SyncError):
    """A token that does not open this door; `status` is what HTTP says."""

    status = 401
    action = "L’administration crée les jetons : Administration, Jetons."

    def __init__(self, code: str, message: str, *, status: int = 401) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


@dataclass(frozen=True)
class Scope:
    """What a token may open, declared where it is asked for: `Bearer(Scope("…", "…"))`."""

    name: str
    label: str

    def __post_init__(self) -> None:
        known = _SCOPES.setdefault(self.name, self)
        if known != self:
            raise ValueError(f"two scopes are named {self.name}")


_SCOPES: dict[str, Scope] = {}


def scopes() -> Iterator[Scope]:
    """Every scope that some door asks for."""
    return iter(sorted(_SCOPES.values(), key=lambda scope: scope.label))


def create(
    *, name: str, owner: User, scopes: Iterable[str], expires_at: datetime | None, by: User
) -> tuple[AccessToken, str]:
    """A new token and its secret, which nobody can read again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token: AccessToken = AccessToken.objects.create(
            name=name,
            owner=owner,
            scopes=sorted(scopes),
            expires_at=expires_at,
            digest=_digest(secret),
            beginning=secret[: len(PREFIX) + 5],
            created_by=by,
        )
        trail.record(token, by, f"Créé pour {trail.name(owner)} : {', '.join(token.scopes)}.", added=True)
    return token, secret


def revoke(token: AccessToken, *, by: User) -> bool:
    """End a token for good; False when it was already."""
    with transaction.atomic():
        ended = AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
        if ended:
            trail.record(token, by, "Révoqué.")
    return bool(ended)


def opened(secret: str, scope: Scope | None) -> AccessToken:
    """The token of this secret, if it opens this scope. Raises TokenRefused, with the reason."""
    token: AccessToken | None = (
        AccessToken.objects.select_related("owner").filter(digest=_digest(secret)).first()
    )  # the index compares digests: how long it takes says nothing of the secret
    if token is None:
        raise TokenRefused("unknown_token", "Ce jeton n’existe pas.")
    now = timezone.now()
    if token.revoked_at is not None or not token.owner.is_active:
        raise TokenRefused("revoked_token", "Ce jeton a été révoqué.")
    if token.expires_at is not None and token.expires_at <= now:
        raise TokenRefused("expired_token", "Ce jeton a expiré.")
    if scope is not None and scope.name not in token.scopes:
        raise TokenRefused("wrong_scope", f"Ce jeton n’a pas la portée « {scope.name} ».", status=403)
    if token.last_used_at is None or now - token.last_used_at >= USED_EVERY:
        unseen = Q(last_used_at=None) | Q(last_used_at__lt=now)
        AccessToken.objects.filter(unseen, pk=token.pk).update(last_used_at=now)
    return token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
