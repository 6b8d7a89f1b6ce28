"""Clients: found, told field by field, with their instruments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from appointments.selectors import AccessNotes, access_notes
from assistant.answering.asked import Asked
from assistant.answering.choosing import (
    client_items,
    clients_in_places,
    clients_named,
    on_client,
    piano_items,
    places,
    the_client,
)
from assistant.answering.contract import Answer, Line, joined, line
from assistant.answering.quoting import CUES, sentences_with
from assistant.answering.telling import (
    address,
    client_name,
    contact_name,
    counted,
    listed,
    local_day,
    of,
    quoted,
    said,
    technician_name,
)
from clients.models import Client, Contact
from clients.selectors import contacts_of, main_contact
from pianos.selectors import last_services, pianos_of

LANGUAGES = {"fr": "français", "en": "anglais"}
WANTED = {
    "address": "adresse",
    "phone": "téléphone",
    "email": "courriel",
    "language": "langue",
    "technician": "technicien préféré",
    "access_code": "accès",
    "pets": "animaux",
    "parking": "stationnement",
    "floor": "étage",
    "availability": "disponibilités",
    "pitch": "diapason",
    "payment": "paiement",
}
"""The fields that may be asked for, in the order they are told."""
ON_CONTACTS = ("phone", "email")


def client_search(asked: Asked) -> Answer:
    """The clients that fit a name, a number, an address, a town, or that lack something."""
    typed = asked.slots.get("client_name") or asked.slots.get("phone_suffix")
    approximate = False
    if asked.slots.get("client_id"):
        return client_info(asked)
    if typed:
        found = clients_named(asked)
        approximate = any(one.approximate for one in found)
        clients = [one.client for one in found]
    elif places(asked) or asked.slots.get("missing") or asked.slots.get("not_seen_since"):
        rows = (
            Client.objects.visible_to(asked.viewer)
            .present()
            .lightly()
            .exclude(status="INACTIVE")
            .order_by("search_key", "id")
        )
        within = clients_in_places(asked)
        clients = list(rows if within is None else rows.filter(pk__among=sorted(within)))
    else:
        return asked.ask_back(line("Quel client cherchez-vous ?"))
    clients = _not_seen_since(asked, _lacking(asked, clients))
    what = quoted(said(str(typed), "client_name")) if typed else listed([said(one, "city") for one in places(asked)])
    about = line(" pour ", what) if str(what) else line()
    if not clients:
        return asked.nothing(line("Aucun client trouvé", about, "."), period=None)
    items = client_items(asked, clients[: asked.shown])
    opening = "Personne n’a exactement ce nom. " if approximate else ""
    text = line(opening, counted(len(clients), "client trouvé", "clients trouvés"), about, ".")
    if len(clients) == 1:
        text = line(opening, joined(" : ", [client_name(clients[0]), *items[0].lines[:1]]), ".")
    focus = on_client(clients[0]) if len(clients) == 1 else None
    return asked.answered(text, items=items, total=len(clients), focus=focus, period=None)


def client_info(asked: Asked) -> Answer:
    """One or a few fields of a client; what is written in notes is quoted, never rephrased."""
    client = the_client(asked)
    wanted = [name for name in asked.slots.get("fields", ()) if name in WANTED] or ["phone", "email", "address"]
    people = contacts_of(viewer=asked.viewer, clients=[client.pk]).get(client.pk, [])
    notes = access_notes(viewer=asked.viewer, clients=[client.pk], now=asked.now).get(client.pk)
    in_notes = [name for name in wanted if name in CUES]
    if in_notes and notes is None and len(in_notes) == len(wanted):
        text = line("Les notes d’accès de ", client_name(client), " s’ouvrent à vous quand vous y avez un rendez-vous.")
        return asked.denied(text, focus=on_client(client), slots={"client_id": client.pk})
    told: list[tuple[str, list[Line]]] = [(name, _field(name, client, people, notes)) for name in wanted]
    lines = [line(f"{_label(name)} : ", one) for name, found in told for one in found]
    unknown = [WANTED[name] for name, found in told if not found]
    text = line(client_name(client), " — ", joined(" ; ", lines), ".") if lines else line("Pour ", client_name(client))
    if unknown:
        text = line(text, ", " if not lines else " De plus, ", f"rien n’est noté : {', '.join(unknown)}.")
    closed = ("Les notes d’accès ne vous sont pas ouvertes.",) if in_notes and notes is None else ()
    item = client_items(asked, [client])[0]
    item = replace(item, lines=(*lines, *(_whole_notes(client, notes) if in_notes and notes else ())) or item.lines)
    more: dict[str, Any] = {"focus": on_client(client), "slots": {"client_id": client.pk}, "notes": closed}
    return asked.answered(text, items=(item,), total=1, **more)


def client_pianos(asked: Asked) -> Answer:
    """The instruments of a client, those out of use last."""
    client = the_client(asked)
    pianos = pianos_of(viewer=asked.viewer, clients=[client.pk])
    for piano in pianos:
        piano.client = client
    more: dict[str, Any] = {"focus": on_client(client), "slots": {"client_id": client.pk}}
    if not pianos:
        return asked.nothing(line("Aucun piano n’est connu chez ", client_name(client), "."), **more)
    text = line(counted(len(pianos), "piano", "pianos"), " chez ", client_name(client), ".")
    return asked.answered(text, items=piano_items(asked, pianos[: asked.shown]), total=len(pianos), **more)


def _field(name: str, client: Client, people: Sequence[Contact], notes: AccessNotes | None) -> list[Line]:
    place = main_contact(people)
    if name == "address":
        return _said(address(place))
    if name in ON_CONTACTS:
        columns = ("phone", "mobile") if name == "phone" else ("email",)
        return [
            line(of(one, column), " (", contact_name(one), ")")
            for one in people
            for column in columns
            if getattr(one, column) and (column != "mobile" or one.mobile != one.phone)
        ]
    if name == "language":
        word = LANGUAGES.get(client.locale[:2])
        return [line(of(client, "locale", word))] if word else []
    if name == "technician":
        return _said(technician_name(client.preferred_technician))
    return list(sentences_with(name, client, notes))


def _whole_notes(client: Client, notes: AccessNotes) -> Iterable[Line]:
    for column, text in (("personal_notes", notes.personal), ("preference_notes", notes.preferences)):
        if text.strip():
            yield line("Note entière : ", of(client, column, " ".join(text.split())))


def _said(told: Line) -> list[Line]:
    return [told] if str(told) else []


def _label(name: str) -> str:
    return WANTED[name][:1].upper() + WANTED[name][1:]


def _lacking(asked: Asked, clients: list[Client]) -> list[Client]:
    """Those without the fields asked for: « sans courriel »."""
    missing = [name for name in asked.slots.get("missing", ()) if name in ("email", "phone", "address")]
    if not missing:
        return clients
    people = contacts_of(viewer=asked.viewer, clients=[client.pk for client in clients])
    has = {
        "email": lambda one: one.email,
        "phone": lambda one: one.phone or one.mobile,
        "address": lambda one: one.street1 or one.postal_code,
    }
    return [
        client
        for client in clients
        if all(not any(has[name](one) for one in people.get(client.pk, ())) for name in missing)
    ]


def _not_seen_since(asked: Asked, clients: list[Client]) -> list[Client]:
    told = asked.slots.get("not_seen_since") or asked.slots.get("not_serviced_since")
    if not told:
        return clients
    since = date.fromisoformat(told)
    served = last_services(viewer=asked.viewer, clients=[client.pk for client in clients], now=asked.now)
    seen = {key for key, at in served.items() if local_day(at) >= since}
    return [client for client in clients if client.pk not in seen]
