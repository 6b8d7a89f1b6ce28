"""The door of programs: `router.get("…", auth=Bearer(Scope("…", "…")))`. A program sees what its owner sees."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from syncing.access import NO_ROLE, is_member
from syncing.people import tokens
from syncing.people.models import AccessToken
from syncing.people.tokens import Scope, TokenRefused

__all__ = ["METRICS", "REPORTS", "SCHEDULER", "Bearer", "Scope"]

# The doors of the engine; an app declares its own beside its router.
METRICS = Scope("metrics", "Lire les mesures du serveur")
REPORTS = Scope("reports", "Produire le rapport")
SCHEDULER = Scope("scheduler", "Suivre et lancer les travaux")


class Bearer(HttpBearer):
    """Asks for a token with this scope; with none, any token that is in force."""

    def __init__(self, scope: Scope | None = None) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> AccessToken:
        found = tokens.opened(token.strip(), self.scope)
        if not is_member(found.owner):
            raise TokenRefused("no_role", NO_ROLE, status=403)
        request.user = found.owner  # the rights layer applies to the program as to the person
        return found
