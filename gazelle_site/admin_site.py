"""The back-office: Django's admin, open to the office, behind the site's own sign-in page."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import get_script_prefix, reverse

from gazelle_site.admin_sidebar import Sidebar
from syncing.access import NO_ROLE, NOT_YOURS, is_member, is_office, sign_in_again, viewer_of
from syncing.rights import Audience


class GazelleAdminSite(AdminSite):
    site_title = "Assistant Gazelle"
    site_header = "Gazelle"
    index_title = "Administration"
    empty_value_display = "—"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tables: dict[object, list[Any]] = {}
        self._sidebars: dict[object, Sidebar] = {}

    def has_permission(self, request: HttpRequest) -> bool:
        return is_office(request.user)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Built once for all those who may open the same tables: a hundred addresses, on every page."""
        if app_label:
            return super().get_app_list(request, app_label)
        key = self._rights(request)
        if key not in self._tables:
            self._tables[key] = super().get_app_list(request)
        return self._tables[key]

    def sidebar(self, request: HttpRequest) -> str:
        """The tables beside every page, drawn once as well; the page one is on is marked in it."""
        key = self._rights(request)
        if key not in self._sidebars:
            self._sidebars[key] = Sidebar(self.get_app_list(request))
        return self._sidebars[key].on(request.path)

    def _rights(self, request: HttpRequest) -> object:
        """What decides which tables somebody sees: the rights layer's groups, and Django's owner of everything."""
        groups, owner = viewer_of(request.user).groups, getattr(request.user, "is_superuser", False)
        return groups, owner, get_script_prefix(), len(self._registry)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Every page of the back-office; a form whose session ended is kept, as everywhere on the site."""
        guarded = super().admin_view(view, cacheable)

        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST" and not request.user.is_authenticated:
                return sign_in_again(request)
            answer: HttpResponseBase = guarded(request, *args, **kwargs)
            return answer

        page.audience = Audience.OFFICE  # type: ignore[attr-defined]  # read by `audience_of`
        return update_wrapper(page, guarded)

    def password_change(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> Any:
        return redirect("account")

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Admin pages send here whoever may not see them: to sign in, or to learn that signing in changes nothing."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied(NOT_YOURS if is_member(request.user) else NO_ROLE)
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"), settings.LOGIN_URL)

    login.audience = Audience.ANYONE  # type: ignore[attr-defined]  # it only leads to the door
