"""A visit as it is shown: when, where, who, which pianos, what is booked, what to know before ringing."""

from __future__ import annotations

from appointments.models import Appointment
from appointments.selectors import CANCELED, Visit
from assistant.answering.contract import Fact, Item, Line, joined, line
from assistant.answering.telling import (
    address,
    admin_page,
    client_name,
    clock_of,
    contact_name,
    day_of,
    district,
    excerpt,
    local_day,
    of,
    phone_of,
    piano_name,
    technician_name,
    written_day,
)
from clients.models import Client
from syncing import french

NOTES_SHOWN = 300
"""Letters of the notes of an appointment; the page of the record has them all."""
PIANOS_SHOWN = 6
"""An institution may have twenty tuned on one visit: the others are counted."""


def visit_item(visit: Visit, *, office: bool, whose: bool = False) -> Item:
    """One event of the agenda; `whose` names its technician."""
    event = visit.appointment
    town = visit.place.municipality if visit.place else ""
    return Item(
        kind="visit" if event.type == "APPOINTMENT" else "event",
        id=event.pk,
        title=client_name(event.client) if event.client else _title(event),
        lines=tuple(one for one in _lines(visit, whose=whose) if str(one)),
        url=admin_page(event) if office else "",
        phone=str(phone_of(visit.contacts)),
        address=str(address(visit.place)),
        badges=_badges(visit),
        start=event.start,
        client=event.client_id or "",
        city=town,
    )


def hours(visit: Visit) -> Line:
    """« 9 h 00 à 10 h 30 »."""
    event = visit.appointment
    if event.is_all_day:
        return line("toute la journée")
    end = visit.end
    return line(
        clock_of(event, "start"), " à " if end else "", of(event, "duration", french.clock(end)) if end else None
    )


def _title(event: Appointment) -> Line:
    return line(of(event, "title")) if event.title else line("Sans titre")


def _lines(visit: Visit, *, whose: bool) -> list[Line]:
    event = visit.appointment
    told = [joined(" · ", [line(day_of(event, "start")), hours(visit)])]
    if whose:
        told.append(line("Technicien : ", technician_name(event.technician) if event.technician else "à désigner"))
    told.append(joined(" · ", [district(visit.place), address(visit.place)]))
    told.append(_on_site(visit))
    told += [
        line("Piano : ", piano_name(one), ", système d’humidité" if one.dampp_chaser_installed else "")
        for one in visit.pianos[:PIANOS_SHOWN]
    ]
    if len(visit.pianos) > PIANOS_SHOWN:
        told.append(line("D’autres pianos encore sont prévus."))
    booked = joined(", ", [of(item, "name") for item in visit.services])
    told.append(line("Prévu : ", booked) if str(booked) else line())
    told.append(_last_service(visit))
    told += _access(visit)
    notes = excerpt(event, "notes", around=NOTES_SHOWN)
    told.append(line("Notes : ", notes) if str(notes) else line())
    return told


def _on_site(visit: Visit) -> Line:
    contact = visit.contact
    if contact is None:
        return line("Aucun contact connu") if visit.appointment.client_id else line()
    return line("Sur place : ", joined(", ", [contact_name(contact), of(contact, "role"), phone_of(visit.contacts)]))


def _last_service(visit: Visit) -> Line:
    last = visit.last_service
    if last is None:
        return line()
    day = Fact(written_day(local_day(last.at)), "timeline", last.entry, "occurred_at")
    by = Fact(last.by, "timeline", last.entry, "technician") if last.by else None
    return line("Dernière visite : ", joined(", ", [day, by]))


def _access(visit: Visit) -> list[Line]:
    """The notes of the client, word for word, for whom they are open to."""
    client: Client | None = visit.appointment.client
    if client is None or visit.access is None:
        return []
    told = {"personal_notes": visit.access.personal, "preference_notes": visit.access.preferences}
    labels = {"personal_notes": "Notes sur le client : ", "preference_notes": "Accès et préférences : "}
    return [line(labels[name], of(client, name, " ".join(text.split()))) for name, text in told.items() if text.strip()]


def _badges(visit: Visit) -> tuple[str, ...]:
    event = visit.appointment
    if event.status == CANCELED:
        return ("Annulé",)
    if event.type != "APPOINTMENT":
        return ("Personnel",)
    told = ["Confirmé" if event.confirmed_by_client else "Non confirmé"]
    if visit.last_service is None and event.client and not event.client.company_name:
        # An institution is never new: somebody's predecessor has been there.
        told.append("Première visite")
    if visit.humidity_systems:
        told.append("Système d’humidité")
    return tuple(told)
