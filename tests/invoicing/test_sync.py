"""Bills and proposals, from what Gazelle answers to columns and to the rows they own."""

from __future__ import annotations

from datetime import date

import pytest

from invoicing.admin import hundredths
from invoicing.models import Estimate, Invoice
from syncing.drafts import Draft
from syncing.registry import entities
from syncing.vocabulary import Node

ITEM, PAYMENT = "invoicing.InvoiceItem", "invoicing.Payment"
TIER, GROUP, LINE = "invoicing.EstimateTier", "invoicing.EstimateTierGroup", "invoicing.EstimateTierItem"
TAXES = [
    {"id": "x1", "taxId": "tax_1", "name": "tps", "rate": 5000, "total": 15},
    {"id": "x2", "taxId": "tax_2", "name": "tvq", "rate": 9975, "total": 30},
]
INVOICE: Node = {
    "id": "inv_1",
    "number": 7139,
    "status": "OPEN",
    "subTotal": 300,
    "taxTotal": 45,
    "total": 345,
    "dueOn": "2026-04-23",
    "client": {"id": "cli_1"},
    "contact": None,
    "assignedTo": {"id": "usr_1"},
    "createdBy": {"id": "usr_2"},
    "tags": ["institution"],
    "allInvoiceItems": {
        "nodes": [
            {
                "id": "ini_1",
                "description": "Accord",
                "quantity": 150,
                "amount": 200,
                "subTotal": 300,
                "taxes": TAXES,
                "piano": {"id": "ins_1"},
                "masterServiceItem": {"id": "mit_1"},
            }
        ]
    },
    "allInvoicePayments": {"nodes": [{"id": "pay_1", "amount": 1345, "tipTotal": 1000, "type": "CASH"}]},
}


def line(id: str, **more: object) -> Node:
    return {"id": id, "name": id, "quantity": 100, "amount": 45000, "taxes": None, **more}


def tree() -> Node:
    """Two options: one with two groups and a loose line, one with a loose line only."""
    return {
        "id": "est_1",
        "number": 11987,
        "allEstimateTiers": [
            {
                "id": "etr_1",
                "isPrimary": True,
                "allEstimateTierGroups": [
                    {"id": "etg_1", "name": "Clavier", "allEstimateTierItems": [line("eti_1"), line("eti_2")]},
                    {"id": "etg_2", "name": "PLS", "allEstimateTierItems": [line("eti_3")]},
                ],
                "allUngroupedEstimateTierItems": [line("eti_4", masterServiceItem={"id": "mit_1"})],
            },
            {"id": "etr_2", "allEstimateTierGroups": [], "allUngroupedEstimateTierItems": [line("eti_5")]},
        ],
    }


def invoice(**changes: object) -> Draft:
    return entities()["invoices"].parse({**INVOICE, **changes})


def test_an_invoice_of_three_dollars_is_300() -> None:
    draft = invoice()
    assert (draft.columns["sub_total"], draft.columns["tax_total"], draft.columns["total"]) == (300, 45, 345)
    assert draft.columns["due_on"] == date(2026, 4, 23)
    assert draft.faults == []


def test_an_invoice_names_its_technician_and_its_author() -> None:
    ids = {name: reference and reference.id for name, reference in invoice().references.items()}
    assert ids == {"client": "cli_1", "contact": None, "technician": "usr_1", "created_by": "usr_2"}


def test_its_lines_keep_cents_hundredths_and_each_tax() -> None:
    (item,) = invoice().owned[ITEM]
    assert (item.id, item.columns["quantity"], item.columns["amount"]) == ("ini_1", 150, 200)
    assert item.columns["taxes"] == [
        {"taxId": "tax_1", "name": "tps", "rate": 5000, "total": 15},
        {"taxId": "tax_2", "name": "tvq", "rate": 9975, "total": 30},
    ]
    assert item.references["service_item"] is not None
    assert item.references["service_item"].id == "mit_1"


def test_a_payment_keeps_its_tip_within_its_amount() -> None:
    (payment,) = invoice().owned[PAYMENT]
    assert (payment.columns["amount"], payment.columns["tip_total"], payment.columns["type"]) == (1345, 1000, "CASH")


def test_amounts_that_do_not_add_up_are_kept_as_received_and_told() -> None:
    draft = invoice(subTotal=1, taxTotal=1, total=99, dueTotal=-5)
    assert [draft.columns[name] for name in ("sub_total", "tax_total", "total", "due_total")] == [1, 1, 99, -5]
    assert [fault.path for fault in draft.faults] == ["total", "subTotal"]


