"""From appointments that are due to messages that wait: one for each appointment, its technician and its day.

Nothing is sent here. A row of the log and its message are written in one transaction, once; `notifying` sends, and
alone says what became of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse

from appointments.alerts import composing
from appointments.alerts.checking import Check
from appointments.alerts.days import day_of
from appointments.alerts.models import AppointmentAlert
from appointments.alerts.selecting import HOUSE, NOT_VISITS, Verdict, unconfirmed
from appointments.models import Appointment
from appointments.notices import UNCONFIRMED, UNROUTABLE
from appointments.selectors import Visit, described
from clients.models import Technician
from clients.selectors import mailbox, why_unreachable
from syncing.alerting import address
from syncing.notifying.audience import Recipient
from syncing.notifying.queueing import NoRecipient, notify
from syncing.vocabulary import SyncError


class DayIsOver(SyncError):
    """Alerts about a day that is past would tell nobody anything."""

    code = "day_is_over"
    action = "Choisissez aujourd’hui ou un jour à venir."


@dataclass(frozen=True)
class Order:
    """What alerts are asked for; everybody's when no technician is named."""

    day: date
    technicians: frozenset[str] = frozenset()
    but: frozenset[str] = NOT_VISITS
    """Types that are left aside."""


@dataclass
class Sent:
    """What one run led to."""

    queued: list[AppointmentAlert] = field(default_factory=list)
    already: int = 0
    unreached: list[AppointmentAlert] = field(default_factory=list)
    aside: Counter[Verdict] = field(default_factory=Counter)
    unheard: str = ""
    """Why nobody at the office heard of those that were not reached."""


def send(order: Order, check: Check, *, trigger: str, user: User | None, now: datetime) -> Sent:
    """Queue what is due of that day and was not queued before. Raises DayIsOver."""
    visits, aside = due(order, now=now)
    sent = Sent(aside=aside)
    boxes: dict[str, Recipient | None] = {}
    for visit in visits:
        technician = _technician(visit)
        if technician.pk not in boxes:
            boxes[technician.pk] = mailbox(technician, UNCONFIRMED)
        row, is_new = _written(visit, boxes[technician.pk], check, trigger=trigger, user=user, now=now)
        if not row.address:
            sent.unreached.append(row)
        elif is_new:
            sent.queued.append(row)
        else:
            sent.already += 1
    if sent.unreached:
        sent.unheard = _tell_the_office(sent.unreached, order.day, now)
    return sent


def due(order: Order, *, now: datetime) -> tuple[list[Visit], Counter[Verdict]]:
    """The appointments of the day that are still to come and not confirmed, described, and what is left aside.

    Nothing is written. Raises DayIsOver.
    """
    if order.day < day_of(now):
        raise DayIsOver("Ce jour est passé.")
    found = unconfirmed(viewer=HOUSE, first=order.day, technicians=order.technicians, but=order.but, after=now)
    return visits_of(found.due, now), found.aside


def visits_of(chosen: Iterable[Appointment], now: datetime) -> list[Visit]:
    """The same, each with its client's people, its place and its services; four queries."""
    rows = Appointment.objects.filter(pk__in=[one.pk for one in chosen]).lightly("client", "technician")
    return described(viewer=HOUSE, rows=rows.order_by("start", "id"), start=None, now=now)


def cause_of(one: Appointment) -> str:
    """The name of what is told, the same however often it is asked."""
    return f"{day_of(composing.started(one))}:{one.pk}:{one.technician_id}"


def page() -> str:
    """The whole address of the page of alerts."""
    return address(reverse("alertes-rv"))


def _written(
    visit: Visit, box: Recipient | None, check: Check, *, trigger: str, user: User | None, now: datetime
) -> tuple[AppointmentAlert, bool]:
    """The row of the log, and whether its message was queued by this very call."""
    one, technician = visit.appointment, _technician(visit)
    told = {
        "cause": cause_of(one),
        "start": composing.started(one),
        "technician_name": str(technician),
        "client_name": composing.client_name(one),
        "client_phone": composing.phone_of(visit.contacts),
        "service": composing.services_of(visit),
        "title": one.title,
        "notes": one.notes,
        "is_checked": check.is_live,
        "unchecked": check.why,
        "trigger": trigger,
        "user": user,
        "created_at": now,
        "address": box.address if box else "",
        "unreachable": "" if box else why_unreachable(technician, UNCONFIRMED) or "sans adresse de courriel",
    }
    with transaction.atomic():
        row, is_new = AppointmentAlert.objects.select_for_update().get_or_create(
            technician=technician, appointment=one, day=day_of(composing.started(one)), defaults=told
        )
        if not is_new and (row.address or box is None):
            return row, False
        if not is_new:  # who could not be reached now can
            row.address, row.unreachable, row.is_checked = box.address, "", check.is_live  # type: ignore[union-attr]  # left above when there is none
            row.save(update_fields=("address", "unreachable", "is_checked"))
        if box is not None:
            mail = composing.tomorrow(visit, now=now, check=check, page=page())
            notify(UNCONFIRMED, row.cause, subject=mail.subject, body=mail.body, facts=(row.cause,), to=(box,))
    return row, box is not None


def _tell_the_office(unreached: Collection[AppointmentAlert], day: date, now: datetime) -> str:
    """Once for the same people and appointments; why nobody heard of it, if so."""
    told = [(row.technician_name, row.unreachable, row.client_name) for row in unreached]
    mail = composing.unroutable(told, day=day, now=now, page=page())
    facts = sorted(row.cause for row in unreached)
    try:
        notify(UNROUTABLE, f"unroutable:{day}", subject=mail.subject, body=mail.body, facts=facts)
    except NoRecipient as error:
        return f"{error} {error.action}"
    return ""


def _technician(visit: Visit) -> Technician:
    technician = visit.appointment.technician
    assert technician is not None  # noqa: S101  # those without one are left aside
    return technician
