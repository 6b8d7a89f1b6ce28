"""Reads of the agenda for other rooms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Case, Exists, JSONField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import JSONObject

from appointments.models import Appointment, AppointmentItem, AppointmentPiano
from clients.models import Client, Contact
from clients.selectors import in_order, main_contact, neighbourhood, people
from pianos.models import Piano, TimelineEntry
from pianos.selectors import SERVICED
from syncing.carrying import carried, records
from syncing.rights import Audience, Viewer

CANCELED = "CANCELED"
WHOLE_DAY = 24 * 60
"""Minutes from which an event is still running on the days after the one it starts."""
LONGEST = timedelta(days=14)
"""How far back such an event is looked for."""
CONTACT = (
    *("id", "client_id", "is_placeholder", "first_name", "last_name", "role", "is_default", "sort_order"),
    *("phone", "mobile", "email", "street1", "street2", "municipality", "postal_code"),
)
PIANO = (
    *("id", "client_id", "is_placeholder", "make", "model", "serial_number", "year", "location", "notes"),
    "dampp_chaser_installed",
)
ITEM = ("id", "appointment_id", "name")
"""What a visit shows of its contacts, its pianos and what is booked."""
ACCESS_LASTS = timedelta(days=30)
"""How long after a visit its technician may still read how to get in: notes are finished two to four weeks later."""


class LastService(NamedTuple):
    """The entry of the history that says when a client was last served."""

    entry: str
    at: datetime
    by: str
    """The technician's name; empty when the entry names nobody."""


class AccessNotes(NamedTuple):
    """How to get in and what to know before ringing; door codes are written in either text."""

    personal: str
    preferences: str


def access_notes(*, viewer: Viewer, clients: Iterable[str], now: datetime) -> Mapping[str, AccessNotes]:
    """The access notes of these clients that this viewer may read, by client; one that is absent is closed to him.

    The office reads all of them; a technician those of his own appointments, to come or of the last 30 days.
    """
    if not viewer.is_among(Audience.MEMBERS):
        return {}
    readable = Client.objects.filter(pk__in=list(clients))
    if not viewer.is_among(Audience.OFFICE):
        readable = readable.filter(pk__in=_opening(viewer, now).values("client"))
    return {pk: AccessNotes(*notes) for pk, *notes in readable.values_list("pk", "personal_notes", "preference_notes")}


def _opening(viewer: Viewer, now: datetime) -> QuerySet[Appointment]:
    """The appointments that let their technician in: his own, to come or of the last 30 days."""
    own = Appointment.objects.visible_to(viewer).present().exclude(status=CANCELED)
    return own.filter(start__gte=now - ACCESS_LASTS)


@dataclass(frozen=True)
class Visit:
    """An event of the agenda with what one needs on the road."""

    appointment: Appointment
    """With its client and its technician."""
    contacts: list[Contact] = field(default_factory=list)
    """Of the client, the main one first."""
    pianos: list[Piano] = field(default_factory=list)
    services: list[AppointmentItem] = field(default_factory=list)
    last_service: LastService | None = None
    """Of the client, before this visit."""
    access: AccessNotes | None = None
    """None when they are closed to the viewer."""

    @property
    def end(self) -> datetime | None:
        start, minutes = self.appointment.start, self.appointment.duration
        return start + timedelta(minutes=minutes) if start and minutes else None

    @property
    def contact(self) -> Contact | None:
        """Who is met on site."""
        return main_contact(self.contacts)

    @property
    def place(self) -> Appointment | Contact | None:
        """What holds the address: the appointment when it has one of its own, else the contact met on site."""
        if self.appointment.street1 or self.appointment.municipality:
            return self.appointment
        return next((one for one in self.contacts if one.street1 or one.municipality), self.contact)

    @property
    def neighbourhood(self) -> str:
        """« Rosemont »; empty when no address is known."""
        place = self.place
        return neighbourhood(place.postal_code, place.municipality) if place else ""

    @property
    def humidity_systems(self) -> list[Piano]:
        """The pianos of the visit that have one."""
        return [piano for piano in self.pianos if piano.dampp_chaser_installed]


def events(
    *,
    viewer: Viewer,
    start: datetime | None = None,
    end: datetime | None = None,
    own: bool = False,
    technicians: Collection[str] = (),
    client: str = "",
    status: str = "",
    visits_only: bool = False,
) -> QuerySet[Appointment]:
    """The events between two instants that a viewer may see, earliest first, with client and technician.

    Cancelled ones only when `status` asks for them, deleted ones never otherwise. Personal events are their owner's
    alone. `own` keeps the viewer's, `technicians` those of these ids, `visits_only` those at a client's.
    """
    rows = Appointment.objects.visible_to(viewer).filter(is_placeholder=False)
    rows = rows.filter(status=status) if status else rows.filter(deleted_at=None).exclude(status=CANCELED)
    theirs = Q(technician__login=viewer.user_id) if viewer.user_id is not None else Q(pk__in=())
    visits = Q(type="APPOINTMENT")
    rows = rows.filter(visits if visits_only else visits | theirs)
    if own:
        rows = rows.filter(theirs)
    if technicians:
        rows = rows.filter(technician__in=list(technicians))
    if client:
        rows = rows.filter(client=client)
    if start is not None:
        still_running = Q(start__gte=start - LONGEST, start__lt=start, duration__gte=WHOLE_DAY)
        rows = rows.filter(Q(start__gte=start) | still_running)
    if end is not None:
        rows = rows.filter(start__lt=end)
    return rows.exclude(start=None).lightly("client", "technician").order_by("start", "id")


