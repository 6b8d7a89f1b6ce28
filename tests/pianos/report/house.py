"""A small house of invented institutions, with what is written of their instruments."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from clients.models import Client, Institution, Technician
from pianos.models import Piano, TimelineEntry
from syncing.french import COMPANY_ZONE

TABS = ("UQAM", "Vincent", "Place des Arts")
UQAM, VINCENT, PLACE = "uqam", "vincent-dindy", "place-des-arts"
SEEDED = {UQAM: TABS[0], VINCENT: TABS[1], PLACE: TABS[2]}
SERVICE, MEASUREMENT = "SERVICE_ENTRY_MANUAL", "PIANO_MEASUREMENT"
NAMES = {UQAM: "Centre Pierre-Péladeau/UQAM", VINCENT: "École de musique Vincent-d'Indy", PLACE: "Place des Arts"}
_numbers = count(1)


def institutions() -> None:
    """As the migration makes them; a test that empties the tables takes them away."""
    for rank, (slug, tab) in enumerate(SEEDED.items(), start=1):
        Institution.objects.get_or_create(slug=slug, defaults={"name": tab, "tab": tab, "rank": rank})


def client(slug: str = "", **told: Any) -> Client:
    """A client of an institution, or a private one."""
    kept = Institution.objects.get(slug=slug) if slug else None
    name = told.pop("company_name", NAMES.get(slug, "Client privé C"))
    return Client.objects.create(
        id=told.pop("id", f"cli_{next(_numbers)}"), company_name=name, institution=kept, **told
    )


def piano(owner: Client | None, **told: Any) -> Piano:
    return Piano.objects.create(id=told.pop("id", f"pno_{next(_numbers)}"), client=owner, **told)


def technician(pk: str, first: str, last: str) -> Technician:
    return Technician.objects.create(id=pk, first_name=first, last_name=last)


def entry(of: Piano | None, text: str, at: datetime, **told: Any) -> TimelineEntry:
    """A service unless said otherwise."""
    return TimelineEntry.objects.create(
        id=told.pop("id", f"tme_{next(_numbers)}"), entry_type=told.pop("kind", SERVICE), piano=of, summary=text,
        occurred_at=at, client=told.pop("client", of.client if of else None), **told,
    )  # fmt: skip


def at(month: int, day: int, hour: int = 12, year: int = 2026) -> datetime:
    """An hour in Montréal."""
    return datetime(year, month, day, hour, tzinfo=COMPANY_ZONE)


def park(notes: int = 3) -> None:
    """An instrument in each institution, with as many services, some of which tell of a problem."""
    institutions()
    for slug in SEEDED:
        instrument = piano(client(slug), make="Yamaha", model="U1", location="B-12")
        for number in range(notes):
            problem = "PLS débranché" if number % 3 == 0 else "Accord 440, 21C, 40%"
            entry(instrument, f"{problem}, visite {number}", at(1 + number // 28, 1 + number % 28))
