"""Who moved or cancelled an appointment, and why, as Gazelle's history says it; when it does not, nobody is named."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from appointments.changes.models import ChangeKind, ChangeNotice
from clients.models import Technician
from pianos.models import TimelineEntry
from syncing.folding import fold
from syncing.french import COMPANY_ZONE

REACH = timedelta(days=21)
READ = 40
"""Entries of a client that are looked at."""
ACTIONS = {
    ChangeKind.RESCHEDULED: ("modifie", "moved", "reschedul"),
    ChangeKind.CANCELLED: ("annule", "cancel"),
}
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
REASON = re.compile(r"\b(?:raison|motif|reason)\s*:\s*(.+)", re.IGNORECASE)
LONGEST = 120


@dataclass(frozen=True)
class Author:
    """Who did it, and the reason given there; "" when none is."""

    technician: Technician
    reason: str = ""


def author_of(notice: ChangeNotice, now: datetime) -> Author | None:
    """The author of the last machine-written entry of the client that names this act and this day."""
    client, words = notice.appointment.client_id, ACTIONS.get(ChangeKind(notice.kind))
    if client is None or words is None:
        return None
    entries = (
        TimelineEntry.objects.present()
        .filter(client=client, entry_type="SYSTEM_MESSAGE", occurred_at__gte=now - REACH, occurred_at__lte=now)
        .lightly("technician")
        .order_by("-occurred_at", "-id")[:READ]
    )
    days = {instant.astimezone(COMPANY_ZONE).date() for instant in (notice.start, notice.before_start) if instant}
    telling = [entry for entry in entries if _tells(entry, words, days)]
    if not telling:
        return None
    last = [entry for entry in telling if entry.occurred_at == telling[0].occurred_at]
    people = {entry.technician_id for entry in last}
    person = telling[0].technician
    if len(people) != 1 or person is None or person.is_placeholder:
        return None  # two at the same instant, or nobody we know
    return Author(person, _reason(telling[0]))


def english(day: date) -> str:
    """« May 25, 2026 », as Gazelle writes it."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def _tells(entry: TimelineEntry, words: Collection[str], days: Collection[date]) -> bool:
    text = fold(f"{entry.summary} {entry.comment}")
    return any(word in text for word in words) and any(
        re.search(rf"\b{re.escape(fold(english(day)))}\b", text) for day in days
    )


def _reason(entry: TimelineEntry) -> str:
    found = REASON.search(f"{entry.summary}\n{entry.comment}")
    text = " ".join(found[1].split()) if found else ""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
