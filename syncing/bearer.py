"""The doors of the JSON API: `router.get("…", auth=[Bearer(scope), Session()])`; elsewhere, `@for_programs(scope)`.

A program sees what its owner sees.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from syncing.access import NO_ROLE, P, View, is_member
from syncing.people import tokens
from syncing.people.models import AccessToken
from syncing.people.tokens import Scope, TokenRefused
from syncing.rights import Audience

__all__ = ["METRICS", "MISSING", "REPORTS", "SCHEDULER", "Bearer", "Scope", "Session", "for_programs", "refusal"]

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


class Session(APIKeyCookie):
    """A person's own session, with the check against forgery: for what our pages ask of the API."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        super().__init__(csrf=False)  # checked below, and refused in French

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        if not isinstance(request.user, User):
            return None
        if not is_member(request.user):
            raise TokenRefused("no_role", NO_ROLE, status=403)
        if check_csrf(request):
            raise TokenRefused("forged", "Cette demande ne vient pas d’une page du site.", status=403)
        return request.user


def for_programs(scope: Scope) -> Callable[[View[P]], View[P]]:
    """A plain view that only a token with this scope opens."""
    door = Bearer(scope)

    def decorate(view: View[P]) -> View[P]:
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                opened = door(request)
            except TokenRefused as error:
                return refusal(error)
            return view(request, *args, **kwargs) if opened else refusal(MISSING)

        guarded.audience = Audience.PROGRAMS  # type: ignore[attr-defined]  # read by `audience_of`
        return update_wrapper(guarded, view)

    return decorate


MISSING = TokenRefused("unauthenticated", "Un jeton est demandé : « Authorization: Bearer … ».")


def refusal(error: TokenRefused) -> JsonResponse:
    """What a program reads at a door that stays closed."""
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    return JsonResponse({"code": error.code, "message": str(error)}, status=error.status, headers=headers)
