"""What is remembered of people who are signed in, and of the programs that act for them."""

from __future__ import annotations

import hashlib
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class OpenSession(AbstractBaseSession):
    """A session of Django's, which also says whose it is, from where, and when it was last used."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="open_sessions", verbose_name="personne"
    )
    since = models.DateTimeField("depuis", null=True)
    seen_at = models.DateTimeField("dernier passage", null=True)
    browser = models.CharField("appareil", max_length=60, blank=True)
    network = models.CharField("réseau", max_length=45, blank=True, help_text="L’adresse, sans sa fin.")

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "session"

    def __str__(self) -> str:
        return self.browser or "Session"

    @classmethod
    def get_session_store_class(cls) -> type:
        from syncing.people.sessions import SessionStore  # it needs this very table

        return SessionStore

    @property
    def handle(self) -> str:
        """How a page names a session: its key opens it, and is never shown."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:20]


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def in_force(self) -> Self:
        now = timezone.now()
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None, owner__is_active=True)


class AccessToken(models.Model):
    """What a program shows to act for its owner; only its digest is kept."""

    name = models.CharField("programme", max_length=80)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="access_tokens",
        verbose_name="au nom de",
        help_text="Le programme voit ce que cette personne voit, et rien de plus.",
    )
    scopes = models.JSONField("portées", default=list)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    beginning = models.CharField("début", max_length=12, editable=False, help_text="Pour le reconnaître.")
    created_at = models.DateTimeField("créé", default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name="créé par"
    )
    expires_at = models.DateTimeField("expire", null=True, blank=True)
    last_used_at = models.DateTimeField("dernier usage", null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField("révoqué", null=True, blank=True, editable=False)

    objects: ClassVar = models.Manager.from_queryset(AccessTokenQuerySet)()

    class Meta:
        verbose_name = "jeton"
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("created_at")),
                name="syncing_accesstoken_expires_after_creation",
                violation_error_message="Un jeton expire après sa création.",
            ),
        )

    def __str__(self) -> str:
        return self.name


class ChangeRecord(LogEntry):
    """Django's journal of what people did, under the name it has here."""

    class Meta:
        proxy = True
        verbose_name = "changement"
        verbose_name_plural = "changements des personnes"
