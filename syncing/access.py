"""Who may see what: three groups, asked for by name in one place.

A signed-in person without a role has access to nothing, and is told so.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec, TypeAlias

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

ADMINISTRATION, OFFICE, TECHNICIAN = "Administration", "Bureau", "Technicien"
NO_ROLE = "Votre compte n’a pas encore de rôle."
NOT_YOURS = "Cette page ne fait pas partie de votre accès."

Person: TypeAlias = AbstractBaseUser | AnonymousUser
P = ParamSpec("P")
View: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def _roles(user: Person) -> frozenset[str]:
    """The groups of a person, asked once per request: the user object lives as long as it."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    known: frozenset[str] | None = getattr(user, "_roles", None)
    if known is None:
        known = frozenset(user.groups.values_list("name", flat=True))
        user._roles = known  # type: ignore[attr-defined]  # remembered on the object itself
    return known


def _is_owner(user: Person) -> bool:
    return isinstance(user, User) and user.is_active and user.is_superuser


def is_administration(user: Person) -> bool:
    return _is_owner(user) or ADMINISTRATION in _roles(user)


def is_office(user: Person) -> bool:
    return _is_owner(user) or bool(_roles(user) & {ADMINISTRATION, OFFICE})


def is_member(user: Person) -> bool:
    return _is_owner(user) or bool(_roles(user) & {ADMINISTRATION, OFFICE, TECHNICIAN})


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Towards the sign-in page; a fragment asks for the whole page instead of showing a sign-in form inside it."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)


def _gate(allowed: Callable[[Person], bool]) -> Callable[[View[P]], View[P]]:
    def decorate(view: View[P]) -> View[P]:
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_again(request)
            if not allowed(request.user):
                raise PermissionDenied(NOT_YOURS if is_member(request.user) else NO_ROLE)
            return view(request, *args, **kwargs)

        return update_wrapper(guarded, view)

    return decorate


office_required = _gate(is_office)
administration_required = _gate(is_administration)
member_required = _gate(is_member)
