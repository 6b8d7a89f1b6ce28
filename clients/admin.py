"""People and places in the back-office: Gazelle's columns read-only, ours and the shared ones edited."""

from __future__ import annotations

from django.contrib import admin

from clients.models import Client, Contact, Technician
from syncing.mirrored_admin import MirroredAdmin


@admin.register(Technician)
class TechnicianAdmin(MirroredAdmin):
    list_display = ("__str__", "email", "access_level", "status", "login")
    search_fields = ("search_key", "id")
    list_filter = ("status", "access_level")


@admin.register(Client)
class ClientAdmin(MirroredAdmin):
    list_display = ("__str__", "status", "preferred_technician", "gazelle_updated_at")
    search_fields = ("search_key", "id", "contacts__search_key")
    list_filter = ("status", "client_type")
    ours = ("house_tags",)


@admin.register(Contact)
class ContactAdmin(MirroredAdmin):
    list_display = ("__str__", "client", "phone", "email", "municipality", "archived")
    search_fields = ("search_key", "id")
    list_filter = ("archived", "is_default")
