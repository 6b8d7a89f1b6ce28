"""Reads of the agenda for other rooms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from appointments.models import Appointment
from clients.models import Client
from syncing.rights import Audience, Viewer

ACCESS_LASTS = timedelta(days=30)
"""How long after a visit its technician may still read how to get in: notes are finished two to four weeks later."""


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
        visits = Appointment.objects.visible_to(viewer).present().exclude(status="CANCELED")
        readable = readable.filter(pk__in=visits.filter(start__gte=now - ACCESS_LASTS).values("client"))
    return {pk: AccessNotes(*notes) for pk, *notes in readable.values_list("pk", "personal_notes", "preference_notes")}
