"""People and places in the back-office: Gazelle's columns read-only, ours and the shared ones edited."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from clients.models import Client, Contact, Institution, Technician
from syncing.access import viewer_of
from syncing.gestures import GesturesAdmin
from syncing.mirrored_admin import MirroredAdmin
from syncing.rights import Audience


@admin.register(Technician)
class TechnicianAdmin(MirroredAdmin):
    list_display = ("__str__", "email", "access_level", "status", "login")
    search_fields = ("search_key", "id")
    list_filter = ("status", "access_level")


@admin.register(Institution)
class InstitutionAdmin(GesturesAdmin):
    """What the office says of the houses it watches over; their clients are set on the clients."""

    list_display = ("name", "tab", "rank", "is_watched")
    fields = ("name", "slug", "tab", "rank", "is_watched", "name_patterns")
    prepopulated_fields: ClassVar = {"slug": ("name",)}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return viewer_of(request.user).is_among(Audience.OFFICE)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission


@admin.register(Client)
class ClientAdmin(MirroredAdmin):
    list_display = ("__str__", "status", "preferred_technician", "gazelle_updated_at")
    search_fields = ("search_key", "id", "contacts__search_key")
    list_filter = ("status", "client_type", "institution")
    ours = ("house_tags", "institution")


@admin.register(Contact)
class ContactAdmin(MirroredAdmin):
    list_display = ("__str__", "client", "phone", "email", "municipality", "archived")
    search_fields = ("search_key", "id")
    list_filter = ("archived", "is_default")
