"""A small house with an agenda: three technicians, the office, a client, and words to speak of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from appointments.changes.looking import Looked, look
from appointments.changes.models import ChangeNotice
from appointments.models import Appointment
from clients.models import Client, Contact, Technician
from syncing.french import COMPANY_ZONE
from tests.web.people import reading

PEOPLE = {
    "usr_T1": ("Gilles", "Morin", True),
    "usr_T3": ("Simon", "Lavoie", True),
    "usr_T4": ("Maude", "Perron", True),
    "usr_OFFICE": ("Odile", "Fortier", False),
}


def at(text: str) -> datetime:
    """« 2026-03-10 14:00 », at Montréal."""
    return datetime.fromisoformat(text).replace(tzinfo=COMPANY_ZONE)


TUESDAY = at("2026-03-10 14:00")
"""The day of the worked example."""
LATER = timedelta(minutes=3)


def furnish() -> None:
    for pk, (first, last, goes) in PEOPLE.items():
        Technician.objects.create(
            id=pk, first_name=first, last_name=last, full_name=f"{first} {last}", email=f"{first.lower()}@exemple.ca",
            is_schedulable=goes,
        )  # fmt: skip
    Client.objects.create(id="cli_10", display_name="Anne Tremblay")
    Contact.objects.create(
        id="con_10", client_id="cli_10", first_name="Anne", last_name="Tremblay", is_default=True,
        street1="12, rue Fabre", municipality="Laval",
    )  # fmt: skip


def begin(now: datetime = TUESDAY - timedelta(days=1)) -> Looked:
    """The agenda was read whole, and is remembered as it is."""
    reading("appointments", mode="full")
    return look(now)


def visit(pk: str, start: str | None, technician: str | None = "usr_T3", **given: Any) -> Appointment:
    """An appointment of the mirror, booked long ago."""
    told: dict[str, Any] = {
        "start": at(start) if start else None, "technician_id": technician, "client_id": "cli_10", "status": "ACTIVE",
        "type": "APPOINTMENT", "title": "Accord", "gazelle_created_at": TUESDAY - timedelta(days=90),
    }  # fmt: skip
    return Appointment.objects.create(id=pk, **{**told, **given})


def change(pk: str, **given: Any) -> None:
    """As a reading would write it."""
    if isinstance(start := given.get("start"), str):
        given["start"] = at(start)
    assert Appointment.objects.filter(pk=pk).update(**given) == 1


def told(looked: Looked) -> list[tuple[str, str, str]]:
    """(kind, appointment, technician) of what a look queued."""
    return [(one.kind, one.appointment_id, one.technician_id) for one in looked.queued]


def states(**wanted: Any) -> Sequence[tuple[str, str, str]]:
    """(kind, technician, state) of the notices there are, oldest first."""
    rows = ChangeNotice.objects.filter(**wanted).order_by("pk")
    return list(rows.values_list("kind", "technician_id", "state"))


def all_sent() -> None:
    """As if what waits had left."""
    ChangeNotice.objects.filter(state="pending").update(state="composed")