def test_an_amount_that_is_no_integer_is_told_and_nothing_is_rounded() -> None:
    draft = invoice(total=3.45)
    assert "total" not in draft.columns
    assert [fault.path for fault in draft.faults] == ["total"]


def test_a_status_nobody_has_met_is_kept_as_received() -> None:
    assert invoice(status="UNPAID").columns["status"] == "UNPAID"


def test_damaged_taxes_are_told_under_the_line_they_are_on() -> None:
    draft = invoice(allInvoiceItems={"nodes": [{"id": "ini_1", "taxes": ["tps"]}]})
    assert [fault.path for fault in draft.faults] == [f"{ITEM} ini_1 taxes"]
    assert "taxes" not in draft.owned[ITEM][0].columns


@pytest.mark.parametrize("held", [None, 3, {}, {"nodes": None}, {"nodes": [], "pageInfo": {"hasNextPage": True}}])
def test_a_list_that_did_not_come_whole_leaves_the_rows_alone(held: object) -> None:
    assert invoice(allInvoiceItems=held, allInvoicePayments=held).owned == {}


def test_an_absent_list_leaves_the_rows_alone_and_an_empty_one_says_there_are_none() -> None:
    assert entities()["invoices"].parse({"id": "inv_1"}).owned == {}
    assert entities()["estimates"].parse({"id": "est_1"}).owned == {}
    assert invoice(allInvoicePayments={"nodes": []}).owned[PAYMENT] == []


def test_an_estimate_is_flattened_whole() -> None:
    draft = entities()["estimates"].parse(tree())
    assert [tier.id for tier in draft.owned[TIER]] == ["etr_1", "etr_2"]
    assert [(group.id, group.columns["tier_gazelle_id"]) for group in draft.owned[GROUP]] == [
        ("etg_1", "etr_1"),
        ("etg_2", "etr_1"),
    ]
    places = [(row.id, row.columns["tier_gazelle_id"], row.columns["group_gazelle_id"]) for row in draft.owned[LINE]]
    assert places == [
        ("eti_1", "etr_1", "etg_1"),
        ("eti_2", "etr_1", "etg_1"),
        ("eti_3", "etr_1", "etg_2"),
        ("eti_4", "etr_1", ""),
        ("eti_5", "etr_2", ""),
    ]
    assert {row.columns["amount"] for row in draft.owned[LINE]} == {45000}
    assert {repr(row.columns["taxes"]) for row in draft.owned[LINE]} == {"[]"}


def test_a_branch_that_did_not_come_leaves_its_rows_alone() -> None:
    whole = tree()
    tiers = whole["allEstimateTiers"]
    assert isinstance(tiers, list)
    del tiers[1]["allUngroupedEstimateTierItems"]
    assert entities()["estimates"].parse(whole).owned.keys() == {TIER, GROUP}
    del tiers[0]["allEstimateTierGroups"]
    assert entities()["estimates"].parse(whole).owned.keys() == {TIER}


@pytest.mark.parametrize("value", [0, "texte", [3], [None], [{}], [{"id": 3, "allEstimateTierGroups": 4}], {"a": 1}])
def test_no_tree_makes_the_parser_raise(value: object) -> None:
    entities()["estimates"].parse({"id": "est_1", "allEstimateTiers": value})
    entities()["invoices"].parse({"id": "inv_1", "allInvoiceItems": value, "allInvoicePayments": {"nodes": value}})


def test_a_bill_and_a_proposal_are_named_by_their_number() -> None:
    assert str(Invoice(id="inv_1", number=7139)) == "Facture nº\u00a07139"
    assert str(Estimate(id="est_1", number=12)) == "Soumission nº\u00a012"
    assert str(Invoice(id="inv_1", is_placeholder=True)) == "Inconnu (inv_1)"
    assert str(Estimate(id="est_1")) == "Soumission sans numéro (est_1)"


@pytest.mark.parametrize(
    ("value", "shown"), [(None, ""), (100, "1"), (150, "1,5"), (125, "1,25"), (-50, "-0,5"), (5, "0,05")]
)
def test_a_quantity_is_written_without_needless_decimals(value: int | None, shown: str) -> None:
    assert hundredths(value) == shown
