"""Bills and proposals in the back-office: read-only but for the notes of a bill, which are shared with Gazelle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin

from invoicing.models import (
    Estimate,
    EstimateTier,
    EstimateTierGroup,
    EstimateTierItem,
    Invoice,
    InvoiceItem,
    Payment,
)
from syncing.french import dollars, number
from syncing.mirrored_admin import MirroredAdmin, OwnedInline


def hundredths(value: int | None) -> str:
    """« 1 234,56 », « 2 »: the decimals only when there are some."""
    if value is None:
        return ""
    whole, rest = divmod(abs(value), 100)
    return f"{'-' if value < 0 else ''}{number(whole)}{f',{rest:02}'.rstrip('0') if rest else ''}"


def money(name: str, label: str) -> Callable[[Any, Any], str]:
    """A column of cents, shown in dollars."""

    @admin.display(description=label, ordering=name)
    def shown(_admin: Any, record: Any) -> str:
        return dollars(getattr(record, name))

    return shown


class MoneyInline(OwnedInline):
    """Owned rows with amounts and quantities."""

    shown_total = money("total", "total")
    shown_amount = money("amount", "prix")

    @admin.display(description="quantité")
    def shown_quantity(self, row: Any) -> str:
        return hundredths(row.quantity)


class InvoiceItemInline(MoneyInline):
    model = InvoiceItem
    fields = ("description", "piano", "shown_quantity", "shown_amount", "shown_tax", "shown_total", "taxable")
    readonly_fields = ("shown_quantity", "shown_amount", "shown_tax", "shown_total")
    shown_tax = money("tax_total", "taxes")


class PaymentInline(MoneyInline):
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


class TierInline(MoneyInline):
    model = EstimateTier
    fields = ("sequence_number", "notes", "is_primary", "shown_subtotal", "shown_tax", "shown_total")
    readonly_fields = ("shown_subtotal", "shown_tax", "shown_total")
    shown_subtotal = money("subtotal", "avant taxes")
    shown_tax = money("tax_total", "taxes")


class TierGroupInline(MoneyInline):
    model = EstimateTierGroup
    fields = ("name", "tier_gazelle_id", "sequence_number")


class TierItemInline(MoneyInline):
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
