"""Bills: those of a client, those that wait to be paid. For the office only; amounts are in cents until shown."""

from __future__ import annotations

from typing import Any

from assistant.answering.asked import Asked
from assistant.answering.choosing import clients_in_places, named_client, on_client, places, the_client
from assistant.answering.contract import Answer, Fact, Item, Line, joined, line
from assistant.answering.telling import admin_page, client_name, counted, day_of, local_day, money_of, of, said
from invoicing.models import Invoice
from invoicing.selectors import AWAITING, invoices, unpaid
from syncing import french
from syncing.folding import words

STATUSES = {
    "DRAFT": "brouillon",
    "OPEN": "à payer",
    "OVERDUE": "en retard",
    "PAID": "payée",
    "DELETED": "supprimée",
    "CANCELED": "annulée",
}


def client_invoices(asked: Asked) -> Answer:
    """The bills of a client, or the one whose number is given."""
    number = asked.slots.get("invoice_number")
    client = named_client(asked) if number else the_client(asked)
    rows = invoices(viewer=asked.viewer, client=client.pk if client else "", number=int(number) if number else None)
    period = asked.period
    found = [
        one
        for one in rows
        if (period is None or (one.gazelle_created_at and period.holds(local_day(one.gazelle_created_at))))
        and (asked.slots.get("paid") is None or (one.status == "PAID") is asked.slots["paid"])
    ]
    if number and not found:
        return asked.not_found(line("Aucune facture ne porte le numéro ", said(str(number), "invoice_number"), "."))
    whom = line(" de ", client_name(client)) if client else line()
    when = line(" ", period.words) if period else line()
    more: dict[str, Any] = {"focus": on_client(client), "slots": {"client_id": client.pk}} if client else {}
    if not found:
        return asked.nothing(line("Aucune facture", whom, when, "."), **more)
    if asked.slots.get("direction") == "last":
        found = found[: asked.slots.get("limit") or 1]
    text = line(counted(len(found), "facture", "factures"), whom, when, ", pour ", _sum(found, "total"), ".")
    return asked.answered(text, items=_items(asked, found), total=len(found), **more)


def unpaid_invoices(asked: Asked) -> Answer:
    """What is owed, the longest due first, with the grand total."""
    client = named_client(asked)
    days = asked.slots.get("overdue_days_gt")
    found = unpaid(
        viewer=asked.viewer,
        today=asked.today,
        client=client.pk if client else "",
        overdue_days_gt=int(days) if days is not None else None,
    )
    period = asked.period
    if period:
        found = [one for one in found if one.due_on and period.holds(one.due_on)]
    if (there := clients_in_places(asked)) is not None:
        found = [one for one in found if one.client_id in there]
    unwanted = set(words(str(asked.excluded.get("client_name") or "")).split())
    found = [one for one in found if not unwanted or not unwanted <= set(words(str(one.client or "")).split())]
    whom = line(" pour ", client_name(client)) if client else line()
    towns = joined(" ou ", [said(place, "city") for place in places(asked)])
    whom = line(whom, " à ", towns) if str(towns) else whom
    more: dict[str, Any] = {"focus": on_client(client), "slots": {"client_id": client.pk}} if client else {}
    if not found:
        return asked.nothing(line("Aucune facture impayée", whom, "."), **more)
    text = line(
        counted(len(found), "facture impayée", "factures impayées"),
        whom,
        " : ",
        _sum(found, "due_total"),
        " à recevoir.",
    )
    unknown = any(one.due_total is None for one in found)
    notes = ("Gazelle ne donne pas le solde de certaines : la somme ne les compte pas.",) if unknown else ()
    return asked.answered(text, items=_items(asked, found), total=len(found), notes=notes, **more)


def _sum(found: list[Invoice], column: str) -> Fact:
    return Fact(french.dollars(sum(getattr(one, column) or 0 for one in found)), "answer", "", f"sum:{column}")


def _items(asked: Asked, found: list[Invoice]) -> tuple[Item, ...]:
    return tuple(
        Item(
            kind="invoice",
            id=one.pk,
            title=line("Facture nº\u00a0", of(one, "number"), " : ", money_of(one, "total")),
            lines=tuple(told for told in _lines(asked, one) if str(told)),
            url=admin_page(one),
            badges=(_status(asked, one),),
            client=one.client_id or "",
        )
        for one in found[: asked.shown]
    )


def _lines(asked: Asked, one: Invoice) -> list[Line]:
    late = (asked.today - one.due_on).days if one.due_on else 0
    owed = one.status in AWAITING
    return [
        line("Client : ", client_name(one.client)),
        line("Faite : ", day_of(one, "gazelle_created_at")) if one.gazelle_created_at else line(),
        line("Solde : ", money_of(one, "due_total")) if owed else line(),
        line("Échéance : ", day_of(one, "due_on")) if one.due_on else line("Sans échéance"),
        line(of(one, "due_on", french.counted(late, "jour", "jours")), " de retard") if owed and late > 0 else line(),
    ]


def _status(asked: Asked, one: Invoice) -> str:
    """Gazelle turns a bill overdue when it wishes: the date says it today."""
    if one.status == "OPEN" and one.due_on and one.due_on < asked.today:
        return "En retard"
    told = STATUSES.get(one.status, one.status.lower())
    return told[:1].upper() + told[1:]
