"""Who answers what, from which entities, and what is the office's alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from assistant.answering import (
    agenda,
    clients,
    clues,
    counting,
    history,
    instruments,
    money,
    notes,
    plain,
    preparing,
    readings,
    resembling,
    roads,
    summing,
)
from assistant.answering.asked import Asked
from assistant.answering.contract import Answer


class Route(NamedTuple):
    """How one intent is answered."""

    handler: Callable[[Asked], Answer]
    reads: tuple[str, ...] = ()
    """The entities it reads; when the first was never read, there is nothing to answer from."""
    office_only: bool = False
    then: tuple[str, ...] = ()
    """Questions that come next."""


VISITS = ("appointments", "clients", "contacts", "pianos")
PEOPLE = ("clients", "contacts", "timeline")
PIANOS = ("pianos", "clients")
HISTORY = ("timeline", "pianos", "clients")
NOTES = ("timeline", "pianos", "appointments", "clients")
BILLS = ("invoices", "clients")


def search_notes(asked: Asked) -> Answer:
    """Words are looked for in notes; clues are looked for among clients."""
    return notes.search_notes(asked) if asked.slots.get("keyword") else clues.which_client(asked)


ROUTES: dict[str, Route] = {
    "my_appointments": Route(agenda.my_appointments, VISITS, then=("Et demain ?", "Que dois-je apporter ?")),
    "technician_appointments": Route(agenda.technician_appointments, VISITS, then=("Et demain ?",)),
    "all_appointments": Route(agenda.all_appointments, VISITS, then=("Et demain ?", "Rendez-vous à confirmer")),
    "unconfirmed_appointments": Route(agenda.unconfirmed_appointments, VISITS, then=("L’agenda de demain",)),
    "client_appointments": Route(agenda.client_appointments, VISITS, then=("Ses pianos", "Son historique")),
    "appointment_detail": Route(agenda.appointment_detail, VISITS, then=("Son historique", "Que dois-je apporter ?")),
    "departure_time": Route(roads.departure_time, VISITS),
    "day_distance": Route(plain.day_distance),
    "summary": Route(counting.summary, VISITS, then=("Que dois-je apporter ?", "Rendez-vous à confirmer")),
    "stats": Route(counting.stats, VISITS, then=("Par mois", "Le mois passé")),
    "client_search": Route(
        clients.client_search, PEOPLE, then=("Ses pianos", "Son historique", "Son prochain rendez-vous")
    ),
    "client_info": Route(clients.client_info, PEOPLE, then=("Ses pianos", "Son prochain rendez-vous")),
    "client_summary": Route(
        summing.client_summary, (*PEOPLE, "pianos"), then=("Son historique", "Son prochain rendez-vous")
    ),
    "client_history": Route(history.client_history, HISTORY, then=("Ses pianos", "Son prochain rendez-vous")),
    "client_pianos": Route(clients.client_pianos, PIANOS, then=("Son historique", "Les mesures d’humidité")),
    "client_travel_fee": Route(roads.client_travel_fee, PEOPLE),
    "client_invoices": Route(money.client_invoices, BILLS, office_only=True, then=("Factures impayées",)),
    "unpaid_invoices": Route(money.unpaid_invoices, BILLS, office_only=True),
    "piano_search": Route(instruments.piano_search, PIANOS, then=("Son historique", "Les mesures d’humidité")),
    "piano_history": Route(history.piano_history, HISTORY, then=("Les mesures d’humidité",)),
    "search_notes": Route(search_notes, NOTES),
    "measurements": Route(readings.measurements, ("measurements", *PIANOS), then=("Son historique",)),
    "humidity_alerts": Route(readings.humidity_alerts, ("measurements", *PIANOS)),
    "parts_needed": Route(preparing.parts_needed, (*VISITS, "timeline"), then=("Mes rendez-vous demain",)),
    "recurring_issues": Route(history.recurring_issues, HISTORY, then=("Son historique",)),
    "semantic_search": Route(resembling.semantic_search, NOTES),
    "knowledge_search": Route(plain.knowledge_search),
    "open_question": Route(plain.open_question),
    "inventory_stock": Route(plain.inventory_stock),
    "tours": Route(plain.tours),
    "action_request": Route(plain.action_request),
    "help": Route(plain.help_),
    "smalltalk": Route(plain.smalltalk),
    "reset": Route(plain.reset),
    "empty": Route(plain.not_understood),
    "unknown": Route(plain.not_understood),
    "out_of_scope": Route(plain.out_of_scope),
}
