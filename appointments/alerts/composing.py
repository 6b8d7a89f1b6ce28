"""What the mails say: names, day words, hours, places. Pure: an appointment described, and the day it is read on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from appointments.alerts.checking import Check
from appointments.alerts.days import day_of, in_full, named, of, with_weekday
from appointments.models import Appointment
from appointments.selectors import Visit
from clients.models import Contact, Technician
from syncing import french
from syncing.french import NBSP

FOOTER = "Courriel automatique d’Assistant Gazelle. Personne ne lit les réponses."


@dataclass(frozen=True)
class Mail:
    """A subject and a text, ready to be queued."""

    subject: str
    body: str


def tomorrow(visit: Visit, *, now: datetime, check: Check, page: str) -> Mail:
    """One appointment that its client did not confirm, to its technician."""
    one = visit.appointment
    day, today, client = day_of(started(one)), day_of(now), client_name(one)
    lines = [
        greeting(one.technician),
        "",
        f"Le rendez-vous {of(day, today)} avec {client} n’est pas confirmé. Joignez le client pour le confirmer.",
        "",
        *_facts(visit, when=f"{named(day, today)}, {_weekday_too(day, today)}{hour(one)}"),
        *_doubt(check, now),
        "",
        f"Vos rendez-vous non confirmés{NBSP}: {page}",
        FOOTER,
    ]
    subject = f"{client}{NBSP}: rendez-vous {of(day, today)}, {hour(one)}, non confirmé"
    return Mail(subject, "\n".join(lines))


def week(visits: Iterable[Visit], *, technician: Technician, now: datetime, check: Check, page: str) -> Mail:
    """Those of the seven days ahead, to the technician who asked for this list."""
    visits = list(visits)
    lines = [greeting(technician), "", "Ces rendez-vous des 7 prochains jours ne sont pas confirmés."]
    for day, those in groupby(visits, key=lambda visit: day_of(started(visit.appointment))):
        lines += ["", f"{with_weekday(day).capitalize()}{NBSP}:"]
        lines += [f"{hour(visit.appointment)}, {_in_one_line(visit)}" for visit in those]
    lines += [*_doubt(check, now), "", f"Vos rendez-vous non confirmés{NBSP}: {page}", FOOTER]
    count = french.counted(len(visits), "rendez-vous non confirmé", "rendez-vous non confirmés")
    return Mail(f"Semaine à venir{NBSP}: {count}", "\n".join(lines))


def long_booked(visits: Iterable[Visit], *, day: date, now: datetime, page: str) -> Mail:
    """Those of a day ahead that were taken long ago, for the office to call."""
    visits = list(visits)
    count = french.counted(len(visits), "rendez-vous", "rendez-vous")
    lines = [
        "Bonjour,",
        "",
        f"Ces rendez-vous du {with_weekday(day)} ont été pris il y a 3 mois ou plus. Rappelez-les aux clients.",
    ]
    for visit in visits:
        one = visit.appointment
        lines += ["", f"{hour(one)}, {_in_one_line(visit)}"]
        lines.append(f"Technicien{NBSP}: {one.technician or 'à désigner'}")
        if services := _services(visit):
            lines.append(f"Prévu{NBSP}: {services}")
        lines.append(f"Pris le {in_full(booked_on(one))}, il y a {age(one, now)}{NBSP}jours")
    lines += ["", f"Sur le site{NBSP}: {page}", FOOTER]
    return Mail(f"À relancer{NBSP}: {count} du {in_full(day)}, pris depuis longtemps", "\n".join(lines))


def unroutable(told: Iterable[tuple[str, str, str]], *, day: date, now: datetime, page: str) -> Mail:
    """For the office: who could not be told (name, why), and of whom."""
    those = f"rendez-vous {of(day, day_of(now))}"
    lines = [
        "Bonjour,",
        "",
        f"Ces {those} ne sont pas confirmés, et personne n’a été averti.",
        "",
        *(f"{client}{NBSP}: {technician} ({why})" for technician, why, client in told),
        "",
        "Appelez le technicien, et donnez une adresse à son compte ou à sa fiche dans Gazelle.",
        "",
        f"Sur le site{NBSP}: {page}",
        FOOTER,
    ]
    return Mail(f"Personne n’a été averti{NBSP}: {those} non confirmés", "\n".join(lines))


# -- words -------------------------------------------------------------------------------------------------------------


def greeting(technician: Technician | None) -> str:
    first = technician.first_name or technician.full_name if technician else ""
    return f"Bonjour {first}," if first else "Bonjour,"


def client_name(one: Appointment) -> str:
    """Who is visited; the title of the event only when its client has no name."""
    client = one.client
    if client is None:
        return one.title or "client inconnu"
    return client.display_name or one.title or str(client)


def hour(one: Appointment) -> str:
    return "toute la journée" if one.is_all_day else french.clock(started(one))


def phone_of(contacts: Iterable[Contact]) -> str:
    """The first number of the client's people, the main one first."""
    return next((number for one in contacts if (number := one.phone or one.mobile)), "")


def place_of(visit: Visit) -> str:
    """« 12, rue Willibrord, Verdun H4G 2V1 »."""
    place = visit.place
    if place is None:
        return ""
    town = " ".join(filter(None, (place.municipality, place.postal_code)))
    return ", ".join(filter(None, (place.street1, getattr(place, "street2", ""), town)))


def services_of(visit: Visit) -> str:
    """What is booked, each service once."""
    return _services(visit)


def started(one: Appointment) -> datetime:
    assert one.start is not None  # noqa: S101  # what has no hour is on no day, and was not chosen
    return one.start


def booked_on(one: Appointment) -> date:
    """The day it was taken, by Gazelle's own date."""
    assert one.gazelle_created_at is not None  # noqa: S101  # those without were not chosen
    return day_of(one.gazelle_created_at)


def age(one: Appointment, now: datetime) -> int:
    """Days since it was taken."""
    return (day_of(now) - booked_on(one)).days


def _facts(visit: Visit, *, when: str) -> Iterator[str]:
    one, contact = visit.appointment, visit.contact
    yield f"Quand{NBSP}: {when}"
    yield f"Client{NBSP}: {client_name(one)}"
    if contact is not None and str(contact) != client_name(one):
        yield f"Sur place{NBSP}: {contact}"
    yield f"Téléphone{NBSP}: {phone_of(visit.contacts) or 'aucun dans Gazelle'}"
    if place := place_of(visit):
        yield f"Lieu{NBSP}: {place}"
    if services := _services(visit):
        yield f"Prévu{NBSP}: {services}"


def _weekday_too(day: date, today: date) -> str:
    """« demain, mercredi 11 mars 2026, 14 h 30 »: a day that is named by its date needs no second one."""
    return f"{with_weekday(day)}, " if (day - today).days in (0, 1) else ""


def _doubt(check: Check, now: datetime) -> Iterator[str]:
    if not check.is_live:
        known = f" {french.data_of(check.known_at, now)}." if check.known_at else ""
        yield ""
        yield f"Non vérifié dans Gazelle{NBSP}: {check.why}{known} Le client a pu confirmer entre-temps."


def _in_one_line(visit: Visit) -> str:
    told = (client_name(visit.appointment), phone_of(visit.contacts), visit.neighbourhood)
    return ", ".join(filter(None, told))


def _services(visit: Visit) -> str:
    return ", ".join(dict.fromkeys(item.name for item in visit.services if item.name))
