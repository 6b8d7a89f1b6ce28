"""What a person or a program asks: a day, some technicians; and what is known of that day, nothing being sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from appointments.alerts.checking import known_at
from appointments.alerts.composing import phone_of
from appointments.alerts.days import ONE, day_of
from appointments.alerts.journal import Entry, entries
from appointments.alerts.models import AppointmentAlert
from appointments.alerts.selecting import HOUSE, NOT_VISITS, Verdict, unconfirmed
from appointments.alerts.sending import Order
from appointments.models import Appointment
from appointments.notices import UNCONFIRMED
from appointments.selectors import Visit, described
from clients.models import Technician
from clients.selectors import technician_named, why_unreachable
from syncing import french
from syncing.rights import Viewer
from syncing.vocabulary import SyncError

WORDS = {"aujourd’hui": 0, "aujourd'hui": 0, "demain": 1}


class WrongDay(SyncError):
    """What stands for a day is none."""

    code = "wrong_day"
    action = "Écrivez-le comme 2026-03-11."


class UnknownTechnician(SyncError):
    """Nobody who receives appointments is called so."""

    code = "unknown_technician"
    action = "Donnez le nom complet d’un technicien, ou son identifiant dans Gazelle."


def order_for(*, day: str, technicians: Iterable[str] = (), every_type: bool = False, now: datetime) -> Order:
    """What is meant; tomorrow when no day is given. Raises WrongDay, UnknownTechnician."""
    named = frozenset(technician(one).pk for one in technicians)
    return Order(the_day(day, now), named, frozenset() if every_type else NOT_VISITS)


def the_day(written: str, now: datetime) -> date:
    """« 2026-03-11 », « demain », nothing (tomorrow). Raises WrongDay."""
    text = written.strip().lower()
    if text in WORDS or not text:
        return day_of(now) + ONE * WORDS.get(text, 1)
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise WrongDay(f"« {written} » n’est pas une date.") from None
    if not 2000 <= found.year <= 2100:
        raise WrongDay(f"« {written} » est trop loin d’aujourd’hui.")
    return found


def technician(named: str) -> Technician:
    """Whoever receives appointments under this id or this full name. Raises UnknownTechnician."""
    found = Technician.objects.present().filter(pk=named).first() or technician_named(viewer=HOUSE, name=named)
    if found is None or found.is_schedulable is False:
        known = [str(one) for one in Technician.objects.present().exclude(is_schedulable=False)]
        those = f" Techniciens connus{french.NBSP}: {french.listed(known)}." if known else ""
        raise UnknownTechnician(f"Technicien inconnu{french.NBSP}: « {named} ».{those}")
    return found


@dataclass(frozen=True)
class Line:
    """An appointment that is not confirmed, the alert that tells it, if any, and why its technician hears nothing."""

    visit: Visit
    entry: Entry | None
    unreachable: str

    @property
    def appointment(self) -> Appointment:
        return self.visit.appointment

    @property
    def phone(self) -> str:
        return phone_of(self.visit.contacts)


@dataclass(frozen=True)
class Look:
    """A day as it is known, nothing being sent."""

    day: date
    lines: list[Line]
    aside: Counter[Verdict]
    known_at: datetime | None


def look(order: Order, *, viewer: Viewer, now: datetime) -> Look:
    """What this viewer may know of a day, past or to come."""
    found = unconfirmed(viewer=viewer, first=order.day, technicians=order.technicians, but=order.but)
    rows = Appointment.objects.visible_to(viewer).filter(pk__in=[one.pk for one in found.due])
    visits = described(
        viewer=viewer, rows=rows.lightly("client", "technician").order_by("start", "id"), start=None, now=now
    )
    told = _told(viewer, order.day, visits)
    silent = {
        one.pk: why_unreachable(one, UNCONFIRMED)
        for visit in visits
        if (one := visit.appointment.technician) is not None
    }

    def line(one: Visit) -> Line:
        event = one.appointment
        return Line(one, told.get((event.pk, event.technician_id)), silent.get(event.technician_id or "", ""))

    return Look(order.day, [line(one) for one in visits], found.aside, known_at())


def _told(viewer: Viewer, day: date, visits: list[Visit]) -> Mapping[tuple[str, str | None], Entry]:
    rows = AppointmentAlert.objects.visible_to(viewer).filter(day=day)
    rows = rows.filter(appointment__in=[visit.appointment.pk for visit in visits])
    return {(one.alert.appointment_id, one.alert.technician_id): one for one in entries(rows)}
