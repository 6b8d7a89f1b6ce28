"""Who may open what: three groups, asked for by name in one place; a view says for whom it is by its decorator.

A signed-in person without a role has access to nothing, and is told so.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, TypeAlias

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from syncing.people.resuming import sign_in_page
from syncing.rights import Audience, Viewer

ADMINISTRATION, OFFICE, TECHNICIAN = "Administration", "Bureau", "Technicien"
ROLES = (ADMINISTRATION, OFFICE, TECHNICIAN)
NO_ROLE = "Votre compte n’a pas encore de rôle."
NOT_YOURS = "Cette page ne fait pas partie de votre accès."

OPENS = {
    ADMINISTRATION: {Audience.MEMBERS, Audience.OFFICE, Audience.ADMINISTRATION},
    OFFICE: {Audience.MEMBERS, Audience.OFFICE},
    TECHNICIAN: {Audience.MEMBERS},
}

Person: TypeAlias = AbstractBaseUser | AnonymousUser
P = ParamSpec("P")
View: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def viewer_of(user: Person) -> Viewer:
    """What a person may see; asked once per request: the user object lives as long as it."""
    if not isinstance(user, User) or not user.is_active:
        return Viewer()
    known: Viewer | None = getattr(user, "_viewer", None)
    if known is None:
        roles: set[str] | None = {ADMINISTRATION} if user.is_superuser else getattr(user, "roles_read", None)
        if roles is None:  # not of a session, which is read with them
            roles = set(user.groups.values_list("name", flat=True))
        groups = {Audience.ANYONE}.union(*(OPENS.get(role, set()) for role in roles))
        known = user._viewer = Viewer(user.pk, frozenset(groups))  # type: ignore[attr-defined]  # remembered on it
    return known


def is_administration(user: Person) -> bool:
    return viewer_of(user).is_among(Audience.ADMINISTRATION)


def is_office(user: Person) -> bool:
    return viewer_of(user).is_among(Audience.OFFICE)


def is_member(user: Person) -> bool:
    return viewer_of(user).is_among(Audience.MEMBERS)


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Towards the sign-in page, with what was typed; a fragment asks for the whole page instead of a form inside it."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if request.method == "POST":
        return sign_in_page(request)
    return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)


def audience_of(view: Callable[..., Any]) -> Audience | None:
    """For whom a view says it is."""
    return getattr(view, "audience", None)


def for_anyone(view: View[P]) -> View[P]:
    """A page that is seen without signing in: the door itself."""
    view.audience = Audience.ANYONE  # type: ignore[attr-defined]  # read by `audience_of`
    return view


def _gate(audience: Audience) -> Callable[[View[P]], View[P]]:
    def decorate(view: View[P]) -> View[P]:
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_again(request)
            if not viewer_of(request.user).is_among(audience):
                raise PermissionDenied(NOT_YOURS if is_member(request.user) else NO_ROLE)
            return view(request, *args, **kwargs)

        guarded.audience = audience  # type: ignore[attr-defined]  # read by `audience_of`
        return update_wrapper(guarded, view)

    return decorate


office_required = _gate(Audience.OFFICE)
administration_required = _gate(Audience.ADMINISTRATION)
member_required = _gate(Audience.MEMBERS)
