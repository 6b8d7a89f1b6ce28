"""A watched theatre with two pianos, a private client, and a way to write notes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from clients.models import Client, Institution, Technician
from pianos.models import Piano, ProblemType, TimelineEntry

NOW = timezone.now()
"""The pages and the job take the hour of the day: notes are dated from there."""
Write = Callable[..., TimelineEntry]


@pytest.fixture
def house(db: None) -> None:
    """Seeded again: a test that empties the tables takes the migration's rows away."""
    for rank, slug in enumerate(("housse", "alimentation", "reservoir", "environnement")):
        ProblemType.objects.get_or_create(slug=slug, defaults={"label": slug.capitalize(), "rank": rank})
    theatre = Institution.objects.create(slug="theatre", name="Théâtre du Lac")
    owner = Client.objects.create(
        id="cli_t", display_name="Théâtre du Lac", institution=theatre, search_key="theatre du lac"
    )
    private = Client.objects.create(id="cli_p", display_name="Rosalie Gendron")
    stage = {"make": "Steinway & Sons", "model": "D", "location": "Scène", "search_key": "steinway sons d scene"}
    Piano.objects.create(id="ins_1", client=owner, **stage)
    Piano.objects.create(id="ins_2", client=owner, make="Yamaha", location="Studio 2", search_key="yamaha studio 2")
    Piano.objects.create(id="ins_9", client=private, make="Kawai")
    maude = {"first_name": "Maude", "last_name": "Pilote", "email": "maude@exemple.ca", "status": "ACTIVE"}
    Technician.objects.create(id="usr_1", **maude)


@pytest.fixture
def write(house: None) -> Write:
    numbers = iter(range(1, 1_000))

    def note(
        text: str, *, ago: float = 1, piano: str | None = "ins_1", client: str | None = "cli_t", title: str = ""
    ) -> TimelineEntry:
        return TimelineEntry.objects.create(
            id=f"tme_{next(numbers):04}", entry_type="SERVICE_ENTRY_MANUAL", summary=title, comment=text,
            piano_id=piano, client_id=client, technician_id="usr_1",
            occurred_at=NOW - timedelta(days=ago), synced_at=timezone.now(),
        )  # fmt: skip

    return note
