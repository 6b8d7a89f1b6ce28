"""Invoices whose items, taxes, tips and payments add up to the cent."""

from __future__ import annotations

from datetime import timedelta

from gazelle_site.sandbox.clock import local_day
from gazelle_site.sandbox.making.staff import everyone, technicians
from gazelle_site.sandbox.making.words import ODD_TEXTS
from gazelle_site.sandbox.making.world import Dice, World
from gazelle_site.sandbox.store import Record

STATUSES = (("PAID", 82), ("OPEN", 6), ("OVERDUE", 4), ("DRAFT", 3), ("CANCELED", 2), ("DELETED", 3))
PAYMENT_TYPES = (("CREDIT_CARD", 34), ("ELECTRONIC_FUNDS_TRANSFER", 30), ("CASH", 14), ("CHECK", 14), ("DEBIT_CARD", 8))
LAST_NUMBER = 7139


def make_invoices(world: World) -> None:
    """Numbered in the order of their dates; the numbers of deleted ones leave holes."""
    dice = world.dice("invoices")
    count = world.size.invoices
    days = world.spread(dice, count, years=10)
    owners = [piano["client"] for piano in world.of("PrivatePiano") if piano["client"]]
    gone = [client["id"] for client in world.ghosts["PrivateClient"]]
    first = LAST_NUMBER - count - count // 8
    numbers = sorted(dice.sample(range(max(1, first), LAST_NUMBER + 1), count))
    for rank, (day, number) in enumerate(zip(days, numbers, strict=True)):
        client = gone[rank] if rank < len(gone) else dice.pick(owners)
        _invoice(world, dice, world.moment(dice, day), number, client)
    invoices = world.of("PrivateInvoice")
    invoices[len(gone)]["notes"] = ODD_TEXTS[3]
    invoices[len(gone) + 1]["notes"] = ODD_TEXTS[0]
    world.of("PrivateInvoicePayment")


def _invoice(world: World, dice: Dice, created: str, number: int, client: str) -> None:
    items = [_item(world, dice, rank, created) for rank in range(dice.choices((1, 2, 3, 4, 7), (48, 28, 14, 8, 2))[0])]
    status = dice.choices([name for name, _ in STATUSES], [weight for _, weight in STATUSES])[0]
    totals = {name: sum(item[name] for item in items) for name in ("subTotal", "taxTotal", "total")}
    day = local_day(created)
    invoice = world.add(
        "PrivateInvoice",
        dice,
        {
            "number": number,
            "client": client,
            "status": status,
            "assignedTo": dice.pick(technicians(world)) if dice.chance(0.94) else None,
            "createdBy": dice.pick(everyone(world)),
            "allInvoiceItems": items,
            **totals,
            "netDays": 30,
            "dueOn": (day + timedelta(days=30)).isoformat(),
            "notes": dice.pick(("Merci de votre confiance.", "Payable par virement.", ""))
            if dice.chance(0.4)
            else None,
            "topNotes": dice.pick((None, "")),
            "archived": dice.chance(0.02),
            "tags": ["institution"] if dice.chance(0.03) else [],
            "summarize": False,
            "taxPricingMode": "EXCLUSIVE",
            "currency": "cur_CAD0000000000001",
            "clientUrl": f"https://factures.example/{number}",
            "company": "com_SandboxCompany01",
            "needsQuickbooksSync": dice.chance(0.05),
            "searchString": str(number),
            "createdAt": created,
            "updatedAt": world.later(dice, created, 60),
        },
    )
    invoice["paidTotal"], invoice["tipTotal"] = _payments(world, dice, invoice)
    invoice["dueTotal"] = max(0, invoice["total"] - (invoice["paidTotal"] - invoice["tipTotal"]))


def _item(world: World, dice: Dice, rank: int, created: str) -> Record:
    service = dice.pick(world.of("PrivateMasterServiceItem"))
    amount = service["amount"] if service["amount"] is not None else 10000
    quantity = dice.choices((100, 200, 150, 50, 300), (80, 10, 4, 3, 3))[0]
    subtotal = round(amount * quantity / 100)
    taxable = service["isTaxable"] and dice.chance(0.96)
    taxes = tax_lines(world, dice, "PrivateInvoiceItemTax", subtotal) if taxable else []
    tax_total = sum(line["total"] for line in taxes)
    pianos = world.of("PrivatePiano")
    return world.part(
        "PrivateInvoiceItem",
        dice,
        {
            "description": service["name"]["fr_CA"]
            if dice.chance(0.8)
            else f"{service['name']['fr_CA']}\nVisite du {created[:10]}",
            "type": service["type"],
            "amount": amount,
            "quantity": quantity,
            "subTotal": subtotal,
            "taxTotal": tax_total,
            "total": subtotal + tax_total,
            "taxable": taxable,
            "billable": True,
            "taxes": taxes,
            "sequenceNumber": rank,
            "masterServiceItem": service["id"] if dice.chance(0.85) else None,
            "piano": dice.pick(pianos)["id"] if dice.chance(0.6) else None,
            "createdAt": created,
            "updatedAt": created,
        },
    )


def tax_lines(world: World, dice: Dice, type_name: str, amount: int) -> list[Record]:
    """TPS and TVQ on an amount in cents, each rounded to the cent."""
    return [
        world.part(
            type_name,
            dice,
            {
                "taxId": tax["id"],
                "name": tax["name"],
                "rate": tax["rate"],
                "total": round(amount * tax["rate"] / 100_000),
            },
        )
        for tax in world.of("PrivateTax")
        if tax["activeOrHistorical"] == "ACTIVE"
    ]


def _payments(world: World, dice: Dice, invoice: Record) -> tuple[int, int]:
    """What was paid and what of it was a tip: whole for a paid invoice, a deposit now and then for an open one."""
    if invoice["total"] <= 0:
        return 0, 0
    if invoice["status"] == "PAID":
        parts = (
            [invoice["total"]]
            if dice.chance(0.93)
            else [invoice["total"] // 2, invoice["total"] - invoice["total"] // 2]
        )
    elif invoice["status"] in ("OPEN", "OVERDUE") and dice.chance(0.2):
        parts = [invoice["total"] // 3]
    else:
        parts = []
    tips = 0
    for rank, part in enumerate(parts):
        tip = dice.pick((500, 1000, 2000)) if rank == 0 and dice.chance(0.05) else 0
        tips += tip
        paid = world.later(dice, invoice["createdAt"], 40)
        world.add(
            "PrivateInvoicePayment",
            dice,
            {
                "invoice": invoice["id"],
                "amount": part + tip,
                "tipTotal": tip,
                "type": dice.choices([name for name, _ in PAYMENT_TYPES], [weight for _, weight in PAYMENT_TYPES])[0],
                "status": "SUCCEEDED",
                "paymentSource": "MANUAL",
                "paidAt": paid,
                "createdAt": paid,
                "currency": "cur_CAD0000000000001",
                "notes": dice.pick(("Virement Interac", "Chèque 114", "")) if dice.chance(0.3) else None,
            },
        )
    return sum(parts) + tips, tips
