"""Filters of allInvoices. The invoice's date is its creation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from gazelle_site.sandbox.clock import day_begins, day_ends
from gazelle_site.sandbox.filtering.criteria import (
    Filters,
    MakeTest,
    Test,
    bounds,
    client_place,
    days,
    equals,
    field,
    one_of,
    tags,
    truthy,
)
from gazelle_site.sandbox.filtering.searching import owner_words, search_in
from gazelle_site.sandbox.store import Record, Store


def _payments(store: Store, invoice: Record) -> Iterable[Record]:
    return store.children("PrivateInvoicePayment", "invoice").get(invoice["id"], ())


def _paid_from(store: Store, day: date) -> Test:
    edge = day_begins(day)
    return lambda invoice: any((each["paidAt"] or "") >= edge for each in _payments(store, invoice))


def _paid_until(store: Store, day: date) -> Test:
    edge = day_ends(day)
    return lambda invoice: any(each["paidAt"] and each["paidAt"] < edge for each in _payments(store, invoice))


def _paid_by(store: Store, wanted: dict[str, Any]) -> Test:
    """Stripe methods never match here: nothing is paid through Stripe in the invented data."""
    types = [*(wanted.get("invoicePaymentType") or ()), *(wanted.get("quickbooksPaymentType") or ())]
    return lambda invoice: any(each["type"] in types for each in _payments(store, invoice))


def _on_piano(store: Store, wanted: str) -> Test:
    return lambda invoice: any(item["piano"] == wanted for item in invoice["allInvoiceItems"])


def _has_tip() -> MakeTest:
    return truthy(field("tipTotal"))


INVOICE_FILTERS: Filters = {
    "clientId": equals(field("client")),
    "pianoId": _on_piano,
    "search": search_in(
        "PrivateInvoice", lambda store, each: [each["id"], each["number"], each["notes"], *owner_words(store, each)]
    ),
    "status": one_of(field("status")),
    "archived": truthy(field("archived")),
    **days("invoiceDate", field("createdAt")),
    **bounds("dueDate", field("dueOn")),
    "paymentDateGet": _paid_from,
    "paymentDateLet": _paid_until,
    **bounds("total", field("total")),
    **bounds("tipTotal", field("tipTotal")),
    "tipIncluded": _has_tip(),
    "needsQuickbooksSync": truthy(field("needsQuickbooksSync")),
    "invoiceIds": one_of(field("id")),
    "createdBy": one_of(field("createdBy")),
    "assignedTo": one_of(field("assignedTo")),
    **tags(),
    "paymentMethods": _paid_by,
    "region": one_of(client_place("region")),
    "municipality": one_of(client_place("municipality")),
    "postCode": one_of(client_place("postalCode")),
}
