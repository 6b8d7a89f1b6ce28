"""How rows are told in French, each value kept beside the row it was read from."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from appointments.models import Appointment
from assistant.answering.contract import Fact, Line, joined, line
from clients.models import Client, Contact, Technician
from clients.selectors import neighbourhood
from pianos.models import Piano
from syncing import french
from syncing.folding import fold, words
from syncing.french import COMPANY_ZONE, NBSP
from syncing.registry import entities

AROUND = 50
"""Letters shown on either side of a word that was found."""


@cache
def _entity_names() -> dict[str, str]:
    return {entity.model: entity.name for entity in entities()}


def entity_of(row: Model) -> str:
    """The entity of the mirror a row is of; its table when it lives within another record."""
    label = row._meta.label
    return _entity_names().get(label, label)


def of(row: Model, field: str, text: str | None = None) -> Fact:
    """The value of a column, on one line, or the `text` it is written as."""
    value = " ".join(str(getattr(row, field) or "").split()) if text is None else text
    return Fact(value, entity_of(row), str(row.pk), field)


def said(text: str, slot: str) -> Fact:
    """What the asker said, given back."""
    return Fact(text, "question", "", slot)


def counted(value: int, singular: str, plural: str, field: str = "total") -> Line:
    """« 3 visites »: a number that was counted here."""
    shown = Fact(french.number(value), "answer", "", field)
    return line(shown, f" {singular if value < 2 else plural}")


def written_day(day: date) -> str:
    """« mardi 24 mars 2026 »: the whole date, because people disagree on what « mardi » is."""
    first = "1er" if day.day == 1 else str(day.day)
    return f"{french.DAYS[day.weekday()]} {first}{NBSP}{french.MONTHS[day.month - 1]} {day.year}"


def local_day(when: datetime) -> date:
    """The day of the company an instant falls on."""
    return when.astimezone(COMPANY_ZONE).date()


def day_of(row: Model, field: str) -> Fact:
    """The day of a column, written out; empty when it has none."""
    value = getattr(row, field)
    if value is None:
        return of(row, field, "")
    return of(row, field, written_day(local_day(value) if isinstance(value, datetime) else value))


def clock_of(row: Model, field: str) -> Fact:
    """« 9 h 00 »."""
    return of(row, field, french.clock(getattr(row, field)))


def money_of(row: Model, field: str) -> Fact:
    """« 1 234,56 $ »; « montant inconnu » when Gazelle gives none."""
    value = getattr(row, field)
    return of(row, field, "montant inconnu" if value is None else french.dollars(value))


def client_name(client: Client | None) -> Line:
    if client is None:
        return line("Sans client")
    return line(of(client, "display_name")) if client.display_name else line("Client sans nom")


def contact_name(contact: Contact) -> Line:
    return joined(" ", [of(contact, "first_name"), of(contact, "last_name")])


def technician_name(person: Technician | None) -> Line:
    if person is None:
        return line()
    return line(of(person, "full_name")) if person.full_name else _first_and_last(person)


def _first_and_last(person: Technician) -> Line:
    return joined(" ", [of(person, "first_name"), of(person, "last_name")])


def piano_name(piano: Piano, *, serial: bool = True) -> Line:
    """« Yamaha U1 (1987), nº 6317604, salon »."""
    name = joined(" ", [of(piano, "make"), of(piano, "model")])
    name = name if str(name) else line("Piano sans marque")
    year = line(" (", of(piano, "year"), ")") if piano.year else None
    number = line(f"nº{NBSP}", of(piano, "serial_number")) if serial and piano.serial_number else None
    return joined(", ", [line(name, year), number, of(piano, "location")])


def address(place: Appointment | Contact | None) -> Line:
    """« 6284, 18e Avenue, Montréal, H1Y 1A1 »; empty when nothing is known."""
    if place is None:
        return line()
    second = of(place, "street2") if isinstance(place, Contact) else None
    return joined(", ", [of(place, "street1"), second, of(place, "municipality"), of(place, "postal_code")])


def district(place: Appointment | Contact | None) -> Line:
    """« Rosemont », read from the postal code; the town where the code tells none."""
    if place is None:
        return line()
    name = neighbourhood(place.postal_code, place.municipality)
    return line(of(place, "municipality" if name == place.municipality else "postal_code", name))


def phone_of(contacts: list[Contact]) -> Line:
    """The first number there is, the main contact's before the others'."""
    for contact in contacts:
        for field in ("phone", "mobile"):
            if getattr(contact, field):
                return line(of(contact, field))
    return line()


def excerpt(row: Model, field: str, term: str = "", around: int = AROUND) -> Line:
    """The text around a word, or its beginning: the exact words of the row, on one line."""
    text = " ".join(str(getattr(row, field) or "").split())
    # Folding opens ligatures: a place in the folded text may be a letter or two beside the one in the text.
    folded = fold(text)
    places = [folded.find(one) for one in (fold(term), *words(term).split())] if term else []
    place = next((one for one in places if one >= 0), 0)
    first, last = max(place - around, 0), min(place + len(term) + around, len(text))
    first = text.find(" ", first) + 1 if first else 0
    last = text.rfind(" ", place, last) if last < len(text) and text.rfind(" ", place, last) > place else last
    return line("…" if first else "", of(row, field, text[first:last]), "…" if last < len(text) else "")


def admin_page(row: Model) -> str:
    """Where the office sees the whole record; "" where there is no such page."""
    try:
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return ""


def quoted(text: str | Fact | Line) -> Line:
    """« text », with the narrow spaces of Québec."""
    return line(f"«{NBSP}", text, f"{NBSP}»")


def listed(lines: list[Any]) -> Line:
    """« a, b et c »."""
    if len(lines) < 2:
        return joined("", lines)
    return line(joined(", ", lines[:-1]), " et ", lines[-1])
