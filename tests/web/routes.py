"""Every address of the site, found in its own table of addresses: a new page is adopted by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from inspect import getclosurevars, isfunction
from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

from syncing.access import audience_of
from syncing.bearer import Bearer, Session
from syncing.rights import Audience

ARGUMENTS = {
    "pk": "1", "uidb64": "MQ", "token": "x-1", "name": "fermer", "key": "1abc", "content_type_id": "1",
    "gazelle_id": "x_1", "job": "fermer",
}  # fmt: skip
"""What stands for an argument that names no record of the back-office."""
NOBODY = {"api-root": "django-ninja's own: always « not found »"}


@dataclass(frozen=True)
class Route:
    """One address, for whom it is, and the table its argument is a row of."""

    template: str
    name: str
    callback: Callable[..., Any]

    @property
    def model(self) -> type[Any] | None:
        guard = getattr(self.callback, "model_admin", None)
        return guard.model if guard is not None and "object_id" in self.template else None

    def path(self, pk: object) -> str:
        """The address of one record."""

        def filled(found: re.Match[str]) -> str:
            return str(pk) if found[1] in ("object_id",) else ARGUMENTS[found[1]]

        return re.sub(r"<(?:\w+:)?(\w+)>", filled, self.template)

    @property
    def audience(self) -> Audience | None:
        """As declared: by the view, by the admin of its table, or by the door of its programs."""
        view = getclosurevars(self.callback).nonlocals.get("self") if isfunction(self.callback) else None
        if isinstance(view, PathView):
            doors = [door for operation in view.operations for door in operation.auth_callbacks]
            assert all(isinstance(door, Bearer | Session) for door in doors)
            if any(isinstance(door, Session) for door in doors):
                return Audience.MEMBERS
            return Audience.PROGRAMS if doors else Audience.ANYONE
        guard = getattr(self.callback, "model_admin", None)
        if guard is not None:
            return getattr(guard, "audience", None)
        declared = audience_of(self.callback)
        if declared is None and isinstance(getattr(self.callback, "admin_site", None), AdminSite):
            return Audience.OFFICE  # Django wraps these pages in `admin_view` at each request
        return declared

    @property
    def scopes(self) -> set[str]:
        """What a program must hold to come in; of several methods, those of each."""
        found = getclosurevars(self.callback).nonlocals
        view = found.get("self")
        doors: list[Any] = (
            [door for one in view.operations for door in one.auth_callbacks] if isinstance(view, PathView) else []
        )
        doors += [found["door"]] if isinstance(found.get("door"), Bearer) else []
        return {door.scope.name for door in doors if isinstance(door, Bearer) and door.scope is not None}

    def __str__(self) -> str:
        return self.template


@cache
def routes() -> tuple[Route, ...]:
    return tuple(_found(get_resolver().url_patterns, "/"))


def _found(patterns: list[Any], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        written = str(pattern.pattern)
        if written.startswith("^") or "(?P" in written:  # Django's admin still has two of these
            written = re.sub(r"^\^", "", written).rstrip("$")
            written = re.sub(r"\(\?P<app_label>[^)]*\)", "syncing", written)
            written = re.sub(r"\(\?P<url>\.\*\)", "nulle-part/", written)
        if isinstance(pattern, URLResolver):
            yield from _found(pattern.url_patterns, prefix + written)
        elif isinstance(pattern, URLPattern) and pattern.name not in NOBODY:
            yield Route(prefix + written, pattern.name or "", pattern.callback)


def admin_models() -> list[type[Any]]:
    return sorted(admin.site._registry, key=lambda model: model._meta.label)
