"""Accounts and roles: Django's own pages, for the administration only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import Group, User
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils import timezone

from syncing import french
from syncing.access import is_administration
from syncing.templatetags.words import badge

admin.site.unregister((User, Group))


def _owner(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_superuser


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Accounts are switched off, never deleted: the journal keeps naming who did what."""

    list_display = ("username", "first_name", "last_name", "roles", "access", "seen")
    show_facets = admin.ShowFacets.NEVER
    list_filter = ("is_active", "groups")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Personne", {"fields": ("first_name", "last_name", "email")}),
        ("Accès", {"fields": ("is_active", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "password1", "password2")}),
        ("Personne", {"fields": ("first_name", "last_name", "email")}),
        ("Accès", {"fields": ("groups",)}),
    )
    add_form = UserCreationForm  # without the choice of other ways to sign in: there are none
    add_form_template = "admin/change_form.html"
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name == "username":
            field.label, field.help_text = "Courriel", "Ce que la personne écrit pour se connecter."
        if field and db_field.name == "groups":
            field.label, field.help_text = "Rôles", "Sans rôle, le compte ne donne accès à rien."
            field.widget = CheckboxSelectMultiple()
            field.widget.choices = field.choices
        return field

    @admin.display(description="accès", ordering="is_active")
    def access(self, account: User) -> str:
        return badge("ok", "Ouvert") if account.is_active else badge("unknown", "Fermé")

    @admin.display(description="dernière connexion", ordering="last_login")
    def seen(self, account: User) -> str:
        return french.ago(account.last_login, timezone.now()) if account.last_login else "jamais"

    @admin.display(description="rôles")
    def roles(self, account: User) -> str:
        if account.is_superuser:
            return "Propriétaire"
        return ", ".join(group.name for group in account.groups.all()) or "Sans rôle : aucun accès"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administration(request.user)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return is_administration(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_administration(request.user)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An owner's account is out of reach: whoever could set its password would become an owner."""
        out_of_reach = obj is not None and obj.is_superuser and not _owner(request)
        return is_administration(request.user) and not out_of_reach

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """The three roles are known to the code by name: they are read here, and given on the account's page."""

    list_display = ("name",)
    fields = ("name",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administration(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return is_administration(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False
