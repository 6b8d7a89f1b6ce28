"""The agenda in the back-office; read-only, since Gazelle is where it is corrected."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from appointments.models import Appointment, AppointmentItem, AppointmentPiano
from syncing.access import is_office
from syncing.french import NBSP, number
from syncing.mirrored_admin import MirroredAdmin


def dollars(cents: int | None) -> str:
    """« 1 234,56 $ »; nothing when Gazelle gives nothing."""
    if cents is None:
        return ""
    return f"{'-' if cents < 0 else ''}{number(abs(cents) // 100)},{abs(cents) % 100:02}{NBSP}$"


class OwnedInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """The rows a record owns today, to be looked at."""

    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        names = [name for name in self.fields or () if isinstance(name, str)]
        keys = [field.name for field in self.model._meta.fields if field.many_to_one and field.name in names]
        present = super().get_queryset(request).filter(deleted_at=None)
        return present.select_related(*keys) if keys else present

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_office(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class PianoInline(OwnedInline):
    model = AppointmentPiano
    fields = ("piano", "is_tuning")


class ItemInline(OwnedInline):
    model = AppointmentItem
    fields = ("name", "piano", "duration", "shown_amount", "is_tuning", "is_taxable")
    readonly_fields = ("shown_amount",)

    @admin.display(description="prix")
    def shown_amount(self, item: AppointmentItem) -> str:
        return dollars(item.amount)


@admin.register(Appointment)
class AppointmentAdmin(MirroredAdmin):
    list_display = ("__str__", "client", "technician", "type", "status", "confirmed_by_client")
    search_fields = ("search_key", "client__search_key", "id")
    list_filter = ("status", "type", "technician", "confirmed_by_client")
    inlines = (PianoInline, ItemInline)
