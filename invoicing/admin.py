"""Bills and proposals in the back-office; read-only, since Gazelle is where they are corrected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from invoicing.models import (
    Estimate,
    EstimateTier,
    EstimateTierGroup,
    EstimateTierItem,
    Invoice,
    InvoiceItem,
    Payment,
)
from syncing.access import is_office
from syncing.french import NBSP, number
from syncing.mirrored_admin import MirroredAdmin


def hundredths(value: int | None) -> str:
    """« 1 234,56 », « 2 »: the decimals only when there are some."""
    if value is None:
        return ""
    whole, rest = divmod(abs(value), 100)
    return f"{'-' if value < 0 else ''}{number(whole)}{f',{rest:02}'.rstrip('0') if rest else ''}"


def dollars(cents: int | None) -> str:
    """« 1 234,56 $ »; nothing when Gazelle gives nothing."""
    if cents is None:
        return ""
    return f"{'-' if cents < 0 else ''}{number(abs(cents) // 100)},{abs(cents) % 100:02}{NBSP}$"


def money(name: str, label: str) -> Callable[[Any, Any], str]:
    """A column of cents, shown in dollars."""

    @admin.display(description=label, ordering=name)
    def shown(_admin: Any, record: Any) -> str:
        return dollars(getattr(record, name))

    return shown


class OwnedInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """The rows a record owns today, to be looked at."""

    extra = 0
    can_delete = False
    shown_total = money("total", "total")
    shown_amount = money("amount", "prix")

    @admin.display(description="quantité")
    def shown_quantity(self, row: Any) -> str:
        return hundredths(row.quantity)

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


class InvoiceItemInline(OwnedInline):
    model = InvoiceItem
    fields = ("description", "piano", "shown_quantity", "shown_amount", "shown_tax", "shown_total", "taxable")
    readonly_fields = ("shown_quantity", "shown_amount", "shown_tax", "shown_total")
    shown_tax = money("tax_total", "taxes")


class PaymentInline(OwnedInline):
    model = Payment
    fields = ("paid_at", "type", "status", "shown_amount", "shown_tip", "notes", "failure_reason")
    readonly_fields = ("shown_amount", "shown_tip")
    shown_amount = money("amount", "montant")
    shown_tip = money("tip_total", "dont pourboire")


@admin.register(Invoice)
class InvoiceAdmin(MirroredAdmin):
    list_display = ("__str__", "client", "status", "gazelle_created_at", "shown_total", "shown_due")
    search_fields = ("number", "id", "client__search_key")
    list_filter = ("status", "technician", "archived")
    inlines = (InvoiceItemInline, PaymentInline)
    fields = (
        *("number", "status", "client", "contact", "technician", "created_by"),
        *("shown_sub_total", "shown_tax", "shown_total", "shown_tip", "shown_paid", "shown_due"),
        *("due_on", "net_days", "notes", "top_notes", "archived", "summarize", "tax_pricing_mode", "tags"),
    )
    readonly_fields = ("shown_sub_total", "shown_tax", "shown_total", "shown_tip", "shown_paid", "shown_due")
    shown_sub_total = money("sub_total", "avant taxes")
    shown_tax = money("tax_total", "taxes")
    shown_total = money("total", "total")
    shown_tip = money("tip_total", "pourboire")
    shown_paid = money("paid_total", "payé")
    shown_due = money("due_total", "solde")


class TierInline(OwnedInline):
    model = EstimateTier
    fields = ("sequence_number", "notes", "is_primary", "shown_subtotal", "shown_tax", "shown_total")
    readonly_fields = ("shown_subtotal", "shown_tax", "shown_total")
    shown_subtotal = money("subtotal", "avant taxes")
    shown_tax = money("tax_total", "taxes")


class TierGroupInline(OwnedInline):
    model = EstimateTierGroup
    fields = ("name", "tier_gazelle_id", "sequence_number")


class TierItemInline(OwnedInline):
    model = EstimateTierItem
    fields = ("name", "tier_gazelle_id", "group_gazelle_id", "shown_quantity", "shown_amount", "shown_total")
    readonly_fields = ("shown_quantity", "shown_amount", "shown_total")


@admin.register(Estimate)
class EstimateAdmin(MirroredAdmin):
    list_display = ("__str__", "client", "piano", "estimated_on", "shown_total", "is_archived")
    search_fields = ("number", "id", "client__search_key", "piano__search_key")
    list_filter = ("is_archived", "technician")
    inlines = (TierInline, TierGroupInline, TierItemInline)
    fields = (
        *("number", "client", "piano", "contact", "technician", "created_by", "estimated_on", "expires_on"),
        *("shown_total", "is_archived", "locale", "notes", "current_performance_level", "tags"),
    )
    readonly_fields = ("shown_total",)
    shown_total = money("recommended_tier_total", "option recommandée")
