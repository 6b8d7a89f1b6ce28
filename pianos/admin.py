"""Instruments in the back-office; read-only, since Gazelle is where they are corrected."""

from __future__ import annotations

from django.contrib import admin

from pianos.models import Piano
from syncing.mirrored_admin import MirroredAdmin


@admin.register(Piano)
class PianoAdmin(MirroredAdmin):
    list_display = ("__str__", "client", "location", "status", "calculated_last_service")
    search_fields = ("search_key", "id", "client__search_key")
    list_filter = ("status", "type")
