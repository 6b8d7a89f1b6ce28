"""The catalogue in the back-office; read-only, since Gazelle is where it is corrected."""

from __future__ import annotations

from django.contrib import admin

from inventory.models import ServiceItem
from syncing.french import dollars
from syncing.mirrored_admin import MirroredAdmin


@admin.register(ServiceItem)
class ServiceItemAdmin(MirroredAdmin):
    list_display = ("__str__", "group_name", "shown_amount", "duration", "type", "is_archived")
    search_fields = ("search_key", "id")
    list_filter = ("is_archived", "type", "group_name")
    fields = (
        *("name", "group_name", "description", "education_description", "shown_amount", "duration", "type", "order"),
        *("is_taxable", "is_tuning", "is_archived", "is_any_user", "is_default", "is_self_schedulable"),
        *("external_url", "group_gazelle_id"),
    )
    readonly_fields = ("shown_amount",)

    @admin.display(description="prix", ordering="amount")
    def shown_amount(self, item: ServiceItem) -> str:
        return dollars(item.amount)
