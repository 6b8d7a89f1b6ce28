"""The agenda in the back-office: read-only but for the notes, which are shared with Gazelle."""

from __future__ import annotations

from django.contrib import admin

from appointments.models import Appointment, AppointmentItem, AppointmentPiano
from syncing.french import dollars
from syncing.mirrored_admin import MirroredAdmin, OwnedInline


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
