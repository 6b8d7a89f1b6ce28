"""What the timeline report is made of: notes of service and measurements, each with its piano, client and technician.

Pure: standard library and the pure core only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from syncing.french import COMPANY_ZONE

SERVICE, MEASUREMENT = "SERVICE_ENTRY_MANUAL", "PIANO_MEASUREMENT"
KINDS = (SERVICE, MEASUREMENT)
"""Everything else is left out: automated entries, appointments, mails, bills, comments."""
UNKNOWN_CLIENT = "Inconnu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the history, with what its row shows; what is unknown is empty."""

    id: str
    kind: str
    tab: str
    """The tab of the institution its instrument belongs to; "" for a private client."""
    at: datetime | None = None
    title: str = ""
    text: str = ""
    piano: str = ""
    make: str = ""
    model: str = ""
    serial_number: str = ""
    type: str = ""
    year: int | None = None
    location: str = ""
    client: str = ""
    technician: str = ""
    also: tuple[str, ...] = ()
    """Other ids under which the same entry was or is known."""

    @property
    def ids(self) -> tuple[str, ...]:
        return (self.id, *self.also)

    @property
    def day(self) -> date | None:
        """The day in Montréal: a note of 21:10 stored at 02:10 UTC is of the evening before."""
        return self.at.astimezone(COMPANY_ZONE).date() if self.at else None

    @property
    def said(self) -> str:
        """What column 3 shows of a service, and what a measurement is read from."""
        return self.title or self.text

    def known_also_as(self, *others: str) -> Entry:
        return replace(self, also=(*self.also, *others))