def described(
    *, viewer: Viewer, rows: QuerySet[Appointment], start: datetime | None, now: datetime, brief: bool = False
) -> list[Visit]:
    """These events with their contacts, pianos, services, last service and access notes, in one query.

    Events of several days that ended before `start` are left out. `brief` reads contacts and pianos only, to count.
    """
    found: QuerySet[Any] = _only_these(viewer, rows).annotate(
        people=carried(people(viewer).filter(client=OuterRef("client")), CONTACT),
        instruments=carried(_hung(AppointmentPiano, viewer).exclude(piano=None), PIANO, through="piano"),
    )
    if not brief:
        found = found.annotate(
            booked=carried(_hung(AppointmentItem, viewer), ITEM),
            served=_last_service_of(viewer),
            notes_open=_access(viewer, now),
        )
    return [_visit(one, viewer, brief=brief) for one in found if start is None or _runs_after(one, start)]


def _only_these(viewer: Viewer, rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """The same rows; the first of many are chosen before anything is gathered for them, not after."""
    if not rows.query.is_sliced:
        return rows
    order = ("start", "id") if rows.query.standard_ordering else ("-start", "-id")
    chosen = Appointment.objects.visible_to(viewer).filter(pk__in=rows.values("pk"))
    return chosen.lightly("client", "technician").order_by(*order)


def _hung(model: type[Any], viewer: Viewer) -> QuerySet[Any]:
    """The rows that an appointment of the outer query owns today."""
    owned: QuerySet[Any] = model.objects.visible_to(viewer).filter(appointment=OuterRef("pk"), deleted_at=None)
    return owned


def _access(viewer: Viewer, now: datetime) -> Case:
    """The access notes of the client where they are open to the viewer; null elsewhere."""
    notes = JSONObject(personal="client__personal_notes", preferences="client__preference_notes")
    opened = Q(client__isnull=False)
    if not viewer.is_among(Audience.OFFICE):
        opened &= Q(Exists(_opening(viewer, now).filter(client=OuterRef("client"))))
    return Case(When(opened, then=notes), default=None, output_field=JSONField())


def _visit(event: Any, viewer: Viewer, *, brief: bool) -> Visit:
    reached = in_order(records(Contact, event.people, viewer=viewer))
    pianos = records(Piano, event.instruments, viewer=viewer)
    if brief:
        return Visit(event, reached, pianos)
    services = records(AppointmentItem, event.booked, viewer=viewer)
    access = AccessNotes(**event.notes_open) if event.notes_open else None
    return Visit(event, reached, pianos, services, _last_service(event.served), access)


def agenda(
    *,
    viewer: Viewer,
    now: datetime,
    start: datetime,
    end: datetime,
    own: bool = False,
    technicians: Collection[str] = (),
) -> list[Visit]:
    """What `.mes rv` and the day page show: the events of a window, described; one query whatever their number."""
    rows = events(viewer=viewer, start=start, end=end, own=own, technicians=technicians)
    return described(viewer=viewer, rows=rows, start=start, now=now)


def _last_service_of(viewer: Viewer) -> Subquery:
    """What `_last_service` reads, in one subquery that goes down the index of a client's history."""
    services = (
        TimelineEntry.objects.visible_to(viewer)
        .present()
        .filter(client=OuterRef("client"), entry_type__in=SERVICED, occurred_at__lt=OuterRef("start"))
        .order_by("-occurred_at", "-id")
    )
    told = services.values(told=JSONObject(entry="pk", at="occurred_at", by="technician__full_name"))
    return Subquery(told[:1], output_field=JSONField())


def _last_service(served: Mapping[str, str] | None) -> LastService | None:
    """Inside JSON an instant is a text; SQLite writes it without its zone, which is UTC."""
    if not served:
        return None
    at = datetime.fromisoformat(served["at"])
    return LastService(served["entry"], at if at.tzinfo else at.replace(tzinfo=UTC), served["by"] or "")


def _runs_after(event: Appointment, start: datetime) -> bool:
    if event.start is None or event.start >= start:
        return event.start is not None
    return event.start + timedelta(minutes=event.duration or 0) > start
