"""Lines, payments and options, from the stand-in Gazelle to their tables: every one, to the cent."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command

from gazelle_site.sandbox import Served
from invoicing.models import Estimate, EstimateTier, EstimateTierGroup, EstimateTierItem, Invoice, InvoiceItem, Payment

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> None:
    call_command("sync", *arguments, stdout=io.StringIO())


def test_every_line_and_payment_is_here_to_the_cent(gazelle: Served) -> None:
    run("invoices", "--full")
    source = gazelle.sandbox.records("invoices", hidden=True)
    items = {row["id"]: row for record in source for row in record["allInvoiceItems"]}
    payments = {row["id"]: row for record in source for row in record["allInvoicePayments"]}
    here = {row.pk: row for row in InvoiceItem.objects.filter(deleted_at=None)}
    assert here.keys() == items.keys()
    for pk, row in here.items():
        theirs: dict[str, Any] = items[pk]
        assert (row.quantity, row.amount, row.sub_total) == (theirs["quantity"], theirs["amount"], theirs["subTotal"])
        assert (row.tax_total, row.total) == (theirs["taxTotal"], theirs["total"])
        assert row.piano_id == (theirs["piano"] or {"id": None})["id"]
        assert sum(tax["total"] for tax in row.taxes) == row.tax_total
    assert dict(Payment.objects.values_list("id", "amount")) == {pk: row["amount"] for pk, row in payments.items()}
    assert {invoice.number for invoice in Invoice.objects.present()} == {record["number"] for record in source}


def test_the_whole_tree_of_an_estimate_is_here(gazelle: Served) -> None:
    run("estimates", "--full")
    source = gazelle.sandbox.records("estimates", hidden=True)
    tiers = [tier for record in source for tier in record["allEstimateTiers"]]
    groups = [group for tier in tiers for group in tier["allEstimateTierGroups"]]
    lines = {line["id"] for group in groups for line in group["allEstimateTierItems"]}
    lines |= {line["id"] for tier in tiers for line in tier["allUngroupedEstimateTierItems"]}
    assert set(EstimateTier.objects.values_list("id", flat=True)) == {tier["id"] for tier in tiers}
    assert set(EstimateTierGroup.objects.values_list("id", flat=True)) == {group["id"] for group in groups}
    assert set(EstimateTierItem.objects.values_list("id", flat=True)) == lines
    for tier in EstimateTier.objects.all():
        held = EstimateTierItem.objects.filter(estimate=tier.estimate_id, tier_gazelle_id=tier.pk)
        assert sum(line.total or 0 for line in held) == tier.total
    assert Estimate.objects.present().count() == len(source)


def test_a_line_taken_off_a_bill_is_marked_gone_and_comes_back(gazelle: Served) -> None:
    run("invoices", "--full")
    item = InvoiceItem.objects.filter(deleted_at=None).order_by("pk")[0]
    lines = gazelle.sandbox.store.table("PrivateInvoice").rows[item.invoice_id]["allInvoiceItems"]
    gazelle.sandbox.edit("invoices", item.invoice_id, allInvoiceItems=[x for x in lines if x["id"] != item.pk])
    run("invoices")
    item.refresh_from_db()
    assert item.deleted_at is not None
    gazelle.sandbox.edit("invoices", item.invoice_id, allInvoiceItems=lines)
    run("invoices")
    item.refresh_from_db()
    assert item.deleted_at is None
