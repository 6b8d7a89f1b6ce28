"""Everything useful on one client: dated and sourced lines, nothing inferred."""

from __future__ import annotations

from dataclasses import replace

from appointments.selectors import access_notes, described, events
from assistant.answering.agenda import TEAM, YOURS
from assistant.answering.asked import Asked
from assistant.answering.choosing import client_items, on_client, piano_items, the_client
from assistant.answering.clients import LANGUAGES
from assistant.answering.contract import Answer, Fact, Line, joined, line
from assistant.answering.history import entry_items
from assistant.answering.telling import (
    client_name,
    clock_of,
    contact_name,
    counted,
    day_of,
    of,
    technician_name,
)
from clients.models import Client, Contact
from clients.selectors import contacts_of
from invoicing.selectors import unpaid
from pianos.selectors import SERVICED, entries, pianos_of
from syncing import french

SERVICES = 5
VISITS = 3
PIANOS = 10


def client_summary(asked: Asked) -> Answer:
    """Who they are, their instruments, the last services, the visits to come, and what the asker may know beside."""
    client = the_client(asked)
    people = contacts_of(viewer=asked.viewer, clients=[client.pk]).get(client.pk, [])
    pianos = pianos_of(viewer=asked.viewer, clients=[client.pk])
    for piano in pianos:
        piano.client = client
    services = list(entries(viewer=asked.viewer, now=asked.now, clients=[client.pk], types=SERVICED)[:SERVICES])
    card = client_items(asked, [client])[0]
    card = replace(card, lines=(*card.lines, *(one for one in _about(asked, client, people) if str(one))))
    last = line(" Dernière visite : ", day_of(services[0], "occurred_at"), ".") if services else line(" Jamais visité.")
    text = line(
        client_name(client),
        " : ",
        counted(len(pianos), "piano", "pianos", "pianos"),
        ".",
        last,
        *_coming(asked, client),
    )
    items = (card, *piano_items(asked, pianos[:PIANOS]), *entry_items(asked, services))
    return asked.answered(
        text,
        items=items,
        total=1 + len(pianos) + len(services),
        focus=on_client(client),
        slots={"client_id": client.pk},
        scope=TEAM if asked.office else YOURS,
        notes=() if asked.office else ("Les visites de vos collègues à venir et les factures sont au bureau.",),
    )


def _about(asked: Asked, client: Client, people: list[Contact]) -> list[Line]:
    others = [joined(", ", [contact_name(one), of(one, "role"), of(one, "phone"), of(one, "email")]) for one in people]
    language = LANGUAGES.get(client.locale[:2])
    told = [line("Contact : ", one) for one in others]
    told.append(line("Langue : ", of(client, "locale", language)) if language else line())
    told.append(
        line("Technicien préféré : ", technician_name(client.preferred_technician))
        if client.preferred_technician
        else line()
    )
    told.append(line("Venu par : ", of(client, "referred_by")) if client.referred_by else line())
    notes = access_notes(viewer=asked.viewer, clients=[client.pk], now=asked.now).get(client.pk)
    for label, column, text in (
        ("Notes sur le client : ", "personal_notes", notes.personal if notes else ""),
        ("Accès et préférences : ", "preference_notes", notes.preferences if notes else ""),
    ):
        told.append(line(label, of(client, column, " ".join(text.split()))) if text.strip() else line())
    if asked.office:
        told.append(_owed(asked, client))
    return told


def _owed(asked: Asked, client: Client) -> Line:
    owed = unpaid(viewer=asked.viewer, today=asked.today, client=client.pk)
    if not owed:
        return line("Aucune facture impayée")
    total = Fact(french.dollars(sum(one.due_total or 0 for one in owed)), "answer", "", "sum:due_total")
    return line("À recevoir : ", total)


def _coming(asked: Asked, client: Client) -> list[Line]:
    rows = events(viewer=asked.viewer, start=asked.now, client=client.pk)[:VISITS]
    visits = described(viewer=asked.viewer, rows=rows, start=None, now=asked.now)
    if not visits:
        return []
    event = visits[0].appointment
    return [line(" Prochain rendez-vous : ", day_of(event, "start"), " à ", clock_of(event, "start"), ".")]
