"""A small company of invented people, where every closed value carries a word of its own that must never be shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, User

from appointments.models import Appointment, AppointmentItem, AppointmentPiano
from assistant.understanding.results import Asker
from clients.models import Client, Contact, Technician
from invoicing.models import Invoice
from pianos.models import Measurement, Piano, TimelineEntry
from syncing import wording
from syncing.access import viewer_of
from syncing.folding import digits, fold, words
from syncing.french import COMPANY_ZONE
from syncing.models import Leg
from syncing.registry import entities
from syncing.rights import Viewer

NOW = datetime(2026, 3, 24, 8, 0, tzinfo=COMPANY_ZONE)
"""A Tuesday."""
TECHNICIANS = {"simon": "Simon Arcand", "maude": "Maude Pilote", "bruno": "Bruno Lachance"}


@dataclass(frozen=True)
class Person:
    """Somebody who asks."""

    viewer: Viewer
    asker: Asker


@dataclass
class House:
    """The people, the clients, and the words that are closed to each."""

    people: dict[str, Person] = field(default_factory=dict)
    closed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By person: the words never to be shown to them."""
    _words: Iterator[int] = field(default_factory=lambda: count(1000))

    def secret(self, *, open_to: set[str] = frozenset()) -> str:  # type: ignore[assignment]  # never mutated
        """A word that nobody but these may read; the office and the owner are named like everybody else."""
        word = f"zq{next(self._words)}x"
        for name in self.people:
            if name not in open_to:
                self.closed[name].add(word)
        return word


OFFICE = {"odile", "bruno", "owner"}
EVERYBODY = {*OFFICE, "simon", "maude", "unlinked"}


def at(day: int, hour: int, minute: int = 0, month: int = 3, year: int = 2026) -> datetime:
    """An hour of the company."""
    return datetime(year, month, day, hour, minute, tzinfo=COMPANY_ZONE)


def person(name: str, *roles: str, technician: str = "", **more: Any) -> Person:
    """An account with these roles, and the user of Gazelle it is."""
    account = User.objects.create_user(f"{name}@exemple.ca", **more)
    account.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
    if technician:
        first, last = technician.split()
        Technician.objects.create(
            id=f"usr_{name}",
            first_name=first,
            last_name=last,
            full_name=technician,
            login=account,
            is_schedulable=True,
            search_key=fold(technician),
        )
    office = bool({"Bureau", "Administration"} & set(roles)) or account.is_superuser
    return Person(viewer_of(account), Asker(technician, office))


def all_people() -> dict[str, Person]:
    """One of each kind."""
    Technician.objects.create(id="usr_odile", full_name="Odile Fortier", first_name="Odile", last_name="Fortier")
    return {
        "simon": person("simon", "Technicien", technician=TECHNICIANS["simon"]),
        "maude": person("maude", "Technicien", technician=TECHNICIANS["maude"]),
        "bruno": person("bruno", "Administration", "Technicien", technician=TECHNICIANS["bruno"]),
        "odile": person("odile", "Bureau"),
        "owner": person("owner", is_superuser=True),
        "unlinked": person("unlinked", "Technicien"),
        "stranger": person("stranger"),
        "gone": person("gone", "Administration", is_active=False),
    }


def client(key: str, name: str, *, town: str = "Montréal", code: str = "H1Y 2K8", **more: Any) -> Client:
    """A client with one contact; a household bears its contact's name."""
    first, _, last = name.partition(" ")
    company = more.pop("company", False)
    phone = more.pop("phone", f"514 555-{digits(key).zfill(4)[-4:]}")
    row = Client.objects.create(
        id=f"cli_{key}", display_name=name, company_name=name if company else "", search_key=fold(name), **more
    )
    if company:
        first, last = "Paule", "Accueil"
    email = f"{fold(first)}@courriel.example"
    Contact.objects.create(
        id=f"con_{key}",
        client=row,
        first_name=first,
        last_name=last,
        is_default=True,
        phone=phone,
        email=email,
        street1=f"{len(key)}0 rue des Érables",
        municipality=town,
        postal_code=code,
        search_key=f"{fold(f'{first} {last} {email} {phone} {town}')} {digits(phone)}",
    )
    return row


def piano(key: str, owner: Client | None, make: str = "Yamaha", model: str = "U1", **more: Any) -> Piano:
    told = {
        "serial_number": f"S{key}",
        "type": "UPRIGHT",
        "year": 1987,
        "location": "salon",
        "status": "ACTIVE",
        **more,
    }
    return Piano.objects.create(
        id=f"ins_{key}",
        client=owner,
        make=make,
        model=model,
        search_key=fold(f"{make} {model} {told['serial_number']} {told['location']}"),
        **told,
    )


def visit(key: str, who: str | None, start: datetime, owner: Client | None, *pianos: Piano, **more: Any) -> Appointment:
    """A visit of an hour and a half, unless told otherwise."""
    told = {"duration": 90, "type": "APPOINTMENT", "status": "ACTIVE", "title": str(owner or ""), **more}
    row = Appointment.objects.create(
        id=f"evt_{key}", technician_id=f"usr_{who}" if who else None, start=start, client=owner, **told
    )
    for one in pianos:
        AppointmentPiano.objects.create(id=f"{row.pk}:{one.pk}", appointment=row, piano=one, is_tuning=True)
    return row


def booked(row: Appointment, name: str, amount: int) -> AppointmentItem:
    return AppointmentItem.objects.create(id=f"evi_{row.pk}_{name}", appointment=row, name=name, amount=amount)


def entry(
    key: str, owner: Client | None, one: Piano | None, day: datetime, text: str, who: str = "simon", **more: Any
) -> TimelineEntry:
    """A service note, unless told otherwise; its words are indexed."""
    told = {"entry_type": "SERVICE_ENTRY_MANUAL", "summary": "", **more}
    row = TimelineEntry.objects.create(
        id=f"tme_{key}",
        client=owner,
        piano=one,
        occurred_at=day,
        comment=text,
        technician_id=f"usr_{who}",
        words=words(f"{told['summary']} {text}"),
        **told,
    )
    wording.keep(TimelineEntry, [{"id": row.pk, "words": row.words}])
    return row


def measure(
    key: str, one: Piano, day: date, humidity: int | None, temperature: int | None = 21, **more: Any
) -> Measurement:
    return Measurement.objects.create(
        id=f"mea_{key}", piano=one, taken_on=day, humidity=humidity, temperature=temperature, **more
    )


def bill(
    number: int, owner: Client, due: int | None, status: str = "OPEN", due_on: date | None = None, **more: Any
) -> Invoice:
    told = {"total": due or 0, "gazelle_created_at": at(1, 9, month=2), **more}
    return Invoice.objects.create(
        id=f"inv_{number}", number=number, client=owner, status=status, due_total=due, due_on=due_on, **told
    )


def sealed(when: datetime = NOW - timedelta(minutes=20), *, without: str = "") -> None:
    """Everything was read a while ago, but for one entity."""
    for entity in entities():
        if entity.name != without:
            Leg.objects.create(
                entity=entity.name, mode="full", started_at=when, heartbeat_at=when, sealed_at=when, finished_at=when
            )
